"""Snapshot of a cloud for the dashboard: plain data of one account and region, no secrets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final, TypeVar

from havip.api import HaVip, NetworkInterface
from havip.emulator.cloud import Cloud
from havip.emulator.state.rows import InstanceRow, addresses_of
from havip.emulator.state.world import AccountRegion

T = TypeVar("T")

LIMIT: Final = 200
"""Maximum number of rows of each kind; the rest is only counted."""


def snapshot(cloud: Cloud, account: str = "", region: str = "") -> dict[str, Any]:
    """Return the resources of one account and region.

    Args:
        cloud: The cloud.
        account: The account; empty or unknown selects the account and region with the most rows.
        region: The region, likewise.

    Returns:
        Plain data: ``places`` (all accounts and regions in use), the selected ``account`` and
        ``region``, ``vpcs`` with their subnets, ``nodes``, ``havips``, and in ``more`` the number
        of rows of each kind beyond the limit.
    """
    with cloud.lock:
        places = _places(cloud)
        here = next((one for one in places if one.scope == (account, region)), None)
        if here is None and places:
            here = max(places, key=lambda one: len(one.havips) * 1000 + len(one.instances))
        found: dict[str, Any] = {
            "places": [
                {"account": one.account, "region": one.name, "havips": len(one.havips)}
                for one in places
            ],
            "account": here.account if here else "",
            "region": here.name if here else "",
            "vpcs": [],
            "nodes": [],
            "havips": [],
            "more": {},
        }
        return found | (_contents(here) if here else {})


def _places(cloud: Cloud) -> list[AccountRegion]:
    everywhere = cloud.all_regions()
    return [one for one in everywhere if len(one.vpcs) or len(one.instances) or len(one.havips)]


def _contents(region: AccountRegion) -> dict[str, Any]:
    sizes = {
        "vpcs": len(region.vpcs),
        "nodes": len(region.instances),
        "havips": len(region.havips),
    }
    return {
        "vpcs": [
            {
                "id": vpc.vpc_id,
                "name": vpc.vpc_name,
                "cidr": vpc.cidr_block,
                "subnets": [
                    {
                        "id": subnet.subnet_id,
                        "name": subnet.subnet_name,
                        "cidr": subnet.cidr_block,
                        "zone": subnet.zone,
                    }
                    for subnet in _first(region.subnets.rows_with("vpc-id", vpc.vpc_id))
                ],
            }
            for vpc in _first(region.vpcs)
        ],
        "nodes": [_node(region, row) for row in _first(region.instances)],
        "havips": [_havip(row) for row in _first(region.havips)],
        "more": {name: max(0, size - LIMIT) for name, size in sizes.items()},
    }


def _first(rows: Iterable[T]) -> list[T]:
    return list(islice(rows, LIMIT))


def _node(region: AccountRegion, row: InstanceRow) -> dict[str, Any]:
    enis = region.enis.rows_with("attachment.instance-id", row.instance_id)
    enis.sort(key=lambda eni: not eni.primary)
    network = row.virtual_private_cloud
    return {
        "id": row.instance_id,
        "name": row.instance_name,
        "state": row.instance_state,
        "subnet": network.subnet_id if network else "",
        "addresses": [address for eni in enis for address in addresses_of(eni)],
        "interfaces": [eni.network_interface_id for eni in enis],
        "public": [*filter(None, [row.public_address]), *_public(region, enis)],
    }


def _public(region: AccountRegion, enis: Iterable[NetworkInterface]) -> list[str]:
    return [
        eip.address_ip
        for eni in enis
        for eip in region.eips.rows_with("network-interface-id", eni.network_interface_id)
    ]


def _havip(row: HaVip) -> dict[str, Any]:
    return {
        "id": row.ha_vip_id,
        "name": row.ha_vip_name,
        "address": row.vip,
        "subnet": row.subnet_id,
        "eip": row.address_ip or "",
        "holder": row.instance_id or "",
        "interface": row.network_interface_id or "",
        "since": row.flushed_time or "",
        "checked": bool(row.check_associate),
        "range": [member.instance_id for member in _first(row.ha_vip_association_set)],
    }
