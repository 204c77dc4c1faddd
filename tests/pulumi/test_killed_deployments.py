"""After a deployment killed at any call, the next one duplicates, leaks and loses nothing.

The engine's part is played by a journal in memory: it notes a creation with its inputs before
it begins, and a new process asks the provider for its outcome.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from havip import Client
from pulumi_havip.handlers import HANDLERS, Context, ProviderSettings
from pulumi_havip.handlers.client import connect

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

REGION = "ap-guangzhou"
FAULTS: list[dict[str, Any]] = [
    {},
    {"drop": True, "effect": "after", "nth": 3},
    {"code": "RequestLimitExceeded", "nth": 5, "times": 2},
    {"status": 503, "effect": "after", "nth": 7},
]


class Killed(BaseException):
    """The process was killed; nothing may catch this."""


class Bomb:
    """Kills the process at one of its calls, before or after the cloud has seen it."""

    def __init__(self, at: int, after: bool) -> None:
        self.at, self.after, self.calls = at, after, 0

    def armed(self, settings: ProviderSettings, region: str, clock: Any) -> Client:
        client = connect(settings, region, clock)
        send: Callable[[Any], Any] = client.send

        def counted(request: Any) -> Any:
            self.calls += 1
            due = self.calls == self.at
            if due and not self.after:
                raise Killed
            answer = send(request)
            if due:
                raise Killed
            return answer

        client.send = counted  # type: ignore[method-assign, assignment]  # what a kill does to a process
        return client


class Engine:
    """A journal and a state that outlive every process."""

    def __init__(self, life: LifeCycle) -> None:
        self.life = life
        self.state: dict[str, Any] = {}
        self.pending: dict[str, Any] = {}
        self.bomb = Bomb(0, False)

    def process(self, bomb: Bomb | None = None) -> Context:
        self.bomb = bomb or Bomb(0, False)
        settings = ProviderSettings(region=REGION, pacing=False)
        self.ctx = Context(settings, self.bomb.armed, clock=self.life.clock)
        retried: dict[str, Any] = {}
        for label, (kind, inputs) in list(self.pending.items()):
            found = HANDLERS[kind].find(self.ctx, inputs)
            if found is not None:
                self.state[label] = (kind, found, inputs)
            else:
                retried[label] = inputs
            del self.pending[label]
        self.retried = retried
        return self.ctx

    def make(self, kind: str, label: str, **props: Any) -> Any:
        """Create what is not there yet."""
        if label in self.state:
            return self.state[label][1]
        handler = HANDLERS[kind]
        hints = {"urn": f"urn:pulumi:dev::shop::havip:{kind}::{label}"}
        checked = handler.check(self.ctx, {**props, "hints": hints}, self.retried.get(label))
        assert checked.failures == ()
        self.pending[label] = (kind, checked.inputs)
        made = handler.create(self.ctx, checked.inputs)
        self.state[label] = (kind, made, checked.inputs)
        del self.pending[label]
        return made

    def up(self) -> None:
        """Deploy twelve resources."""
        zone: Any = {"zone": f"{REGION}-3"}
        vpc = self.make("Vpc", "vpc", cidr_block="172.17.0.0/16")
        inside: Any = {"vpc_id": vpc.id}
        subnet = self.make("Subnet", "subnet", cidr_block="172.17.16.0/24", **inside, **zone)
        inside["subnet_id"] = subnet.id
        machine: Any = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5", **zone}
        group = self.make("PlacementGroup", "group")
        nodes = [
            self.make("Instance", name, placement_group_ids=[group.id], **machine, **inside)
            for name in ("a", "b")
        ]
        self.make("NetworkInterface", "eni", instance_id=nodes[0].id, **inside)
        web = self.make("HaVip", "web", associations=[nodes[0].id], **inside)
        db = self.make("HaVip", "db", **inside)
        self.make("HaVipInstanceAttachment", "member", ha_vip_id=db.id, instance_id=nodes[1].id)
        eip = self.make("Eip", "eip")
        address = eip.state.public_ip
        self.make("HaVipEipAttachment", "bound", ha_vip_id=web.id, address_ip=address)
        table: Any = {"route_table_id": subnet.state.route_table_id}
        self.make(
            "RouteEntry",
            "route",
            destination_cidr_block="192.0.2.0/24",
            gateway_id=web.id,
            **table,
        )

    def destroy(self) -> None:
        """Delete everything, in reverse order of creation."""
        for label in reversed(list(self.state)):
            kind, row, _ = self.state[label]
            HANDLERS[kind].delete(self.ctx, row.id, row.state.model_dump(warnings=False))
            del self.state[label]


def held(life: LifeCycle) -> dict[str, int]:
    """Count what the cloud holds."""
    region = life.cloud.region("100000000001", REGION)
    havips = list(region.havips)
    return {
        "vpcs": len(region.vpcs),
        "subnets": len(region.subnets),
        "groups": len(region.placement_groups),
        "instances": len(region.instances),
        "havips": len(havips),
        "members": sum(len(row.ha_vip_association_set) for row in havips),
        "bound": sum(bool(row.address_ip) for row in havips),
        "eips": len(region.eips),
        "enis": sum(not row.primary for row in region.enis),
        "routes": sum(
            route.route_type == "USER" for table in region.route_tables for route in table.route_set
        ),
    }


EVERYTHING = {
    "vpcs": 1,
    "subnets": 1,
    "groups": 1,
    "instances": 2,
    "havips": 2,
    "members": 2,
    "bound": 1,
    "eips": 1,
    "enis": 1,
    "routes": 1,
}


def killed_somewhere(life: LifeCycle, at: int, after: bool, fault: dict[str, Any]) -> bool:
    """Kill a deployment and a destruction at one call; return whether that call was made."""
    before = held(life)
    engine = Engine(life)
    if fault:
        life.fault(**fault)
    hit = False
    for work in (engine.up, engine.destroy):
        try:
            engine.process(Bomb(at, after))
            work()
        except Killed:
            hit = True
            engine.process()
            work()
        life.control.faults.clear()
        if work == engine.up:
            assert {k: n - before[k] for k, n in held(life).items()} == EVERYTHING
            assert len(engine.state) == 12
    assert held(life) == before
    return hit


def calls(life: LifeCycle) -> int:
    """Count the calls of the longer one of a deployment and a destruction."""
    engine = Engine(life)
    engine.process()
    engine.up()
    deployed = engine.bomb.calls
    engine.process()
    engine.destroy()
    return max(deployed, engine.bomb.calls)


@pytest.mark.fuzz
def test_a_deployment_killed_at_some_calls(
    life: LifeCycle, record_property: Callable[[str, object], None]
) -> None:
    every = [(at, after) for at in range(1, calls(life) + 1) for after in (False, True)]
    sample = random.Random(7).sample(every, 12)
    for number, (at, after) in enumerate(sample):
        assert killed_somewhere(life, at, after, FAULTS[number % len(FAULTS)])
    record_property("told", f"killed deployments: {len(sample)} of {len(every) * len(FAULTS)}")


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS, ids=["calm", "lost", "throttled", "broken"])
def test_a_deployment_killed_at_every_call(
    life: LifeCycle, fault: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    life.control.configure(daily_eip_quota=False)
    every = [(at, after) for at in range(1, calls(life) + 1) for after in (False, True)]
    for at, after in every:
        assert killed_somewhere(life, at, after, fault)
    record_property("told", f"killed deployments under {fault or 'no fault'}: {len(every)}")
