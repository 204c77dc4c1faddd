"""Availability zones."""

from __future__ import annotations

from havip.api._base import Response, Shape
from havip.api._services import CvmRequest

__all__ = ["DescribeZones", "DescribeZonesResponse", "ZoneInfo"]


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
    """The answer of `DescribeZones`.

    Args:
        total_count: How many there are in all.
        zone_set: The zones.
    """

    total_count: int = 0
    zone_set: list[ZoneInfo] = []


class DescribeZones(CvmRequest[DescribeZonesResponse]):
    """List the availability zones of the region."""

    reads = True
    source = "https://cloud.tencent.com/document/api/213/15707"
