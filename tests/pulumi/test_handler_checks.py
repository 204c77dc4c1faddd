"""Arguments that check rejects before anything is sent, with the property and the next step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import havip
import pulumi_havip
from pulumi_havip.handlers import HANDLERS, UNKNOWN, ResourceError

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

HAVIP = {"vpc_id": "vpc-1a2b3c4d", "subnet_id": "subnet-1a2b3c4d"}
INSTANCE = {
    **HAVIP,
    "zone": "ap-guangzhou-3",
    "instance_type": "S5.MEDIUM2",
    "image_id": "img-487zeit5",
}
TEN = [f"ins-0000000{number}" for number in range(10)]

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("Vpc", {}, "cidr_block", "is required"),
    ("Vpc", {"cidr_block": "10.0.0.0"}, "cidr_block", "10.0.0.0/32 is not a network of a VPC"),
    ("Vpc", {"cidr_block": "10.0.0.1/16"}, "cidr_block", "write 10.0.0.0/16"),
    ("Vpc", {"cidr_block": "8.0.0.0/16"}, "cidr_block", "inside of 10.0.0.0/8"),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "name": "x" * 61}, "name", "61 characters"),
    ("Eip", {"name": "x" * 129}, "name", "129 characters, and the API takes 128"),
    ("Instance", {**INSTANCE, "name": "x" * 61}, "name", "61 characters"),
    (
        "Vpc",
        {"cidr_block": "10.0.0.0/16", "dns_servers": [f"8.8.8.{n}" for n in range(5)]},
        "dns_servers",
        "four",
    ),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "dns_servers": ["8.8.8.8"] * 2}, "dns_servers", "twice"),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "adopt": ""}, "adopt", "vpc-1a2b3c4d"),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "adopt": "subnet-1"}, "adopt", "vpc-1a2b3c4d"),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "region": "guangzhou"}, "region", "ap-guangzhou"),
    ("Instance", {**INSTANCE, "zone": "ap-beijing-1"}, "zone", "ap-guangzhou-3"),
    ("Instance", {**INSTANCE, "zone": ""}, "zone", "must not be empty"),
    ("Instance", {**INSTANCE, "image_id": ""}, "image_id", "must not be empty"),
    ("Instance", {**INSTANCE, "password": ""}, "password", "8 to 30 characters"),
    ("Instance", {**INSTANCE, "host_name": "a b"}, "host_name", "letters and digits"),
    (
        "Instance",
        {**INSTANCE, "security_group_ids": ["sg-1", "sg-1"]},
        "security_group_ids",
        "once",
    ),
    ("NetworkInterface", {**HAVIP, "description": "x" * 61}, "description", "takes 60"),
    ("HaVip", {**HAVIP, "associations": [None]}, "associations[0]", "must be the id"),
    (
        "HaVip",
        {**HAVIP, "associations": [{"instance_id": "ins-1", "x": 1}]},
        "associations[0].x",
        "no such property: leave it out",
    ),
    ("HaVipInstanceAttachment", {"ha_vip_id": "havip-1", "instance_id": ""}, "instance_id", "ins-"),
    (
        "RouteEntry",
        {
            "route_table_id": "rtb-1",
            "destination_cidr_block": "192.0.2.0/24",
            "gateway_id": "ins-1",
        },
        "gateway_id",
        "is not a HAVIP",
    ),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "tags": {"havip:x": "y"}}, "tags", "provider's own"),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "tags": {"qcs:x": "y"}}, "tags", "another key"),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "tags": {"x": "y" * 256}}, "tags", "255"),
    ("Vpc", {"cidr_block": "10.0.0.0/16", "colour": "red"}, "colour", "it has region"),
    (
        "Subnet",
        {"vpc_id": "vpc-1", "cidr_block": "10.0.0.0/29", "zone": "ap-guangzhou-3"},
        "cidr_block",
        "/16 to /28",
    ),
    (
        "Subnet",
        {
            "vpc_id": "vpc-1",
            "cidr_block": "10.1.0.0/24",
            "zone": "ap-guangzhou-3",
            "hints": {"vpc_cidr": "10.0.0.0/16"},
        },
        "cidr_block",
        "outside of the VPC 10.0.0.0/16",
    ),
    ("HaVip", {**HAVIP, "vpc_id": "subnet-1"}, "vpc_id", "vpc-1a2b3c4d"),
    ("HaVip", {**HAVIP, "vip": "fe80::1"}, "vip", "no IPv6"),
    (
        "HaVip",
        {**HAVIP, "vip": "10.0.1.4", "hints": {"subnet_cidr": "10.0.0.0/24"}},
        "vip",
        "take one from 10.0.0.2 to 10.0.0.254",
    ),
    (
        "HaVip",
        {**HAVIP, "vip": "10.0.0.1", "hints": {"subnet_cidr": "10.0.0.0/24"}},
        "vip",
        "reserved by the cloud",
    ),
    ("HaVip", {**HAVIP, "associations": [*TEN, "ins-00000010"]}, "associations", "takes 10"),
    ("HaVip", {**HAVIP, "associations": [TEN[0], TEN[0]]}, "associations", "twice"),
    ("HaVip", {**HAVIP, "associations": [TEN[0], "eni-1"]}, "associations", "not both"),
    (
        "HaVip",
        {**HAVIP, "associations": ["vm-1"]},
        "associations[0].instance_id",
        "neither an instance",
    ),
    (
        "HaVip",
        {**HAVIP, "associations": [{"instance_id": TEN[0], "instance_type": "ENI"}]},
        "associations[0].instance_type",
        "leave instance_type out",
    ),
    (
        "HaVipInstanceAttachment",
        {"ha_vip_id": "havip-1", "instance_id": "eni-1", "instance_type": "CVM"},
        "instance_type",
        "eni-1 is of type ENI",
    ),
    ("HaVipEipAttachment", {"ha_vip_id": "havip-1", "address_ip": "eip-1"}, "address_ip", "IPv4"),
    ("Eip", {"bandwidth": 5000}, "bandwidth", "2000"),
    ("Instance", {**INSTANCE, "user_data": "x" * 16385}, "user_data", "16384"),
    (
        "Instance",
        {**INSTANCE, "password": "Sup3rS3cret", "key_ids": ["skey-1"]},
        "password",
        "both",
    ),
    (
        "Instance",
        {**INSTANCE, "placement_group_ids": ["ps-1", "ps-2"]},
        "placement_group_ids",
        "one",
    ),
    (
        "Instance",
        {**INSTANCE, "private_ip": "10.0.0.255", "hints": {"subnet_cidr": "10.0.0.0/24"}},
        "private_ip",
        "reserved",
    ),
    (
        "RouteEntry",
        {
            "route_table_id": "rtb-1",
            "destination_cidr_block": "0.0.0.0/0",
            "gateway_id": "ins-1",
            "gateway_type": "NORMAL_CVM",
        },
        "gateway_id",
        "named by its address",
    ),
]


@pytest.mark.parametrize(("kind", "props", "where", "way_out"), REFUSED)
def test_invalid_arguments_are_rejected(
    life: LifeCycle, kind: str, props: dict[str, Any], where: str, way_out: str
) -> None:
    failures = life.check(kind, "x", **props).failures
    assert [failure.property for failure in failures] == [where]
    assert way_out in failures[0].reason
    assert "\n" not in failures[0].reason
    assert life.calls() == [] or set(life.calls()) == {"DescribeSubnets"}


def test_an_eip_may_have_the_long_name_that_the_api_takes(life: LifeCycle) -> None:
    made = life.create("Eip", "x", name="x" * 128)
    assert made.name == "x" * 128
    assert not life.diff(life.read(made), name="x" * 128).changed


def test_an_error_never_shows_a_secret(life: LifeCycle) -> None:
    props: Any = {**INSTANCE, "password": ["Sup3rS3cret"], "user_data": {"k": "Sup3rS3cret"}}
    failures = life.check("Instance", "x", **props).failures
    assert {failure.property for failure in failures} == {"password", "user_data"}
    assert "Sup3rS3cret" not in repr(failures)


@pytest.mark.parametrize("kind", list(HANDLERS))
def test_unknown_values_pass(life: LifeCycle, kind: str) -> None:
    fields = HANDLERS[kind].args.model_fields
    skipped = ("creation_id", "origin", "region")
    props: Any = {name: UNKNOWN for name in fields if name not in skipped}
    checked = life.check(kind, "x", **props)
    assert checked.failures == ()
    assert all(checked.inputs[name] is UNKNOWN for name in props)


def test_unknown_members_pass_and_known_ones_are_checked(life: LifeCycle) -> None:
    checked = life.check("HaVip", "x", **HAVIP, associations=[UNKNOWN, {"instance_id": TEN[1]}])
    assert checked.failures == ()
    assert checked.inputs["associations"][0]["instance_id"] is UNKNOWN
    assert checked.inputs["associations"][1] == {"instance_id": TEN[1], "instance_type": "CVM"}
    many = life.check("HaVip", "x", **HAVIP, associations=[UNKNOWN] * 11)
    assert [failure.property for failure in many.failures] == ["associations"]


def test_numbers_may_come_as_floats_and_a_name_is_filled_in(life: LifeCycle) -> None:
    checked = life.check("Eip", "front", bandwidth=10.0)
    assert (checked.inputs["bandwidth"], checked.inputs["name"]) == (10, "front")
    assert isinstance(checked.inputs["bandwidth"], int)


def test_the_subnet_is_read_once_where_the_program_does_not_hold_it(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    props: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id, "vip": "172.17.16.255"}
    for label in ("a", "b"):
        failures = life.check("HaVip", label, **props).failures
        assert "reserved" in failures[0].reason
    assert life.calls() == ["DescribeSubnets"]


def test_one_address_belongs_to_one_resource(life: LifeCycle) -> None:
    props: Any = {**HAVIP, "vip": "10.0.0.5", "hints": {"subnet_cidr": "10.0.0.0/24"}}
    assert life.check("HaVip", "a", **props).failures == ()
    assert life.check("HaVip", "a", **props).failures == ()
    again = life.check("HaVip", "b", **props).failures
    assert again[0].property == "vip"
    assert again[0].reason == "10.0.0.5 is the address of HaVip 'a': take another one"


def test_machines_and_havips_of_a_subnet_have_addresses_of_their_own(life: LifeCycle) -> None:
    place: Any = {**HAVIP, "subnet_id": UNKNOWN, "hints": {"subnet": "urn:S"}}
    assert life.check("HaVip", "web", **place, vip="10.0.0.5").failures == ()
    node: Any = {**INSTANCE, **place, "private_ip": "10.0.0.5"}
    [failure] = life.check("Instance", "node", **node).failures
    assert failure.property == "private_ip"
    assert failure.reason == "10.0.0.5 is the address of HaVip 'web': take another one"
    elsewhere: Any = {**place, "hints": {"subnet": "urn:T"}}
    assert life.check("NetworkInterface", "x", **elsewhere, private_ip="10.0.0.5").failures == ()


def test_a_member_is_attached_once(life: LifeCycle) -> None:
    unknown: Any = {"ha_vip_id": UNKNOWN, "instance_id": UNKNOWN}
    hints = {"ha_vip": "urn:A", "member": "urn:N"}
    assert life.check("HaVipInstanceAttachment", "a", **unknown, hints=hints).failures == ()
    [failure] = life.check("HaVipInstanceAttachment", "b", **unknown, hints=hints).failures
    assert failure.property == "instance_id"
    assert failure.reason.startswith("HaVipInstanceAttachment 'a' is the same member")


def test_an_eip_is_bound_once_and_a_havip_takes_one(life: LifeCycle) -> None:
    unknown: Any = {"ha_vip_id": UNKNOWN, "address_ip": UNKNOWN}
    first = {"ha_vip": "urn:A", "eip": "urn:E"}
    assert life.check("HaVipEipAttachment", "a", **unknown, hints=first).failures == ()
    twice = life.check("HaVipEipAttachment", "b", **unknown, hints={"eip": "urn:E"}).failures
    assert [failure.property for failure in twice] == ["address_ip"]
    other = {"ha_vip": "urn:A", "eip": "urn:F"}
    second = life.check("HaVipEipAttachment", "c", **unknown, hints=other).failures
    assert [failure.property for failure in second] == ["ha_vip_id"]


def test_an_inline_range_refuses_attachments_that_know_its_id_alone(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    node = life.instance(place, "node")
    row = life.create("HaVip", "web", **place, associations=[])
    member = {"ha_vip_id": row.id, "instance_id": node.id}
    assert life.check("HaVipInstanceAttachment", "a", **member).failures[0].property == "ha_vip_id"
    life.deploy()  # in the next one, where nothing says that the HAVIP comes first
    assert life.check("HaVipInstanceAttachment", "a", **member).failures == ()
    with pytest.raises(ResourceError, match=r"HaVip 'web' havip-\w+: its range is given by .*'a'"):
        life.diff(row, **place, associations=[])


def test_an_inline_range_refuses_attachments(life: LifeCycle) -> None:
    assert life.check("HaVip", "web", **HAVIP, associations=[]).failures == ()
    hints = {"ha_vip": life.urn("HaVip", "web")}
    props: Any = {"ha_vip_id": UNKNOWN, "instance_id": TEN[0], "hints": hints}
    failures = life.check("HaVipInstanceAttachment", "a", **props).failures
    assert failures[0].property == "ha_vip_id"
    assert "leave `associations` out" in failures[0].reason


def test_attachments_of_both_kinds_are_refused(life: LifeCycle) -> None:
    props: Any = {"ha_vip_id": "havip-1"}
    assert life.check("HaVipInstanceAttachment", "a", **props, instance_id="ins-1").failures == ()
    assert life.check("HaVipInstanceAttachment", "b", **props, instance_id="ins-2").failures == ()
    mixed = life.check("HaVipInstanceAttachment", "c", **props, instance_id="eni-1").failures
    assert mixed[0].property == "instance_id"


def test_the_international_site_lacks_the_range(life: LifeCycle) -> None:
    life.deploy(site="intl")
    checked = life.check("HaVip", "x", **HAVIP, check_associate=True, tags={"a": "b"})
    assert [failure.property for failure in checked.failures] == ["check_associate", "tags"]


def test_a_name_with_the_separator_of_urns_is_whole_in_the_cloud_and_in_messages(
    life: LifeCycle,
) -> None:
    vpc, subnet = life.network()
    inside: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id}
    vip = life.create("HaVip", "web::front", **inside)
    assert vip.name == "web::front"
    node = life.instance(subnet, "node")
    pair = {"ha_vip_id": vip.id, "instance_id": node.id}
    life.create("HaVipInstanceAttachment", "member::1", **pair)
    hints = {"urn": life.urn("HaVipInstanceAttachment", "member::2")}
    checked = HANDLERS["HaVipInstanceAttachment"].check(life.ctx, {**pair, "hints": hints})
    assert "HaVipInstanceAttachment 'member::1'" in str(checked.failures[0])


def test_urns_are_taken_apart_in_one_place() -> None:
    """A name may contain the separator, which a `split` of one's own forgets."""
    root = Path(pulumi_havip.__file__).parent
    own = re.compile(r"""(split|partition)\(\s*["']::["']""")
    files = [*root.rglob("*.py"), *Path(havip.__file__).parent.rglob("*.py")]
    found = [path.name for path in files if own.search(path.read_text())]
    assert found == ["urns.py"]
