"""Measure the emulator: CPU of a request against moto's server, and describes among many HAVIPs.

The emulator and moto's server run as separate processes in the same run. Each is asked for 20
things by keep-alive requests: DescribeHaVips, signed, with the signature verified, and moto's
DescribeAddresses, whose signature moto does not look at. What counts is the CPU time of the
server's process, the best of several rounds that take turns.

Then 200 keep-alive clients, in a separate process, send mixed requests to the emulator, and to moto
for as long as it takes to measure its throughput; and separate processes create 100,000 and 200,000
HAVIPs to compare their memory.

Then a gateway in this process answers describes by id and by an exact filter, with 20 hits, among
100 HAVIPs and among 100,000.

    python benchmarks/emulator.py [--calls N] [--rounds N] [--many N] [--seconds N]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import http.client
import importlib.util
import json
import math
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

PEER_BAR: Final = 1 / 25
LATENCY_BAR: Final = 5.0
THROUGHPUT_BAR: Final = 15.0
MEMORY_BAR: Final = 1.2
CLIENTS: Final = 200
MANY_BAR: Final = 2.0
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


def measure_requests(calls: int, rounds: int) -> tuple[float, float | None]:
    """Measure CPU seconds per request, ours and moto's; None if moto is not installed."""
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(emulator())
        our_call = havip_call(ours)
        best = {"ours": 1e9, "moto": 1e9}
        peer: Server | None = None
        if importlib.util.find_spec("moto") and importlib.util.find_spec("flask"):
            peer = stack.enter_context(moto())
            peer_call = moto_call(peer)
        for _ in range(rounds):
            best["ours"] = min(best["ours"], ours.cpu(our_call, calls))
            if peer is not None:
                best["moto"] = min(best["moto"], peer.cpu(peer_call, max(calls // 10, 50)))
        return best["ours"], best["moto"] if peer is not None else None


def crowd(number: int) -> dict[str, Callable[[], bytes]]:
    """Create HAVIPs and return the describe calls that find 20 of them."""
    from havip import api
    from havip.emulator.cloud import Caller, Cloud
    from havip.emulator.http.gateway import Gateway
    from havip.emulator.http.messages import RawRequest
    from havip.emulator.state.settings import Quotas, Settings

    quotas = Quotas(havips_per_vpc=number, subnets_per_vpc=1000)
    cloud = Cloud(settings=Settings(quotas=quotas, seed=1))
    caller = Caller(account="100000000001", region="ap-guangzhou")
    gateway = Gateway(cloud, verify="none")
    vpc = cloud.call(caller, api.CreateVpc(vpc_name="a", cidr_block="10.0.0.0/12")).vpc
    ids = []
    for index in range(number):
        if index % 60_000 == 0:
            made = api.CreateSubnet(
                vpc_id=vpc.vpc_id,
                subnet_name="a",
                cidr_block=f"10.{index // 60_000}.0.0/16",
                zone="ap-guangzhou-3",
            )
            subnet = cloud.call(caller, made).subnet
        wanted = api.CreateHaVip(
            vpc_id=vpc.vpc_id, subnet_id=subnet.subnet_id, ha_vip_name=f"group-{index // HITS}"
        )
        ids.append(cloud.call(caller, wanted).ha_vip.ha_vip_id)

    def describe(**params: Any) -> Callable[[], bytes]:
        body = json.dumps(params).encode()
        headers = [*signed("DescribeHaVips", body, HOST).items()]
        raw = RawRequest("POST", "/", headers, body)
        if json.loads(gateway.handle(raw).body)["Response"]["TotalCount"] != HITS:
            raise SystemExit("a describe among many did not find its 20 HAVIPs")
        return lambda: gateway.handle(raw).body

    return {
        "by id": describe(HaVipIds=ids[-HITS:]),
        "by an exact filter": describe(
            Filters=[{"Name": "havip-name", "Values": [f"group-{number // HITS - 1}"]}]
        ),
    }


def measure_crowds(many: int, calls: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Measure seconds of a describe among many and among 100, by its kind."""
    crowds = {"few": crowd(100), "many": crowd(many)}
    best: dict[tuple[str, str], float] = {}
    for _ in range(rounds):
        for size, describes in crowds.items():
            for kind, ask in describes.items():
                begun = time.process_time()
                for _ in range(calls):
                    ask()
                took = (time.process_time() - begun) / calls
                best[size, kind] = min(best.get((size, kind), 1e9), took)
    return {kind: (best["many", kind], best["few", kind]) for kind in crowds["few"]}


def measure_crowd_of_clients(seconds: float) -> tuple[Burst, float | None]:
    """Measure 200 clients that send mixed verbs; return their results, and moto's throughput."""
    with emulator() as server:
        havip_call(server)
        ours = burst(server.port, mixed_requests(server), seconds)
    if not (importlib.util.find_spec("moto") and importlib.util.find_spec("flask")):
        return ours, None
    with moto() as peer:
        moto_call(peer)
        theirs = burst(peer.port, moto_requests(), min(seconds, 10.0))
    return ours, theirs.rate


def mixed_requests(server: Server) -> list[bytes]:
    """Return encoded, signed requests of several actions."""

    def ask(action: str, **params: Any) -> Any:
        body = json.dumps(params).encode()
        answer = server.ask(body, signed(action, body, f"{HOST}:{server.port}"))
        return json.loads(answer)["Response"]

    first = ask("DescribeHaVips", Limit=1)["HaVipSet"][0]
    verbs: list[tuple[str, dict[str, Any]]] = [
        ("DescribeHaVips", {"HaVipIds": [first["HaVipId"]]}),
        ("DescribeHaVips", {"Filters": [{"Name": "vip", "Values": [first["Vip"]]}]}),
        ("DescribeHaVips", {"Limit": HITS}),
        ("ModifyHaVipAttribute", {"HaVipId": first["HaVipId"], "HaVipName": "renamed"}),
        ("DescribeVpcs", {}),
        ("DescribeSubnets", {}),
        ("DescribeVpcLimits", {"LimitTypes": ["vpc-max-havips"]}),
        ("DescribeRouteTables", {}),
    ]
    made = []
    for action, params in verbs:
        body = json.dumps(params).encode()
        made.append(written(signed(action, body, f"{HOST}:{server.port}"), body))
    return made


def moto_requests() -> list[bytes]:
    """Return the encoded requests for moto."""
    scope = f"{datetime.now(UTC):%Y%m%d}/us-east-1/ec2/aws4_request"
    headers = {
        **FORM,
        "Host": "ec2.us-east-1.amazonaws.com",
        "Authorization": f"AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/{scope}, "
        "SignedHeaders=host, Signature=0",
    }
    return [
        written(headers, f"Action={action}&Version=2016-11-15".encode())
        for action in ("DescribeAddresses", "DescribeVpcs", "DescribeSubnets")
    ]


def written(headers: dict[str, str], body: bytes) -> bytes:
    """Encode a POST request."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(["POST / HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


class Burst(NamedTuple):
    """Latencies and failures observed by many concurrent clients."""

    rate: float
    p50: float
    p99: float
    errors: int


def burst(port: int, requests: list[bytes], seconds: float) -> Burst:
    """Run many concurrent clients in a separate process."""
    text = json.dumps([request.decode("latin-1") for request in requests])
    done = subprocess.run(
        [sys.executable, __file__, "--burst", str(port), str(seconds)],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return Burst(*json.loads(done.stdout))


async def ask_in_turn(port: int, requests: list[bytes], until: float, first: int) -> list[float]:
    """Send requests over one connection, one after the other; a failed one counts as infinite.

    A server that closes the connection after each answer, as moto's does, gets a new one.
    """
    times: list[float] = []
    number, streams = first, await asyncio.open_connection(HOST, port)
    while (begun := time.perf_counter()) < until:
        reader, writer = streams
        try:
            writer.write(requests[number % len(requests)])
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            body = await reader.readexactly(size)
            good = b" 200 " in head[:16] and b'"Error"' not in body[:200]
            ends = b"connection: close" in head
        except (OSError, EOFError, ValueError):
            good, ends = False, True
        times.append(time.perf_counter() - begun if good else math.inf)
        number += 1
        if ends:
            writer.close()
            streams = await asyncio.open_connection(HOST, port)
    streams[1].close()
    return times


async def burst_here(port: int, requests: list[bytes], seconds: float) -> Burst:
    """Run 200 concurrent clients in this process, and sum up their results."""
    until = time.perf_counter() + seconds
    asked = (ask_in_turn(port, requests, until, number) for number in range(CLIENTS))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    errors = sum(isinstance(answer, BaseException) for answer in answers)
    times = sorted(t for answer in answers if isinstance(answer, list) for t in answer)
    good = [t for t in times if t < math.inf]
    middle, late = good[len(good) // 2], good[len(good) * 99 // 100]
    return Burst(len(good) / seconds, middle, late, errors + len(times) - len(good))


def bytes_each(number: int) -> float:
    """Return the bytes of memory per HAVIP, measured in a separate process."""
    done = subprocess.run(
        [sys.executable, __file__, "--fill", str(number)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def resident() -> int:
    """Return the resident memory of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def fill_here(number: int) -> float:
    """Create HAVIPs in this process, and return the bytes of memory per HAVIP."""
    crowd(100)  # one-time imports and initialization
    before = resident()
    kept = crowd(number)
    each = (resident() - before) / number
    assert kept
    return each


def line(what: str, ratio: float, bar: float, detail: str) -> dict[str, Any]:
    """Print one ratio next to its bar, and return it for the JSON output."""
    verdict = "ok" if ratio <= bar else "MISSED"
    print(f"{what:<44} {ratio:5.3f}  bar {bar:5.3f}  {verdict:6}  {detail}")
    return {"what": what, "ratio": round(ratio, 4), "bar": round(bar, 4), "ok": ratio <= bar}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="print the results as JSON too")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--burst", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.burst:
        port, seconds = int(options.burst[0]), float(options.burst[1])
        asked = [text.encode("latin-1") for text in json.load(sys.stdin)]
        print(json.dumps(asyncio.run(burst_here(port, asked, seconds))))
        return
    if options.fill:
        print(fill_here(options.fill))
        return
    results = []
    ours, peer = measure_requests(options.calls, options.rounds)
    if peer is None:
        print(
            f"CPU of a request: {ours * 1e3:.3f} ms; no verdict, as the peer is missing: "
            "pip install 'moto[server]'"
        )
    else:
        detail = f"{ours * 1e3:.3f} ms against {peer * 1e3:.3f} ms"
        results.append(line("CPU of a request against moto's", ours / peer, PEER_BAR, detail))
    many_clients, peer_rate = measure_crowd_of_clients(options.seconds)
    what = f"{CLIENTS} clients for {options.seconds:.0f} s: p99 against p50"
    detail = f"{many_clients.p99 * 1e3:.1f} ms against {many_clients.p50 * 1e3:.1f} ms"
    results.append(line(what, many_clients.p99 / many_clients.p50, LATENCY_BAR, detail))
    results.append(line(f"{CLIENTS} clients: errors", many_clients.errors, 0.0, "none allowed"))
    if peer_rate is not None:
        detail = f"{many_clients.rate:.0f} requests a second against {peer_rate:.0f}"
        ratio = peer_rate / many_clients.rate
        results.append(line("throughput of moto against ours", ratio, 1 / THROUGHPUT_BAR, detail))
    twice, once = bytes_each(2 * options.many), bytes_each(options.many)
    what = f"memory of a HAVIP among {2 * options.many} against {options.many}"
    results.append(line(what, twice / once, MEMORY_BAR, f"{twice:.0f} against {once:.0f} bytes"))
    for kind, (many, few) in measure_crowds(options.many, 200, options.rounds).items():
        what = f"describe {kind}, {options.many} HAVIPs against 100"
        detail = f"{many * 1e3:.3f} ms against {few * 1e3:.3f} ms"
        results.append(line(what, many / few, MANY_BAR, detail))
    if options.json:
        print(json.dumps(results))
    if not all(result["ok"] for result in results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
