"""Null for unset values of EIPs and instances, as in responses of the real API.

Recorded responses have null for them, but empty text for subnets and VPCs, as do the documented
samples of HAVIPs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from havip.api import (
    DescribeAddressesResponse,
    DescribeImagesResponse,
    DescribeInstancesResponse,
    Response,
)


class UnsetValues(NamedTuple):
    """The list in a response, and the members of its items that are null if unset."""

    items: str
    names: tuple[str, ...]


UNSET: Final[Mapping[type[Response], UnsetValues]] = {
    DescribeAddressesResponse: UnsetValues(
        "AddressSet",
        (
            "BandwidthPackageId",
            "DeadlineDate",
            "InstanceId",
            "InstanceType",
            "NetworkInterfaceId",
            "PrivateAddressIp",
        ),
    ),
    DescribeImagesResponse: UnsetValues("ImageSet", ("SyncPercent",)),
    DescribeInstancesResponse: UnsetValues(
        "InstanceSet",
        (
            "ExpiredTime",
            "IPv6Addresses",
            "LatestOperation",
            "LatestOperationRequestId",
            "LatestOperationState",
            "PublicIpAddresses",
            "RdmaIpAddresses",
            "RenewFlag",
        ),
    ),
}


def with_nulls(answer: Response, unset: UnsetValues) -> bytes:
    """Serialize a response as JSON, with null for unset values."""
    data: dict[str, Any] = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
    for item in data[unset.items]:
        for name in unset.names:
            item[name] = item.get(name) or None
        for tag in item.get("Tags", ()):  # instances have both spellings in recorded responses
            tag.update(tagKey=tag["Key"], tagValue=tag["Value"])
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
