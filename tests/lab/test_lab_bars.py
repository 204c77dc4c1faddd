"""Bars for the outage of a failover behind a HAVIP, five runs each, beside VRRP's bound."""

from __future__ import annotations

import pytest

from havip.lab import compare, namespace, runs
from havip.lab.history import History
from havip.lab.judge import Judgment

REASON = namespace.missing(("keepalived", "haproxy", "killall"))
pytestmark = [
    pytest.mark.lab,
    pytest.mark.soak,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
RUNS = 5
FAULTS = {
    "node-crashed": {},
    "nic-down": {},
    "port-down": {},
    "service-killed": {"service": "haproxy"},
    "keepalived-stopped": {},
    "keepalived-killed": {},
}
LASTS = {"pair": 7, "pair-fast": 4}


def histories(topology: str) -> list[History]:
    return [
        History.model_validate(
            {
                "name": f"{topology} {fault} {number}",
                "topology": topology,
                "steps": [{"at": 0, "fault": fault, "for": LASTS[topology], **more}],
                "expect": {"outage": "bound", "promises": ["P5", "P6"]},
            }
        )
        for fault, more in FAULTS.items()
        for number in range(RUNS)
    ]


@pytest.mark.parametrize("topology", LASTS)
def test_no_outage_exceeds_its_bound(topology: str) -> None:
    found = runs.run_all(histories(topology))
    seen: dict[str, list[float]] = {}
    bounds: dict[str, float | None] = {}
    failures = []
    for one in found:
        assert isinstance(one, Judgment), one
        (step,) = one.steps
        seen.setdefault(step.fault, []).append(step.outage)
        bounds[step.fault] = step.bound
        failures += one.failures
    for fault, outages in seen.items():
        print(f"{topology} {fault}: {sorted(outages)}, bound {bounds[fault]}")
    assert failures == []


@pytest.mark.parametrize("case", ["ordinary", "outside"])
def test_an_address_that_the_cloud_does_not_move_is_not_answered(case: str) -> None:
    (history,) = [one for one in compare.CASES if one.name == case]
    for one in runs.run_all([history] * RUNS):
        assert isinstance(one, Judgment), one
        (step,) = one.steps
        print(f"{history.title}: {step.failed} of {step.asked} requests failed, {step.drops}")
        assert one.failures == []
        assert sum(step.drops.values()) > 0
