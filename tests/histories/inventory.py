"""Contents of the emulated cloud by stack, in the words of a plan."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from typing import Any

import world
from plans import BLOCKS


def objects(region: Any, stack: str) -> dict[str, str]:
    """Return the objects of a stack, by their ids, as ``KIND NAME``.

    Whose an object is follows from its network, or from its tags if it is in none.
    """
    mark = ("havip:stack", f"{world.PROJECT}/{stack}")
    own = _networks(region, stack)

    def inside(rows: Any) -> list[Any]:
        return [row for row in rows if row.vpc_id in own]

    def marked(rows: Any, tags: str) -> list[Any]:
        return [row for row in rows if mark in {(t.key, t.value) for t in getattr(row, tags)}]

    instances = [row for row in region.instances if row.virtual_private_cloud.vpc_id in own]
    groups = marked(region.placement_groups, "tags")
    found = {row.vpc_id: f"Vpc {row.vpc_name}" for row in inside(region.vpcs)}
    found |= {row.subnet_id: f"Subnet {row.subnet_name}" for row in inside(region.subnets)}
    found |= {row.disaster_recover_group_id: f"PlacementGroup {row.name}" for row in groups}
    found |= {row.instance_id: f"Instance {row.instance_name}" for row in instances}
    found |= {
        row.network_interface_id: f"NetworkInterface {row.network_interface_name}"
        for row in inside(region.enis)
        if not row.primary
    }
    found |= {row.ha_vip_id: f"HaVip {row.ha_vip_name}" for row in inside(region.havips)}
    found |= {row.address_id: f"Eip {row.address_name}" for row in marked(region.eips, "tag_set")}
    return found


def held(region: Any, stack: str) -> dict[str, Any]:
    """Return what a region of the emulated cloud holds of a stack, by the names of things."""
    own = _networks(region, stack)
    secondary = [row for row in region.enis if row.vpc_id in own and not row.primary]
    havips = [row for row in region.havips if row.vpc_id in own]
    tables = [row for row in region.route_tables if row.vpc_id in own]
    titles = {row.instance_id: row.instance_name for row in region.instances}
    titles |= {row.network_interface_id: row.network_interface_name for row in secondary}
    routes = [route for table in tables for route in table.route_set]
    tags = [
        tag.value
        for row in region.vpcs
        if row.vpc_id in own
        for tag in row.tag_set
        if tag.key == "team"
    ]
    return {
        "objects": sorted(objects(region, stack).values()),
        "vips": {row.ha_vip_name: row.vip for row in havips},
        "members": {
            row.ha_vip_name: sorted(
                titles.get(item.instance_id, item.instance_id)
                for item in row.ha_vip_association_set
            )
            for row in havips
        },
        "bound": sorted(row.ha_vip_name for row in havips if row.address_ip),
        "routes": sorted(r.destination_cidr_block for r in routes if r.route_type == "USER"),
        "tag": tags[0] if tags else "",
        "hosts": [titles[row.attachment.instance_id] for row in secondary if row.attachment],
    }


def _networks(region: Any, stack: str) -> set[str]:
    return {row.vpc_id for row in region.vpcs if row.cidr_block in BLOCKS[stack]}
