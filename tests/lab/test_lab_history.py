"""Histories, played on real keepalived and haproxy."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from havip.lab import namespace
from havip.lab.history import History, load
from havip.lab.namespace import LabError
from havip.lab.runs import run

REASON = namespace.missing()
needs_lab = pytest.mark.skipif(REASON is not None, reason=str(REASON))


@pytest.mark.lab
@needs_lab
def test_a_node_that_loses_its_power_costs_no_more_than_the_bound() -> None:
    history = History.model_validate(
        {
            "name": "power",
            "topology": "pair",
            "steps": [{"at": 0, "fault": "node-crashed", "for": 6}],
            "expect": {"outage": "bound", "holder": "other"},
        }
    )
    result = run(history)
    assert result.ok, result.failures
    (step,) = result.steps
    assert step.bound == pytest.approx(3.6875, abs=0.001)
    assert step.outage > 1
    assert step.held_by[0] != step.held_by[1]
    assert not step.taken_back
    order = ["fault", "MASTER", "announcement", "rebind", "first answer"]
    times = [step.marks[name] for name in order]
    # A state is read from keepalived's log, which may be written after the announcement is sent.
    assert all(later - earlier > -0.05 for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("steps: [{at: 1, fault: node-exploded}]", "no fault is called node-exploded"),
        ("steps: [{at: 1, fault: node-crashed, colour: red}]", "colour"),
        ("steps: [{at: -1, fault: node-crashed}]", "steps.0.at"),
        ("steps: [", "cannot be read"),
        ("[]", "expected a mapping"),
        ("steps: []\nwhat: 1", "what"),
    ],
)
def test_a_history_with_a_mistake_is_refused_in_one_line(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "history.yaml"
    path.write_text(text)
    with pytest.raises(LabError) as caught:
        load(path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_history_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    steps = [
        {"at": 0, "fault": "vrrp-lost", "one_way": True, "for": 3},
        {"at": 1.5, "fault": "service-killed", "node": "lb1", "service": "haproxy"},
    ]
    history = History.model_validate({"name": "history", "topology": "pair", "steps": steps})
    path = tmp_path / "history.yaml"
    path.write_text(history.to_yaml())
    assert load(path) == history
    assert History.model_validate_json(history.model_dump_json()) == history
