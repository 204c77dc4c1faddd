"""What a HAVIP stands among: networks, routes and elastic IPs, as Pulumi resources."""

from __future__ import annotations

from typing import Literal

import pulumi

from pulumi_havip.dynamic import (
    EipProvider,
    RouteEntryProvider,
    SubnetProvider,
    VpcProvider,
)
from pulumi_havip.resources.base import (
    HavipResource,
    Strings,
    Tags,
    told_by,
)


class Vpc(HavipResource, module="havip", name="Vpc"):
    """A virtual private cloud.

    Example::

        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")

    Attributes:
        is_default: Whether it is the default VPC of its region.
        created_time: When it was made, as the API writes it.
    """

    _served_by = VpcProvider

    name: pulumi.Output[str]
    cidr_block: pulumi.Output[str]
    dns_servers: pulumi.Output[list[str]]
    enable_multicast: pulumi.Output[bool]
    tags: pulumi.Output[dict[str, str]]
    is_default: pulumi.Output[bool]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        cidr_block: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        dns_servers: Strings = None,
        enable_multicast: pulumi.Input[bool] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a VPC.

        Args:
            resource_name: Its name in the program.
            cidr_block: Its addresses: a private network of /12 to /28; other ones replace it.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            dns_servers: Up to four DNS servers; the cloud's own if left out.
            enable_multicast: Whether instances may send multicast; off if left out.
            tags: Its tags.
            region: The region; the provider's if left out.
            adopt: The id of a VPC that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(locals())


class Subnet(HavipResource, module="havip", name="Subnet"):
    """A subnet of a VPC: a HAVIP lives in one and never leaves it.

    Example::

        subnet = havip.Subnet(
            "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3"
        )

    Attributes:
        route_table_id: The route table that it uses.
        is_default: Whether it is the default subnet of its zone.
        created_time: When it was made, as the API writes it.
    """

    _served_by = SubnetProvider

    name: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    cidr_block: pulumi.Output[str]
    zone: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    route_table_id: pulumi.Output[str]
    is_default: pulumi.Output[bool]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        vpc_id: pulumi.Input[str],
        cidr_block: pulumi.Input[str],
        zone: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a subnet; another VPC, network or zone replaces it.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC that it is a part of.
            cidr_block: Its addresses: a part of the VPC's, /16 to /28. The first two and the
                last one are the cloud's own.
            zone: The availability zone, such as ``ap-guangzhou-3``.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            tags: Its tags.
            region: The region; the VPC's, or the provider's, if left out.
            adopt: The id of a subnet that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(
            locals(), inside=vpc_id, hints={"vpc_cidr": told_by(vpc_id, Vpc, "cidr_block")}
        )


class Eip(HavipResource, module="havip", name="Eip"):
    """An elastic IP: a public address that can be bound to a HAVIP.

    While nothing holds the HAVIP, the address counts as idle and is charged for.

    Example::

        public = havip.Eip("web", bandwidth=10)
        havip.HaVipEipAttachment("web", ha_vip_id=address.id, address_ip=public.public_ip)

    Attributes:
        public_ip: The address.
        status: ``UNBIND`` where it is free, ``BIND`` where it is bound.
        created_time: When it was made, as the API writes it.
    """

    _served_by = EipProvider

    name: pulumi.Output[str]
    internet_charge_type: pulumi.Output[str | None]
    bandwidth: pulumi.Output[int | None]
    internet_service_provider: pulumi.Output[str | None]
    bandwidth_package_id: pulumi.Output[str | None]
    tags: pulumi.Output[dict[str, str]]
    public_ip: pulumi.Output[str]
    status: pulumi.Output[str]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str] | None = None,
        internet_charge_type: pulumi.Input[
            Literal[
                "BANDWIDTH_PACKAGE",
                "BANDWIDTH_POSTPAID_BY_HOUR",
                "TRAFFIC_POSTPAID_BY_HOUR",
            ]
        ]
        | None = None,
        bandwidth: pulumi.Input[int] | None = None,
        internet_service_provider: pulumi.Input[Literal["BGP", "CMCC", "CTCC", "CUCC"]]
        | None = None,
        bandwidth_package_id: pulumi.Input[str] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an elastic IP; another kind of charge, carrier or package replaces it.

        Args:
            resource_name: Its name in the program.
            name: The name in the console, 128 characters at most; `resource_name` if left out.
            internet_charge_type: How its traffic is paid for; by traffic and hour if left out.
            bandwidth: Outgoing bandwidth in Mbit/s; 1 if left out.
            internet_service_provider: The carrier; BGP if left out.
            bandwidth_package_id: The shared bandwidth package that it is a part of.
            tags: Its tags.
            region: The region; the provider's if left out.
            adopt: The id of an EIP that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(locals())


class RouteEntry(HavipResource, module="havip", name="RouteEntry"):
    """A route of a route table; with a HAVIP as next hop it follows whoever holds the address.

    Example::

        havip.RouteEntry(
            "office",
            route_table_id=subnet.route_table_id,
            destination_cidr_block="192.0.2.0/24",
            gateway_id=address.id,
        )

    Attributes:
        route_item_id: The id of the route, such as ``rti-1a2b3c4d``.
        enabled: Whether it is switched on.
    """

    _served_by = RouteEntryProvider

    route_table_id: pulumi.Output[str]
    destination_cidr_block: pulumi.Output[str]
    gateway_id: pulumi.Output[str]
    gateway_type: pulumi.Output[str]
    description: pulumi.Output[str | None]
    route_item_id: pulumi.Output[str]
    enabled: pulumi.Output[bool]

    def __init__(
        self,
        resource_name: str,
        *,
        route_table_id: pulumi.Input[str],
        destination_cidr_block: pulumi.Input[str],
        gateway_id: pulumi.Input[str],
        gateway_type: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a route; its id is ``TABLE#DESTINATION``, and every change replaces it.

        Args:
            resource_name: Its name in the program.
            route_table_id: The route table, such as the `route_table_id` of a `Subnet`.
            destination_cidr_block: Where it leads to: a network outside of the VPC.
            gateway_id: The next hop: the id of a `HaVip` or of a gateway, or the private
                address of an instance.
            gateway_type: The kind of the next hop: ``HAVIP`` if left out, ``NORMAL_CVM``,
                ``NAT``, ``VPN`` and others.
            description: What it is for.
            region: The region; the subnet's, or the provider's, if left out.
            opts: Options of Pulumi.
        """
        self._declare(locals(), inside=route_table_id)
