"""Private addresses of subnets: which there are, which are given, which are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("doc")
def test_a_subnet_of_24_has_253_usable_addresses(rig: Rig) -> None:
    """The first two addresses of a subnet and its last are reserved."""
    subnet = rig.subnet()
    assert (subnet.total_ip_address_count, subnet.available_ip_address_count) == (253, 253)


@pytest.mark.evidence("doc")
@pytest.mark.parametrize("vip", ["10.0.0.0", "10.0.0.1", "10.0.0.255"])
def test_a_reserved_address_is_refused(rig: Rig, vip: str) -> None:
    """A reserved address cannot be a HAVIP."""
    subnet = rig.subnet()
    rig.refused(
        "InvalidParameterValue.Reserved",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        vip=vip,
    )


@pytest.mark.evidence("doc")
@pytest.mark.parametrize("vip", ["10.0.0.2", "10.0.0.254"])
def test_the_outermost_usable_addresses_can_be_named(rig: Rig, vip: str) -> None:
    """In a /24 these are .2 and .254."""
    assert rig.havip(vip=vip).vip == vip


@pytest.mark.evidence("assumed")
def test_the_lowest_free_address_is_given(rig: Rig) -> None:
    """Without an explicit address, the lowest free one is assigned (setting `allocation`)."""
    subnet = rig.subnet()
    first, second = rig.havip(subnet), rig.havip(subnet)
    rig.do("DeleteHaVip", ha_vip_id=first.ha_vip_id)
    again = rig.havip(subnet)
    assert (first.vip, second.vip, again.vip) == ("10.0.0.2", "10.0.0.3", "10.0.0.2")


@pytest.mark.evidence("assumed")
def test_addresses_can_be_given_at_random(make_rig: MakeRig) -> None:
    """With `allocation="random"`, addresses are random, depend on the seed, and are unique."""
    picks = []
    for _ in range(2):
        rig = make_rig(allocation="random")
        subnet = rig.subnet()
        picks.append([rig.havip(subnet).vip for _ in range(10)])
    assert picks[0] == picks[1]
    assert len(set(picks[0])) == 10
    assert picks[0] != sorted(picks[0])


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize("order", ["lowest", "random"])
def test_a_full_subnet_is_told(make_rig: MakeRig, order: str) -> None:
    """A subnet without a free address fails with ResourceInsufficient."""
    rig = make_rig(allocation=order, quotas={"havips_per_vpc": 100})
    subnet = rig.subnet(cidr_block="10.0.0.0/28")
    assert len({rig.havip(subnet).vip for _ in range(13)}) == 13
    rig.refused(
        "ResourceInsufficient",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
    )


@pytest.mark.evidence("assumed")
def test_a_taken_address_is_a_duplicate(rig: Rig) -> None:
    """An address in use fails with InvalidParameterValue.Duplicate, not ResourceInUse."""
    subnet = rig.subnet()
    rig.havip(subnet, vip="10.0.0.9")
    rig.refused(
        "InvalidParameterValue.Duplicate",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        vip="10.0.0.9",
    )


@pytest.mark.evidence("assumed")
def test_the_code_of_a_taken_address_is_a_setting(make_rig: MakeRig) -> None:
    """`taken_address_code` sets another error code for an address in use."""
    rig = make_rig(taken_address_code="ResourceInUse")
    subnet = rig.subnet()
    rig.havip(subnet, vip="10.0.0.9")
    rig.refused(
        "ResourceInUse",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        vip="10.0.0.9",
    )


@pytest.mark.evidence("doc")
def test_an_address_of_an_instance_is_taken(rig: Rig) -> None:
    """HAVIPs, instances and network interfaces share the addresses of a subnet."""
    subnet = rig.subnet()
    address = rig.read_instance(rig.instance(subnet)).private_ip_addresses[0]
    rig.refused(
        "InvalidParameterValue.Duplicate",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        vip=address,
    )


@pytest.mark.evidence("assumed")
def test_an_address_outside_of_the_subnet_is_out_of_range(rig: Rig) -> None:
    """A `Vip` outside of its subnet fails with InvalidParameterValue.Range."""
    subnet = rig.subnet()
    rig.refused(
        "InvalidParameterValue.Range",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        vip="10.0.1.5",
    )


@pytest.mark.evidence("doc")
@pytest.mark.parametrize("vip", ["10.0.0", "10.0.0.300", "fe80::1", "web"])
def test_a_malformed_address_is_rejected(rig: Rig, vip: str) -> None:
    """A `Vip` must be an IPv4 address."""
    subnet = rig.subnet()
    rig.refused(
        "InvalidParameterValue.Malformed",
        "CreateHaVip",
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.subnet_id,
        ha_vip_name="a",
        vip=vip,
    )


@pytest.mark.evidence("assumed")
def test_the_subnet_follows_from_the_address(rig: Rig) -> None:
    """Without `SubnetId`, the subnet is the one that contains the `Vip`."""
    vpc = rig.vpc()
    rig.subnet(vpc)
    subnet = rig.subnet(vpc, "10.0.1.0/24")
    made = rig.do("CreateHaVip", vpc_id=vpc.vpc_id, ha_vip_name="a", vip="10.0.1.7").ha_vip
    assert made.subnet_id == subnet.subnet_id


@pytest.mark.evidence("assumed")
def test_neither_subnet_nor_address_is_refused(rig: Rig) -> None:
    """Without `SubnetId`, `Vip` and `NetworkInterfaceId` CreateHaVip answers InvalidParameter."""
    vpc = rig.vpc()
    rig.subnet(vpc)
    rig.refused("InvalidParameter", "CreateHaVip", vpc_id=vpc.vpc_id, ha_vip_name="a")


@pytest.mark.evidence("doc")
def test_free_addresses_are_counted(rig: Rig) -> None:
    """DescribeSubnets tells how many addresses are free; a HAVIP uses one."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.instance(subnet)
    ids = [subnet.subnet_id]
    assert rig.do("DescribeSubnets", subnet_ids=ids).subnet_set[0].available_ip_address_count == 251
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    assert rig.do("DescribeSubnets", subnet_ids=ids).subnet_set[0].available_ip_address_count == 252


