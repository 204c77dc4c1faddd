"""Database clusters on real engines, under faults: no row lost, one writer, whole by themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from havip.lab import labs, namespace, runs, search
from havip.lab.cluster_histories import (
    TOPOLOGY,
    faults,
    history,
    missing,
    summary,
)
from havip.lab.judge import Judgment

REASONS = {engine: missing(engine) for engine in TOPOLOGY}
ENGINES = [
    pytest.param(
        engine,
        marks=pytest.mark.skipif(REASONS[engine] is not None, reason=str(REASONS[engine])),
    )
    for engine in TOPOLOGY
]
pytestmark = pytest.mark.lab
SEED = int(os.environ.get("HAVIP_LAB_SEED", "1"))
COUNT = int(os.environ.get("HAVIP_LAB_HISTORIES", "300"))
BOUNDS = {
    ("mariadb", "server killed"): 6.0,
    ("mariadb", "node dead"): 5.0,
    ("mariadb", "planned switch"): 2.0,
    ("postgresql", "server killed"): 6.0,
    ("postgresql", "node dead"): 30.0,
}
"""Seconds that clients may wait at most, on a machine that does nothing else."""


def sound(result: Judgment) -> None:
    print(summary(result))
    assert result.acknowledged > 100
    assert result.lost == 0, summary(result)
    assert not result.failures, summary(result)


@pytest.mark.skipif(all(REASONS.values()), reason=str(REASONS))
def test_clusters_survive_the_loss_of_the_machine_that_serves() -> None:
    here = [one for one, reason in REASONS.items() if reason is None]
    for one in runs.run_all(history(one, "node dead", faults(one)["node dead"]) for one in here):
        assert isinstance(one, Judgment), one
        sound(one)
    if len(here) < len(REASONS):
        pytest.skip(f"only {here[0]} was played: {REASONS}")


@pytest.mark.soak
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", [name for name in faults("mariadb") if name != "node dead"])
def test_every_documented_fault_ends_with_full_redundancy(engine: str, name: str) -> None:
    result = runs.run(history(engine, name, faults(engine)[name]))
    sound(result)
    if result.slowness < 2 and (bound := BOUNDS.get((engine, name))):
        assert result.outage <= bound


PLAY = """
import json, signal, sys
from pathlib import Path
from havip.lab import topologies
from havip.lab.history import running
from havip.lab.loads import load_of

with running(topologies.build("mariadb-cluster"), Path(sys.argv[1])) as lab:
    lab.start()
    lab.wait_ready(120)
    load = load_of(lab)
    load.start()

    def wait_for(rows):
        more = sum(one.answered for one in load.requests()) + rows
        lab.wait("rows", lambda: sum(one.answered for one in load.requests()) > more, 60)

    wait_for(100)
    {play}
    lab.wait("a redundant cluster", load.healthy, 120)
    load.stop()
    result = load.result()
    print(json.dumps([result.acknowledged, len(result.lost)]))
"""
FORGOTTEN = """
    for name in lab.nodes:
        lab.crash(name)
    for node in lab.nodes.values():
        (node.disk.folder / "upper/var/lib/mysql/gvwstate.dat").unlink()
    for name in lab.nodes:
        lab.boot(name)
"""
INTERRUPTED = """
    witness = lab.nodes["witness"]
    witness.stop("mariadb", signal.SIGTERM)
    wait_for(2000)
    chain = "add chain ip copy in { type filter hook input priority 0; }"
    rule = "add rule ip copy in tcp dport 4568 ct bytes gt 20000 reject with tcp reset"
    witness.run("nft", f"add table ip copy; {chain}; {rule}")
    lab.start_service("witness", "mariadb")
    lab.wait("a failed copy", lambda: "apart" in witness.log("havip-member"), 120)
    witness.run("nft", "delete table ip copy")
"""


@pytest.mark.soak
@pytest.mark.skipif(REASONS["mariadb"] is not None, reason=str(REASONS["mariadb"]))
@pytest.mark.parametrize("play", [FORGOTTEN, INTERRUPTED], ids=["forgotten group", "failed copy"])
def test_servers_that_galera_leaves_outside_come_back(play: str) -> None:
    with labs.folder(about="servers outside of their group") as folder:
        done = subprocess.run(
            namespace.command(sys.executable, "-c", PLAY.format(play=play.strip()), str(folder)),
            env=namespace.environment(), capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    acknowledged, lost = json.loads(done.stdout.splitlines()[-1])
    assert acknowledged > 100
    assert lost == 0


@pytest.mark.soak
@pytest.mark.parametrize("engine", ENGINES)
def test_no_history_of_two_faults_loses_a_row_or_needs_intervention(engine: str) -> None:
    found = search.search(TOPOLOGY[engine], faults=2, runs=COUNT, seed=SEED)
    print("\n".join(found.lines()))
    assert found.errors == []
    assert found.broken == []
