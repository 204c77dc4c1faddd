"""Route tables and routes."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = ["CidrForCcn", "CreateRouteTable", "CreateRouteTableResponse", "CreateRoutes", "CreateRoutesResponse", "DeleteRouteTable", "DeleteRouteTableResponse", "DeleteRoutes", "DeleteRoutesResponse", "DescribeRouteTables", "DescribeRouteTablesResponse", "ReplaceRouteTableAssociation", "ReplaceRouteTableAssociationResponse", "ReplaceRoutes", "ReplaceRoutesResponse", "Route", "RouteTable", "RouteTableAssociation"]


class RouteTableAssociation(Shape):
    """A subnet that uses a route table."""

    subnet_id: str = ""
    route_table_id: str = ""


class Route(Shape):
    """A route of a route table."""

    destination_cidr_block: str
    gateway_type: str
    gateway_id: str
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
    """Whether a block of addresses is published to a cloud connect network."""

    cidr: str = ""
    published_to_vbc: bool = False


class RouteTable(Shape):
    """A route table with its routes."""

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
    """The answer of `CreateRouteTable`."""

    route_table: RouteTable


class CreateRouteTable(VpcRequest[CreateRouteTableResponse]):
    """Create a route table in a VPC."""

    intl = Gap(fields=("Route.CdcId",))

    vpc_id: str
    route_table_name: str
    tags: list[Tag] | None = None


class DescribeRouteTablesResponse(Response):
    """The answer of `DescribeRouteTables`."""

    total_count: int = 0
    route_table_set: list[RouteTable] = []


class DescribeRouteTables(VpcRequest[DescribeRouteTablesResponse]):
    """List route tables with their routes, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings.
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

    filters: list[Filter] | None = None
    route_table_ids: list[str] | None = None
    offset: str | None = None
    limit: str | None = None
    need_router_info: bool | None = None


class DeleteRouteTableResponse(Response):
    """The answer of `DeleteRouteTable`: it succeeded."""


class DeleteRouteTable(VpcRequest[DeleteRouteTableResponse]):
    """Delete a route table that no subnet uses; the default one stays with its VPC."""

    route_table_id: str


class ReplaceRouteTableAssociationResponse(Response):
    """The answer of `ReplaceRouteTableAssociation`: it succeeded."""


class ReplaceRouteTableAssociation(VpcRequest[ReplaceRouteTableAssociationResponse]):
    """Give a subnet another route table.

    A subnet has exactly one.
    """

    route_table_id: str
    subnet_id: str | None = None


class CreateRoutesResponse(Response):
    """The answer of `CreateRoutes`."""

    total_count: int = 0
    route_table_set: list[RouteTable] = []


class CreateRoutes(VpcRequest[CreateRoutesResponse]):
    """Add routes to a route table.

    A HAVIP is a next hop with ``gateway_type`` HAVIP and its address as ``gateway_id``.
    """

    intl = Gap(inputs=("Routes.CdcId",), fields=("Route.CdcId",))

    route_table_id: str
    routes: list[Route]


class ReplaceRoutesResponse(Response):
    """The answer of `ReplaceRoutes`."""

    old_route_set: list[Route] = []
    new_route_set: list[Route] = []


class ReplaceRoutes(VpcRequest[ReplaceRoutesResponse]):
    """Change routes of a route table, found by their ids."""

    intl = Gap(inputs=("Routes.CdcId",), fields=("Route.CdcId",))

    route_table_id: str
    routes: list[Route]


class DeleteRoutesResponse(Response):
    """The answer of `DeleteRoutes`."""

    route_set: list[Route] = []


class DeleteRoutes(VpcRequest[DeleteRoutesResponse]):
    """Delete routes from a route table.

    Routes are found by ``route_id``, or else by destination and next hop.
    """

    intl = Gap(inputs=("Routes.CdcId",), fields=("Route.CdcId",))

    route_table_id: str
    routes: list[Route] | None = None
