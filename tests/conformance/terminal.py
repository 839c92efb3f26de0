#!/usr/bin/python3
"""A person at a terminal is told what is about to change, and asked before something is deleted."""
import os
import pty
import re
import signal
import subprocess

import server

INSERT = ("INSERT INTO aws.sagemaker.images (image_name, image_role_arn) "
          "VALUES ('asked', 'arn:aws:iam::123456789012:role/r')")
DELETE = "DELETE FROM aws.sagemaker.images WHERE image_name = 'asked'"


class Terminal(server.LocalCloud):
    def at_terminal(self, typed: str, *arguments: str):
        """What the program shows on a terminal on which this is typed, and its exit code."""
        ours, theirs = pty.openpty()
        os.write(ours, typed.encode())
        command = [server.SQUALL, "--endpoint-url", self.endpoint, "exec", *arguments]
        process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=self.environment)
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        return re.sub(r"\x1b\[K", "", shown.decode()), process.wait(server.SECONDS_MAX)

    def interrupted_at_question(self, *arguments: str):
        """What is shown where Ctrl-C is the answer, and the exit code."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([server.SQUALL, "--endpoint-url", self.endpoint, "exec", *arguments], stdin=theirs,
                                   stdout=theirs, stderr=theirs, env=self.environment)
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
                if shown.endswith(b"[y/N] "):
                    process.send_signal(signal.SIGINT)
        except OSError:
            pass
        os.close(ours)
        return shown.decode(), process.wait(server.SECONDS_MAX)

    def count(self) -> str:
        done = self.run_program(server.SQUALL, "--endpoint-url", self.endpoint, "exec", "-o", "csv", "-H",
                                "SELECT count(*) FROM aws.sagemaker.images")
        return done.stdout.strip()

    def test_creates_are_told_and_deletes_are_asked_about(self):
        shown, code = self.at_terminal("", INSERT)
        self.assertEqual(code, 0, shown)
        self.assertRegex(shown, r"1 create in (account \d+, )?us-east-1")
        self.assertIn("1 resource created", shown)
        self.assertEqual(self.count(), "1")

        for answer in ("n\n", "\n", "what?\n"):
            shown, code = self.at_terminal(answer, DELETE)
            self.assertEqual(code, 1, shown)
            self.assertRegex(shown, r"1 delete in .*us-east-1\. Go on\? \[y/N\]")
            self.assertIn("nothing was sent", shown)
            self.assertEqual(self.count(), "1")

        shown, code = self.at_terminal("y\n", DELETE)
        self.assertEqual(code, 0, shown)
        self.assertEqual(self.count(), "0")

    def test_ctrl_c_is_an_answer(self):
        self.at_terminal("", INSERT)
        shown, code = self.interrupted_at_question(DELETE)
        self.assertEqual(code, 130, shown)
        self.assertIn("nothing was sent", shown)
        self.assertEqual(self.count(), "1")

    def test_yes_is_an_answer_beforehand(self):
        self.at_terminal("", INSERT)
        shown, code = self.at_terminal("", "--yes", DELETE)
        self.assertEqual(code, 0, shown)
        self.assertNotIn("Go on?", shown)
        self.assertEqual(self.count(), "0")


if __name__ == "__main__":
    server.main()
