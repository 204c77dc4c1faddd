"""Quotas of the account, regions and zones."""

from __future__ import annotations

from havip.api import (
    DescribeRegions,
    DescribeRegionsResponse,
    DescribeVpcLimits,
    DescribeVpcLimitsResponse,
    DescribeZones,
    DescribeZonesResponse,
    RegionInfo,
    VpcLimit,
    ZoneInfo,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.state.settings import Quotas

MAX_TYPES = 100
LIMIT_TYPES = {
    "appid-max-vpcs": "vpcs_per_region",
    "vpc-max-subnets": "subnets_per_vpc",
    "vpc-max-route-tables": "route_tables_per_vpc",
    "route-table-max-policies": "routes_per_table",
    "vpc-max-havips": "havips_per_vpc",
    "vpc-max-enis": "interfaces_per_vpc",
    "eni-max-private-ips": "addresses_per_interface",
}
"""Field of `Quotas` for each limit type of DescribeVpcLimits."""


def describe_vpc_limits(call: ActionCall, request: DescribeVpcLimits) -> DescribeVpcLimitsResponse:
    """Return quotas by name."""
    if len(request.limit_types) > MAX_TYPES:
        raise ApiFailure(
            "InvalidParameterValue.LimitExceeded",
            f"`LimitTypes` accepts at most {MAX_TYPES} names, got {len(request.limit_types)}.",
        )
    quotas = call.region.settings.quotas
    return DescribeVpcLimitsResponse(
        vpc_limit_set=[
            VpcLimit(limit_type=name, limit_value=_quota(quotas, name))
            for name in request.limit_types
        ]
    )


def _quota(quotas: Quotas, name: str) -> int:
    field = LIMIT_TYPES.get(name)
    if field is None:
        raise ApiFailure("InvalidParameterValue", f"The emulator does not have the quota `{name}`.")
    value: int = getattr(quotas, field)
    return value


def describe_regions(call: ActionCall, _: DescribeRegions) -> DescribeRegionsResponse:
    """List the regions of the cloud."""
    regions = [
        RegionInfo(region=region, region_name=region, region_state="AVAILABLE")
        for region in call.region.settings.regions
    ]
    return DescribeRegionsResponse(total_count=len(regions), region_set=regions)


def describe_zones(call: ActionCall, _: DescribeZones) -> DescribeZonesResponse:
    """List the zones of the region."""
    zones = [
        ZoneInfo(zone=zone, zone_name=zone, zone_id=str(100_000 + number), zone_state="AVAILABLE")
        for number, zone in zip(call.region.settings.zones, call.region.zones(), strict=True)
    ]
    return DescribeZonesResponse(total_count=len(zones), zone_set=zones)
