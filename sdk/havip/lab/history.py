"""Histories: timed faults and operations as data, and the runner that plays them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_serializer,
    model_validator,
)

from havip._client.polling import until
from havip.errors import HavipError
from havip.lab import faults, topologies
from havip.lab.bounds import bound, timers
from havip.lab.faults import AnyFault
from havip.lab.judge import Judgment, Played, PlayedStep, judge
from havip.lab.lab import ROLES, Lab
from havip.lab.load_factor import Lateness, slowness
from havip.lab.loads import Load, load_of
from havip.lab.namespace import LabError, NoEffectError
from havip.lab.node import Node
from havip.lab.topology import Topology
from havip.lab.topology_lab import running

LONGEST = 600.0
"""Maximum start time and duration of a step, in seconds."""
CALM = 1.0
"""Seconds before the first step, and after the last one has ended."""
_RECOVERY = 90.0
"""Seconds within which redundancy must be restored without intervention."""


class HistoryStep(BaseModel):
    """One fault of a history.

    Attributes:
        at: Start, in seconds after the topology is ready.
        fault: The fault to inject.
        seconds: Duration in seconds (``for`` in a file); None lasts until the end of the
            history.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    at: float = Field(ge=0, le=LONGEST)
    fault: AnyFault
    seconds: float | None = Field(None, alias="for", gt=0, le=LONGEST)

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, data: Any) -> Any:
        """Parse ``{at: 1, fault: NAME, for: 5, PARAMETER: VALUE}``."""
        if not isinstance(data, dict) or not isinstance(data.get("fault"), str):
            return data
        own = {key: value for key, value in data.items() if key in ("at", "for")}
        rest = {key: value for key, value in data.items() if key not in (*own, "fault")}
        try:
            return {**own, "fault": faults.build(data["fault"], **rest)}
        except LabError as error:
            raise ValueError(str(error)) from None

    @model_serializer
    def flat(self) -> dict[str, Any]:
        """Return the step in the format of a file."""
        end = {} if self.seconds is None else {"for": self.seconds}
        node = getattr(self.fault, "node", "")
        given = self.fault.model_dump(exclude_defaults=True)
        return {"at": self.at, "fault": self.fault.name, **({"node": node} if node else {}),
                **given, **end}  # fmt: skip


class Expectation(BaseModel):
    """Expectations of a history, besides the promises.

    Attributes:
        outage: The maximum outage in seconds; ``bound`` is the limit of VRRP's timers; None
            expects nothing.
        outage_at_least: The minimum outage, for a history that demonstrates a failure.
        holder: The final holder: ``same`` as at first, ``other``, or ``any``.
        drops: Reasons for which announcements must have been dropped.
        moves: Maximum number of moves of the address.
        promises: The promises that must hold.
    """

    model_config = ConfigDict(extra="forbid")

    outage: float | Literal["bound"] | None = None
    outage_at_least: float | None = None
    holder: Literal["same", "other", "any"] = "any"
    drops: list[str] = []
    moves: int | None = None
    promises: list[Literal["P3", "P4", "P5", "P6"]] = ["P3", "P4", "P5", "P6"]


