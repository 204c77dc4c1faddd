"""HAVIPs: what a new one looks like, its name, its quota, how it is deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("doc")
def test_a_new_havip_is_held_by_nobody(rig: Rig) -> None:
    """A new HAVIP is UNBIND; its holder, its EIP and its flush time are unset."""
    havip = rig.havip()
    assert havip.state == "UNBIND"
    assert (havip.network_interface_id, havip.instance_id, havip.address_ip) == ("", "", "")
    assert havip.flushed_time == "0000-00-00 00:00:00"


@pytest.mark.evidence("terraform")
def test_no_field_of_a_havip_is_null(rig: Rig) -> None:
    """The official provider crashes on a null AddressIp, so nothing of a HAVIP is null."""
    wire = rig.havip().model_dump(by_alias=True)
    assert None not in wire.values()
    assert len(wire) == 16


@pytest.mark.evidence("doc")
def test_an_id_has_eight_letters_or_digits(rig: Rig) -> None:
    """Ids look like `havip-9o233uri`."""
    assert re.fullmatch(r"havip-[0-9a-z]{8}", rig.havip().ha_vip_id)


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_times_are_of_shanghai(rig: Rig) -> None:
    """`CreatedTime` names no zone; it is Asia/Shanghai's (setting `utc_offset_hours`)."""
    assert rig.havip().created_time == "2026-11-18 19:06:40"


@pytest.mark.evidence(
    "reported",
    "https://github.com/tencentcloudstack/terraform-provider-tencentcloud",
)
def test_a_havip_is_made_at_once(make_rig: MakeRig) -> None:
    """CreateHaVip is synchronous: the HAVIP can be used as soon as it is answered."""
    rig = make_rig(task_delay=60.0)
    assert rig.read_havip(rig.havip()).state == "UNBIND"


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize("wanted", [True, False])
def test_check_associate_is_echoed(rig: Rig, wanted: bool) -> None:
    """CheckAssociate keeps the value that the HAVIP was created with."""
    assert rig.read_havip(rig.havip(check_associate=wanted)).check_associate is wanted


@pytest.mark.evidence("doc")
def test_check_associate_is_off_by_default(rig: Rig) -> None:
    """The API's default is off, unlike the console's."""
    assert rig.havip().check_associate is False


@pytest.mark.evidence("doc")
def test_tags_are_bound_at_creation(rig: Rig) -> None:
    """Tags given to CreateHaVip are on the HAVIP."""
    havip = rig.havip(tags=[{"key": "team", "value": "net"}, {"key": "bare"}])
    shown = rig.read_havip(havip).tag_set
    assert [(tag.key, tag.value) for tag in shown] == [("team", "net"), ("bare", "")]


@pytest.mark.evidence("doc")
def test_a_name_of_sixty_characters_is_the_longest(rig: Rig) -> None:
    """A name of sixty characters is taken, one of sixty-one is TooLong."""
    havip = rig.havip(ha_vip_name="n" * 60)
    rig.refused(
        "InvalidParameterValue.TooLong",
        "ModifyHaVipAttribute",
        ha_vip_id=havip.ha_vip_id,
        ha_vip_name="n" * 61,
    )


@pytest.mark.evidence("assumed")
def test_the_limit_of_names_holds_at_creation_too(rig: Rig) -> None:
    """The sixty characters, stated for ModifyHaVipAttribute only, hold for CreateHaVip as well."""
    subnet = rig.subnet()
    rig.refused(
        "InvalidParameterValue.TooLong",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="名" * 61,
    )


@pytest.mark.evidence("assumed")
def test_a_name_may_not_be_empty(rig: Rig) -> None:
    """CreateHaVip with an empty name fails with InvalidParameterValue."""
    subnet = rig.subnet()
    rig.refused(
        "InvalidParameterValue",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="",
    )


@pytest.mark.evidence("doc")
def test_a_havip_is_renamed(rig: Rig) -> None:
    """ModifyHaVipAttribute changes the name, and nothing else."""
    havip = rig.havip()
    rig.do("ModifyHaVipAttribute", ha_vip_id=havip.ha_vip_id, ha_vip_name="db")
    assert rig.read_havip(havip) == havip.model_copy(update={"ha_vip_name": "db"})


@pytest.mark.evidence(
    "reported",
    "https://github.com/tencentcloudstack/terraform-provider-tencentcloud",
)
def test_names_need_not_differ(rig: Rig) -> None:
    """Two HAVIPs may have the same name."""
    subnet = rig.subnet()
    assert rig.havip(subnet).ha_vip_name == rig.havip(subnet).ha_vip_name


@pytest.mark.evidence("doc")
def test_a_vpc_has_ten_havips_by_default(make_rig: MakeRig) -> None:
    """The eleventh HAVIP of a VPC fails with LimitExceeded; the quota is a setting."""
    rig = make_rig()
    subnet = rig.subnet()
    for _ in range(10):
        rig.havip(subnet)
    rig.refused(
        "LimitExceeded",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
    )
    rig.cloud.settings.quotas.havips_per_vpc = 11
    rig.havip(subnet)


@pytest.mark.evidence("doc")
def test_the_quota_counts_each_vpc_by_itself(make_rig: MakeRig) -> None:
    """A full VPC does not affect another one."""
    rig = make_rig(quotas={"havips_per_vpc": 1})
    rig.havip()
    rig.havip()


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"vpc_id": "vpc-00000000"}, "ResourceNotFound"),
        ({"vpc_id": "net"}, "InvalidParameterValue.Malformed"),
        ({"subnet_id": "subnet-1"}, "InvalidParameterValue.Malformed"),
    ],
)
def test_a_havip_needs_a_vpc_that_exists(rig: Rig, fields: dict[str, str], code: str) -> None:
    """Malformed ids are Malformed, unknown ids are not found."""
    subnet = rig.subnet()
    given = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id, "ha_vip_name": "a", **fields}
    rig.refused(code, "CreateHaVip", **given)


