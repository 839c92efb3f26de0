#!/usr/bin/python3
"""kill -9 in the middle of an INSERT of many resources, then `squall resume`: all of them are there, or none, and none twice.

SQUALL_KILL_ROUNDS, SQUALL_KILL_RESOURCES: how often, and how many resources an INSERT makes.
"""
import json
import os
import random
import subprocess

import server

ROUNDS = int(os.environ.get("SQUALL_KILL_ROUNDS", "4"))
RESOURCES = int(os.environ.get("SQUALL_KILL_RESOURCES", "60"))
SEED = 20
# The service invents the identifiers, so that a create that is made twice makes two resources.
INSERT = f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {RESOURCES})
INSERT INTO aws.ec2.vpcs (cidr_block, region) SELECT '10.' || (i % 250) || '.0.0/16', 'us-east-1' FROM n"""


class InterruptedChanges(server.LocalCloud):
    serve_options = ("--latency", "100")

    def squall(self, *arguments):
        return [server.SQUALL, "--endpoint-url", self.endpoint, *arguments]

    def answer(self, sql):
        done = self.run_program(*self.squall("exec", "-o", "json", sql))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def count(self):
        return self.answer("SELECT count(*) AS n FROM aws.ec2.vpcs WHERE region = 'us-east-1'")[0]["n"]

    def insert_until_killed(self, calls):
        """The INSERT is killed when it has told of that many calls; whether it was."""
        process = subprocess.Popen(self.squall("--log-level", "debug", "exec", INSERT), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment)
        with process.stderr:
            for _ in range(calls):
                if not process.stderr.readline():
                    break
            process.kill()
            process.stderr.read()
        return process.wait(server.SECONDS_MAX) != 0

    def test_resume_finishes_what_was_left(self):
        chance = random.Random(SEED)
        killed = 0
        for number in range(ROUNDS):
            before = self.count()
            calls = chance.randrange(2 * RESOURCES)
            with self.subTest(round=number, calls=calls):
                killed += self.insert_until_killed(calls)
                resumed = self.run_program(*self.squall("resume"))
                self.assertEqual(resumed.returncode, 0, resumed.stderr)
                made = self.count() - before
                if calls == 0:
                    self.assertIn(made, (0, RESOURCES))
                else:
                    self.assertEqual(made, RESOURCES, resumed.stderr)
        self.assertGreater(killed, 0, "the INSERT was always faster than its end")
        statuses = self.answer("SELECT status, count(*) AS n FROM squall.changes GROUP BY status")
        self.assertEqual([row["status"] for row in statuses], ["SUCCESS"])
        again = self.run_program(*self.squall("resume"))
        self.assertEqual((again.returncode, again.stderr), (0, "nothing to finish\n"))

    def test_resume_goes_on_with_the_statements_of_a_commit(self):
        before = self.count()
        commit = "BEGIN; " + "; ".join(f"INSERT INTO aws.ec2.vpcs (cidr_block, region) VALUES ('10.{i}.0.0/16', 'us-east-1')"
                                       for i in range(3)) + "; COMMIT"
        process = subprocess.Popen(self.squall("--log-level", "debug", "exec", commit), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment)
        with process.stderr:
            while "CreateResource" not in process.stderr.readline():
                pass
            process.kill()
            process.stderr.read()
        process.wait(server.SECONDS_MAX)
        self.assertLess(self.count() - before, 3)
        resumed = self.run_program(*self.squall("resume"))
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        self.assertEqual(self.count() - before, 3)

    def test_a_running_change_is_not_taken_over(self):
        before = self.count()
        running = subprocess.Popen(self.squall("--log-level", "debug", "exec", INSERT), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment)
        with running.stderr:
            running.stderr.readline()  # the journal is on disk: a change has been sent
            resumed = self.run_program(*self.squall("resume"))
            running.stderr.read()
        self.assertEqual(running.wait(server.SECONDS_MAX), 0)
        self.assertEqual((resumed.returncode, resumed.stderr), (0, "nothing to finish\n"))
        self.assertEqual(self.count() - before, RESOURCES)


if __name__ == "__main__":
    server.main()
