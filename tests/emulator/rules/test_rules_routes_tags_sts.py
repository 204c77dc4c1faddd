"""Routes, tags, and STS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig


def hop(gateway: str, block: str = "192.168.0.0/24", kind: str = "HAVIP") -> dict[str, str]:
    return {"destination_cidr_block": block, "gateway_type": kind, "gateway_id": gateway}


@pytest.mark.evidence(
    "reported",
    "https://github.com/tencentcloudstack/terraform-provider-tencentcloud/issues/4283",
)
def test_a_route_to_a_havip_reads_as_intranat(rig: Rig) -> None:
    """A route of the type HAVIP names the HAVIP by its id, and reads as INTRANAT, intranat-…."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    table = rig.do(
        "CreateRoutes", route_table_id=subnet.route_table_id, routes=[hop(havip.ha_vip_id)]
    ).route_table_set[0]
    (read,) = rig.do("DescribeRouteTables", route_table_ids=[subnet.route_table_id]).route_table_set
    for (route,) in (table.route_set, read.route_set):
        assert route.gateway_type == "INTRANAT"
        assert route.gateway_id == "intranat-" + havip.ha_vip_id.partition("-")[2]
        assert (route.route_type, route.enabled) == ("USER", True)
        assert None not in route.model_dump().values()


@pytest.mark.evidence("assumed")
def test_a_route_is_found_by_either_name_of_its_next_hop(rig: Rig) -> None:
    """A route to a HAVIP is replaced and deleted as HAVIP, havip-… and as INTRANAT, intranat-…."""
    subnet = rig.subnet()
    havip, table = rig.havip(subnet), subnet.route_table_id
    shown = "intranat-" + havip.ha_vip_id.partition("-")[2]
    for named in (hop(havip.ha_vip_id), hop(shown, kind="INTRANAT")):
        for made in (hop(havip.ha_vip_id), hop(shown, kind="INTRANAT")):
            rig.do("CreateRoutes", route_table_id=table, routes=[made])
            rig.refused("UnsupportedOperation", "DeleteHaVip", ha_vip_id=havip.ha_vip_id)
            (gone,) = rig.do("DeleteRoutes", route_table_id=table, routes=[named]).route_set
            assert (gone.gateway_type, gone.gateway_id) == ("INTRANAT", shown)
    by_type = [{"name": "next-hop-type", "values": ["INTRANAT"]}]
    rig.do("CreateRoutes", route_table_id=table, routes=[hop(havip.ha_vip_id)])
    assert rig.do("DescribeRouteTables", filters=by_type).total_count == 1


