"""Refresh: read every resource, in parallel, and update the state to what exists."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_havip.engine import decisions as decide
from pulumi_havip.engine import dependencies as graph
from pulumi_havip.engine.default_providers import provider_of
from pulumi_havip.engine.errors import EngineError, StoppedError, UnhealthyResourceError
from pulumi_havip.engine.events import MessageSeverity, Op, Step
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.provider_responses import ReadAnswer
from pulumi_havip.engine.resource_state import Record, now
from pulumi_havip.engine.run import Run, readable
from pulumi_havip.engine.values import keep_secret, same


def refresh(run: Run) -> None:
    """Read every resource of the state; record changes and resources that no longer exist."""
    records = run.journal.snapshot.records()
    chosen = {record.key: record for record in records if run.settings.targets.includes(record)}

    def work(key: int) -> None:
        with run.work():
            run.check()
            _refresh_one(run, records, chosen[key])

    failure = graph.run_ordered({key: set() for key in chosen}, work, run.settings.parallel)
    if failure is not None and not isinstance(failure, (StoppedError, EngineError)):
        raise failure
    forget_gone(run)


def _refresh_one(run: Run, records: list[Record], record: Record) -> None:
    step = Step(Op.REFRESH, record.urn, record.id, result=Op.SAME)
    try:
        with run.step(step, slot=True):
            if record.custom and not record.is_provider and not record.pending_replacement:
                provider = provider_of(run, records, record)
                if provider is not None:
                    _read(run, provider, record, step)
    except StoppedError:
        raise
    except EngineError as error:
        run.fail(readable(error, record.urn), record.urn)
        raise


def _read(run: Run, provider: ProviderClient, record: Record, step: Step) -> None:
    unhealthy: list[str] = []
    try:
        answer = provider.read(record, record.id, record.inputs, record.outputs)
    except UnhealthyResourceError as error:
        unhealthy = error.reasons
        for found in (error.outputs, error.inputs or {}):  # the error carries bare values
            keep_secret(found, record.inputs)
            keep_secret(found, record.outputs)
        answer = ReadAnswer(error.resource_id or record.id, error.outputs, error.inputs)
        run.say(MessageSeverity.WARNING, f"{record.name} is not healthy: {error}", record.urn)
    if answer is None:
        step.result = Op.DELETE
        run.journal.end(drop=[record])
        return
    inputs = answer.inputs_or(record.inputs)
    changed = not same(inputs, record.inputs) or not same(answer.outputs, record.outputs)
    fresh = record.copy(id=answer.id, inputs=inputs, outputs=answer.outputs, init_errors=unhealthy)
    if not changed and fresh == record:
        return
    if changed:
        fresh.modified = now()
        _note_drift(run, provider, record, fresh, step)
    run.journal.end(amend=[fresh])


def _note_drift(run: Run, provider: ProviderClient, old: Record, fresh: Record, step: Step) -> None:
    """Record the drift as the change that the next deployment would make to undo it."""
    if old.external:
        step.result = Op.UPDATE
        return
    diff = provider.diff(
        fresh, old.inputs, unknowns=run.settings.preview, ignore=old.ignore_changes
    )
    diff = decide.settle_diff(diff, fresh.inputs, old.inputs, old.ignore_changes)
    if diff.changes:
        step.result = Op.UPDATE
        before = old.inputs if not same(old.inputs, fresh.inputs) else old.outputs
        after = fresh.inputs if before is old.inputs else fresh.outputs
        step.changes = decide.shown_changes(diff, before, after)


def forget_gone(run: Run) -> None:
    """Remove all references to resources that are no longer in the state."""
    records = run.journal.snapshot.records()
    there = {record.urn for record in records}
    above: dict[str, str] = {}
    changed = []
    for record in records:
        parent = record.parent
        while parent and parent not in there:
            parent = above.get(parent, "")
        above[record.urn] = parent
        cleaned = record.copy(
            parent=parent,
            deleted_with=record.deleted_with if record.deleted_with in there else "",
            dependencies=_only(record.dependencies, there),
            property_dependencies={
                key: _only(names, there) for key, names in record.property_dependencies.items()
            },
        )
        if cleaned != record:
            changed.append(cleaned)
    if changed:
        run.journal.end(amend=changed)


def _only(names: Iterable[str], there: set[str]) -> list[str]:
    return [name for name in names if name in there]
