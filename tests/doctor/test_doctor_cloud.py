"""The checks on the API's facts: each finds what it is for, and nothing in a healthy pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import api
from havip.doctor import CHECKS, Level, diagnose
from havip.emulator.http.faults import Fault
from havip.errors import UnreachableError

if TYPE_CHECKING:
    from tests.doctor.conftest import Ward

Worsen = Callable[[Any], str | None]
"""Breaks something of a pair; returns the HAVIP to check if it is another one."""
ACCOUNT = "100000000001"


def test_a_healthy_pair_has_no_findings(ward: Ward) -> None:
    report = ward.diagnose()
    assert (report.findings, report.skipped, report.machine) == ([], [], "")
    assert not report.failed(strict=True)


def _gone(ward: Ward) -> None:
    """A range with a missing member, which the emulator itself never creates."""
    _rewrite(ward, [ward.nodes[0], "ins-00000000", "eni-00000000"])


def _rewrite(ward: Ward, members: list[str]) -> None:
    havips = ward.control.cloud.region(ACCOUNT, "ap-guangzhou").havips
    row = havips.get(ward.vip)
    range_ = [api.HaVipAssociation(instance_id=one, ha_vip_id=ward.vip) for one in members]
    assert row is not None
    havips.put(row.model_copy(update={"ha_vip_association_set": range_}))


def _detached(ward: Ward) -> str:
    ward.control.cloud.settings.range_eni = "any"
    attached = ward.secondary(ward.nodes[0])
    vip: str = ward.havip(None, [attached, ward.secondary()])
    return vip


def _two_interfaces_of_one_machine(ward: Ward) -> str:
    enis = [ward.secondary(ward.nodes[0]), ward.secondary(ward.nodes[0])]
    vip: str = ward.havip(None, enis)
    return vip


def _elsewhere(ward: Ward) -> None:
    _rewrite(ward, [ward.nodes[0], ward.machine("172.17.99.7", ward.make_subnet("172.17.99.0/24"))])


def _eni_elsewhere(ward: Ward) -> None:
    far = ward.make_subnet("172.17.99.0/24")
    _rewrite(ward, [ward.secondary(ward.nodes[0]), ward.secondary(ward.nodes[1], far)])


def _stopped(ward: Ward) -> None:
    ward.client.stop_instances(instance_ids=[ward.nodes[1]])


def _one_host(ward: Ward) -> None:
    instances = ward.control.cloud.region(ACCOUNT, "ap-guangzhou").instances
    for node in ward.nodes:
        row = instances.get(node)
        assert row is not None and row.placement is not None  # noqa: PT018
        place = row.placement.model_copy(update={"host_id": "host-1a2b3c4d"})
        instances.put(row.model_copy(update={"placement": place}))


def _together(ward: Ward) -> None:
    _rewrite(ward, [ward.nodes[0], ward.machine("172.17.16.40", spread=False)])


def _let_go(ward: Ward) -> None:
    ward.control.cloud.release(ward.vip)


def _with_eip(ward: Ward, vip: str) -> str:
    (eip,) = ward.client.allocate_addresses().address_set
    found = ward.client.describe_addresses(address_ids=[eip]).address_set[0].address_ip
    ward.client.ha_vip_associate_address_ip(ha_vip_id=vip, address_ip=found)
    return vip


def _outside(ward: Ward) -> None:
    _rewrite(ward, [ward.nodes[1], ward.machine("172.17.16.40")])


def _many(ward: Ward) -> None:
    for _ in range(7):
        ward.havip(None, ward.nodes)


def _crowd(ward: Ward) -> None:
    for _ in range(5):
        ward.take(ward.nodes[0], ward.havip(None, ward.nodes))


def _blocked(ward: Ward) -> None:
    ward.guard(ward.nodes[1], ward.security([]))


def _template(ward: Ward) -> None:
    policy = api.SecurityGroupPolicy(
        protocol="ALL",
        action="ACCEPT",
        address_template=api.AddressTemplateSpecification(address_id="ipm-1a2b3c4d"),
    )
    ward.guard(ward.nodes[1], ward.security([policy]))


CASES: list[tuple[str, Worsen, str]] = [
    ("range-empty", lambda ward: ward.havip(None, []), "its range is empty"),
    ("range-open", lambda ward: ward.havip(None, ward.nodes, check=False), "any machine of subnet"),
    ("range-alone", lambda ward: ward.havip(None, ward.nodes[:1]), "only ins-"),
    ("range-alone", _two_interfaces_of_one_machine, "only ins-"),
    ("member-gone", _gone, "ins-00000000 of its range does not exist"),
    ("member-gone", _gone, "eni-00000000 of its range does not exist"),
    ("member-gone", _detached, "is not attached to an instance"),
    ("member-elsewhere", _elsewhere, "has no interface in subnet-"),
    ("member-elsewhere", _eni_elsewhere, "has no interface in subnet-"),
    ("member-stopped", _stopped, "of its range is STOPPED"),
    ("same-hardware", _one_host, "are on the same host"),
    ("same-hardware", _together, "have no placement group in common"),
    ("nobody-holds", _let_go, "no node has held 172.17.16.3 since 20"),
    ("holder-outside", _outside, "holds 172.17.16.3 but is not in its range"),
    (
        "eip-idle",
        lambda ward: _with_eip(ward, ward.havip(None, ward.nodes)),
        "but no node holds the HAVIP",
    ),
    ("quota-near", _many, "8 of 10 HAVIPs are used"),
    ("interface-crowded", _crowd, "6 HAVIPs on one interface, more than 5"),
    ("vrrp-blocked", _blocked, "VRRP 172.17.16.7 → 172.17.16.13 is dropped: no ingress rule of"),
    ("vrrp-unsure", _template, "172.17.16.7 → 172.17.16.13 depends on ingress rule 0 of sg-"),
]


def test_every_check_on_the_cloud_is_tested_here() -> None:
    known = {one.id for one in CHECKS.values() if one.needs not in ("node", "database")}
    assert {check for check, _, _ in CASES} | {"havip-gone"} == known


@pytest.mark.parametrize(
    ("check", "worsen", "text"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_every_problem_is_found_with_its_fix(
    ward: Ward, check: str, worsen: Worsen, text: str
) -> None:
    vip = worsen(ward) or ward.vip
    report = ward.diagnose(vip)
    found = [one for one in report.findings if one.rule == check]
    assert any(text in one.message for one in found), [str(one) for one in report.findings]
    for one in found:
        assert "\n" not in str(one)
        assert str(one).startswith(f"{CHECKS[check].severity}: {one.subject}: ")
        assert one.fix
        assert "{" not in one.fix
        assert one.source
    assert report.failed(strict=True)
    assert report.failed() == (report.count(Level.ERROR) > 0)


def test_a_resource_missing_in_the_cloud_is_an_error(ward: Ward) -> None:
    report = diagnose(ward.client, [], gone=["havip-00000000"], node=False)
    (found,) = report.findings
    assert (found.rule, found.subject) == ("havip-gone", "havip-00000000")


def test_a_holder_in_the_range_of_interfaces_is_inside(ward: Ward) -> None:
    enis = [ward.secondary(node) for node in ward.nodes]
    vip = ward.havip(None, enis)
    ward.take(enis[1], vip)
    checks = {one.rule for one in ward.diagnose(vip).findings}
    assert checks == set()


def test_an_eip_on_a_held_havip_is_not_idle(ward: Ward) -> None:
    _with_eip(ward, ward.vip)
    assert ward.found("eip-idle") == []


def test_without_an_enforced_range_every_holder_is_allowed(ward: Ward) -> None:
    vip = ward.havip(None, [ward.nodes[0]], check=False)
    ward.take(ward.nodes[1], vip)
    assert {one.rule for one in ward.diagnose(vip).findings} == {"range-open"}


def test_an_address_that_was_never_held_is_a_warning_and_one_that_was_lost_an_error(
    ward: Ward,
) -> None:
    fresh = ward.havip(None, ward.nodes)
    (found,) = ward.diagnose(fresh).findings
    assert (found.severity, found.rule) == (Level.WARNING, "nobody-holds")
    assert "keepalived has not announced it" in found.message
    ward.take(ward.nodes[0], fresh)
    ward.control.cloud.release(fresh)
    (found,) = ward.diagnose(fresh).findings
    assert found.severity is Level.ERROR


def test_findings_come_by_havip_and_errors_before_warnings(ward: Ward) -> None:
    open_ = ward.havip(None, [], check=False)
    empty = ward.havip(None, [])
    ward.control.cloud.settings.quotas.havips_per_vpc = 3
    found = [(one.subject, one.rule) for one in ward.diagnose(open_, empty).findings]
    assert found == [
        (open_, "range-open"),
        (open_, "nobody-holds"),
        (empty, "range-empty"),
        (empty, "nobody-holds"),
        (ward.vpc, "quota-near"),
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_many_havips_take_hardly_more_calls_than_one(ward: Ward, count: int) -> None:
    ward.control.cloud.settings.quotas.havips_per_vpc = 1000
    vips = [ward.havip(None, ward.nodes) for _ in range(count)]
    seen = [vip for page in ward.client.pages(api.DescribeHaVips()) for vip in page.ha_vip_set]
    ward.control.requests.clear()
    diagnose(ward.client, [vip for vip in seen if vip.ha_vip_id in vips], node=False)
    assert sorted(entry.action for entry in ward.control.requests) == [
        "DescribeHaVips",
        "DescribeInstances",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroupPolicies",
        "DescribeVpcLimits",
    ]


def test_many_machines_are_read_by_subnet_in_pages(ward: Ward) -> None:
    ward.control.cloud.settings.quotas.havips_per_vpc = 1000
    for number in range(6):
        ward.havip(None, [ward.machine(f"172.17.16.{50 + number * 2 + i}") for i in range(2)])
    found = [vip for page in ward.client.pages(api.DescribeHaVips()) for vip in page.ha_vip_set]
    ward.control.requests.clear()
    report = diagnose(ward.client, found, node=False)
    actions = [entry.action for entry in ward.control.requests]
    assert actions.count("DescribeNetworkInterfaces") == 1
    assert actions.count("DescribeInstances") == 1
    assert {one.rule for one in report.findings} == {"nobody-holds"}


def test_a_missing_id_does_not_fail_the_others_call(ward: Ward) -> None:
    fault = Fault(action="DescribeInstances", code="InvalidInstanceId.NotFound")
    ward.control.faults.add(fault)
    assert ward.diagnose().findings == []


def test_facts_that_the_key_may_not_read_are_skipped_and_reported(ward: Ward) -> None:
    for action in ("DescribeSecurityGroupPolicies", "DescribeVpcLimits"):
        ward.control.faults.add(Fault(action=action, code="UnauthorizedOperation", times=None))
    report = ward.diagnose()
    assert report.findings == []
    assert [one.check for one in report.skipped] == ["quota-near", "vrrp-blocked", "vrrp-unsure"]
    assert "UnauthorizedOperation" in str(report.skipped[0])


def test_an_error_that_prevents_all_checks_is_raised(ward: Ward) -> None:
    vip = ward.read()
    ward.control.faults.add(Fault(drop=True, times=None))
    client = havip.Client(
        "ap-guangzhou", endpoint="http://127.0.0.1:1", retry=havip.Retry(deadline=0)
    )
    with pytest.raises(UnreachableError):
        diagnose(client, [vip], node=False)


def test_facts_missing_on_the_international_site_are_not_checked(ward: Ward) -> None:
    client = havip.Client("ap-guangzhou", site="intl")
    vip = ward.read().model_copy(update={"ha_vip_association_set": [], "check_associate": False})
    report = diagnose(client, [vip], node=False)
    assert report.findings == []
    skipped = {one.check for one in report.skipped}
    assert {"range-open", "holder-outside", "quota-near"} <= skipped
    assert not {"nobody-holds", "eip-idle", "interface-crowded"} & skipped
