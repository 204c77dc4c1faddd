"""Judge of histories: the conditions that hold during and after one."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from typing import Any

from history import History, Move
from inventory import held, objects
from plans import TYPE, Plan
from world import ACCOUNT, FOREIGN, REGION, World

from pulumi_havip.engine import EngineError, NoStackError, Result


class BrokenError(AssertionError):
    """A history after which something is not as it was promised."""


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
    world.bring_back()
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
    kept, retained = _to_keep(world, move), _to_retain(world, move)
    found = world.run(move.operation, program, **options)
    _kept(world, move, kept)
    if gone := retained - _eips(world):
        raise BrokenError(f"{gone} deleted although they are to be left in the cloud ({move})")
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
    there = _objects(world, move.plan.stack)
    found: dict[Any, set[str]] = {}
    for id, title in there.items():
        identity = move.plan.identity(title)
        if identity is not None and world.identities.get(id) == identity:
            found.setdefault(identity, set()).add(id)
    return [*found.values()]


def _to_retain(world: World, move: Move) -> set[str]:
    """Return the ids of the EIPs that an operation must leave in the cloud.

    The foreign one is left as long as the program adopts it, under whatever name.
    """
    _note_retained(world, move.plan.stack)
    kept = {*world.retained}
    if move.operation != "destroy" and move.plan.eip and not move.plan.kept:
        kept -= _own(world, move.plan.stack) - {FOREIGN}
    if move.operation != "destroy" and move.plan.adopts():
        kept.add(FOREIGN)
    return kept


def _note_retained(world: World, stack: str) -> None:
    """Record which EIPs a stack is to leave in the cloud, as long as its state holds them."""
    records, there = _records(world, stack), _eips(world)
    world.retained |= {FOREIGN, *(record["id"] for record in records)} & there
    world.retained -= {one["id"] for one in records if not one.get("retainOnDelete")}


def _own(world: World, stack: str) -> set[str]:
    return {one["id"] for one in _records(world, stack)}


def _records(world: World, stack: str) -> list[dict[str, Any]]:
    """Return the records of EIPs in a stack's state."""
    try:
        records = world.look(stack).export()["deployment"].get("resources") or ()
    except NoStackError:
        return []
    return [one for one in records if one["type"] == f"{TYPE}Eip"]


def _eips(world: World) -> set[str]:
    """Return the ids of all EIPs, and check that the foreign one is not marked as made."""
    rows = {row.address_id: row for row in world.control.cloud.region(ACCOUNT, REGION).eips}
    if FOREIGN in rows and any(tag.key.startswith("havip:") for tag in rows[FOREIGN].tag_set):
        raise BrokenError(f"{FOREIGN} has the tags of an EIP that a stack has made")
    return set(rows)


def _objects(world: World, stack: str) -> dict[str, str]:
    """Return the objects of a stack, without those that it has left in the cloud."""
    left = world.retained - _own(world, stack) | {FOREIGN}
    found = objects(world.control.cloud.region(ACCOUNT, REGION), stack)
    return {id: title for id, title in found.items() if id not in left}


def _kept(world: World, move: Move, same: list[set[str]]) -> None:
    """Check that objects are still there, and note the identity of new ones."""
    there = _objects(world, move.plan.stack)
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
    world.bring_back()
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
    _note_retained(world, plan.stack)
    _ok(world.run("destroy", plan.program, parallel=1, stack=plan.stack), "the destroy")
    left = held(world.control.cloud.region(ACCOUNT, REGION), plan.stack)
    if _objects(world, plan.stack) or left["bound"] or left["routes"]:
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
    there["objects"] = sorted(_objects(world, plan.stack).values())
    if plan.tag_ignored:
        there["tag"] = wanted["tag"]
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
