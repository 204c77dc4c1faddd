"""Look-ups of existing objects in a Pulumi program. Written by `make generate`.

Each function has an output form, ``…_output``, which takes and returns outputs.
"""

from __future__ import annotations

import pulumi

from pulumi_havip.handlers.lookups import HaVipInfo, InstanceInfo, SubnetInfo
from pulumi_havip.resources.lookups import look_up, look_up_output


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
    """Look up the one HAVIP that matches all given criteria.

    Example::

        shared = havip.get_ha_vip(vpc_id="vpc-1a2b3c4d", vip="172.17.16.3")
        pulumi.export("holder", shared.instance_id)

    Args:
        id: The id.
        name: The name.
        vpc_id: The VPC.
        subnet_id: The subnet.
        vip: The address.
        address_ip: The elastic IP bound to it.
        region: The region to search; the provider's if omitted.
        opts: Pulumi invoke options: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: There is not exactly one match, or an API call failed.
    """
    found: HaVipInfo = look_up(
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
    """Call `get_ha_vip` with values that may be outputs."""
    return look_up_output(
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
    id: str | None = None,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    vip: str | None = None,
    address_ip: str | None = None,
    region: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> list[HaVipInfo]:
    """List the HAVIPs that match all given criteria.

    Example::

        for shared in havip.get_ha_vips(vpc_id="vpc-1a2b3c4d"):
            pulumi.log.info(f"{shared.name}: {shared.vip}")

    Args:
        id: The id.
        name: The name.
        vpc_id: The VPC.
        subnet_id: The subnet.
        vip: The address.
        address_ip: The elastic IP bound to it.
        region: The region to search; the provider's if omitted.
        opts: Pulumi invoke options: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: An API call failed.
    """
    found: list[HaVipInfo] = look_up(
        "getHaVips",
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
    ).ha_vips
    return found


def get_ha_vips_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    subnet_id: pulumi.Input[str] | None = None,
    vip: pulumi.Input[str] | None = None,
    address_ip: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOutputOptions | pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[HaVipInfo]]:
    """Call `get_ha_vips` with values that may be outputs."""
    return look_up_output(
        "getHaVips",
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
    """Look up the one subnet that matches all given criteria.

    Example::

        subnet = havip.get_subnet(vpc_id="vpc-1a2b3c4d", name="web")

    Args:
        id: The id.
        name: The name.
        vpc_id: The VPC.
        cidr_block: The CIDR block.
        region: The region to search; the provider's if omitted.
        opts: Pulumi invoke options: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: There is not exactly one match, or an API call failed.
    """
    found: SubnetInfo = look_up(
        "getSubnet",
        {"id": id, "name": name, "vpc_id": vpc_id, "cidr_block": cidr_block, "region": region},
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
    """Call `get_subnet` with values that may be outputs."""
    return look_up_output(
        "getSubnet",
        {"id": id, "name": name, "vpc_id": vpc_id, "cidr_block": cidr_block, "region": region},
        opts,
    )


def get_instances(
    *,
    id: str | None = None,
    name: str | None = None,
    vpc_id: str | None = None,
    subnet_id: str | None = None,
    private_ip: str | None = None,
    region: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> list[InstanceInfo]:
    """List the CVM instances that match all given criteria.

    Example::

        nodes = havip.get_instances(subnet_id="subnet-1a2b3c4d", name="web")

    Args:
        id: The id.
        name: The name.
        vpc_id: The VPC.
        subnet_id: The subnet.
        private_ip: The private address.
        region: The region to search; the provider's if omitted.
        opts: Pulumi invoke options: `provider`, or `parent`, whose provider is used.

    Raises:
        HavipError: An API call failed.
    """
    found: list[InstanceInfo] = look_up(
        "getInstances",
        {
            "id": id,
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
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    vpc_id: pulumi.Input[str] | None = None,
    subnet_id: pulumi.Input[str] | None = None,
    private_ip: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOutputOptions | pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[InstanceInfo]]:
    """Call `get_instances` with values that may be outputs."""
    return look_up_output(
        "getInstances",
        {
            "id": id,
            "name": name,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "private_ip": private_ip,
            "region": region,
        },
        opts,
    ).apply(lambda found: list(found.instances))
