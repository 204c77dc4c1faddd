"""What is easy to get wrong: holders, ranges, places, replacements, ids, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from havip.errors import DuplicateError, TaskError, WaitTimeout
from pulumi_havip.handlers import (
    HANDLERS,
    UNKNOWN,
    ElsewhereError,
    HeldError,
    ResourceError,
    plain,
)


@pytest.fixture
def place(life: Any) -> dict[str, Any]:
    """Arguments of a HAVIP in a subnet that exists."""
    vpc, subnet = life.network()
    hints = {"subnet_cidr": subnet.cidr_block}
    return {"vpc_id": vpc.id, "subnet_id": subnet.id, "hints": hints}


def node(life: Any, place: dict[str, Any], label: str, **props: Any) -> Any:
    """Start an instance in the subnet."""
    given = {key: value for key, value in place.items() if key != "hints"}
    zone = {"zone": "ap-guangzhou-3", "instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
    return life.create("Instance", label, **given, **zone, **props)


# -- the holder and the range -------------------------------------------------------------------


def test_the_holder_is_an_output_and_never_drift(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    holder = node(life, place, "a")
    assert life.cloud.announce(holder.id, havip.vip).accepted
    found = life.read(havip)
    assert (found.instance_id, found.state) == (holder.id, "AVAILABLE")
    assert found.network_interface_id.startswith("eni-")
    assert not life.diff(found, **place).changed
    assert "network_interface_id" not in found.inputs


def test_an_inline_range_is_exclusive(life: Any, place: dict[str, Any]) -> None:
    nodes = [node(life, place, name) for name in "abc"]
    mine = {**place, "associations": [nodes[0].id]}
    havip = life.create("HaVip", "web", **mine)
    stranger = life.create(
        "HaVipInstanceAttachment", "s", ha_vip_id=havip.id, instance_id=nodes[2].id
    )
    found = life.read(havip)
    changes = life.diff(found, **mine).changes
    assert [(change.property, change.replace) for change in changes] == [("associations", False)]
    life.up(found, **mine)
    assert life.read(stranger) is None


def test_a_range_left_out_is_not_managed(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    one = node(life, place, "a")
    life.create("HaVipInstanceAttachment", "s", ha_vip_id=havip.id, instance_id=one.id)
    found = life.read(havip)
    assert [item["instance_id"] for item in found.associations] == [one.id]
    assert not life.diff(found, **place).changed
    assert "associations" not in found.inputs


def test_a_refresh_writes_back_only_what_the_program_gave(life: Any, place: dict[str, Any]) -> None:
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
    life: Any,
    place: dict[str, Any],
    old: dict[str, Any],
    new: dict[str, Any],
    replaces: list[str],
    first: bool,
) -> None:
    havip = life.create("HaVip", "web", **place, **old)
    result = life.diff(havip, **{**place, **new})
    assert (result.replaces, result.delete_first) == (replaces, first)


def test_a_full_quota_deletes_first(life: Any, place: dict[str, Any]) -> None:
    life.control.configure(quotas={"havips_per_vpc": 1})
    havip = life.create("HaVip", "web", **place)
    assert life.diff(havip, **place, check_associate=True).delete_first
    life.up(havip, **place, check_associate=True)
    assert life.steps[-2:] == ["delete HaVip", "create HaVip"]


def test_attachments_are_always_deleted_first(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    eip = life.create("Eip", "e")
    bound = life.create("HaVipEipAttachment", "b", ha_vip_id=havip.id, address_ip=eip.public_ip)
    result = life.diff(bound, ha_vip_id=UNKNOWN, address_ip=eip.public_ip)
    assert (result.replaces, result.delete_first) == (["ha_vip_id"], True)


def test_user_data_replaces_only_where_it_is_asked_for(life: Any, place: dict[str, Any]) -> None:
    given: Any = {key: value for key, value in place.items() if key != "hints"}
    given |= {"zone": "ap-guangzhou-3", "instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
    one = life.create("Instance", "a", **given, user_data="one")
    result = life.diff(one, **given, user_data="two")
    assert ([change.property for change in result.changes], result.replaces) == (["user_data"], [])
    loud = life.diff(one, **given, user_data="two", replace_on_user_data_change=True)
    assert loud.replaces == ["user_data"]
    assert life.up(one, **given, user_data="two").user_data == "two"


def test_an_instance_at_a_fixed_address_is_deleted_first(life: Any, place: dict[str, Any]) -> None:
    given: Any = {key: value for key, value in place.items() if key != "hints"}
    given |= {"zone": "ap-guangzhou-3", "instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}
    fixed = life.create("Instance", "a", **given, private_ip="172.17.16.7")
    other = {**given, "instance_type": "S5.LARGE4"}
    assert life.diff(fixed, **other, private_ip="172.17.16.7").delete_first
    assert not life.diff(fixed, **other, private_ip="172.17.16.8").delete_first


# -- region and account -------------------------------------------------------------------------


def test_absent_is_gone_only_in_the_account_it_was_made_in(
    life: Any, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    life.delete(havip)
    life.deploy()
    havip.outputs["account"] = "200000000002"
    for call in (life.read, life.delete):
        with pytest.raises(ElsewhereError, match="made in account 200000000002"):
            call(havip)


def test_a_read_looks_where_it_was_made(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    life.deploy(region="ap-shanghai")
    assert life.read(havip).vip == havip.vip


def test_another_configured_region_is_an_error_not_a_replacement(
    life: Any, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    life.deploy(region="ap-shanghai")
    with pytest.raises(ResourceError, match="was made in ap-guangzhou"):
        life.diff(havip, **place)
    assert life.diff(havip, **place, region="ap-shanghai").replaces == ["region"]
    assert not life.diff(havip, **place, region="ap-guangzhou").changed


def test_without_a_region_the_error_says_how_to_set_it(life: Any) -> None:
    life.deploy(region=None)
    with pytest.raises(ResourceError, match="havip:region"):
        life.create("Eip", "x")


# -- deletion -----------------------------------------------------------------------------------


def test_a_held_havip_waits_and_then_names_the_holder(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    holder = node(life, place, "a")
    life.cloud.announce(holder.id, havip.vip)
    life.deploy(timeout=60)
    before = life.clock.time()
    with pytest.raises(HeldError, match=f"{holder.id}: stop keepalived there"):
        life.delete(havip)
    assert 60 <= life.clock.time() - before < 63
    life.cloud.release(havip.vip)
    life.delete(havip)
    assert life.read(havip) is None


def test_a_deletion_waits_for_its_task(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    life.control.configure(task_delay=10.0)
    life.control.requests.clear()
    life.delete(havip)
    assert life.read(havip) is None
    tasks = life.calls("DescribeVpcTaskResult")
    assert len(tasks) == 1  # asked once, after a while without a change
    assert life.calls("DeleteHaVip") == ["DeleteHaVip"]


def test_a_failed_task_tells_why(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    eip = life.create("Eip", "e")
    life.control.configure(failing_tasks={"HaVipAssociateAddressIp": "no capacity"}, task_delay=1.0)
    with pytest.raises(TaskError, match="no capacity"):
        life.create("HaVipEipAttachment", "b", ha_vip_id=havip.id, address_ip=eip.public_ip)
    assert life.read(havip).address_ip == ""


def test_an_interface_waits_for_a_range_that_is_going(
    life: Any, place: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = node(life, place, "a")
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
    assert life.read(eni) is None


def test_an_interface_that_goes_leaves_its_ranges(life: Any, place: dict[str, Any]) -> None:
    one = node(life, place, "a")
    given = {key: value for key, value in place.items() if key != "hints"}
    eni = life.create("NetworkInterface", "eth1", instance_id=one.id, **given)
    havip = life.create("HaVip", "web", **place, associations=[eni.id])
    life.delete(eni)
    assert life.read(eni) is None
    assert life.read(havip).associations == []


def test_a_foreign_eip_is_left_alone(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place)
    mine, other = life.create("Eip", "mine"), life.create("Eip", "other")
    given: Any = {"ha_vip_id": havip.id}
    bound = life.create("HaVipEipAttachment", "b", **given, address_ip=mine.public_ip)
    life.deploy()
    with pytest.raises(ResourceError, match=f"has the elastic IP {mine.public_ip}, and takes one"):
        life.create("HaVipEipAttachment", "c", **given, address_ip=other.public_ip)
    bound.outputs["address_ip"] = other.public_ip
    life.delete(bound)
    assert life.read(havip).address_ip == mine.public_ip


def test_a_wait_ends_at_the_timeout_and_nothing_is_left(life: Any, place: dict[str, Any]) -> None:
    life.control.configure(instance_delay=1000.0)
    life.deploy(timeout=30)
    with pytest.raises((WaitTimeout, ResourceError)):
        node(life, place, "slow")
    assert "TerminateInstances" in life.calls()


# -- creation ids -------------------------------------------------------------------------------


def test_an_update_carries_the_creation_id_and_a_new_one_draws_its_own(
    life: Any, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    carried = life.check("HaVip", "web", havip, **place).inputs["creation_id"]
    assert carried == havip.creation_id
    assert life.check("HaVip", "web", **place).inputs["creation_id"] != havip.creation_id


def test_the_creation_id_is_the_token_and_a_tag(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place, tags={"env": "dev"})
    [entry] = [entry for entry in life.control.requests if entry.action == "CreateHaVip"]
    tags = {tag["Key"]: tag["Value"] for tag in entry.params["Tags"]}
    assert entry.params["ClientToken"] == havip.creation_id
    assert tags == {
        "env": "dev",
        "havip:creation-id": havip.creation_id,
        "havip:stack": "shop/dev",
        "havip:urn": life.urn("HaVip", "web"),
    }
    assert havip.tags == {"env": "dev"}


@pytest.mark.parametrize("kind", ["Vpc", "Eip", "HaVip"])
def test_a_replayed_creation_takes_over_what_the_first_one_made(
    life: Any, place: dict[str, Any], kind: str
) -> None:
    props: Any = {"Vpc": {"cidr_block": "10.0.0.0/16"}, "Eip": {}, "HaVip": place}[kind]
    checked = life.check(kind, "x", **props)
    first = HANDLERS[kind].create(life.ctx, dict(checked.inputs))
    life.deploy()  # killed before the state was written: a new process is given the same inputs
    second = HANDLERS[kind].create(life.ctx, dict(checked.inputs))
    assert second.id == first.id


def test_a_targeted_replacement_never_gets_its_predecessor_back(
    life: Any, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    life.deploy()
    carried = life.check("HaVip", "web", havip, **place)  # check is not called a second time
    made = HANDLERS["HaVip"].create(life.ctx, carried.inputs)
    assert made.id != havip.id
    assert made.state.creation_id != havip.creation_id


def test_on_the_international_site_the_address_tells(life: Any, place: dict[str, Any]) -> None:
    life.deploy(site="intl")
    life.fault(action="CreateHaVip", drop=True, effect="after")
    havip = life.create("HaVip", "web", **place, vip="172.17.16.3")
    assert havip.vip == "172.17.16.3"
    assert len(life.calls("CreateHaVip")) == 1


def test_on_the_international_site_a_guess_is_never_made(life: Any, place: dict[str, Any]) -> None:
    life.deploy(site="intl")
    life.fault(action="CreateHaVip", drop=True, effect="after")
    with pytest.raises(ResourceError, match="take it over with adopt='havip-"):
        life.create("HaVip", "web", **place)


# -- taking over --------------------------------------------------------------------------------


def test_adopt_takes_over_and_brings_it_to_the_arguments(life: Any, place: dict[str, Any]) -> None:
    there = life.create("HaVip", "old", **place, vip="172.17.16.3")
    life.deploy()
    life.control.requests.clear()
    mine = life.create("HaVip", "web", **place, vip="172.17.16.3", adopt=there.id, tags={"a": "b"})
    assert (mine.id, mine.name) == (there.id, "web")
    assert "CreateHaVip" not in life.calls()
    assert life.read(mine).tags == {"a": "b"}
    assert not life.diff(mine, **place, vip="172.17.16.3", tags={"a": "b"}).changed


def test_adopt_refuses_what_does_not_fit(life: Any, place: dict[str, Any]) -> None:
    there = life.create("HaVip", "old", **place, vip="172.17.16.3")
    life.deploy()
    with pytest.raises(ResourceError, match="which cannot be changed"):
        life.create("HaVip", "web", **place, vip="172.17.16.4", adopt=there.id)
    with pytest.raises(ResourceError, match="there is no havip-zzzzzzzz"):
        life.create("HaVip", "web", **place, adopt="havip-zzzzzzzz")


def test_what_another_product_made_is_left_to_it(life: Any, place: dict[str, Any]) -> None:
    there = life.create("HaVip", "old", **place)
    region = life.cloud.region("100000000001", "ap-guangzhou")
    region.havips.put(region.havips.get(there.id).model_copy(update={"business": "TKE"}))
    life.deploy()
    with pytest.raises(ResourceError, match="belongs to the product TKE"):
        life.create("HaVip", "mine", **place, adopt=there.id)
    with pytest.raises(ResourceError, match="release it there"):
        life.delete(life.read(there))


def test_a_range_may_be_handed_to_attachments(life: Any, place: dict[str, Any]) -> None:
    one = node(life, place, "a")
    havip = life.create("HaVip", "web", **place, associations=[one.id])
    life.deploy()
    havip = life.read(havip)
    attach: Any = {"ha_vip_id": havip.id, "instance_id": one.id}
    life.diff(havip, **place, associations=[one.id])
    assert life.check("HaVipInstanceAttachment", "m", **attach).failures
    life.deploy()
    life.diff(havip, **place)
    assert not life.check("HaVipInstanceAttachment", "m", **attach).failures


def test_a_taken_address_is_refused_with_its_code(life: Any, place: dict[str, Any]) -> None:
    life.create("HaVip", "one", **place, vip="172.17.16.3")
    life.deploy()
    with pytest.raises(DuplicateError, match=r"CreateHaVip: InvalidParameterValue\.Duplicate"):
        life.create("HaVip", "two", **place, vip="172.17.16.3")


def test_an_import_reads_by_the_id_alone_and_by_region(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place, vip="172.17.16.3")
    life.deploy(region="ap-shanghai")
    found = HANDLERS["HaVip"].read(life.ctx, f"ap-guangzhou/{havip.id}", {})
    assert found is not None
    assert found.id == havip.id
    assert (found.inputs["vip"], found.state.region) == ("172.17.16.3", "ap-guangzhou")
    assert HANDLERS["HaVip"].read(life.ctx, havip.id, {}) is None


@pytest.mark.parametrize("id", ["havip-1#CVM#ins-1", "havip-1", "#ins-1"])
def test_a_malformed_id_of_an_attachment_is_one_line(life: Any, id: str) -> None:
    with pytest.raises(ResourceError, match="write it as havip-1a2b3c4d#ins-1a2b3c4d"):
        HANDLERS["HaVipInstanceAttachment"].read(life.ctx, id, {})


def test_a_state_of_another_provider_is_refused(life: Any) -> None:
    with pytest.raises(ResourceError, match="not of this provider"):
        HANDLERS["HaVip"].read(life.ctx, "havip-1", {"account": "1", "colour": "red"})


def test_a_state_shows_no_secret_in_its_repr(life: Any, place: dict[str, Any]) -> None:
    one = node(life, place, "a", password="Sup3rS3cret", user_data="Sup3rS3cret")
    state = HANDLERS["Instance"].state.model_validate(one.outputs)
    assert "Sup3rS3cret" not in repr(state)
    assert plain(state)["password"] == "Sup3rS3cret"
