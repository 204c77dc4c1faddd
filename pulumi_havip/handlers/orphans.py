"""Orphans: resources with the tags of a stack that are missing from its state.

A deployment killed between the response of a creation and the update of the state leaves an orphan:
the Pulumi CLI records a pending creation but does not resume it. Attachments and routes need no
tags: creating one that exists is the same as finding it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

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
    """A resource that a stack created but its state does not contain.

    Attributes:
        kind: The resource's name, such as ``HaVip``.
        id: Its id.
        name: Its name in the console.
        region: Its region.
        urn: The URN that it was created for, with ``/`` for ``$``; empty if unknown.
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
        """The argument with which the program adopts it."""
        return f"adopt={self.id!r}"


class ExportedResource(BaseModel):
    """A resource of an exported state."""

    id: str = ""
    outputs: dict[str, Any] | None = None


class ExportedDeployment(BaseModel):
    """The deployment of an exported state."""

    resources: list[ExportedResource] | None = None


class Export(BaseModel):
    """The output of ``pulumi stack export``, as far as orphans are found by it."""

    deployment: ExportedDeployment


def ids_in(deployment: Mapping[str, Any]) -> set[str]:
    """Return the ids of all resources in an exported deployment."""
    rows = deployment.get("resources") or []
    return {row["id"] for row in rows if row.get("id")}


def regions_in(deployment: Mapping[str, Any]) -> set[str]:
    """Return the regions of the resources in an exported deployment."""
    outputs = (row.get("outputs") or {} for row in deployment.get("resources") or [])
    return {item["region"] for item in outputs if isinstance(item.get("region"), str)}


def find_orphans(regions: Iterable[RegionReads], stack: str, known: set[str]) -> list[Orphan]:
    """List resources with a stack's tag that its state does not contain.

    They are in an order in which they can be deleted.

    Args:
        regions: The regions to search.
        stack: The project and stack, such as ``shop/dev``.
        known: The ids in the state.

    Raises:
        HavipError: An API call failed.
    """
    found = [row for region in regions for row in _tagged(region, stack)]
    return [row for row in found if row.id not in known]


def _tagged(region: RegionReads, stack: str) -> Iterator[Orphan]:
    for vip in region.ha_vips.all():  # the API cannot filter HAVIPs by tag
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
