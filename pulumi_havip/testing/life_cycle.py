"""Tests of single handlers: create, change, read and delete resources without an engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from havip.emulator.http.controls import Control
from havip.emulator.http.faults import Fault
from pulumi_havip import urns
from pulumi_havip.handlers import (
    HANDLERS,
    Checked,
    Context,
    DiffResult,
    Properties,
    ProviderSettings,
    Reading,
    plain,
)
from pulumi_havip.handlers.natural_keys import NaturalKeys
from pulumi_havip.testing.clock import CloudClock

REGION: Final = "ap-guangzhou"
_STACK: Final = "urn:pulumi:dev::shop"


class Managed:
    """A resource as the state of a stack holds it.

    Its outputs are attributes too: ``vip.vip_address``.

    Attributes:
        kind: The type of the resource, such as ``HaVip``.
        urn: Its URN.
        id: Its id in the cloud.
        inputs: The checked arguments.
        outputs: The outputs of the last create, read or update.
    """

    def __init__(self, kind: str, urn: str, reading: Reading[Any], inputs: Properties) -> None:
        self.kind, self.urn, self.id = kind, urn, reading.id
        self.outputs: Properties = plain(reading.state)
        self.inputs = inputs

    def __getattr__(self, name: str) -> Any:
        return self.outputs[name]


class LifeCycle:
    """Drives handlers in the order in which Pulumi's engine calls them, and records each step.

    Example::

        with mock_havip() as control:
            life = LifeCycle(control)
            vpc, subnet = life.network()
            vip = life.create("HaVip", "web", vpc_id=vpc.id, subnet_id=subnet.id)
            vip = life.up(vip, vpc_id=vpc.id, subnet_id=subnet.id, description="web")
            assert life.steps == ["create HaVip", "update"]

    Args:
        control: The controls of the mock that answers this process.

    Attributes:
        control: Those controls.
        cloud: The emulated cloud.
        clock: The clock of the handlers; its sleeps advance the cloud.
        ctx: The context of the current deployment.
        steps: The steps so far.
    """

    def __init__(self, control: Control) -> None:
        self.control = control
        self.cloud = control.cloud
        self.clock = CloudClock(control.cloud)
        self.steps: list[str] = []
        self.deploy()

    def deploy(self, **settings: Any) -> Context:
        """Begin a new deployment, as in a provider process of its own.

        Args:
            **settings: Settings of the provider beside the region.
        """
        given = {"region": REGION, "pacing": False, **settings}
        self.ctx = Context(ProviderSettings.model_validate(given), clock=self.clock)
        return self.ctx

    def urn(self, kind: str, name: str) -> str:
        """Return the URN of a resource."""
        return f"{_STACK}::pulumi-python:dynamic/havip:{kind}::{name}"

    def check(self, kind: str, name: str, old: Managed | None = None, /, **props: Any) -> Checked:
        """Check arguments; None stands for one that is not set."""
        hints = {"urn": self.urn(kind, name), **props.pop("hints", {})}
        news = {key: value for key, value in props.items() if value is not None}
        return HANDLERS[kind].check(self.ctx, {**news, "hints": hints}, old.inputs if old else None)

    def create(self, kind: str, name: str, /, **props: Any) -> Managed:
        """Create a resource.

        Raises:
            AssertionError: The arguments do not pass the check.
        """
        inputs = _passed(self.check(kind, name, **props))
        made = HANDLERS[kind].create(self.ctx, inputs)
        self.steps.append(f"create {kind}")
        return Managed(kind, self.urn(kind, name), made, inputs)

    def diff(self, resource: Managed, /, **props: Any) -> DiffResult:
        """Compare a resource with new arguments.

        Raises:
            AssertionError: The arguments do not pass the check.
        """
        inputs = _passed(self.check(resource.kind, urns.name_of(resource.urn), resource, **props))
        return HANDLERS[resource.kind].diff(self.ctx, resource.id, resource.outputs, inputs)

    def up(self, resource: Managed, /, **props: Any) -> Managed:
        """Change a resource to new arguments: nothing, an update, or a replacement."""
        result = self.diff(resource, **props)
        if not result.changed:
            self.steps.append("same")
            return resource
        if not result.replaces:
            return self._update(resource, props)
        if result.delete_first:
            self.delete(resource, replaced=True)
            return self.create(resource.kind, urns.name_of(resource.urn), **props)
        made = self.create(resource.kind, urns.name_of(resource.urn), **props)
        self.delete(resource, replaced=True)
        return made

    def _update(self, resource: Managed, props: dict[str, Any]) -> Managed:
        kind = resource.kind
        inputs = _passed(self.check(kind, urns.name_of(resource.urn), resource, **props))
        changed = HANDLERS[kind].update(self.ctx, resource.id, resource.outputs, inputs)
        self.steps.append("update")
        return Managed(kind, resource.urn, changed, inputs)

    def delete(self, resource: Managed, *, replaced: bool = False) -> None:
        """Delete a resource that the program no longer declares, or that was replaced."""
        if not replaced:
            self.ctx.keys = NaturalKeys()
        HANDLERS[resource.kind].delete(self.ctx, resource.id, resource.outputs)
        self.steps.append(f"delete {resource.kind}")

    def read(self, resource: Managed) -> Managed:
        """Refresh a resource.

        Raises:
            AssertionError: The resource does not exist.
        """
        found = self._read(resource)
        if found is None:
            raise AssertionError(f"{resource.kind} {resource.id} does not exist")
        return Managed(resource.kind, resource.urn, found, found.inputs)

    def gone(self, resource: Managed) -> bool:
        """Return whether a refresh finds that a resource does not exist."""
        return self._read(resource) is None

    def _read(self, resource: Managed) -> Reading[Any] | None:
        return HANDLERS[resource.kind].read(self.ctx, resource.id, resource.outputs)

    def calls(self, *actions: str) -> list[str]:
        """List the calls since the request log was cleared, or those of some actions."""
        names = [entry.action for entry in self.control.requests]
        return [name for name in names if not actions or name in actions]

    def fault(self, **fields: Any) -> None:
        """Inject a fault; the fields are those of the emulator's `Fault`."""
        self.control.faults.add(Fault(**fields))

    def network(self) -> tuple[Managed, Managed]:
        """Create a VPC and a subnet that holds 172.17.16.3, and clear the log and the steps."""
        vpc = self.create("Vpc", "net", cidr_block="172.17.0.0/16")
        subnet = self.create(
            "Subnet", "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
        )
        self.control.requests.clear()
        self.steps.clear()
        return vpc, subnet

    def instance(self, place: Managed | Mapping[str, Any], name: str, /, **props: Any) -> Managed:
        """Launch an instance.

        Args:
            place: Its subnet, or arguments with ``vpc_id`` and ``subnet_id``.
            name: Its name in the program.
            **props: Arguments beside the zone, the type and the image.
        """
        if isinstance(place, Managed):
            place = {"vpc_id": place.vpc_id, "subnet_id": place.id}
        given = {
            "zone": f"{REGION}-3",
            "instance_type": "S5.MEDIUM2",
            "image_id": "img-487zeit5",
            "vpc_id": place["vpc_id"],
            "subnet_id": place["subnet_id"],
        }
        return self.create("Instance", name, **{**given, **props})


def _passed(checked: Checked) -> Properties:
    if checked.failures:
        raise AssertionError("; ".join(str(failure) for failure in checked.failures))
    return checked.inputs
