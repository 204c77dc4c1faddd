"""The emulator in place of the cloud, and a small engine that drives one handler at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from havip import FakeClock
from havip.emulator.cloud import Cloud
from havip.emulator.control import Control
from havip.emulator.faults import Fault
from havip.emulator.mock import mock_havip
from havip.emulator.settings import Settings as CloudSettings
from pulumi_havip.handlers import HANDLERS, Context, Properties, Reading, Settings, plain

REGION = "ap-guangzhou"
STACK = "urn:pulumi:dev::shop"


class CloudClock(FakeClock):
    """A clock whose sleeps move the emulated cloud on as well."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud.clock.time())
        self._cloud = cloud

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._cloud.clock.advance(max(0.0, seconds))


class Row:
    """A resource as it stands in a state."""

    def __init__(self, kind: str, urn: str, reading: Reading[Any], inputs: Properties) -> None:
        self.kind, self.urn, self.id = kind, urn, reading.id
        self.outputs: Properties = plain(reading.state)
        self.inputs = inputs

    def __getattr__(self, name: str) -> Any:
        return self.outputs[name]


class Life:
    """Drives handlers in the order of Pulumi's engine, and notes each step."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.cloud = control.cloud
        self.clock = CloudClock(control.cloud)
        self.steps: list[str] = []
        self.deploy()

    def deploy(self, **settings: Any) -> Context:
        """Begin a new deployment: a provider process of its own."""
        given = {"region": REGION, "pacing": False, **settings}
        self.ctx = Context(Settings.model_validate(given), clock=self.clock)
        return self.ctx

    def urn(self, kind: str, name: str) -> str:
        return f"{STACK}::pulumi-python:dynamic/havip:{kind}::{name}"

    def check(self, kind: str, label: str, /, old: Row | None = None, **props: Any) -> Any:
        hints = {"urn": self.urn(kind, label), **props.pop("hints", {})}
        news = {key: value for key, value in props.items() if value is not None}
        return HANDLERS[kind].check(self.ctx, {**news, "hints": hints}, old.inputs if old else None)

    def create(self, kind: str, label: str, /, **props: Any) -> Row:
        checked = self.check(kind, label, **props)
        assert checked.failures == ()
        made = HANDLERS[kind].create(self.ctx, checked.inputs)
        self.steps.append(f"create {kind}")
        return Row(kind, self.urn(kind, label), made, checked.inputs)

    def diff(self, row: Row, /, **props: Any) -> Any:
        checked = self.check(row.kind, row.urn.rpartition("::")[2], row, **props)
        assert checked.failures == ()
        return HANDLERS[row.kind].diff(self.ctx, row.id, row.outputs, checked.inputs)

    def up(self, row: Row, /, **props: Any) -> Row:
        """Bring a resource to new arguments: nothing, an update, or a replacement."""
        name = row.urn.rpartition("::")[2]
        result = self.diff(row, **props)
        if not result.changed:
            self.steps.append("same")
            return row
        if not result.replaces:
            checked = self.check(row.kind, name, row, **props)
            changed = HANDLERS[row.kind].update(self.ctx, row.id, row.outputs, checked.inputs)
            self.steps.append("update")
            return Row(row.kind, row.urn, changed, checked.inputs)
        if result.delete_first:
            self.delete(row)
            return self.create(row.kind, name, **props)
        made = self.create(row.kind, name, **props)
        self.delete(row)
        return made

    def delete(self, row: Row) -> None:
        HANDLERS[row.kind].delete(self.ctx, row.id, row.outputs)
        self.steps.append(f"delete {row.kind}")

    def read(self, row: Row) -> Row | None:
        """Refresh a resource."""
        found = HANDLERS[row.kind].read(self.ctx, row.id, row.outputs)
        return Row(row.kind, row.urn, found, found.inputs) if found else None

    def calls(self, *actions: str) -> list[str]:
        """Name the calls since the log was cleared, or those of some actions."""
        names = [entry.action for entry in self.control.requests]
        return [name for name in names if not actions or name in actions]

    def fault(self, **given: Any) -> None:
        """Order something to go wrong."""
        self.control.faults.add(Fault(**given))

    def network(self) -> tuple[Row, Row]:
        """Make a VPC and a subnet that holds 172.17.16.3."""
        vpc = self.create("Vpc", "net", cidr_block="172.17.0.0/16")
        subnet = self.create(
            "Subnet", "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
        )
        self.control.requests.clear()
        self.steps.clear()
        return vpc, subnet

    def instance(self, subnet: Row, label: str, /, **props: Any) -> Row:
        """Start an instance."""
        given = {
            "zone": f"{REGION}-3",
            "instance_type": "S5.MEDIUM2",
            "image_id": "img-487zeit5",
            "vpc_id": subnet.vpc_id,
            "subnet_id": subnet.id,
        }
        return self.create("Instance", label, **{**given, **props})


@pytest.fixture
def cloud_settings() -> CloudSettings:
    return CloudSettings(seed=1)


@pytest.fixture
def control(cloud_settings: CloudSettings) -> Iterator[Control]:
    mock = mock_havip(settings=cloud_settings)
    mock.start()
    try:
        yield mock.control
    finally:
        mock.stop()


@pytest.fixture
def life(control: Control) -> Life:
    return Life(control)
