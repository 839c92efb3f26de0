#!/usr/bin/python3
"""How long a whole process takes to answer SELECT 1, beside sqlite3 and an empty C++ program.

usage: start.py BUILD [RUNS]
"""
import sys
from pathlib import Path

from measure import measure


def main() -> None:
    build = Path(sys.argv[1]).resolve()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    commands = {
        "empty C++ program": [str(build / "bench" / "bench_empty")],
        "sqlite3 :memory:": ["/usr/bin/sqlite3", ":memory:", "SELECT 1"],
        "squall --cloud local": [str(build / "squall"), "--cloud", "local::memory:", "exec", "SELECT 1"],
    }
    measured = dict(zip(commands, measure(build, runs, list(commands.values()))))
    empty = measured["empty C++ program"]
    print(f"start, answer SELECT 1, end; medians of {runs} runs in turn")
    for name, result in measured.items():
        print(f"  {name:22} {result.median_ms:7.2f} ms  {result.median_ms - empty.median_ms:+7.2f} ms to the empty one"
              f"  {result.median_ms / empty.median_ms:5.2f} x  {result.peak_mib:6.1f} MiB")


if __name__ == "__main__":
    main()
