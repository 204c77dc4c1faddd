"""EIP bandwidth and bandwidth packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from havip.api import (
    Address,
    BandwidthPackage,
    DescribeBandwidthPackages,
    DescribeBandwidthPackagesResponse,
    ModifyAddressesBandwidth,
    ModifyAddressesBandwidthResponse,
    Resource,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import check_id, check_ids, check_not_busy
from havip.emulator.rules.eips import (
    MALFORMED,
    change_bandwidth,
    next_task,
    require_eip,
)
from havip.emulator.rules.filters import DescribeQuery
from havip.emulator.rules.tasks import begin
from havip.emulator.state.world import AccountRegion

MAX_IDS: Final = 100
DEFAULT_CHARGE_TYPE: Final = "TRAFFIC_POSTPAID_BY_HOUR"
_MOST: Final = {
    "BANDWIDTH_PACKAGE": 2000,
    "BANDWIDTH_POSTPAID_BY_HOUR": 100,
    "BANDWIDTH_PREPAID_BY_MONTH": 200,
    "TRAFFIC_POSTPAID_BY_HOUR": 100,
}
"""Maximum bandwidth in Mbps of each charge type."""
_PACKAGE: Final = "BANDWIDTH_PACKAGE"
_BAD_PACKAGE: Final = "InvalidParameterValue.BandwidthPackageIdMalformed"

PACKAGES: DescribeQuery[BandwidthPackage] = DescribeQuery(
    values={
        "bandwidth-package-id": lambda row: [row.bandwidth_package_id],
        "bandwidth-package-name": lambda row: [row.bandwidth_package_name],
        "network-type": lambda row: [row.network_type],
        "charge-type": lambda row: [row.charge_type],
        "resource.resource-type": lambda row: [item.resource_type for item in row.resource_set],
        "resource.resource-id": lambda row: [item.resource_id for item in row.resource_set],
        "resource.address-ip": lambda row: [item.address_ip for item in row.resource_set],
    },
    id_filter="bandwidth-package-id",
    tags=lambda _: (),
    unknown="InvalidParameter.InvalidFilter",
    coexist="InvalidParameterValue",
)


def modify(call: ActionCall, request: ModifyAddressesBandwidth) -> ModifyAddressesBandwidthResponse:
    """Change the bandwidth of EIPs; all or none."""
    region, ids = call.region, list(dict.fromkeys(request.address_ids))
    if not ids:
        raise ApiFailure(MALFORMED, "`AddressIds` must not be empty.")
    if len(ids) > MAX_IDS:
        raise ApiFailure(
            "InvalidParameterValue.LimitExceeded",
            f"`AddressIds` accepts at most {MAX_IDS} ids, got {len(ids)}.",
        )
    for address_id in ids:
        eip = require_eip(region, address_id)
        check_not_busy(call, eip.address_id)
        check_bandwidth(eip.internet_charge_type, request.internet_max_bandwidth_out)
    number, wanted = next_task(region), str(request.internet_max_bandwidth_out)
    named = ",".join(ids)
    begin(call, change_bandwidth, ids, holds=ids, task_id=number, ids=named, bandwidth=wanted)
    return ModifyAddressesBandwidthResponse(task_id=number)


def describe_packages(
    call: ActionCall, request: DescribeBandwidthPackages
) -> DescribeBandwidthPackagesResponse:
    """List the bandwidth packages that contain EIPs; empty packages do not exist here."""
    ids = check_ids(request.bandwidth_package_ids, "bwp", _BAD_PACKAGE)
    found = PACKAGES.find_among(_packages(call.region), request, ids)
    return DescribeBandwidthPackagesResponse(
        total_count=found.total, bandwidth_package_set=found.rows
    )


def check_package(charge_type: str, package_id: str | None) -> str | None:
    """Check that an EIP can join a bandwidth package, and return the package's id.

    Raises:
        ApiFailure: The id is malformed, or the EIP has a different charge type.
    """
    if not package_id:
        return None
    if charge_type != _PACKAGE:
        raise ApiFailure(
            "InvalidParameterValue.Combination",
            f"`BandwidthPackageId` requires the charge type {_PACKAGE}, not {charge_type}.",
        )
    return check_id(package_id, "bwp", _BAD_PACKAGE)


def check_bandwidth(charge_type: str | None, bandwidth: int) -> str:
    """Check a bandwidth against the limit of a charge type, and return the charge type.

    Raises:
        ApiFailure: The charge type is unknown, or the bandwidth is out of its range.
    """
    charge_type = charge_type or DEFAULT_CHARGE_TYPE
    if charge_type not in _MOST:
        raise ApiFailure(
            "InvalidParameterValue.Combination", f"Unknown charge type `{charge_type}`."
        )
    if not 1 <= bandwidth <= _MOST[charge_type]:
        raise ApiFailure(
            "InvalidParameterValue.BandwidthOutOfRange",
            f"{charge_type} allows 1 to {_MOST[charge_type]} Mbps, got {bandwidth}.",
        )
    return charge_type


def _packages(region: AccountRegion) -> Iterator[BandwidthPackage]:
    members: dict[str, list[Address]] = {}
    for eip in region.eips:
        if eip.bandwidth_package_id:
            members.setdefault(eip.bandwidth_package_id, []).append(eip)
    for package_id, eips in members.items():
        yield BandwidthPackage(
            bandwidth_package_id=package_id,
            network_type=eips[0].internet_service_provider,
            charge_type="BANDWIDTH_POSTPAID_BY_DAY",
            created_time=eips[0].created_time,
            status="CREATED",
            resource_set=[_resource(eip) for eip in eips],
            bandwidth=-1,
            egress=eips[0].egress or "",
        )


def _resource(eip: Address) -> Resource:
    return Resource(resource_type="Address", resource_id=eip.address_id, address_ip=eip.address_ip)
