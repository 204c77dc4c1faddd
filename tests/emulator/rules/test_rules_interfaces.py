"""Network interfaces and their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


def addresses(rig: Rig, interface_id: str) -> list[str]:
    shown = rig.read_eni(interface_id).private_ip_address_set
    return [str(item.private_ip_address) for item in shown]


@pytest.mark.evidence("terraform")
def test_a_new_interface_is_available(rig: Rig) -> None:
    """State of the interface and of each of its addresses becomes AVAILABLE, nothing is null."""
    eni = rig.read_eni(rig.eni(rig.subnet(), secondary_private_ip_address_count=2))
    assert eni.state == "AVAILABLE"
    assert [item.state for item in eni.private_ip_address_set] == ["AVAILABLE"] * 3
    assert [item.primary for item in eni.private_ip_address_set] == [True, False, False]
    assert all(None not in item.model_dump().values() for item in eni.private_ip_address_set)
    assert (eni.attachment, eni.primary, eni.eni_type) == (None, False, 0)


@pytest.mark.evidence("doc")
def test_an_interface_is_attached_and_detached(rig: Rig) -> None:
    """Attached, an interface tells its instance and is INUSE; detached, it is AVAILABLE again."""
    subnet = rig.subnet()
    one = rig.instance(subnet)
    eni = rig.eni(subnet, on=one)
    shown = rig.read_eni(eni)
    assert (shown.attachment.instance_id, shown.attachment.device_index) == (one, 1)
    assert (shown.state, shown.network_interface_state) == ("AVAILABLE", "INUSE")
    rig.do("DetachNetworkInterface", network_interface_id=eni, instance_id=one)
    assert rig.read_eni(eni).attachment is None


@pytest.mark.evidence("official-sdk")
def test_an_interface_fits_its_instance(rig: Rig) -> None:
    """Interface and instance must be of one VPC and one zone, and attached once."""
    vpc = rig.vpc()
    subnet = rig.subnet(vpc)
    one = rig.instance(subnet)
    other_zone = rig.eni(rig.subnet(vpc, "10.0.1.0/24", zone="ap-guangzhou-4"))
    for code, eni in [
        ("UnsupportedOperation.VpcMismatch", rig.eni(rig.subnet())),
        ("UnsupportedOperation.ZoneMismatch", other_zone),
        ("UnsupportedOperation.AttachmentAlreadyExists", rig.eni(subnet, on=one)),
    ]:
        rig.refused(code, "AttachNetworkInterface", network_interface_id=eni, instance_id=one)


@pytest.mark.evidence("official-sdk")
def test_a_member_of_a_range_is_not_detached(rig: Rig) -> None:
    """An ENI in the range of a HAVIP fails with InstanceAssociateHavip to its detachment."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    eni = rig.eni(subnet, on=one)
    rig.allow(havip, eni)
    rig.refused(
        "UnsupportedOperation.InstanceAssociateHavip",
        "DetachNetworkInterface",
        network_interface_id=eni,
        instance_id=one,
    )
    gone = [{"ha_vip_id": havip.ha_vip_id, "instance_id": eni}]
    rig.do("DisassociateHaVipInstance", ha_vip_association_set=gone)
    rig.do("DetachNetworkInterface", network_interface_id=eni, instance_id=one)


@pytest.mark.evidence("assumed")
def test_an_interface_of_a_member_is_not_detached(rig: Rig) -> None:
    """No ENI is detached while its instance is in the range of a HAVIP of the ENI's subnet."""
    vpc = rig.vpc()
    subnet, other = rig.subnet(vpc), rig.subnet(vpc, "10.0.1.0/24")
    havip, one = rig.havip(subnet), rig.instance(subnet)
    here, there = rig.eni(subnet, on=one), rig.eni(other, on=one)
    rig.allow(havip, one)
    rig.refused(
        "UnsupportedOperation.InstanceAssociateHavip",
        "DetachNetworkInterface",
        network_interface_id=here,
        instance_id=one,
    )
    rig.do("DetachNetworkInterface", network_interface_id=there, instance_id=one)


@pytest.mark.evidence("doc")
def test_a_primary_interface_stays(rig: Rig) -> None:
    """The primary interface of an instance is neither detached nor deleted."""
    one = rig.instance(rig.subnet())
    eni = rig.primary(one).network_interface_id
    rig.refused(
        "UnsupportedOperation", "DetachNetworkInterface", network_interface_id=eni, instance_id=one
    )
    rig.refused(
        "UnsupportedOperation.InvalidState", "DeleteNetworkInterface", network_interface_id=eni
    )


@pytest.mark.evidence("doc")
def test_a_deleted_interface_frees_its_addresses(rig: Rig) -> None:
    """A loose interface is deleted, and its addresses can be used again."""
    subnet = rig.subnet()
    eni = rig.eni(subnet)
    (address,) = addresses(rig, eni)
    rig.do("DeleteNetworkInterface", network_interface_id=eni)
    assert rig.do("DescribeNetworkInterfaces", network_interface_ids=[eni]).total_count == 0
    assert rig.havip(subnet, vip=address).vip == address
    rig.refused("ResourceNotFound", "DeleteNetworkInterface", network_interface_id=eni)


