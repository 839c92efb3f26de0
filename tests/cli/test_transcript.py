#!/usr/bin/env python3
"""The transcript runner sees every difference, and accepting writes what is then found equal."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent

FAKE_SQUALL = """#!/bin/sh
if [ "$1" = cloud ]; then echo "listening on http://127.0.0.1:41001"; read nothing; exit 0; fi
printf '%s\\n' "$@"; echo "to stderr" >&2; exit ${CODE:-0}
"""


class Transcript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.squall = self.folder / "fake"
        self.squall.write_text(FAKE_SQUALL)
        self.squall.chmod(0o755)
        self.file = self.folder / "a.test"

    def run_text(self, text, accept=False):
        self.file.write_text(text)
        environment = {**os.environ, "SQUALL_ACCEPT": "1" if accept else ""}
        return subprocess.run([sys.executable, HERE / "transcript.py", self.squall, self.folder, self.file], env=environment,
                              stdout=subprocess.PIPE, text=True, check=False)

    def expect_accepted(self, text, accepted):
        self.assertEqual(self.run_text(text, accept=True).returncode, 0)
        self.assertEqual(self.file.read_text(), accepted)
        done = self.run_text(accepted)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_right_transcript_passes(self):
        done = self.run_text('# A comment.\n\n$ squall one "two\n> three"\none\ntwo\nthree\n2> to stderr\n')
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_difference_in_output_error_or_exit_code_fails(self):
        for text in ("$ squall one\ntwo\n2> to stderr\n", "$ squall one\none\n", "$ squall one\none\n2> to stderr\n? 1\n",
                     "$ CODE=3 squall one\none\n2> to stderr\n", "$ squall one\none\n\n\nmore\n2> to stderr\n"):
            with self.subTest(text):
                self.assertEqual(self.run_text(text).returncode, 1)

    def test_an_empty_transcript_fails(self):
        self.assertEqual(self.run_text("# nothing\n").returncode, 1)

    def test_accepting_keeps_comments_and_commands(self):
        self.expect_accepted("# Why.\n\n$ CODE=2 squall one\nold\n\n# Then.\n$ echo x\n",
                             "# Why.\n\n$ CODE=2 squall one\none\n2> to stderr\n? 2\n\n# Then.\n$ echo x\nx\n")

    def test_output_that_looks_like_a_mark_is_told_from_one(self):
        self.expect_accepted("$ echo '$ x'; echo '# y'; echo '? 1'; printf end\n",
                             "$ echo '$ x'; echo '# y'; echo '? 1'; printf end\n\\$ x\n\\# y\n\\? 1\nend\n\\ no newline at the end\n")

    def test_a_server_is_started_and_its_address_named(self):
        self.expect_accepted("$ serve --store x.db\n\n$ echo at $ENDPOINT in $HOME\n",
                             "$ serve --store x.db\n\n$ echo at $ENDPOINT in $HOME\nat $ENDPOINT in $PLACE\n")

    def test_the_environment_is_clean(self):
        os.environ["AWS_REGION"] = "eu-west-1"
        self.addCleanup(os.environ.pop, "AWS_REGION")
        self.expect_accepted("$ env | grep AWS\n", "$ env | grep AWS\n? 1\n")


if __name__ == "__main__":
    unittest.main()
