"""Delete the resources that left the program, or all of them: dependents first, in parallel."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence

from pulumi_havip import urns
from pulumi_havip.engine import dependencies as graph
from pulumi_havip.engine.default_providers import provider_of
from pulumi_havip.engine.errors import EngineError, ProtectedError, StoppedError
from pulumi_havip.engine.events import MessageSeverity
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.run import Run, readable
from pulumi_havip.engine.steps import Steps


def remove(run: Run, unwanted: Callable[[Record], bool]) -> None:
    """Delete resources of the state, each after its dependents.

    Args:
        run: The operation.
        unwanted: Returns whether to delete a resource; those marked for deletion always are.
    """
    records = run.journal.snapshot.records()
    found = [record for record in records if record.delete or unwanted(record)]
    reached = _reached(run, records)
    chosen = {item.key: item for item in found if reached is None or item.urn in reached}
    if run.settings.targets.limited and not _targets_cover(run, chosen):
        return
    steps = Steps(run)
    for record in found:
        if record.key not in chosen and not record.delete:
            steps.leave(record)
    if _refuse_protected(run, steps, chosen.values()):
        return

    run.deleting = {item.urn for item in chosen.values()}
    before = graph.delete_order(records, chosen.keys())
    shared = set() if run.settings.preview else _shared(run, records, before)

    def work(key: int) -> None:
        with run.work():
            run.check()
            _remove_one(run, steps, records, chosen[key], shared=key in shared)

    failure = graph.run_ordered(before, work, run.settings.parallel)
    if failure is not None and not isinstance(failure, StoppedError):
        if not isinstance(failure, EngineError):
            raise failure
        run.fail(str(failure), told=run.stopped)


def _shared(run: Run, records: list[Record], before: dict[int, set[int]]) -> set[int]:
    """Return the keys of resources whose object stays, because another resource has it too.

    An attachment or a route has no id of its own, and an adopted object has another name in the
    program as soon as another resource adopts it: what was renamed without an alias is in the state
    under both names. The object is deleted with the last of them, so that no deletion takes away
    what the program declares, and one that is killed leaves no name for an object that is gone.

    Args:
        run: The operation.
        records: The resources of the state.
        before: For each resource to delete, those to delete before it; extended.
    """
    objects: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        if record.custom and not record.external and not record.pending_replacement:
            objects.setdefault((record.type, record.id), []).append(record)
    shared: set[int] = set()
    for same in objects.values():
        going = [record.key for record in same if record.key in before]
        if len(same) < 2 or not going or not _is_one_object(run, records, same):
            continue
        if len(going) == len(same):
            needed = set().union(*(before[key] for key in going))
            last = next((key for key in reversed(going) if key not in needed), going[-1])
            going.remove(last)
            before[last] |= {*going}
        shared |= {*going}
    return shared


def _is_one_object(run: Run, records: list[Record], same: Sequence[Record]) -> bool:
    """Return whether resources of the same type and id are one object.

    Not every provider's ids name an object. Where the properties do, so that the provider finds the
    id by them (as in `pending_operations`), resources with the same one are the same.
    """
    for record in same:
        with contextlib.suppress(EngineError):
            provider = provider_of(run, records, record)
            if provider is None:
                return False
            answer = provider.read(record, "", record.inputs, record.outputs)
            if answer is not None and answer.id == record.id:
                return True
    return False


def _remove_one(
    run: Run, steps: Steps, records: Sequence[Record], record: Record, *, shared: bool
) -> None:
    try:
        if record.pending_replacement:
            steps.forget(record)
            return
        provider = None
        with_another = shared or record.deleted_with in run.deleting
        if not record.external and not record.retain_on_delete and not with_another:
            provider = provider_of(run, list(records), record)
        steps.delete(record, provider, replacing=record.delete)
    except StoppedError:
        raise
    except EngineError as error:
        run.fail(readable(error, record.urn), record.urn)
        raise


def _reached(run: Run, records: Sequence[Record]) -> set[str] | None:
    """Return the targets and their dependents, or None if the operation has no targets."""
    targets = run.settings.targets
    if not targets.limited:
        return None
    reached: set[str] = set()
    for root in records:
        if targets.names(root.urn):
            below = graph.dependents(records, root, children=True)
            reached |= {root.urn, *(item.urn for item in below)}
    return reached


def _targets_cover(run: Run, chosen: dict[int, Record]) -> bool:
    """Report what must be deleted with the targets and is none; return whether to go on.

    A preview goes on, to show the rest.
    """
    targets = run.settings.targets
    if targets.dependents:
        return True
    extra = [record for record in chosen.values() if not targets.names(record.urn)]
    for record in extra:
        run.note_error(
            f"{record.name} depends on a target and would have to be deleted with it; add "
            f"--target {record.urn} or --target-dependents",
            record.urn,
        )
    return not extra or run.settings.preview


def _refuse_protected(run: Run, steps: Steps, chosen: Collection[Record]) -> bool:
    """Report every protected resource that a deletion would include; return whether any exists.

    Without one, warn of those whose protection the program has removed.
    """
    refused = [item for item in chosen if run.settings.guards(item) and not item.delete]
    for record in refused:
        with contextlib.suppress(ProtectedError):  # the step is shown as failed
            steps.delete(record, None)
    if refused:
        run.result.protected = True
        error = ProtectedError(*(record.urn for record in refused))
        run.fail(str(error), refused[0].urn if len(refused) == 1 else "")
        return True
    for record in chosen:
        if record.protect and not record.delete:
            text = f"{urns.label(record.urn)} was protected, and the program protects it no more"
            run.say(MessageSeverity.WARNING, text, record.urn)
    return False


def not_registered(seen: set[str], taken: Callable[[str], bool]) -> Callable[[Record], bool]:
    """Return a predicate for resources that a completed program did not register."""

    def test(record: Record) -> bool:
        return record.urn not in seen and not taken(record.urn)

    return test
