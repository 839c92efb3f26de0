#!/usr/bin/python3
"""A SELECT of 1,200 resources with details against a service that gives 30 requests a second and refuses the rest.

usage: throttle.py BUILD. Goals: every row, at most 1.15 of the ideal time, under a tenth of the calls refused.
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "conformance"))
from standin import StandIn, http  # noqa: E402

RATE = 30.0
RESOURCES = 1200
PAGE = 100
LATENCY_S = 0.05


class Service:
    """A bucket of one second's requests, filled at the rate."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tokens = RATE
        self.filled = time.monotonic()
        self.served = 0
        self.refused = 0

    def admit(self) -> bool:
        with self.lock:
            now = time.monotonic()
            self.tokens = min(RATE, self.tokens + (now - self.filled) * RATE)
            self.filled = now
            given = self.tokens >= 1
            self.tokens -= 1 if given else 0
            self.served += given
            self.refused += not given
            return given

    def answer(self, request) -> bytes:
        given = self.admit()
        threading.Event().wait(LATENCY_S)
        if not given:
            return http('{"__type":"com.amazon.coral.availability#ThrottlingException","Message":"Rate exceeded"}', 400)
        body = json.loads(request.body)
        if request.headers["x-amz-target"].endswith("GetResource"):
            name = body["Identifier"]
            properties = json.dumps({"BucketName": name, "Arn": "arn:aws:s3:::" + name})
            return http(json.dumps({"ResourceDescription": {"Identifier": name, "Properties": properties}}))
        first = int(body.get("NextToken", "0"))
        names = [f"b{i:05}" for i in range(first, first + PAGE)]
        page = {"ResourceDescriptions": [{"Identifier": n, "Properties": json.dumps({"BucketName": n})} for n in names]}
        if first + PAGE < RESOURCES:
            page["NextToken"] = str(first + PAGE)
        return http(json.dumps(page))


def main() -> None:
    service = Service()
    stand_in = StandIn(service.answer)
    squall = Path(sys.argv[1]).resolve() / "squall"
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"}
        begin = time.monotonic()
        done = subprocess.run([squall, "--endpoint-url", stand_in.url, "exec", "-o", "csv", "-H",
                               "SELECT bucket_name, arn FROM aws.s3.buckets WHERE region = 'us-east-1'"],
                              env=environment, capture_output=True, text=True, check=False)
        took = time.monotonic() - begin
    rows = len(set(done.stdout.split()))
    calls = RESOURCES + RESOURCES // PAGE
    ideal = calls / RATE
    refused = service.refused / (service.served + service.refused)
    print(f"throttle: {rows} of {RESOURCES} rows in {took:.1f} s, {took / ideal:.2f} of the ideal {ideal:.1f} s (goal 1.15); "
          f"{service.refused} calls refused, {100 * refused:.1f} % (goal under 10 %)")
    if done.returncode != 0 or rows != RESOURCES or took > 1.15 * ideal or refused >= 0.10:
        sys.exit(done.stderr or "the goal is missed")


if __name__ == "__main__":
    main()
