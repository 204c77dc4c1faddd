"""DescribeHaVips and its kin: ids, filters, pages and their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig


def many(rig: Rig, count: int) -> None:
    rig.cloud.settings.quotas.havips_per_vpc = count
    subnet = rig.subnet()
    for number in range(count):
        rig.havip(subnet, ha_vip_name=f"n{number:02}")


@pytest.mark.evidence("doc")
def test_the_filters_of_havips(rig: Rig) -> None:
    """Each documented filter of DescribeHaVips finds by its exact value."""
    subnet, other = rig.subnet(), rig.subnet()
    one = rig.havip(subnet, ha_vip_name="one", vip="10.0.0.8", check_associate=True)
    rig.havip(other, ha_vip_name="two")
    eip, instance = rig.eip(), rig.instance(subnet)
    rig.bind(one, eip)
    rig.allow(one, instance)
    assert rig.names(havip_id=one.ha_vip_id) == ["one"]
    assert rig.names(havip_name="two") == ["two"]
    assert rig.names(vpc_id=subnet.vpc_id) == ["one"]
    assert rig.names(subnet_id=other.subnet_id) == ["two"]
    assert rig.names(vip="10.0.0.8") == ["one"]
    assert rig.names(address_ip=eip.address_ip) == ["one"]
    assert rig.names(havip_association__instance_id=instance) == ["one"]
    assert rig.names(havip_association__instance_type="CVM") == ["one"]
    assert rig.names(havip_association__instance_type="ENI") == []
    assert rig.names(check_associate="TRUE") == ["one"]
    assert rig.names(cdc_id="cdc-1") == []


@pytest.mark.evidence("assumed")
def test_filters_that_nothing_here_has(rig: Rig) -> None:
    """Every HAVIP is of the type NORMAL, without termination or traffic protection."""
    rig.havip()
    assert rig.names(type="NORMAL") == ["web"]
    assert rig.names(type="GWLB") == []
    assert rig.names(termination_protection="false", traffic_protection="FALSE") == ["web"]
    assert rig.names(traffic_protection="true") == []


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize("text", ["true", "TRUE", "True"])
def test_switches_ignore_case(rig: Rig, text: str) -> None:
    """The values of a filter on a switch may be written in capitals or not."""
    rig.havip(check_associate=True)
    assert rig.names(check_associate=text) == ["web"]


@pytest.mark.evidence("assumed")
def test_names_match_whole(rig: Rig) -> None:
    """The filter havip-name matches the whole name, in the case it has."""
    rig.havip(ha_vip_name="web-1")
    assert rig.names(havip_name="web") == []
    assert rig.names(havip_name="WEB-1") == []
    assert rig.names(havip_name="web-1") == ["web-1"]


@pytest.mark.evidence("doc")
def test_filters_must_all_hold(rig: Rig) -> None:
    """Several filters combine with AND, in whatever order they come."""
    subnet = rig.subnet()
    rig.havip(subnet, ha_vip_name="a")
    rig.havip(subnet, ha_vip_name="b")
    assert rig.names(vpc_id=subnet.vpc_id, havip_name="b") == ["b"]
    assert rig.names(havip_name="b", vpc_id=subnet.vpc_id) == ["b"]
    assert rig.names(havip_name="b", vpc_id="vpc-00000000") == []


@pytest.mark.evidence("doc")
def test_any_value_of_a_filter_fits(rig: Rig) -> None:
    """The values of one filter combine with OR; one given twice counts once."""
    subnet = rig.subnet()
    for name in "abc":
        rig.havip(subnet, ha_vip_name=name)
    assert rig.names(havip_name=["c", "a", "a"]) == ["a", "c"]


@pytest.mark.evidence("doc")
def test_an_unknown_filter_is_an_error(rig: Rig) -> None:
    """A filter that DescribeHaVips does not have fails with FilterInvalidKey."""
    for name in ("state", "tag-key", "network-interface-id", ""):
        rig.refused(
            "InvalidParameter.FilterInvalidKey",
            "DescribeHaVips",
            filters=[{"name": name, "values": ["x"]}],
        )


@pytest.mark.evidence("doc")
def test_ids_and_filters_exclude_each_other(rig: Rig) -> None:
    """HaVipIds together with Filters fail with InvalidParameter.Coexist."""
    havip = rig.havip()
    rig.refused(
        "InvalidParameter.Coexist",
        "DescribeHaVips",
        ha_vip_ids=[havip.ha_vip_id],
        filters=[{"name": "vip", "values": [havip.vip]}],
    )


@pytest.mark.evidence("assumed")
def test_empty_lists_ask_for_all(rig: Rig) -> None:
    """An empty list of ids or filters counts as none given."""
    rig.havip()
    assert rig.do("DescribeHaVips", ha_vip_ids=[], filters=[]).total_count == 1


@pytest.mark.evidence("doc")
def test_a_page_has_twenty_by_default(rig: Rig) -> None:
    """Limit is 20 and Offset 0 by default; TotalCount counts all that was found."""
    many(rig, 25)
    answer = rig.do("DescribeHaVips")
    assert (answer.total_count, len(answer.ha_vip_set)) == (25, 20)
    rest = rig.do("DescribeHaVips", offset=20, limit=100)
    assert [row.ha_vip_name for row in rest.ha_vip_set] == ["n20", "n21", "n22", "n23", "n24"]
    assert rig.do("DescribeHaVips", offset=99).ha_vip_set == []


@pytest.mark.evidence("assumed")
def test_pages_are_in_the_order_of_creation(rig: Rig) -> None:
    """HAVIPs are listed oldest first, whatever index found them and however often rows changed."""
    many(rig, 6)
    rows = rig.do("DescribeHaVips").ha_vip_set
    rig.do("ModifyHaVipAttribute", ha_vip_id=rows[0].ha_vip_id, ha_vip_name="n05")
    assert [row.ha_vip_id for row in rig.do("DescribeHaVips").ha_vip_set] == [
        row.ha_vip_id for row in rows
    ]
    wanted = [{"name": "havip-name", "values": ["n05"]}]
    found = rig.do("DescribeHaVips", filters=wanted).ha_vip_set
    assert [row.ha_vip_id for row in found] == [rows[0].ha_vip_id, rows[5].ha_vip_id]


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_ids_are_paged_too(rig: Rig) -> None:
    """Ids asked for are subject to the limit as well, as documented for subnets."""
    many(rig, 25)
    ids = [row.ha_vip_id for row in rig.do("DescribeHaVips", limit=100).ha_vip_set]
    assert len(rig.do("DescribeHaVips", ha_vip_ids=ids).ha_vip_set) == 20
    assert len(rig.do("DescribeHaVips", ha_vip_ids=ids, limit=100).ha_vip_set) == 25


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("InvalidParameterValue.LimitExceeded", {"limit": 101}),
        ("InvalidParameterValue.Range", {"limit": 0}),
        ("InvalidParameterValue.Range", {"offset": -1}),
        (
            "InvalidParameterValue.LimitExceeded",
            {"ha_vip_ids": [f"havip-{n:08}" for n in range(101)]},
        ),
    ],
)
def test_a_page_has_limits(rig: Rig, code: str, fields: dict[str, object]) -> None:
    """Limit is 1 to 100, Offset 0 or more, and at most 100 ids go into a call."""
    rig.refused(code, "DescribeHaVips", **fields)


@pytest.mark.evidence("doc")
def test_filters_have_limits(rig: Rig) -> None:
    """A call takes ten filters, a filter of DescribeHaVips five values."""
    one = {"name": "vip", "values": ["10.0.0.2"]}
    code = "InvalidParameterValue.LimitExceeded"
    rig.do("DescribeHaVips", filters=[one] * 10)
    rig.refused(code, "DescribeHaVips", filters=[one] * 11)
    rig.do("DescribeHaVips", filters=[{"name": "vip", "values": ["10.0.0.2"] * 5}])
    rig.refused(code, "DescribeHaVips", filters=[{"name": "vip", "values": ["10.0.0.2"] * 6}])


@pytest.mark.evidence("assumed")
def test_the_range_is_shown_whole(rig: Rig) -> None:
    """A HAVIP found by one member of its range shows all members (setting `filtered_range`)."""
    subnet = rig.subnet()
    havip, first, second = rig.havip(subnet), rig.instance(subnet), rig.instance(subnet)
    rig.allow(havip, first, second)
    wanted = [{"name": "havip-association.instance-id", "values": [second]}]
    (found,) = rig.do("DescribeHaVips", filters=wanted).ha_vip_set
    assert [item.instance_id for item in found.ha_vip_association_set] == [first, second]
    rig.cloud.settings.filtered_range = "matching"
    (found,) = rig.do("DescribeHaVips", filters=wanted).ha_vip_set
    assert [item.instance_id for item in found.ha_vip_association_set] == [second]


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_subnets_and_instances_come_newest_first(rig: Rig) -> None:
    """Subnets and instances are listed newest first, page by page, whatever found them."""
    vpc = rig.vpc()
    subnets = [rig.subnet(vpc, cidr_block=f"10.0.{n}.0/24") for n in range(5)]
    made = [subnet.subnet_id for subnet in subnets]
    wanted = [{"name": "vpc-id", "values": [vpc.vpc_id]}]
    for asked in ({}, {"filters": wanted}, {"subnet_ids": made}):
        shown = rig.do("DescribeSubnets", **asked).subnet_set
        assert [subnet.subnet_id for subnet in shown] == made[::-1]
    second = rig.do("DescribeSubnets", offset="3", limit="1").subnet_set
    assert [subnet.subnet_id for subnet in second] == [made[1]]
    nodes = [rig.instance(subnets[0], instance_name="web") for _ in range(3)]
    named = [{"name": "instance-name", "values": ["web"]}]
    for asked in ({}, {"filters": named}, {"instance_ids": nodes}):
        shown = rig.do("DescribeInstances", **asked).instance_set
        assert [node.instance_id for node in shown] == nodes[::-1]


@pytest.mark.evidence("official-sdk")
def test_vpcs_take_their_page_as_text(rig: Rig) -> None:
    """Offset and Limit of DescribeVpcs, DescribeSubnets and DescribeRouteTables are text."""
    rig.subnet()
    for action in ("DescribeVpcs", "DescribeSubnets", "DescribeRouteTables"):
        assert rig.do(action, offset="0", limit="100").total_count == 1
        assert rig.do(action, offset="", limit="").total_count == 1
        rig.refused("InvalidParameterValue.LimitExceeded", action, limit="101")
        rig.refused("InvalidParameter", action, limit="many")


@pytest.mark.evidence("doc")
def test_vpc_names_match_in_part(rig: Rig) -> None:
    """The filter vpc-name is fuzzy: a part of the name is enough."""
    rig.vpc(vpc_name="blue-net")
    rig.vpc(vpc_name="red")
    found = rig.do("DescribeVpcs", filters=[{"name": "vpc-name", "values": ["net"]}])
    assert [vpc.vpc_name for vpc in found.vpc_set] == ["blue-net"]


@pytest.mark.evidence("doc")
def test_tags_are_filters(rig: Rig) -> None:
    """Where tags are filters, `tag-key` asks for a key and `tag:KEY` for its value."""
    rig.vpc(vpc_name="a", tags=[{"key": "team", "value": "net"}])
    rig.vpc(vpc_name="b", tags=[{"key": "team", "value": "db"}])
    rig.vpc(vpc_name="c")

    def names(name: str, value: str) -> list[str]:
        found = rig.do("DescribeVpcs", filters=[{"name": name, "values": [value]}])
        return [vpc.vpc_name for vpc in found.vpc_set]

    assert names("tag-key", "team") == ["a", "b"]
    assert names("tag:team", "db") == ["b"]
    assert names("tag:other", "db") == []


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("DescribeVpcs", "InvalidParameter.FilterInvalidKey"),
        ("DescribeSubnets", "InvalidParameter.FilterInvalidKey"),
        ("DescribeRouteTables", "InvalidParameter.FilterInvalidKey"),
        ("DescribeNetworkInterfaces", "InvalidParameter.FilterInvalidKey"),
        ("DescribeSecurityGroups", "InvalidParameter.FilterInvalidKey"),
        ("DescribeAddresses", "InvalidParameter.InvalidFilter"),
        ("DescribeBandwidthPackages", "InvalidParameter.InvalidFilter"),
        ("DescribeInstances", "InvalidFilter"),
    ],
)
def test_unknown_filters_are_errors_everywhere(rig: Rig, action: str, code: str) -> None:
    """Each list answers an unknown filter with the code that is documented for it."""
    rig.refused(code, action, filters=[{"name": "colour", "values": ["red"]}])


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize(
    ("action", "ids", "found"),
    [
        ("DescribeVpcs", {"vpc_ids": ["vpc-00000000"]}, "vpc_set"),
        ("DescribeSubnets", {"subnet_ids": ["subnet-00000000"]}, "subnet_set"),
        ("DescribeAddresses", {"address_ids": ["eip-00000000"]}, "address_set"),
        ("DescribeInstances", {"instance_ids": ["ins-00000000"]}, "instance_set"),
        (
            "DescribeNetworkInterfaces",
            {"network_interface_ids": ["eni-00000000"]},
            "network_interface_set",
        ),
    ],
)
def test_vanished_ids_are_empty_sets(
    rig: Rig, action: str, ids: dict[str, list[str]], found: str
) -> None:
    """A list of deleted ids returns an empty set, not an error."""
    answer = rig.do(action, **ids)
    assert (answer.total_count, getattr(answer, found)) == (0, [])


@pytest.mark.evidence("doc")
def test_subnets_are_found_by_their_cluster(rig: Rig) -> None:
    """The filter cdc-id finds the subnets of a dedicated cluster."""
    vpc = rig.vpc()
    rig.subnet(vpc)
    inside = rig.subnet(vpc, cidr_block="10.0.1.0/24", cdc_id="cluster-1a2b3c4d")
    wanted = [{"name": "cdc-id", "values": ["cluster-1a2b3c4d"]}]
    (found,) = rig.do("DescribeSubnets", filters=wanted).subnet_set
    assert found.subnet_id == inside.subnet_id


@pytest.mark.evidence("official-sdk")
def test_subnets_are_paged_by_token_too(rig: Rig) -> None:
    """With MaxResults, DescribeSubnets gives the NextToken of the next page, empty on the last."""
    vpc = rig.vpc()
    made = [rig.subnet(vpc, cidr_block=f"10.0.{n}.0/24").subnet_id for n in range(5)]
    seen, token, pages = [], "", 0
    while pages == 0 or token:
        answer = rig.do("DescribeSubnets", max_results=2, next_token=token)
        seen += [subnet.subnet_id for subnet in answer.subnet_set]
        token, pages = answer.next_token, pages + 1
    assert (seen, pages, answer.total_count) == (made[::-1], 3, 5)
    assert rig.do("DescribeSubnets", limit="2").next_token == ""
    rig.refused("InvalidParameterValue.LimitExceeded", "DescribeSubnets", max_results=101)
    rig.refused("InvalidParameterValue", "DescribeSubnets", next_token="seven")
