"""VPCs and subnets."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network

from havip.api import (
    CreateSubnet,
    CreateSubnetResponse,
    CreateVpc,
    CreateVpcResponse,
    DeleteSubnet,
    DeleteSubnetResponse,
    DeleteVpc,
    DeleteVpcResponse,
    DescribeSubnets,
    DescribeSubnetsResponse,
    DescribeVpcs,
    DescribeVpcsResponse,
    ModifySubnetAttribute,
    ModifySubnetAttributeResponse,
    ModifyVpcAttribute,
    ModifyVpcAttributeResponse,
    RouteTable,
    Subnet,
    Vpc,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_bytes,
    check_ids,
    check_name,
    check_quota,
    check_tags,
    parse_switch,
    require_row,
)
from havip.emulator.rules.filters import DescribeQuery, contains, text_of
from havip.emulator.state.addresses import AddressRange, parse_network
from havip.emulator.state.world import AccountRegion

MAX_DNS_SERVERS = 4
_PRIVATE = tuple(
    (IPv4Network(block), shortest)
    for block, shortest in (("10.0.0.0/8", 12), ("172.16.0.0/12", 12), ("192.168.0.0/16", 16))
)

VPCS: DescribeQuery[Vpc] = DescribeQuery(
    values={
        "vpc-id": lambda row: [row.vpc_id],
        "cidr-block": lambda row: [row.cidr_block],
        "is-default": lambda row: [text_of(row.is_default)],
    },
    matchers={"vpc-name": contains(lambda row: [row.vpc_name])},
    switches={"is-default"},
    id_filter="vpc-id",
    tags=lambda row: row.tag_set,
)

SUBNETS: DescribeQuery[Subnet] = DescribeQuery(
    values={
        "subnet-id": lambda row: [row.subnet_id],
        "vpc-id": lambda row: [row.vpc_id],
        "cidr-block": lambda row: [row.cidr_block],
        "is-default": lambda row: [text_of(row.is_default)],
        "is-remote-vpc-snat": lambda row: [text_of(row.is_remote_vpc_snat)],
        "subnet-name": lambda row: [row.subnet_name],
        "zone": lambda row: [row.zone],
        "cdc-id": lambda row: [row.cdc_id],
        "is-cdc-subnet": lambda row: [str(row.is_cdc_subnet)],
    },
    switches={"is-default", "is-remote-vpc-snat"},
    id_filter="subnet-id",
    tags=lambda row: row.tag_set,
    newest_first=True,
)


def create_vpc(call: ActionCall, request: CreateVpc) -> CreateVpcResponse:
    """Create a VPC with its default route table."""
    region = call.region
    check_bytes(request.vpc_name, "VpcName")
    block = _vpc_block(request.cidr_block)
    tags = check_tags(request.tags)
    _check_dns(request.dns_servers)
    check_quota(len(region.vpcs) + 1, region.settings.quotas.vpcs_per_region, "VPCs of the region")
    vpc = region.vpcs.put(
        Vpc(
            vpc_id=region.world.new_id("vpc", region.vpcs),
            vpc_name=request.vpc_name,
            cidr_block=block,
            enable_multicast=parse_switch(request.enable_multicast, "EnableMulticast") or False,
            created_time=region.now_local(),
            dns_server_set=request.dns_servers or ["183.60.83.19", "183.60.82.98"],
            domain_name=request.domain_name or "",
            enable_dhcp=True,
            tag_set=tags,
            enable_route_vpc_publish=request.enable_route_vpc_publish or False,
            enable_route_vpc_publish_ipv6=request.enable_route_vpc_publish_ipv6 or False,
        )
    )
    region.route_tables.put(
        RouteTable(
            route_table_id=region.world.new_id("rtb", region.route_tables),
            vpc_id=vpc.vpc_id,
            route_table_name="default",
            main=True,
            created_time=region.now_local(),
        )
    )
    return CreateVpcResponse(vpc=vpc)


def describe_vpcs(call: ActionCall, request: DescribeVpcs) -> DescribeVpcsResponse:
    """List VPCs."""
    ids = check_ids(request.vpc_ids, "vpc")
    found = VPCS.find(call.region.vpcs, request, ids)
    return DescribeVpcsResponse(total_count=found.total, vpc_set=found.rows)


def modify_vpc(call: ActionCall, request: ModifyVpcAttribute) -> ModifyVpcAttributeResponse:
    """Modify a VPC."""
    vpc = require_row(call.region.vpcs, request.vpc_id, "vpc", "VPC")
    _check_dns(request.dns_servers)
    changes = {
        "vpc_name": request.vpc_name and check_name(request.vpc_name, "VpcName"),
        "enable_multicast": parse_switch(request.enable_multicast, "EnableMulticast"),
        "dns_server_set": request.dns_servers,
        "domain_name": request.domain_name,
        "enable_route_vpc_publish": request.enable_route_vpc_publish,
        "enable_route_vpc_publish_ipv6": request.enable_route_vpc_publish_ipv6,
    }
    call.region.vpcs.put(vpc.model_copy(update=_given(changes)))
    return ModifyVpcAttributeResponse()


def delete_vpc(call: ActionCall, request: DeleteVpc) -> DeleteVpcResponse:
    """Delete a VPC together with its route tables and empty subnets."""
    region = call.region
    vpc = require_row(region.vpcs, request.vpc_id, "vpc", "VPC")
    for subnet in region.subnets.rows_with("vpc-id", vpc.vpc_id):
        _refuse_used(region, subnet)
        region.subnets.remove(subnet.subnet_id)
    for table in region.route_tables.rows_with("vpc-id", vpc.vpc_id):
        region.route_tables.remove(table.route_table_id)
    region.vpcs.remove(vpc.vpc_id)
    return DeleteVpcResponse()


def create_subnet(call: ActionCall, request: CreateSubnet) -> CreateSubnetResponse:
    """Create a subnet that uses the VPC's default route table."""
    region = call.region
    vpc = require_row(region.vpcs, request.vpc_id, "vpc", "VPC")
    check_bytes(request.subnet_name, "SubnetName")
    tags = check_tags(request.tags)
    _check_zone(region, request.zone)
    block = _subnet_block(region, vpc, request.cidr_block)
    check_quota(
        region.subnets.count("vpc-id", vpc.vpc_id) + 1,
        region.settings.quotas.subnets_per_vpc,
        f"subnets of `{vpc.vpc_id}`",
    )
    subnet = Subnet(
        vpc_id=vpc.vpc_id,
        subnet_id=region.world.new_id("subnet", region.subnets),
        subnet_name=request.subnet_name,
        cidr_block=str(block),
        zone=request.zone,
        route_table_id=main_table(region, vpc.vpc_id).route_table_id,
        created_time=region.now_local(),
        tag_set=tags,
        cdc_id=request.cdc_id or "",
        is_cdc_subnet=int(bool(request.cdc_id)),
    )
    region.subnets.put(subnet)
    return CreateSubnetResponse(subnet=counted(region, subnet))


