"""Shared bandwidth packages."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import VpcRequest
from havip.api.shared import Filter

__all__ = [
    "BandwidthPackage",
    "DescribeBandwidthPackages",
    "DescribeBandwidthPackagesResponse",
    "Resource",
]


class Resource(Shape):
    """A resource in a bandwidth package.

    Args:
        resource_type: ``Address`` or ``LoadBalance``.
        resource_id: Id of the resource, such as ``eip-1a2b3c4d`` or ``lb-1a2b3c4d``.
        address_ip: Address of the resource.
    """

    resource_type: str = ""
    resource_id: str = ""
    address_ip: str = ""


class BandwidthPackage(Shape):
    """A shared bandwidth package.

    Args:
        bandwidth_package_id: Id of the shared bandwidth package, such as ``bwp-1a2b3c4d``.
        network_type: Kind of the package, such as ``BGP`` or ``ANYCAST``.
        charge_type: How the package is billed, such as ``BANDWIDTH_POSTPAID_BY_DAY``.
        bandwidth_package_name: Name of the package.
        created_time: Creation time in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
        status: ``CREATING``, ``CREATED``, ``DELETING`` or ``DELETED``.
        resource_set: The resources in it.
        bandwidth: Bandwidth limit in Mbps; -1 for none.
        egress: Network egress, such as ``center_egress1``.
        deadline: When a prepaid package ends, in ISO 8601; None for one pay-as-you-go.
    """

    bandwidth_package_id: str = ""
    network_type: str = ""
    charge_type: str = ""
    bandwidth_package_name: str = ""
    created_time: str = ""
    status: str = ""
    resource_set: list[Resource] = []
    bandwidth: int = 0
    egress: str = ""
    deadline: str | None = None


class DescribeBandwidthPackagesResponse(Response):
    """The response of `DescribeBandwidthPackages`.

    Args:
        total_count: Total number of items.
        bandwidth_package_set: The packages.
    """

    total_count: int = 0
    bandwidth_package_set: list[BandwidthPackage] = []


class DescribeBandwidthPackages(VpcRequest[DescribeBandwidthPackagesResponse]):
    """List shared bandwidth packages and the resources in them.

    Args:
        bandwidth_package_ids: Ids of packages; not together with filters.
        filters: Filters that must all match, at most 10; not together with ids.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
    """

    reads = True
    filter_names = (
        "bandwidth-package-id",
        "bandwidth-package-name",
        "network-type",
        "charge-type",
        "resource.resource-type",
        "resource.resource-id",
        "resource.address-ip",
        "tag-key",
        "tag-value",
        "tag:",
    )
    page = Page("bandwidth_package_set")
    intl = Gap(fields=("BandwidthPackage.Deadline",))
    source = "https://cloud.tencent.com/document/api/215/19209"

    bandwidth_package_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None
