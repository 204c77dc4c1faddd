"""Look-ups of what exists, inside of a Pulumi program.

A dynamic provider has no functions of its own, so these call the API from the program, with
the settings of the stack. Each has an output form, ``…_output``, that takes and gives outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pydantic.alias_generators import to_snake

from havip.errors import HavipError
from pulumi_havip.config import provider_settings, stack_config
from pulumi_havip.handlers import Context, ResourceError
from pulumi_havip.handlers.errors import without_subject
from pulumi_havip.handlers.lookups import (
    LOOKUPS,
    HaVipInfo,
    InstanceInfo,
    SubnetInfo,
)
from pulumi_havip.provider.contexts import Contexts
from pulumi_havip.resources.provider import Provider


class LookupFailed(ResourceError, pulumi.RunError):  # noqa: N818 - an error of two kinds
    """A look-up in vain; Pulumi prints its one line and no traceback."""


PROGRAM: Final = Contexts()
"""The contexts of this program's look-ups."""


def get_ha_vip(
    *,
    id: str | None = None,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    vip: str | None = None,
    address_ip: str | None = None,
    region: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
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
        opts: Options of Pulumi: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: None fits, several do, or the API refuses.
    """
    found: HaVipInfo = _call(
        "getHaVip",
        {
            "id": id,
            "name": name,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "vip": vip,
            "address_ip": address_ip,
            "region": region,
        },
        opts,
    )
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
    opts: pulumi.InvokeOutputOptions | pulumi.InvokeOptions | None = None,
) -> pulumi.Output[HaVipInfo]:
    """Look up a HAVIP as `get_ha_vip` does, from values that may be outputs."""
    return _call_output(
        "getHaVip",
        {
            "id": id,
            "name": name,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "vip": vip,
            "address_ip": address_ip,
            "region": region,
        },
        opts,
    )


def get_ha_vips(
    *,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    vip: str | None = None,
    address_ip: str | None = None,
    region: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
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
        opts: Options of Pulumi: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: The API refuses.
    """
    found: list[HaVipInfo] = _call(
        "getHaVips",
        {
            "name": name,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "vip": vip,
            "address_ip": address_ip,
            "region": region,
        },
        opts,
    ).ha_vips
    return found


def get_ha_vips_output(
    *,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    subnet_id: pulumi.Input[str] | None = None,
    vip: pulumi.Input[str] | None = None,
    address_ip: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOutputOptions | pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[HaVipInfo]]:
    """List HAVIPs as `get_ha_vips` does, from values that may be outputs."""
    return _call_output(
        "getHaVips",
        {
            "name": name,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "vip": vip,
            "address_ip": address_ip,
            "region": region,
        },
        opts,
    ).apply(lambda found: list(found.ha_vips))


def get_subnet(
    *,
    id: str | None = None,
    name: str | None = None,
    vpc_id: str | None = None,
    cidr_block: str | None = None,
    region: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
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
        opts: Options of Pulumi: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: None fits, several do, or the API refuses.
    """
    found: SubnetInfo = _call(
        "getSubnet",
        {
            "id": id,
            "name": name,
            "vpc_id": vpc_id,
            "cidr_block": cidr_block,
            "region": region,
        },
        opts,
    )
    return found


def get_subnet_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    cidr_block: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOutputOptions | pulumi.InvokeOptions | None = None,
) -> pulumi.Output[SubnetInfo]:
    """Look up a subnet as `get_subnet` does, from values that may be outputs."""
    return _call_output(
        "getSubnet",
        {
            "id": id,
            "name": name,
            "vpc_id": vpc_id,
            "cidr_block": cidr_block,
            "region": region,
        },
        opts,
    )


def get_instances(
    *,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    private_ip: str | None = None,
    region: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
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
        opts: Options of Pulumi: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: The API refuses.
    """
    found: list[InstanceInfo] = _call(
        "getInstances",
        {
            "name": name,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "private_ip": private_ip,
            "region": region,
        },
        opts,
    ).instances
    return found


def get_instances_output(
    *,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    subnet_id: pulumi.Input[str] | None = None,
    private_ip: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOutputOptions | pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[InstanceInfo]]:
    """List instances as `get_instances` does, from values that may be outputs."""
    return _call_output(
        "getInstances",
        {
            "name": name,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "private_ip": private_ip,
            "region": region,
        },
        opts,
    ).apply(lambda found: list(found.instances))


def _call(name: str, given: Mapping[str, Any], opts: pulumi.InvokeOptions | None = None) -> Any:
    settings = _provider_settings(name, opts)
    outputs = [key for key, value in settings.items() if isinstance(value, pulumi.Output)]
    if outputs:
        raise LookupFailed(
            f"{to_snake(name)}: {outputs[0]} of its provider is an output, which is known later: "
            f"use {to_snake(name)}_output"
        )
    return _look_up(name, given, settings)


def _call_output(
    name: str, given: Mapping[str, Any], opts: pulumi.InvokeOptions | None = None
) -> pulumi.Output[Any]:
    present = {key: value for key, value in given.items() if value is not None}
    settings = _provider_settings(name, opts)
    both = pulumi.Output.from_input({"given": present, "settings": dict(settings)})
    depends_on = getattr(opts, "depends_on", None)
    if depends_on:
        return pulumi.Output.all(both, _done(depends_on)).apply(
            lambda known: _look_up(name, known[0]["given"], known[0]["settings"])
        )
    return both.apply(lambda known: _look_up(name, known["given"], known["settings"]))


def _done(depends_on: Any) -> pulumi.Output[Any]:
    """Return an output that is known once resources are done."""
    resources = depends_on if isinstance(depends_on, (list, tuple)) else [depends_on]
    return pulumi.Output.all(*(getattr(item, "urn", item) for item in resources))


def _provider_settings(name: str, opts: pulumi.InvokeOptions | None) -> Mapping[str, Any]:
    """Return what the program gave the provider of a look-up; nothing for the default one."""
    if opts is None:
        return {}
    found = opts.provider
    if found is None and opts.parent is not None:
        found = opts.parent.get_provider("pulumi-python:dynamic/havip:HaVip")
    if found is None:
        return {}
    if not isinstance(found, Provider):
        raise LookupFailed(
            f"{to_snake(name)}: opts.provider is a {type(found).__name__}, expected a "
            f"pulumi_havip.Provider"
        )
    return found.settings


def context_of(settings: Mapping[str, Any]) -> Context:
    """Return the context of an explicit provider's settings; of the default one without any.

    Raises:
        ResourceError: A setting is malformed.
    """
    if settings:
        return PROGRAM.explicit(provider_settings(settings))
    return PROGRAM.configure(stack_config)


def _look_up(name: str, given: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
    try:
        return LOOKUPS[name].call(context_of(settings), dict(given))
    except HavipError as error:
        raise LookupFailed(f"{to_snake(name)}: {without_subject(error, [name])}") from error
