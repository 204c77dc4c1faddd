"""Types of properties, with the checks that need only the value.

Each message says what the value must be, which is also the next step. Sources: the API's pages of
each action; ids as in every documented example.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator

from pulumi_havip.handlers.values import MAYBE_UNKNOWN, known

NAME_LIMIT: Final = 60
"""Maximum length of a name (ModifyHaVipAttribute, CreateVpc, ModifyInstancesAttribute, …)."""
EIP_NAME_LIMIT: Final = 128
"""Maximum length of an elastic IP's name (AllocateAddresses, ModifyAddressAttribute)."""
RANGE_LIMIT: Final = 10
"""Maximum number of members of a HAVIP's range (AssociateHaVipInstance)."""
TAG_PREFIX: Final = "havip:"
"""The prefix of the tag keys by which the provider finds its resources."""
_TAG_TEXT: Final = re.compile(r"[\w \-+=.:/@()\[\]]*")
_REGION: Final = re.compile(r"[a-z]+(-[a-z0-9]+)+")
_RESERVED_TAGS: Final = ("qcs:", "tencent", "project")


def id_of(prefix: str) -> Callable[[str], str]:
    """Build the validator of ids such as ``vpc-1a2b3c4d``."""
    pattern = re.compile(rf"{prefix}-[0-9a-z]+")

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(
                f"{value!r} is not an id of this kind: it must look like {prefix}-1a2b3c4d"
            )
        return value

    return check


def name_of(most: int) -> Callable[[str], str]:
    """Build the validator of names with a maximum length."""

    def check(value: str) -> str:
        if not value or value != value.strip():
            raise ValueError("a name must not be empty or have spaces at its ends")
        if len(value) > most:
            raise ValueError(
                f"the name has {len(value)} characters, and the API takes {most}: shorten it"
            )
        return value

    return check


def check_address(value: str) -> str:
    """Validate an IPv4 address."""
    try:
        return str(ipaddress.IPv4Address(value))
    except ValueError:
        raise ValueError(
            f"{value!r} is not an IPv4 address such as 10.0.0.5 (HAVIP has no IPv6)"
        ) from None


def check_cidr(value: str) -> str:
    """Validate an IPv4 network, whose host bits must be clear."""
    try:
        return str(ipaddress.IPv4Network(value))
    except ValueError:
        pass
    try:
        right = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        raise ValueError(f"{value!r} is not an IPv4 CIDR such as 10.0.0.0/16") from None
    raise ValueError(f"{value!r} has host bits set: write {right}")


def check_filled(value: str) -> str:
    """Validate that a text is not empty."""
    if not value.strip():
        raise ValueError("must not be empty: give it")
    return value


def check_region(value: str) -> str | None:
    """Validate the name of a region; an empty one counts as omitted."""
    if value and not _REGION.fullmatch(value):
        raise ValueError(f"{value!r} is not a region: it must look like ap-guangzhou")
    return value or None


def check_single(items: list[str]) -> list[str]:
    """Validate that a list has no duplicates."""
    for item in items:
        if known(item) and items.count(item) > 1:
            raise ValueError(f"{item} is there twice: write it once")
    return items


def check_tags(value: Mapping[str, str]) -> Mapping[str, str]:
    """Validate tags by the rules of the tag service; the provider's own keys are reserved."""
    for key, text in value.items():
        _check_tag_key(key)
        if known(text) and (len(text) > 255 or not _TAG_TEXT.fullmatch(text)):
            raise ValueError(
                f"the value of tag {key!r} may have 255 letters, digits, spaces and + - = . _ : / @"
            )
    return value


def _check_tag_key(key: str) -> None:
    if key.startswith(TAG_PREFIX):
        raise ValueError(f"the tag {key!r} is the provider's own: use a key without {TAG_PREFIX!r}")
    if key.lower().startswith(_RESERVED_TAGS):
        raise ValueError(f"the tag {key!r} begins like the cloud's own ones: use another key")
    if not 1 <= len(key) <= 127 or not _TAG_TEXT.fullmatch(key):
        raise ValueError(
            f"the tag key {key!r} may have 1 to 127 letters, digits, spaces and + - = . _ : / @"
        )


Name = Annotated[str, AfterValidator(name_of(NAME_LIMIT))]
EipName = Annotated[str, AfterValidator(name_of(EIP_NAME_LIMIT))]
VpcId = Annotated[str, AfterValidator(id_of("vpc"))]
SubnetId = Annotated[str, AfterValidator(id_of("subnet"))]
HaVipId = Annotated[str, AfterValidator(id_of("havip"))]
InstanceId = Annotated[str, AfterValidator(id_of("ins"))]
InterfaceId = Annotated[str, AfterValidator(id_of("eni"))]
EipId = Annotated[str, AfterValidator(id_of("eip"))]
RouteTableId = Annotated[str, AfterValidator(id_of("rtb"))]
Filled = Annotated[str, AfterValidator(check_filled)]
RegionName = Annotated[str, AfterValidator(check_region)]
GroupId = Annotated[str, AfterValidator(id_of("ps"))]
SINGLE: Final = AfterValidator(check_single)
"""Rejects a list with duplicates."""
OR_PICKED: Final = AfterValidator(lambda items: items or None)
"""Treats an empty list as omitted: the cloud then chooses a default instead."""
SecurityGroupIds = Annotated[
    list[Annotated[str, AfterValidator(id_of("sg")), MAYBE_UNKNOWN]], SINGLE, OR_PICKED
]
PlacementGroupIds = Annotated[list[Annotated[GroupId, MAYBE_UNKNOWN]], SINGLE]
Address = Annotated[str, AfterValidator(check_address)]
DnsServers = Annotated[list[Annotated[Address, MAYBE_UNKNOWN]], SINGLE, OR_PICKED]
Cidr = Annotated[str, AfterValidator(check_cidr)]
Tags = Annotated[dict[str, Annotated[str, MAYBE_UNKNOWN]], AfterValidator(check_tags)]


def outside(address: str, cidr: str) -> str | None:
    """Return why an address cannot be used in a subnet, or None if it can.

    The first two and the last address of a subnet are reserved by the cloud.

    Example::

        >>> outside("10.0.1.4", "10.0.0.0/24")
        '10.0.1.4 is outside of the subnet 10.0.0.0/24: take one from 10.0.0.2 to 10.0.0.254'
        >>> outside("10.0.0.4", "10.0.0.0/24")
    """
    net, ip = ipaddress.IPv4Network(cidr), ipaddress.IPv4Address(address)
    choice = f"take one from {net[2]} to {net[-2]}"
    if ip not in net:
        return f"{ip} is outside of the subnet {net}: {choice}"
    if ip in (net[0], net[1], net[-1]):
        return f"{ip} is reserved by the cloud in the subnet {net}: {choice}"
    return None


def elsewhere(zone: str, region: str | None) -> str | None:
    """Return why a zone cannot be used in a region, or None if it can.

    Example::

        >>> elsewhere("ap-beijing-1", "ap-guangzhou")
        'ap-beijing-1 is not in ap-guangzhou: take a zone such as ap-guangzhou-3'
        >>> elsewhere("ap-guangzhou-3", "ap-guangzhou")
    """
    if not region or not known(zone, region) or zone.startswith(f"{region}-"):
        return None
    return f"{zone} is not in {region}: take a zone such as {region}-3"
