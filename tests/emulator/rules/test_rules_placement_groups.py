"""Placement groups, which spread instances over hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("official-sdk")
def test_placement_groups_hold_instances(rig: Rig) -> None:
    """Instances join a placement group when they are made; a group in use is not deleted."""
    group = rig.do("CreateDisasterRecoverGroup", name="spread", type="RACK")
    wanted = group.disaster_recover_group_id
    one = rig.instance(rig.subnet(), disaster_recover_group_ids=[wanted])
    found = rig.do("DescribeDisasterRecoverGroups", name="spr")
    assert found.disaster_recover_group_set[0].instance_ids == [one]
    ids = [wanted]
    rig.refused(
        "FailedOperation.PlacementSetNotEmpty",
        "DeleteDisasterRecoverGroups",
        disaster_recover_group_ids=ids,
    )
    rig.do("TerminateInstances", instance_ids=[one])
    rig.do("DeleteDisasterRecoverGroups", disaster_recover_group_ids=ids)
    assert rig.do("DescribeDisasterRecoverGroups").total_count == 0


@pytest.mark.evidence("official-sdk")
def test_a_failed_launch_is_named_so(make_rig: MakeRig) -> None:
    """An instance that is LAUNCH_FAILED fails with InstanceStateLaunchFailed."""
    rig = make_rig(failing_tasks={"RunInstances": "no capacity"})
    ids = [rig.instance(rig.subnet())]
    code = "UnsupportedOperation.InstanceStateLaunchFailed"
    rig.refused(code, "TerminateInstances", instance_ids=ids)


@pytest.mark.evidence("official-sdk")
def test_placement_groups_are_asked_for_by_tens(rig: Rig) -> None:
    """Calls on placement groups take 10 ids, filters of them 5 values."""
    ids, code = [f"ps-{number:08}" for number in range(11)], "InvalidParameterValue.LimitExceeded"
    rig.refused(code, "DescribeDisasterRecoverGroups", disaster_recover_group_ids=ids)
    rig.refused(code, "DeleteDisasterRecoverGroups", disaster_recover_group_ids=ids)
    wanted = [{"name": "tag-key", "values": list("abcdef")}]
    rig.refused(code, "DescribeDisasterRecoverGroups", filters=wanted)
    for affinity in (0, 11):
        rig.refused(
            "InvalidParameterValue",
            "CreateDisasterRecoverGroup",
            name="spread",
            type="HOST",
            affinity=affinity,
        )


@pytest.mark.evidence("official-sdk")
def test_placement_groups_change(rig: Rig) -> None:
    """A placement group is renamed, with 1 to 60 characters, and its affinity raised up to 10."""
    action = "ModifyDisasterRecoverGroupAttribute"
    made = rig.do("CreateDisasterRecoverGroup", name="spread", type="HOST")
    group = {"disaster_recover_group_id": made.disaster_recover_group_id}
    rig.do(action, name="far apart", **group)
    rig.do(action, affinity=3, **group)
    (shown,) = rig.do("DescribeDisasterRecoverGroups").disaster_recover_group_set
    assert (shown.name, shown.affinity) == ("far apart", 3)
    rig.refused("InvalidParameterValue", action, affinity=2, **group)
    rig.refused("InvalidParameterValue", action, affinity=11, **group)
    rig.refused("InvalidParameterValue", action, name="", **group)
    rig.refused("InvalidParameterValue.TooLong", action, name="n" * 61, **group)
    other = {"disaster_recover_group_id": "ps-00000000"}
    rig.refused("ResourceNotFound.InvalidPlacementSet", action, name="b", **other)
    rig.refused("InvalidParameterValue", "CreateDisasterRecoverGroup", name="", type="HOST")


@pytest.mark.evidence("assumed")
def test_a_placement_group_has_a_size(rig: Rig) -> None:
    """A group of the type SW holds 20 instances, RACK 30, HOST 50; groups have a quota of 10."""
    group = rig.do("CreateDisasterRecoverGroup", name="spread", type="SW")
    assert group.cvm_quota_total == 20
    subnet = rig.subnet()
    rig.refused(
        "ResourceInsufficient.DisasterRecoverGroupCvmQuota",
        "RunInstances",
        virtual_private_cloud={"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id},
        instance_count=21,
        disaster_recover_group_ids=[group.disaster_recover_group_id],
    )
    for number in range(9):
        rig.do("CreateDisasterRecoverGroup", name=f"g{number}", type="HOST")
    rig.refused(
        "ResourceInsufficient.InsufficientGroupQuota",
        "CreateDisasterRecoverGroup",
        name="g",
        type="HOST",
    )


@pytest.mark.evidence("assumed")
def test_the_size_of_a_rack_group_is_a_setting(make_rig: MakeRig) -> None:
    """`instances_per_rack_group` of `Quotas` sets how many instances a RACK group holds."""
    rig = make_rig(quotas={"instances_per_rack_group": 2})
    group = rig.do("CreateDisasterRecoverGroup", name="spread", type="RACK")
    assert group.cvm_quota_total == 2
