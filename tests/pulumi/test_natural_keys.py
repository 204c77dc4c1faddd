"""Any program after any other: the cloud has what the second declares, and nothing blinks.

Pairs of programs are generated over a few HAVIPs, instances, elastic IPs and destinations, with
resources that are renamed, swapped, permuted and moved between `associations` and attachments.
The emulator's rows are the judge, and every state they pass through is looked at.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pytest

import pulumi_havip as havip
from havip.emulator.http.controls import Control
from havip.emulator.mock import mock_havip
from havip.emulator.state.settings import Settings as CloudSettings
from pulumi_havip.testing import StackUnderTest

SEED = 20261126
ACCOUNT, REGION = "100000000001", "ap-guangzhou"
HAVIPS, NODES, EIPS = ("h0", "h1"), ("n0", "n1", "n2"), ("e0", "e1")
DESTINATIONS = ("192.0.2.0/24", "198.51.100.0/24")


@dataclass
class Declared:
    """A program, as what it declares: resource names to what they are of."""

    inline: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, tuple[str, str]] = field(default_factory=dict)
    bindings: dict[str, tuple[str, str]] = field(default_factory=dict)
    routes: dict[str, tuple[str, str]] = field(default_factory=dict)
    first: dict[str, bool] = field(default_factory=dict)

    def range_of(self, name: str) -> set[str]:
        if name in self.inline:
            return set(self.inline[name])
        return {node for of, node in self.members.values() if of == name}

    def __call__(self) -> None:
        """Declare the resources."""
        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
        subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{REGION}-3")
        inside: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id}
        machine: Any = {
            "zone": f"{REGION}-3",
            "instance_type": "S5.MEDIUM2",
            "image_id": "img-487zeit5",
            **inside,
        }
        nodes = {name: havip.Instance(name, **machine) for name in NODES}
        eips = {name: havip.Eip(name) for name in EIPS}
        vips = {
            name: havip.HaVip(
                name,
                **inside,
                associations=[nodes[node].id for node in self.inline[name]]
                if name in self.inline
                else None,
            )
            for name in HAVIPS
        }
        for name, (of, node) in self.members.items():
            havip.HaVipInstanceAttachment(
                name,
                ha_vip_id=vips[of].id,
                instance_id=nodes[node].id,
                opts=self._options(name),
            )
        for name, (of, eip) in self.bindings.items():
            havip.HaVipEipAttachment(
                name,
                ha_vip_id=vips[of].id,
                address_ip=eips[eip].public_ip,
                opts=self._options(name),
            )
        for name, (destination, of) in self.routes.items():
            havip.RouteEntry(
                name,
                route_table_id=subnet.route_table_id,
                destination_cidr_block=destination,
                gateway_id=vips[of].id,
                opts=self._options(name),
            )

    def _options(self, name: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(delete_before_replace=self.first.get(name))


def generated(rng: random.Random, before: Declared | None) -> Declared:
    """Generate a program; one that comes after another is mostly made of the same things."""
    found = Declared()
    for name in HAVIPS:
        if rng.random() < 0.35:
            count = rng.randint(1, len(NODES))
            found.inline[name] = tuple(sorted(rng.sample(NODES, count)))
    free = [(of, node) for of in HAVIPS if of not in found.inline for node in NODES]
    taken = rng.sample(free, rng.randint(0, len(free)))
    if before is not None and rng.random() < 0.5:
        taken = [item for item in before.members.values() if item in free]
    found.members = _named(rng, "m", taken)
    count = rng.randint(0, min(len(HAVIPS), len(EIPS)))
    pairs = zip(rng.sample(HAVIPS, count), rng.sample(EIPS, count), strict=True)
    found.bindings = _named(rng, "b", list(pairs))
    chosen = rng.sample(DESTINATIONS, rng.randint(0, len(DESTINATIONS)))
    found.routes = _named(rng, "r", [(item, rng.choice(HAVIPS)) for item in chosen])
    if rng.random() < 0.2:
        names = [*found.members, *found.bindings]
        found.first = {name: rng.random() < 0.5 for name in names if rng.random() < 0.5}
    return found


def _named(rng: random.Random, kind: str, items: list[Any]) -> dict[str, Any]:
    """Assign names of a small set to things, so that the same names come to stand for others."""
    items = rng.sample(items, len(items))
    names = [f"{kind}{number}" for number in range(len(items) + 1)]
    return dict(zip(rng.sample(names, len(items)), items, strict=True))


class Judge:
    """Records each state that the rows of the emulator pass through."""

    def __init__(self, control: Control) -> None:
        self.region = control.cloud.region(ACCOUNT, REGION)
        self.moments: list[tuple[dict[str, set[str]], dict[str, str], dict[str, str]]] = []
        for table in (self.region.havips, self.region.route_tables):
            self._watch(table)

    def _watch(self, table: Any) -> None:
        put: Callable[[Any], Any] = table.put

        def watched(row: Any) -> Any:
            done = put(row)
            self.moments.append(self.now())
            return done

        table.put = watched

    def now(self) -> tuple[dict[str, set[str]], dict[str, str], dict[str, str]]:
        rows = list(self.region.havips)
        names = {row.ha_vip_id: row.ha_vip_name for row in rows}
        nodes = {row.instance_id: row.instance_name for row in self.region.instances}
        eips = {row.address_ip: row.address_name for row in self.region.eips}
        ranges = {
            row.ha_vip_name: {nodes[item.instance_id] for item in row.ha_vip_association_set}
            for row in rows
        }
        bound = {row.ha_vip_name: eips[row.address_ip] for row in rows if row.address_ip}
        routes = {
            route.destination_cidr_block: names.get(route.gateway_id, route.gateway_id)
            for table in self.region.route_tables
            for route in table.route_set
        }
        return ranges, bound, routes


def judge_pair(folder: Path, seed: int) -> None:
    """Deploy one generated program after another, and judge where that led."""
    rng = random.Random(seed)
    mock = mock_havip(settings=CloudSettings(seed=seed))
    mock.start()
    try:
        programs: list[Declared] = [generated(rng, None)]
        programs += [generated(rng, programs[0])]
        current = [programs[0]]
        stack = StackUnderTest(lambda: current[0](), mock.control, folder)
        left: dict[str, set[str]] = {name: set() for name in HAVIPS}
        judge = Judge(mock.control)
        for number, program in enumerate(programs):
            before = programs[number - 1] if number else None
            current[0] = program
            judge.moments.clear()
            stack.up()
            for name in HAVIPS:
                if name in program.inline:
                    left[name] = set()
                elif before is not None and name in before.inline:
                    left[name] = set(before.inline[name])
                elif before is not None:
                    left[name] -= before.range_of(name)
            _check_end(judge, program, left)
            if before is not None:
                _check_moments(judge, before, program)
        stack.destroy()
        assert judge.now() == ({}, {}, {})
    finally:
        mock.stop()


def _check_end(judge: Judge, program: Declared, left: dict[str, set[str]]) -> None:
    ranges, bound, routes = judge.now()
    for name in HAVIPS:
        wanted = program.range_of(name)
        assert wanted <= ranges[name] <= wanted | left[name], (name, ranges, program)
    assert bound == dict(program.bindings.values()), program
    assert routes == dict(program.routes.values()), program


def _check_moments(judge: Judge, before: Declared, after: Declared) -> None:
    """Check that what both programs declare exists at every moment, unless replaced on request."""
    if any(after.first.values()):
        return
    bound = {*before.bindings.values()} & {*after.bindings.values()}
    routed = {item for item, _ in before.routes.values()} & {
        item for item, _ in after.routes.values()
    }
    for ranges, bindings, routes in judge.moments:
        for name in HAVIPS:
            stays = before.range_of(name) & after.range_of(name)
            assert stays <= ranges[name], (name, ranges, before, after)
            if before.range_of(name) and after.range_of(name):
                assert ranges[name], (name, before, after)
        assert bound <= {*bindings.items()}, (bindings, before, after)
        assert routed <= routes.keys(), (routes, before, after)


def search(folder: Path, seeds: Iterator[int]) -> int:
    count = 0
    for count, seed in enumerate(seeds, 1):  # noqa: B007
        try:
            judge_pair(folder / str(seed), seed)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    return count


@pytest.mark.fuzz
def test_a_sample_of_pairs_of_programs(tmp_path: Path) -> None:
    count = search(tmp_path, iter(range(SEED, SEED + 12)))
    print(f"pairs of programs: {count}, seeds {SEED} to {SEED + count - 1}")


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_many_pairs_of_programs(tmp_path: Path, part: int) -> None:
    start = SEED + 1_000 + part * 500
    count = search(tmp_path, iter(range(start, start + 500)))
    print(f"pairs of programs: {count}, seeds {start} to {start + count - 1}")
