#!/usr/bin/python3
"""SELECT * FROM squall.columns, made from the catalogue, beside sqlite3 printing the same rows from a file.

usage: columns.py BUILD [RUNS]
"""
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import measure


def main() -> None:
    build = Path(sys.argv[1]).resolve()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    squall = [str(build / "squall"), "exec", "-o", "csv", "SELECT * FROM squall.columns"]
    with tempfile.TemporaryDirectory(prefix="squall-bench-") as folder:
        rows, database = Path(folder) / "columns.csv", Path(folder) / "columns.db"
        rows.write_bytes(subprocess.run(squall, stdout=subprocess.PIPE, check=True).stdout)
        subprocess.run(["/usr/bin/sqlite3", str(database), ".mode csv", f".import {rows} columns"], check=True)
        sqlite = ["/usr/bin/sqlite3", "-csv", "-header", str(database), "SELECT * FROM columns"]
        ours, theirs = measure(build, runs, [squall, sqlite])
        count = rows.read_bytes().count(b"\n") - 1
    print(f"squall.columns, {count} rows as csv; medians of {runs} runs in turn")
    print(f"  squall   {ours.median_ms:8.1f} ms  {ours.median_ms / theirs.median_ms:5.2f} x")
    print(f"  sqlite3  {theirs.median_ms:8.1f} ms")


if __name__ == "__main__":
    main()
