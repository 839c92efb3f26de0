#!/usr/bin/python3
"""What a call to the local cloud costs with many resources in its store, beside few: a page is found by key.

usage: cloud_scale.py BUILD [MANY [FEW]]; nine in ten resources are log groups, the others streams, 100 to a group.
"""
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, Iterator, List, Optional

STREAMS = 100
RUNS = 200
RATIO_MAX = 2.0


def lines(count: int) -> Iterator[str]:
    def line(type_name: str, properties: Dict[str, object]) -> str:
        return json.dumps({"TypeName": type_name, "region": "us-east-1", "Properties": properties}) + "\n"

    groups = count - count // 10
    for i in range(groups):
        yield line("AWS::Logs::LogGroup", {"LogGroupName": f"/bench/{i:07}", "RetentionInDays": 30})
    for i in range(count - groups):
        yield line("AWS::Logs::LogStream", {"LogGroupName": f"/bench/{i // STREAMS:07}", "LogStreamName": f"{i % STREAMS:03}"})


def load(squall: str, store: Path, count: int) -> float:
    start = time.monotonic()
    with subprocess.Popen([squall, "cloud", "load", "--store", str(store), "-"], stdin=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL) as loading:
        loading.stdin.writelines(lines(count))
    if loading.returncode:
        sys.exit("the resources could not be loaded")
    return time.monotonic() - start


class Cloud:
    """`squall cloud serve` on a store, called over one connection."""

    def __init__(self, squall: str, store: Path) -> None:
        self.server = subprocess.Popen([squall, "cloud", "serve", "--port", "0", "--store", str(store)], stdout=subprocess.PIPE, text=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(self.server.stdout.readline().rsplit(":", 1)[1]))

    def call(self, operation: str, body: Dict[str, object]) -> Dict[str, object]:
        self.connection.request("POST", "/", json.dumps(body), {"X-Amz-Target": "CloudApiService." + operation,
                                                               "Content-Type": "application/x-amz-json-1.0"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"{operation} was refused: {text!r}")
        return json.loads(text)

    def close(self) -> None:
        self.connection.close()
        self.server.terminate()
        self.server.wait()


def median_us(act, runs: int = RUNS) -> float:
    spent: List[float] = []
    for i in range(runs):
        start = time.perf_counter()
        act(i)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent) * 1e6


def last_token(cloud: Cloud) -> Optional[str]:
    """The token of the last full page, by walking through all of them."""
    token = None
    request: Dict[str, object] = {"TypeName": "AWS::Logs::LogGroup"}
    while True:
        page = cloud.call("ListResources", request)
        if "NextToken" not in page or len(page["ResourceDescriptions"]) < 100:
            return token
        token = request.get("NextToken")
        request["NextToken"] = page["NextToken"]


def measured(squall: str, store: Path, count: int) -> Dict[str, float]:
    cloud = Cloud(squall, store)
    groups = {"TypeName": "AWS::Logs::LogGroup"}
    last_group = f"/bench/{(count // 10 - 1) // STREAMS:07}"
    under = {"TypeName": "AWS::Logs::LogStream", "ResourceModel": json.dumps({"LogGroupName": last_group})}
    middle = {"TypeName": "AWS::Logs::LogGroup", "Identifier": f"/bench/{count // 2:07}"}
    if len(cloud.call("ListResources", under)["ResourceDescriptions"]) != STREAMS:
        sys.exit("a list under a group is not whole")
    token = last_token(cloud)
    spent = {
        "the first page of a list": median_us(lambda _: cloud.call("ListResources", groups)),
        "its last full page": median_us(lambda _: cloud.call("ListResources", {**groups, "NextToken": token})),
        "a page under a parent": median_us(lambda _: cloud.call("ListResources", under)),
        "a get": median_us(lambda _: cloud.call("GetResource", middle)),
        "a create": median_us(lambda i: cloud.call("CreateResource", {
            "TypeName": "AWS::Logs::LogGroup", "DesiredState": json.dumps({"LogGroupName": f"/new/{i}"})})),
    }
    cloud.close()
    return spent


def main() -> None:
    squall = str(Path(sys.argv[1]).resolve() / "squall")
    many, few = (int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000), (int(sys.argv[3]) if len(sys.argv) > 3 else 1_000)
    with tempfile.TemporaryDirectory(prefix="squall-bench-") as folder:
        results = {}
        for count in (few, many):
            store = Path(folder) / f"{count}.db"
            seconds = load(squall, store, count)
            results[count] = measured(squall, store, count)
            print(f"{count} resources: loaded in {seconds:.1f} s, {store.stat().st_size / count:.0f} bytes each", flush=True)
    print(f"calls over TCP, median of {RUNS}, with {few} and with {many} resources")
    worst = 0.0
    for title, spent in results[few].items():
        ratio = results[many][title] / spent
        if "page" in title:
            worst = max(worst, ratio)
        print(f"  {title:26} {spent:8.0f} us -> {results[many][title]:8.0f} us  {ratio:5.2f} x")
    print(f"  pages: at most {RATIO_MAX} x wanted, {worst:.2f} x measured")
    if worst > RATIO_MAX:
        sys.exit(1)


if __name__ == "__main__":
    main()
