"""Absences: settings that an included file, a sequence or a definition supplies are not missing.

Each statement of files without findings is moved to an included file in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from havip.keepalived import parse, render
from havip.keepalived.config.parse import Document
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.lint import lint
from tests.keepalived.lint_cases import OWN, PEER, VIRTUAL_SERVER
from tests.keepalived.test_keepalived_lint import FACTS

FULL = """\
global_defs {
    enable_script_security
    script_user root
    vrrp_garp_master_delay 1
    vrrp_garp_master_refresh 5
    vrrp_version 2
}
vrrp_script c1 {
    script "/bin/true"
    interval 3
    timeout 2
}
vrrp_track_process p1 {
    process haproxy
}
track_file f1 {
    file /etc/hostname
    weight 0
}
bfd_instance b1 {
    neighbor_ip 10.0.0.8
}
garp_group {
    garp_interval 1
    interfaces {
        eth0
    }
}
vrrp_sync_group G {
    group {
        A
        B
    }
}
vrrp_instance A {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 100
    advert_int 1
    nopreempt
    unicast_src_ip 10.0.0.7
    track_src_ip
    unicast_peer {
        10.0.0.8
    }
    authentication {
        auth_type PASS
        auth_pass secret
    }
    virtual_ipaddress {
        10.0.0.16
    }
    track_script {
        c1
    }
    track_process {
        p1
    }
    track_file {
        f1
    }
    track_bfd {
        b1
    }
    notify_master /etc/keepalived/curl.sh root
    notify_master_rx_lower_pri /etc/keepalived/curl.sh root
}
vrrp_instance B {
    state BACKUP
    interface eth0
    virtual_router_id 52
    priority 100
    version 3
    advert_int 0.2
    unicast_src_ip 10.0.0.7
    unicast_peer {
        10.0.0.8
    }
    virtual_ipaddress {
        10.0.0.17
    }
}
virtual_server_group V {
    10.0.0.9 80
}
virtual_server group V {
    lb_algo sh
    sh-port
    lb_kind DR
    protocol TCP
    sorry_server 10.0.0.6 80
    sorry_server_inhibit
    real_server 10.0.0.5 80 {
        weight 1
        MISC_CHECK {
            misc_path "/bin/true"
            user root
        }
    }
    real_server 10.0.0.4 80 {
        FILE_CHECK {
            track_file f1
        }
    }
}
"""
SERVED = f"{OWN}\n{VIRTUAL_SERVER}\n"
LIMITED = OWN.replace(
    "    state BACKUP\n", "    state MASTER\n    track_interface {\n        eth1\n    }\n"
).replace("    nopreempt\n", "")
FILES = [OWN, FULL, SERVED, LIMITED]
INCLUDE = Statement(("include", "/etc/keepalived/conf.d/*.conf"))
SEQUENCE = Statement(("~SEQ(i,", "16,", "18)", "10.0.0.$i"))


def without_each(items: tuple[Item, ...], instead: Statement) -> Iterator[tuple[Item, ...]]:
    """Yield the items with each statement, at any depth, and each rest of a block replaced."""
    for at, item in enumerate(items):
        if not isinstance(item, Statement):
            continue
        before, after = items[:at], items[at + 1 :]
        yield (*before, instead, *after)
        if after:
            yield (*before, instead)
        for body in without_each(item.body or (), instead):
            yield (*before, replace(item, body=body), *after)


def without_each_value(items: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    """Yield the items with each value replaced by a definition of an included file."""
    for at, item in enumerate(items):
        if not isinstance(item, Statement):
            continue
        before, after = items[:at], items[at + 1 :]
        if item.body is None:
            words = ("$VALUE",) if len(item.words) == 1 else (item.words[0], "$VALUE")
            yield (*before, replace(item, words=words), *after)
        for body in without_each_value(item.body or ()):
            yield (*before, replace(item, body=body), *after)


def wrong(text: str, peers: dict[str, str] | None = None) -> list[str]:
    facts = FACTS if FACTS.vip in text else None
    return [str(one) for one in lint(text, peers=peers, havip=facts) if one.rule != "not-read"]


@pytest.mark.parametrize("text", FILES)
def test_the_files_have_no_findings(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    ("text", "instead"), [*((text, INCLUDE) for text in FILES), (OWN, SEQUENCE)]
)
def test_what_an_included_file_has_is_not_reported_as_missing(
    text: str, instead: Statement
) -> None:
    peers = {"peer.conf": PEER} if text is OWN else None
    changed = [render(Document(items)) for items in without_each(parse(text).items, instead)]
    found = {one: told for one in changed if (told := wrong(one, peers))}
    assert not found, f"{len(found)} of {len(changed)}; the first: {next(iter(found.items()))}"


def test_what_an_included_file_of_the_peer_has_is_not_reported_as_missing() -> None:
    for items in without_each(parse(PEER).items, INCLUDE):
        assert wrong(OWN, {"peer.conf": render(Document(items))}) == []


@pytest.mark.parametrize("text", FILES)
def test_a_value_that_an_included_file_defines_is_not_reported_as_missing(text: str) -> None:
    peers = {"peer.conf": PEER} if text is OWN else None
    for items in without_each_value(parse(text).items):
        changed = render(Document((INCLUDE, *items)))
        assert wrong(changed, peers) == [], changed
    for items in without_each_value(parse(PEER).items) if peers else ():
        assert wrong(OWN, {"peer.conf": render(Document((INCLUDE, *items)))}) == []


def test_what_the_file_itself_says_is_still_judged() -> None:
    text = (
        f"include /etc/keepalived/conf.d/*.conf\n{OWN}".replace(
            "    state BACKUP\n", "    state MASTER\n"
        )
        .replace("        172.17.16.13\n", "")
        .replace("    garp_master_delay 1\n", "")
    )
    assert {one.rule for one in lint(text)} == {
        "not-read",
        "master-nopreempt",
        "multicast",
        "unicast-without-peer",
    }
