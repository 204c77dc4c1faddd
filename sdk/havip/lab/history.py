"""Histories: faults and operations with their times, as data, and the runner that plays them."""

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
from havip.lab.lab import ROLES, Lab, running
from havip.lab.load_factor import Lateness, slowness
from havip.lab.loads import Load, load_of
from havip.lab.namespace import LabError, NoEffectError
from havip.lab.node import Node
from havip.lab.topology import Topology

LONGEST = 600.0
"""Seconds after which no step begins, and that none lasts longer than."""
CALM = 1.0
"""Seconds before the first step, and after the last one is over."""
_RECOVERY = 90.0
"""Seconds within which redundancy has to come back by itself."""


class HistoryStep(BaseModel):
    """One fault of a history.

    Attributes:
        at: When it begins, in seconds after the topology is ready.
        fault: What happens.
        seconds: When it is undone, in seconds after it began (``for`` in a file); None leaves it
            until the end of the history.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    at: float = Field(ge=0, le=LONGEST)
    fault: AnyFault
    seconds: float | None = Field(None, alias="for", gt=0, le=LONGEST)

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, data: Any) -> Any:
        """Read ``{at: 1, fault: NAME, for: 5, PARAMETER: VALUE}``."""
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
        """Return the form that a file has."""
        end = {} if self.seconds is None else {"for": self.seconds}
        node = getattr(self.fault, "node", "")
        given = self.fault.model_dump(exclude_defaults=True)
        return {"at": self.at, "fault": self.fault.name, **({"node": node} if node else {}),
                **given, **end}  # fmt: skip


class Expectation(BaseModel):
    """Expectations of a history, besides the promises.

    Attributes:
        outage: The longest outage in seconds; ``bound`` means what VRRP's timers allow; None
            expects nothing.
        outage_at_least: The shortest, for a history that shows a failure.
        holder: Who holds the address in the end: ``same`` as at first, ``other``, ``any``.
        drops: Why announcements must have been dropped.
        moves: How often the address may move at most.
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
    """History of a topology, and its expectations.

    Attributes:
        name: A short name.
        title: One line for people.
        story: What accident this is, and where it is known from.
        topology: The name of a topology, or the topology itself.
        steps: The faults.
        settle: Seconds after the last step until the judgement, besides the recovery.
        expect: What is expected.
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
        """Return the topology, with what the steps need of it.

        Raises:
            LabError: No topology has the name, or no node that of a step.
        """
        found = topologies.build(self.topology) if isinstance(self.topology, str) else self.topology
        for number, step in enumerate(self.steps):
            for field in ("node", "peer"):
                name = getattr(step.fault, field, "") or "master"
                if name not in (*ROLES, *found.nodes):
                    raise LabError(
                        f"steps.{number}: no node is called {name}; there are "
                        f"{', '.join(found.nodes)}, and the roles {', '.join(ROLES)}"
                    )
        if any(step.fault.name == "clock-jumped" for step in self.steps):
            return found.model_copy(update={"clocks": True})
        return found

    def to_yaml(self) -> str:
        """Write the file that `load` reads."""
        data = self.model_dump(exclude_defaults=True, exclude={"steps", "topology"})
        topology = self.topology
        data["topology"] = (
            topology if isinstance(topology, str) else topology.model_dump(exclude_defaults=True)
        )
        data["steps"] = [step.flat() for step in self.steps]
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def load(path: Path) -> History:
    """Read a history from a YAML or JSON file.

    Raises:
        LabError: The file cannot be read, or something in it is wrong; in one line.
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
    """Return the problem that lies deepest in the data, as where and what."""
    problems = error.errors(include_url=False, include_input=False)
    deepest = max(problems, key=lambda one: (one["type"] == "value_error", len(one["loc"])))
    parts = [str(one) for one in deepest["loc"]]
    # Of a value with several types, pydantic names the type that it tried.
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
        say: Gets a line for each thing that happens.

    Raises:
        LabError: The topology did not start, or a step cannot be done in it.
    """
    topology = history.built()
    with running(topology, folder) as lab:
        if say is not None:
            lab.events.subscribe(lambda event: say(f"{event.kind} {event.node} {event.text}"))
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
        lab, topology = self.lab, self.lab.topology
        lab.start()
        load = load_of(lab)
        self._wait_ready(load)
        ready = lab.events.add("note", text="ready").at
        self._steps(ready + CALM)
        recovered, healthy, agreed = self._recover(load)
        time.sleep(self.history.settle)
        load.stop()
        ended = lab.events.add("note", text="end").at
        played = Played(
            name=self.history.name,
            title=self.history.title,
            address=topology.address,
            began=self.began,
            ready=ready,
            ended=ended,
            slowness=self.slow,
            lateness=[self._lateness(one, ended) for one in self.steps],
            steps=self.steps,
            recovered=recovered,
            healthy=healthy,
            agreed=agreed,
            agreement_bound=self._agreement_bound(),
            holder=lab.holder() or "",
            masters=lab.masters(),
            load=load.result(),
            tries=load.tries(),
            events=list(lab.events),
            adverts=list(lab.fabric.adverts),
            ports={port.name: port.node for port in lab.fabric.ports.values()},
        )
        return judge(played, self.history.expect)

    def _lateness(self, step: PlayedStep, ended: float) -> float:
        return self.lateness.most(step.at, ended if step.until is None else step.until)

    def _wait_ready(self, load: Load) -> None:
        lab, topology = self.lab, self.lab.topology
        patience = topology.patience * self.slow
        lab.wait_started(patience)
        lab.wait_ready(patience)
        load.start()
        # An address that is never answered is a result to report, and no error.
        _answered(load, patience if lab.agreed() else CALM)

    def _steps(self, start: float) -> None:
        """Begin and undo every step at its time."""
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
        holder = lab.fabric.holder(lab.topology.address) or ""
        try:
            fault = step.fault.resolved(lab)
            slow = max(self.slow, slowness()) if lab.topology.api else 1.0
            allowed = bound(lab, fault, holder, lasting=step.seconds or 0, slow=slow)
            at = time.monotonic()
            undo = fault.begin(lab)
        except NoEffectError as error:
            # A random history may hit a node that another fault has taken down.
            lab.events.add("note", text=f"without effect: {error}")
            return
        event = lab.events.add("fault", getattr(fault, "node", ""), fault.name, _told(fault), at=at)
        played = PlayedStep(
            fault=fault.name,
            node=getattr(fault, "node", ""),
            text=_told(fault),
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
        step.holder_before_heal = lab.fabric.holder(lab.topology.address) or ""
        step.until = lab.events.add("heal", step.node, step.fault, "undone").at
        if step.undo is not None:
            step.undo()

    def _recover(self, load: Load) -> tuple[float | None, bool, float | None]:
        """Wait until all services run and the parties agree; return how long each took."""
        lab, healed = self.lab, time.monotonic()
        patience = _RECOVERY if lab.topology.rows else self._agreement_bound()
        if not {"P5", "P6"} & set(self.history.expect.promises):
            patience = CALM
        agreed: float | None = None

        def recovered() -> bool:
            nonlocal agreed
            if agreed is None and lab.agreed():
                agreed = time.monotonic() - healed
            return agreed is not None and lab.agreed() and self._whole() and load.healthy()

        pause = 0.05 if lab.topology.rows is None else 0.5
        whole = until(recovered, patience * self.slow, pause)
        return time.monotonic() - healed if whole else None, whole, agreed

    def _whole(self) -> bool:
        """Return whether every node has power, every service runs, and keepalived is not in FAULT.

        Behind a database keepalived is in FAULT wherever the engine says that another one leads.
        """
        lab = self.lab
        return all(
            node.running
            and set(lab.spec(name).services) <= set(node.programs())
            and (lab.topology.rows or _state(lab, node) in ("MASTER", "BACKUP", ""))
            for name, node in lab.nodes.items()
        )

    def _agreement_bound(self) -> float:
        """Seconds within which VRRP, the network and the API agree again, after the last heal."""
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
    return until(lambda: any(one.answered for one in load.tries()), seconds)


def _state(lab: Lab, node: Node) -> str:
    """Return the state that keepalived entered last since it was started, or ""."""
    found = lab.events.find("state", "service", node=node.name)
    last = found[-1] if found else None
    for event in reversed(found):
        if event.kind == "state":
            return event.text
        if event.subject == "keepalived":
            return "" if last is None else "starting"
    return ""


def _told(fault: faults.LabFault) -> str:
    """Return a fault's parameters, besides its node, as words."""
    given = fault.model_dump(exclude_defaults=True, exclude={"node"})
    return " ".join(f"{key}={value}" for key, value in given.items())


__all__ = ["Expectation", "HavipError", "History", "HistoryStep", "load", "play"]