@pytest.mark.evidence("official-sdk")
def test_a_next_hop_is_not_named_by_address(rig: Rig) -> None:
    """A route of the type HAVIP does not name the HAVIP by its address."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.refused(
        "InvalidParameterValue.Malformed",
        "CreateRoutes",
        route_table_id=subnet.route_table_id,
        routes=[hop(havip.vip)],
    )


@pytest.mark.evidence("terraform")
def test_only_new_routes_are_answered(rig: Rig) -> None:
    """CreateRoutes answers the routes it added: the official provider refuses any more."""
    subnet = rig.subnet()
    havip, table = rig.havip(subnet), subnet.route_table_id
    for block in ("192.168.0.0/24", "192.168.1.0/24"):
        answer = rig.do("CreateRoutes", route_table_id=table, routes=[hop(havip.ha_vip_id, block)])
        assert answer.total_count == 1
        (shown,) = answer.route_table_set
        assert [route.destination_cidr_block for route in shown.route_set] == [block]
    (read,) = rig.do("DescribeRouteTables", route_table_ids=[table]).route_table_set
    assert len(read.route_set) == 2


@pytest.mark.evidence("official-sdk")
def test_route_tables_are_renamed(rig: Rig) -> None:
    """ModifyRouteTableAttribute renames a table, the default one of a VPC too."""
    action, table = "ModifyRouteTableAttribute", rig.subnet().route_table_id
    rig.do(action, route_table_id=table, route_table_name="main")
    (shown,) = rig.do("DescribeRouteTables", route_table_ids=[table]).route_table_set
    assert (shown.route_table_name, shown.main) == ("main", True)
    rig.refused("ResourceNotFound", action, route_table_id="rtb-00000000", route_table_name="b")
    rig.refused(
        "InvalidParameterValue.Malformed", action, route_table_id="main", route_table_name="b"
    )
    rig.refused(
        "InvalidParameterValue.TooLong", action, route_table_id=table, route_table_name="n" * 61
    )


@pytest.mark.evidence("official-sdk")
def test_new_routes_are_counted(rig: Rig) -> None:
    """TotalCount of CreateRoutes is the number of routes that were added."""
    subnet = rig.subnet()
    gateway, table = rig.havip(subnet).ha_vip_id, subnet.route_table_id
    routes = [hop(gateway, f"192.168.{number}.0/24") for number in range(3)]
    answer = rig.do("CreateRoutes", route_table_id=table, routes=routes)
    assert answer.total_count == 3
    assert len(answer.route_table_set[0].route_set) == 3


@pytest.mark.evidence("official-sdk")
def test_what_cannot_be_a_route(rig: Rig) -> None:
    """Next hops must exist in the VPC, destinations lie outside of it and appear once."""
    subnet, other = rig.subnet(), rig.subnet()
    havip, far = rig.havip(subnet), rig.havip(other)
    table = subnet.route_table_id
    rig.do("CreateRoutes", route_table_id=table, routes=[hop(havip.ha_vip_id)])
    for code, route in [
        ("ResourceNotFound", hop("havip-00000000", "192.168.1.0/24")),
        ("ResourceNotFound", hop(far.ha_vip_id, "192.168.1.0/24")),
        ("ResourceNotFound", hop("10.0.0.99", "192.168.1.0/24", "NORMAL_CVM")),
        ("InvalidParameterValue", hop(havip.ha_vip_id, "192.168.1.0/24", "MOON")),
        ("InvalidParameterValue.VpcCidrConflict", hop(havip.ha_vip_id, "10.0.9.0/24")),
        ("InvalidParameterValue.Duplicate", hop(havip.ha_vip_id)),
        ("InvalidParameterValue.Malformed", hop(havip.ha_vip_id, "192.168.0.1/24")),
    ]:
        rig.refused(code, "CreateRoutes", route_table_id=table, routes=[route])


@pytest.mark.evidence("official-sdk")
def test_routes_are_replaced_and_deleted(rig: Rig) -> None:
    """Routes are found by RouteId, by RouteItemId, or by destination and next hop."""
    subnet = rig.subnet()
    one, two, table = rig.havip(subnet), rig.havip(subnet), subnet.route_table_id
    made = rig.do("CreateRoutes", route_table_id=table, routes=[hop(one.ha_vip_id)])
    route = made.route_table_set[0].route_set[0]
    changed = {**hop(two.ha_vip_id), "route_id": route.route_id}
    answer = rig.do("ReplaceRoutes", route_table_id=table, routes=[changed])
    assert answer.old_route_set == [route]
    assert answer.new_route_set[0].gateway_id == two.ha_vip_id.replace("havip", "intranat")
    assert answer.new_route_set[0].route_item_id == route.route_item_id
    rig.do("DeleteRoutes", route_table_id=table, routes=[hop(two.ha_vip_id)])
    rig.refused("ResourceNotFound", "DeleteRoutes", route_table_id=table, routes=[changed])


@pytest.mark.evidence("official-sdk")
def test_route_tables_of_subnets(rig: Rig) -> None:
    """A subnet gets another route table; one in use, and the main one, are not deleted."""
    subnet = rig.subnet()
    made = rig.do("CreateRouteTable", vpc_id=subnet.vpc_id, route_table_name="t").route_table
    table = made.route_table_id
    rig.do("ReplaceRouteTableAssociation", route_table_id=table, subnet_id=subnet.subnet_id)
    assert rig.do("DescribeSubnets").subnet_set[0].route_table_id == table
    for code, wanted in [
        ("UnsupportedOperation.DelRouteWithSubnet", table),
        ("UnsupportedOperation.DelDefaultRoute", subnet.route_table_id),
    ]:
        rig.refused(code, "DeleteRouteTable", route_table_id=wanted)
    main = subnet.route_table_id
    rig.do("ReplaceRouteTableAssociation", route_table_id=main, subnet_id=subnet.subnet_id)
    rig.do("DeleteRouteTable", route_table_id=table)


@pytest.mark.evidence("terraform")
def test_tags_are_read_by_id(rig: Rig) -> None:
    """DescribeResourceTagsByResourceIds tells the tags of what exists, and passes over the rest."""
    subnet = rig.subnet(tags=[{"key": "a", "value": "1"}])
    answer = rig.do(
        "DescribeResourceTagsByResourceIds",
        service_type="vpc",
        resource_prefix="subnet",
        resource_ids=[subnet.subnet_id, "subnet-00000000"],
        resource_region="ap-guangzhou",
        offset=0,
        limit=20,
    )
    (tag,) = answer.tags
    assert (tag.tag_key, tag.tag_value, tag.resource_id) == ("a", "1", subnet.subnet_id)
    assert answer.total_count == 1


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize("owner", ["uin/", "uin/100000000001", ""])
def test_tags_are_set_and_deleted(rig: Rig, owner: str) -> None:
    """ModifyResourceTags takes a six-part name; the official provider leaves the uin out of it."""
    vpc = rig.vpc(tags=[{"key": "old", "value": "1"}, {"key": "stays"}])
    rig.do(
        "ModifyResourceTags",
        resource=f"qcs::vpc:ap-guangzhou:{owner}:vpc/{vpc.vpc_id}",
        replace_tags=[{"tag_key": "new", "tag_value": "2"}],
        delete_tags=[{"tag_key": "old"}],
    )
    tags = rig.do("DescribeVpcs").vpc_set[0].tag_set
    assert {tag.key: tag.value for tag in tags} == {"stays": "", "new": "2"}


@pytest.mark.evidence(
    "reported",
    "https://github.com/tudorpaultoma/tc-tagger-function",
)
@pytest.mark.parametrize("kind", ["havip", "eni", "eip", "instance"])
def test_names_of_taggable_things(rig: Rig, kind: str) -> None:
    """In tag names HAVIPs are `vpc:…:havip/`, interfaces `eni/`, EIPs `eip/`, instances `cvm`."""
    subnet = rig.subnet()
    make: dict[str, Callable[[], str]] = {
        "havip": lambda: str(rig.havip(subnet).ha_vip_id),
        "eni": lambda: rig.eni(subnet),
        "eip": lambda: str(rig.eip().address_id),
        "instance": lambda: rig.instance(subnet),
    }
    wanted = make[kind]()
    service = "cvm" if kind == "instance" else "vpc"
    name = f"qcs::{service}:ap-guangzhou:uin/100000000001:{kind}/{wanted}"
    rig.do("ModifyResourceTags", resource=name, replace_tags=[{"tag_key": "a", "tag_value": "1"}])
    found = rig.do("DescribeResourcesByTags", tag_filters=[{"tag_key": "a", "tag_value": ["1"]}])
    assert [row.resource_id for row in found.rows] == [wanted]
    mapped = rig.do("GetResources", tag_filters=[{"tag_key": "a"}]).resource_tag_mapping_list
    assert [row.resource for row in mapped] == [name]


@pytest.mark.evidence("official-sdk")
@pytest.mark.parametrize(
    "name",
    [
        "vpc-00000000",
        "qcs::vpc:ap-guangzhou:uin/:vpc/vpc-00000000",
        "qcs::vpc:ap-guangzhou:uin/:moon/moon-1",
        "qcs::vpc:ap-guangzhou:uin/2:vpc/vpc-00000000",
    ],
)
def test_a_tagged_resource_must_exist(rig: Rig, name: str) -> None:
    """A name that is none, or names nothing of this account, answers ResourceDescriptionError."""
    rig.refused(
        "InvalidParameterValue.ResourceDescriptionError",
        "ModifyResourceTags",
        resource=name,
        replace_tags=[{"tag_key": "a", "tag_value": "1"}],
    )


@pytest.mark.evidence("official-sdk")
def test_a_key_is_not_set_and_deleted_at_once(rig: Rig) -> None:
    """The same key in ReplaceTags and DeleteTags fails with DeleteTagsParamError."""
    rig.refused(
        "InvalidParameterValue.DeleteTagsParamError",
        "ModifyResourceTags",
        resource=f"qcs::vpc:ap-guangzhou:uin/:vpc/{rig.vpc().vpc_id}",
        replace_tags=[{"tag_key": "a", "tag_value": "1"}],
        delete_tags=[{"tag_key": "a"}],
    )


@pytest.mark.evidence("doc")
def test_a_role_is_assumed(rig: Rig) -> None:
    """AssumeRole gives a temporary key of the role's account, for 7200 seconds by default."""
    answer = rig.do(
        "AssumeRole", role_arn="qcs::cam::uin/200000000002:roleName/ops", role_session_name="ci"
    )
    assert answer.expired_time == 1_795_000_000 + 7200
    assert answer.expiration == "2026-11-18T13:06:40Z"
    key = rig.cloud.keys.find(answer.credentials.tmp_secret_id)
    assert key is not None
    assert (key.account, key.token) == ("200000000002", answer.credentials.token)


