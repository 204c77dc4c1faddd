"""Any order of concurrent calls: after the last one, the cloud has what the program declares.

The race that this found first: two HAVIPs swap their elastic IPs. One creation reads that the
other HAVIP has an address to be released, the other creation binds a new one there, and the first
unbinds, by the HAVIP alone, what was just bound. Every call had succeeded.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest

from havip.emulator.mock import mock_havip
from havip.emulator.state.settings import Settings as CloudSettings
from havip.errors import HavipError
from pulumi_havip.handlers import HANDLERS, Context
from pulumi_havip.handlers.natural_keys import NaturalKeys
from pulumi_havip.testing import Managed
from tests.pulumi.natural_key_programs import (
    NODES,
    REGION,
    Declared,
    Judge,
    check_end,
    check_moments,
    generated,
    left_in_ranges,
)
from tests.pulumi.schedules import CHANGES, WAITS, Lock, Schedule

pytestmark = pytest.mark.fuzz

SEED = 20261127
Told = Callable[[str, object], None]
HAVIPS, EIPS = ("h0", "h1", "h2"), ("e0", "e1", "e2")
STACK = "urn:pulumi:dev::shop::havip:index"


class Deployments:
    """Deploys programs as engines do, whose registrations and deletions run in parallel."""

    def __init__(
        self, rng: random.Random, control: Any, processes: int = 1, late: str | None = None
    ) -> None:
        self.rng = rng
        self.late = late
        self.processes = processes
        self.cloud = control.cloud
        self.rows: dict[str, Managed] = {}
        self.deploy_base()

    def begin(self) -> Schedule:
        """Begin a deployment, with provider processes of its own."""
        schedule = Schedule(self.rng, self.late)
        self.contexts = [
            schedule.context(self.cloud, NaturalKeys(partial(Lock, schedule)))
            for _ in range(self.processes)
        ]
        return schedule

    def context_of(self, havip: str) -> Context:
        """Return the provider process that serves what belongs to a HAVIP, by its name."""
        return self.contexts[HAVIPS.index(havip) % self.processes if havip in HAVIPS else 0]

    def deploy_base(self) -> None:
        """Create what every program declares besides HAVIPs, attachments and routes."""
        self.begin()
        self.register("Vpc", "net", {"cidr_block": "172.17.0.0/16"})
        block = {"cidr_block": "172.17.16.0/24", "zone": f"{REGION}-3"}
        self.register("Subnet", "web", {"vpc_id": self.rows["net"].id, **block})
        self.inside = {"vpc_id": self.rows["net"].id, "subnet_id": self.rows["web"].id}
        machine = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
        for name in NODES:
            self.register("Instance", name, {"zone": f"{REGION}-3", **machine, **self.inside})
            interface = {**self.inside, "instance_id": self.rows[name].id}
            self.register("NetworkInterface", name.replace("n", "i"), interface)
        for name in EIPS:
            self.register("Eip", name, {})
        self.base = set(self.rows)

    def register(
        self,
        kind: str,
        name: str,
        props: dict[str, Any],
        *,
        of: str = "",
        first: bool | None = None,
    ) -> Managed | None:
        """Carry out one registration; return what is to be deleted after the program's end."""
        handler, ctx = HANDLERS[kind], self.context_of(of or name)
        urn = f"{STACK}:{kind}::{name}"
        old, given = self.rows.get(name), {**props, "hints": {"urn": urn}}
        checked = handler.check(ctx, given, old.inputs if old else None)
        assert checked.failures == (), checked.failures
        if old is not None:
            result = handler.diff(ctx, old.id, old.outputs, checked.inputs)
            if not result.changed:
                return None
            if not result.replaces:
                made = handler.update(ctx, old.id, old.outputs, checked.inputs)
                self.rows[name] = Managed(kind, urn, made, checked.inputs)
                return None
            checked = handler.check(ctx, given)
            assert checked.failures == (), checked.failures
            if result.delete_first if first is None else first:
                self.delete(old)
                old = None
        self.rows[name] = Managed(kind, urn, handler.create(ctx, checked.inputs), checked.inputs)
        return old

    def delete(self, row: Managed) -> None:
        """Delete a resource."""
        ids = {self.rows[name].id: name for name in HAVIPS if name in self.rows}
        of = ids.get(row.outputs.get("ha_vip_id", ""), "")
        HANDLERS[row.kind].delete(self.context_of(of), row.id, row.outputs)

    def refresh(self) -> None:
        """Read every resource."""
        self.begin()
        for name, row in self.rows.items():
            found = HANDLERS[row.kind].read(self.contexts[0], row.id, row.outputs)
            assert found is not None, name
            self.rows[name] = Managed(row.kind, row.urn, found, found.inputs)

    def up(self, program: Declared) -> None:
        """Deploy a program: what it declares all at once, then what it does not any more."""
        schedule = self.begin()
        ready: set[str] = set()
        to_delete: dict[str, Managed] = {}

        def work(kind: str, name: str, of: str) -> None:
            while of and of not in ready:
                schedule.park(WAITS)
            props = self._props(kind, name, program)
            of = of if kind != "RouteEntry" else ""
            gone = self.register(kind, name, props, of=of, first=program.first.get(name))
            ready.add(name)
            if gone is not None:
                to_delete[f"{name} before"] = gone

        declared = {
            **{name: ("HaVip", name, "") for name in HAVIPS},
            **{n: ("HaVipInstanceAttachment", n, of) for n, (of, _) in program.members.items()},
            **{n: ("HaVipEipAttachment", n, of) for n, (of, _) in program.bindings.items()},
            **{n: ("RouteEntry", n, of) for n, (_, of) in program.routes.items()},
        }
        schedule.run({name: partial(work, *given) for name, given in declared.items()})
        left = self.rows.keys() - declared.keys() - self.base
        to_delete |= {name: self.rows.pop(name) for name in sorted(left)}
        schedule.run({name: partial(self.delete, row) for name, row in sorted(to_delete.items())})

    def _props(self, kind: str, name: str, program: Declared) -> dict[str, Any]:
        rows = self.rows
        if kind == "HaVip":
            inline = program.inline.get(name)
            members = None if inline is None else [{"instance_id": rows[n].id} for n in inline]
            return {**self.inside, **({} if members is None else {"associations": members})}
        if kind == "HaVipInstanceAttachment":
            of, node = program.members[name]
            return {"ha_vip_id": rows[of].id, "instance_id": rows[node].id}
        if kind == "HaVipEipAttachment":
            of, eip = program.bindings[name]
            return {"ha_vip_id": rows[of].id, "address_ip": rows[eip].public_ip}
        destination, of = program.routes[name]
        table = rows["web"].route_table_id
        route = {"route_table_id": table, "destination_cidr_block": destination}
        return {**route, "gateway_id": rows[of].id}


