"""Assumptions that the documents leave open, tested on any cloud, with the answer recorded.

On an emulator this holds it to its own settings. With ``HAVIP_LIVE=1`` it asks a real account: an
answer that is otherwise fails the test, and the record says what to set the emulator to.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from havip.emulator.state.settings import Settings
from havip.errors import ApiError

if TYPE_CHECKING:
    from tests.live.conftest import Observe
    from tests.live.observed import Observed
    from tests.live.rig import LiveRig

ASSUMED = Settings()
UNASKED = {
    "delete_held_havip": "needs a guest that holds the HAVIP",
    "empty_range": "needs a guest that announces",
    "filtered_range": "needs two interfaces of guests in a range",
    "daily_eip_quota": "would use up the day's EIPs",
    "task_retention": "would take a day",
    "token_retention": "would take a day",
}
"""Settings that stand for a behaviour, and why no test here asks for it."""


def create(rig: LiveRig, subnet: Any, **fields: Any) -> str:
    """Return the code that CreateHaVip answers in a subnet, or ``accepted``."""
    given = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id, "ha_vip_name": "a", **fields}
    return rig.code_of("CreateHaVip", **given)


def named(rig: LiveRig, name: str, value: str) -> int:
    """Count the HAVIPs that a filter finds."""
    return int(rig.do("DescribeHaVips", filters=[{"name": name, "values": [value]}]).total_count)


@pytest.mark.parametrize("setting", UNASKED)
def test_assumptions_that_cannot_be_tested_are_named(setting: str, observed: Observed) -> None:
    observed.unasked(setting, getattr(ASSUMED, setting), UNASKED[setting])


def test_the_zone_of_created_time(rig: LiveRig, observe: Observe) -> None:
    now = time.time()
    told = datetime.fromisoformat(rig.havip().created_time + "+00:00").timestamp()
    observe("utc_offset_hours", ASSUMED.utc_offset_hours, round((told - now) / 900) / 4)


def test_the_order_of_automatic_addresses(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    given = [rig.havip(subnet).vip for _ in range(4)]
    lowest = given == [f"10.0.0.{number}" for number in range(2, 6)]
    observe("allocation", ASSUMED.allocation, "lowest" if lowest else f"other: {given}")


def test_the_code_of_a_taken_address(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    vip = rig.havip(subnet).vip
    observe("taken_address_code", ASSUMED.taken_address_code, create(rig, subnet, vip=vip))


def test_the_code_of_an_address_of_an_interface(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    shown = rig.read_eni(rig.eni(subnet))
    vip = shown.private_ip_address_set[0].private_ip_address
    code = ASSUMED.taken_address_code
    observe("taken_address_code of an interface", code, create(rig, subnet, vip=vip))


@pytest.mark.parametrize("vip", ["10.0.0.0", "10.0.0.1", "10.0.0.255"])
def test_the_code_of_a_reserved_address(rig: LiveRig, observe: Observe, vip: str) -> None:
    seen = create(rig, rig.subnet(), vip=vip)
    observe(f"reserved address {vip} of 10.0.0.0/24", "InvalidParameterValue.Reserved", seen)


@pytest.mark.parametrize(("where", "vip"), [("subnet", "10.0.9.9"), ("VPC", "192.168.9.9")])
def test_the_code_of_an_address_outside(
    rig: LiveRig, observe: Observe, where: str, vip: str
) -> None:
    seen = create(rig, rig.subnet(), vip=vip)
    observe(f"address outside of the {where}", "InvalidParameterValue.Range", seen)


def test_creating_with_neither_subnet_nor_address(rig: LiveRig, observe: Observe) -> None:
    seen = create(rig, rig.subnet(), subnet_id=None)
    observe("CreateHaVip without subnet and address", "InvalidParameter", seen)


def test_creating_with_an_address_alone(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    seen = create(rig, subnet, subnet_id=None, vip="10.0.0.7")
    observe("CreateHaVip without subnet, with an address", "accepted", seen)


def test_a_name_that_is_too_long_at_creation(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    assert create(rig, subnet, ha_vip_name="n" * 60) == "accepted"
    seen = create(rig, subnet, ha_vip_name="n" * 61)
    observe("name of 61 characters at creation", "InvalidParameterValue.TooLong", seen)


def test_an_empty_name_at_creation(rig: LiveRig, observe: Observe) -> None:
    seen = create(rig, rig.subnet(), ha_vip_name="")
    observe("empty name at creation", "InvalidParameterValue", seen)


def test_check_associate_with_an_empty_range(rig: LiveRig, observe: Observe) -> None:
    made = rig.havip(check_associate=True)
    seen = (made.check_associate, made.ha_vip_association_set, made.state)
    observe("CheckAssociate with an empty range", (True, [], "UNBIND"), seen)


def test_deleting_with_an_eip(rig: LiveRig, observe: Observe) -> None:
    havip, eip = rig.havip(), rig.eip()
    rig.bind(havip, eip)
    observe("state with an EIP", "UNBIND", rig.read_havip(havip).state)
    seen = rig.code_of("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    observe("DeleteHaVip with an EIP", "UnsupportedOperation", seen)


def test_unknown_ids_are_an_empty_set(rig: LiveRig, observe: Observe) -> None:
    havip = rig.havip()
    ids = [havip.ha_vip_id, "havip-00000000"]
    seen: Any
    try:
        rows = rig.do("DescribeHaVips", ha_vip_ids=ids).ha_vip_set
        seen = [row.ha_vip_id == havip.ha_vip_id for row in rows]
    except ApiError as error:
        seen = error.code
    observe("DescribeHaVips of a known and an unknown id", [True], seen)


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("havip-name", "Web-1", 1),
        ("havip-name", "Web", 0),
        ("havip-name", "eb-", 0),
        ("havip-name", "web-1", 0),
        ("vip", "10.0.0.77", 1),
        ("vip", "10.0.0.7", 0),
    ],
)
def test_how_filters_match(
    rig: LiveRig, observe: Observe, name: str, value: str, count: int
) -> None:
    rig.havip(ha_vip_name="Web-1", vip="10.0.0.77")
    observe(f"{name}={value} finds Web-1 at 10.0.0.77", count, named(rig, name, value))


def test_a_client_token_sent_again(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    first = rig.havip(subnet, client_token="t")
    again = rig.havip(subnet, client_token="t")
    observe("ClientToken sent again", "the first HAVIP", _which(first, again))
    rig.do("DeleteHaVip", ha_vip_id=first.ha_vip_id)
    seen = _which(first, rig.havip(subnet, client_token="t"))
    observe("ClientToken sent again after the deletion", "the first HAVIP", seen)


def test_a_client_token_for_another_request(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    rig.havip(subnet, client_token="t")
    seen = create(rig, subnet, ha_vip_name="b", client_token="t")
    assumed = "UnsupportedOperation.IdempotentParameterMismatch"
    observe("ClientToken for another request", assumed, seen)


def test_the_task_of_a_deletion(rig: LiveRig, observe: Observe) -> None:
    havip = rig.havip()
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    told = rig.do("DescribeVpcTaskResult", task_id=rig.last)
    result = [(item.resource_id == havip.ha_vip_id, item.status) for item in told.result]
    observe("task of DeleteHaVip", ("SUCCESS", [(True, "SUCCESS")]), (told.status, result))


def test_a_task_that_there_is_not(rig: LiveRig, observe: Observe) -> None:
    rig.do("DescribeVpcs")
    seen = rig.code_of("DescribeVpcTaskResult", task_id=rig.last)
    observe("task of a call that has none", "ResourceNotFound", seen)


def test_an_interface_that_is_not_attached(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    item = _item(rig.havip(subnet), rig.eni(subnet))
    seen = rig.code_of("AssociateHaVipInstance", ha_vip_association_set=[item])
    observe("range_eni", ASSUMED.range_eni, "any" if seen == "accepted" else "attached")


def test_a_member_given_twice_in_one_call(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    twice = [_item(rig.havip(subnet), rig.eni(subnet))] * 2
    seen = rig.code_of("AssociateHaVipInstance", ha_vip_association_set=twice)
    observe("a member twice in one call", "InvalidParameterValue.Duplicate", seen)


def test_a_member_that_is_there_already(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    item = _item(rig.havip(subnet), rig.eni(subnet))
    seen = [rig.code_of("AssociateHaVipInstance", ha_vip_association_set=[item]) for _ in range(2)]
    assumed = {
        "attached": ["InvalidParameterValue"] * 2,
        "any": ["accepted", "InvalidParameterValue.DuplicatedHaVipAssociations"],
    }
    observe("a loose interface associated twice", assumed[ASSUMED.range_eni], seen)


def test_a_subnet_with_a_havip_is_not_deleted(rig: LiveRig, observe: Observe) -> None:
    subnet = rig.subnet()
    rig.havip(subnet)
    seen = rig.code_of("DeleteSubnet", subnet_id=subnet.subnet_id)
    observe("DeleteSubnet with a HAVIP in it", "ResourceInUse", seen)


def _which(first: Any, again: Any) -> str:
    return "the first HAVIP" if again.ha_vip_id == first.ha_vip_id else "another HAVIP"


def _item(havip: Any, eni: str) -> dict[str, str]:
    return {"ha_vip_id": havip.ha_vip_id, "instance_id": eni, "instance_type": "ENI"}
