"""HAVIPs and what is attached to them, as resources of a Pulumi program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired

import pulumi
from typing_extensions import TypedDict

from pulumi_havip.dynamic import (
    HaVipEipAttachmentProvider,
    HaVipInstanceAttachmentProvider,
    HaVipProvider,
)
from pulumi_havip.resources.base import HavipResource, Tags, told_by
from pulumi_havip.resources.network import Eip, Subnet


class HaVipAssociationArgs(TypedDict):
    """A machine that may hold a HAVIP.

    Attributes:
        instance_id: The id of a CVM instance, or of a secondary network interface.
        instance_type: ``CVM`` or ``ENI``; told from the id where it is left out.
    """

    instance_id: pulumi.Input[str]
    instance_type: NotRequired[pulumi.Input[Literal["CVM", "ENI"]]]


Associations = pulumi.Input[Sequence[pulumi.Input[HaVipAssociationArgs] | pulumi.Input[str]]]


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
        vip: The address.
        address_ip: The elastic IP that is bound to it, or empty.
        instance_id: The instance that holds it, or empty.
        network_interface_id: The network interface that holds it, or None.
        state: ``AVAILABLE`` where an instance holds it, ``UNBIND`` where none does.
        created_time: When it was made, as the API writes it.
        flushed_time: When it last moved, as the API writes it.
        business: The product that made it; empty where a user did.
    """

    _served_by = HaVipProvider

    name: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    vip: pulumi.Output[str]
    check_associate: pulumi.Output[bool]
    associations: pulumi.Output[list[dict[str, str]]]
    tags: pulumi.Output[dict[str, str]]
    address_ip: pulumi.Output[str]
    instance_id: pulumi.Output[str]
    network_interface_id: pulumi.Output[str | None]
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
        name: pulumi.Input[str] | None = None,
        vip: pulumi.Input[str] | None = None,
        check_associate: pulumi.Input[bool] | None = None,
        associations: Associations | None = None,
        network_interface_id: pulumi.Input[str] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a HAVIP.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC of the address.
            subnet_id: The subnet of the address, within which it can move.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            vip: The address; a free one of the subnet if left out.
            check_associate: Whether only members of the range may take the address. Left out,
                it is off, as in the API; the console turns it on, and so should you.
            associations: The range: up to ten instances, or up to ten network interfaces, as
                ids or as `HaVipAssociationArgs`. It is then all of the range; left out, the
                range is left to `HaVipInstanceAttachment`.
            network_interface_id: The network interface that is to hold the address at first.
            tags: Its tags.
            region: The region; the subnet's, or the provider's, if left out.
            adopt: The id of a HAVIP that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(
            locals(),
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
        """Declare a member of a range; its id is ``HAVIP#INSTANCE``.

        Args:
            resource_name: Its name in the program.
            ha_vip_id: The HAVIP.
            instance_id: The instance, or the secondary network interface.
            instance_type: ``CVM`` or ``ENI``; told from the id where it is left out.
            region: The region; the HAVIP's, or the provider's, if left out.
            opts: Options of Pulumi.
        """
        self._declare(
            locals(),
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
        """Declare the binding; its id is ``HAVIP#ADDRESS``.

        Args:
            resource_name: Its name in the program.
            ha_vip_id: The HAVIP, which takes one elastic IP.
            address_ip: The address of the elastic IP, not its id.
            region: The region; the HAVIP's, or the provider's, if left out.
            opts: Options of Pulumi.
        """
        self._declare(
            locals(),
            inside=ha_vip_id,
            hints={
                "ha_vip": told_by(ha_vip_id, HaVip, "urn"),
                "eip": told_by(address_ip, Eip, "urn"),
            },
        )
