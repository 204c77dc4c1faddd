"""Performance of look-ups among very many rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from havip import api
from havip.emulator.rules.filters import DescribeQuery
from havip.emulator.state.addresses import AddressBook, AddressRange, to_text
from havip.emulator.state.rows import vip_of
from havip.emulator.state.table import (
    Scope,
    Table,
    UndoLog,
    Watcher,
)

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


def test_the_narrowest_index_is_used() -> None:
    """Of several filters the one that leaves fewest rows is looked up, and only these are read."""
    read: list[str] = []

    def name(row: api.Vpc) -> Iterator[str]:
        yield row.vpc_name

    def domain(row: api.Vpc) -> Iterator[str]:
        read.append(row.vpc_id)
        yield row.domain_name

    table: Table[api.Vpc] = Table(UndoLog(), Scope(), "vpc", api.Vpc, "vpc_id", {"vpc-name": name})
    for number in range(500):
        row = api.Vpc(vpc_id=f"v{number}", vpc_name=f"n{number // 2}", domain_name="d")
        table.put(row)
    listing: DescribeQuery[api.Vpc] = DescribeQuery(
        values={"vpc-id": lambda row: [row.vpc_id], "vpc-name": name, "cidr-block": domain},
        id_filter="vpc-id",
        tags=lambda row: row.tag_set,
    )
    wanted = [
        api.Filter(name="cidr-block", values=["d"]),
        api.Filter(name="vpc-name", values=["n7"]),
    ]
    found = listing.find(table, api.DescribeVpcs(filters=wanted), None)
    assert [row.vpc_id for row in found.rows] == read == ["v14", "v15"]


@pytest.mark.fuzz
def test_addresses_are_given_fast_in_a_full_subnet() -> None:
    """The free addresses of a /16 are found without looking at those that are taken."""
    book, span = AddressBook(), AddressRange.of("10.0.0.0/16")
    take: Watcher[api.HaVip] = book.watcher("ha_vip_id", vip_of)
    rows = [api.HaVip(vip=to_text(n), subnet_id="s") for n in range(span.first, span.last)]
    for row in rows:
        take(None, row)
    started = time.thread_time()
    for _ in range(200):
        assert book.pick("s", span, 1, avoid=(), first=()) == [span.last]
    for index in (9, 5):
        take(rows[index], None)
    free = [span.first + 5, span.first + 9, span.last]
    assert book.pick("s", span, 4, avoid=(), first=()) == free
    assert time.thread_time() - started < 0.5


def filled(make_rig: MakeRig, count: int) -> tuple[Rig, Any]:
    """Create HAVIPs, five of each name, and return the one in the middle."""
    rig = make_rig(quotas={"havips_per_vpc": count})
    vpc = rig.vpc("10.0.0.0/12")
    subnets = [rig.subnet(vpc, f"10.{number}.0.0/16") for number in range(2)]
    made = [
        rig.havip(subnets[number % 2], ha_vip_name=f"n{number // 5}") for number in range(count)
    ]
    return rig, made[count // 2]


def cost(rig: Rig, havip: Any) -> dict[str, float]:
    """Measure CPU seconds of a describe by each exact filter, and by id."""
    asked: dict[str, dict[str, Any]] = {
        name: {"filters": [api.Filter(name=name, values=[value])]}
        for name, value in [
            ("havip-id", havip.ha_vip_id),
            ("havip-name", havip.ha_vip_name),
            ("vip", havip.vip),
        ]
    }
    asked["ids"] = {"ha_vip_ids": [havip.ha_vip_id]}
    asked["narrow"] = {
        "filters": [
            api.Filter(name="vpc-id", values=[havip.vpc_id]),
            api.Filter(name="havip-name", values=[havip.ha_vip_name]),
        ]
    }
    return {name: best(rig, api.DescribeHaVips(**fields)) for name, fields in asked.items()}


def best(rig: Rig, request: api.DescribeHaVips) -> float:
    times = []
    for _ in range(15):
        started = time.thread_time()
        for _ in range(100):
            rig.cloud.call(rig.caller, request)
        times.append(time.thread_time() - started)
    return min(times)


@pytest.mark.soak
def test_a_hundred_thousand_havips_answer_like_a_hundred(make_rig: MakeRig) -> None:
    """By id or by an exact filter, 100,000 HAVIPs answer within twice the time of 100."""
    few, many = (cost(*filled(make_rig, count)) for count in (100, 100_000))
    ratios = {name: many[name] / few[name] for name in few}
    print(f"time of 100,000 over time of 100: {ratios}")
    assert max(ratios.values()) < 2, ratios
