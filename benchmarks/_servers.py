"""The emulator and moto as servers in processes of their own, and how a result is printed."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

HITS: Final = 20
HOST: Final = "127.0.0.1"
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}

SERVE: Final = """
from havip.emulator.http.service import ServerOptions, run
options = ServerOptions(settings={"quotas": {"havips_per_vpc": 1000}})
run(options, lambda line: print(line, flush=True))
"""


def signed(action: str, body: bytes, host: str) -> dict[str, str]:
    """Return the headers of a signed request to the VPC service."""
    now = int(time.time())
    scope = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}/vpc/tc3_request"
    canonical = (
        f"POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n"
        f"{hashlib.sha256(body).hexdigest()}"
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = b"TC3SECRETEXAMPLE"
    for part in (*scope.split("/"), f"TC3-HMAC-SHA256\n{now}\n{scope}\n{digest}"):
        key = hmac.digest(key, part.encode(), "sha256")
    return {
        "Host": host,
        "Content-Type": "application/json",
        "X-TC-Action": action,
        "X-TC-Version": "2017-03-12",
        "X-TC-Timestamp": str(now),
        "X-TC-Region": "ap-guangzhou",
        "Authorization": f"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, "
        f"SignedHeaders=content-type;host, Signature={key.hex()}",
    }


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    """A server in a separate process, and a connection to it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.port = port
        self._pid = process.pid
        self._connection = http.client.HTTPConnection(HOST, port, timeout=30)

    def ask(self, body: bytes, headers: dict[str, str]) -> bytes:
        """Send a request and return the body of the response."""
        self._connection.request("POST", "/", body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"port {self.port} answered {answer.status}: {content[:200]!r}")
        return content

    def cpu(self, ask: Callable[[], object], calls: int) -> float:
        """Return the CPU seconds of the server per call."""
        before = cpu_seconds(self._pid)
        for _ in range(calls):
            ask()
        return (cpu_seconds(self._pid) - before) / calls


@contextlib.contextmanager
def emulator() -> Iterator[Server]:
    """Run the emulator."""
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Server(process, int(process.stdout.readline().rpartition(":")[2]))
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def moto() -> Iterator[Server]:
    """Run moto's server."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
                break
            time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(10)


def havip_call(server: Server) -> Callable[[], bytes]:
    """Create 20 HAVIPs and return the call that lists them."""

    def call(action: str, **params: Any) -> Any:
        body = json.dumps(params).encode()
        answer = server.ask(body, signed(action, body, f"{HOST}:{server.port}"))
        return json.loads(answer)["Response"]

    made = call("CreateVpc", VpcName="bench", CidrBlock="10.0.0.0/16")["Vpc"]
    subnet = call(
        "CreateSubnet",
        VpcId=made["VpcId"],
        SubnetName="bench",
        CidrBlock="10.0.1.0/24",
        Zone="ap-guangzhou-3",
    )["Subnet"]
    for number in range(HITS):
        name, where = f"bench-{number}", {"VpcId": made["VpcId"], "SubnetId": subnet["SubnetId"]}
        call("CreateHaVip", HaVipName=name, **where)
    if len(call("DescribeHaVips", Limit=HITS)["HaVipSet"]) != HITS:
        raise SystemExit("the emulator did not give its 20 HAVIPs back")
    body = json.dumps({"Limit": HITS}).encode()
    headers = signed("DescribeHaVips", body, f"{HOST}:{server.port}")
    return lambda: server.ask(body, headers)


def moto_call(server: Server) -> Callable[[], bytes]:
    """Create 20 addresses and return the call that lists them."""
    scope = f"{datetime.now(UTC):%Y%m%d}/us-east-1/ec2/aws4_request"
    headers = {
        **FORM,
        "Host": "ec2.us-east-1.amazonaws.com",
        "Authorization": f"AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/{scope}, "
        "SignedHeaders=host, Signature=0",
    }

    def call(action: str) -> bytes:
        return server.ask(f"Action={action}&Version=2016-11-15".encode(), headers)

    for _ in range(HITS):
        call("AllocateAddress")
    if call("DescribeAddresses").count(b"<publicIp>") != HITS:
        raise SystemExit("moto did not give its 20 addresses back")
    return lambda: call("DescribeAddresses")


def has_moto() -> bool:
    """Return whether moto's server is installed."""
    return bool(importlib.util.find_spec("moto") and importlib.util.find_spec("flask"))


def line(what: str, ratio: float, bar: float, detail: str) -> dict[str, Any]:
    """Print one ratio next to its bar, and return it for the JSON output."""
    verdict = "ok" if ratio <= bar else "MISSED"
    print(f"{what:<44} {ratio:5.3f}  bar {bar:5.3f}  {verdict:6}  {detail}")
    return {"what": what, "ratio": round(ratio, 4), "bar": round(bar, 4), "ok": ratio <= bar}


def finish(results: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print the results as JSON if wanted, and exit with 1 if a bar is missed."""
    if as_json:
        print(json.dumps(results))
    if not all(result["ok"] for result in results):
        raise SystemExit(1)