def describe_subnets(call: ActionCall, request: DescribeSubnets) -> DescribeSubnetsResponse:
    """List subnets with the number of their free addresses."""
    region, ids = call.region, check_ids(request.subnet_ids, "subnet")
    asked, next_token = _page_by_token(request), ""
    found = SUBNETS.find(region.subnets, asked or request, ids)
    if asked:
        end = int(asked.offset or 0) + len(found.rows)
        next_token = str(end) if end < found.total else ""
    rows = [counted(region, subnet) for subnet in found.rows]
    return DescribeSubnetsResponse(total_count=found.total, subnet_set=rows, next_token=next_token)


def modify_subnet(
    call: ActionCall, request: ModifySubnetAttribute
) -> ModifySubnetAttributeResponse:
    """Modify a subnet."""
    subnet = require_row(call.region.subnets, request.subnet_id, "subnet", "subnet")
    changes = {
        "subnet_name": request.subnet_name and check_bytes(request.subnet_name, "SubnetName"),
        "enable_broadcast": parse_switch(request.enable_broadcast, "EnableBroadcast"),
    }
    call.region.subnets.put(subnet.model_copy(update=_given(changes)))
    return ModifySubnetAttributeResponse()


def delete_subnet(call: ActionCall, request: DeleteSubnet) -> DeleteSubnetResponse:
    """Delete a subnet without addresses in use."""
    subnet = require_row(call.region.subnets, request.subnet_id, "subnet", "subnet")
    _refuse_used(call.region, subnet)
    call.region.subnets.remove(subnet.subnet_id)
    return DeleteSubnetResponse()