@pytest.mark.evidence("assumed")
def test_any_role_exists(rig: Rig) -> None:
    """Any role of any account can be assumed: the emulator has no roles or permissions."""
    arn = "qcs::cam::uin/300000000003:role/4611686018427397919"
    assert rig.do("AssumeRole", role_arn=arn, role_session_name="ci").credentials.token


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("InvalidParameter.OverTimeError", {"duration_seconds": 43_201}),
        ("InvalidParameter.OverTimeError", {"duration_seconds": 0}),
        ("InvalidParameter.ParamError", {"role_arn": "ops"}),
        ("InvalidParameter.ParamError", {"role_session_name": "c i"}),
    ],
)
def test_what_cannot_be_assumed(rig: Rig, code: str, fields: dict[str, object]) -> None:
    """Duration, role and session name are checked."""
    given = {"role_arn": "qcs::cam::uin/2:roleName/ops", "role_session_name": "ci", **fields}
    rig.refused(code, "AssumeRole", **given)


@pytest.mark.evidence("official-sdk")
def test_the_caller_is_told(rig: Rig) -> None:
    """GetCallerIdentity tells the account, or the role and the account that assumed it."""
    mine = rig.do("GetCallerIdentity")
    assert (mine.account_id, mine.principal_id) == ("100000000001", "100000000001")
    arn = "qcs::cam::uin/200000000002:roleName/ops"
    secret_id = rig.do("AssumeRole", role_arn=arn, role_session_name="ci").credentials.tmp_secret_id
    acting = rig.away(account="200000000002", secret_id=secret_id).do("GetCallerIdentity")
    assert (acting.account_id, acting.principal_id) == ("200000000002", "100000000001")
    assert (acting.user_id, acting.type) == ("ops:ci", "CAMRole")
