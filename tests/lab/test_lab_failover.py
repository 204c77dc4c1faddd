"""A load balancer pair on real keepalived and haproxy, from exactly the files that were made."""

from __future__ import annotations

from typing import Any

import pytest

from havip.keepalived import lb_pair
from havip.keepalived.haproxy import Haproxy, Server, Service
from havip.keepalived.nodes import lb_nodes
from havip.lab import enclosure
from havip.lab.enclosure import LabError

REASON = enclosure.missing()
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
FIRST, SECOND = "172.17.16.7", "172.17.16.13"
WEB = Haproxy(
    services=(
        Service(
            name="web",
            port=80,
            servers=(
                Server(name="web1", address="172.17.16.21", port=8080),
                Server(name="web2", address="172.17.16.22", port=8080),
            ),
        ),
    )
)


@pytest.fixture(scope="module")
def plan(make_plan: Any) -> dict[str, Any]:
    pair = lb_pair("172.17.16.3", [FIRST, SECOND], auth_pass="f7Kq2xZ9")
    made: dict[str, Any] = make_plan(
        lb_nodes(pair, WEB), backends={"172.17.16.21": 8080, "172.17.16.22": 8080}
    )
    return made


@pytest.fixture(scope="module")
def seen(plan: dict[str, Any]) -> Any:
    return enclosure.run("failover", plan, seconds=90)


def test_one_node_is_master_and_the_cloud_and_the_network_agree(seen: Any) -> None:
    (master,) = seen["before"]["masters"]
    assert seen["before"]["holder"] == master
    assert seen["before"]["fabric"] == f"node-{master.rpartition('.')[2]}"


def test_when_haproxy_dies_the_other_takes_over_within_the_bound(seen: Any) -> None:
    (before,) = seen["before"]["masters"]
    (after,) = seen["after"]["masters"]
    assert {before, after} == {FIRST, SECOND}
    assert seen["after"]["holder"] == after
    assert 0.5 < seen["outage_s"] < seen["bound_s"] + 0.5
    assert seen["failed"] > 0


def test_what_returns_does_not_take_the_address_back(seen: Any) -> None:
    assert seen["returned"] == seen["after"]
    assert seen["return_outage_s"] < 0.3


def test_an_ordinary_address_moves_no_traffic(plan: dict[str, Any]) -> None:
    # The nodes elect a master that has the address, and the cloud drops what it announces.
    with pytest.raises(LabError) as caught:
        enclosure.run("failover", plan | {"havip": "172.17.16.4", "patience": 6}, seconds=60)
    assert "an answer from the HAVIP did not happen within 6 s" in str(caught.value)
    assert "Entering MASTER STATE" in str(caught.value)
