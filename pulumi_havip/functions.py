"""Look-ups of what exists, inside of a Pulumi program.

A dynamic provider has no functions of its own, so these call the API from the program, with
the settings of the stack. Each has an output form, ``…_output``, that takes and gives outputs.
"""

from __future__ import annotations

import threading
from typing import Any, Final

import pulumi
from pydantic.alias_generators import to_snake

from havip.errors import HavipError
from pulumi_havip.config import program_settings
from pulumi_havip.handlers import Context, ResourceError
from pulumi_havip.handlers.lookups import (
    LOOKUPS,
    HaVipInfo,
    InstanceInfo,
    SubnetInfo,
)


class LookupFailed(ResourceError, pulumi.RunError):  # noqa: N818 - an error of two kinds
    """A look-up in vain; Pulumi prints its one line and no traceback."""


class _Program:
    """The context of the running program's look-ups."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: Context | None = None

    def context(self) -> Context:
        """Give the context, made at the first look-up."""
        with self._lock:
            if self._context is None:
                self._context = Context(program_settings())
            return self._context

    def use(self, context: Context | None) -> None:
        """Take another context, or forget it; for tests."""
        with self._lock:
            self._context = context


PROGRAM: Final = _Program()
"""What the look-ups of this program share."""


def get_ha_vip(
    *,
    id: str | None = None,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    vip: str | None = None,
    address_ip: str | None = None,
    region: str | None = None,
) -> HaVipInfo:
    """Look up the one HAVIP that fits everything that is given.

    Example::

        shared = havip.get_ha_vip(vpc_id="vpc-1a2b3c4d", vip="172.17.16.3")
        pulumi.export("holder", shared.instance_id)

    Args:
        id: Its id.
        name: Its name.
        vpc_id: Its VPC.
        subnet_id: Its subnet.
        vip: The address.
        address_ip: The elastic IP that is bound to it.
        region: The region; the provider's if left out.

    Raises:
        HavipError: None fits, several do, or the API refuses.
    """
    found: HaVipInfo = _call("getHaVip", locals())
    return found


def get_ha_vip_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    subnet_id: pulumi.Input[str] | None = None,
    vip: pulumi.Input[str] | None = None,
    address_ip: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
) -> pulumi.Output[HaVipInfo]:
    """Look up a HAVIP as `get_ha_vip` does, from values that may be outputs."""
    return _call_output("getHaVip", locals())


def get_ha_vips(
    *,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    vip: str | None = None,
    address_ip: str | None = None,
    region: str | None = None,
) -> list[HaVipInfo]:
    """List the HAVIPs that fit everything that is given.

    Example::

        for shared in havip.get_ha_vips(vpc_id="vpc-1a2b3c4d"):
            pulumi.log.info(f"{shared.name}: {shared.vip}")

    Args:
        name: The name.
        vpc_id: The VPC.
        subnet_id: The subnet.
        vip: The address.
        address_ip: The elastic IP that is bound.
        region: The region; the provider's if left out.

    Raises:
        HavipError: The API refuses.
    """
    found: list[HaVipInfo] = _call("getHaVips", locals()).ha_vips
    return found


def get_ha_vips_output(
    *,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    subnet_id: pulumi.Input[str] | None = None,
    vip: pulumi.Input[str] | None = None,
    address_ip: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
) -> pulumi.Output[list[HaVipInfo]]:
    """List HAVIPs as `get_ha_vips` does, from values that may be outputs."""
    return _call_output("getHaVips", locals()).apply(lambda found: list(found.ha_vips))


def get_subnet(
    *,
    id: str | None = None,
    name: str | None = None,
    vpc_id: str | None = None,
    cidr_block: str | None = None,
    region: str | None = None,
) -> SubnetInfo:
    """Look up the one subnet that fits everything that is given.

    Example::

        subnet = havip.get_subnet(vpc_id="vpc-1a2b3c4d", name="web")

    Args:
        id: Its id.
        name: Its name.
        vpc_id: Its VPC.
        cidr_block: Its addresses.
        region: The region; the provider's if left out.

    Raises:
        HavipError: None fits, several do, or the API refuses.
    """
    found: SubnetInfo = _call("getSubnet", locals())
    return found


def get_subnet_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    cidr_block: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
) -> pulumi.Output[SubnetInfo]:
    """Look up a subnet as `get_subnet` does, from values that may be outputs."""
    return _call_output("getSubnet", locals())


def get_instances(
    *,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    private_ip: str | None = None,
    region: str | None = None,
) -> list[InstanceInfo]:
    """List the CVM instances that fit everything that is given.

    Example::

        nodes = havip.get_instances(subnet_id="subnet-1a2b3c4d", name="web")

    Args:
        name: The name.
        vpc_id: The VPC.
        subnet_id: The subnet.
        private_ip: The private address.
        region: The region; the provider's if left out.

    Raises:
        HavipError: The API refuses.
    """
    found: list[InstanceInfo] = _call("getInstances", locals()).instances
    return found


def get_instances_output(
    *,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    subnet_id: pulumi.Input[str] | None = None,
    private_ip: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
) -> pulumi.Output[list[InstanceInfo]]:
    """List instances as `get_instances` does, from values that may be outputs."""
    return _call_output("getInstances", locals()).apply(lambda found: list(found.instances))


def _call(name: str, given: dict[str, Any]) -> Any:
    try:
        return LOOKUPS[name].call(PROGRAM.context(), given)
    except HavipError as error:
        text = " ".join(str(error).split()).removeprefix(f"{name}: ")
        raise LookupFailed(f"{to_snake(name)}: {text}") from error


def _call_output(name: str, given: dict[str, Any]) -> pulumi.Output[Any]:
    present = {key: value for key, value in given.items() if value is not None}
    return pulumi.Output.all(**present).apply(lambda known: _call(name, known))
