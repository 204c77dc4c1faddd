"""VPCs, subnets, quotas, zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("terraform")
def test_a_vpc_has_a_main_route_table(rig: Rig) -> None:
    """Each VPC comes with one route table whose Main is true; subnets use it."""
    vpc = rig.vpc()
    subnet = rig.subnet(vpc)
    wanted = [
        {"name": "vpc-id", "values": [vpc.vpc_id]},
        {"name": "association.main", "values": ["true"]},
    ]
    (table,) = rig.do("DescribeRouteTables", filters=wanted).route_table_set
    assert (table.main, table.vpc_id, table.route_table_name) == (True, vpc.vpc_id, "default")
    assert subnet.route_table_id == table.route_table_id
    assert [use.subnet_id for use in table.association_set] == [subnet.subnet_id]


@pytest.mark.evidence("terraform")
def test_what_the_provider_reads_of_networks_is_not_null(rig: Rig) -> None:
    """Fields that the official provider reads without looking are never null."""
    subnet = rig.subnet()
    vpc = rig.do("DescribeVpcs").vpc_set[0]
    table = rig.do("DescribeRouteTables").route_table_set[0]
    for row in (subnet, vpc, table):
        assert None not in row.model_dump().values()
    assert subnet.cdc_id == ""


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("10.0.0.0/11", "InvalidParameterValue"),
        ("10.0.0.0/29", "InvalidParameterValue"),
        ("192.168.0.0/15", "InvalidParameterValue"),
        ("8.8.8.0/24", "InvalidParameterValue"),
        ("10.0.0.1/16", "InvalidParameterValue.Malformed"),
        ("10.0.0.0", "InvalidParameterValue.Malformed"),
        ("net", "InvalidParameterValue.Malformed"),
    ],
)
def test_a_vpc_has_a_private_block(rig: Rig, block: str, code: str) -> None:
    """The block of a VPC is private, from /12 (192.168: /16) to /28, without host bits."""
    rig.refused(code, "CreateVpc", vpc_name="a", cidr_block=block)


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_all_of_ten_is_private(rig: Rig) -> None:
    """All blocks in 10.0.0.0/8 are accepted, although the API's page only mentions 10.0.0.0/12."""
    assert rig.vpc("10.200.0.0/16").cidr_block == "10.200.0.0/16"


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("10.1.0.0/24", "InvalidParameterValue.SubnetRange"),
        ("10.0.0.0/29", "InvalidParameterValue.SubnetRange"),
        ("10.0.0.128/25", "InvalidParameterValue.SubnetOverlap"),
        ("10.0.0.0/24", "InvalidParameterValue.SubnetOverlap"),
        ("10.0.1.1/24", "InvalidParameterValue.Malformed"),
    ],
)
def test_a_subnet_fits_into_its_vpc(rig: Rig, block: str, code: str) -> None:
    """A subnet is a /16 to /28 inside the VPC that overlaps no other."""
    vpc = rig.vpc()
    rig.subnet(vpc)
    rig.refused(
        code,
        "CreateSubnet",
        vpc_id=vpc.vpc_id,
        subnet_name="a",
        cidr_block=block,
        zone="ap-guangzhou-3",
    )


@pytest.mark.evidence("doc")
def test_a_subnet_may_be_all_of_its_vpc(rig: Rig) -> None:
    """The block of the only subnet may equal that of the VPC."""
    assert rig.subnet(rig.vpc(), "10.0.0.0/16").total_ip_address_count == 65_533


@pytest.mark.evidence("assumed")
def test_a_zone_must_be_of_the_region(rig: Rig) -> None:
    """A zone that the region does not have fails with InvalidParameterValue (setting `zones`)."""
    rig.refused(
        "InvalidParameterValue",
        "CreateSubnet",
        vpc_id=rig.vpc().vpc_id,
        subnet_name="a",
        cidr_block="10.0.0.0/24",
        zone="ap-shanghai-1",
    )


@pytest.mark.evidence("assumed")
def test_the_zones_of_a_region(rig: Rig) -> None:
    """Every region has eight zones, numbered from 1 (setting `zones`)."""
    zones = rig.do("DescribeZones").zone_set
    assert [zone.zone for zone in zones] == [f"ap-guangzhou-{n}" for n in range(1, 9)]
    assert {zone.zone_state for zone in zones} == {"AVAILABLE"}


