"""The CAM role of an instance: given at its start, changed in place, kept from drifting."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle


def test_a_role_is_given_and_changed_in_place(life: LifeCycle) -> None:
    _, subnet = life.network()
    props = {
        "zone": subnet.zone,
        "instance_type": "S5.MEDIUM2",
        "image_id": "img-487zeit5",
        "vpc_id": subnet.vpc_id,
        "subnet_id": subnet.id,
    }
    node = life.create("Instance", "a", **props, cam_role_name="switch")
    assert life.read(node).cam_role_name == "switch"
    assert life.up(node, **props, cam_role_name="switch") is node
    node = life.up(node, **props, cam_role_name="other")
    assert life.steps[-1] == "update"
    assert life.read(node).cam_role_name == "other"