def _page_by_token(request: DescribeSubnets) -> DescribeSubnets | None:
    """Convert a request that pages by token to one that pages by offset; None without a page."""
    token = request.next_token or "0"
    if request.max_results is None and not request.next_token:
        return None
    if not (token.isascii() and token.isdecimal()):
        raise ApiFailure("InvalidParameterValue", f"`NextToken` is invalid: `{token}`.")
    size = None if request.max_results is None else str(request.max_results)
    return request.model_copy(update={"offset": token, "limit": size})


def counted(region: AccountRegion, subnet: Subnet) -> Subnet:
    """Return a subnet with the counts of its usable and free addresses."""
    total = AddressRange.of(subnet.cidr_block).size
    return subnet.model_copy(
        update={
            "total_ip_address_count": total,
            "available_ip_address_count": total - region.book.used(subnet.subnet_id),
        }
    )


def main_table(region: AccountRegion, vpc_id: str) -> RouteTable:
    """Return the default route table of a VPC."""
    tables = region.route_tables.find("vpc-id", (vpc_id,)).values()
    return next(table for table in tables if table.main)


def _given(changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in changes.items() if value is not None}


def _check_dns(servers: list[str] | None) -> None:
    if servers and len(servers) > MAX_DNS_SERVERS:
        raise ApiFailure(
            "InvalidParameterValue.LimitExceeded",
            f"`DnsServers` accepts at most {MAX_DNS_SERVERS} addresses, got {len(servers)}.",
        )


def _check_zone(region: AccountRegion, zone: str) -> None:
    if zone not in region.zones():
        raise ApiFailure(
            "InvalidParameterValue", f"The region `{region.name}` has no zone `{zone}`."
        )


def _vpc_block(text: str | None) -> str:
    if not text:
        raise ApiFailure("MissingParameter", "The request is missing the parameter `CidrBlock`.")
    block = _block(text)
    for outer, shortest in _PRIVATE:
        if block.subnet_of(outer) and shortest <= block.prefixlen <= 28:
            return str(block)
    raise ApiFailure(
        "InvalidParameterValue",
        f"`CidrBlock` must be a private block of /12 (192.168: /16) to /28, not `{text}`.",
    )


def _subnet_block(region: AccountRegion, vpc: Vpc, text: str | None) -> IPv4Network:
    if not text:
        raise ApiFailure("MissingParameter", "The request is missing the parameter `CidrBlock`.")
    block = _block(text)
    if not 16 <= block.prefixlen <= 28 or not block.subnet_of(IPv4Network(vpc.cidr_block)):
        raise ApiFailure(
            "InvalidParameterValue.SubnetRange",
            f"`{text}` is not a block of /16 to /28 inside the VPC's `{vpc.cidr_block}`.",
        )
    for other in region.subnets.rows_with("vpc-id", vpc.vpc_id):
        if block.overlaps(IPv4Network(other.cidr_block)):
            raise ApiFailure(
                "InvalidParameterValue.SubnetOverlap",
                f"`{text}` overlaps `{other.cidr_block}` of `{other.subnet_id}`.",
            )
    return block


def _block(text: str) -> IPv4Network:
    block = parse_network(text)
    if block is None:
        raise ApiFailure(
            "InvalidParameterValue.Malformed", f"`CidrBlock` is not an IPv4 block: `{text}`."
        )
    return block


def _refuse_used(region: AccountRegion, subnet: Subnet) -> None:
    if region.book.used(subnet.subnet_id):
        raise ApiFailure(
            "ResourceInUse",
            f"Addresses of the subnet `{subnet.subnet_id}` are still in use, by ENIs or HAVIPs.",
        )
