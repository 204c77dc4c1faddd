"""The linter reads every name, password and weight that keepalived accepts."""

from __future__ import annotations

import pytest

from havip.keepalived import (
    KeepalivedError,
    Track,
    VrrpInstance,
    VrrpTrackProcess,
    check,
    render,
    unavailable,
)
from havip.keepalived.config.model import Config
from havip.keepalived.lint import lint
from tests.keepalived.lint_cases import OWN, PEER

REASON = unavailable()
needs_keepalived = pytest.mark.skipif(REASON is not None, reason=str(REASON))
MULTICAST = "    unicast_src_ip 172.17.16.7\n    unicast_peer {\n        172.17.16.13\n    }\n"
NAMES = ["VI@1", '"VI 1"', "VI'1", "VI$1", "VI~1", "VI\\1", "VI_$_INSTANCE"]


def rules(text: str, peer: str | None = None) -> set[str]:
    return {one.rule for one in lint(text, peers={} if peer is None else {"peer.conf": peer})}


def put(old: str, new: str, text: str = OWN) -> str:
    assert old in text
    return text.replace(old, new)


def under(*settings: str) -> str:
    """Return the file with settings in its instance, and without nopreempt."""
    return put("    nopreempt\n", "".join(f"    {one}\n" for one in settings))


WEIGHTED = put('    script "', '    weight -10\n    script "').replace("checkhaproxy", '"c 2"')
GROUP = f"{OWN}\nvrrp_sync_group G@1 {{\n    group {{\n        VI_1\n        VI_2\n    }}\n}}\n"
PROCESS = "vrrp_track_process p {\n    process haproxy\n}\nvrrp_instance"
FILE = "track_file p {\n    file /tmp/x\n}\nvrrp_instance"


def tracked(kind: str, definition: str) -> str:
    text = put("    nopreempt\n", f"    nopreempt\n    {kind} {{\n        p weight 254\n    }}\n")
    return put("vrrp_instance", definition, text)


@pytest.mark.parametrize("name", NAMES)
def test_an_instance_of_any_name_is_judged_by_every_rule(name: str) -> None:
    text = put(MULTICAST, "", put("VI_1", name))
    assert rules(text) == {"multicast"}
    assert {"master-nopreempt", "multicast"} <= rules(put("state BACKUP", "state MASTER", text))
    assert "no-router-id" in rules(put("    virtual_router_id 51\n", "", text))


@pytest.mark.process
@needs_keepalived
@pytest.mark.parametrize("name", NAMES)
def test_keepalived_accepts_those_names(name: str) -> None:
    assert check(put("VI_1", name)).ok


ODD = [
    ("a member of a group", GROUP, "group-member"),
    ("a weight of a script", WEIGHTED, "weight-nopreempt"),
    (
        "an interface",
        put("interface eth0", "interface e@h0\n    track_interface {\n        e@h0\n    }"),
        "own-interface",
    ),
    ("the weight of a process", tracked("track_process", PROCESS), "weight-nopreempt"),
    ("the weight of a file", tracked("track_file", FILE), "weight-nopreempt"),
    (
        "a command",
        put('"/usr/bin/killall -0 haproxy"', r'"/bin/echo \"x\" || y"'),
        "script-shell",
    ),
]


@pytest.mark.parametrize(("text", "rule"), [one[1:] for one in ODD], ids=[one[0] for one in ODD])
def test_what_cannot_be_rendered_is_judged(text: str, rule: str) -> None:
    assert rules(text) == {rule}


def test_a_script_is_tracked_by_any_name() -> None:
    assert rules(OWN.replace("checkhaproxy", '"c 2"')) == set()
    assert rules(OWN.replace("checkhaproxy", "c@2")) == set()


def test_an_instance_of_a_peer_is_found_by_its_addresses_whatever_its_name() -> None:
    assert rules(OWN, put("VI_1", '"VI 1"', PEER)) == set()


@pytest.mark.parametrize(("mine", "theirs"), [(r"a\bc", r"a\bd"), ("ä'1", "ä'2")])
def test_passwords_with_any_characters_are_compared(mine: str, theirs: str) -> None:
    own = put("auth_pass f7Kq2xZ9", f"auth_pass {mine}")
    assert rules(own, put("auth_pass f7Kq2xZ9", f"auth_pass {mine}", PEER)) == set()
    assert rules(own, put("auth_pass f7Kq2xZ9", f"auth_pass {theirs}", PEER)) == {"auth-differs"}


@pytest.mark.process
@needs_keepalived
@pytest.mark.parametrize("weight", [254, -254])
def test_a_process_has_a_weight_up_to_254(weight: int) -> None:
    text = under(f"track_process {{\n        p weight {weight}\n    }}")
    text = put("vrrp_instance", PROCESS, text)
    assert check(text).ok
    assert rules(text) == set()
    track = Track(name="p", weight=weight)
    process = VrrpTrackProcess(name="p", process="haproxy", weight=weight)
    instance = VrrpInstance(name="VI_1", track_process=(track,), track_file=(track,))
    text = render(Config(vrrp_track_process=(process,), vrrp_instance=(instance,)))
    assert text.count(f"weight {weight}") == 3
    with pytest.raises(KeepalivedError, match="-253 to 253"):
        VrrpInstance(name="VI_1", track_script=(track,))