def generated_pair(rng: random.Random) -> list[Declared]:
    """Generate two programs; half of the second ones replace by deletion first."""
    before = generated(rng, None, HAVIPS, EIPS)
    after = generated(rng, before, HAVIPS, EIPS)
    if rng.random() < 0.5:
        names = [*after.members, *after.bindings, *after.routes]
        after.first = {name: rng.random() < 0.7 for name in names}
    if rng.random() < 0.2:
        ranges = {name: tuple(sorted(before.range_of(name))) for name in HAVIPS}
        after.inline = {name: found for name, found in ranges.items() if found}
        after.members = {n: at for n, at in after.members.items() if at[0] not in after.inline}
    for name in HAVIPS:
        for program in (before, after):
            if rng.random() < 0.2:
                give_to_interfaces(program, name)
    return [before, after]


def give_to_interfaces(program: Declared, name: str) -> None:
    """Replace the instances in a range by their second network interfaces."""
    if name in program.inline:
        program.inline[name] = tuple(node.replace("n", "i") for node in program.inline[name])
    for member, (of, node) in program.members.items():
        if of == name:
            program.members[member] = (of, node.replace("n", "i"))


def judge_schedule(
    seed: int,
    programs: list[Declared] | None = None,
    *,
    processes: int = 1,
    refresh: bool | None = None,
    late: str | None = None,
) -> None:
    """Deploy two programs in a generated order of calls, and judge each.

    Args:
        seed: Draws the order, and the programs where none are given.
        programs: The programs.
        processes: The provider processes that a deployment has.
        refresh: Whether everything is read in between; generated if omitted.
        late: The kind of change that is late; generated if omitted.
    """
    rng = random.Random(seed)
    programs = programs or generated_pair(rng)
    refresh = rng.random() < 0.4 if refresh is None else refresh
    mock = mock_havip(settings=CloudSettings(seed=seed, task_delay=rng.choice((0.0, 0.0, 2.0))))
    mock.start()
    try:
        stack = Deployments(rng, mock.control, processes, late)
        judge = Judge(mock.control)
        left: dict[str, set[str]] = {name: set() for name in HAVIPS}
        before: Declared | None = None
        for program in programs:
            if before is not None and refresh:
                stack.refresh()
            judge.moments.clear()
            stack.up(program)
            left = left_in_ranges(left, before, program)
            check_end(judge, program, left)
            if before is not None and processes == 1:
                check_moments(judge, before, program)
            before = program
    finally:
        mock.stop()


