"""Compare the SDK with the official one: CPU per call, import time, memory.

Both clients run in the same run against the same loopback server, in a separate process:
`DescribeHaVips` with 20 HAVIPs in the response, including signatures and models. The figure is the
CPU time of the client's process: the best of several rounds, which alternate between the two, so
that a busy machine affects both alike.

    python benchmarks/sdk.py [--calls N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, Final

CALL_BAR: Final = 0.40
IMPORT_BAR: Final = 1.4
MEMORY_BAR: Final = 1.0
KEY: Final = ("AKIDbenchmark00000000", "benchmarkkey00000000")
REGION: Final = "ap-guangzhou"

SERVER: Final = r"""
import json, socketserver, sys

vips = [
    {
        "HaVipId": f"havip-{number:08x}",
        "HaVipName": f"web-{number}",
        "Vip": f"10.0.0.{number + 10}",
        "VpcId": "vpc-1a2b3c4d",
        "SubnetId": "subnet-1a2b3c4d",
        "NetworkInterfaceId": "eni-1a2b3c4d",
        "InstanceId": "ins-1a2b3c4d",
        "AddressIp": "",
        "State": "AVAILABLE",
        "CreatedTime": "2026-01-01 08:00:00",
        "Business": "",
        "HaVipAssociationSet": [
            {"HaVipId": f"havip-{number:08x}", "InstanceId": f"ins-{peer}", "InstanceType": "CVM"}
            for peer in range(2)
        ],
        "CheckAssociate": True,
        "CdcId": "",
        "FlushedTime": "0000-00-00 00:00:00",
        "TagSet": [],
    }
    for number in range(20)
]
content = {"TotalCount": 20, "HaVipSet": vips, "RequestId": "r" * 36}
body = json.dumps({"Response": content}).encode()
answer = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: nginx\r\n"
    b"Date: Mon, 23 Nov 2026 00:00:00 GMT\r\nContent-Length: %d\r\n\r\n" % len(body) + body
)

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            length = 0
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not line:
                return
            self.rfile.read(length)
            self.wfile.write(answer)

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""


def havip_call(port: int) -> Callable[[], int]:
    """Call this SDK as a user would write it, and return the number of items."""
    import havip

    client = havip.Client(
        REGION, credentials=havip.Credentials(*KEY), endpoint=f"http://127.0.0.1:{port}"
    )
    return lambda: len(client.describe_ha_vips().ha_vip_set)


def official_call(port: int) -> Callable[[], int]:
    """Call the official SDK in the same way."""
    from tencentcloud.common import credential  # type: ignore[import-untyped]
    from tencentcloud.common.profile import (  # type: ignore[import-untyped]
        client_profile,
        http_profile,
    )
    from tencentcloud.vpc.v20170312 import models, vpc_client  # type: ignore[import-untyped]

    http = http_profile.HttpProfile(protocol="http", endpoint=f"127.0.0.1:{port}")
    profile = client_profile.ClientProfile(httpProfile=http)
    client = vpc_client.VpcClient(credential.Credential(*KEY), REGION, profile)
    return lambda: len(client.DescribeHaVips(models.DescribeHaVipsRequest()).HaVipSet)


SIDES: Final = {"havip": havip_call, "official": official_call}


def work(side: str, port: int, calls: int) -> None:
    """Run the process of one side: make calls on request, and report their cost."""
    call = SIDES[side](port)
    if call() != 20:
        raise SystemExit(f"{side}: the server's 20 HAVIPs did not come back")
    for _ in range(50):
        call()
    for line in sys.stdin:
        if line.strip() == "memory":
            print(_peak_memory(), flush=True)
            continue
        begun = time.process_time()
        for _ in range(calls):
            call()
        print((time.process_time() - begun) / calls, flush=True)


