"""Null where the real API has null: values of EIPs and instances that are not set.

Recorded answers of the real cloud have null there, while subnets, VPCs and the samples of HAVIPs
have empty text.
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
    """The list in a response, and the members of its items that are null if not set."""

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
    """Write a response as JSON, with null for what is not set."""
    data: dict[str, Any] = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
    for item in data[unset.items]:
        for name in unset.names:
            item[name] = item.get(name) or None
        for tag in item.get("Tags", ()):  # of instances; both spellings were recorded
            tag.update(tagKey=tag["Key"], tagValue=tag["Value"])
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
