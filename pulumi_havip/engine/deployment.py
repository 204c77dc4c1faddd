"""Deployment of a program: compare each registration with the state and carry it out."""

from __future__ import annotations

import os
import threading

from pulumi_havip import urns
from pulumi_havip.engine import decisions as decide
from pulumi_havip.engine import property_paths as paths
from pulumi_havip.engine.aliases import Aliases, rename
from pulumi_havip.engine.decisions import Decision, Verdict
from pulumi_havip.engine.default_providers import Providers
from pulumi_havip.engine.errors import EngineError, ProtectedError
from pulumi_havip.engine.events import Change, MessageSeverity
from pulumi_havip.engine.pending_operations import settle_doubts
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.provider_responses import Diff
from pulumi_havip.engine.registration import Goal
from pulumi_havip.engine.replacement import Replacements
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.run import Run
from pulumi_havip.engine.steps import Steps
from pulumi_havip.engine.values import Properties, same


class Deployment:
    """Carries out the registrations of a program, each in its caller's thread.

    Args:
        run: The operation.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._settings = run.settings
        self._journal = run.journal
        self.steps = Steps(run)
        self.old_records = run.journal.snapshot.records()
        self.olds = {record.urn: record for record in self.old_records if not record.delete}
        self.news: dict[str, Record] = {}
        self.seen: set[str] = set()
        self.protects: dict[str, bool] = {}
        """Protection of each declared resource, by its current and its former URN."""
        self.stack_urn = ""
        self._stack_outputs: Properties | None = None
        self._goals: dict[str, Goal] = {}
        self._skipped: set[str] = set()
        self._claiming = threading.Lock()
        self.aliases = Aliases(self._settings.stack, self._settings.project, self.olds)
        self.providers = Providers(run, self)
        self._replacements = Replacements(self)

    # -- registration -------------------------------------------------------------------

    def register(self, goal: Goal) -> tuple[Record, bool]:
        """Carry out a registration.

        Returns:
            The resource in its new state, and whether its outputs are unknown because a targeted
                operation left it out.

        Raises:
            EngineError: The registration failed.
        """
        self._inherit(goal)
        urn = self._claim(goal)
        old = self.aliases.find_old(urn, goal)
        before = old.urn if old is not None else urn
        if old is not None and before != urn and old.type == goal.type:
            # First of all: whatever cuts the operation off, the state has one name for it.
            old = self._rename(old, urn)
        new = self._record(urn, goal, old)
        if goal.type == urns.STACK_TYPE:
            self.stack_urn = urn
        if urns.is_provider(goal.type):
            self.providers.register(new, old, goal)
        elif not goal.custom:
            self._register_component(new, old)
        else:
            self._register_custom(goal, new, old)
        if old is not None and old.urn != urn:
            self._rename(old, urn)
        self.news[urn] = new
        self._goals[urn] = goal
        self.protects.update(dict.fromkeys((urn, before), new.protect))
        return new, urn in self._skipped

    def _inherit(self, goal: Goal) -> None:
        if not goal.parent and goal.type != urns.STACK_TYPE and not urns.is_provider(goal.type):
            goal.parent = self.stack_urn
        above = self._goals.get(goal.parent)
        if above is None:
            return
        if goal.protect is None:
            goal.protect = above.protect
        if goal.retain_on_delete is None:
            goal.retain_on_delete = above.retain_on_delete
        goal.deleted_with = goal.deleted_with or above.deleted_with
        package = urns.package_of(goal.type)
        if not goal.provider and goal.custom:
            goal.provider = goal.providers.get(package) or above.providers.get(package, "")
        if not goal.provider and above.provider:
            served = urns.kind_of(urns.split_reference(above.provider)[0])
            if not goal.custom or served == urns.PROVIDER_PREFIX + package:
                goal.provider = above.provider
        if not goal.custom:
            goal.providers = {**above.providers, **goal.providers}

    def _claim(self, goal: Goal) -> str:
        settings = self._settings
        urn = urns.make(settings.stack, settings.project, goal.parent, goal.type, goal.name)
        with self._replacements.standing_still(), self._claiming:
            if urn in self.seen:
                raise EngineError(
                    f"two resources of the program are both {goal.type} {goal.name!r}; "
                    "give one of them another name"
                )
            self.seen.add(urn)
        return urn

    def _record(self, urn: str, goal: Goal, old: Record | None) -> Record:
        return Record(
            urn=urn,
            type=goal.type,
            custom=goal.custom,
            inputs=goal.inputs,
            parent=goal.parent,
            protect=bool(goal.protect),
            dependencies=goal.dependencies,
            provider=goal.provider if goal.custom else "",
            property_dependencies=goal.property_dependencies,
            additional_secret_outputs=goal.additional_secret_outputs,
            custom_timeouts=goal.custom_timeouts,
            import_id=goal.import_id,
            retain_on_delete=bool(goal.retain_on_delete),
            deleted_with=goal.deleted_with,
            source_position=goal.source_position,
            ignore_changes=goal.ignore_changes,
            replace_on_changes=goal.replace_on_changes,
            created=old.created if old is not None else "",
            modified=old.modified if old is not None else "",
        )

    def _rename(self, old: Record, urn: str) -> Record:
        """Rename a resource of the state and the references to it; return its new record."""
        with self._replacements.standing_still(), self._claiming:
            known = {id(one): one for one in (*self._journal.snapshot.records(), *self.old_records)}
            changed = {
                key: renamed
                for key, record in known.items()
                if (renamed := rename(record, old.urn, urn)) is not record
            }
            kept = [one for one in self._journal.snapshot.records() if id(one) in changed]
            if kept:
                self._journal.end(amend=[changed[id(one)] for one in kept])
            self.old_records = [changed.get(id(one), one) for one in self.old_records]
            for name, record in [*self.olds.items()]:
                self.olds[name] = changed.get(id(record), record)
            self._replacements.rename(old.urn, urn)
            found = changed.get(id(old), old)
            self.olds[found.urn] = found
        return found

    # -- components ---------------------------------------------------------------------

    def _register_component(self, new: Record, old: Record | None) -> None:
        if old is not None and old.custom:
            self.steps.create(new, None, old=old, keys=["provider"])
            self.steps.replace(new, ["provider"], [])
        elif old is None:
            if new.type != urns.STACK_TYPE and not self._settings.targets.includes(new):
                self._skip(new)
            else:
                self.steps.create(new, None)
        elif same(old.inputs, new.inputs):
            self.steps.same(new, old)
        else:
            changes = list(paths.differences(old.inputs, new.inputs))
            self.steps.update(new, old, None, changes=changes)

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Set the outputs of a component; those of the stack are set at the end.

        Raises:
            EngineError: The component was never registered.
        """
        if urn == self.stack_urn:
            self._stack_outputs = outputs
            return
        if urn in self._skipped:
            return
        record = self.news.get(urn)
        if record is None:
            raise EngineError(f"outputs came for {urn}, which was not registered")
        self._set_outputs(record, outputs)

    def _set_outputs(self, record: Record, outputs: Properties) -> None:
        if not same(record.outputs, outputs):
            fresh = record.copy(outputs=outputs)
            self._journal.end(amend=[fresh])
            self.news[record.urn] = fresh

    def finish_outputs(self) -> None:
        """Set the outputs of the stack; after a failure, missing ones keep their old value."""
        record = self.news.get(self.stack_urn)
        if record is None:
            return
        old = self.olds.get(self.stack_urn)
        outputs = self._stack_outputs
        if self._run.result.error and old is not None:
            outputs = {**old.outputs, **(outputs or {})}
        if outputs is not None:
            self._set_outputs(record, outputs)
        self._run.result.outputs = dict(self.news[self.stack_urn].outputs)

    # -- resources ----------------------------------------------------------------------

    def _register_custom(self, goal: Goal, new: Record, old: Record | None) -> None:
        new.provider, provider = self.providers.of(goal)
        if new.urn in self._run.doubts:
            settle_doubts(self._run, new.urn, provider)
            found = (r for r in self._journal.snapshot.records() if r.urn == new.urn)
            old = next((record for record in found if not record.delete), None)
        if goal.import_id and self._is_import(goal, old):
            old = self._import(new, provider, old)
            imported = True
        else:
            imported = False
        if not self._settings.targets.includes(new):
            self._leave(new, old)
            return
        self._refuse_skipped(new)
        new.inputs = self._check(goal, new, provider, old)
        gone = self._replacements.take(new.urn)
        if gone is not None:
            self.steps.replace(new, [], [])
            self.steps.create(new, provider, old=gone)
        elif old is None:
            self.steps.create(new, provider, changes=self._declared(goal, new))
        elif old.external:
            self.steps.create(new, provider, old=old)
            self.steps.replace(new, [], [])
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
        self.steps.import_(taken, provider, old)
        if old is not None:
            self.steps.replace(taken, [], [])
        return taken

    def _leave(self, new: Record, old: Record | None) -> None:
        """Skip a resource that is not a target of the operation."""
        if old is None:
            self._skip(new)
            return
        _become(new, old.copy(urn=new.urn))
        self.steps.same(new, old)

    def _skip(self, new: Record) -> None:
        self._skipped.add(new.urn)
        new.outputs = {}
        self.steps.leave(new)

    def _refuse_skipped(self, new: Record) -> None:
        missing = next((urn for urn in new.needs() if urn in self._skipped), None)
        if missing is not None:
            raise EngineError(
                f"{new.name} depends on {urns.name_of(missing)}, which does not exist yet and is "
                f"not among the targets; add --target {missing}"
            )

    def _check(
        self, goal: Goal, new: Record, provider: ProviderClient, old: Record | None
    ) -> Properties:
        """Check the inputs with the provider, given the inputs of the old resource, if any."""
        fresh = (
            old is None
            or old.external
            or self._replacements.is_deleted_with(new.urn)
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
            self._replace(goal, new, old, provider, decision)
        elif decision.verdict is Verdict.UPDATE:
            self.steps.update(
                new, old, provider, ignore=goal.ignore_changes, changes=decision.changes
            )
        elif imported:
            _become(new, old)
        else:
            self.steps.same(new, old)

    def _diff(self, goal: Goal, new: Record, old: Record, provider: ProviderClient) -> Diff:
        if self._is_to_be_replaced(new.urn):
            return Diff(True, ("id",))
        if self.providers.changed(old, new):
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
        self._replacements.delete_leftovers(old)
        if not decision.delete_first:
            self.steps.create(new, provider, old=old, keys=keys, changes=changes)
            self.steps.replace(new, keys, changes)
            return
        self._replacements.delete_dependents(old)
        if not old.pending_replacement:
            old = self.steps.delete_for_replacement(old, self.providers.of_old(old))
        self.steps.replace(new, keys, changes)
        self.steps.create(new, provider, old=old, keys=keys, changes=changes)

    # -- reading ------------------------------------------------------------------------

    def read(self, goal: Goal, resource_id: str, reference: str) -> Record:
        """Read a resource that the program refers to but does not manage.

        Raises:
            EngineError: It does not exist, or its provider failed.
        """
        self._inherit(goal)
        urn = self._claim(goal)
        old = self.aliases.find_old(urn, goal)
        goal.provider = goal.provider or reference
        provider_reference, provider = self.providers.of(goal)
        new = self._record(urn, goal, old).copy(
            id=resource_id, external=True, provider=provider_reference, property_dependencies={}
        )
        self.steps.read(new, provider, old)
        self.news[urn] = new
        return new


def _become(new: Record, old: Record) -> None:
    for name in Record.__slots__:
        setattr(new, name, getattr(old, name))