def _peak_memory() -> float:
    """Return the peak memory of this process, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Side:
    """The process of one side."""

    def __init__(self, name: str, port: int, calls: int) -> None:
        command = [sys.executable, __file__, "--side", name, "--port", str(port)]
        self._process = subprocess.Popen(
            [*command, "--calls", str(calls)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str) -> float:
        """Send the process a task and return the number that it reports."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def end(self) -> None:
        """Stop the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def measure_calls(calls: int, rounds: int) -> dict[str, dict[str, float]]:
    """Measure CPU seconds of a call and peak memory, of both sides on one server."""
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    sides: dict[str, Side] = {}
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        sides = {name: Side(name, port, calls) for name in SIDES}
        costs: dict[str, list[float]] = {name: [] for name in SIDES}
        for _ in range(rounds):
            for name, side in sides.items():
                costs[name].append(side.ask("calls"))
        return {
            name: {"call": min(costs[name]), "memory": side.ask("memory")}
            for name, side in sides.items()
        }
    finally:
        for side in sides.values():
            side.end()
        server.terminate()
        server.wait(10)


def measure_imports(rounds: int) -> dict[str, float]:
    """Measure CPU seconds of imports in fresh interpreters, minus that of a bare interpreter."""
    programs = {
        "bare": "pass",
        "base": "import requests, pydantic",
        "havip": "import havip",
        "client": "from havip import Client",
        "all": "from havip import Client, api; [*api.ACTIONS.values()]",
        "official": "from tencentcloud.vpc.v20170312 import models, vpc_client",
    }
    best = dict.fromkeys(programs, 1e9)
    with tempfile.TemporaryDirectory() as cache:
        # A first round compiles all code, as an installer does.
        for _ in range(rounds + 1):
            for name, program in programs.items():
                best[name] = min(best[name], _cpu(program, cache))
    return {name: cost - best["bare"] for name, cost in best.items() if name != "bare"}


def _cpu(program: str, cache: str) -> float:
    """Run a program in a fresh interpreter and return its CPU seconds, including start-up."""
    code = f"import time\n{program}\nprint(time.process_time())"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    return float(done.stdout)


def line(what: str, ratio: float, bar: float, detail: str) -> dict[str, Any]:
    """Print one ratio next to its bar, and return it for the JSON output."""
    verdict = "ok" if ratio <= bar else "MISSED"
    print(f"{what:<44} {ratio:5.2f}  bar {bar:4.2f}  {verdict:6}  {detail}")
    return {"what": what, "ratio": round(ratio, 3), "bar": bar, "ok": ratio <= bar}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", action="store_true", help="print the results as JSON too")
    parser.add_argument("--side", choices=[*SIDES], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        work(options.side, options.port, options.calls)
        return
    try:
        import tencentcloud.vpc  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        raise SystemExit("the peer is missing: pip install tencentcloud-sdk-python-vpc") from None
    costs, imports = measure_calls(options.calls, options.rounds), measure_imports(options.rounds)
    ours, theirs = costs["havip"], costs["official"]
    results = [
        line(
            "CPU of a call against the official SDK's",
            ours["call"] / theirs["call"],
            CALL_BAR,
            f"{ours['call'] * 1e3:.3f} ms against {theirs['call'] * 1e3:.3f} ms",
        ),
        line(
            "import havip against requests and pydantic",
            imports["havip"] / imports["base"],
            IMPORT_BAR,
            f"{imports['havip'] * 1e3:.0f} ms against {imports['base'] * 1e3:.0f} ms",
        ),
        line(
            "its Client loaded, against the same",
            imports["client"] / imports["base"],
            IMPORT_BAR,
            f"{imports['client'] * 1e3:.0f} ms; with all actions {imports['all'] * 1e3:.0f} ms; "
            f"the official SDK {imports['official'] * 1e3:.0f} ms",
        ),
        line(
            "peak memory against the official SDK's",
            ours["memory"] / theirs["memory"],
            MEMORY_BAR,
            f"{ours['memory']:.0f} MB against {theirs['memory']:.0f} MB",
        ),
    ]
    if options.json:
        print(json.dumps(results))
    if not all(result["ok"] for result in results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