@pytest.mark.evidence("official-sdk")
def test_taken_addresses_are_told(rig: Rig) -> None:
    """DescribeUsedIpAddress tells what has an address of a VPC; a free one is not listed."""
    subnet = rig.subnet()
    vpc = {"vpc_id": subnet.vpc_id}
    havip, one = rig.havip(subnet), rig.instance(subnet)
    eni = rig.eni(subnet)
    other = rig.eni(rig.subnet(vpc=subnet, cidr_block="10.0.1.0/24"))

    def told(**fields: Any) -> list[str]:
        answer = rig.do("DescribeUsedIpAddress", **vpc, **fields)
        assert answer.total_count == len(answer.ip_address_states)
        return sorted(row.resource_id for row in answer.ip_address_states)

    assert told() == sorted([havip.ha_vip_id, one, eni, other])
    assert told(subnet_id=subnet.subnet_id) == sorted([havip.ha_vip_id, one, eni])
    assert told(ip_addresses=[havip.vip, "10.0.0.99"]) == [havip.ha_vip_id]
    assert told(filters=[{"name": "resource-id", "values": [one]}]) == [one]
    assert rig.do("DescribeUsedIpAddress", limit=1, **vpc).total_count == 4
    rig.do("TerminateInstances", instance_ids=[one])
    assert told(ip_addresses=["10.0.0.3"]) == []
    both = {"ip_addresses": [havip.vip], "filters": [{"name": "resource-id", "values": [one]}]}
    rig.refused("InvalidParameterValue.ParameterMismatch", "DescribeUsedIpAddress", **vpc, **both)
    rig.refused("InvalidParameterValue.Malformed", "DescribeUsedIpAddress", vpc_id="10.0.0.0")


@pytest.mark.evidence("assumed")
def test_kinds_of_what_has_an_address(rig: Rig) -> None:
    """DescribeUsedIpAddress names what has an address HAVIP, ENI, or CVM where it is primary."""
    subnet = rig.subnet()
    rig.havip(subnet)
    rig.eni(subnet, on=rig.instance(subnet))
    answer = rig.do("DescribeUsedIpAddress", vpc_id=subnet.vpc_id)
    kinds = [row.resource_type for row in answer.ip_address_states]
    assert sorted(kinds) == ["CVM", "ENI", "HAVIP"]
