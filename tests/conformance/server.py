"""`squall cloud serve` on a free port with a store of its own, for the length of a test class."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Dict

SQUALL = os.environ.get("SQUALL", "build/squall")
SECONDS_MAX = 120

# Clients of AWS look at all of these; none of the user's own shall matter.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
}


def clean_environment(home: str) -> Dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    return {**kept, **CREDENTIALS, "PATH": "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8"}


class LocalCloud(unittest.TestCase):
    """`self.endpoint` answers; `self.environment` is for programs that a test starts."""

    serve_options = ()

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="squall-conformance-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.environment = clean_environment(folder.name)
        os.environ.update(cls.environment)
        for name in [name for name in os.environ if name.startswith("AWS_") and name not in cls.environment]:
            del os.environ[name]
        command = [SQUALL, "cloud", "serve", "--port", "0", "--store", str(cls.folder / "cloud.db"), *cls.serve_options]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=cls.environment)
        cls.addClassCleanup(cls.stop, server)
        first = server.stdout.readline()
        if not first.startswith("listening on http://127.0.0.1:"):
            raise AssertionError(f"the server said {first!r}")
        cls.endpoint = first.split()[-1]

    @staticmethod
    def stop(server):
        server.terminate()
        code = server.wait(SECONDS_MAX)
        server.stdout.close()
        if code not in (0, 130, -15):
            raise AssertionError(f"the server ended with {code}")

    def run_program(self, *command: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, env=self.environment, input=stdin, capture_output=True, text=True, timeout=SECONDS_MAX,
                              check=False)


def main() -> None:
    unittest.main(argv=[sys.argv[0], "--verbose"])
