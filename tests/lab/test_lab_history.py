"""Histories, played on real keepalived and haproxy."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from typer.testing import CliRunner

from havip.cli.lab import app as lab_command
from havip.lab import namespace
from havip.lab.faults import Undo
from havip.lab.faults.network import NetworkSlow
from havip.lab.history import History, load
from havip.lab.namespace import LabError
from havip.lab.runs import run

if TYPE_CHECKING:
    from havip.lab.lab import Lab

REASON = namespace.missing()
needs_lab = pytest.mark.skipif(REASON is not None, reason=str(REASON))


@pytest.mark.lab
@needs_lab
def test_a_node_that_loses_its_power_costs_no_more_than_the_bound() -> None:
    history = History.model_validate(
        {
            "name": "power",
            "topology": "pair-fast",
            "steps": [{"at": 0, "fault": "node-crashed", "for": 3}],
            "expect": {"outage": "bound", "holder": "other", "moves": 1},
        }
    )
    result = run(history)
    assert result.ok, result.failures
    (step,) = result.steps
    assert step.bound == pytest.approx(0.7375, abs=0.001)
    assert step.outage > 0.2
    assert step.held_by[0] != step.held_by[1]
    assert not step.taken_back
    order = ["fault", "MASTER", "announcement", "rebind", "first answer"]
    times = [step.marks[name] for name in order]
    # A state is read from keepalived's log, which may be written after the announcement is sent.
    assert all(later - earlier > -0.05 for earlier, later in pairwise(times))


OWN = """
topology:
  address: 10.0.0.9
  nodes: {{one: {{address: 10.0.0.1}}, two: {{address: 10.0.0.2}}}}
  subnet: {subnet}
steps: [{{at: 0, fault: nic-down}}]
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("steps: [{at: 1, fault: node-exploded}]", "unknown fault node-exploded"),
        ("steps: [{at: 1, fault: node-crashed, colour: red}]", "colour"),
        ("steps: [{at: -1, fault: node-crashed}]", "steps.0.at"),
        ("steps: [", "cannot be read"),
        ("[]", "expected a mapping"),
        ("steps: [{at: 1, fault: node-crashed}]\nwhat: 1", "what"),
        ("steps: []", "at least 1"),
        ("steps: [{at: 1e400, fault: node-crashed}]", "steps.0.at"),
        ("steps: [{at: 0, for: .nan, fault: node-crashed}]", "steps.0.for"),
        ("expect: {outage: soon}\nsteps: [{at: 0, fault: nic-down}]", "expect.outage: "),
        (OWN.format(subnet="10.0.0.0/33"), "topology: the subnet '10.0.0.0/33' is not a network"),
        (OWN.format(subnet="10.0.0.0/24\n  havip: 10.1.0.9"), "the HAVIP: 10.1.0.9 is not in"),
        (
            OWN.replace("two:", "../two:").format(subnet="10.0.0.0/24"),
            "'../two' is not a valid node name",
        ),
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


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"fault": "node-crashed", "node": "lb9"}, "unknown node lb9; known are lb1, lb2"),
        ({"fault": "link-lost", "peer": "lb9"}, "unknown node lb9"),
    ],
)
def test_a_node_that_the_topology_lacks_is_refused_before_any_lab_starts(
    tmp_path: Path, step: dict[str, str], told: str
) -> None:
    path = tmp_path / "history.json"
    path.write_text(json.dumps({"topology": "pair", "steps": [{"at": 0, **step}]}))
    done = CliRunner().invoke(lab_command, ["run", str(path)])
    assert told in str(done.exception)
    assert isinstance(done.exception, LabError)
    assert "\n" not in str(done.exception)


def test_a_search_writes_every_history_that_fails_and_the_shrunk_one_first(
    tmp_path: Path, blame_crashes: list[History]
) -> None:
    out = tmp_path / "failed.yaml"
    words = ["search", "pair", "--runs", "60", "--seed", "1", "--out", str(out)]
    done = CliRunner().invoke(lab_command, words)
    assert done.exit_code == 1
    assert "60 histories of 2 faults on pair, seed 1" in done.stdout
    assert "50 of 60 histories played" in done.stderr
    files = [out, *sorted(tmp_path.glob("failed-*.yaml"), key=lambda one: int(one.stem[7:]))]
    found = [load(one) for one in files]
    guilty = [
        one
        for one in blame_crashes[:60]
        if any(step.fault.name == "node-crashed" for step in one.steps)
    ]
    assert [one.name for one in found[1:]] == [one.name for one in guilty]
    assert len(found[0].steps) == 1
    assert "# P5: made up" in files[-1].read_text()


def test_faults_of_one_kind_on_one_node_are_undone_together_latest_first() -> None:
    lab = cast("Lab", SimpleNamespace(overlaps={}, fabric=SimpleNamespace(delay=0.0)))
    draw = random.Random(11)
    for _ in range(200):
        active: list[Undo] = []
        for _ in range(8):
            if active and draw.random() < 0.5:
                active.pop(draw.randrange(len(active)))()
            else:
                active.append(NetworkSlow(delay=draw.choice((1, 10))).inject(lab))
            assert bool(lab.fabric.delay) == bool(active)
        while active:
            active.pop()()
        assert lab.fabric.delay == 0
        assert not lab.overlaps


@pytest.mark.lab
@needs_lab
def test_a_member_removed_from_the_range_twice_is_a_member_again() -> None:
    twice = [{"at": at, "fault": "range-changed", "for": 1} for at in (0, 0.5)]
    history = History.model_validate(
        {"name": "range", "topology": "pair-fast", "expect": {"outage": "bound", "holder": "other"},
         "steps": [*twice, {"at": 2, "fault": "node-crashed", "for": 3}]}
    )  # fmt: skip
    result = run(history)
    assert result.ok, result.failures
    assert [one.fault for one in result.steps] == ["range-changed", "node-crashed"]


@pytest.mark.process
def test_a_clock_that_jumps_is_refused_for_a_database_before_any_lab_starts() -> None:
    history = History.model_validate(
        {"name": "clock", "topology": "mariadb-cluster",
         "steps": [{"at": 0, "fault": "clock-jumped"}]}
    )  # fmt: skip
    with pytest.raises(LabError, match="libfaketime"):
        history.built()
