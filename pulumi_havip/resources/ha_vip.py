"""Resource classes: HAVIPs and what is attached to them. Written by `make generate`."""

from __future__ import annotations

from typing import Literal

import pulumi

from pulumi_havip.dynamic import (
    HaVipEipAttachmentProvider,
    HaVipInstanceAttachmentProvider,
    HaVipProvider,
)
from pulumi_havip.resources.base import Associations, HavipResource, Tags, told_by
from pulumi_havip.resources.network import Eip, Subnet


class HaVip(HavipResource, module="havip", name="HaVip"):
    """A HAVIP: a private address that machines of one subnet pass among themselves.

    The API makes the address, names it and limits who may take it; which machine holds it is
    decided by what runs in the machines (keepalived, for one). The holder is therefore an
    output, and never a difference.

    Example::

        address = havip.HaVip(
            "web",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            vip="172.17.16.3",
            check_associate=True,
            associations=[{"instance_id": node.id} for node in nodes],
        )
        pulumi.export("address", address.vip)

    Another VPC, subnet, address or `check_associate` replaces the HAVIP. The old one is deleted
    first only where the address stays the same, or where the quota leaves no room for two.

    Attributes:
        address_ip: The elastic IP that is bound to it, or empty.
        instance_id: The instance that holds the address, or empty; guests move it, so it never
            is drift.
        state: ``AVAILABLE`` where an instance holds the address, ``UNBIND`` where none does.
        created_time: When it was made, as the API writes it.
        flushed_time: When the address last moved, as the API writes it.
        business: The product that made it, such as ``TKE``; empty where a user did.
    """

    _served_by = HaVipProvider

    name: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    vpc_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    vip: pulumi.Output[str]
    check_associate: pulumi.Output[bool]
    associations: pulumi.Output[list[dict[str, str]]]
    network_interface_id: pulumi.Output[str | None]
    address_ip: pulumi.Output[str]
    instance_id: pulumi.Output[str]
    state: pulumi.Output[str]
    created_time: pulumi.Output[str]
    flushed_time: pulumi.Output[str]
    business: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        vip: pulumi.Input[str] | None = None,
        check_associate: pulumi.Input[bool] | None = None,
        associations: Associations | None = None,
        network_interface_id: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        tags: Tags | None = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; see the class for what replaces it.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC of the address.
            subnet_id: The subnet of the address, within which it can move.
            vip: The address: free and not reserved in the subnet; a free one is picked if
                left out.
            check_associate: Whether only the members of its range may take the address. Off
                is the API's default; the console's, and the safe one, is on. It cannot be
                changed later: another value replaces.
            associations: The range: up to ten instances, or up to ten network interfaces.
                Given, it is all of the range, and what others add is removed; left out, the
                range is left to attachments.
            network_interface_id: The network interface that is to hold the address at
                first. As an output: the one that holds it, which guests change by design,
                so that it is never a difference.
            name: The name shown in the console, 60 characters at most; the resource's own
                if left out.
            tags: Its tags; those that others put on are removed.
            region: The region; that of `subnet_id`, or the provider's, if left out.
            adopt: The id of one that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(
            resource_name,
            {
                "vpc_id": vpc_id,
                "subnet_id": subnet_id,
                "vip": vip,
                "check_associate": check_associate,
                "associations": associations,
                "network_interface_id": network_interface_id,
                "name": name,
                "tags": tags,
                "region": region,
                "adopt": adopt,
            },
            opts,
            inside=subnet_id,
            hints={
                "subnet": told_by(subnet_id, Subnet, "urn"),
                "subnet_cidr": told_by(subnet_id, Subnet, "cidr_block"),
            },
        )


class HaVipInstanceAttachment(HavipResource, module="havip", name="HaVipInstanceAttachment"):
    """One member of the range of a HAVIP: an instance or a network interface that may hold it.

    For a HAVIP whose range is not given by its own `associations`. Each attachment looks at
    its own member alone, so that any number of them on one HAVIP stay stable.

    Example::

        havip.HaVipInstanceAttachment("web-a", ha_vip_id=address.id, instance_id=node.id)
    """

    _served_by = HaVipInstanceAttachmentProvider

    ha_vip_id: pulumi.Output[str]
    instance_id: pulumi.Output[str]
    instance_type: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        ha_vip_id: pulumi.Input[str],
        instance_id: pulumi.Input[str],
        instance_type: pulumi.Input[Literal["CVM", "ENI"]] | None = None,
        region: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; see the class for what replaces it.

        Args:
            resource_name: Its name in the program.
            ha_vip_id: The HAVIP.
            instance_id: The CVM instance, or the secondary network interface, that may hold
                it.
            instance_type: ``CVM`` or ``ENI``; told from the id where it is left out.
            region: The region; that of `ha_vip_id`, or the provider's, if left out.
            opts: Options of Pulumi.
        """
        self._declare(
            resource_name,
            {
                "ha_vip_id": ha_vip_id,
                "instance_id": instance_id,
                "instance_type": instance_type,
                "region": region,
            },
            opts,
            inside=ha_vip_id,
            hints={
                "ha_vip": told_by(ha_vip_id, HaVip, "urn"),
                "member": told_by(instance_id, HavipResource, "urn"),
            },
        )


class HaVipEipAttachment(HavipResource, module="havip", name="HaVipEipAttachment"):
    """An elastic IP on a HAVIP: it leads to whichever machine holds the address.

    Example::

        public = havip.Eip("web")
        havip.HaVipEipAttachment("web", ha_vip_id=address.id, address_ip=public.public_ip)
    """

    _served_by = HaVipEipAttachmentProvider

    ha_vip_id: pulumi.Output[str]
    address_ip: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        ha_vip_id: pulumi.Input[str],
        address_ip: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; see the class for what replaces it.

        Args:
            resource_name: Its name in the program.
            ha_vip_id: The HAVIP; it takes one elastic IP.
            address_ip: The address of the elastic IP, such as the `public_ip` of an `Eip`.
            region: The region; that of `ha_vip_id`, or the provider's, if left out.
            opts: Options of Pulumi.
        """
        self._declare(
            resource_name,
            {
                "ha_vip_id": ha_vip_id,
                "address_ip": address_ip,
                "region": region,
            },
            opts,
            inside=ha_vip_id,
            hints={
                "ha_vip": told_by(ha_vip_id, HaVip, "urn"),
                "eip": told_by(address_ip, Eip, "urn"),
            },
        )
