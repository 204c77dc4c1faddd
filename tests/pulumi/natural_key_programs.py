"""Programs of natural keys, generated, and the judge of what the cloud passes through."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

import pulumi_havip as havip
from havip.emulator.http.controls import Control

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


def generated(
    rng: random.Random,
    before: Declared | None,
    havips: Sequence[str] = HAVIPS,
    eips: Sequence[str] = EIPS,
) -> Declared:
    """Generate a program; one that comes after another is mostly made of the same things."""
    found = Declared()
    for name in havips:
        if rng.random() < 0.35:
            count = rng.randint(1, len(NODES))
            found.inline[name] = tuple(sorted(rng.sample(NODES, count)))
    free = [(of, node) for of in havips if of not in found.inline for node in NODES]
    taken = rng.sample(free, rng.randint(0, len(free)))
    if before is not None and rng.random() < 0.5:
        taken = [item for item in before.members.values() if item in free]
    found.members = _named(rng, "m", taken)
    count = rng.randint(0, min(len(havips), len(eips)))
    pairs = zip(rng.sample(havips, count), rng.sample(eips, count), strict=True)
    found.bindings = _named(rng, "b", list(pairs))
    chosen = rng.sample(DESTINATIONS, rng.randint(0, len(DESTINATIONS)))
    found.routes = _named(rng, "r", [(item, rng.choice(havips)) for item in chosen])
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
        nodes |= {row.network_interface_id: row.network_interface_name for row in self.region.enis}
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


def left_in_ranges(
    left: dict[str, set[str]], before: Declared | None, program: Declared
) -> dict[str, set[str]]:
    """Return the members that a program may leave in ranges that it gives no more."""
    if before is None:
        return left
    found: dict[str, set[str]] = {}
    for name, members in left.items():
        if name in program.inline:
            found[name] = set()
        elif name in before.inline:
            found[name] = set(before.inline[name])
        else:
            found[name] = members - before.range_of(name)
    return found


def check_end(judge: Judge, program: Declared, left: dict[str, set[str]]) -> None:
    """Check that the cloud has what a program declares, and no more than what may be left."""
    ranges, bound, routes = judge.now()
    for name in left:
        wanted = program.range_of(name)
        assert wanted <= ranges[name] <= wanted | left[name], (name, ranges, program)
    assert bound == dict(program.bindings.values()), program
    assert routes == dict(program.routes.values()), program


def check_moments(judge: Judge, before: Declared, after: Declared) -> None:
    """Check that what both programs declare exists at every moment, unless replaced on request.

    What only the second declares is never taken away again.
    """
    for binding in {*after.bindings.values()} - {*before.bindings.values()}:
        there = [binding in bound.items() for _, bound, _ in judge.moments]
        assert there == sorted(there), (binding, before, after)
    for route in {*after.routes.values()} - {*before.routes.values()}:
        there = [route in routes.items() for _, _, routes in judge.moments]
        assert there == sorted(there), (route, before, after)
    for member in {*after.members.values()} - {*before.members.values()}:
        there = [member[1] in ranges[member[0]] for ranges, _, _ in judge.moments]
        assert there == sorted(there) or member[0] in before.inline, (member, before, after)
    if any(after.first.values()):
        return
    bound = {*before.bindings.values()} & {*after.bindings.values()}
    routed = {item for item, _ in before.routes.values()} & {
        item for item, _ in after.routes.values()
    }
    for ranges, bindings, routes in judge.moments:
        for name in ranges:
            stays = before.range_of(name) & after.range_of(name)
            assert stays <= ranges[name], (name, ranges, before, after)
            kinds = [{node[0] for node in each.range_of(name)} for each in (before, after)]
            if kinds[0] and kinds[0] == kinds[1]:
                assert ranges[name], (name, before, after)
        assert bound <= {*bindings.items()}, (bindings, before, after)
        assert routed <= routes.keys(), (routes, before, after)
