#!/usr/bin/python3
"""What was answered survives kill -9, and processes that share a store see each other's resources."""
import json
import os
import signal
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

import server

QUEUE = "AWS::SQS::Queue"


class Durability(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="squall-durability-")
        self.addCleanup(folder.cleanup)
        self.environment = server.clean_environment(folder.name)
        self.store = str(Path(folder.name) / "cloud.db")
        os.environ.update(self.environment)

    def serve(self):
        process = subprocess.Popen([server.SQUALL, "cloud", "serve", "--port", "0", "--store", self.store], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, text=True, env=self.environment)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, server.SECONDS_MAX)
        self.addCleanup(process.kill)
        endpoint = process.stdout.readline().split()[-1]
        client = boto3.client("cloudcontrol", region_name="us-east-1", endpoint_url=endpoint,
                              config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(client.close)
        return process, client

    def names(self, client):
        pages = client.get_paginator("list_resources").paginate(TypeName=QUEUE)
        return {json.loads(entry["Properties"])["QueueName"] for page in pages for entry in page["ResourceDescriptions"]}

    def test_acknowledged_state_survives_a_kill(self):
        process, client = self.serve()
        acknowledged = []
        enough = threading.Event()

        def create_until_it_is_killed():
            number = 0
            try:
                while True:
                    client.create_resource(TypeName=QUEUE, DesiredState=json.dumps({"QueueName": f"q{number}"}), ClientToken=f"t{number}")
                    acknowledged.append(f"q{number}")
                    number += 1
                    if number == 50:
                        enough.set()
            except BotoCoreError:
                enough.set()

        creator = threading.Thread(target=create_until_it_is_killed)
        creator.start()
        self.assertTrue(enough.wait(server.SECONDS_MAX))
        process.send_signal(signal.SIGKILL)
        creator.join(server.SECONDS_MAX)
        self.assertGreaterEqual(len(acknowledged), 50)

        _, client = self.serve()
        kept = self.names(client)
        self.assertEqual(set(acknowledged) - kept, set())
        self.assertLessEqual(len(kept), len(acknowledged) + 1, "at most the one whose answer was lost")
        again = client.create_resource(TypeName=QUEUE, DesiredState=json.dumps({"QueueName": "q0"}), ClientToken="t0")["ProgressEvent"]
        self.assertEqual(again["OperationStatus"], "SUCCESS", "tokens survive too")

    def test_two_processes_share_a_store(self):
        _, first = self.serve()
        _, second = self.serve()
        count = 20

        def create(client, prefix):
            for number in range(count):
                client.create_resource(TypeName=QUEUE, DesiredState=json.dumps({"QueueName": f"{prefix}{number}"}))

        threads = [threading.Thread(target=create, args=arguments) for arguments in ((first, "a"), (second, "b"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(server.SECONDS_MAX)
        expected = {f"{prefix}{number}" for prefix in "ab" for number in range(count)}
        self.assertEqual(self.names(first), expected)
        self.assertEqual(self.names(second), expected)
        done = subprocess.run([server.SQUALL, "--cloud", f"local:{self.store}", "exec", "-o", "json",
                               "SELECT count(*) AS n FROM aws.sqs.queues"], env=self.environment, capture_output=True, text=True,
                              timeout=server.SECONDS_MAX, check=False)
        self.assertEqual((done.stdout and json.loads(done.stdout), done.stderr), ([{"n": 2 * count}], ""))


if __name__ == "__main__":
    server.main()
