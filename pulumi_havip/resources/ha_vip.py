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
    """A HAVIP: a private address that moves between machines of one subnet.

    The API creates the address and limits which machines may bind it. Software in the machines,
    such as keepalived, decides which one holds it. The holder is therefore an output, and never a
    difference.

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

    Changing the VPC, subnet, address or `check_associate` replaces the HAVIP. The old one is
    deleted first only if the address stays the same, or if the quota does not allow two.

    Attributes:
        address_ip: The elastic IP bound to it, or empty.
        instance_id: The instance that holds the address, or empty; a failover is never drift.
        state: ``AVAILABLE`` if an instance holds the address, otherwise ``UNBIND``.
        created_time: Creation time, in the API's format.
        flushed_time: The last time the address moved, in the API's format.
        business: The product that created it, such as ``TKE``; empty if a user did.
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
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC of the address.
            subnet_id: The subnet of the address, within which it can move.
            vip: The address: free and not reserved in the subnet; chosen by the API if
                omitted.
            check_associate: True if only members of the range may bind the address. The
                API's default is False; the console's default, and the safe choice, is True.
                Changing it replaces the HAVIP.
            associations: The range: up to ten instances, or up to ten network interfaces.
                If given, it is the complete range, and members added by others are removed;
                if omitted, attachments manage the range.
            network_interface_id: The network interface that holds the address at first. As
                an output: the current holder's, which changes with every failover and
                therefore never counts as a difference.
            name: The name in the console, at most 60 characters; the resource's own name if
                omitted.
            tags: Its tags; tags added by others are removed.
            region: The region; that of `subnet_id`, or the provider's, if omitted.
            adopt: The id of an existing resource to adopt instead of creating one.
            opts: Pulumi resource options.
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
    """One member of a HAVIP's range: an instance or network interface that may bind it.

    Use it for a HAVIP without `associations` of its own. Each attachment manages only its own
    member, so any number of them on one HAVIP stay stable.

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
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            ha_vip_id: The HAVIP.
            instance_id: The CVM instance, or the secondary network interface, that may bind
                it.
            instance_type: ``CVM`` or ``ENI``; derived from the id if omitted.
            region: The region; that of `ha_vip_id`, or the provider's, if omitted.
            opts: Pulumi resource options.
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
    """An elastic IP bound to a HAVIP: its traffic reaches the holder of the address.

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
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            ha_vip_id: The HAVIP; it can have one elastic IP.
            address_ip: The address of the elastic IP, such as the `public_ip` of an `Eip`.
            region: The region; that of `ha_vip_id`, or the provider's, if omitted.
            opts: Pulumi resource options.
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
