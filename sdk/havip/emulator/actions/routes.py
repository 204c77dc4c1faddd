"""Route tables and routes, including routes with a HAVIP as next hop."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network

from havip.api import (
    CreateRoutes,
    CreateRoutesResponse,
    CreateRouteTable,
    CreateRouteTableResponse,
    DeleteRoutes,
    DeleteRoutesResponse,
    DeleteRouteTable,
    DeleteRouteTableResponse,
    DescribeRouteTables,
    DescribeRouteTablesResponse,
    ModifyRouteTableAttribute,
    ModifyRouteTableAttributeResponse,
    ReplaceRoutes,
    ReplaceRoutesResponse,
    ReplaceRouteTableAssociation,
    ReplaceRouteTableAssociationResponse,
    Route,
    RouteTable,
    RouteTableAssociation,
)
from havip.emulator.errors import ApiFailure, not_found
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_bytes,
    check_ids,
    check_quota,
    check_tags,
    require_row,
)
from havip.emulator.rules.filters import DescribeQuery, text_of
from havip.emulator.state.addresses import parse_network
from havip.emulator.state.world import AccountRegion

TABLES: DescribeQuery[RouteTable] = DescribeQuery(
    values={
        "route-table-id": lambda row: [row.route_table_id],
        "route-table-name": lambda row: [row.route_table_name],
        "vpc-id": lambda row: [row.vpc_id],
        "association.main": lambda row: [text_of(row.main)],
        "visible": lambda _: ["true"],
        "next-hop-type": lambda row: [_read(route).gateway_type for route in row.route_set],
    },
    switches={"association.main", "visible"},
    id_filter="route-table-id",
    tags=lambda row: row.tag_set,
)
_HOPS = {
    "CVM",
    "VPN",
    "DIRECTCONNECT",
    "PEERCONNECTION",
    "HAVIP",
    "NAT",
    "NORMAL_CVM",
    "EIP",
    "LOCAL_GATEWAY",
    "INTRANAT",
    "USER_CCN",
    "GWLB_ENDPOINT",
}


def create_table(call: ActionCall, request: CreateRouteTable) -> CreateRouteTableResponse:
    """Create a route table."""
    region = call.region
    vpc = require_row(region.vpcs, request.vpc_id, "vpc", "VPC")
    check_bytes(request.route_table_name, "RouteTableName")
    tags = check_tags(request.tags)
    check_quota(
        region.route_tables.count("vpc-id", vpc.vpc_id) + 1,
        region.settings.quotas.route_tables_per_vpc,
        f"route tables of `{vpc.vpc_id}`",
    )
    table = region.route_tables.put(
        RouteTable(
            vpc_id=vpc.vpc_id,
            route_table_id=region.world.new_id("rtb", region.route_tables),
            route_table_name=request.route_table_name,
            created_time=region.now_local(),
            tag_set=tags,
        )
    )
    return CreateRouteTableResponse(route_table=table)


def describe(call: ActionCall, request: DescribeRouteTables) -> DescribeRouteTablesResponse:
    """List route tables with their routes and subnets."""
    region = call.region
    found = TABLES.find(region.route_tables, request, check_ids(request.route_table_ids, "rtb"))
    rows = [_shown(region, table) for table in found.rows]
    if request.need_router_info is False:
        rows = [table.model_copy(update={"route_set": []}) for table in rows]
    return DescribeRouteTablesResponse(total_count=found.total, route_table_set=rows)


def modify_table(
    call: ActionCall, request: ModifyRouteTableAttribute
) -> ModifyRouteTableAttributeResponse:
    """Rename a route table."""
    table = _require(call.region, request.route_table_id)
    name = check_bytes(request.route_table_name, "RouteTableName")
    call.region.route_tables.put(table.model_copy(update={"route_table_name": name}))
    return ModifyRouteTableAttributeResponse()


def delete_table(call: ActionCall, request: DeleteRouteTable) -> DeleteRouteTableResponse:
    """Delete a route table that no subnet uses."""
    region, table = call.region, _require(call.region, request.route_table_id)
    if table.main:
        raise ApiFailure(
            "UnsupportedOperation.DelDefaultRoute",
            f"`{table.route_table_id}` is the default route table of its VPC.",
        )
    if region.subnets.count("route-table-id", table.route_table_id):
        raise ApiFailure(
            "UnsupportedOperation.DelRouteWithSubnet",
            f"`{table.route_table_id}` is still used by subnets.",
        )
    region.route_tables.remove(table.route_table_id)
    return DeleteRouteTableResponse()


def replace_association(
    call: ActionCall, request: ReplaceRouteTableAssociation
) -> ReplaceRouteTableAssociationResponse:
    """Replace the route table of a subnet."""
    region, table = call.region, _require(call.region, request.route_table_id)
    subnet = require_row(region.subnets, request.subnet_id or "", "subnet", "subnet")
    if subnet.vpc_id != table.vpc_id:
        raise ApiFailure(
            "UnsupportedOperation.VpcMismatch",
            "The subnet and the route table are in different VPCs.",
        )
    region.subnets.put(subnet.model_copy(update={"route_table_id": table.route_table_id}))
    return ReplaceRouteTableAssociationResponse()


def create(call: ActionCall, request: CreateRoutes) -> CreateRoutesResponse:
    """Add routes; all or none."""
    region, table = call.region, _require(call.region, request.route_table_id)
    new: list[Route] = []
    for wanted in _some(region, request.routes):
        new.append(_checked(region, table, [*table.route_set, *new], wanted))
    routes = [*table.route_set, *new]
    most = region.settings.quotas.routes_per_table
    check_quota(len(routes), most, f"routes of `{table.route_table_id}`")
    region.route_tables.put(table.model_copy(update={"route_set": routes}))
    shown = _shown(region, table.model_copy(update={"route_set": new}))
    return CreateRoutesResponse(total_count=len(new), route_table_set=[shown])


def replace(call: ActionCall, request: ReplaceRoutes) -> ReplaceRoutesResponse:
    """Replace routes by their ids; all or none."""
    region, table = call.region, _require(call.region, request.route_table_id)
    routes, old, new = list(table.route_set), [], []
    for wanted in _some(region, request.routes):
        position = _position(routes, wanted)
        others = routes[:position] + routes[position + 1 :]
        made = _checked(region, table, others, wanted, like=routes[position])
        old.append(routes[position])
        new.append(made)
        routes[position] = made
    region.route_tables.put(table.model_copy(update={"route_set": routes}))
    shown = [_read(route) for route in new]
    return ReplaceRoutesResponse(old_route_set=[_read(r) for r in old], new_route_set=shown)


def delete(call: ActionCall, request: DeleteRoutes) -> DeleteRoutesResponse:
    """Delete routes; all or none."""
    region, table = call.region, _require(call.region, request.route_table_id)
    routes = list(table.route_set)
    gone = [routes.pop(_position(routes, wanted)) for wanted in _some(region, request.routes)]
    region.route_tables.put(table.model_copy(update={"route_set": routes}))
    return DeleteRoutesResponse(route_set=[_read(route) for route in gone])


def _require(region: AccountRegion, table_id: str) -> RouteTable:
    return require_row(region.route_tables, table_id, "rtb", "route table")


def _some(region: AccountRegion, routes: Sequence[Route] | None) -> Sequence[Route]:
    if not routes:
        raise ApiFailure("InvalidParameterValue", "`Routes` must not be empty.")
    return [_written(region, route) for route in routes]


def _shown(region: AccountRegion, table: RouteTable) -> RouteTable:
    subnets = region.subnets.find("route-table-id", (table.route_table_id,))
    uses = [
        RouteTableAssociation(subnet_id=subnet_id, route_table_id=table.route_table_id)
        for subnet_id in subnets
    ]
    routes = [_read(route) for route in table.route_set]
    return table.model_copy(update={"association_set": uses, "route_set": routes})


def _read(route: Route) -> Route:
    """Return a route as the API shows it: one to a HAVIP has the type INTRANAT (reported)."""
    if route.gateway_type != "HAVIP":
        return route
    hop = route.gateway_id.replace("havip-", "intranat-", 1)
    return route.model_copy(update={"gateway_type": "INTRANAT", "gateway_id": hop})


def _written(region: AccountRegion, route: Route) -> Route:
    """Return a route as it is stored: INTRANAT that stands for a HAVIP becomes HAVIP."""
    if route.gateway_type != "INTRANAT":
        return route
    hop = route.gateway_id.replace("intranat-", "havip-", 1)
    if hop not in region.havips:
        return route
    return route.model_copy(update={"gateway_type": "HAVIP", "gateway_id": hop})


def _position(routes: Sequence[Route], wanted: Route) -> int:
    """Return the index of a route by item id, by route id, or by destination and next hop."""
    for position, route in enumerate(routes):
        if wanted.route_item_id:
            same = route.route_item_id == wanted.route_item_id
        elif wanted.route_id:
            same = route.route_id == wanted.route_id
        else:
            same = _hop(route) == _hop(wanted)
        if same:
            return position
    name = wanted.route_item_id or wanted.route_id or wanted.destination_cidr_block
    raise not_found("route", str(name))


def _hop(route: Route) -> tuple[str, str, str]:
    return route.destination_cidr_block, route.gateway_type, route.gateway_id


def _checked(
    region: AccountRegion,
    table: RouteTable,
    others: Sequence[Route],
    wanted: Route,
    like: Route | None = None,
) -> Route:
    """Validate a route and fill in its output fields; `like` is the route that it replaces."""
    block = _destination(region, table, wanted.destination_cidr_block)
    _check_hop(region, table, wanted)
    if any(route.destination_cidr_block == block for route in others):
        raise ApiFailure(
            "InvalidParameterValue.Duplicate",
            f"`{table.route_table_id}` already has a route to `{block}`.",
        )
    number = like.route_id if like else region.world.count_up("route")
    unique = like.route_item_id if like else region.world.new_id("rti", ())
    enabled = like.enabled if like else True
    return Route(
        destination_cidr_block=block,
        gateway_type=wanted.gateway_type,
        gateway_id=wanted.gateway_id,
        route_id=number,
        route_description=wanted.route_description or "",
        enabled=enabled if wanted.enabled is None else wanted.enabled,
        route_type="USER",
        route_table_id=table.route_table_id,
        destination_ipv6_cidr_block="",
        route_item_id=unique,
        published_to_vbc=False,
        created_time=like.created_time if like else region.now_local(),
        cdc_id="",
    )


def _destination(region: AccountRegion, table: RouteTable, text: str) -> str:
    block = parse_network(text)
    if block is None:
        raise ApiFailure(
            "InvalidParameterValue.Malformed",
            f"`DestinationCidrBlock` is not an IPv4 block: `{text}`.",
        )
    vpc = require_row(region.vpcs, table.vpc_id, "vpc", "VPC")
    if block.subnet_of(IPv4Network(vpc.cidr_block)):
        raise ApiFailure(
            "InvalidParameterValue.VpcCidrConflict",
            f"`{text}` is inside the VPC's own `{vpc.cidr_block}`.",
        )
    return str(block)


def _check_hop(region: AccountRegion, table: RouteTable, wanted: Route) -> None:
    kind, gateway = wanted.gateway_type, wanted.gateway_id
    if kind not in _HOPS:
        raise ApiFailure("InvalidParameterValue", f"Unknown next hop type `{kind}`.")
    if (
        kind == "HAVIP"
        and require_row(region.havips, gateway, "havip", "HAVIP").vpc_id != table.vpc_id
    ):
        raise not_found(f"HAVIP of `{table.vpc_id}`", gateway)
    if kind == "NORMAL_CVM" and not _has_address(region, table.vpc_id, gateway):
        raise not_found(f"instance address of `{table.vpc_id}`", gateway)


def _has_address(region: AccountRegion, vpc_id: str, address: str) -> bool:
    return any(
        address in [item.private_ip_address for item in eni.private_ip_address_set]
        for eni in region.enis.find("vpc-id", (vpc_id,)).values()
    )
