"""Histories: sequences of operations with kills and faults, what must hold after them, and how a
failing one is made short."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import generator
import world
from inventory import held, objects
from killable import Kill, Trouble
from plans import BLOCKS, TYPE, Plan
from world import ACCOUNT, FAULTS, OUTSIDE, REGION, World

from pulumi_havip.engine import EngineError, Result

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


class BrokenError(AssertionError):
    """A history after which something is not as it was promised."""


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


def play(control: Any, history: History) -> int:
    """Play a history and check what must hold after it.

    Returns:
        How many of its kills came to pass.

    Raises:
        BrokenError: Something does not hold; the text says what.
    """
    world = World(control, history[0].plan.site)
    try:
        killed = 0
        for move in history:
            killed += _move(world, move)
            _readable(world, move.plan.stack)
        last = {move.plan.stack: move.plan for move in history}
        for plan in last.values():
            _deploy(world, plan)
        if left := list(world.folder.rglob("*.new")):
            raise BrokenError(f"files of operations that are over are left: {left}")
        for plan in last.values():
            _destroy(world, plan)
        return killed
    finally:
        world.close()


def _move(world: World, move: Move) -> bool:
    options: dict[str, Any] = {"parallel": 1, "stack": move.plan.stack}
    if move.outside:
        world.delete_outside(move.outside)
    if move.operation in ("up", "preview"):
        options |= {"refresh": move.first, "replace": move.replace}
    if move.operation == "up":
        options["create"] = True
    if move.operation != "refresh":
        options["target_dependents"] = move.dependents

    def program(deployment: Any) -> None:
        move.plan.program(deployment, move.stops_after)

    options |= {"targets": move.targets, "kill": move.kill, "trouble": move.trouble}
    kept = _to_keep(world, move)
    found = world.run(move.operation, program, **options)
    _kept(world, move, kept)
    text = found.error if isinstance(found, Result) else str(found or "")
    if "the engine itself failed" in text:
        raise BrokenError(f"{move.operation}: {text}")
    done = isinstance(found, Result) and found.ok
    world.protected |= {move.plan.stack} if move.plan.protect else set()
    vexed = (
        move.kill
        or move.trouble
        or move.limited
        or move.plan.stack in world.drifted | world.protected
    )
    if move.operation == "up" and not vexed:
        _ok(found, f"an up without a fault ({move})")
    read = move.operation == "refresh" or (move.operation == "up" and move.first)
    if done and read and not move.targets:
        world.drifted.discard(move.plan.stack)  # a preview keeps nothing of what it read
    whole = move.operation == "up" and not move.targets and not move.stops_after
    if done and whole and move.plan.stack not in world.drifted:
        _holds(world, move.plan, f"after an up that succeeded ({move})")
    return found is None


def _to_keep(world: World, move: Move) -> list[set[str]]:
    """Return the ids of the objects that an operation must not delete, by what they are.

    They are as the program declares them. One of those that are the same is enough.
    """
    if move.operation == "destroy" or move.replace:
        return []
    there = objects(world.control.cloud.region(ACCOUNT, REGION), move.plan.stack)
    found: dict[Any, set[str]] = {}
    for id, title in there.items():
        identity = move.plan.identity(title)
        if identity is not None and world.identities.get(id) == identity:
            found.setdefault(identity, set()).add(id)
    return [*found.values()]


def _kept(world: World, move: Move, same: list[set[str]]) -> None:
    """Check that objects are still there, and note the identity of new ones."""
    there = objects(world.control.cloud.region(ACCOUNT, REGION), move.plan.stack)
    gone = [world.identities[min(ids)] for ids in same if ids.isdisjoint(there)]
    if gone:
        raise BrokenError(f"{gone} deleted although the program declares them ({move})")
    for id in there if move.replace else there.keys() - world.identities.keys():
        # What is replaced by order is the same as before, and what is in it has to follow.
        world.identities[id] = None if move.replace else move.plan.identity(there[id])


def _readable(world: World, stack: str) -> None:
    """Check that the state can be read, and that nobody else can read what is private."""
    try:
        world.look(stack).resources()
    except EngineError as error:
        raise BrokenError(f"the state cannot be read: {error}") from None
    for path in (world.folder / ".pulumi").rglob("*"):
        private = "stacks" in path.parts or "history" in path.parts
        if path.is_file() and private and path.stat().st_mode & 0o077:
            raise BrokenError(f"{path} can be read by others")
        if path.is_file() and private and b"Sup3r-S3cret" in path.read_bytes():
            raise BrokenError(f"{path} holds a password")


def _deploy(world: World, plan: Plan) -> None:
    """Deploy without faults, and check the result."""
    options = {"parallel": 1, "stack": plan.stack}
    world.run("unprotect", plan.program, stack=plan.stack)
    found = world.run(
        "up", plan.program, **options, create=True, refresh=plan.stack in world.drifted
    )
    _ok(found, "the last up")
    _holds(world, plan, "after the last up")
    _settled(world, plan)
    foretold = world.run("preview", plan.program, **options, refresh=True)
    _ok(foretold, "the preview after it")
    if isinstance(foretold, Result) and foretold.changed:
        steps = [f"{s.op} {s.name} {s.changes}" for s in foretold.steps if s.op not in ("same",)]
        raise BrokenError(f"the last up left something to do: {steps}")


def _destroy(world: World, plan: Plan) -> None:
    """Destroy without faults, and check what is left."""
    world.run("unprotect", plan.program, stack=plan.stack)
    _ok(world.run("destroy", plan.program, parallel=1, stack=plan.stack), "the destroy")
    left = held(world.control.cloud.region(ACCOUNT, REGION), plan.stack)
    if left["objects"] or left["bound"] or left["routes"]:
        raise BrokenError(f"the destroy left {left}")


def _ok(found: Any, what: str) -> None:
    if isinstance(found, Result) and found.ok:
        return
    text = found.error if isinstance(found, Result) else repr(found)
    raise BrokenError(f"{what} failed: {text}")


def _holds(world: World, plan: Plan, when: str) -> None:
    """Check that the cloud holds what a plan declares, once."""
    region = world.control.cloud.region(ACCOUNT, REGION)
    wanted, there = plan.wanted(), held(region, plan.stack)
    vips = {name: there["vips"].get(name) for name in wanted["vips"]}
    members = {name: there["members"].get(name) for name in wanted["members"]}
    hosts = there["hosts"] if wanted["hosts"] else []
    found = there | {"vips": vips, "members": members, "hosts": hosts}
    if found != wanted:
        wrong = {key: (wanted[key], found[key]) for key in wanted if wanted[key] != found[key]}
        raise BrokenError(f"{when}: wanted and found are {wrong}")


def _settled(world: World, plan: Plan) -> None:
    """Check that the state knows each resource once and nothing is pending."""
    stack = world.look(plan.stack)
    rows = [row for row in stack.resources() if row.type.startswith(TYPE)]
    names = sorted(f"{row.type.rpartition(':')[2]} {row.name}" for row in rows)
    if names != plan.names():
        raise BrokenError(f"the state holds {names}, and the program declares {plan.names()}")
    if stack.export()["deployment"].get("pending_operations"):
        raise BrokenError("an operation is still pending after an up that succeeded")
    if stack.file.journal.exists():
        raise BrokenError("files of an operation that is over are left")


def failure(control: Any, history: History) -> str:
    """Return what does not hold after a history, empty where everything does."""
    try:
        play(control, history)
    except BrokenError as error:
        return str(error)
    except Exception as error:  # an error that is nobody's on purpose is a failure too
        return repr(error)
    return ""


def shrink(control: Any, history: History, *, tries: int = 300) -> History:
    """Return the shortest and simplest history that was found to fail still."""
    best, changed = history, True
    while changed and tries > 0:
        changed = False
        for candidate in _simpler(best):
            tries -= 1
            if tries <= 0:
                break
            if failure(control, candidate):
                best, changed = candidate, True
                break
    return best


def _simpler(history: History) -> Iterator[History]:
    for index in range(len(history)):
        if len(history) > 1:
            yield history[:index] + history[index + 1 :]
    for index, move in enumerate(history):
        for simpler in _simpler_move(move):
            yield (*history[:index], simpler, *history[index + 1 :])


def _simpler_move(move: Move) -> Iterator[Move]:
    if move.trouble:
        yield replace(move, trouble=None)
    if move.first:
        yield replace(move, first=False)
    if move.outside:
        yield replace(move, outside="")
    if move.targets:
        yield replace(move, targets=(), dependents=False)
        if len(move.targets) > 1:
            yield from (replace(move, targets=(one,)) for one in move.targets)
    if move.dependents:
        yield replace(move, dependents=False)
    if move.replace:
        yield replace(move, replace=())
    if move.stops_after:
        yield replace(move, stops_after=0)
    if move.kill:
        yield replace(move, kill=None)
        if move.kill.how != "before":
            yield replace(move, kill=Kill(move.kill.at, "before"))
    for plan in generator.simpler(move.plan):
        yield replace(move, plan=plan)


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


__all__ = ["History", "Move", "draw", "failure", "play", "shown", "shrink", "world"]
