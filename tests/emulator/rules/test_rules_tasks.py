"""Asynchronous work, and requests that are sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("doc")
def test_a_vpc_task_is_named_by_the_request(rig: Rig) -> None:
    """DescribeVpcTaskResult takes the RequestId of the call that began the work."""
    havip = rig.havip()
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    told = rig.do("DescribeVpcTaskResult", task_id=rig.last)
    assert (told.status, told.output) == ("SUCCESS", "")
    assert [(item.resource_id, item.status) for item in told.result] == [
        (havip.ha_vip_id, "SUCCESS")
    ]


@pytest.mark.evidence("doc")
def test_a_delayed_task_runs_first(make_rig: MakeRig) -> None:
    """With `task_delay` a call is RUNNING so many seconds, and has its effect only then."""
    rig = make_rig(task_delay=3.0)
    havip = rig.havip()
    eip = rig.eip()
    assert eip.address_status == "CREATING"
    rig.watch.now += 3
    rig.bind(havip, eip)
    began = rig.last
    assert rig.do("DescribeVpcTaskResult", task_id=began).status == "RUNNING"
    assert rig.read_havip(havip).address_ip == ""
    assert rig.read_eip(eip.address_id).address_status == "BINDING"
    rig.watch.now += 3
    assert rig.read_havip(havip).address_ip == eip.address_ip
    assert rig.do("DescribeVpcTaskResult", task_id=began).status == "SUCCESS"


@pytest.mark.evidence("assumed")
def test_a_task_can_take_polls(make_rig: MakeRig) -> None:
    """With `task_polls=2` the effect comes with the second reading call in the region."""
    rig = make_rig(task_polls=2)
    havip = rig.havip()
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    assert rig.do("DescribeHaVips").total_count == 1
    assert rig.do("DescribeHaVips").total_count == 0


@pytest.mark.evidence("doc")
def test_the_task_of_an_eip_has_a_number(make_rig: MakeRig) -> None:
    """DescribeTaskResult takes the answer's TaskId as a number; Result is RUNNING, then SUCCESS."""
    rig = make_rig(task_delay=1.0)
    number = int(rig.do("AllocateAddresses").task_id)
    assert rig.do("DescribeTaskResult", task_id=number).result == "RUNNING"
    rig.watch.now += 1
    told = rig.do("DescribeTaskResult", task_id=number)
    assert (told.task_id, told.result) == (number, "SUCCESS")


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("action", "check"),
    [
        ("DeleteHaVip", "havip"),
        ("HaVipAssociateAddressIp", "eip"),
    ],
)
def test_a_task_can_fail(make_rig: MakeRig, action: str, check: str) -> None:
    """Actions among `failing_tasks` end as FAILED with that text, and everything is as before."""
    rig = make_rig(failing_tasks={action: "the backend broke"})
    havip, eip = rig.havip(), rig.eip()
    more = {"address_ip": eip.address_ip} if check == "eip" else {}
    rig.do(action, ha_vip_id=havip.ha_vip_id, **more)
    told = rig.do("DescribeVpcTaskResult", task_id=rig.last)
    assert (told.status, told.output) == ("FAILED", "the backend broke")
    assert rig.read_havip(havip) == havip
    assert rig.read_eip(eip.address_id) == eip


@pytest.mark.evidence("assumed")
def test_an_unknown_task_is_not_found(rig: Rig) -> None:
    """A RequestId that began nothing fails with ResourceNotFound, a number InvalidParameter."""
    rig.do("DescribeVpcs")
    rig.refused("ResourceNotFound", "DescribeVpcTaskResult", task_id=rig.last)
    rig.refused("InvalidParameter", "DescribeTaskResult", task_id=1)
    rig.refused("MissingParameter", "DescribeTaskResult")


@pytest.mark.evidence("assumed")
def test_tasks_are_forgotten(rig: Rig) -> None:
    """A finished task can be asked for during a day (setting `task_retention`)."""
    subnet = rig.subnet()
    rig.do("DeleteHaVip", ha_vip_id=rig.havip(subnet).ha_vip_id)
    first = rig.last
    rig.watch.now += 86_401
    rig.do("DeleteHaVip", ha_vip_id=rig.havip(subnet).ha_vip_id)
    rig.refused("ResourceNotFound", "DescribeVpcTaskResult", task_id=first)


