"""Placement groups from nothing to gone, with an instance in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from havip.api import DescribeDisasterRecoverGroups
from havip.errors import ApiError

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle


def test_a_placement_group_goes_through_its_life_cycle(life: LifeCycle) -> None:
    group = life.create("PlacementGroup", "web", tags={"env": "dev"})
    assert (group.name, group.type, group.tags) == ("web", "HOST", {"env": "dev"})
    group = life.up(group, tags={"env": "prod"})
    assert life.read(group).tags == {"env": "prod"}
    other = life.up(group, type="RACK", tags={"env": "prod"})
    assert life.steps == [
        "create PlacementGroup",
        "update",
        "create PlacementGroup",
        "delete PlacementGroup",
    ]
    life.delete(other)
    assert life.gone(other)


def test_an_instance_is_put_into_its_group(life: LifeCycle) -> None:
    _, subnet = life.network()
    group = life.create("PlacementGroup", "web")
    node = life.instance(subnet, "a", placement_group_ids=[group.id])
    assert life.read(node).placement_group_ids == [group.id]
    life.delete(node)
    life.delete(group)
    assert life.gone(group)


def test_a_group_whose_instance_left_it_out_says_how_to_empty_it(life: LifeCycle) -> None:
    _, subnet = life.network()
    group = life.create("PlacementGroup", "web")
    node = life.instance(subnet, "a", placement_group_ids=[group.id])
    with pytest.raises(ApiError, match=r"placement_?[gG]roup_?[iI]ds.*empty list.*replaces"):
        life.delete(group)
    life.up(node, **{**node.inputs, "placement_group_ids": []})
    life.delete(group)
    assert life.gone(group)


def test_a_group_is_made_once_though_the_answer_is_lost(life: LifeCycle) -> None:
    life.fault(action="CreateDisasterRecoverGroup", drop=True, effect="after")
    group = life.create("PlacementGroup", "web")
    listed = life.ctx.region().find(DescribeDisasterRecoverGroups, {})
    assert [row.disaster_recover_group_id for row in listed] == [group.id]