@pytest.mark.evidence("assumed")
def test_an_unknown_subnet_does_not_exist(rig: Rig) -> None:
    """CreateHaVip in an unknown subnet fails with UnsupportedOperation.SubnetNotExists."""
    rig.refused(
        "UnsupportedOperation.SubnetNotExists",
        "CreateHaVip",
        vpc_id=rig.vpc().vpc_id,
        subnet_id="subnet-00000000",
        ha_vip_name="a",
    )


@pytest.mark.evidence("assumed")
def test_a_subnet_of_another_vpc_is_refused(rig: Rig) -> None:
    """A subnet that is not of the VPC named fails with InvalidParameterValue."""
    rig.refused(
        "InvalidParameterValue",
        "CreateHaVip",
        vpc_id=rig.vpc().vpc_id,
        subnet_id=rig.subnet().subnet_id,
        ha_vip_name="a",
    )


@pytest.mark.evidence("assumed")
def test_a_network_interface_holds_a_new_havip(rig: Rig) -> None:
    """`NetworkInterfaceId` at creation makes that interface the holder, as if it had announced."""
    subnet = rig.subnet()
    instance = rig.instance(subnet)
    eni = rig.primary(instance).network_interface_id
    havip = rig.havip(subnet, network_interface_id=eni)
    assert (havip.state, havip.network_interface_id) == ("AVAILABLE", eni)
    assert havip.instance_id == instance


@pytest.mark.evidence("assumed")
def test_a_network_interface_that_may_not_hold_it_is_refused(rig: Rig) -> None:
    """`NetworkInterfaceId` of an unattached interface fails with UnsupportedOperation."""
    subnet = rig.subnet()
    rig.refused(
        "UnsupportedOperation",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        network_interface_id=rig.eni(subnet),
    )


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("DeleteHaVip", {}),
        ("ModifyHaVipAttribute", {"ha_vip_name": "a"}),
        ("HaVipAssociateAddressIp", {"address_ip": "198.18.0.1"}),
        ("HaVipDisassociateAddressIp", {}),
    ],
)
def test_what_changes_a_vanished_havip_is_not_found(
    rig: Rig, action: str, more: dict[str, str]
) -> None:
    """Actions on a deleted HAVIP fail with ResourceNotFound."""
    havip = rig.havip()
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    rig.refused("ResourceNotFound", action, ha_vip_id=havip.ha_vip_id, **more)


@pytest.mark.evidence("terraform")
def test_a_vanished_havip_is_an_empty_set(rig: Rig) -> None:
    """DescribeHaVips of a deleted id returns an empty set, not an error."""
    havip = rig.havip()
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    answer = rig.do("DescribeHaVips", ha_vip_ids=[havip.ha_vip_id])
    assert (answer.total_count, answer.ha_vip_set) == (0, [])


@pytest.mark.evidence("assumed")
def test_a_malformed_id_is_refused(rig: Rig) -> None:
    """An id that is not `havip-` and eight letters or digits answers Malformed, in lists too."""
    rig.refused("InvalidParameterValue.Malformed", "DescribeHaVips", ha_vip_ids=["havip-12"])


@pytest.mark.evidence("assumed")
def test_a_held_havip_is_not_deleted(rig: Rig) -> None:
    """Deleting a held HAVIP fails with UnsupportedOperation, as in the console."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.announce(rig.instance(subnet), havip)
    rig.refused("UnsupportedOperation", "DeleteHaVip", ha_vip_id=havip.ha_vip_id)


@pytest.mark.evidence("assumed")
def test_a_held_havip_is_deleted_where_the_settings_say_so(make_rig: MakeRig) -> None:
    """`delete_held_havip="allow"` lets a HAVIP be deleted while a guest holds it."""
    rig = make_rig(delete_held_havip="allow")
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.announce(rig.instance(subnet), havip)
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    assert rig.names() == []


@pytest.mark.evidence("terraform")
def test_a_havip_with_an_eip_is_not_deleted(rig: Rig) -> None:
    """While an EIP is bound DeleteHaVip fails with UnsupportedOperation, and no code below it."""
    havip, eip = rig.havip(), rig.eip()
    rig.bind(havip, eip)
    rig.refused("UnsupportedOperation", "DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    rig.do("HaVipDisassociateAddressIp", ha_vip_id=havip.ha_vip_id)
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)


@pytest.mark.evidence("assumed")
def test_a_havip_that_is_a_next_hop_is_not_deleted(rig: Rig) -> None:
    """While a route has the HAVIP as next hop, DeleteHaVip fails with UnsupportedOperation."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    route = {
        "destination_cidr_block": "192.168.0.0/24",
        "gateway_type": "HAVIP",
        "gateway_id": havip.ha_vip_id,
    }
    rig.do("CreateRoutes", route_table_id=subnet.route_table_id, routes=[route])
    rig.refused("UnsupportedOperation", "DeleteHaVip", ha_vip_id=havip.ha_vip_id)


@pytest.mark.evidence("assumed")
def test_a_havip_with_a_range_is_deleted(rig: Rig) -> None:
    """A HAVIP with members in its range can be deleted."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.allow(havip, rig.instance(subnet))
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    assert rig.names() == []


@pytest.mark.evidence("assumed")
def test_a_deleted_id_is_never_given_again(rig: Rig) -> None:
    """Ids are never reused, even after a deletion."""
    subnet = rig.subnet()
    ids = set()
    for _ in range(20):
        havip = rig.havip(subnet)
        ids.add(havip.ha_vip_id)
        rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    assert len(ids) == 20
