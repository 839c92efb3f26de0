#!/usr/bin/python3
"""Memory of a long list beside that of a short one: a list streams, so the two should be near each other.

usage: list_memory.py BUILD [LONG [SHORT]]
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import measure

TAGS = [{"Key": f"tag-{i}", "Value": f"{i}" * 80} for i in range(8)]


def load(squall: str, store: Path, count: int) -> None:
    """`count` log groups of about 1 KB each."""
    with subprocess.Popen([squall, "cloud", "load", "--store", str(store), "-"], stdin=subprocess.PIPE, text=True) as loading:
        for i in range(count):
            properties = {"LogGroupName": f"/bench/{i:07}", "RetentionInDays": 30, "Tags": TAGS}
            loading.stdin.write(json.dumps({"TypeName": "AWS::Logs::LogGroup", "region": "us-east-1", "Properties": properties}) + "\n")
    if loading.returncode:
        sys.exit("the resources could not be loaded")


def main() -> None:
    build = Path(sys.argv[1]).resolve()
    counts = [int(argument) for argument in sys.argv[2:4]] or [100_000]
    long, short = counts[0], counts[1] if len(counts) > 1 else 1_000
    squall = str(build / "squall")
    with tempfile.TemporaryDirectory(prefix="squall-bench-") as folder:
        stores = {count: Path(folder) / f"{count}.db" for count in (short, long)}
        for count, store in stores.items():
            load(squall, store, count)
        print(f"peak memory of a list of {long} resources beside {short}, about 1 KB each")
        for title, arguments in (
            ("SELECT count(*)", ["SELECT count(*) FROM aws.logs.log_groups"]),
            ("SELECT * -o csv", ["-o", "csv", "SELECT * FROM aws.logs.log_groups"]),
        ):
            commands = [[squall, "--cloud", f"local:{stores[count]}", "exec", *arguments] for count in (short, long)]
            few, many = measure(build, 3, commands)
            print(f"  {title:16} {few.peak_mib:7.1f} MiB -> {many.peak_mib:7.1f} MiB  {many.peak_mib / few.peak_mib:5.2f} x"
                  f"  {many.median_ms:9.0f} ms  {many.median_ms * 1000 / long:6.1f} us a row")


if __name__ == "__main__":
    main()
