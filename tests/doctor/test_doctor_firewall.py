"""True if security groups let VRRP through: rules in order, groups in order, the first decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from havip import api

if TYPE_CHECKING:
    from tests.doctor.conftest import Ward

ALL = ("ALL", "0.0.0.0/0", "ACCEPT")
NONE = ("ALL", "0.0.0.0/0", "DROP")


def rules(*given: tuple[str, str, str]) -> list[api.SecurityGroupPolicy]:
    """Build policies in the order in which they are tried."""
    return [api.SecurityGroupPolicy(protocol=p, cidr_block=c, action=a) for p, c, a in given]


def blocked(ward: Ward) -> list[str]:
    return [one.message for one in ward.found("vrrp-blocked")]


@pytest.mark.parametrize(
    ("given", "passes"),
    [
        ([ALL], True),
        ([("ALL", "172.17.16.7", "ACCEPT")], True),
        ([("all", "172.17.16.0/24", "ACCEPT")], True),
        ([("ALL", "172.17.0.0/16", "ACCEPT"), NONE], True),
        ([], False),
        ([NONE, ALL], False),
        ([("TCP", "0.0.0.0/0", "ACCEPT"), ("UDP", "0.0.0.0/0", "ACCEPT")], False),
        ([("ICMP", "0.0.0.0/0", "ACCEPT")], False),
        ([("TCP", "0.0.0.0/0", "DROP"), ALL], True),
        ([("ALL", "10.0.0.0/8", "ACCEPT")], False),
        ([("ALL", "172.17.16.7", "DROP"), ALL], False),
        ([("ALL", "172.17.16.9", "DROP"), ALL], True),
    ],
)
def test_the_first_rule_that_matches_decides(
    ward: Ward, given: list[tuple[str, str, str]], passes: bool
) -> None:
    ward.guard(ward.nodes[1], ward.security(rules(*given)))
    assert (blocked(ward) == []) is passes


def test_what_goes_out_is_judged_as_well(ward: Ward) -> None:
    group = ward.security(rules(ALL), egress=rules(("TCP", "0.0.0.0/0", "ACCEPT")))
    ward.guard(ward.nodes[1], group)
    (what,) = blocked(ward)
    assert what == f"VRRP 172.17.16.13 → 172.17.16.7 is dropped: no egress rule of {group} matches"


def test_a_rule_that_drops_is_named_by_its_index(ward: Ward) -> None:
    group = ward.security(rules(("TCP", "0.0.0.0/0", "ACCEPT"), NONE))
    ward.guard(ward.nodes[1], group)
    (what,) = blocked(ward)
    assert what.endswith(f"is dropped: ingress rule 1 of {group}")


def test_several_groups_are_tried_in_their_order(ward: Ward) -> None:
    closed, open_ = ward.security(rules(NONE)), ward.security(rules(ALL))
    silent = ward.security([])
    ward.guard(ward.nodes[1], silent, open_, closed)
    assert blocked(ward) == []
    ward.guard(ward.nodes[1], silent, closed, open_)
    assert blocked(ward) != []


def test_a_rule_may_name_a_group_that_stands_for_its_members(ward: Ward) -> None:
    source = ward.security(rules(ALL))
    of_group = api.SecurityGroupPolicy(protocol="ALL", security_group_id=source, action="ACCEPT")
    ward.guard(ward.nodes[1], ward.security([of_group]))
    assert blocked(ward) != []
    ward.guard(ward.nodes[0], source)
    assert blocked(ward) == []


def test_a_rule_on_ipv6_does_not_matter(ward: Ward) -> None:
    six = api.SecurityGroupPolicy(protocol="ALL", ipv6_cidr_block="::/0", action="DROP")
    ward.guard(ward.nodes[1], ward.security([six, *rules(ALL)]))
    assert blocked(ward) == []


def test_an_interface_without_groups_is_not_filtered(ward: Ward) -> None:
    enis = [ward.secondary(node) for node in ward.nodes]
    for eni in enis:
        row = ward.control.cloud.region("100000000001", "ap-guangzhou").enis
        found = row.get(eni)
        assert found is not None
        row.put(found.model_copy(update={"group_set": []}))
    vip = ward.havip(None, enis)
    assert not {one.rule for one in ward.diagnose(vip).findings} & {"vrrp-blocked", "vrrp-unsure"}


@pytest.mark.parametrize("kind", ["address_id", "service_id"])
@pytest.mark.parametrize(
    ("action", "after", "unsure"),
    [("ACCEPT", [ALL], False), ("DROP", [ALL], True), ("ACCEPT", [], True), ("DROP", [], False)],
)
def test_a_template_is_uncertain_only_if_it_would_change_the_result(
    ward: Ward, kind: str, action: str, after: list[tuple[str, str, str]], unsure: bool
) -> None:
    policy = api.SecurityGroupPolicy(protocol="ALL", cidr_block="0.0.0.0/0", action=action)
    if kind == "address_id":
        template = api.AddressTemplateSpecification(address_group_id="ipmg-1a2b3c4d")
        policy = policy.model_copy(update={"cidr_block": None, "address_template": template})
    else:
        ports = api.ServiceTemplateSpecification(service_id="ppm-1a2b3c4d")
        policy = policy.model_copy(update={"service_template": ports})
    ward.guard(ward.nodes[1], ward.security([policy, *rules(*after)]))
    checks = {one.rule for one in ward.diagnose().findings}
    assert ("vrrp-unsure" in checks) is unsure
    assert ("vrrp-blocked" in checks) is (not unsure and not after)


def test_one_reason_is_one_finding_however_many_nodes_it_hits(ward: Ward) -> None:
    group = ward.security([])
    members = [ward.machine(f"172.17.16.{40 + number}", groups=[group]) for number in range(4)]
    vip = ward.havip(None, members)
    found = [one.message for one in ward.diagnose(vip).findings if one.rule == "vrrp-blocked"]
    (what,) = found
    assert "172.17.16.40 → 172.17.16.41, 172.17.16.40 → 172.17.16.42 and 10 more" in what
