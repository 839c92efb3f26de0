#!/usr/bin/python3
"""A list of a million resources over HTTP, beside a bare loop that receives and parses the same bytes.

usage: million.py BUILD [RESOURCES]
"""
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List

from cloud_scale import RATIO_MAX
from measure import measure

PEAK_MIB_MAX = 100
TYPE = "AWS::Logs::LogGroup"


def load(squall: str, store: Path, count: int) -> None:
    with subprocess.Popen([squall, "cloud", "load", "--store", str(store), "-"], stdin=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL) as loading:
        for i in range(count):
            loading.stdin.write(f'{{"TypeName":"{TYPE}","region":"us-east-1",'
                                f'"Properties":{{"LogGroupName":"/bench/{i:07}","RetentionInDays":30}}}}\n')
    if loading.returncode:
        sys.exit("the resources could not be loaded")


def run(build: Path, folder: Path, count: int) -> List[float]:
    """Prints the row of one size; the microseconds a resource of each statement."""
    squall = str(build / "squall")
    store = folder / f"{count}.db"
    load(squall, store, count)
    server = subprocess.Popen([squall, "cloud", "serve", "--port", "0", "--store", str(store)], stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().rsplit(":", 1)[1].strip()
        query = ["env", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", squall, "--region", "us-east-1",
                 "--endpoint-url", f"http://127.0.0.1:{port}", "exec"]
        counted = subprocess.run([*query, "-o", "csv", "-H", "SELECT count(*) FROM aws.logs.log_groups"], capture_output=True,
                                 text=True, check=True).stdout.strip()
        if counted != str(count):
            sys.exit(f"{counted} of {count} resources were listed")
        bare, *statements = measure(build, 3, [
            [str(build / "bench" / "bench_list"), port, TYPE],
            [*query, "SELECT count(*) FROM aws.logs.log_groups"],
            [*query, "-o", "csv", "SELECT log_group_name, retention_in_days, region FROM aws.logs.log_groups"],
        ])
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
    print(f"{count} resources; a bare loop {bare.median_ms:.0f} ms")
    for title, took in zip(("SELECT count(*)", "columns -o csv"), statements):
        print(f"  {title:16} {took.median_ms:8.0f} ms  {took.median_ms / bare.median_ms:5.2f} x (goal {RATIO_MAX:.0f})  "
              f"{took.peak_mib:6.1f} MiB (goal {PEAK_MIB_MAX})")
    return [took.median_ms * 1000 / count for took in statements]


def main() -> None:
    build = Path(sys.argv[1]).resolve()
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="squall-bench-") as folder:
        few = run(build, Path(folder), many // 10)
        all_of_them = run(build, Path(folder), many)
    for title, small, large in zip(("count(*)", "csv"), few, all_of_them):
        print(f"  {title}: {small:.1f} -> {large:.1f} us a resource, {large / small:.2f} x")


if __name__ == "__main__":
    main()
