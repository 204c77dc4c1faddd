"""The nodes of the example lb-ha-pair, on real keepalived and haproxy, from its user data."""

from __future__ import annotations

from typing import Any

import pytest

from havip.lab import namespace as namespace
from havip.lab.namespace import LabError

REASON = namespace.missing()
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
VIP, FIRST, SECOND = "172.17.16.3", "172.17.16.7", "172.17.16.13"


@pytest.fixture(scope="module")
def plan(make_plan: Any, stack: Any) -> dict[str, Any]:
    """The site of the example: its two nodes, and web servers where it expects them."""
    setups = stack("lb-ha-pair")
    assert list(setups) == [FIRST, SECOND]
    backends = {"172.17.16.21": 8080, "172.17.16.22": 8080}
    made: dict[str, Any] = make_plan(VIP, setups, backends=backends)
    return made


@pytest.fixture(scope="module")
def seen(plan: dict[str, Any]) -> Any:
    return namespace.run("failover", plan, seconds=90)


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
    for what in ("masters", "holder", "fabric"):
        assert seen["returned"][what] == seen["after"][what]
    assert seen["return_outage_s"] < 0.3


def test_an_ordinary_address_moves_no_traffic(plan: dict[str, Any]) -> None:
    # The nodes elect a master that has the address, and the cloud drops what it announces.
    with pytest.raises(LabError) as caught:
        namespace.run("failover", plan | {"havip": "172.17.16.4", "patience": 6}, seconds=60)
    assert "an answer from the HAVIP did not happen within 6 s" in str(caught.value)
    assert "Entering MASTER STATE" in str(caught.value)
