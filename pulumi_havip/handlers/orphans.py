"""Orphans: resources that carry the tags of a stack but are missing from its state.

Something is left like that where a deployment was killed between the answer of a creation and
the writing of the state: the Pulumi CLI notes that a creation was pending and does not come
back to it. Attachments and routes have no tags, and need none: to make one that is there is
the same as to find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from havip.api import (
    DescribeAddresses,
    DescribeDisasterRecoverGroups,
    DescribeInstances,
    DescribeNetworkInterfaces,
    DescribeSubnets,
    DescribeVpcs,
    Request,
)
from pulumi_havip.handlers.ownership_tags import STACK_TAG, URN_TAG, tags_of
from pulumi_havip.handlers.region import RegionReads


class _Kind(NamedTuple):
    """Listing by tag, and deletion, of one kind of resource."""

    describe: type[Request[Any]]
    id: str
    name: str
    tags: str
    delete: str


_KINDS: Final[Mapping[str, _Kind]] = {
    "Instance": _Kind(
        DescribeInstances,
        "instance_id",
        "instance_name",
        "tags",
        "havip call TerminateInstances -p InstanceIds={id}",
    ),
    "NetworkInterface": _Kind(
        DescribeNetworkInterfaces,
        "network_interface_id",
        "network_interface_name",
        "tag_set",
        "havip call DeleteNetworkInterface -p NetworkInterfaceId={id}",
    ),
    "Eip": _Kind(
        DescribeAddresses,
        "address_id",
        "address_name",
        "tag_set",
        "havip call ReleaseAddresses -p AddressIds={id}",
    ),
    "PlacementGroup": _Kind(
        DescribeDisasterRecoverGroups,
        "disaster_recover_group_id",
        "name",
        "tags",
        "havip call DeleteDisasterRecoverGroups -p DisasterRecoverGroupIds={id}",
    ),
    "Subnet": _Kind(
        DescribeSubnets,
        "subnet_id",
        "subnet_name",
        "tag_set",
        "havip call DeleteSubnet -p SubnetId={id}",
    ),
    "Vpc": _Kind(
        DescribeVpcs, "vpc_id", "vpc_name", "tag_set", "havip call DeleteVpc -p VpcId={id}"
    ),
}


@dataclass(frozen=True)
class Orphan:
    """Something that a stack made and no state knows.

    Attributes:
        kind: The resource's name, such as ``HaVip``.
        id: Its id.
        name: Its name in the console.
        region: Where it is.
        urn: The URN that it was made for, with ``/`` for ``$``; empty where it was not known.
        delete: The command that deletes it.
    """

    kind: str
    id: str
    name: str
    region: str
    urn: str
    delete: str

    @property
    def adopt(self) -> str:
        """The argument by which the program takes it over."""
        return f"adopt={self.id!r}"


def ids_in(deployment: Mapping[str, Any]) -> set[str]:
    """Return the ids of all resources in an exported deployment."""
    rows = deployment.get("resources") or []
    return {row["id"] for row in rows if row.get("id")}


def regions_in(deployment: Mapping[str, Any]) -> set[str]:
    """Return the regions of the resources in an exported deployment."""
    outputs = (row.get("outputs") or {} for row in deployment.get("resources") or [])
    return {item["region"] for item in outputs if isinstance(item.get("region"), str)}


def find_orphans(regions: Iterable[RegionReads], stack: str, known: set[str]) -> list[Orphan]:
    """List what carries a stack's tag and is not known to its state.

    In the order in which it can be deleted.

    Args:
        regions: Where to look.
        stack: The project and stack, such as ``shop/dev``.
        known: The ids in the state.

    Raises:
        HavipError: The API refuses.
    """
    found = [row for region in regions for row in _tagged(region, stack)]
    return [row for row in found if row.id not in known]


def _tagged(region: RegionReads, stack: str) -> Iterator[Orphan]:
    for vip in region.ha_vips.all():  # the API has no filter for tags of HAVIPs
        tags = tags_of(vip.tag_set)
        if tags.get(STACK_TAG) == stack:
            delete = f"havip rm {vip.ha_vip_id}"
            yield _orphan("HaVip", vip.ha_vip_id, vip.ha_vip_name, tags, region, delete)
    for kind, how in _KINDS.items():
        for row in region.find(how.describe, {f"tag:{STACK_TAG}": stack}):
            id = getattr(row, how.id)
            tags = tags_of(getattr(row, how.tags))
            delete = how.delete.format(id=id)
            yield _orphan(kind, id, getattr(row, how.name), tags, region, delete)


def _orphan(
    kind: str, id: str, name: str, tags: Mapping[str, str], region: RegionReads, delete: str
) -> Orphan:
    command = f"{delete} --region {region.name}"
    return Orphan(kind, id, name, region.name, tags.get(URN_TAG, ""), command)
