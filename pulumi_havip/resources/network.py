"""Resource classes: networks, routes and elastic IPs. Written by `make generate`."""

from __future__ import annotations

from typing import Literal

import pulumi

from pulumi_havip.dynamic import EipProvider, RouteEntryProvider, SubnetProvider, VpcProvider
from pulumi_havip.resources.base import HavipResource, Strings, Tags, told_by


class Vpc(HavipResource, module="havip", name="Vpc"):
    """A virtual private cloud.

    Example::

        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")

    Attributes:
        is_default: True if it is the default VPC of its region.
        created_time: Creation time, in the API's format.
    """

    _served_by = VpcProvider

    name: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    cidr_block: pulumi.Output[str]
    dns_servers: pulumi.Output[list[str]]
    enable_multicast: pulumi.Output[bool]
    is_default: pulumi.Output[bool]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        cidr_block: pulumi.Input[str],
        dns_servers: Strings | None = None,
        enable_multicast: pulumi.Input[bool] | None = None,
        name: pulumi.Input[str] | None = None,
        tags: Tags | None = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            cidr_block: The CIDR block of the VPC: a private network of /12 to /28.
            dns_servers: Up to four DNS servers for its instances; the cloud's own if
                omitted.
            enable_multicast: True if instances may send multicast, which VRRP needs unless
                its peers are unicast.
            name: The name in the console, at most 60 characters; the resource's own name if
                omitted.
            tags: Its tags; tags added by others are removed.
            region: The region; the provider's if omitted.
            adopt: The id of an existing resource to adopt instead of creating one.
            opts: Pulumi resource options.
        """
        self._declare(
            resource_name,
            {
                "cidr_block": cidr_block,
                "dns_servers": dns_servers,
                "enable_multicast": enable_multicast,
                "name": name,
                "tags": tags,
                "region": region,
                "adopt": adopt,
            },
            opts,
        )


class Subnet(HavipResource, module="havip", name="Subnet"):
    """A subnet of a VPC. A HAVIP cannot move outside its subnet.

    Example::

        subnet = havip.Subnet(
            "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3"
        )

    Attributes:
        route_table_id: Its route table.
        is_default: True if it is the default subnet of its zone.
        created_time: Creation time, in the API's format.
    """

    _served_by = SubnetProvider

    name: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    vpc_id: pulumi.Output[str]
    cidr_block: pulumi.Output[str]
    zone: pulumi.Output[str]
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
        tags: Tags | None = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC that contains it.
            cidr_block: Its CIDR block in the VPC, /16 to /28; the first two and the last
                address are reserved.
            zone: The availability zone, such as ``ap-guangzhou-3``.
            name: The name in the console, at most 60 characters; the resource's own name if
                omitted.
            tags: Its tags; tags added by others are removed.
            region: The region; that of `vpc_id`, or the provider's, if omitted.
            adopt: The id of an existing resource to adopt instead of creating one.
            opts: Pulumi resource options.
        """
        self._declare(
            resource_name,
            {
                "vpc_id": vpc_id,
                "cidr_block": cidr_block,
                "zone": zone,
                "name": name,
                "tags": tags,
                "region": region,
                "adopt": adopt,
            },
            opts,
            inside=vpc_id,
            hints={
                "vpc_cidr": told_by(vpc_id, Vpc, "cidr_block"),
            },
        )


class Eip(HavipResource, module="havip", name="Eip"):
    """An elastic IP: a public address that can be bound to a HAVIP.

    While the HAVIP has no holder, the address counts as idle and incurs charges.

    Example::

        public = havip.Eip("web", bandwidth=10)
        havip.HaVipEipAttachment("web", ha_vip_id=address.id, address_ip=public.public_ip)

    Attributes:
        public_ip: The address.
        status: ``UNBIND`` or ``BIND``; bindings never count as a difference.
        created_time: Creation time, in the API's format.
    """

    _served_by = EipProvider

    name: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    internet_charge_type: pulumi.Output[str | None]
    bandwidth: pulumi.Output[int | None]
    internet_service_provider: pulumi.Output[str | None]
    bandwidth_package_id: pulumi.Output[str | None]
    public_ip: pulumi.Output[str]
    status: pulumi.Output[str]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        internet_charge_type: pulumi.Input[
            Literal["BANDWIDTH_PACKAGE", "BANDWIDTH_POSTPAID_BY_HOUR", "TRAFFIC_POSTPAID_BY_HOUR"]
        ]
        | None = None,
        bandwidth: pulumi.Input[int] | None = None,
        internet_service_provider: pulumi.Input[Literal["BGP", "CMCC", "CTCC", "CUCC"]]
        | None = None,
        bandwidth_package_id: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        tags: Tags | None = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            internet_charge_type: Billing of its traffic; by traffic and hour if omitted.
                Prepaid addresses are not supported.
            bandwidth: Outgoing bandwidth in Mbit/s, 1 to 2000; 1 if omitted.
            internet_service_provider: The ISP line; BGP if omitted.
            bandwidth_package_id: The bandwidth package that it belongs to.
            name: The name in the console, at most 128 characters; the resource's own name
                if omitted.
            tags: Its tags; tags added by others are removed.
            region: The region; the provider's if omitted.
            adopt: The id of an existing resource to adopt instead of creating one.
            opts: Pulumi resource options.
        """
        self._declare(
            resource_name,
            {
                "internet_charge_type": internet_charge_type,
                "bandwidth": bandwidth,
                "internet_service_provider": internet_service_provider,
                "bandwidth_package_id": bandwidth_package_id,
                "name": name,
                "tags": tags,
                "region": region,
                "adopt": adopt,
            },
            opts,
        )


class RouteEntry(HavipResource, module="havip", name="RouteEntry"):
    """A route of a route table. With a HAVIP as next hop, it follows the holder.

    Example::

        havip.RouteEntry(
            "office",
            route_table_id=subnet.route_table_id,
            destination_cidr_block="192.0.2.0/24",
            gateway_id=address.id,
        )

    Attributes:
        route_item_id: The id of the route, such as ``rti-1a2b3c4d``.
        enabled: True if it is enabled.
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
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            route_table_id: The route table, such as the `route_table_id` of a `Subnet`.
            destination_cidr_block: Destination of the route: a network outside the VPC.
            gateway_id: The next hop: its id, such as that of a `HaVip`; for an instance its
                private address.
            gateway_type: The next hop type: ``HAVIP`` (the default), ``NORMAL_CVM``,
                ``NAT``, ``VPN``, …
            description: Description of the route.
            region: The region; that of `route_table_id`, or the provider's, if omitted.
            opts: Pulumi resource options.
        """
        self._declare(
            resource_name,
            {
                "route_table_id": route_table_id,
                "destination_cidr_block": destination_cidr_block,
                "gateway_id": gateway_id,
                "gateway_type": gateway_type,
                "description": description,
                "region": region,
            },
            opts,
            inside=route_table_id,
        )
