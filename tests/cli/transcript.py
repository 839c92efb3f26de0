#!/usr/bin/env python3
"""Runs one transcript of the real program and compares what it prints. tests/cli/README.md tells the format.

usage: transcript.py SQUALL DATA_FOLDER FILE.test      (SQUALL_ACCEPT=1 writes what was printed into the file)
"""
import difflib
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, NamedTuple

COMMAND_SECONDS_MAX = 120
NO_NEWLINE = "\\ no newline at the end"
MARKED = re.compile(r"\$ |2> |\? |#|\\")
UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


class Block(NamedTuple):
    """A command with what it should print; `before` are the comments and blank lines above it."""
    before: List[str]
    command: List[str]
    output: List[str]


def parse(text: str) -> List[Block]:
    blocks: List[Block] = []
    before: List[str] = []
    in_output = False
    for line in text.splitlines():
        if line.startswith("$ "):
            blocks.append(Block(before, [line[2:]], []))
            before, in_output = [], True
        elif in_output and line.startswith("> ") and not blocks[-1].output:
            blocks[-1].command.append(line[2:])
        elif in_output and not line.startswith("#"):
            blocks[-1].output.append(line)
        else:
            before.append(line)
            in_output = False
    if before and any(line and not line.startswith("#") for line in before):
        raise ValueError("output without a command: " + before[0])
    for block in blocks:
        while block.output and not block.output[-1]:
            block.output.pop()
    return blocks


def render(blocks: List[Block]) -> str:
    lines: List[str] = []
    for block in blocks:
        lines += block.before
        lines.append("$ " + block.command[0])
        lines += ["> " + line for line in block.command[1:]]
        lines += block.output + [""]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def quoted(text: str, mark: str = "") -> List[str]:
    """Printed text as lines of a transcript."""
    if not text:
        return []
    lines = [mark + line if mark else "\\" + line if MARKED.match(line) else line for line in text.rstrip("\n").split("\n")]
    return lines if text.endswith("\n") else lines + [mark + NO_NEWLINE]


class Place:
    """A folder of its own with a clean environment, and the servers started in it."""

    def __init__(self, folder: Path, squall: Path, data: Path):
        self.folder = folder
        self.servers: List[subprocess.Popen] = []
        self.names: Dict[str, str] = {str(folder): "$PLACE", str(data): "$DATA"}
        programs = folder / ".bin"
        programs.mkdir()
        (programs / "squall").symlink_to(squall)
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "share"),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "DATA": str(data),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def run(self, command: str) -> List[str]:
        if command == "serve" or command.startswith("serve "):
            return self.serve(command[len("serve"):])
        done = subprocess.run(["/bin/sh", "-c", command], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=COMMAND_SECONDS_MAX, check=False)
        lines = quoted(self.stable(done.stdout)) + quoted(self.stable(done.stderr), "2> ")
        return lines + ([f"? {done.returncode}"] if done.returncode else [])

    def serve(self, arguments: str) -> List[str]:
        server = subprocess.Popen(["/bin/sh", "-c", "exec squall cloud serve --port 0" + arguments], cwd=self.folder,
                                  env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.servers.append(server)
        first = server.stdout.readline().decode()
        match = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", first)
        if not match:
            return quoted(first) + ["2> the server did not say where it listens"]
        self.environment["ENDPOINT"] = match.group(1)
        self.names[match.group(1)] = "$ENDPOINT"
        self.names[match.group(1)[len("http://"):]] = "$HOST"
        return []

    def stable(self, printed: bytes) -> str:
        """The text without what differs from run to run."""
        text = printed.decode("utf-8", errors="backslashreplace")
        for value, name in self.names.items():
            text = text.replace(value, name)
        return UUID.sub("<uuid>", text)

    def stop_servers(self) -> List[str]:
        """Ends them as a user would; returns complaints."""
        complaints = []
        for server in self.servers:
            server.send_signal(signal.SIGTERM)
            try:
                code = server.wait(COMMAND_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                server.kill()
                code = server.wait()
            server.stdout.close()
            if code not in (0, 130, -signal.SIGTERM):
                complaints.append(f"a server ended with {code}")
        return complaints


def run_blocks(blocks: List[Block], squall: Path, data: Path) -> "tuple[List[Block], List[str]]":
    with tempfile.TemporaryDirectory(prefix="squall-cli-") as folder:
        place = Place(Path(folder), squall, data)
        try:
            printed = [block._replace(output=place.run("\n".join(block.command))) for block in blocks]
        finally:
            complaints = place.stop_servers()
    return printed, complaints


def main() -> int:
    squall, data, file = (Path(argument).resolve() for argument in sys.argv[1:4])
    text = file.read_text(encoding="utf-8")
    expected = parse(text)
    printed, complaints = run_blocks(expected, squall, data)
    if not expected:
        complaints.append("no command in the transcript")
    for complaint in complaints:
        print(complaint)
    if complaints:
        return 1
    if os.environ.get("SQUALL_ACCEPT") == "1":
        file.write_text(render(printed), encoding="utf-8")
        return 0
    if printed == expected:
        return 0
    for line in difflib.unified_diff(render(expected).splitlines(), render(printed).splitlines(), f"{file.name} (expected)",
                                     f"{file.name} (printed)", lineterm="", n=5):
        print(line)
    return 1


if __name__ == "__main__":
    sys.exit(main())
