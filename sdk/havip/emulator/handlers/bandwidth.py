"""The bandwidth of EIPs, and bandwidth packages, of which there are none."""

from __future__ import annotations

from typing import Final

from havip.api import (
    DescribeBandwidthPackages,
    DescribeBandwidthPackagesResponse,
    ModifyAddressesBandwidth,
    ModifyAddressesBandwidthResponse,
)
from havip.emulator.eips import MALFORMED, change_bandwidth, need_eip, next_task
from havip.emulator.listing import refuse_unknown_filters
from havip.emulator.refusals import Refusal
from havip.emulator.registry import Call, handles
from havip.emulator.tasks import begin, refuse_if_busy

MAX_IDS: Final = 100
DEFAULT_CHARGE_TYPE: Final = "TRAFFIC_POSTPAID_BY_HOUR"
_MOST: Final = {
    "BANDWIDTH_PACKAGE": 2000,
    "BANDWIDTH_POSTPAID_BY_HOUR": 100,
    "BANDWIDTH_PREPAID_BY_MONTH": 200,
    "TRAFFIC_POSTPAID_BY_HOUR": 100,
}
"""The most megabits per second of each way to pay."""


@handles(ModifyAddressesBandwidth)
def modify(call: Call, request: ModifyAddressesBandwidth) -> ModifyAddressesBandwidthResponse:
    """Change the bandwidth of EIPs: of all of them or of none."""
    region, ids = call.region, list(dict.fromkeys(request.address_ids))
    if not ids:
        raise Refusal(MALFORMED, "`AddressIds` has no id.")
    if len(ids) > MAX_IDS:
        raise Refusal(
            "InvalidParameterValue.LimitExceeded",
            f"`AddressIds` takes {MAX_IDS} ids, not {len(ids)}.",
        )
    for address_id in ids:
        eip = need_eip(region, address_id)
        refuse_if_busy(call, eip.address_id)
        check_bandwidth(eip.internet_charge_type, request.internet_max_bandwidth_out)
    number, wanted = next_task(region), str(request.internet_max_bandwidth_out)
    named = ",".join(ids)
    begin(call, change_bandwidth, ids, holds=ids, task_id=number, ids=named, bandwidth=wanted)
    return ModifyAddressesBandwidthResponse(task_id=number)


@handles(DescribeBandwidthPackages)
def describe_packages(
    _: Call, request: DescribeBandwidthPackages
) -> DescribeBandwidthPackagesResponse:
    """List bandwidth packages, of which there are none."""
    refuse_unknown_filters(request, "InvalidParameter.InvalidFilter")
    return DescribeBandwidthPackagesResponse(total_count=0, bandwidth_package_set=[])


def check_bandwidth(charge_type: str | None, bandwidth: int) -> str:
    """Check that a way to pay has so much bandwidth, and give that way.

    Raises:
        Refusal: there is no such way to pay, or it does not go so far.
    """
    charge_type = charge_type or DEFAULT_CHARGE_TYPE
    if charge_type not in _MOST:
        raise Refusal(
            "InvalidParameterValue.Combination", f"There is no charge type `{charge_type}`."
        )
    if not 1 <= bandwidth <= _MOST[charge_type]:
        raise Refusal(
            "InvalidParameterValue.BandwidthOutOfRange",
            f"{charge_type} goes from 1 to {_MOST[charge_type]} Mbps, not {bandwidth}.",
        )
    return charge_type
