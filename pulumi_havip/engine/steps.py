"""Steps on resources: each calls a provider, and is journaled before and after the call."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence

from pulumi_havip import urns
from pulumi_havip.engine.errors import (
    ProtectedError,
    ProviderError,
    ProviderLostError,
    SecretError,
    UnhealthyResourceError,
    UnsealedError,
)
from pulumi_havip.engine.events import Change, MessageSeverity, Op, Step
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.resource_state import Record, now
from pulumi_havip.engine.run import Run
from pulumi_havip.engine.values import UNKNOWN_WIRE, Properties, Secret, has_secret, unwrap


class Steps:
    """Runs the steps of an operation.

    Args:
        run: The operation.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._preview = run.settings.preview
        self._journal = run.journal

    # -- registered resources -----------------------------------------------------------

    def same(self, new: Record, old: Record) -> None:
        """Keep an unchanged resource; its options may still have changed."""
        new.id, new.outputs, new.key = old.id, old.outputs, old.key
        new.created, new.modified = old.created, old.modified
        with self._run.step(Step(Op.SAME, new.urn, new.id, old=old, new=new)):
            self._secret_outputs(new)
            if new.copy(source_position=old.source_position) == old:
                self._journal.settle(new)
            else:
                self._journal.end(put=[new])

    def leave(self, record: Record) -> None:
        """Report that a resource is skipped because it is not a target."""
        with self._run.step(Step(Op.SAME, record.urn, record.id)):
            return

    def create(
        self,
        new: Record,
        provider: ProviderClient | None,
        *,
        old: Record | None = None,
        keys: Sequence[str] = (),
        changes: Sequence[Change] = (),
    ) -> None:
        """Create a resource, or the replacement of one that is deleted before or afterwards."""
        op = Op.CREATE if old is None else Op.CREATE_REPLACEMENT
        step = Step(op, new.urn, replace_keys=keys, changes=changes, old=old, new=new)
        with self._run.step(step, slot=provider is not None):
            if provider is None:
                new.created = new.modified = now()
                self._journal.end(put=[new])
                return
            number = self._begin_creation(new)
            try:
                new.id, new.outputs = provider.create(new, preview=self._preview)
            except UnhealthyResourceError as error:
                self._partial(number, new, error, old)
                raise
            except ProviderLostError:  # nobody can tell: the creation stays pending
                raise
            except ProviderError:
                self._after_failure(number, new, provider, old)
                raise
            step.id = new.id
            self._created(number, new, old)

    def _begin_creation(self, new: Record) -> int:
        attempt = self._run.retried.pop(new.urn, None)
        earlier = None if attempt is None else attempt.number
        return self._journal.begin("creating", new, instead_of=earlier)

    def _after_failure(
        self, number: int, new: Record, provider: ProviderClient, old: Record | None
    ) -> None:
        """Find out whether a failed creation created the resource after all.

        If the provider cannot tell, the operation stays pending, and the next one tries again.
        """
        try:
            found = provider.read(new, "", new.inputs, new.inputs)
        except ProviderError:
            return
        if found is None:
            self._journal.end(number)
            return
        new.id, new.outputs = found.id, found.outputs
        new.inputs = found.inputs_or(new.inputs)
        self._created(number, new, old)
        text = f"{new.name} was made although its creation failed; it is taken over ({new.id})"
        self._run.say(MessageSeverity.INFO, text, new.urn)

    def _created(self, number: int, new: Record, old: Record | None) -> None:
        new.created = new.modified = now()
        self._secret_outputs(new)
        if old is None:
            self._keep(number, new)
        elif old.pending_replacement:
            self._keep(number, new, drop=[old])
        else:
            self._keep(number, new, amend=[old.copy(delete=True)])

    def _keep(
        self,
        number: int,
        new: Record,
        *,
        amend: Sequence[Record] = (),
        drop: Sequence[Record] = (),
    ) -> None:
        """Record the created resource; a secret that cannot be encrypted is left out.

        Secrets declared by a program are checked before the creation. A plugin may mark an output
        as secret that was not declared; the created resource must not be lost because of it.
        """
        try:
            self._journal.end(number, put=[new], amend=amend, drop=drop)
        except SecretError:
            if self._preview:
                raise
            secret = sorted(name for name, value in new.outputs.items() if has_secret(value))
            error = UnsealedError(new.name, secret)
            for name in secret:
                del new.outputs[name]
            new.init_errors = [str(error)]
            self._journal.end(number, put=[new], amend=amend, drop=drop)
            raise error from None

    def _partial(
        self,
        number: int,
        new: Record,
        error: UnhealthyResourceError,
        old: Record | None = None,
        *,
        before: Record | None = None,
    ) -> None:
        """Store a resource that exists but is not as declared.

        Args:
            number: The number of the operation in the journal.
            new: The resource; its key is negative while the snapshot does not hold it.
            error: What the provider reported.
            old: The resource that it replaces.
            before: The resource before its update.
        """
        new.id = error.resource_id or new.id
        new.outputs, new.init_errors = error.outputs, error.reasons
        if new.key < 0:
            self._created(number, new, old)
        else:
            new.modified = now()
            self._secret_outputs(new)
            if before is not None:
                _hide_what_was_secret(new, before)
            self._keep(number, new)

    def update(
        self,
        new: Record,
        old: Record,
        provider: ProviderClient | None,
        *,
        ignore: Sequence[str] = (),
        changes: Sequence[Change] = (),
    ) -> None:
        """Update a resource in place."""
        new.id, new.key = old.id, old.key
        new.created, new.modified = old.created, old.modified
        step = Step(Op.UPDATE, new.urn, new.id, changes=changes, old=old, new=new)
        with self._run.step(step, slot=provider is not None):
            if provider is None:
                self._journal.end(put=[new])
                return
            number = self._journal.begin("updating", new)
            try:
                new.outputs = provider.update(old, new, preview=self._preview, ignore=ignore)
            except UnhealthyResourceError as error:
                self._partial(number, new, error, before=old)
                raise
            except ProviderError:
                with contextlib.suppress(ProviderError):
                    settle_change(self._run, number, old, provider)
                raise
            new.modified = now()
            self._secret_outputs(new)
            _hide_what_was_secret(new, old)
            self._keep(number, new)

    def replace(self, new: Record, keys: Sequence[str], changes: Sequence[Change]) -> None:
        """Report a replacement; its creation and deletion are separate steps."""
        with self._run.step(Step(Op.REPLACE, new.urn, replace_keys=keys, changes=changes, new=new)):
            return

    def make_provider(self, new: Record, old: Record | None, keys: Sequence[str] = ()) -> None:
        """Create a provider resource: it gets an id, and no provider is called."""
        op = Op.CREATE if old is None else Op.CREATE_REPLACEMENT
        with self._run.step(Step(op, new.urn, replace_keys=keys, old=old, new=new)):
            new.id = UNKNOWN_WIRE if self._preview else str(uuid.uuid4())
            new.outputs = dict(new.inputs)
            new.created = new.modified = now()
            amend = [] if old is None else [old.copy(delete=True)]
            self._journal.end(put=[new], amend=amend)

    def update_provider(self, new: Record, old: Record) -> None:
        """Update the configuration of a provider resource."""
        new.id, new.key, new.created = old.id, old.key, old.created
        with self._run.step(Step(Op.UPDATE, new.urn, new.id)):
            new.outputs = dict(new.inputs)
            new.modified = now()
            self._journal.end(put=[new])

    # -- reading ------------------------------------------------------------------------

    def read(self, new: Record, provider: ProviderClient, old: Record | None) -> None:
        """Read a resource that the stack does not manage."""
        replacing = old is not None and not old.external and old.id != new.id
        op = Op.READ_REPLACEMENT if replacing else Op.READ
        with self._run.step(Step(op, new.urn, new.id), slot=True):
            number = self._journal.begin("reading", new)
            if new.id != UNKNOWN_WIRE:
                self._read(number, new, provider)
            if old is not None:
                new.created, new.modified = old.created, old.modified
            self._secret_outputs(new)
            if old is None:
                self._journal.end(number, put=[new])
            elif replacing:
                self._journal.end(number, put=[new], amend=[old.copy(delete=True)])
            else:
                new.key = old.key
                self._journal.end(number, put=[new])

    def _read(self, number: int, new: Record, provider: ProviderClient) -> None:
        try:
            answer = provider.read(new, new.id, new.inputs, new.inputs)
            if answer is None:
                raise ProviderError(f"there is no {new.type} with the id {new.id}")
        except ProviderError:
            self._journal.end(number)
            raise
        new.id, new.outputs = answer.id, answer.outputs

    def import_(self, new: Record, provider: ProviderClient, old: Record | None) -> None:
        """Import an existing resource by its id."""
        op = Op.IMPORT if old is None else Op.IMPORT_REPLACEMENT
        with self._run.step(Step(op, new.urn, new.import_id), slot=True):
            number = self._journal.begin("importing", new)
            try:
                answer = provider.read(new, new.import_id, {}, {})
                if answer is None:
                    raise ProviderError(f"there is no {new.type} with the id {new.import_id}")
                if answer.inputs is None:
                    package = urns.package_of(new.type)
                    raise ProviderError(f"the provider {package} cannot import: it read no inputs")
            except ProviderError as error:
                self._journal.end(number)
                raise _import_help(new, error) from None
            new.id, new.inputs, new.outputs = answer.id, answer.inputs, answer.outputs
            new.created = new.modified = now()
            self._secret_outputs(new)
            amend = [] if old is None else [old.copy(delete=True)]
            self._journal.end(number, put=[new], amend=amend)

    # -- deletion -----------------------------------------------------------------------

    def delete(
        self, record: Record, provider: ProviderClient | None, *, replacing: bool = False
    ) -> None:
        """Delete a resource and remove it from the state."""
        with self._run.step(self._delete_step(record, replacing=replacing), slot=True):
            self._refuse_protected(record, replacing=replacing)
            number = self._destroy(record, provider)
            self._journal.end(number, drop=[record])

    def delete_for_replacement(self, record: Record, provider: ProviderClient | None) -> Record:
        """Delete a resource that is created again later; return its record in the state."""
        step = Step(Op.DELETE_REPLACED, record.urn, record.id, old=record)
        with self._run.step(step, slot=True):
            number = self._destroy(record, provider)
            gone = record.copy(pending_replacement=True)
            self._journal.end(number, amend=[gone])
            return gone

    def forget(self, record: Record) -> None:
        """Remove a deleted resource that will not be replaced from the state."""
        with self._run.step(Step(Op.REMOVE_PENDING_REPLACE, record.urn, record.id)):
            self._journal.end(drop=[record])

    def _delete_step(self, record: Record, *, replacing: bool) -> Step:
        if record.external:
            op = Op.DISCARD_REPLACED if replacing else Op.DISCARD
        else:
            op = Op.DELETE_REPLACED if replacing else Op.DELETE
        return Step(op, record.urn, record.id, old=record)

    def _refuse_protected(self, record: Record, *, replacing: bool) -> None:
        if self._run.settings.guards(record) and not replacing:
            raise ProtectedError(record.urn)

    def _destroy(self, record: Record, provider: ProviderClient | None) -> int | None:
        if record.external or record.retain_on_delete or provider is None or self._preview:
            return None
        number = self._journal.begin("deleting", record)
        try:
            provider.delete(record)
        except ProviderError:
            with contextlib.suppress(ProviderError):
                settle_change(self._run, number, record, provider)
            raise
        return number

    # -- secrets ------------------------------------------------------------------------

    def _secret_outputs(self, new: Record) -> None:
        for name in new.additional_secret_outputs:
            if name == "id":
                self._run.say(MessageSeverity.WARNING, "an id cannot be a secret output", new.urn)
            elif name in new.outputs:
                _hide(new.outputs, name)
        for name in new.outputs:
            if isinstance(new.inputs.get(name), Secret):
                _hide(new.outputs, name)


