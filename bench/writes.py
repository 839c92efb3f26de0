#!/usr/bin/python3
"""usage: writes.py BUILD: an INSERT of 500 resources against a local cloud that answers after 50 ms and changes things at once.

Two calls a resource (CreateResource, GetResourceRequestStatus) over 64 connections; the journal is on disk. The least of three
runs beside the ideal, in which all connections are busy from the first moment on, and beside that of the connections that are
used: Squall begins with 16 calls in flight and doubles them each round trip.
"""
import math
import os
import re
import subprocess
import sys
import tempfile

RESOURCES = 500
LATENCY_MS = 50
CONNECTIONS = 64
RUNS = 3
GOAL = 1.3


def measure(squall: str, folder: str) -> int:
    environment = {"PATH": "/usr/bin:/bin", "HOME": folder, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
    server = subprocess.Popen([squall, "cloud", "serve", "--port", "0", "--store", f"{folder}/cloud.db", "--latency", str(LATENCY_MS)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        endpoint = server.stdout.readline().split()[-1]
        rows = ", ".join(f"('image-{i}', 'arn:aws:iam::123456789012:role/r')" for i in range(RESOURCES))
        done = subprocess.run([squall, "--region", "us-east-1", "--endpoint-url", endpoint, "exec", "--timing",
                               f"INSERT INTO aws.sagemaker.images (image_name, image_role_arn) VALUES {rows}"],
                              capture_output=True, text=True, check=True, env=environment)
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
    if f"{RESOURCES} resources created" not in done.stderr or f"timing: {2 * RESOURCES} calls" not in done.stderr:
        raise SystemExit(f"not what was asked for: {done.stderr}")
    return int(re.search(r"(\d+) ms\n", done.stderr).group(1))


def ideal_of_used() -> int:
    calls, window, rounds = 2 * RESOURCES, 16, 0
    while calls > 0:
        calls -= window
        window = min(2 * window, CONNECTIONS)
        rounds += 1
    return rounds * LATENCY_MS


def main() -> None:
    squall = os.path.join(os.path.abspath(sys.argv[1]), "squall")
    took = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="squall-bench-") as folder:
            took.append(measure(squall, folder))
    ideal = math.ceil(2 * RESOURCES / CONNECTIONS) * LATENCY_MS
    used = ideal_of_used()
    print(f"INSERT of {RESOURCES} at {LATENCY_MS} ms over {CONNECTIONS} connections; the least of {RUNS} runs")
    print(f"  {min(took)} ms, {min(took) / ideal:.2f} x of {ideal} ms, {min(took) / used:.2f} x of {used} ms for the connections used"
          f"  (goal {GOAL})")


if __name__ == "__main__":
    main()
