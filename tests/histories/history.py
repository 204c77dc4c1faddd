"""Histories: sequences of operations with kills and faults."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any, Final

import generator
import world
from killable import Kill, Trouble
from plans import BLOCKS, Plan
from world import FAULTS, OUTSIDE

OPERATIONS: Final = ("up", "up", "up", "preview", "refresh", "destroy")
TROUBLES: Final = (*FAULTS, "late", "dead", "full")
MOST_KILLS: Final = 3
MOST_TROUBLES: Final = 2
DRIFTS: Final = 0.1
"""Part of the operations before which somebody else deletes something."""
KILLS: Final = ("before", "inside", "after", "interrupted")
TARGETED: Final = 0.12
"""Part of the operations that are limited to some resources."""
REPLACED: Final = 0.08
"""Part of the deployments that replace a resource in any case."""
STOPPED: Final = 0.08
"""Part of the deployments whose program fails."""
INTERNATIONAL: Final = 0.2
"""Part of the histories that are of an account of the international site."""
NEIGHBORS: Final = 0.2
"""Part of the histories in which two stacks of a project use the same names in one region."""


@dataclass(frozen=True)
class Move:
    """One operation of a history.

    Attributes:
        operation: What is done.
        plan: The program at that time.
        kill: When the process dies.
        trouble: What goes wrong.
        first: Whether everything is read first.
        outside: What somebody else deletes before it, one of `world.OUTSIDE`.
        targets: The URNs that it is limited to; empty for all.
        dependents: Whether what depends on them is a target too.
        replace: The URNs of resources that it replaces in any case.
        stops_after: The number of resources after which the program fails; 0 for never.
    """

    operation: str
    plan: Plan
    kill: Kill | None = None
    trouble: Trouble | None = None
    first: bool = False
    outside: str = ""
    targets: tuple[str, ...] = ()
    dependents: bool = False
    replace: tuple[str, ...] = ()
    stops_after: int = 0

    @property
    def limited(self) -> bool:
        """True if it need not do all that the program declares, or may be refused."""
        return bool(self.targets or self.replace or self.stops_after)


History = tuple[Move, ...]


def draw(seed: int) -> History:
    """Generate a history; the same one for the same seed."""
    rng = random.Random(seed)
    site = "intl" if rng.random() < INTERNATIONAL else "china"
    neighbors = rng.random() < NEIGHBORS
    stacks = {name: replace(generator.choose(rng), stack=name) for name in BLOCKS}
    kills, troubles = rng.randint(0, MOST_KILLS), rng.randint(0, MOST_TROUBLES)
    length = rng.randint(max(1, kills), max(kills, 2) + 2)
    struck = set(rng.sample(range(length), kills))
    vexed = set(rng.sample(range(length), min(troubles, length)))
    moves = []
    for index in range(length):
        stack = rng.choice([*stacks]) if neighbors and index else world.STACK
        if index and rng.random() < 0.55:
            stacks[stack] = generator.change(rng, stacks[stack])
        plan = stacks[stack]
        operation = "up" if index == 0 else rng.choice(OPERATIONS)
        kill = Kill(_when(rng), rng.choice(KILLS))
        trouble = Trouble(rng.randint(1, 30), rng.choice(TROUBLES))
        moves.append(
            Move(
                operation,
                generator.on_site(plan, site),
                kill if index in struck else None,
                trouble if index in vexed else None,
                rng.random() < 0.15,
                rng.choice(OUTSIDE) if index and rng.random() < DRIFTS else "",
                **_limits(rng, operation, plan),
            )
        )
    return tuple(moves)


def _limits(rng: random.Random, operation: str, plan: Plan) -> dict[str, Any]:
    """Choose what an operation is limited to, where it has such an option."""
    urns = [f"**{item.kind}::{item.name}" for item in plan.declared()]
    found: dict[str, Any] = {}
    if rng.random() < TARGETED:
        found["targets"] = tuple(rng.sample(urns, rng.randint(1, min(3, len(urns)))))
        found["dependents"] = operation != "refresh" and rng.random() < 0.5
    if operation in ("up", "preview"):
        if rng.random() < REPLACED:
            found["replace"] = tuple(rng.sample(urns, 1))
        if rng.random() < STOPPED:
            found["stops_after"] = rng.randint(1, len(urns))
    return found


def _when(rng: random.Random) -> int:
    """Choose the event at which a process dies: early and late ones are about as likely."""
    return rng.randint(1, rng.choice((12, 40, 90, 140)))


def shown(history: History) -> str:
    """Return a history as a person reads it."""
    lines = []
    for move in history:
        plan = ", ".join(f"{item.kind} {item.name}" for item in move.plan.declared())
        words = [f"{move.outside} gone outside;"] if move.outside else []
        words += [f"{move.plan.stack}: {move.operation}"]
        words += ["--refresh"] if move.first else []
        words += [f"killed {move.kill.how} event {move.kill.at}"] if move.kill else []
        words += [f"--target {one}" for one in move.targets]
        words += ["--target-dependents"] if move.dependents else []
        words += [f"--replace {one}" for one in move.replace]
        words += [f"program fails after {move.stops_after}"] if move.stops_after else []
        words += [f"{move.trouble.kind} at call {move.trouble.at}"] if move.trouble else []
        lines.append(f"{' '.join(words)}: {plan} ({move.plan})")
    return "\n".join(lines)
