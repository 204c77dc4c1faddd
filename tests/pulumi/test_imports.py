"""Every type of resource is imported by its id alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_havip.handlers import HANDLERS

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle


@pytest.fixture
def rows(life: LifeCycle) -> dict[str, Any]:
    """Create one resource of each type."""
    vpc, subnet = life.network()
    place = {"vpc_id": vpc.id, "subnet_id": subnet.id}
    node = life.instance(subnet, "node")
    address, public = life.create("HaVip", "web", **place), life.create("Eip", "web")
    route = {
        "route_table_id": subnet.route_table_id,
        "destination_cidr_block": "192.0.2.0/24",
        "gateway_id": address.id,
    }
    member = {"ha_vip_id": address.id, "instance_id": node.id}
    binding = {"ha_vip_id": address.id, "address_ip": public.public_ip}
    made = [
        *(vpc, subnet, node, address, public),
        life.create("NetworkInterface", "web", **place),
        life.create("PlacementGroup", "web"),
        life.create("RouteEntry", "web", **route),
        life.create("HaVipInstanceAttachment", "web", **member),
        life.create("HaVipEipAttachment", "web", **binding),
    ]
    return {row.kind: row for row in made}


@pytest.mark.parametrize("kind", HANDLERS)
def test_an_import_needs_only_an_id(life: LifeCycle, rows: dict[str, Any], kind: str) -> None:
    id = rows[kind].id
    for given, region in ((id, "ap-guangzhou"), (f"ap-guangzhou/{id}", "ap-shanghai")):
        found = HANDLERS[kind].read(life.deploy(region=region), given, {})
        assert found is not None
        assert (found.id, found.state.region) == (id, "ap-guangzhou")
        missing = {
            name
            for name, field in HANDLERS[kind].args.model_fields.items()
            if field.is_required() and name not in found.inputs
        }
        assert not missing