@pytest.mark.evidence("doc")
def test_addresses_are_assigned_and_taken_off(rig: Rig) -> None:
    """Secondary addresses are named or counted; EIPs on them are unbound along with them."""
    subnet, eip = rig.subnet(), rig.eip()
    eni = rig.eni(subnet)
    named = [{"private_ip_address": "10.0.0.77"}]
    answer = rig.do(
        "AssignPrivateIpAddresses",
        network_interface_id=eni,
        private_ip_addresses=named,
        secondary_private_ip_address_count=1,
    )
    assert [item.private_ip_address for item in answer.private_ip_address_set] == [
        "10.0.0.77",
        "10.0.0.3",
    ]
    target = {"network_interface_id": eni, "private_ip_address": "10.0.0.77"}
    rig.do("AssociateAddress", address_id=eip.address_id, **target)
    rig.do("UnassignPrivateIpAddresses", network_interface_id=eni, private_ip_addresses=named)
    assert addresses(rig, eni) == ["10.0.0.2", "10.0.0.3"]
    assert rig.read_eip(eip.address_id).address_status == "UNBIND"


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("MissingParameter", {}),
        ("ResourceInUse", {"private_ip_addresses": [{"private_ip_address": "10.0.0.2"}]}),
        (
            "InvalidParameterValue.Reserved",
            {"private_ip_addresses": [{"private_ip_address": "10.0.0.1"}]},
        ),
        (
            "InvalidParameterValue.Range",
            {"private_ip_addresses": [{"private_ip_address": "10.9.0.2"}]},
        ),
        (
            "InvalidParameterValue.DuplicatePara",
            {"private_ip_addresses": [{"private_ip_address": "10.0.0.9"}] * 2},
        ),
        ("InvalidParameterValue.LimitExceeded", {"secondary_private_ip_address_count": 11}),
    ],
)
def test_what_cannot_be_assigned(rig: Rig, code: str, fields: dict[str, object]) -> None:
    """Addresses to assign must be free, usable, of the subnet, different, and at most ten."""
    eni = rig.eni(rig.subnet())
    rig.refused(code, "AssignPrivateIpAddresses", network_interface_id=eni, **fields)


@pytest.mark.evidence("doc")
def test_an_address_migrates(rig: Rig) -> None:
    """MigratePrivateIpAddress moves a secondary address between interfaces of a subnet."""
    subnet = rig.subnet()
    one, two = rig.eni(subnet, secondary_private_ip_address_count=1), rig.eni(subnet)
    move = {"source_network_interface_id": one, "destination_network_interface_id": two}
    rig.do("MigratePrivateIpAddress", **move, private_ip_address="10.0.0.3")
    assert (addresses(rig, one), addresses(rig, two)) == (["10.0.0.2"], ["10.0.0.4", "10.0.0.3"])
    rig.refused(
        "UnauthorizedOperation.PrimaryIp",
        "MigratePrivateIpAddress",
        **move,
        private_ip_address="10.0.0.2",
    )
    rig.refused(
        "UnauthorizedOperation.AttachmentNotFound",
        "MigratePrivateIpAddress",
        **move,
        private_ip_address="10.0.0.3",
    )


@pytest.mark.evidence("assumed")
def test_an_eip_migrates_along(rig: Rig) -> None:
    """The EIP of an address that migrates goes along with it."""
    subnet, eip = rig.subnet(), rig.eip()
    one, two = rig.eni(subnet, secondary_private_ip_address_count=1), rig.eni(subnet)
    target = {"network_interface_id": one, "private_ip_address": "10.0.0.3"}
    rig.do("AssociateAddress", address_id=eip.address_id, **target)
    rig.do(
        "MigratePrivateIpAddress",
        source_network_interface_id=one,
        destination_network_interface_id=two,
        private_ip_address="10.0.0.3",
    )
    assert rig.read_eip(eip.address_id).network_interface_id == two


@pytest.mark.evidence("doc")
def test_one_address_matches_by_its_end(rig: Rig) -> None:
    """One value of address-ip matches the end of an address, several match whole ones."""
    subnet = rig.subnet()
    wanted = [{"private_ip_address": "10.0.0.20", "primary": True}]
    rig.eni(subnet, network_interface_name="twenty", private_ip_addresses=wanted)
    rig.eni(subnet, network_interface_name="two")

    def names(*values: str, exact: bool = False) -> list[str]:
        filters = [{"name": "address-ip", "values": list(values)}]
        if exact:
            filters.append({"name": "ip-exact-match", "values": ["true"]})
        found = rig.do("DescribeNetworkInterfaces", filters=filters).network_interface_set
        return [eni.network_interface_name for eni in found]

    assert names("0.0.20") == ["twenty"]
    assert names("0.0.20", "10.0.0.2") == ["two"]
    assert names("0.0.20", exact=True) == []
    assert names("10.0.0.20", exact=True) == ["twenty"]


@pytest.mark.evidence("doc")
def test_interfaces_have_quotas(make_rig: MakeRig) -> None:
    """Secondary interfaces of a VPC, and interfaces of an instance, have quotas."""
    rig = make_rig(quotas={"interfaces_per_vpc": 2, "interfaces_per_instance": 2})
    subnet = rig.subnet()
    one = rig.instance(subnet)
    rig.eni(subnet, on=one)
    loose = rig.eni(subnet)
    rig.refused(
        "LimitExceeded",
        "AttachNetworkInterface",
        network_interface_id=loose,
        instance_id=one,
    )
    rig.refused(
        "LimitExceeded.NetworkInterfaceLimitExceeded",
        "CreateNetworkInterface",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        network_interface_name="a",
    )


@pytest.mark.evidence("official-sdk")
def test_an_interface_is_changed(rig: Rig) -> None:
    """Name, description and security groups of an interface can be changed."""
    eni = rig.eni(rig.subnet())
    group = rig.do("CreateSecurityGroup", group_name="g", group_description="").security_group
    rig.do(
        "ModifyNetworkInterfaceAttribute",
        network_interface_id=eni,
        network_interface_name="n",
        network_interface_description="",
        security_group_ids=[group.security_group_id],
    )
    shown = rig.read_eni(eni)
    assert (shown.network_interface_name, shown.group_set) == ("n", [group.security_group_id])
