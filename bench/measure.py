"""Calls bench_measure, which starts commands in turn and tells their time and memory."""
import subprocess
from pathlib import Path
from typing import List, NamedTuple, Sequence


class Measured(NamedTuple):
    median_ms: float
    least_ms: float
    peak_mib: float


def measure(build: Path, runs: int, commands: Sequence[Sequence[str]]) -> List[Measured]:
    arguments = [str(build / "bench" / "bench_measure"), str(runs)]
    for command in commands:
        arguments += ["--", *command]
    printed = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [line.split() for line in printed.splitlines()]
    return [Measured(float(median), float(least), int(peak) / 1024) for median, least, peak in rows]
