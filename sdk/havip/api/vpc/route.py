"""Route tables and routes."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape, Unsent
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = [
    "CidrForCcn",
    "CreateRouteTable",
    "CreateRouteTableResponse",
    "CreateRoutes",
    "CreateRoutesResponse",
    "DeleteRouteTable",
    "DeleteRouteTableResponse",
    "DeleteRoutes",
    "DeleteRoutesResponse",
    "DescribeRouteTables",
    "DescribeRouteTablesResponse",
    "ModifyRouteTableAttribute",
    "ModifyRouteTableAttributeResponse",
    "ReplaceRouteTableAssociation",
    "ReplaceRouteTableAssociationResponse",
    "ReplaceRoutes",
    "ReplaceRoutesResponse",
    "Route",
    "RouteTable",
    "RouteTableAssociation",
]


class RouteTableAssociation(Shape):
    """A subnet that uses a route table.

    Args:
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
    """

    subnet_id: str = ""
    route_table_id: str = ""


class Route(Shape):
    """A route of a route table.

    Args:
        destination_cidr_block: IPv4 destination, outside of the VPC, such as ``192.0.2.0/24``; not
            needed if ``route_id`` is given, and neither are the next two.
        gateway_type: Kind of next hop: ``HAVIP``, ``NORMAL_CVM``, ``CVM``, ``NAT``, ``EIP``,
            ``VPN``, ``CCN`` and others.
        gateway_id: Id of the next hop, such as ``havip-1a2b3c4d``; for ``NORMAL_CVM`` the private
            address, ``0`` for an elastic IP.
        route_id: Id of an IPv4 route, a number; 0 on IPv6 ones.
        route_description: Description.
        enabled: Whether it is on.
        route_type: ``USER`` for a user's own, ``NETD`` or ``CCN`` for one of the cloud's.
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
        destination_ipv6_cidr_block: IPv6 destination, outside of the VPC.
        route_item_id: Id of the route, such as ``rti-1a2b3c4d``.
        published_to_vbc: Whether it is published to a cloud connect network; only in responses.
        created_time: Creation time.
        cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.
    """

    destination_cidr_block: Unsent = ""
    gateway_type: Unsent = ""
    gateway_id: Unsent = ""
    route_id: int | None = None
    route_description: str | None = None
    enabled: bool | None = None
    route_type: str | None = None
    route_table_id: str | None = None
    destination_ipv6_cidr_block: str | None = None
    route_item_id: str | None = None
    published_to_vbc: bool | None = None
    created_time: str | None = None
    cdc_id: str | None = None


class CidrForCcn(Shape):
    """A block of addresses, and whether it is published to a cloud connect network.

    Args:
        cidr: The block.
        published_to_vbc: Whether it is published.
    """

    cidr: str = ""
    published_to_vbc: bool = False


class RouteTable(Shape):
    """A route table with its routes.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
        route_table_name: Name of the route table, at most 60 bytes.
        association_set: The subnets that use the table.
        route_set: The routes.
        main: Whether it is the VPC's default table.
        created_time: Creation time, as ``YYYY-MM-DD hh:mm:ss``; the time zone is not documented.
        tag_set: Tags.
        local_cidr_for_ccn: Whether local routes are published to a cloud connect network.
    """

    vpc_id: str = ""
    route_table_id: str = ""
    route_table_name: str = ""
    association_set: list[RouteTableAssociation] = []
    route_set: list[Route] = []
    main: bool = False
    created_time: str = ""
    tag_set: list[Tag] = []
    local_cidr_for_ccn: list[CidrForCcn] = []


class CreateRouteTableResponse(Response):
    """The response of `CreateRouteTable`.

    Args:
        route_table: The new table.
    """

    route_table: RouteTable


class CreateRouteTable(VpcRequest[CreateRouteTableResponse]):
    """Create a route table in a VPC.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        route_table_name: Name of the route table, at most 60 bytes.
        tags: Tags.
    """

    intl = Gap(fields=("Route.CdcId",))

    vpc_id: str
    route_table_name: str
    tags: list[Tag] | None = None


class DescribeRouteTablesResponse(Response):
    """The response of `DescribeRouteTables`.

    Args:
        total_count: Total number of items.
        route_table_set: The route tables.
    """

    total_count: int = 0
    route_table_set: list[RouteTable] = []


class DescribeRouteTables(VpcRequest[DescribeRouteTablesResponse]):
    """List route tables with their routes, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings.

    Args:
        filters: Filters that must all match; not together with ids.
        route_table_ids: Ids of route tables; not together with filters.
        offset: Number of items to skip (default 0). A string.
        limit: Maximum number of items, 1 to 100 (default 20). A string.
        need_router_info: Whether the response contains the routes (default true).
    """

    reads = True
    filter_names = (
        "route-table-id",
        "route-table-name",
        "vpc-id",
        "association.main",
        "tag-key",
        "tag:",
        "visible",
        "next-hop-type",
    )
    page = Page("route_table_set", text=True)
    intl = Gap(filters=("visible", "next-hop-type"), fields=("Route.CdcId",))
    source = "https://cloud.tencent.com/document/api/215/15763"

    filters: list[Filter] | None = None
    route_table_ids: list[str] | None = None
    offset: str | None = None
    limit: str | None = None
    need_router_info: bool | None = None


class ModifyRouteTableAttributeResponse(Response):
    """The response of `ModifyRouteTableAttribute`."""


class ModifyRouteTableAttribute(VpcRequest[ModifyRouteTableAttributeResponse]):
    """Rename a route table.

    Args:
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
        route_table_name: Name of the route table, at most 60 bytes.
    """

    route_table_id: str
    route_table_name: str


class DeleteRouteTableResponse(Response):
    """The response of `DeleteRouteTable`."""


class DeleteRouteTable(VpcRequest[DeleteRouteTableResponse]):
    """Delete a route table that no subnet uses; the default one stays with its VPC.

    Args:
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
    """

    route_table_id: str


class ReplaceRouteTableAssociationResponse(Response):
    """The response of `ReplaceRouteTableAssociation`."""


class ReplaceRouteTableAssociation(VpcRequest[ReplaceRouteTableAssociationResponse]):
    """Replace the route table of a subnet.

    A subnet has exactly one.

    Args:
        route_table_id: Id of the table that the subnet is to use.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
    """

    route_table_id: str
    subnet_id: str | None = None


class CreateRoutesResponse(Response):
    """The response of `CreateRoutes`.

    Args:
        total_count: Number of routes added.
        route_table_set: The table with the routes that were added, and no others.
    """

    total_count: int = 0
    route_table_set: list[RouteTable] = []


class CreateRoutes(VpcRequest[CreateRoutesResponse]):
    """Add routes to a route table.

    A HAVIP is a next hop with ``gateway_type`` HAVIP and its id as ``gateway_id``.

    Example::

        route = Route(
            destination_cidr_block="192.0.2.0/24",
            gateway_type="HAVIP",
            gateway_id="havip-1a2b3c4d",
        )
        client.create_routes(route_table_id="rtb-1a2b3c4d", routes=[route])

    Args:
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
        routes: The routes.
    """

    intl = Gap(inputs=("Routes.CdcId",), fields=("Route.CdcId",))

    route_table_id: str
    routes: list[Route]


class ReplaceRoutesResponse(Response):
    """The response of `ReplaceRoutes`.

    Args:
        old_route_set: The old routes.
        new_route_set: The new routes.
    """

    old_route_set: list[Route] = []
    new_route_set: list[Route] = []


class ReplaceRoutes(VpcRequest[ReplaceRoutesResponse]):
    """Change routes of a route table, found by their ids.

    Args:
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
        routes: The new routes, each with its ``route_id``.
    """

    intl = Gap(inputs=("Routes.CdcId",), fields=("Route.CdcId",))

    route_table_id: str
    routes: list[Route]


class DeleteRoutesResponse(Response):
    """The response of `DeleteRoutes`.

    Args:
        route_set: The routes that were deleted.
    """

    route_set: list[Route] = []


class DeleteRoutes(VpcRequest[DeleteRoutesResponse]):
    """Delete routes from a route table.

    Routes are found by ``route_id``, or else by destination and next hop.

    Args:
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
        routes: The routes to delete; ``route_id`` is enough.
    """

    intl = Gap(inputs=("Routes.CdcId",), fields=("Route.CdcId",))

    route_table_id: str
    routes: list[Route] | None = None
