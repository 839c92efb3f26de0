#!/usr/bin/python3
"""Reads against a service of 50 ms latency, as ratios to what the number of calls allows at best over 64 connections.

usage: reads.py BUILD [RUNS [LATENCY_MS]]. The least of RUNS is told; exits with 1 where a goal is missed.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import List, NamedTuple

CONNECTIONS = 64
KEYS = 1000
REGIONS = 20
PAGES = 5
PAGE_SIZE = 100  # of the lists of regions; the others have one page
# As many as the 16 calls that a new process has in flight at first: the chain is to show its depth, not its width.
IMAGES = 15
VERSIONS = 1


class Case(NamedTuple):
    title: str
    sql: str
    round_trips: int  # one behind the other, at best
    goal: float
    rows: int
    first_row: bool = False


def resource(type_name: str, region: str, properties: dict) -> str:
    return json.dumps({"TypeName": type_name, "region": region, "Properties": properties}) + "\n"


def resources(regions: List[str]):
    for i in range(KEYS):
        yield resource("AWS::Logs::LogGroup", "us-east-1", {"LogGroupName": f"g{i:04}", "RetentionInDays": 30})
    for region in regions:
        for i in range(PAGES * PAGE_SIZE):
            yield resource("AWS::SNS::Topic", region, {"TopicName": f"t{i:05}"})
    for i in range(IMAGES):
        name = f"image{i}"
        yield resource("AWS::SageMaker::Image", "us-east-1", {"ImageName": name, "ImageRoleArn": "arn:aws:iam::123456789012:role/r"})
        for _ in range(VERSIONS):
            base = "123456789012.dkr.ecr.us-east-1.amazonaws.com/base:1"
            yield resource("AWS::SageMaker::ImageVersion", "us-east-1", {"ImageName": name, "BaseImage": base})


def cases(regions: List[str]) -> List[Case]:
    waves = -(-KEYS // CONNECTIONS)
    names = ",".join(f"'g{i:04}'" for i in range(KEYS))
    values = ",".join(f"('g{i:04}')" for i in range(KEYS))
    places = ",".join(f"'{region}'" for region in regions)
    version_waves = -(-IMAGES * VERSIONS // CONNECTIONS)
    return [
        Case("GetResource of 1000 keys in IN (...)", f"SELECT retention_in_days FROM aws.logs.log_group WHERE data__Identifier IN ({names})", waves, 1.2, KEYS),
        Case("a page of 1000 with details", "SELECT log_group_name, kms_key_id FROM aws.logs.log_groups", 1 + waves, 1.2, KEYS),
        Case("a join by 1000 keys of a list", "SELECT d.kms_key_id FROM aws.logs.log_groups_list_only g JOIN aws.logs.log_group d ON d.data__Identifier = g.log_group_name", 1 + waves, 1.2, KEYS),
        Case("a join by 1000 local keys", f"WITH k(n) AS (VALUES {values}) SELECT d.kms_key_id FROM k JOIN aws.logs.log_group d ON d.data__Identifier = k.n", waves, 1.2, KEYS),
        # Images, their names, versions by name, their details, each version once more.
        Case("a chain of three tables", "SELECT i.image_name, v.version, d.vendor_guidance FROM aws.sagemaker.images i JOIN aws.sagemaker.image_versions v ON v.image_name = i.image_name "
             "JOIN aws.sagemaker.image_version d ON d.data__Identifier = v.image_version_arn", 3 + 2 * version_waves, 1.3, IMAGES * VERSIONS),
        Case("the first row of a plain list", f"SELECT topic_arn FROM aws.sns.topics WHERE region = '{regions[0]}'", 1, 1.3, 1, first_row=True),
        Case("20 regions of 5 pages", f"SELECT topic_arn FROM aws.sns.topics WHERE region IN ({places})", PAGES, 1.3, REGIONS * PAGES * PAGE_SIZE),
    ]


def took_ms(command: List[str], environment: dict, case: Case) -> float:
    begin = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE if case.first_row else None) as running:
        first = running.stdout.readline()
        if case.first_row:
            took = time.monotonic() - begin
            running.terminate()
            running.communicate()
            rows = 1 if first else 0
        else:
            rest = running.stdout.read()
            took = time.monotonic() - begin
            rows = (1 if first else 0) + rest.count(b"\n")
    if rows != case.rows or (running.returncode != 0 and not case.first_row):
        sys.exit(f"{case.title}: {rows} of {case.rows} rows, exit code {running.returncode}")
    return took * 1000


def main() -> None:
    squall = str(Path(sys.argv[1]).resolve() / "squall")
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    latency = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    missed = False
    with tempfile.TemporaryDirectory(prefix="squall-bench-") as folder:
        environment = {"HOME": folder, "PATH": os.environ["PATH"], "AWS_REGION": "us-east-1"}
        listed = subprocess.run([squall, "exec", "-o", "csv", "-H", f"SELECT region FROM squall.regions WHERE partition = 'aws' LIMIT {REGIONS}"],
                                env=environment, stdout=subprocess.PIPE, text=True, check=True)
        regions = listed.stdout.split()
        store = str(Path(folder) / "cloud.db")
        subprocess.run([squall, "cloud", "load", "--store", store, "-"], input="".join(resources(regions)), env=environment,
                       text=True, stderr=subprocess.DEVNULL, check=True)
        serve = [squall, "cloud", "serve", "--port", "0", "--store", store, "--latency", str(latency), "--page-size"]
        with subprocess.Popen([*serve, str(KEYS)], env=environment, stdout=subprocess.PIPE, text=True) as whole, \
                subprocess.Popen([*serve, str(PAGE_SIZE)], env=environment, stdout=subprocess.PIPE, text=True) as paged:
            urls = {server: server.stdout.readline().split()[-1] for server in (whole, paged)}
            print(f"reads at {latency} ms over {CONNECTIONS} connections; the least of {runs} runs")
            try:
                for case in cases(regions):
                    url = urls[paged if "sns" in case.sql else whole]
                    command = [squall, "--endpoint-url", url, "exec", "-o", "csv", "-H", case.sql]
                    least = min(took_ms(command, environment, case) for _ in range(runs))
                    ideal = case.round_trips * latency
                    missed = missed or least > case.goal * ideal
                    print(f"  {case.title:40} {least:8.0f} ms  {least / ideal:5.2f} x of {ideal} ms  (goal {case.goal})")
            finally:
                whole.terminate()
                paged.terminate()
    if missed:
        sys.exit("a goal is missed")


if __name__ == "__main__":
    main()
