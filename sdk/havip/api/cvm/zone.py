"""Regions and availability zones."""

from __future__ import annotations

from havip.api._base import Response, Shape
from havip.api._services import CvmRequest

__all__ = [
    "DescribeRegions",
    "DescribeRegionsResponse",
    "DescribeZones",
    "DescribeZonesResponse",
    "RegionInfo",
    "ZoneInfo",
]


class RegionInfo(Shape):
    """A region.

    Args:
        region: Region id, such as ``ap-guangzhou``.
        region_name: Name of the region for people.
        region_state: ``AVAILABLE`` or ``UNAVAILABLE``.
    """

    region: str = ""
    region_name: str = ""
    region_state: str = ""


class DescribeRegionsResponse(Response):
    """The response of `DescribeRegions`.

    Args:
        total_count: Total number of items.
        region_set: The regions.
    """

    total_count: int = 0
    region_set: list[RegionInfo] = []


class DescribeRegions(CvmRequest[DescribeRegionsResponse]):
    """List the regions that the account can use."""

    reads = True
    source = "https://cloud.tencent.com/document/api/213/15708"


class ZoneInfo(Shape):
    """An availability zone.

    Args:
        zone: Availability zone, such as ``ap-guangzhou-3``.
        zone_name: Name of the zone for people.
        zone_id: Id of the zone, a number in a string.
        zone_state: ``AVAILABLE`` or ``UNAVAILABLE``.
    """

    zone: str = ""
    zone_name: str = ""
    zone_id: str = ""
    zone_state: str = ""


class DescribeZonesResponse(Response):
    """The response of `DescribeZones`.

    Args:
        total_count: Total number of items.
        zone_set: The zones.
    """

    total_count: int = 0
    zone_set: list[ZoneInfo] = []


class DescribeZones(CvmRequest[DescribeZonesResponse]):
    """List the availability zones of the region."""

    reads = True
    source = "https://cloud.tencent.com/document/api/213/15707"
