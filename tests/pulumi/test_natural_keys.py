"""After any three programs, the cloud matches each of them, without interruptions in between.

The third is often the first one again. The programs are generated over a few HAVIPs, instances,
elastic IPs and destinations, with resources that are renamed, swapped, permuted and moved between
`associations` and attachments. The emulator's rows are the judge, and every state they pass through
is looked at.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

import pulumi_havip as havip
from havip.emulator.mock import mock_havip
from havip.emulator.state.settings import Settings as CloudSettings
from havip.testing import StackFactory
from pulumi_havip.testing import StackUnderTest
from tests.pulumi.natural_key_programs import (
    HAVIPS,
    Declared,
    Judge,
    check_end,
    check_moments,
    generated,
    left_in_ranges,
)

SEED = 20261126
Told = Callable[[str, object], None]


def judge_programs(folder: Path, seed: int) -> None:
    """Deploy one generated program after another, and judge where that led."""
    rng = random.Random(seed)
    mock = mock_havip(settings=CloudSettings(seed=seed))
    mock.start()
    try:
        programs: list[Declared] = [generated(rng, None)]
        programs += [generated(rng, programs[0])]
        programs += [programs[0] if rng.random() < 0.6 else generated(rng, programs[1])]
        current = [programs[0]]
        stack = StackUnderTest(lambda: current[0](), mock.control, folder)
        left: dict[str, set[str]] = {name: set() for name in HAVIPS}
        judge = Judge(mock.control)
        for number, program in enumerate(programs):
            before = programs[number - 1] if number else None
            current[0] = program
            judge.moments.clear()
            stack.up()
            left = left_in_ranges(left, before, program)
            check_end(judge, program, left)
            if before is not None:
                check_moments(judge, before, program)
        stack.destroy()
        assert judge.now() == ({}, {}, {})
    finally:
        mock.stop()


def search(folder: Path, seeds: Iterator[int]) -> int:
    count = 0
    for count, seed in enumerate(seeds, 1):  # noqa: B007
        try:
            judge_programs(folder / str(seed), seed)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    return count


def test_what_another_provider_of_the_process_takes_over_stays(havip_stack: StackFactory) -> None:
    """A renamed attachment or route may move to an explicit provider of the same region."""
    names = ["before"]

    def program() -> None:
        name = names[0]
        other = None if name == "before" else havip.Provider("here", region="ap-guangzhou")
        opts = pulumi.ResourceOptions(provider=other)
        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
        zone = "ap-guangzhou-3"
        subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone)
        inside: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id}
        machine: Any = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
        node = havip.Instance("node", zone=zone, **machine, **inside)
        vip, eip = havip.HaVip("web", **inside), havip.Eip("web")
        havip.HaVipInstanceAttachment(name, ha_vip_id=vip.id, instance_id=node.id, opts=opts)
        havip.HaVipEipAttachment(name, ha_vip_id=vip.id, address_ip=eip.public_ip, opts=opts)
        havip.RouteEntry(
            name,
            route_table_id=subnet.route_table_id,
            destination_cidr_block="192.0.2.0/24",
            gateway_id=vip.id,
            opts=opts,
        )

    stack = havip_stack(program)
    before = _held(stack)
    names[0] = "after"
    stack.up()
    assert _held(stack) == before
    stack.assert_no_drift()
    stack.assert_clean_destroy()


@pytest.mark.parametrize("between", ["b", "ab"], ids=["one more member", "another member"])
def test_a_range_that_is_declared_again_is_complete_again(
    havip_stack: StackFactory, between: str
) -> None:
    """In between, an attachment manages the range, of one node after the other."""
    attached = [""]

    def program() -> None:
        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
        zone = "ap-guangzhou-3"
        subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone)
        inside: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id}
        machine: Any = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5", "zone": zone}
        nodes = {name: havip.Instance(name, **machine, **inside) for name in "ab"}
        if attached[0]:
            web = havip.HaVip("web", **inside)
            node = nodes[attached[0]]
            havip.HaVipInstanceAttachment("x", ha_vip_id=web.id, instance_id=node.id)
        else:
            havip.HaVip("web", **inside, associations=[{"instance_id": nodes["a"].id}])

    stack = havip_stack(program)
    first = _range(stack)
    for attached[0] in (*between, ""):
        stack.up()
    assert _range(stack) == first
    stack.assert_no_drift()
    stack.assert_clean_destroy()


def _range(stack: StackUnderTest) -> set[str]:
    [row] = stack.client.describe_ha_vips().ha_vip_set
    return {item.instance_id for item in row.ha_vip_association_set}


def _held(stack: StackUnderTest) -> tuple[int, str, list[str]]:
    [row] = stack.client.describe_ha_vips().ha_vip_set
    [table] = stack.client.describe_route_tables().route_table_set
    found = [route.destination_cidr_block for route in table.route_set]
    return len(row.ha_vip_association_set), row.address_ip, found


@pytest.mark.fuzz
def test_a_sample_of_programs(tmp_path: Path, record_property: Told) -> None:
    count = search(tmp_path, iter(range(SEED, SEED + 12)))
    record_property(
        "told", f"sequences of three programs: {count}, seeds {SEED} to {SEED + count - 1}"
    )


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_many_programs(tmp_path: Path, part: int, record_property: Told) -> None:
    start = SEED + 1_000 + part * 500
    count = search(tmp_path, iter(range(start, start + 500)))
    record_property(
        "told", f"sequences of three programs: {count}, seeds {start} to {start + count - 1}"
    )
