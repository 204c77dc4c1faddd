"""The nodes of the example lb-ha-pair, on real keepalived and haproxy, from its user data."""

from __future__ import annotations

from typing import Any

import pytest

from havip.lab import namespace, runs
from havip.lab.history import History
from havip.lab.topology import NodeSpec, Topology, WebSpec

REASON = namespace.missing(("keepalived", "haproxy", "killall"))
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
VIP, FIRST, SECOND = "172.17.16.3", "172.17.16.7", "172.17.16.13"


@pytest.fixture(scope="module")
def topology(stack: Any) -> Topology:
    setups = stack("lb-ha-pair")
    assert list(setups) == [FIRST, SECOND]
    return Topology(
        address=VIP,
        subnet="172.17.16.0/24",
        nodes={f"lb{number}": NodeSpec.of(address, setup)
               for number, (address, setup) in enumerate(setups.items(), start=1)},
        web={name: WebSpec(address=address)
             for name, address in (("web1", "172.17.16.21"), ("web2", "172.17.16.22"))},
    )  # fmt: skip


def test_the_deployed_pair_fails_over_within_the_bound_and_does_not_go_back(
    topology: Topology,
) -> None:
    steps = [{"at": 0, "fault": "service-killed", "service": "haproxy", "for": 4}]
    expect = {"outage": "bound", "holder": "other", "moves": 1}
    history = History.model_validate(
        {"name": "example", "topology": topology.model_dump(), "steps": steps, "settle": 4.5,
         "expect": expect}
    )  # fmt: skip
    result = runs.run(history)
    assert result.ok, result.failures
    (step,) = result.steps
    assert step.failed > 0
    assert step.outage > 0.5
    assert not step.taken_back
    assert step.return_outage < 0.5