@pytest.mark.evidence(
    "reported",
    "https://github.com/tencentcloudstack/terraform-provider-tencentcloud",
)
def test_a_busy_havip_is_not_deleted(make_rig: MakeRig) -> None:
    """While a task runs on a HAVIP, DeleteHaVip fails with UnsupportedOperation."""
    rig = make_rig(task_delay=5.0)
    havip = rig.havip()
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    rig.refused("UnsupportedOperation", "DeleteHaVip", ha_vip_id=havip.ha_vip_id)


@pytest.mark.evidence("doc")
def test_a_request_sent_again_makes_nothing_new(rig: Rig) -> None:
    """The same CreateHaVip with the same ClientToken returns the first HAVIP."""
    subnet = rig.subnet()
    first = rig.havip(subnet, client_token="d7df28fd")
    again = rig.havip(subnet, client_token="d7df28fd")
    assert again == first
    assert rig.names() == ["web"]
    assert rig.havip(subnet, client_token="another").ha_vip_id != first.ha_vip_id


@pytest.mark.evidence("assumed")
def test_the_first_answer_is_repeated_as_it_was(rig: Rig) -> None:
    """A repeated request gets the first answer, even where the HAVIP has changed or gone since."""
    subnet = rig.subnet()
    first = rig.havip(subnet, client_token="t")
    rig.do("DeleteHaVip", ha_vip_id=first.ha_vip_id)
    assert rig.havip(subnet, client_token="t") == first
    assert rig.names() == []


@pytest.mark.evidence("assumed")
def test_a_token_stands_for_one_request(rig: Rig) -> None:
    """A ClientToken used for another request fails with IdempotentParameterMismatch."""
    subnet = rig.subnet()
    fields = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id, "client_token": "t"}
    rig.do("CreateHaVip", **fields, ha_vip_name="a")
    with pytest.raises(Exception, match="IdempotentParameterMismatch"):
        rig.do("CreateHaVip", **fields, ha_vip_name="b")


@pytest.mark.evidence("assumed")
def test_a_refused_request_leaves_its_token_unused(rig: Rig) -> None:
    """After an error, the same token can be used for a valid request."""
    subnet = rig.subnet()
    fields = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id, "ha_vip_name": "a"}
    rig.refused(
        "InvalidParameterValue.Reserved",
        "CreateHaVip",
        **fields,
        vip="10.0.0.1",
        client_token="t",
    )
    rig.do("CreateHaVip", **fields, client_token="t")


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("token", "code"),
    [("t" * 65, "InvalidParameterValue.TooLong"), ("ключ", "InvalidParameterValue.Malformed")],
)
def test_a_token_is_short_ascii(rig: Rig, token: str, code: str) -> None:
    """A ClientToken has at most 64 ASCII characters."""
    subnet = rig.subnet()
    rig.havip(subnet, client_token="t" * 64)
    rig.refused(
        code,
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        client_token=token,
    )


@pytest.mark.evidence("assumed")
def test_tokens_are_forgotten(rig: Rig) -> None:
    """A ClientToken is remembered for a day (setting `token_retention`)."""
    subnet = rig.subnet()
    first = rig.havip(subnet, client_token="t")
    rig.watch.now += 86_401
    assert rig.havip(subnet, client_token="t").ha_vip_id != first.ha_vip_id


@pytest.mark.evidence("assumed")
def test_a_repeated_task_can_be_asked_for_by_either_id(make_rig: MakeRig) -> None:
    """If an asynchronous call is repeated by token, both RequestIds refer to the same task."""
    rig = make_rig(task_delay=2.0)
    subnet = rig.subnet()
    eni = rig.eni(subnet)
    rig.watch.now += 2
    asked = {"network_interface_id": eni, "secondary_private_ip_address_count": 1}
    rig.do("AssignPrivateIpAddresses", **asked, client_token="t")
    first = rig.last
    rig.do("AssignPrivateIpAddresses", **asked, client_token="t")
    again = rig.last
    assert rig.do("DescribeVpcTaskResult", task_id=again).status == "RUNNING"
    rig.watch.now += 2
    for name in (first, again):
        assert rig.do("DescribeVpcTaskResult", task_id=name).status == "SUCCESS"
    assert len(rig.read_eni(eni).private_ip_address_set) == 2
