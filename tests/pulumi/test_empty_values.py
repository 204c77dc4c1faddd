"""Empty lists and texts, which a program may compute: they mean what leaving out means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

EMPTY = [
    ("Instance", "security_group_ids", []),
    ("Instance", "placement_group_ids", []),
    ("Instance", "key_ids", []),
    ("Instance", "cam_role_name", ""),
    ("Instance", "host_name", ""),
    ("NetworkInterface", "security_group_ids", []),
    ("NetworkInterface", "description", ""),
    ("RouteEntry", "description", ""),
    ("Vpc", "dns_servers", []),
]


def arguments(life: LifeCycle, kind: str) -> dict[str, Any]:
    """Return the arguments that a resource of the kind needs."""
    vpc, subnet = life.network()
    place = {"vpc_id": vpc.id, "subnet_id": subnet.id}
    machine = {"zone": "ap-guangzhou-3", "instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
    if kind == "Instance":
        return {**place, **machine}
    if kind == "NetworkInterface":
        return place
    if kind == "Vpc":
        return {"cidr_block": "10.0.0.0/16"}
    hop = life.create("HaVip", "web", **place).id
    table = {"route_table_id": subnet.route_table_id, "gateway_id": hop}
    return {**table, "destination_cidr_block": "192.0.2.0/24"}


@pytest.mark.parametrize(("kind", "name", "value"), EMPTY)
def test_an_empty_value_is_not_a_difference(
    life: LifeCycle, kind: str, name: str, value: Any
) -> None:
    given = {**arguments(life, kind), name: value}
    made = life.create(kind, "a", **given)
    assert not life.diff(made, **given).changed
    assert not life.diff(life.read(made), **given).changed
