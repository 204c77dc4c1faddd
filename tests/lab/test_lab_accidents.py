"""The shipped histories, and random ones, on real daemons: the promises are searched.

A fixed sample runs always, all of it in the long run. Counts and seeds are printed (``-s``).
"""

from __future__ import annotations

import pytest

from havip.lab import cluster_histories, namespace, runs, search, shipped
from havip.lab.faults import REGISTRY
from havip.lab.history import Expectation, History
from havip.lab.judge import Judgment
from havip.lab.namespace import LabError
from havip.lab.search import generate, shorter
from havip.lab.topologies import build

REASON = namespace.missing(("keepalived", "haproxy", "killall"))
needs_lab = pytest.mark.skipif(REASON is not None, reason=str(REASON))
SAMPLE = ("keepalived-killed", "backup-not-in-range", "api-moves-the-address",
          "haproxy-hangs-unseen")  # fmt: skip
"""Other tests play the loss of power and of haproxy."""
SEED = 7
PAIRS = ("pair", "pair-fast", "api-switch")
CLUSTERS = {"mariadb-cluster": "mariadb", "postgresql-cluster": "postgresql"}


def _tell(results: list[Judgment | LabError]) -> list[str]:
    broken = []
    for one in results:
        if isinstance(one, LabError):
            broken.append(str(one))
        else:
            figures = [(step.fault, step.outage, step.bound) for step in one.steps]
            print(one.name, "ok" if one.ok else "FAILED", figures)
            broken += [f"{one.name}: {failure}" for failure in one.failures]
    return broken


def _possible(history: History) -> bool:
    engine = CLUSTERS.get(str(history.topology))
    return engine is None or cluster_histories.missing(engine) is None


@pytest.mark.lab
@needs_lab
def test_a_sample_of_accidents_and_of_random_histories_keeps_the_promises() -> None:
    histories = [shipped.load(name) for name in SAMPLE]
    topology = build("pair")
    histories += [generate(topology, "pair", 2, SEED + number) for number in range(4)]
    print(f"{len(SAMPLE)} shipped and 4 random histories of two faults, seed {SEED}")
    wrong = _tell(runs.run_all(histories, at_once=len(histories)))  # they wait, mostly
    # A busy machine stretches an outage: what was over its bound is played again, alone.
    late = [one for one in histories if any(line.startswith(one.name) for line in wrong)]
    assert [line for line in wrong if "outage" not in line] == []
    assert _tell(runs.run_all(late, at_once=1)) == []


@pytest.mark.lab
@pytest.mark.soak
@needs_lab
def test_every_included_history_meets_its_expectations() -> None:
    here = [one for one in shipped.all_histories() if _possible(one)]
    print(f"{len(here)} of {len(shipped.all_histories())} shipped histories can be played here")
    assert _tell(runs.run_all(here)) == []


@pytest.mark.lab
@pytest.mark.soak
@needs_lab
@pytest.mark.parametrize("name", PAIRS)
def test_300_histories_of_two_faults_break_no_promise(name: str) -> None:
    found = search.search(name, faults=2, runs=300, seed=1000)
    print("\n".join(found.lines()))
    assert found.errors == []
    assert found.broken == []


def test_every_fault_is_used_by_a_shipped_history() -> None:
    used = {step.fault.name for one in shipped.all_histories() for step in one.steps}
    assert set(REGISTRY) == used


@pytest.mark.process
@pytest.mark.parametrize("name", shipped.names())
def test_an_included_history_has_a_title_and_can_be_built(name: str) -> None:
    history = shipped.load(name)
    assert history.name == name
    assert history.title
    assert history.story
    assert history.built().nodes


def test_the_same_seed_is_the_same_history() -> None:
    topology = build("pair")
    assert generate(topology, "pair", 2, 5) == generate(topology, "pair", 2, 5)
    several = {generate(topology, "pair", 2, seed).to_yaml() for seed in range(40)}
    assert len(several) > 35


@pytest.mark.process
def test_a_search_strikes_every_node_of_a_cluster_also_by_one_cause() -> None:
    topology = build("mariadb-cluster")
    histories = [generate(topology, "mariadb-cluster", 2, seed) for seed in range(400)]
    struck = {
        (one.fault.name, getattr(one.fault, "node", "")) for h in histories for one in h.steps
    }
    for role in ("master", "backup", "other"):
        assert ("disk-full", role) in struck
        assert ("node-replaced", role) in struck
    names = [[one.fault.name for one in history.steps] for history in histories]
    common = [history for history, (one, two) in zip(histories, names, strict=True)
              if one == two and one != "power-lost"]  # fmt: skip
    assert len(common) > 40
    assert ["node-replaced"] * 2 not in names


@pytest.mark.process
def test_a_search_never_deletes_one_of_two_copies() -> None:
    topology = build("postgresql-cluster")
    for seed in range(400):
        for one in generate(topology, "postgresql-cluster", 2, seed).steps:
            if one.fault.name == "node-replaced":
                assert getattr(one.fault, "node", "") == "other"


@pytest.mark.process
@pytest.mark.parametrize("name", [*PAIRS, *CLUSTERS])
def test_a_search_uses_every_fault_that_the_topology_can_have(name: str) -> None:
    topology = build(name)
    used = {
        one.fault.name for seed in range(400) for one in generate(topology, name, 2, seed).steps
    }
    lacking = set(REGISTRY) - used
    # The search crashes the witness as any other node.
    expected = {"witness-lost"}
    expected |= set() if topology.api else {"api-down", "api-slow", "api-throttled"}
    expected |= {"clock-jumped"} if topology.rows else {"node-replaced"}
    expected |= set() if topology.havip else {"announcements-lost", "network-slow", "range-changed"}
    assert lacking == expected


def test_shorter_histories_are_shorter_and_end_somewhere() -> None:
    history = generate(build("api-switch"), "api-switch", 3, 11)
    for _ in range(200):
        candidates = shorter(history)
        if not candidates:
            break
        for one in candidates:
            assert search._size(one) < search._size(history)
        history = candidates[0]
    assert len(history.steps) == 1
    assert history.steps[0].at == 0


def test_what_breaks_a_promise_is_shrunk_to_the_step_that_does(
    blame_crashes: list[History],
) -> None:
    found = search.search("pair", faults=3, runs=60, seed=1)
    assert found.broken
    assert found.shortest is not None
    (step,) = found.shortest.steps
    assert step.fault.name == "node-crashed"
    assert (step.at, step.seconds) == (0, 1)
    assert found.replays == len(blame_crashes) - 60
    assert "P5" in found.failures[0]


def test_a_search_whose_time_is_over_reports_what_was_played(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played: list[str] = []

    def run(history: History) -> Judgment:
        played.append(history.name)
        raise LabError("made up")

    monkeypatch.setattr(namespace, "missing", lambda: None)
    monkeypatch.setattr(runs, "run", run)
    assert search.search("pair", runs=3, seed=1, seconds=0).lines()[0].startswith("0 histories")
    assert not played
    assert len(search.search("pair", runs=3, seed=1, seconds=60).errors) == 3


def test_a_history_expects_all_promises_unless_it_says_otherwise() -> None:
    assert Expectation().promises == ["P3", "P4", "P5", "P6"]