BINDINGS = {"b0": ("h0", "e0"), "b1": ("h1", "e1"), "b2": ("h2", "e2")}
ROTATED = {"b0": ("h1", "e0"), "b1": ("h2", "e1"), "b2": ("h0", "e2")}
SWAPPED = {"b0": ("h1", "e0"), "b1": ("h0", "e1")}
MEMBERS = {"m0": ("h0", "n0"), "m1": ("h1", "n1")}
ROUTES = {"r0": ("192.0.2.0/24", "h0"), "r1": ("198.51.100.0/24", "h1")}
PAIRS: dict[str, tuple[Declared, Declared]] = {
    "two HAVIPs swap their elastic IPs": (
        Declared(bindings=dict(list(BINDINGS.items())[:2])),
        Declared(bindings=SWAPPED),
    ),
    "three elastic IPs go round": (Declared(bindings=BINDINGS), Declared(bindings=ROTATED)),
    "three go round under other names": (
        Declared(bindings=BINDINGS),
        Declared(bindings={f"c{name}": at for name, at in ROTATED.items()}),
    ),
    "two names swap their bindings, deleted first": (
        Declared(bindings={"b0": ("h0", "e0"), "b1": ("h1", "e1")}),
        Declared(bindings={"b1": ("h0", "e0"), "b0": ("h1", "e1")}, first={"b0": True, "b1": True}),
    ),
    "two names swap their members, deleted first": (
        Declared(members=MEMBERS),
        Declared(
            members={"m1": MEMBERS["m0"], "m0": MEMBERS["m1"]}, first={"m0": True, "m1": True}
        ),
    ),
    "two names swap their routes, deleted first": (
        Declared(routes=ROUTES),
        Declared(routes={"r1": ROUTES["r0"], "r0": ROUTES["r1"]}, first={"r0": True, "r1": True}),
    ),
    "a member moves to associations, its name elsewhere": (
        Declared(members={"m0": ("h0", "n0")}),
        Declared(inline={"h0": ("n0",)}, members={"m0": ("h1", "n1")}, first={"m0": True}),
    ),
    "members move from associations": (
        Declared(inline={"h0": ("n0", "n1")}),
        Declared(members={"m0": ("h0", "n0"), "m1": ("h0", "n1")}),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_known_pair_in_many_orders(name: str) -> None:
    for number, late in enumerate([*CHANGES] * 3):
        judge_schedule(SEED + number, list(PAIRS[name]), late=late)


def test_the_search_finds_what_a_missing_lock_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NaturalKeys, "changing", lambda *_: contextlib.nullcontext())
    swap = list(PAIRS["two HAVIPs swap their elastic IPs"])
    found = 0
    for seed in range(SEED, SEED + 10):
        try:
            judge_schedule(seed, swap, late="HaVipDisassociateAddressIp")
        except AssertionError:
            found += 1
    assert found


def judge_processes(seed: int) -> bool:
    """Judge a pair whose providers are processes that know nothing of each other.

    They may get in each other's way, which is an error. What succeeds holds all the same, since
    the deletions come last and look again; where deletions come first, nothing looks later.
    """
    rng = random.Random(seed)
    programs = [generated(rng, None, HAVIPS, EIPS), generated(rng, None, HAVIPS, EIPS)]
    for program in programs:
        program.first = {}
    try:
        judge_schedule(seed, programs, processes=len(HAVIPS))
    except HavipError:
        return False
    return True


@pytest.mark.fuzz
def test_a_sample_of_schedules_of_several_processes(record_property: Told) -> None:
    ok = sum(judge_processes(seed) for seed in range(SEED, SEED + 15))
    record_property("told", f"schedules of several processes: 15, of which {ok} without an error")
    assert ok


def search(seeds: Iterable[int]) -> int:
    count = 0
    for count, seed in enumerate(seeds, 1):  # noqa: B007
        try:
            judge_schedule(seed)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    return count


@pytest.mark.fuzz
def test_a_sample_of_schedules(record_property: Told) -> None:
    count = search(range(SEED, SEED + 30))
    record_property("told", f"schedules: {count}, seeds {SEED} to {SEED + count - 1}")


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_many_schedules(part: int, record_property: Told) -> None:
    start = SEED + 1_000 + part * 1_000
    count = search(range(start, start + 1_000))
    record_property("told", f"schedules: {count}, seeds {start} to {start + count - 1}")
