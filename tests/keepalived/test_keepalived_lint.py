"""Every rule on a file that breaks it, and on the pair that breaks none."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from havip.keepalived import check, lb_pair, render, unavailable
from havip.keepalived.lint import RULES, Level, lint
from havip.keepalived.lint.registry import TESTED
from havip.keepalived.nodes.cloud import HaVipFacts

REASON = unavailable()
OWN, PEER = (
    render(config)
    for config in lb_pair(
        "172.17.16.3", ["172.17.16.7", "172.17.16.13"], auth_pass="f7Kq2xZ9"
    ).values()
)
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


class Case(NamedTuple):
    rule: str
    old: str
    new: str
    near: str
    """Text of the line that the finding points at."""


def put(setting: str) -> tuple[str, str]:
    """A setting more in the instance."""
    return "    state BACKUP\n", f"    state BACKUP\n    {setting}\n"


NO_PEER = "    unicast_peer {\n        172.17.16.13\n    }\n"
TRACK = "    track_script {\n        checkhaproxy\n    }\n"
AUTH = "    authentication {\n        auth_type PASS\n        auth_pass f7Kq2xZ9\n    }\n"
SCRIPT_LINE = 'script "/usr/bin/killall -0 haproxy"'
GROUP = "\nvrrp_sync_group G {\n    group {\n        VI_1\n    }\n}\n"
SIX = "\n".join(f"        172.17.16.{last}" for last in range(30, 35))

HMAC = "auth_hmac {\n        key 1 kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\n        active_key 2\n    }"
PROCESS = "vrrp_track_process p {\n    process x\n    quorum_max 2\n    quorum 3\n}"
AGAIN = "vrrp_script checkhaproxy {\n    script /bin/true\n}"


def second(last: int, router_id: int) -> str:
    """An instance more, of the same addresses."""
    name = OWN[OWN.index("vrrp_instance") :].replace("VI_1", f"VI_{last}")
    return name.replace("virtual_router_id 51", f"virtual_router_id {router_id}")


OWNERS = (
    "\nvrrp_sync_group G {\n    group {\n        VI_O\n        VI_1\n    }\n}\n"
    "vrrp_instance VI_O {\n state MASTER\n priority 255\n interface eth0\n"
    " virtual_router_id 9\n virtual_ipaddress {\n 172.17.16.9\n }\n}\nvrrp_instance"
)

ALONE = [
    Case("syntax", "}\n\nvrrp_script", "\n\nvrrp_script", "global_defs"),
    Case("no-instance", OWN[OWN.index("vrrp_instance") :], "", "global_defs"),
    Case("unknown-keyword", "nopreempt", "nopreemt", "nopreemt"),
    Case("unknown-keyword", "global_defs", "globaldefs", "globaldefs"),
    Case("unknown-keyword", "auth_type", "auth_typ", "auth_typ"),
    Case("unknown-keyword", "    script_user", "    script_usr", "script_usr"),
    Case("unknown-keyword", "    fall", "    fail", "fail"),
    Case("multicast", NO_PEER, "", "vrrp_instance"),
    Case("unicast-source", "    unicast_src_ip 172.17.16.7\n", "", "unicast_peer"),
    Case("peer-is-self", "172.17.16.13", "172.17.16.7", "unicast_peer"),
    Case("peer-is-self", "172.17.16.13", "172.17.16.3", "unicast_peer"),
    Case("address-is-node", "172.17.16.3\n", "172.17.16.7\n", "virtual_ipaddress"),
    Case("no-address", "        172.17.16.3\n", "", "virtual_ipaddress"),
    Case("no-address", "172.17.16.3\n", "fd00::5\n", "virtual_ipaddress"),
    Case("master-nopreempt", "state BACKUP", "state MASTER", "state"),
    Case("owner-nopreempt", "priority 80", "priority 255", "priority"),
    Case("preempt-delay", *put("preempt_delay 10"), "preempt_delay"),
    Case("vrrp-strict", "script_user", "vrrp_strict\n    script_user", "vrrp_strict"),
    Case("vrrp-strict", *put("strict_mode on"), "strict_mode"),
    Case("garp-delay", "    garp_master_delay 1\n", "", "vrrp_instance"),
    Case("garp-delay", "garp_master_delay 1", "garp_master_delay 0", "garp_master_delay"),
    Case("garp-refresh", "    garp_master_refresh 5\n", "", "vrrp_instance"),
    Case("garp-refresh", "garp_master_refresh 5", "garp_master_refresh 0", "garp_master_refresh"),
    Case("garp-interval-zero", "script_user", "vrrp_garp_interval 0\n script_user", "interval 0"),
    Case("too-many-addresses", "172.17.16.3\n", f"172.17.16.3\n{SIX}\n", "virtual_ipaddress"),
    Case("no-router-id", "    virtual_router_id 51\n", "", "vrrp_instance"),
    Case("router-id-reused", "\nvrrp_instance", f"\n{second(52, 51)}\nvrrp_instance", "id 51"),
    Case("router-id-conflict", "\nvrrp_instance", f"\n{second(52, 51)}\nvrrp_instance", "id 51"),
    Case("advert-int", "advert_int 1", "advert_int 0.5", "advert_int"),
    Case("syntax", "advert_int 1", "advert_int 0", "advert_int"),
    Case("syntax", "advert_int 1", "advert_int 256", "advert_int"),
    Case("advert-int", "advert_int 1", "version 3\n    advert_int 41", "advert_int"),
    Case("interface-no-arp", "interface eth0", "interface lo", "interface"),
    Case("interface-no-arp", "172.17.16.3\n", "172.17.16.3 dev tun0\n", "virtual_ipaddress"),
    Case("interface-missing", "    interface eth0\n", "", "vrrp_instance"),
    Case("vmac", *put("use_vmac"), "use_vmac"),
    Case("own-interface", *put("track_interface {\n        eth0\n    }"), "track_interface"),
    Case("auth-ignored", "script_user", "vrrp_version 3\n    script_user", "authentication"),
    Case("auth-cut", "f7Kq2xZ9", "f7Kq2xZ9+", "auth_pass"),
    Case("auth-sample", "f7Kq2xZ9", "1111", "auth_pass"),
    Case("script-undefined", "vrrp_script checkhaproxy", "vrrp_script check", "track_script"),
    Case("script-unused", TRACK, "", "vrrp_script"),
    Case("weight-nopreempt", "        checkhaproxy", "checkhaproxy weight -30", "track_script"),
    Case("weight-nopreempt", "    fall 2", "    weight -30", "track_script"),
    Case("weight-sync-group", TRACK, TRACK.replace("xy\n", "xy weight -5\n"), "track_script"),
    Case("script-security", "    enable_script_security\n", "", "global_defs"),
    Case("script-user", "    script_user root\n", "", "global_defs"),
    Case("script-shell", '-0 haproxy"', '-0 haproxy || exit 1"', "script"),
    Case("script-shell", '-0 haproxy"', '-0 haproxy >/dev/null 2>&1"', "script"),
    Case("script-unquoted", SCRIPT_LINE, "script /usr/bin/killall -0 haproxy", "script"),
    Case("notify-lower-priority", *put('notify "/x/notify-switch.sh 10.0.0.1"'), "notify"),
    Case("notify-lower-priority", *put("notify_master /usr/bin/aws"), "notify_master"),
    Case("auth-cut", "f7Kq2xZ9", "ärgerlic", "auth_pass"),
    Case("auth-type-missing", "        auth_type PASS\n", "", "authentication"),
    Case("auth-ignored", "        auth_pass f7Kq2xZ9\n", "", "authentication"),
    Case("auth-hmac", *put(HMAC), "auth_hmac"),
    Case("keyword-version", *put(HMAC), "auth_hmac"),
    Case("keyword-version", *put("no_virtual_ipaddress"), "no_virtual"),
    Case("strict-ignores", *put("strict_mode"), "authentication"),
    Case("startup-delay", "script_user", "vrrp_startup_delay 90\n script_user", "startup"),
    Case("unicast-without-peer", NO_PEER, "", "unicast_src_ip"),
    Case("unicast-without-peer", "172.17.16.13", "fd00::8", "unicast"),
    Case("address-family", "172.17.16.13", "fd00::8", "fd00::8"),
    Case("address-family", "172.17.16.3\n", "fd00::5\n", "fd00::5"),
    Case("mcast-destination", *put("mcast_dst_ip 224.0.0.19"), "mcast_dst_ip"),
    Case("track-source", "unicast_src_ip 172.17.16.7", "track_src_ip", "track_src_ip"),
    Case("address-twice", "\nvrrp_instance", f"\n{second(52, 52)}\nvrrp_instance", "virtual_ip"),
    Case("vmac-ignored", *put("use_vmac"), "vrrp_instance"),
    Case("tracker-undefined", *put("track_process {\n  chk\n}"), "track_process"),
    Case("tracker-undefined", *put("track_file {\n  maint\n}"), "track_file"),
    Case("tracker-empty", f"    {SCRIPT_LINE}\n", "", "vrrp_script"),
    Case("tracked-twice", "checkhaproxy\n", "checkhaproxy\n    checkhaproxy\n", "track_script"),
    Case(
        "weight-owner",
        "priority 80",
        "priority 255\n track_interface {\n eth1 weight 5\n }",
        "track_in",
    ),
    Case("weight-nopreempt", *put("track_interface {\n eth1 weight -5\n }"), "track_interface"),
    Case("quorum-range", "\nvrrp_instance", f"\n{PROCESS}\nvrrp_instance", "quorum 3"),
    Case("group-owner", "\nvrrp_instance", OWNERS, "group"),
    Case("duplicate-check", "\nvrrp_instance", f"\n{AGAIN}\nvrrp_instance", "checkhaproxy {"),
    Case("syntax", SCRIPT_LINE, "script '/bin/x", "script"),
    Case("syntax", "172.17.16.3\n", "172.17.16.3 172.17.16.4\n", "172.17.16.4"),
    Case("script-interval", "interval 1", "interval 0.2", "interval"),
    Case("script-interval", "interval 1", "interval 1\n    timeout 0", "timeout"),
    Case("script-timeout", "interval 1", "interval 1\n    timeout 4", "timeout"),
    Case("script-path", SCRIPT_LINE, 'script "killall -0 haproxy"', "script"),
    Case("script-path", *put("notify_master notify.sh"), "notify_master"),
    Case("duplicate-name", "\nvrrp_instance", "\nvrrp_instance VI_1 {\n}\nvrrp_instance", "VI_1 {"),
    Case(
        "group-member", "\nvrrp_instance", GROUP.replace("VI_1", "VI_9") + "vrrp_instance", "group"
    ),
    Case("not-read", "\nvrrp_instance", "\ninclude other.conf\nvrrp_instance", "include"),
]
PEERED = [
    Case("no-counterpart", "vrrp_instance VI_1", "unknown_block VI_1", "vrrp_instance"),
    Case("same-node", "172.17.16.13", "172.17.16.7", "unicast_src_ip"),
    Case("peers-asymmetric", "        172.17.16.7\n", "        172.17.16.9\n", "unicast_src_ip"),
    Case("peers-asymmetric", "ip 172.17.16.13", "ip 172.17.16.9", "unicast_peer"),
    Case("router-id-differs", "virtual_router_id 51", "virtual_router_id 52", "virtual_router_id"),
    Case("addresses-differ", "172.17.16.3\n", "172.17.16.3\n  172.17.16.4\n", "virtual_ipaddress"),
    Case("priority-differs", "priority 80", "priority 100", "priority"),
    Case("advert-int-differs", "advert_int 1", "advert_int 5", "advert_int"),
    Case("nopreempt-differs", "    nopreempt\n", "", "nopreempt"),
    Case("auth-differs", "f7Kq2xZ9", "f7Kq2xZ0", "authentication"),
    Case("auth-differs", AUTH, "", "authentication"),
    Case("version-differs", "script_user", "vrrp_version 3\n    script_user", "vrrp_instance"),
]
CLOUD = [
    Case("not-a-havip", "172.17.16.3\n", "172.17.16.3\n  172.17.16.5\n", "virtual_ipaddress"),
    Case("havip-unused", "172.17.16.3\n", "172.17.16.4\n", "virtual_ipaddress"),
    Case("outside-subnet", "172.17.16.13", "172.17.17.13", "unicast_peer"),
    Case("outside-range", "172.17.16.13", "172.17.16.9", "unicast_peer"),
    Case("range-missing", NO_PEER, "", "vrrp_instance"),
]


def broken(case: Case, text: str = OWN) -> str:
    assert case.old in text
    changed = text.replace(case.old, case.new, 1)
    return changed + GROUP if case.rule == "weight-sync-group" else changed


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


def test_the_file_of_the_use_cases_page_is_found_wanting(seed: str) -> None:
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


@pytest.mark.skipif(REASON is not None, reason=str(REASON))
@pytest.mark.parametrize(
    "case",
    [case for case in ALONE if RULES[case.rule].source == TESTED],
    ids=lambda case: case.rule,
)
def test_what_the_rules_say_of_keepalived_is_so(case: Case) -> None:
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
    assert one.message == "'nopreemt' is no keyword of vrrp_instance: did you mean nopreempt?"


def test_a_value_that_is_unfit_is_told_in_words() -> None:
    (one, _) = lint(OWN.replace("interface eth0", "interface eth0:7"))
    assert one.message.startswith("vrrp_instance VI_1: interface: 'eth0:7' is no interface")


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
        (8, "vrrp_instance A: virtual_ipaddress: '10.0.0.256' is no IP address"),
        (10, "a double quote is never closed"),
        (15, "'}' closes no block"),
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
    ("    script_user root\n", '    router_id "lb - 1"\n    script_user root\n'),
    ("global_defs", "$PEERS=\\\n    172.17.16.13 \\\n    172.17.16.14\nglobal_defs"),
    ("    state BACKUP\n", "    state BACKUP\n    track_src_ip\n"),
    ("    state BACKUP\n", "    state BACKUP # no MASTER\n    version 2\n"),
]


@pytest.mark.parametrize(("old", "new"), GOOD)
def test_what_keepalived_takes_is_no_finding(old: str, new: str) -> None:
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
