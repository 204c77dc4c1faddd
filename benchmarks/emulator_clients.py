"""Measure the emulator under 200 keep-alive clients that send mixed requests.

The clients run in a separate process. Moto's server is asked for as long as it takes to measure its
throughput.

    python benchmarks/emulator_clients.py [--seconds N] [--json]
"""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import argparse
import asyncio
import json
import math
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from _servers import (
    FORM,
    HITS,
    HOST,
    Server,
    emulator,
    finish,
    has_moto,
    havip_call,
    line,
    moto,
    moto_call,
    signed,
)

LATENCY_BAR: Final = 5.0
THROUGHPUT_BAR: Final = 15.0
CLIENTS: Final = 200


def measure_crowd_of_clients(seconds: float) -> tuple[Burst, float | None]:
    """Measure 200 clients that send mixed verbs; return their results, and moto's throughput."""
    with emulator() as server:
        havip_call(server)
        ours = burst(server.port, mixed_requests(server), seconds)
    if not has_moto():
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", action="store_true", help="print the results as JSON too")
    parser.add_argument("--burst", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.burst:
        port, seconds = int(options.burst[0]), float(options.burst[1])
        asked = [text.encode("latin-1") for text in json.load(sys.stdin)]
        print(json.dumps(asyncio.run(burst_here(port, asked, seconds))))
        return
    ours, peer_rate = measure_crowd_of_clients(options.seconds)
    what = f"{CLIENTS} clients for {options.seconds:.0f} s: p99 against p50"
    detail = f"{ours.p99 * 1e3:.1f} ms against {ours.p50 * 1e3:.1f} ms"
    results = [line(what, ours.p99 / ours.p50, LATENCY_BAR, detail)]
    results.append(line(f"{CLIENTS} clients: errors", ours.errors, 0.0, "none allowed"))
    if peer_rate is not None:
        detail = f"{ours.rate:.0f} requests a second against {peer_rate:.0f}"
        ratio = peer_rate / ours.rate
        results.append(line("throughput of moto against ours", ratio, 1 / THROUGHPUT_BAR, detail))
    finish(results, as_json=options.json)


if __name__ == "__main__":
    main()
