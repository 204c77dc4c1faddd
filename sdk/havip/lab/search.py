"""Search random histories for one that breaks a promise, and shrink it."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from havip.lab import faults, namespace, runs
from havip.lab.history import Expectation, History, HistoryStep
from havip.lab.judge import Judgment
from havip.lab.namespace import LabError
from havip.lab.runs import AT_ONCE, DATABASES_AT_ONCE, NotPlayedError, topology_of
from havip.lab.topology import Topology

NODE = ("service-killed", "service-hung", "service-stopped", "package-reinstalled",
        "keepalived-stopped", "keepalived-killed", "keepalived-hung", "keepalived-restarted",
        "node-crashed", "node-rebooted", "node-paused", "nic-down", "port-down",
        "node-isolated", "vrrp-lost", "vrrp-refused", "link-lost", "disk-full",
        "keepalived-reloaded", "power-lost")  # fmt: skip
"""Faults for every topology with two nodes that may hold the address."""
CLOCK = ("clock-jumped",)
"""Faults for topologies without a database, and for no stack; see `History.built`."""
NETWORK = ("announcements-lost", "network-slow", "range-changed")
"""Faults of a HAVIP."""
API = ("api-down", "api-slow", "api-throttled")
CLUSTER = ("node-replaced",)
"""Faults for topologies with a witness. They delete a copy of the rows: at most one in a history,
and none if there are only two copies, as the other fault may have made the other one useless."""
MANAGED = ("node-paused",)
"""Faults for no stack: they pause the service manager of a machine, which the others need."""
_LASTING = (1.0, 3.0, 6.0, 12.0)
_SPREAD = 8.0
"""Seconds within which the faults begin."""
_LATE = 30.0
"""The same for some histories of a cluster, which takes this long to recover."""
_COMMON_CAUSE = 0.25
"""Probability that a fault repeats the one before it on another node."""
_MOST_REPLAYS = 100
"""Maximum number of runs for shrinking, which is a convenience for the reader."""
_ROLES = ("master", "backup")


@dataclass
class SearchResult:
    """Result of a search."""

    topology: str
    seed: int
    faults: int
    results: list[Judgment]
    errors: list[str]
    broken: list[tuple[History, Judgment]]
    """The histories that broke a promise, shortest first."""
    shortest: History | None = None
    failures: list[str] = field(default_factory=list)
    replays: int = 0

    def lines(self) -> list[str]:
        """Return the figures, one per line."""
        played = len(self.results)
        rows = sum(one.acknowledged for one in self.results)
        lines = [
            f"{played} histories of {self.faults} faults on {self.topology}, seed {self.seed}: "
            f"{len(self.broken)} broke a promise"
        ]
        if rows:
            lost = sum(one.lost for one in self.results)
            lines.append(f"rows: {rows} acknowledged, {lost} lost")
        longest = self.longest()
        if longest:
            outages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in longest.items())
            lines.append(f"longest outage by fault: {outages}")
        back = [one.recovered for one in self.results if one.recovered is not None]
        if back:
            lines.append(f"redundancy restored after at most {max(back):.1f} s")
        lines += [f"could not be played: {one}" for one in self.errors]
        if self.shortest is not None:
            steps = "; ".join(_format_step(one) for one in self.shortest.steps)
            lines.append(f"shortest failing history (after {self.replays} more runs): {steps}")
            lines += [f"    {one}" for one in self.failures]
        return lines

    def longest(self) -> dict[str, float]:
        """Return the longest outage for each kind of fault."""
        found: dict[str, float] = {}
        for result in self.results:
            for step in result.steps:
                found[step.fault] = max(found.get(step.fault, 0.0), step.outage)
        return dict(sorted(found.items(), key=lambda one: -one[1]))

    def as_data(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return {
            "topology": self.topology,
            "seed": self.seed,
            "faults": self.faults,
            "histories": len(self.results),
            "acknowledged": sum(one.acknowledged for one in self.results),
            "lost": sum(one.lost for one in self.results),
            "broken": [[one.name, *result.failures] for one, result in self.broken],
            "errors": self.errors,
            "longest_outage": self.longest(),
            "recovered": [one.recovered for one in self.results],
            "shortest": None if self.shortest is None else self.shortest.to_yaml(),
            "replays": self.replays,
        }


def new_seed() -> int:
    """Return a random seed."""
    return secrets.randbelow(1_000_000)


def generate(topology: Topology, name: str, count: int, seed: int) -> History:
    """Generate a random history, reproducible by its seed.

    A single fault of a pair must also keep to the bound of its outage.

    Args:
        topology: The topology, which determines the possible faults.
        name: The name of the topology.
        count: The number of faults.
        seed: The seed.
    """
    choose = random.Random(seed)  # noqa: S311 - no secret
    steps: list[HistoryStep] = []
    while len(steps) < count:
        step = _step(choose, topology, steps[-1] if steps else None)
        if step.fault.name not in {*CLUSTER} & {one.fault.name for one in steps}:
            steps.append(step)
    steps.sort(key=lambda one: one.at)
    alone = count == 1 and topology.rows is None
    expect = Expectation(outage="bound" if alone else None)
    return History(
        name=f"{Path(name).name}-{seed}", topology=name, steps=steps, settle=2, expect=expect
    )


def search(
    name: str, *, faults: int = 2, runs: int = 50, seed: int, at_once: int | None = None,
    seconds: float = inf, done: Callable[[History, Judgment | LabError], None] | None = None,
) -> SearchResult:  # fmt: skip
    """Play random histories, and shrink the shortest that breaks a promise.

    Args:
        name: The name of a topology, or the folder of a stack's project.
        faults: Number of faults per history.
        runs: Number of histories.
        seed: The seed of the first history; it increases by one with each history.
        at_once: Maximum number of labs that run in parallel.
        seconds: Time after which no history is begun.
        done: Called after each history.

    Raises:
        LabError: The lab cannot run on this machine, or the topology does not exist.
    """
    lacking = namespace.missing()
    if lacking:
        raise LabError(lacking)
    topology = topology_of(name)
    histories = [generate(topology, name, faults, seed + number) for number in range(runs)]
    costly = topology.rows or topology.stack
    at_once = at_once or (DATABASES_AT_ONCE if costly else AT_ONCE)
    played = _run_all(histories, at_once, done, seconds)
    found = SearchResult(name, seed, faults, [], [], [])
    for history, result in zip(histories, played, strict=True):
        if isinstance(result, NotPlayedError):
            continue
        if isinstance(result, LabError):
            found.errors.append(str(result).partition("\n")[0])
        else:
            found.results.append(result)
            if not result.ok:
                found.broken.append((history, result))
    found.broken.sort(key=lambda one: _size(one[0]))
    if found.broken:
        _shrink(found, at_once)
    return found


def _run_all(
    histories: Sequence[History], at_once: int,
    done: Callable[[History, Judgment | LabError], None] | None = None, seconds: float = inf,
) -> list[Judgment | LabError]:  # fmt: skip
    return runs.run_all(histories, at_once=at_once, brief=True, done=done, seconds=seconds)


def _shrink(found: SearchResult, at_once: int) -> None:
    """Try shorter histories as long as one of them breaks the same promise."""
    history, result = found.broken[0]
    wanted = _broken_promises(result)
    while found.replays < _MOST_REPLAYS:
        candidates = [one for one in shorter(history) if _size(one) < _size(history)]
        found.replays += len(candidates)
        played = _run_all(candidates, at_once)
        failing = [
            (one, its)
            for one, its in zip(candidates, played, strict=True)
            if isinstance(its, Judgment) and _broken_promises(its) & wanted
        ]
        if not failing:
            break
        history, result = min(failing, key=lambda one: _size(one[0]))
    found.shortest = history.model_copy(
        update={"name": "shortest", "title": "The shortest failing history"}
    )
    found.failures = result.failures


def shorter(history: History) -> list[History]:
    """Return simpler histories: with a step removed, started earlier, or shortened."""
    found: list[History] = []
    steps = history.steps
    for number, step in enumerate(steps):
        rest = [*steps[:number], *steps[number + 1 :]]
        if rest:
            found.append(history.model_copy(update={"steps": rest}))
        if step.seconds is not None and step.seconds > _LASTING[0]:
            less = max(one for one in _LASTING if one < step.seconds)
            found.append(_with(history, number, step.model_copy(update={"seconds": less})))
        if step.at > 0:
            sooner = 0.0 if step.at <= 1 else round(step.at / 2, 1)
            found.append(_with(history, number, step.model_copy(update={"at": sooner})))
    return found


def _with(history: History, number: int, step: HistoryStep) -> History:
    steps = sorted([*history.steps[:number], step, *history.steps[number + 1 :]],
                   key=lambda one: one.at)  # fmt: skip
    return history.model_copy(update={"steps": steps})


def _size(history: History) -> tuple[int, float]:
    return len(history.steps), sum(one.at + (one.seconds or 0) for one in history.steps)


def _broken_promises(result: Judgment) -> set[str]:
    return {one.id for one in result.promises if not one.held}


def _step(choose: random.Random, topology: Topology, before: HistoryStep | None) -> HistoryStep:
    cluster = len(topology.holders) < len(topology.nodes)
    kinds = [one for one in NODE if not (topology.stack and one in MANAGED)]
    kinds += NETWORK if topology.havip else ()
    kinds += API if topology.api else ()
    kinds += () if topology.rows or topology.stack else CLOCK
    kinds += CLUSTER if cluster else ()
    name = choose.choice(kinds)
    at = choose.random() * (choose.choice((_SPREAD, _LATE)) if cluster else _SPREAD)
    struck = ""
    if before and "node" in type(before.fault).model_fields and choose.random() < _COMMON_CAUSE:
        name, at = before.fault.name, before.at + choose.random()
        struck = getattr(before.fault, "node", "")
    fields = faults.REGISTRY[name].model_fields
    given: dict[str, Any] = {}
    if "node" in fields:
        everywhere = cluster and not name.startswith(("keepalived-", "vrrp-", "range-"))
        roles = [*_ROLES, *(["other"] if everywhere else [])]
        if name in CLUSTER and not _has_copy(topology):
            roles = ["other"]
        given["node"] = choose.choice([one for one in roles if one != struck] or roles)
        if "peer" in fields:
            given["peer"] = choose.choice([one for one in roles if one != given["node"]])
    if "one_way" in fields:
        given["one_way"] = choose.random() < 0.5
    if name == "announcements-lost":
        given["count"] = choose.choice((1, 5, 7))
    if name == "network-slow":
        given["delay"] = choose.choice((1, 10))
    if name == "clock-jumped":
        given["seconds"] = choose.choice((-3600, -5, 5, 3600))
    if "service" in fields:
        given["service"] = choose.choice(_services(topology, given["node"]))
    if "process" in fields:
        given["process"] = choose.choice(("all", "parent", "children"))
    if "stays_down" in fields:
        given["stays_down"] = choose.random() < 0.5
    lasting = {"announcements-lost": 12.0}.get(name, choose.choice(_LASTING))
    return HistoryStep.model_validate({"at": round(at, 1), "fault": name, "for": lasting, **given})


def _has_copy(topology: Topology) -> bool:
    """Return whether the witness runs the same services as a node that may hold the address."""
    return {*_services(topology, "master")} <= {*_services(topology, "other"), "keepalived"}


def _services(topology: Topology, role: str) -> list[str]:
    """Return the services that all nodes of a role have in common."""
    holds = role in _ROLES
    each = [{*one.services} for one in topology.nodes.values() if one.holds == holds]
    return sorted(set.intersection(*each)) or [""]


def _format_step(step: HistoryStep) -> str:
    return " ".join(f"{key}={value}" for key, value in step.flat().items())
