"""A pair on real keepalived while the network is slow, loses announcements, or is split."""

from __future__ import annotations

from typing import Any

import pytest

from havip.keepalived import lb_pair, render
from havip.lab import namespace as namespace
from havip.lab.scenarios.site import election_bound

REASON = namespace.missing()
pytestmark = [
    pytest.mark.lab,
    pytest.mark.soak,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
VIP, FIRST, SECOND = "172.17.16.3", "172.17.16.7", "172.17.16.13"
HAPROXY = """
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
listen web
    bind *:80
    server web 172.17.16.21:8080
"""
DETECTION = election_bound(advert_int=1, priority=80)
CLIENT = 1.0
"""What a client may take to see it: one try of 0.3 s, and a busy machine."""


def run(scenario: str, **more: Any) -> Any:
    nodes = {
        node: [
            {"path": "/etc/keepalived/keepalived.conf", "content": render(config)},
            {"path": "/etc/haproxy/haproxy.cfg", "content": HAPROXY},
        ]
        for node, config in lb_pair(VIP, [FIRST, SECOND], auth_pass="1111").items()
    }
    plan = {
        "vip": VIP,
        "subnet": "172.17.16.0/24",
        "client": "172.17.16.100",
        "nodes": nodes,
        "backends": {"172.17.16.21": 8080},
    }
    return namespace.run(scenario, plan | more, seconds=120)


def test_the_outage_is_the_detection_and_the_time_that_the_network_takes() -> None:
    seen = run("takeover", rebind_delay=4)
    assert DETECTION - 1.2 < seen["announced_s"] < DETECTION + 0.5
    assert seen["moved_s"] - seen["announced_s"] == pytest.approx(4, abs=0.3)
    assert 0 <= seen["outage_s"] - seen["moved_s"] < CLIENT


@pytest.mark.parametrize(
    ("lost", "later"),
    [(5, 1), (10, 5)],
    ids=["garp_master_delay brings the next five", "garp_master_refresh brings one"],
)
def test_an_address_moves_though_the_first_announcements_are_lost(lost: int, later: int) -> None:
    seen = run("takeover", lost_announcements=lost)
    assert seen["lost"] == lost
    assert seen["masters"] != [seen["master"]]
    assert seen["moved_s"] - seen["announced_s"] == pytest.approx(later, abs=0.5)
    assert 0 <= seen["outage_s"] - seen["moved_s"] < CLIENT


def test_of_two_masters_the_last_announcement_wins_and_after_healing_one_is_left() -> None:
    seen = run("split")
    assert seen["during"]["masters"] == [FIRST, SECOND]
    assert seen["during"]["last"] == seen["during"]["fabric"]
    # Both announce every five seconds (garp_master_refresh), and each time the address moves.
    assert 3 <= seen["moves"] <= 12
    # Priorities are equal, so the higher address stays, and announces within five seconds.
    assert seen["after"] == {"masters": [SECOND], "holder": SECOND, "fabric": "node-13"}
    assert seen["one_master_s"] < DETECTION
    assert seen["held_by_it_s"] < 5 + 1
    assert seen["outage_s"] < 5 + CLIENT
