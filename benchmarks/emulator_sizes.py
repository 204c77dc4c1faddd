"""Measure the emulator with many HAVIPs: their memory, and describes among them.

Separate processes create 100,000 and 200,000 HAVIPs to compare their memory. Then a gateway in this
process answers describes by id and by an exact filter, with 20 hits, among 100 HAVIPs and among
100,000.

    python benchmarks/emulator_sizes.py [--many N] [--rounds N] [--json]
"""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from _servers import HITS, HOST, finish, line, signed

MEMORY_BAR: Final = 1.2
MANY_BAR: Final = 2.0


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the results as JSON too")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        print(fill_here(options.fill))
        return
    twice, once = bytes_each(2 * options.many), bytes_each(options.many)
    what = f"memory of a HAVIP among {2 * options.many} against {options.many}"
    detail = f"{twice:.0f} against {once:.0f} bytes"
    results = [line(what, twice / once, MEMORY_BAR, detail)]
    for kind, (many, few) in measure_crowds(options.many, 200, options.rounds).items():
        what = f"describe {kind}, {options.many} HAVIPs against 100"
        detail = f"{many * 1e3:.3f} ms against {few * 1e3:.3f} ms"
        results.append(line(what, many / few, MANY_BAR, detail))
    finish(results, as_json=options.json)


if __name__ == "__main__":
    main()