@pytest.mark.evidence("doc")
def test_a_subnet_in_use_stays(rig: Rig) -> None:
    """While a HAVIP is in a subnet, neither the subnet nor its VPC is deleted: ResourceInUse."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.refused("ResourceInUse", "DeleteSubnet", subnet_id=subnet.subnet_id)
    rig.refused("ResourceInUse", "DeleteVpc", vpc_id=subnet.vpc_id)
    rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    rig.do("DeleteSubnet", subnet_id=subnet.subnet_id)
    rig.do("DeleteVpc", vpc_id=subnet.vpc_id)
    assert rig.do("DescribeRouteTables").total_count == 0


@pytest.mark.evidence("doc")
def test_a_vpc_takes_its_empty_subnets_along(rig: Rig) -> None:
    """DeleteVpc deletes empty subnets and route tables with the VPC."""
    subnet = rig.subnet()
    rig.do("DeleteVpc", vpc_id=subnet.vpc_id)
    assert rig.do("DescribeSubnets").total_count == 0


@pytest.mark.evidence("terraform")
def test_vpcs_and_subnets_are_changed(rig: Rig) -> None:
    """Name, DNS, multicast and broadcast can be changed; switches are texts."""
    subnet = rig.subnet()
    vpc_id, subnet_id = subnet.vpc_id, subnet.subnet_id
    rig.do("ModifyVpcAttribute", vpc_id=vpc_id, vpc_name="n", enable_multicast="true")
    rig.do("ModifySubnetAttribute", subnet_id=subnet_id, subnet_name="s", enable_broadcast="false")
    vpc = rig.do("DescribeVpcs").vpc_set[0]
    assert (vpc.vpc_name, vpc.enable_multicast) == ("n", True)
    assert rig.do("DescribeSubnets").subnet_set[0].subnet_name == "s"


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("DeleteVpc", {"vpc_id": "vpc-00000000"}),
        ("ModifyVpcAttribute", {"vpc_id": "vpc-00000000"}),
        ("DeleteSubnet", {"subnet_id": "subnet-00000000"}),
        ("ModifySubnetAttribute", {"subnet_id": "subnet-00000000"}),
        ("DeleteRouteTable", {"route_table_id": "rtb-00000000"}),
    ],
)
def test_absent_networks_are_not_found(rig: Rig, action: str, fields: dict[str, str]) -> None:
    """Deleting or changing a missing resource fails with ResourceNotFound."""
    rig.refused("ResourceNotFound", action, **fields)


@pytest.mark.evidence("doc")
def test_networks_have_quotas(make_rig: MakeRig) -> None:
    """VPCs of a region and subnets of a VPC have quotas: LimitExceeded."""
    rig = make_rig(quotas={"vpcs_per_region": 1, "subnets_per_vpc": 1})
    vpc = rig.vpc()
    rig.subnet(vpc)
    rig.refused("LimitExceeded", "CreateVpc", vpc_name="b", cidr_block="10.0.0.0/16")
    rig.refused(
        "LimitExceeded",
        "CreateSubnet",
        vpc_id=vpc.vpc_id,
        subnet_name="b",
        cidr_block="10.0.1.0/24",
        zone="ap-guangzhou-3",
    )


@pytest.mark.evidence("doc")
def test_quotas_are_told(rig: Rig) -> None:
    """DescribeVpcLimits tells the quotas that hold, by their documented names."""
    names = ["vpc-max-havips", "appid-max-vpcs", "vpc-max-subnets", "vpc-max-enis"]
    limits = rig.do("DescribeVpcLimits", limit_types=names).vpc_limit_set
    assert [limit.limit_value for limit in limits] == [10, 20, 100, 1000]
    assert [limit.limit_type for limit in limits] == names


@pytest.mark.evidence("assumed")
def test_quotas_that_no_document_tells(rig: Rig) -> None:
    """An instance takes 8 ENIs, an ENI 30 addresses, a region 50 security groups (`quotas`)."""
    quotas = rig.cloud.settings.quotas
    assert quotas.interfaces_per_instance == 8
    assert quotas.addresses_per_interface == 30
    assert quotas.security_groups_per_region == 50


@pytest.mark.evidence("assumed")
def test_an_unknown_quota_is_an_error(rig: Rig) -> None:
    """An unknown quota fails with InvalidParameterValue."""
    rig.refused("InvalidParameterValue", "DescribeVpcLimits", limit_types=["vpc-max-moons"])


@pytest.mark.evidence("official-sdk")
def test_names_of_networks_are_counted_in_bytes(rig: Rig) -> None:
    """Names of VPCs, subnets, interfaces and route tables have sixty bytes: twenty in Chinese."""
    fits, long = "网" * 20, "网" * 20 + "a"
    vpc = rig.vpc(vpc_name=fits)
    subnet, code = rig.subnet(vpc, subnet_name=fits), "InvalidParameterValue.TooLong"
    rig.refused(code, "CreateVpc", vpc_name=long, cidr_block="10.0.0.0/16")
    rig.refused(code, "ModifySubnetAttribute", subnet_id=subnet.subnet_id, subnet_name=long)
    rig.refused(code, "CreateRouteTable", vpc_id=vpc.vpc_id, route_table_name=long)
    place = {"vpc_id": vpc.vpc_id, "subnet_id": subnet.subnet_id}
    rig.refused(code, "CreateNetworkInterface", network_interface_name=long, **place)
    rig.do("ModifyVpcAttribute", vpc_id=vpc.vpc_id, vpc_name="网" * 60)


@pytest.mark.evidence("doc")
def test_names_of_networks_have_sixty_characters(rig: Rig) -> None:
    """Names of VPCs and subnets are at most sixty characters long."""
    rig.refused(
        "InvalidParameterValue.TooLong", "CreateVpc", vpc_name="n" * 61, cidr_block="10.0.0.0/16"
    )


@pytest.mark.evidence("assumed")
def test_tags_are_checked(rig: Rig) -> None:
    """A tag key given twice, empty or over 127 characters, or a value over 255, is refused."""
    long_key = {"key": "k" * 128}
    for code, tags in [
        ("InvalidParameterValue.TagDuplicateKey", [{"key": "a"}, {"key": "a"}]),
        ("InvalidParameterValue.TagInvalidKeyLen", [{"key": ""}]),
        ("InvalidParameterValue.TagInvalidKeyLen", [long_key]),
        ("InvalidParameterValue.TagInvalidVal", [{"key": "a", "value": "v" * 256}]),
    ]:
        rig.refused(code, "CreateVpc", vpc_name="a", cidr_block="10.0.0.0/16", tags=tags)
