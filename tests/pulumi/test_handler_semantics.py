"""Semantics that are easy to get wrong: holders, ranges, replacements, regions, deletions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from havip.errors import TaskError, WaitTimeout
from pulumi_havip.handlers import (
    UNKNOWN,
    ElsewhereError,
    HeldError,
    Properties,
    ResourceError,
)

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

# -- the holder and the range -------------------------------------------------------------------


def test_the_holder_is_an_output_and_never_drift(life: LifeCycle, place: Properties) -> None:
    havip = life.create("HaVip", "web", **place)
    holder = life.instance(place, "a")
    assert life.cloud.announce(holder.id, havip.vip).accepted
    found = life.read(havip)
    assert (found.instance_id, found.state) == (holder.id, "AVAILABLE")
    assert found.network_interface_id.startswith("eni-")
    assert not life.diff(found, **place).changed
    assert "network_interface_id" not in found.inputs


def test_an_inline_range_is_exclusive(life: LifeCycle, place: Properties) -> None:
    nodes = [life.instance(place, name) for name in "abc"]
    mine = {**place, "associations": [nodes[0].id]}
    havip = life.create("HaVip", "web", **mine)
    life.deploy()  # of another stack
    stranger = life.create(
        "HaVipInstanceAttachment", "s", ha_vip_id=havip.id, instance_id=nodes[2].id
    )
    life.deploy()
    found = life.read(havip)
    changes = life.diff(found, **mine).changes
    assert [(change.property, change.replace) for change in changes] == [("associations", False)]
    life.up(found, **mine)
    assert life.gone(stranger)


def test_a_range_left_out_is_not_managed(life: LifeCycle, place: Properties) -> None:
    havip = life.create("HaVip", "web", **place)
    one = life.instance(place, "a")
    life.create("HaVipInstanceAttachment", "s", ha_vip_id=havip.id, instance_id=one.id)
    found = life.read(havip)
    assert [item["instance_id"] for item in found.associations] == [one.id]
    assert not life.diff(found, **place).changed
    assert "associations" not in found.inputs


def test_a_refresh_writes_back_only_what_the_program_gave(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    assert "vip" not in life.read(havip).inputs
    fixed = life.create("HaVip", "db", **place, vip="172.17.16.9")
    assert life.read(fixed).inputs["vip"] == "172.17.16.9"


# -- replacement --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "replaces", "first"),
    [
        ({"vip": "172.17.16.3"}, {"vip": "172.17.16.4"}, ["vip"], False),
        (
            {"vip": "172.17.16.3"},
            {"vip": "172.17.16.3", "check_associate": True},
            ["check_associate"],
            True,
        ),
        ({}, {"check_associate": True}, ["check_associate"], False),
        ({"vip": "172.17.16.3"}, {"vip": UNKNOWN}, ["vip"], False),
        ({"vip": "172.17.16.3"}, {}, [], False),
        ({}, {"name": "other"}, [], False),
        ({}, {"subnet_id": UNKNOWN}, ["subnet_id"], False),
        ({}, {"region": "ap-shanghai"}, ["region"], False),
    ],
)
def test_what_replaces_a_havip_and_in_which_order(
    life: LifeCycle,
    place: dict[str, Any],
    old: dict[str, Any],
    new: dict[str, Any],
    replaces: list[str],
    first: bool,
) -> None:
    havip = life.create("HaVip", "web", **place, **old)
    result = life.diff(havip, **{**place, **new})
    assert (result.replaces, result.delete_first) == (replaces, first)


def test_a_full_quota_deletes_first(life: LifeCycle, place: Properties) -> None:
    life.control.configure(quotas={"havips_per_vpc": 1})
    havip = life.create("HaVip", "web", **place)
    assert life.diff(havip, **place, check_associate=True).delete_first
    life.up(havip, **place, check_associate=True)
    assert life.steps[-2:] == ["delete HaVip", "create HaVip"]


def test_attachments_move_without_a_gap_where_this_stack_owns_them(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    havip, next_ = life.create("HaVip", "web", **place), life.create("HaVip", "next", **place)
    eip = life.create("Eip", "e")
    bound = life.create("HaVipEipAttachment", "b", ha_vip_id=havip.id, address_ip=eip.public_ip)
    result = life.diff(bound, ha_vip_id=UNKNOWN, address_ip=eip.public_ip)
    assert (result.replaces, result.delete_first) == (["ha_vip_id"], False)
    life.deploy()
    moved = life.up(bound, ha_vip_id=next_.id, address_ip=eip.public_ip)
    assert life.steps[-2:] == ["create HaVipEipAttachment", "delete HaVipEipAttachment"]
    assert (life.read(havip).address_ip, life.read(next_).address_ip) == ("", eip.public_ip)
    assert not life.gone(moved)


def test_a_foreign_binding_is_deleted_first(life: LifeCycle, place: Properties) -> None:
    havip = life.create("HaVip", "web", **foreign(place))
    one, two = (life.create("Eip", name, **foreign({})) for name in ("one", "two"))
    bound = life.create("HaVipEipAttachment", "b", ha_vip_id=havip.id, address_ip=one.public_ip)
    life.deploy()
    assert life.diff(bound, ha_vip_id=havip.id, address_ip=two.public_ip).delete_first


def test_user_data_replaces_only_if_requested(life: LifeCycle, place: dict[str, Any]) -> None:
    given: Any = {key: value for key, value in place.items() if key != "hints"}
    given |= {"zone": "ap-guangzhou-3", "instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
    one = life.create("Instance", "a", **given, user_data="one")
    result = life.diff(one, **given, user_data="two")
    assert ([change.property for change in result.changes], result.replaces) == (["user_data"], [])
    loud = life.diff(one, **given, user_data="two", replace_on_user_data_change=True)
    assert loud.replaces == ["user_data"]
    assert life.up(one, **given, user_data="two").user_data == "two"


def test_an_instance_at_a_fixed_address_is_deleted_first(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    given: Any = {key: value for key, value in place.items() if key != "hints"}
    given |= {"zone": "ap-guangzhou-3", "instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
    fixed = life.create("Instance", "a", **given, private_ip="172.17.16.7")
    other = {**given, "instance_type": "S5.LARGE4"}
    assert life.diff(fixed, **other, private_ip="172.17.16.7").delete_first
    assert not life.diff(fixed, **other, private_ip="172.17.16.8").delete_first


# -- region and account -------------------------------------------------------------------------


def test_an_absent_resource_is_deleted_only_in_its_own_account(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    life.delete(havip)
    life.deploy()
    havip.outputs["account"] = "200000000002"
    for call in (life.read, life.delete):
        with pytest.raises(ElsewhereError, match="made in account 200000000002"):
            call(havip)


def test_a_read_looks_where_it_was_made(life: LifeCycle, place: Properties) -> None:
    havip = life.create("HaVip", "web", **place)
    life.deploy(region="ap-shanghai")
    assert life.read(havip).vip == havip.vip


def test_another_configured_region_is_an_error_not_a_replacement(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    life.deploy(region="ap-shanghai")
    with pytest.raises(ResourceError, match="was made in ap-guangzhou"):
        life.diff(havip, **place)
    assert life.diff(havip, **place, region="ap-shanghai").replaces == ["region"]
    assert not life.diff(havip, **place, region="ap-guangzhou").changed


def test_without_a_region_the_error_says_how_to_set_it(life: LifeCycle) -> None:
    life.deploy(region=None)
    with pytest.raises(ResourceError, match="havip:region"):
        life.create("Eip", "x")


# -- deletion -----------------------------------------------------------------------------------


def test_a_held_havip_waits_and_then_names_the_holder(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    holder = life.instance(place, "a")
    life.cloud.announce(holder.id, havip.vip)
    life.deploy(timeout=60)
    before = life.clock.time()
    with pytest.raises(HeldError, match=f"{holder.id}: stop keepalived there"):
        life.delete(havip)
    assert 60 <= life.clock.time() - before < 63
    life.cloud.release(havip.vip)
    life.delete(havip)
    assert life.gone(havip)


def test_a_deletion_waits_for_its_task(life: LifeCycle, place: Properties) -> None:
    havip = life.create("HaVip", "web", **place)
    life.control.configure(task_delay=10.0)
    life.control.requests.clear()
    life.delete(havip)
    assert life.gone(havip)
    tasks = life.calls("DescribeVpcTaskResult")
    assert len(tasks) == 1  # asked once, after a while without a change
    assert life.calls("DeleteHaVip") == ["DeleteHaVip"]


def test_a_failed_task_gives_its_reason(life: LifeCycle, place: Properties) -> None:
    havip = life.create("HaVip", "web", **place)
    eip = life.create("Eip", "e")
    life.control.configure(failing_tasks={"HaVipAssociateAddressIp": "no capacity"}, task_delay=1.0)
    with pytest.raises(TaskError, match="no capacity"):
        life.create("HaVipEipAttachment", "b", ha_vip_id=havip.id, address_ip=eip.public_ip)
    assert life.read(havip).address_ip == ""


def test_an_interface_waits_for_a_range_that_is_going(
    life: LifeCycle, place: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = life.instance(place, "a")
    given = {key: value for key, value in place.items() if key != "hints"}
    eni = life.create("NetworkInterface", "eth1", instance_id=one.id, **given)
    havip = life.create("HaVip", "web", **place, associations=[one.id])
    with pytest.raises(ResourceError, match="is in the range of a HAVIP"):
        life.delete(eni)
    sleep = life.clock.sleep

    def elsewhere(seconds: float) -> None:
        monkeypatch.setattr(life.clock, "sleep", sleep)
        life.delete(havip)

    monkeypatch.setattr(life.clock, "sleep", elsewhere)
    life.delete(eni)
    assert life.gone(eni)


def test_an_interface_that_goes_leaves_its_ranges(life: LifeCycle, place: Properties) -> None:
    one = life.instance(place, "a")
    given = {key: value for key, value in place.items() if key != "hints"}
    eni = life.create("NetworkInterface", "eth1", instance_id=one.id, **given)
    havip = life.create("HaVip", "web", **place, associations=[eni.id])
    life.delete(eni)
    assert life.gone(eni)
    assert life.read(havip).associations == []


def test_a_foreign_eip_is_left_alone(life: LifeCycle, place: Properties) -> None:
    havip = life.create("HaVip", "web", **foreign(place))
    mine, other = life.create("Eip", "mine", **foreign({})), life.create("Eip", "other")
    given: Any = {"ha_vip_id": havip.id}
    bound = life.create("HaVipEipAttachment", "b", **given, address_ip=mine.public_ip)
    life.deploy()
    with pytest.raises(ResourceError, match=f"has the elastic IP {mine.public_ip}, and takes one"):
        life.create("HaVipEipAttachment", "c", **given, address_ip=other.public_ip)
    bound.outputs["address_ip"] = other.public_ip
    life.delete(bound)
    assert life.read(havip).address_ip == mine.public_ip


def foreign(props: dict[str, Any]) -> dict[str, Any]:
    """Create something that belongs to another stack."""
    urn = "urn:pulumi:prod::other::havip:X::x"
    return {**props, "hints": {**props.get("hints", {}), "urn": urn}}


def test_a_wait_ends_at_the_timeout_and_nothing_is_left(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    life.control.configure(instance_delay=60.0)  # until then the API refuses to terminate it
    life.deploy(timeout=30)
    with pytest.raises(WaitTimeout):
        life.instance(place, "slow")
    assert len(life.cloud.region("100000000001", "ap-guangzhou").instances) == 0


def test_a_creation_that_cannot_be_undone_is_reported(life: LifeCycle, place: Properties) -> None:
    life.control.configure(instance_delay=1000.0)
    life.deploy(timeout=30)
    with pytest.raises(
        ResourceError, match=r"ins-\w+, which was made, .* `havip orphans` finds it"
    ):
        life.instance(place, "slow")


def test_a_preview_looks_at_the_quota_of_a_vpc_that_exists(life: LifeCycle) -> None:
    life.control.configure(quotas={"havips_per_vpc": 2})
    vpc, subnet = life.network()
    place = {"vpc_id": vpc.id, "subnet_id": subnet.id}
    one = life.create("HaVip", "one", **place)
    life.deploy()
    assert not life.check("HaVip", "one", one, **place).failures
    assert not life.check("HaVip", "one", **place).failures  # its replacement
    assert not life.check("HaVip", "two", **place).failures
    [failure] = life.check("HaVip", "three", **place).failures
    assert failure.property == "vpc_id"
    assert "2 HAVIPs; this one has 1, and the program adds 2" in failure.reason
    assert not life.check("HaVip", "four", adopt=one.id, **place).failures


def test_a_preview_looks_at_the_quota_of_a_new_vpc(life: LifeCycle) -> None:
    life.control.configure(quotas={"havips_per_vpc": 2})
    place = {"vpc_id": UNKNOWN, "subnet_id": UNKNOWN, "hints": {"subnet": "urn:of:subnet"}}
    found = [life.check("HaVip", name, **place).failures for name in ("one", "two", "three")]
    assert [len(item) for item in found] == [0, 0, 1]


def test_an_unreadable_quota_does_not_fail_the_check(life: LifeCycle) -> None:
    life.control.configure(quotas={"havips_per_vpc": 1})
    life.fault(action="DescribeVpcLimits", code="UnauthorizedOperation", times=99)
    vpc, subnet = life.network()
    for name in ("one", "two"):
        place = {"vpc_id": vpc.id, "subnet_id": subnet.id}
        assert not life.check("HaVip", name, **place).failures
