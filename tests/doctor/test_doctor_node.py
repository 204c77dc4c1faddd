"""The checks on a node, with a machine whose facts are set by each test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from havip.doctor import CHECKS, Level, Link, ProbeError

if TYPE_CHECKING:
    from tests.doctor.conftest import Ward

Place = Callable[[Any], Any]


def _out_of_range(ward: Ward) -> Any:
    stranger = ward.machine("172.17.16.40")
    return ward.node(1, id=stranger)


def _without_interface(ward: Ward) -> Any:
    far = ward.machine("172.17.99.7", ward.make_subnet("172.17.99.0/24"))
    ward.vip = ward.havip(None, [], check=False)
    return ward.node(1, id=far)


def _without_link(ward: Ward) -> Any:
    return ward.node(interfaces=[Link("eth9", "52:54:00:00:00:01", True, ("172.17.16.3",))])


def _down(ward: Ward) -> Any:
    node = ward.node(1)
    node.interfaces[1] = replace(node.interfaces[1], up=False)
    return node


def _deaf(ward: Ward) -> Any:
    node = ward.node()
    node.interfaces[1] = replace(node.interfaces[1], addresses=("172.17.16.7",))
    return node


def _two_masters(ward: Ward) -> Any:
    node = ward.node(1)
    both = (*node.interfaces[1].addresses, "172.17.16.3")
    node.interfaces[1] = replace(node.interfaces[1], addresses=both)
    return node


def _on_loopback(ward: Ward) -> Any:
    node = _deaf(ward)
    node.interfaces[0] = replace(node.interfaces[0], addresses=("127.0.0.1", "172.17.16.3"))
    return node


def _strict(ward: Ward) -> Any:
    node = ward.node()
    assert node.conf is not None
    return replace(node, conf=node.conf.replace("global_defs {", "global_defs {\n    vrrp_strict"))


CASES: list[tuple[str, Place, str]] = [
    ("node-outside", _out_of_range, "is not in its range"),
    ("node-outside", _without_interface, "has no interface in subnet-"),
    ("node-interface", _without_link, "does not have its interface eni-"),
    ("node-interface", _down, "eth0 of this machine is down"),
    ("node-deaf", _deaf, "holds 172.17.16.3, but has not configured it"),
    ("node-unheard", _two_masters, "has 172.17.16.3 configured, but the cloud says ins-"),
    ("node-astray", _on_loopback, "172.17.16.3 is on lo and not on eth0"),
    ("keepalived-down", lambda ward: ward.node(runs=False), "keepalived is not running"),
    ("keepalived-config", lambda ward: ward.node(conf=None), "there is no /etc/keepalived/"),
    ("keepalived-config", lambda ward: ward.node(conf="vrrp_instance {"), "(syntax)"),
    ("keepalived-config", _strict, "keepalived.conf:"),
    (
        "packages-held",
        lambda ward: ward.node(kept=("vim", "keepalived")),
        "this machine: keepalived",
    ),
    ("garp-silent", lambda ward: ward.node(leaves=frozenset()), "was sent within 6 s"),
    ("garp-astray", lambda ward: ward.node(leaves=frozenset({"lo"})), "through lo, not eth0"),
]


def test_every_check_on_a_node_is_tested_here() -> None:
    assert {check for check, _, _ in CASES} == {
        one.id
        for one in CHECKS.values()
        if one.needs == "node" and not one.id.startswith("database-")
    }


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("asked", [True, None])
def test_a_healthy_master_and_backup_have_no_findings(
    ward: Ward, number: int, asked: bool | None
) -> None:
    node = ward.node(number)
    report = ward.diagnose(node=asked, probe=node)
    assert ([str(one) for one in report.findings], report.skipped) == ([], [])
    assert report.machine == ward.nodes[number]
    assert node.listened == ([6.0] if number == 0 else [])


@pytest.mark.parametrize(
    ("check", "place", "text"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_what_is_wrong_on_a_node_is_found(ward: Ward, check: str, place: Place, text: str) -> None:
    node = place(ward)
    report = ward.diagnose(node=True, probe=node)
    found = [one for one in report.findings if one.rule == check]
    assert any(text in one.message for one in found), [str(one) for one in report.findings]
    assert all("\n" not in str(one) for one in found)
    assert report.failed(strict=True)


def test_a_machine_elsewhere_is_not_a_node(ward: Ward) -> None:
    stranger = ward.node(interfaces=[Link("eth0", "52:54:00:12:34:56", True, ("192.0.2.1",))])
    report = ward.diagnose(node=None, probe=stranger)
    assert (report.machine, report.findings, report.skipped) == ("", [], [])


def test_a_machine_without_known_interfaces_is_not_a_node(ward: Ward) -> None:
    report = ward.diagnose(node=None, probe=ward.node(fails={"links": "no ip"}))
    assert (report.machine, report.findings) == ("", [])


def test_a_machine_that_is_to_be_a_node_has_to_know_its_id(ward: Ward) -> None:
    with pytest.raises(ProbeError, match="no metadata"):
        ward.diagnose(node=True, probe=ward.node(fails={"instance_id": "no metadata"}))


def test_a_holder_that_its_range_has_lost_is_still_a_node(ward: Ward) -> None:
    from havip import api

    node = ward.node()
    member = api.HaVipAssociation(instance_id=ward.nodes[0], ha_vip_id=ward.vip)
    ward.client.disassociate_ha_vip_instance(ha_vip_association_set=[member])
    checks = {one.rule for one in ward.diagnose(node=None, probe=node).findings}
    assert {"holder-outside", "node-outside"} <= checks


@pytest.mark.parametrize(
    ("question", "why", "checks"),
    [
        ("announced", "listening for ARP needs root", {"garp-silent", "garp-astray"}),
        ("keepalived_runs", "no /proc", {"keepalived-down"}),
    ],
)
def test_unreadable_facts_of_a_machine_are_skipped_and_reported(
    ward: Ward, question: str, why: str, checks: set[str]
) -> None:
    report = ward.diagnose(node=True, probe=ward.node(fails={question: why}))
    assert report.findings == []
    assert {one.check for one in report.skipped} == checks
    assert {one.why for one in report.skipped} == {why}


def test_a_file_readable_only_by_root_is_not_a_finding(ward: Ward) -> None:
    report = ward.diagnose(node=True, probe=ward.node(1, fails={"config": "readable only by root"}))
    assert report.findings == []
    assert [one.check for one in report.skipped] == ["keepalived-config"]


def test_a_node_without_repeated_announcements_is_not_sniffed(ward: Ward) -> None:
    node = ward.node()
    assert node.conf is not None
    node.conf = node.conf.replace("garp_master_refresh 5", "garp_master_refresh 0")
    report = ward.diagnose(node=True, probe=node)
    assert node.listened == []
    assert [one.rule for one in report.findings] == ["keepalived-config"]


def test_sniffing_never_takes_minutes(ward: Ward) -> None:
    node = ward.node()
    assert node.conf is not None
    node.conf = node.conf.replace("garp_master_refresh 5", "garp_master_refresh 600")
    report = ward.diagnose(node=True, probe=node)
    assert node.listened == []
    assert {one.check for one in report.skipped} == {"garp-silent", "garp-astray"}


def test_the_refresh_may_stand_with_the_whole_daemon_s_settings(ward: Ward) -> None:
    node = ward.node()
    assert node.conf is not None
    common = node.conf.replace("garp_master_refresh 5", "").replace(
        "global_defs {", "global_defs {\n    vrrp_garp_master_refresh 9"
    )
    ward.diagnose(node=True, probe=replace(node, conf=common))
    assert node.listened == [10.0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("global_defs {", "global_defs {\n    vrrp_garp_interval 0"),
        ("    nopreempt\n", "    nopreempt\n    priority 100x\n"),
        ("    nopreempt\n", "    nopreempt\n    track_interface {\n eth1 weight x\n }\n"),
        ("VI_1", '"VI 1"'),
        ("        172.17.16.3\n", "        $VIP\n"),
        ("    nopreempt\n", "@a nopreempt\n"),
    ],
)
def test_a_value_that_cannot_be_read_does_not_stop_the_listening(
    ward: Ward, old: str, new: str
) -> None:
    node = ward.node()
    assert node.conf is not None
    assert old in node.conf
    changed = f"$VIP=172.17.16.3\n{node.conf.replace(old, new)}"
    ward.diagnose(node=True, probe=replace(node, conf=changed))
    assert node.listened == [6.0]


def test_lint_s_own_levels_are_kept(ward: Ward) -> None:
    node = ward.node()
    assert node.conf is not None
    node.conf = node.conf.replace("f7Kq2xZ9", "1111")
    report = ward.diagnose(node=True, probe=node)
    assert {one.severity for one in report.findings} == {Level.WARNING}
    assert not report.failed()
