"""Fault histories of database clusters: the faults that the documentation has figures for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from havip.lab import namespace
from havip.lab.history import Expectation, History, HistoryStep
from havip.lab.judge import Judgment

TOPOLOGY = {"mariadb": "mariadb-cluster", "postgresql": "postgresql-cluster"}
SERVICE = {"mariadb": "mariadb", "postgresql": "patroni"}
_TOOLS = {
    "mariadb": ("mariadbd", "mariadb-backup", "galera_recovery", "socat"),
    "postgresql": ("etcd", "etcdctl", "psql", "curl"),
}
PATRONI = Path("/opt/havip/patroni/bin/patroni")
"""Path of Patroni on this machine: nodes of the lab cannot install it from a package index."""


def missing(engine: str) -> str | None:
    """Return the reason why the clusters of an engine cannot run here, or None."""
    tools = ("keepalived", "killall", "openssl", *_TOOLS[engine])
    if reason := namespace.missing(tools):
        return reason
    if engine == "postgresql" and not PATRONI.exists():
        return f"Patroni is not installed at {PATRONI}; run: sh sdk/havip/lab/install-deps.sh"
    if engine == "postgresql" and not shutil.which("postgres", path="/usr/lib/postgresql/15/bin"):
        return "PostgreSQL 15 is not installed"
    return None


def step(at: float, fault: str, seconds: float | None = None, **more: Any) -> dict[str, Any]:
    """Return a step in the format of a history file."""
    end = {} if seconds is None else {"for": seconds}
    return {"at": at, "fault": fault, **end, **more}


def faults(engine: str) -> dict[str, list[dict[str, Any]]]:
    """Return the faults that the documentation has a table row for, by title."""
    service = {"service": SERVICE[engine]}
    both = [
        step(2, "node-crashed", 3, node="backup"),
        step(2.01, "node-crashed", 3, node="master"),
    ]
    late = [
        step(2, "node-crashed", 5, node="backup"),
        step(2.01, "node-crashed", 35, node="master"),
    ]
    return {
        "server killed": [step(2, "service-killed", 12, stays_down=False, **service)],
        "node dead": [step(2, "node-crashed", 8)],
        "node dead, returns, 3 s later the other dead": [
            step(2, "node-crashed", 8),
            step(13, "node-crashed", 30),
        ],
        "keepalived restarted": [step(2, "keepalived-restarted")],
        "keepalived killed, started 15 s later": [step(2, "keepalived-killed", 15)],
        "planned switch": [step(2, "keepalived-stopped", 10)],
        "server hangs 5 s": [step(2, "service-hung", 5, **service)],
        "server hangs 20 s": [step(2, "service-hung", 20, **service)],
        "server hangs 30 s": [step(2, "service-hung", 30, **service)],
        "node paused 25 s": [step(2, "node-paused", 25)],
        "standby dead, then the server hangs 5 s": [
            step(2, "node-crashed", 20, node="backup"),
            step(6, "service-hung", 5, **service),
        ],
        "the two cut from each other 30 s": [step(2, "link-lost", 30)],
        "VRRP lost 20 s": [step(2, "vrrp-lost", 20)],
        "node cut from everything 35 s": [step(2, "node-isolated", 35)],
        "witness dead, then the holder": [
            step(2, "witness-lost", 60),
            step(6, "node-crashed", 37),
        ],
        "witness dead, then the other": [
            step(2, "witness-lost", 60),
            step(6, "node-crashed", 37, node="backup"),
        ],
        "both without power 3 s": both,
        "both without power, one 30 s longer": late,
        "all three without power 3 s": [step(2, "power-lost", 3)],
        "package upgrade": [step(2, "package-reinstalled", 3, **service)],
        "node rebooted": [step(2, "node-rebooted", 5)],
        "holder replaced": [step(2, "node-replaced")],
        "witness replaced": [step(2, "node-replaced", node="other")],
    }


def history(engine: str, name: str, steps: list[dict[str, Any]]) -> History:
    """Return a history of a cluster that expects the database promises to hold."""
    return History(
        name=name,
        topology=TOPOLOGY[engine],
        steps=[HistoryStep.model_validate(one) for one in steps],
        settle=2,
        expect=Expectation(promises=["P3", "P4", "P5"]),
    )


def summary(result: Judgment) -> str:
    """Format a result as one line for the log of a search."""
    steps = "; ".join(
        f"{one.fault}@{one.node} {one.at:.0f}-{one.until:.0f}" for one in result.steps
    )
    return (
        f"{result.name}: outage {result.outage:.1f} s, {result.lost} of "
        f"{result.acknowledged} rows lost, recovered after {result.recovered} s, "
        f"slowness {result.slowness} [{steps}] {'; '.join(result.failures)}"
    )
