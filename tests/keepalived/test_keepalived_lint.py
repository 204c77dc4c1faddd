"""Every rule on a file that breaks it, and on the pair that breaks none."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from havip.keepalived import check, lb_pair, render, unavailable
from havip.keepalived.lint import RULES, Level, lint
from havip.keepalived.lint.registry import TESTED
from havip.keepalived.nodes.cloud import HaVipFacts
from tests.keepalived.lint_cases import (
    ALONE,
    AUTH,
    CLOUD,
    HMAC,
    OWN,
    PEER,
    PEERED,
    SIX,
    Case,
    broken,
)

REASON = unavailable()
FACTS = HaVipFacts(
    ha_vip_id="havip-1",
    vip="172.17.16.3",
    vpc_id="vpc-1",
    subnet_id="subnet-1",
    subnet=IPv4Network("172.17.16.0/24"),
    check_associate=True,
    members={
        "ins-1": ("172.17.16.7",),
        "ins-2": ("172.17.16.13", "172.17.16.14"),
    },
    others=frozenset({"172.17.16.4"}),
)


def lines(case: Case, text: str, findings: list[tuple[str, int]]) -> list[str]:
    return [text.split("\n")[line - 1] for rule, line in findings if rule == case.rule]


@pytest.mark.parametrize("case", ALONE, ids=lambda case: case.rule)
def test_a_file_that_breaks_a_rule_is_found_at_its_line(case: Case) -> None:
    text = broken(case)
    found = [(one.rule, one.line) for one in lint(text)]
    assert any(case.near in line for line in lines(case, text, found)), found


@pytest.mark.parametrize("case", PEERED, ids=lambda case: case.rule)
def test_a_peer_that_does_not_fit_is_found_at_the_line_of_the_own_file(case: Case) -> None:
    found = [(one.rule, one.line) for one in lint(OWN, peers={"peer.conf": broken(case, PEER)})]
    assert any(case.near in line for line in lines(case, OWN, found)), found


@pytest.mark.parametrize("case", CLOUD, ids=lambda case: case.rule)
def test_a_file_that_does_not_fit_the_havip_is_found(case: Case) -> None:
    text = broken(case)
    found = [(one.rule, one.line) for one in lint(text, havip=FACTS)]
    assert any(case.near in line for line in lines(case, text, found)), found


def test_a_havip_without_a_range_is_pointed_out() -> None:
    facts = HaVipFacts(
        ha_vip_id="havip-1",
        vip=FACTS.vip,
        vpc_id="vpc-1",
        subnet_id="subnet-1",
        subnet=FACTS.subnet,
        check_associate=False,
        members={},
        others=frozenset(),
    )
    assert [one.rule for one in lint(OWN, havip=facts)] == ["range-open"]


def test_a_rendered_pair_breaks_no_rule() -> None:
    assert lint(OWN, peers={"peer.conf": PEER}, havip=FACTS) == []
    assert lint(PEER, peers={"peer.conf": OWN}, havip=FACTS) == []


def test_three_nodes_break_no_rule() -> None:
    nodes = ["10.0.0.3", "10.0.0.4", "10.0.0.5"]
    files = [render(one) for one in lb_pair("10.0.0.2", nodes, auth_pass="f7Kq2xZ9").values()]
    assert lint(files[0], peers={"b": files[1], "c": files[2]}) == []


def test_every_rule_has_a_case() -> None:
    tried = {case.rule for case in (*ALONE, *PEERED, *CLOUD)} | {"range-open"}
    assert tried == set(RULES)


def test_every_rule_says_why_how_and_who_says_so() -> None:
    for rule in RULES.values():
        assert rule.reason.endswith(".")
        assert rule.fix.endswith(".")
        assert rule.source


def test_the_file_of_the_use_cases_page_has_findings(seed: str) -> None:
    found = {one.rule: (one.severity, one.line) for one in lint(seed)}
    assert found == {
        "auth-sample": (Level.WARNING, 11),
        "own-interface": (Level.ERROR, 27),
        "script-undefined": (Level.ERROR, 31),
    }


def test_a_peer_that_cannot_be_read_is_a_finding_of_that_file() -> None:
    (found,) = lint(OWN, peers={"peer.conf": "vrrp_instance a {"})
    assert (found.rule, found.subject, found.line) == ("syntax", "peer.conf", 1)


def test_a_finding_never_shows_the_password() -> None:
    for case in (*ALONE, *PEERED):
        for one in lint(broken(case) if case in ALONE else OWN, peers={"p": PEER}):
            assert "f7Kq2xZ" not in str(one)


def test_a_volley_of_one_announcement_allows_many_addresses() -> None:
    text = OWN.replace("172.17.16.3\n", f"172.17.16.3\n{SIX}\n")
    for where in ("script_user root", "garp_master_delay 1"):
        setting = (
            "vrrp_garp_master_repeat 1" if where == "script_user root" else "garp_master_repeat 1"
        )
        assert lint(text.replace(where, f"{where}\n    {setting}")) == []


@pytest.mark.process
@pytest.mark.skipif(REASON is not None, reason=str(REASON))
@pytest.mark.parametrize(
    "case",
    [case for case in ALONE if RULES[case.rule].source == TESTED],
    ids=lambda case: case.rule,
)
def test_the_rules_statements_about_keepalived_are_true(case: Case) -> None:
    assert not check(broken(case)).ok


def test_an_instance_of_another_havip_of_the_vpc_is_not_held_against_this_subnet() -> None:
    second = (
        OWN[OWN.index("vrrp_instance") :]
        .replace("VI_1", "VI_2")
        .replace("172.17.16.", "172.17.20.")
        .replace("172.17.20.3\n", "172.17.16.4\n")
        .replace("virtual_router_id 51", "virtual_router_id 52")
    )
    assert lint(f"{OWN}\n{second}", havip=FACTS) == []


WORDS = [*OWN.split(), "{", "}", "\n", "#", '"', "$A", "$A=1\n", "@a", "include", "\ufeff", "\0"]


@example("vrrp_script a { } vrrp_script b { script /x }")
@example("global_defs { vrrp_version 4 } global_defs { vrrp_version 3 }")
@example("vrrp_script a {\nscript\n} vrrp_instance a { priority x }")
@given(st.lists(st.sampled_from(WORDS), max_size=50).map(" ".join) | st.text(max_size=60))
def test_whatever_a_file_holds_the_linter_finds_it_on_a_line_of_it(text: str) -> None:
    for one in lint(text, peers={"peer.conf": OWN}, havip=FACTS):
        assert 1 <= one.line <= text.count("\n") + 1


def test_a_misspelt_keyword_is_answered_with_the_one_that_was_meant() -> None:
    (one,) = lint(OWN.replace("nopreempt", "nopreemt"))
    assert one.message == "'nopreemt' is not a keyword of vrrp_instance: did you mean nopreempt?"


def test_an_invalid_value_is_explained() -> None:
    (one,) = lint(OWN.replace("interface eth0", "interface eth0:7"))
    assert one.message.startswith("vrrp_instance VI_1: interface: 'eth0:7' is not an interface")


def test_an_instance_may_come_from_an_included_file() -> None:
    assert [one.rule for one in lint("include /etc/keepalived/conf.d/*.conf\n")] == ["not-read"]


def test_definitions_are_put_in_before_a_file_is_judged() -> None:
    defined = OWN.replace("172.17.16.3\n", "$VIP\n").replace("eth0", "${NIC}")
    assert lint(f"$VIP=172.17.16.3  # the HAVIP\n$NIC=eth0\n{defined}", havip=FACTS) == []


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [("\ufeff" + OWN, 1, "byte order mark"), (OWN.replace("eth0", "eth\0"), 15, "NUL")],
)
def test_bytes_that_keepalived_reads_otherwise_are_named(text: str, line: int, what: str) -> None:
    (one,) = (one for one in lint(text) if one.rule == "syntax")
    assert what in one.message
    assert one.line == line


def found(text: str) -> list[tuple[str, int]]:
    return [(one.rule, one.line) for one in lint(text)]


MANY = """\
global_defs {
    script_user root
}
vrrp_instance A {
    priority 300
    state LEADER
    virtual_ipaddress {
        10.0.0.256
    }
    notify "/bin/x
}
vrrp_script never {
    interval many
}
}
vrrp_instance B {
    interface lo
    virtual_ipaddress {
        172.17.16.3
}
vrrp_instance C {
    interface lo
    unicast_src_ip 172.17.16.7
"""


def test_all_that_cannot_be_read_is_found_at_once_each_with_its_line() -> None:
    told = [(one.line, one.message) for one in lint(MANY) if one.rule == "syntax"]
    assert told == [
        (5, "vrrp_instance A: priority: 300 is not from 1 to 255"),
        (6, "vrrp_instance A: state: 'LEADER' is not one of MASTER, BACKUP"),
        (8, "vrrp_instance A: virtual_ipaddress: '10.0.0.256' is not an IP address"),
        (10, "a double quote is never closed"),
        (15, "'}' without an open block"),
        (16, "'vrrp_instance B {' is never closed"),
        (21, "'vrrp_instance C {' is never closed"),
    ]


def test_blocks_beside_one_that_cannot_be_read_are_judged() -> None:
    whole = OWN.replace("interface eth0", "interface lo")
    line = whole.split("\n").index("    interface lo") + 1
    second = "vrrp_instance B {\n    priority 300\n"
    for text, count in ((f"{whole}\n{second}}}\n", 1), (f"{whole}\n{second}", 2)):
        rules = found(text)
        assert ("interface-no-arp", line) in rules
        assert [rule for rule, _ in rules].count("syntax") == count
        others = [one for one in rules if one[1] > whole.count("\n") and one[0] != "syntax"]
        assert bool(others) == (count == 1)


@pytest.mark.parametrize(
    "change",
    [
        ("    interval 1\n", "    interval often\n"),
        ("vrrp_script checkhaproxy {\n", "vrrp_script checkhaproxy {\n    {\n    }\n"),
        ('"/usr/bin/killall -0 haproxy"', '"/usr/bin/killall -0 haproxy'),
    ],
)
def test_a_script_that_cannot_be_read_is_not_called_undefined(change: tuple[str, str]) -> None:
    text = OWN.replace(*change)
    assert text != OWN
    assert {rule for rule, _ in found(text)} <= {"syntax", "script-interval"}


def test_where_the_global_settings_cannot_be_read_nothing_is_judged_by_them() -> None:
    text = OWN.replace("global_defs {", "global_defs {\n    {")
    assert {rule for rule, _ in found(text.replace("interface eth0", "interface lo"))} == {"syntax"}


def test_a_value_that_cannot_be_read_hides_nothing_else() -> None:
    text = OWN.replace("priority 80", "priority many").replace("interface eth0", "interface lo")
    assert {"syntax", "interface-missing"} <= {rule for rule, _ in found(text)}
    text = OWN.replace("global_defs {", "global_defs {\n    vrrp_version 4")
    assert "interface-missing" in dict(found(text.replace("interface eth0", "interface lo")))


GOOD = [
    ("    unicast_src_ip 172.17.16.7\n", "    unicast_src_ip 172.17.16.7/24\n"),
    ("        172.17.16.13\n", "        172.17.16.13/32\n"),
    ("    nopreempt\n", "    preempt_delay 5\n"),
    ("    state BACKUP\n", "    state BACKUP\n    no_accept\n    accept\n"),
    ("    script_user root\n", "    script_user root\n    vrrp_min_garp off\n"),
    (
        "    script_user root\n",
        "    script_user root\n    vrrp_min_garp\n    vrrp_garp_master_refresh_repeat 1\n",
    ),
    ("    script_user root\n", '    router_id "lb - 1"\n    script_user root\n'),
    ("global_defs", "$PEERS=\\\n    172.17.16.13 \\\n    172.17.16.14\nglobal_defs"),
    ("    state BACKUP\n", "    state BACKUP\n    track_src_ip\n"),
    ("    state BACKUP\n", '    state BACKUP\n    notify "/etc/notify.sh" root root\n'),
    ("    state BACKUP\n", "    state BACKUP\n    notify /etc/notify.sh haproxy\n"),
    ('"/usr/bin/killall -0 haproxy"', r"'/bin/sh -c \'exit 0 || true\''"),
    ('"/usr/bin/killall -0 haproxy"', r'"/bin/sh -c \"exit 0 || true\""'),
    ("    state BACKUP\n", "    state BACKUP # no MASTER\n    version 2\n"),
]


@pytest.mark.parametrize(("old", "new"), GOOD)
def test_settings_that_keepalived_accepts_are_not_findings(old: str, new: str) -> None:
    assert old in OWN
    assert lint(OWN.replace(old, new, 1)) == []


def test_two_addresses_on_a_line_are_one_finding() -> None:
    text = OWN.replace("172.17.16.3\n", "172.17.16.3 172.17.16.4\n")
    (one,) = lint(text)
    assert (one.rule, "172.17.16.4" in one.message) == ("syntax", True)


def test_a_reversed_weight_is_read() -> None:
    text = OWN.replace("    nopreempt\n", "").replace(
        "    fall 2", "    weight -20 reverse\n    fall 2"
    )
    assert lint(text) == []


def test_a_file_for_both_nodes_is_judged_for_each_id() -> None:
    own, peer = "172.17.16.7", "172.17.16.13"
    text = OWN.replace(
        f"    unicast_src_ip {own}\n", f"@a unicast_src_ip {own}\n@b unicast_src_ip {peer}\n"
    )
    text = text.replace(f"        {peer}\n", f"@^a {own}\n@^b {peer}\n")
    assert [one.rule for one in lint(text)] == ["not-read"]
    assert lint(text, config_id="b") == []
    wrong = text.replace("@^b", "@^c")
    assert {"not-read", "peer-is-self"} <= {one.rule for one in lint(wrong)}


def test_a_later_keepalived_knows_more() -> None:
    text = OWN.replace(AUTH, HMAC.replace("active_key 2", "active_key 1"))
    assert [one.rule for one in lint(text)] == ["keyword-version"]
    assert lint(text, keepalived="2.4.0") == []


def test_lines_for_every_other_id_are_checked() -> None:
    """Two nodes share a file: only one of them is named in it."""
    text = OWN.replace("    priority 80", "    @a priority 80\n    @^a priority 999")
    assert "999" in " ".join(one.message for one in lint(text) if one.rule == "syntax")
    assert not [one for one in lint(text, config_id="a") if one.rule == "syntax"]