def settle_change(run: Run, number: int | None, record: Record, provider: ProviderClient) -> None:
    """Read a resource after an update or deletion that failed or was interrupted.

    A failed change may have had an effect, and a later program may declare the previous values:
    the state must not claim then that nothing differs.

    Args:
        run: The operation.
        number: The change's number in the journal; None if another change may have affected it.
        record: The resource, as it is in the state.
        provider: Its provider.

    Raises:
        ProviderError: It cannot be read; the change stays pending until the next operation.
    """
    try:
        answer = provider.read(record, record.id, record.inputs, record.outputs)
    except ProviderError as error:
        if not error.unimplemented:
            raise
        run.journal.end(number)
        return
    if answer is None:
        run.journal.end(number, drop=[record])
        return
    fresh = record.copy(outputs=answer.outputs, inputs=answer.inputs_or(record.inputs))
    run.journal.end(number, amend=[fresh])


def _hide_what_was_secret(new: Record, old: Record) -> None:
    """Keep a value secret that the program no longer marks as such, if the value is unchanged."""
    for name, value in old.outputs.items():
        kept = name not in new.inputs and name in new.outputs and has_secret(value)
        if kept and unwrap(value) == unwrap(new.outputs[name]):
            _hide(new.outputs, name)


def _hide(outputs: Properties, name: str) -> None:
    value = outputs[name]
    if not isinstance(value, Secret) and value is not None:
        outputs[name] = Secret(value) if not has_secret(value) else value


def _import_help(new: Record, error: ProviderError) -> ProviderError:
    if urns.package_of(new.type) != urns.DYNAMIC_PACKAGE:
        return error
    return ProviderError(
        f"{new.name}: `import_` does not work with a dynamic resource, whose provider Pulumi hands "
        f"the id alone; take {new.import_id} over by the resource's own argument, such as "
        f"adopt={new.import_id!r}, and leave `import_` out"
    )
