"""Resolve the pending operations of a killed run or a failed provider, before anything else.

The journal records a creation with its inputs before the provider is called, so after a crash the
engine knows what may exist. It then asks the provider, with a call that every provider has::

    Read(id="", inputs=INPUTS, properties=INPUTS)

The call means: find the result of a creation with these inputs, by whatever identifies it (a
creation id in a tag or a client token, a natural key). If the provider returns the resource's id,
outputs and inputs, the engine adopts the resource. If it returns an empty id, the operation stays
pending until the program's registration of that resource continues it: Check gets the inputs of
the first attempt as old inputs, so that generated ids are kept, and one line of the journal
replaces the old attempt with the new one. So a creation has one identity from its first attempt to
the successful one, however often it is interrupted. A dynamic provider whose `read("", props)` does
not support this returns the empty id that it was given, which means the same. If the provider
fails, the outcome remains unknown, and nothing is created before it is known: the provider is asked
again when the program registers the resource, as it may have another key by then.

After an update or a deletion, the resource is read by its id.
"""

from __future__ import annotations

from pulumi_havip.engine.default_providers import provider_of
from pulumi_havip.engine.errors import EngineError, ProviderError
from pulumi_havip.engine.events import MessageSeverity
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.resource_state import Pending, Record, now
from pulumi_havip.engine.run import CreationAttempt, Run
from pulumi_havip.engine.steps import settle_change


def settle(run: Run, *, forget: bool = False) -> None:
    """Find the outcome of every pending operation.

    Args:
        run: The operation.
        forget: Whether to assume that none of them had any effect.

    Raises:
        EngineError: A provider cannot tell; the message gives the next step.
    """
    for number, pending in list(run.journal.snapshot.pending.items()):
        run.check()
        record = pending.record
        if forget or pending.kind in {"reading", "importing"}:
            run.journal.end(number)
            continue
        try:
            _settle(run, number, pending, None)
        except ProviderError as error:
            if run.result.operation not in {"up", "preview"}:
                raise _doubt(pending, error) from None
            # The program may configure the resource's provider differently, such as with a key.
            run.doubts.setdefault(record.urn, []).append((number, pending, error))


def settle_doubts(run: Run, urn: str, provider: ProviderClient) -> None:
    """Resolve a resource's pending operations when the program registers it.

    Args:
        run: The operation.
        urn: The resource.
        provider: Its provider, with the program's current configuration.

    Raises:
        EngineError: The provider cannot tell.
    """
    for number, pending, _ in run.doubts.pop(urn, ()):
        try:
            _settle(run, number, pending, provider)
        except ProviderError as error:
            raise _doubt(pending, error) from None


def refuse_doubts(run: Run) -> None:
    """Raise an error if an operation is still in doubt after all registrations.

    Raises:
        EngineError: An operation is in doubt.
    """
    for doubts in run.doubts.values():
        _, pending, error = doubts[0]
        raise _doubt(pending, error)


def _doubt(pending: Pending, error: ProviderError) -> EngineError:
    return EngineError(
        f"{pending.record.name}: an earlier operation was {pending.kind} it, and whether that "
        f"happened cannot be told: {error}; once you know that it did not, go on with "
        "--forget-pending"
    )


def _settle(run: Run, number: int, pending: Pending, provider: ProviderClient | None) -> None:
    records = run.journal.snapshot.records()
    if pending.kind == "creating":
        _settle_creation(run, number, pending.record, records, provider)
    else:
        _settle_change(run, number, pending, records, provider)


def _settle_creation(
    run: Run, number: int, record: Record, records: list[Record], provider: ProviderClient | None
) -> None:
    provider = provider or provider_of(run, records, record)
    if provider is None:
        run.journal.end(number)
        return
    answer = provider.read(record, "", record.inputs, record.inputs)
    if answer is None:
        earlier = run.retried.get(record.urn)
        if earlier is not None:
            run.journal.end(earlier.number)
        run.retried[record.urn] = CreationAttempt(number, record.inputs)
        _settle_predecessor(run, records, record, provider)
        return
    taken = record.copy(id=answer.id, outputs=answer.outputs)
    taken.inputs = answer.inputs_or(record.inputs)
    taken.created = taken.modified = now()
    old = next((item for item in records if item.urn == record.urn and not item.delete), None)
    if old is None:
        run.journal.end(number, put=[taken])
    elif old.id == taken.id:
        run.journal.end(number)
    elif old.pending_replacement:
        run.journal.end(number, put=[taken], drop=[old])
    else:
        run.journal.end(number, put=[taken], amend=[old.copy(delete=True)])
    run.say(
        MessageSeverity.INFO,
        f"{record.name} was made by an operation that did not end; it is taken over ({taken.id})",
        record.urn,
    )


def _settle_predecessor(
    run: Run, records: list[Record], record: Record, provider: ProviderClient
) -> None:
    """Read the resource that an interrupted creation was to replace.

    The creation may have taken away what the old resource had, such as the EIP of a binding.
    """
    for old in records:
        if old.urn == record.urn and not (old.delete or old.pending_replacement or old.external):
            settle_change(run, None, old, provider)


def end_attempts(run: Run) -> None:
    """Remove pending creations that had no effect and that no registration continues."""
    while run.retried:
        _, attempt = run.retried.popitem()
        run.journal.end(attempt.number)


def _settle_change(
    run: Run, number: int, pending: Pending, records: list[Record], provider: ProviderClient | None
) -> None:
    wanted = pending.record
    record = next(
        (item for item in records if item.urn == wanted.urn and item.id == wanted.id), None
    )
    if record is not None:
        provider = provider or provider_of(run, records, record)
    if record is None or provider is None or record.pending_replacement:
        run.journal.end(number)
        return
    settle_change(run, number, record, provider)
