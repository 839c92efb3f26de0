#!/usr/bin/python3
"""The local cloud over HTTP: gets a second beside a server that answers fixed bytes, durable creates a second beside bare
SQLite commits.

usage: cloud.py BUILD. Goals: at least half of the fixed server's gets; with 64 clients at least 5 creates a commit.
"""
import json
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLIENTS = 64
GETS = 20000
CREATES = 10000
COMMITS = 2000
ROUNDS = 3


def request(operation: str, body: dict) -> bytes:
    text = json.dumps(body)
    head = (f"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: CloudApiService.{operation}\r\n"
            f"Content-Type: application/x-amz-json-1.0\r\nContent-Length: {len(text)}\r\n\r\n")
    return (head + text).encode()


class Bench:
    def __init__(self, build: Path, folder: Path):
        self.folder = folder
        self.http = str(build / "bench" / "bench_http")
        self.squall = str(build / "squall")

    def start(self, *command: str) -> "tuple[subprocess.Popen, int]":
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        return server, int(server.stdout.readline().split(":")[-1])

    def rate(self, port: int, count: int, sent: bytes) -> float:
        """Requests a second, all of which must succeed."""
        path = self.folder / "request"
        path.write_bytes(sent)
        done = subprocess.run([self.http, "load", str(port), str(CLIENTS), str(count), str(path)], stdout=subprocess.PIPE,
                              text=True, check=True)
        seconds, succeeded = done.stdout.split()
        if int(succeeded) != count:
            sys.exit(f"only {succeeded} of {count} requests succeeded")
        return count / float(seconds)

    def commits(self) -> int:
        """How many transactions the store has seen: SQLite counts them in the index of the write-ahead log."""
        return struct.unpack_from("=I", (self.folder / "cloud.db-shm").read_bytes(), 8)[0]

    def bare_commits(self) -> float:
        database = sqlite3.connect(self.folder / "bare.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, text TEXT)")
        begin = time.monotonic()
        for i in range(COMMITS):
            database.execute("INSERT INTO t(text) VALUES (?)", (f"{i:08}" * 20,))
        return COMMITS / (time.monotonic() - begin)


def main() -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as name:
        bench = Bench(Path(sys.argv[1]).resolve(), Path(name))
        cloud, port = bench.start(bench.squall, "cloud", "serve", "--port", "0", "--store", str(bench.folder / "cloud.db"))
        create = request("CreateResource", {"TypeName": "AWS::S3::Bucket", "DesiredState": json.dumps({"BucketName": "bucket-x-@@@@@@@@"})})
        get = request("GetResource", {"TypeName": "AWS::S3::Bucket", "Identifier": "bucket-0-00000000"})
        creates, per_commit, bare, gets, fixed = [], [], [], [], []
        answer = bench.folder / "answer"
        for i in range(ROUNDS):
            before = bench.commits() if i > 0 else 0
            creates.append(bench.rate(port, CREATES, create.replace(b"bucket-x", f"bucket-{i}".encode())))
            per_commit.append(CREATES / (bench.commits() - before))
            bare.append(bench.bare_commits())
        described = subprocess.run(["curl", "--silent", f"http://127.0.0.1:{port}", "-H", "X-Amz-Target: CloudApiService.GetResource",
                                    "--data", '{"TypeName":"AWS::S3::Bucket","Identifier":"bucket-0-00000000"}'],
                                   stdout=subprocess.PIPE, check=True)
        answer.write_bytes(described.stdout)
        other, other_port = bench.start(bench.http, "serve", str(answer))
        for _ in range(ROUNDS):
            gets.append(bench.rate(port, GETS, get))
            fixed.append(bench.rate(other_port, GETS, get))
        for server in (cloud, other):
            server.terminate()
            server.wait()
    middle = ROUNDS // 2
    gets_s, fixed_s, creates_s, bare_s = (sorted(rates)[middle] for rates in (gets, fixed, creates, bare))
    ratio, grouped = gets_s / fixed_s, sorted(per_commit)[middle]
    print(f"cloud: {gets_s:.0f} gets/s, {ratio:.2f} of a server of fixed bytes ({fixed_s:.0f}/s; goal 0.50)")
    print(f"cloud: {creates_s:.0f} durable creates/s with {CLIENTS} clients, {creates_s / bare_s:.2f} of bare SQLite commits "
          f"({bare_s:.0f}/s); {grouped:.1f} creates a commit (goal 5)")
    if ratio < 0.5 or grouped < 5:
        sys.exit("a goal is missed")


if __name__ == "__main__":
    main()
