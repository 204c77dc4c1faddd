"""Registration of resources that a provider manages: import, compare, create, update, replace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pulumi_havip.engine import decisions as decide
from pulumi_havip.engine import property_paths as paths
from pulumi_havip.engine.decisions import Decision, Verdict
from pulumi_havip.engine.errors import EngineError, ProtectedError, ProviderError
from pulumi_havip.engine.events import Change, MessageSeverity
from pulumi_havip.engine.pending_operations import settle_doubts
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.provider_responses import Diff
from pulumi_havip.engine.registration import Goal
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.run import Run
from pulumi_havip.engine.values import Properties

if TYPE_CHECKING:
    from pulumi_havip.engine.deployment import Deployment


class CustomResources:
    """Carries out the registrations of resources that a provider manages.

    Args:
        run: The operation.
        deployment: The deployment whose program registers resources.
    """

    def __init__(self, run: Run, deployment: Deployment) -> None:
        self._run = run
        self._settings = run.settings
        self._steps = deployment.steps
        self._deployment = deployment

    def register(self, goal: Goal, new: Record, old: Record | None) -> None:
        """Carry out the registration of a resource.

        Raises:
            EngineError: It failed.
        """
        new.provider, provider = self._deployment.providers.of(goal)
        if new.urn in self._run.doubts:
            settle_doubts(self._run, new.urn, provider)
            found = (r for r in self._run.journal.snapshot.records() if r.urn == new.urn)
            old = next((record for record in found if not record.delete), None)
        if goal.import_id and self._is_import(goal, old):
            old = self._import(new, provider, old)
            imported = True
        else:
            imported = False
        falls = self._deployment.replacements.is_deleted_with(new.urn)
        if not falls and not self._settings.targets.includes(new):
            self._leave(new, old)
            return
        self._deployment.refuse_skipped(new)
        new.inputs = self._check(goal, new, provider, old)
        gone = self._deployment.replacements.take(new.urn)
        if gone is not None:
            self._steps.replace(new, [], [])
            self._steps.create(new, provider, old=gone)
        elif old is None:
            self._steps.create(new, provider, changes=self._declared(goal, new))
        elif old.external:
            self._steps.create(new, provider, old=old)
            self._steps.replace(new, [], [])
        else:
            self._compare(goal, new, old, provider, imported=imported)

    def _declared(self, goal: Goal, new: Record) -> list[Change]:
        """Return the declared properties of a new resource, for the reviewer of a preview."""
        if not self._settings.preview:
            return []
        return [
            Change(key, "add", None, value)
            for key, value in sorted(new.inputs.items())
            if key in goal.inputs and not key.startswith("__") and value not in (None, "", [], {})
        ]

    def _is_import(self, goal: Goal, old: Record | None) -> bool:
        return old is None or old.external or (old.import_id or old.id) != goal.import_id

    def _import(self, new: Record, provider: ProviderClient, old: Record | None) -> Record:
        taken = new.copy(inputs={}, outputs={})
        self._steps.import_(taken, provider, old)
        if old is not None:
            self._steps.replace(taken, [], [])
        return taken

    def _leave(self, new: Record, old: Record | None) -> None:
        """Skip a resource that is not a target of the operation."""
        if old is None:
            self._deployment.skip(new)
            return
        _become(new, old.copy(urn=new.urn))
        self._steps.same(new, old)

    def _check(
        self, goal: Goal, new: Record, provider: ProviderClient, old: Record | None
    ) -> Properties:
        """Check the inputs with the provider, given the inputs of the old resource, if any."""
        fresh = (
            old is None
            or old.external
            or self._deployment.replacements.is_deleted_with(new.urn)
            or self._is_to_be_replaced(new.urn)
        )
        if fresh or old is None:
            return self._checked(new, provider, self._run.earlier_inputs(new.urn), goal.inputs)
        news = paths.ignore(goal.inputs, old.inputs, goal.ignore_changes)
        return self._checked(new, provider, old.inputs, news)

    def _checked(
        self, new: Record, provider: ProviderClient, olds: Properties, news: Properties
    ) -> Properties:
        self._run.check()
        inputs, failures = provider.check(
            new.urn, olds, news, unknowns=self._settings.preview, seed=os.urandom(32)
        )
        if failures:
            reasons = [f"{name}: {reason}" if name else reason for name, reason in failures]
            for reason in reasons[:-1]:
                self._run.say(MessageSeverity.ERROR, f"{new.name}: {reason}", new.urn)
            raise EngineError(f"{new.name}: {reasons[-1]}")
        return inputs

    def _is_to_be_replaced(self, urn: str) -> bool:
        return self._settings.replace.limited and self._settings.replace.names(urn)

    def _compare(
        self, goal: Goal, new: Record, old: Record, provider: ProviderClient, *, imported: bool
    ) -> None:
        decision = decide.decide(self._diff(goal, new, old, provider), goal, old, new)
        if decision.verdict is Verdict.REPLACE:
            old, decision = self._restored(goal, new, old, provider) or (old, decision)
        if decision.verdict is Verdict.REPLACE:
            self._replace(goal, new, old, provider, decision)
        elif decision.verdict is Verdict.UPDATE:
            self._steps.update(
                new, old, provider, ignore=goal.ignore_changes, changes=decision.changes
            )
        elif imported:
            _become(new, old)
        else:
            self._steps.same(new, old)

    def _restored(
        self, goal: Goal, new: Record, old: Record, provider: ProviderClient
    ) -> tuple[Record, Decision] | None:
        """Restore what an interrupted replacement has left, if the program declares it again.

        Returns:
            The restored resource and what to do with it; None if nothing can be restored.
        """
        kept = old.protect or old.pending_replacement
        if kept or goal.import_id or self._is_to_be_replaced(new.urn):
            return None
        for left in self._deployment.replacements.left_of(old):
            there = self._read(left, provider)
            if there is None:
                continue
            news = paths.ignore(goal.inputs, there.inputs, goal.ignore_changes)
            wanted = new.copy(inputs=self._checked(new, provider, there.inputs, news))
            decision = decide.decide(self._diff(goal, wanted, there, provider), goal, there, wanted)
            if decision.verdict is not Verdict.REPLACE:
                new.inputs = wanted.inputs
                return self._deployment.restore(left, there, instead_of=old), decision
        return None

    def _read(self, record: Record, provider: ProviderClient) -> Record | None:
        """Return a resource as it is now; None if it is gone, or if its provider cannot read."""
        try:
            answer = provider.read(record, record.id, record.inputs, record.outputs)
        except ProviderError as error:
            if not error.unimplemented:
                raise
            return None
        if answer is None:
            return None
        return record.copy(outputs=answer.outputs, inputs=answer.inputs_or(record.inputs))

    def _diff(self, goal: Goal, new: Record, old: Record, provider: ProviderClient) -> Diff:
        if self._is_to_be_replaced(new.urn):
            return Diff(True, ("id",))
        if self._deployment.providers.changed(old, new):
            return Diff(True, ("provider",))
        if not provider.config_known:
            self._run.say(
                MessageSeverity.WARNING,
                "the provider's configuration is known only after the deployment; "
                "what is shown for this resource is a guess",
                new.urn,
            )
            return Diff(True)
        self._run.check()
        diff = provider.diff(
            old.copy(urn=new.urn),
            new.inputs,
            unknowns=self._settings.preview,
            ignore=goal.ignore_changes,
        )
        return decide.settle_diff(diff, old.inputs, new.inputs, goal.ignore_changes)

    # -- replacement --------------------------------------------------------------------

    def _replace(
        self, goal: Goal, new: Record, old: Record, provider: ProviderClient, decision: Decision
    ) -> None:
        if new.protect and old.protect:
            if not self._settings.preview:
                raise ProtectedError(new.urn)
            self._run.result.protected = True
            self._run.note_error(str(ProtectedError(new.urn)), new.urn)
        if goal.import_id:
            raise EngineError(
                f"{new.name} was imported and its program still says so, and now it would have to "
                "be replaced; take import_ out of the program first"
            )
        if not self._is_to_be_replaced(new.urn):
            earlier = self._run.earlier_inputs(new.urn)
            new.inputs = self._checked(new, provider, earlier, goal.inputs)
        keys, changes = decision.keys, decision.changes
        self._deployment.replacements.delete_leftovers(old)
        if not decision.delete_first:
            self._steps.create(new, provider, old=old, keys=keys, changes=changes)
            self._steps.replace(new, keys, changes)
            return
        self._deployment.replacements.delete_dependents(old)
        if not old.pending_replacement:
            old = self._steps.delete_for_replacement(old, self._deployment.providers.of_old(old))
        self._steps.replace(new, keys, changes)
        self._steps.create(new, provider, old=old, keys=keys, changes=changes)


def _become(new: Record, old: Record) -> None:
    for name in Record.__slots__:
        setattr(new, name, getattr(old, name))
