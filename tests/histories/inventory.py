"""What the emulated cloud holds of a stack, in the words of a plan."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from typing import Any

import world
from plans import BLOCKS


def held(region: Any, stack: str) -> dict[str, Any]:
    """Return what a region of the emulated cloud holds of a stack, by the names of things.

    Whose a thing is follows from its network, or from its tags if it is in none.
    """
    mark = ("havip:stack", f"{world.PROJECT}/{stack}")
    vpcs = [row for row in region.vpcs if row.cidr_block in BLOCKS[stack]]
    own = {row.vpc_id for row in vpcs}

    def inside(rows: Any) -> list[Any]:
        return [row for row in rows if row.vpc_id in own]

    def marked(rows: Any, tags: str) -> list[Any]:
        return [row for row in rows if mark in {(t.key, t.value) for t in getattr(row, tags)}]

    instances = [row for row in region.instances if row.virtual_private_cloud.vpc_id in own]
    secondary = [row for row in inside(region.enis) if not row.primary]
    havips = inside(region.havips)
    titles = {row.instance_id: row.instance_name for row in region.instances}
    titles |= {row.network_interface_id: row.network_interface_name for row in secondary}
    objects = [f"Vpc {row.vpc_name}" for row in vpcs]
    objects += [f"Subnet {row.subnet_name}" for row in inside(region.subnets)]
    objects += [f"PlacementGroup {row.name}" for row in marked(region.placement_groups, "tags")]
    objects += [f"Instance {row.instance_name}" for row in instances]
    objects += [f"NetworkInterface {row.network_interface_name}" for row in secondary]
    objects += [f"HaVip {row.ha_vip_name}" for row in havips]
    objects += [f"Eip {row.address_name}" for row in marked(region.eips, "tag_set")]
    routes = [route for table in inside(region.route_tables) for route in table.route_set]
    tags = [tag.value for row in vpcs for tag in row.tag_set if tag.key == "team"]
    return {
        "objects": sorted(objects),
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