class History(BaseModel):
    """A topology, the faults to inject into it, and the expected outcome.

    Attributes:
        name: A short name.
        title: A one-line title.
        story: Description of the incident, and its source.
        topology: The name of a topology, the folder of a stack's project, or the topology itself.
        steps: The faults.
        settle: Seconds between the recovery and the judgement.
        expect: The expected outcome.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str = ""
    story: str = ""
    topology: str | Topology = "pair"
    steps: list[HistoryStep] = Field(min_length=1, max_length=100)
    settle: float = Field(CALM, ge=0, le=LONGEST)
    expect: Expectation = Expectation()

    def built(self) -> Topology:
        """Return the topology, with the features that the steps need.

        Raises:
            LabError: The topology or a node of a step does not exist.
        """
        found = topologies.build(self.topology) if isinstance(self.topology, str) else self.topology
        for number, step in enumerate(self.steps):
            for field in ("node", "peer"):
                name = getattr(step.fault, field, "") or "master"
                if name not in (*ROLES, *found.nodes):
                    raise LabError(
                        f"steps.{number}: unknown node {name}; known are "
                        f"{', '.join(found.nodes)}, and the roles {', '.join(ROLES)}"
                    )
        if any(step.fault.name == "clock-jumped" for step in self.steps):
            if found.rows:
                raise LabError(
                    "clock-jumped cannot be played with a database: libfaketime stops services "
                    "that change their user; use a topology without one, such as pair"
                )
            return found.model_copy(update={"clocks": True})
        return found

    def to_yaml(self) -> str:
        """Format the history as YAML for `load`."""
        data = self.model_dump(exclude_defaults=True, exclude={"steps", "topology"})
        topology = self.topology
        data["topology"] = (
            topology if isinstance(topology, str) else topology.model_dump(exclude_defaults=True)
        )
        data["steps"] = [step.flat() for step in self.steps]
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def load(path: Path) -> History:
    """Load a history from a YAML or JSON file.

    Raises:
        LabError: The file cannot be read, or is invalid.
    """
    try:
        data = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LabError(f"{path}: cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise LabError(f"{path}: expected a mapping with name, topology and steps")
    try:
        return History.model_validate({"name": path.stem, **data})
    except ValidationError as error:
        raise LabError(f"{path}: {_first_problem(error)}") from None


def _first_problem(error: ValidationError) -> str:
    """Return the most deeply nested problem, with its location."""
    problems = error.errors(include_url=False, include_input=False)
    deepest = max(problems, key=lambda one: (one["type"] == "value_error", len(one["loc"])))
    parts = [str(one) for one in deepest["loc"]]
    # For a union, pydantic's location includes the name of the type that it tried.
    where = ".".join(one for one in parts if one not in ("str", "float") and "Topology" not in one)
    alternatives = [one["msg"] for one in problems if one["loc"][:-1] == deepest["loc"][:-1]]
    several = parts[-1] == "float" and len(alternatives) > 1
    message = " or ".join(alternatives) if several else deepest["msg"]
    return f"{where}: {message.removeprefix('Value error, ')}"


def play(history: History, folder: Path, say: Callable[[str], None] | None = None) -> Judgment:
    """Play a history in the namespaces of this process, and judge it.

    Args:
        history: The history.
        folder: An empty folder for disks and logs.
        say: Called with a line for each event.

    Raises:
        LabError: The topology did not start, or a step is impossible in it.
    """
    topology = history.built()
    with running(topology, folder) as lab:
        if say is not None:
            lab.events.subscribe(lambda event: say(f"{event.kind} {event.node} {event.text}"))
        player = _Player(lab, history)
        lab.start()
        return player.play()


def play_in(lab: Lab, history: History) -> Judgment:
    """Play a history in a lab that has been started, and judge it.

    Raises:
        LabError: Nobody serves the address, or a step is impossible.
    """
    return _Player(lab, history).play()


class _Player:
    def __init__(self, lab: Lab, history: History) -> None:
        self.lab = lab
        self.history = history
        self.steps: list[PlayedStep] = []
        self.slow = slowness()
        self.lateness = Lateness()
        self.began = time.monotonic()

    def play(self) -> Judgment:
        lab = self.lab
        load = load_of(lab)
        self._wait_ready(load)
        ready = lab.events.add("note", text="ready").at
        self._run_steps(ready + CALM)
        healed = time.monotonic()
        recovered, agreed = self._recover(load, healed)
        time.sleep(self.history.settle)
        if recovered is not None and not until(lambda: self._restored(load), CALM):
            # A fault just before the end had not been noticed yet.
            recovered, _ = self._recover(load, healed)
            time.sleep(self.history.settle)
        log = lab.tail(100) if recovered is None else ""
        load.stop()
        ended = lab.events.add("note", text="end").at
        played = Played(
            name=self.history.name,
            title=self.history.title,
            address=lab.topology.address,
            began=self.began,
            ready=ready,
            ended=ended,
            slowness=self.slow,
            lateness=[self._lateness(one, ended) for one in self.steps],
            steps=self.steps,
            recovered=recovered,
            healthy=recovered is not None,
            agreed=agreed,
            agreement_bound=self._agreement_bound(),
            holder=lab.holder() or "",
            masters=lab.masters(),
            load=load.result(),
            requests=load.requests(),
            events=list(lab.events),
            adverts=list(lab.fabric.adverts),
            ports={port.name: port.node for port in lab.fabric.ports.values()},
            log=log,
        )
        return judge(played, self.history.expect)

    def _lateness(self, step: PlayedStep, ended: float) -> float:
        return self.lateness.most(step.at, ended if step.until is None else step.until)

    def _wait_ready(self, load: Load) -> None:
        lab, topology = self.lab, self.lab.topology
        timeout = topology.timeout * self.slow
        lab.wait_started(timeout)
        lab.wait_ready(timeout)
        load.start()
        # An address that never responds is a result to report, not an error.
        _answered(load, timeout if lab.agreed() else CALM)

    def _run_steps(self, start: float) -> None:
        due: list[tuple[float, int, Callable[[], None]]] = []
        for number, step in enumerate(self.history.steps):
            due.append((start + step.at, number, lambda step=step: self._begin(step, due)))  # type: ignore[misc]
        while due:
            due.sort(key=lambda one: one[:2])
            at, _, action = due.pop(0)
            time.sleep(max(0.0, at - time.monotonic()))
            action()
        for one in self.steps:
            if one.until is None:
                self._undo(one)

    def _begin(self, step: HistoryStep, due: list[tuple[float, int, Callable[[], None]]]) -> None:
        lab = self.lab
        holder = lab.delivered_to() or ""
        try:
            fault = step.fault.resolved(lab)
            self.slow = max(self.slow, slowness())
            slow = self.slow if lab.topology.moved_by_api else 1.0
            allowed = bound(lab, fault, holder, lasting=step.seconds or 0, slow=slow)
            at = time.monotonic()
            undo = fault.inject(lab)
        except NoEffectError as error:
            # In random histories another fault may have powered the node off.
            lab.events.add("note", text=f"without effect: {error}")
            return
        event = lab.events.add(
            "fault", getattr(fault, "node", ""), fault.name, _parameters_of(fault), at=at
        )
        played = PlayedStep(
            fault=fault.name,
            node=getattr(fault, "node", ""),
            text=_parameters_of(fault),
            at=event.at,
            holder=holder,
            bound=allowed.seconds,
            formula=allowed.formula,
        )
        played.undo = undo
        self.steps.append(played)
        if step.seconds is not None:
            due.append((event.at + step.seconds, len(due), lambda: self._undo(played)))

    def _undo(self, step: PlayedStep) -> None:
        if step.until is not None:
            return
        lab = self.lab
        step.holder_before_heal = lab.delivered_to() or ""
        step.until = lab.events.add("heal", step.node, step.fault, "undone").at
        if step.undo is not None:
            step.undo()

    def _recover(self, load: Load, healed: float) -> tuple[float | None, float | None]:
        """Wait for recovery; return its time and that of agreement after the last heal."""
        lab = self.lab
        timeout = _RECOVERY if lab.topology.rows else self._agreement_bound()
        if not {"P5", "P6"} & set(self.history.expect.promises):
            timeout = CALM
        agreed: float | None = None

        def recovered() -> bool:
            nonlocal agreed
            if agreed is None and lab.agreed():
                agreed = time.monotonic() - healed
            return agreed is not None and self._restored(load)

        pause = 0.05 if lab.topology.rows is None else 0.5
        # The machine may be slower than at first: other labs start and end next to this one.
        self.slow = max(self.slow, slowness())
        left = healed + timeout * self.slow - time.monotonic()
        return (time.monotonic() - healed if until(recovered, left, pause) else None), agreed

    def _restored(self, load: Load) -> bool:
        return self.lab.agreed() and self._whole() and load.healthy()

    def _whole(self) -> bool:
        """Return whether all nodes and services run, and keepalived is not in FAULT.

        For a database, FAULT is accepted: standbys are in FAULT by design.
        """
        lab = self.lab
        return all(
            node.running
            and set(lab.spec(name).services) <= set(node.programs())
            and (lab.topology.rows or _state(lab, node) in ("MASTER", "BACKUP", ""))
            for name, node in lab.nodes.items()
        )

    def _agreement_bound(self) -> float:
        """Return the seconds after the last heal within which VRRP, network and API must agree."""
        lab = self.lab
        found = [
            one
            for name in lab.topology.holders
            if (one := timers(lab.spec(name).keepalived_conf, lab.topology.address))
        ]
        if not found:
            return 15.0
        slowest = max(one.election + (one.detection or 0) + max(one.refresh, 5.0) for one in found)
        return slowest + lab.fabric.delay + (5.0 if lab.topology.secondary else 0) + CALM


def _answered(load: Load, seconds: float) -> bool:
    return until(lambda: any(one.answered for one in load.requests()), seconds)


def _state(lab: Lab, node: Node) -> str:
    """Return the latest state of keepalived since its start, or ""."""
    found = lab.events.find("state", "service", node=node.name)
    last = found[-1] if found else None
    for event in reversed(found):
        if event.kind == "state":
            return event.text
        if event.subject == "keepalived" and event.text not in ("activating", "active"):
            return "" if last is None else "starting"
    return ""


def _parameters_of(fault: faults.LabFault) -> str:
    """Format the parameters of a fault, except its node."""
    given = fault.model_dump(exclude_defaults=True, exclude={"node"})
    return " ".join(f"{key}={value}" for key, value in given.items())


__all__ = ["Expectation", "HavipError", "History", "HistoryStep", "load", "play"]
