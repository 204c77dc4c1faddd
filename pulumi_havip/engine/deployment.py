"""Deployment of a program: compare each registration with the state and carry it out."""

from __future__ import annotations

import threading

from pulumi_havip import urns
from pulumi_havip.engine import property_paths as paths
from pulumi_havip.engine.aliases import Aliases, rename
from pulumi_havip.engine.custom_resources import CustomResources
from pulumi_havip.engine.default_providers import Providers
from pulumi_havip.engine.errors import EngineError
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
        self.replacements = Replacements(self)
        self._custom = CustomResources(run, self)

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
            self._custom.register(goal, new, old)
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
        with self.replacements.standing_still(), self._claiming:
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
        with self.replacements.standing_still(), self._claiming:
            known = {id(one): one for one in (*self._journal.snapshot.records(), *self.old_records)}
            changed = {
                key: renamed
                for key, record in known.items()
                if (renamed := rename(record, old.urn, urn)) is not record
            }
            kept = [one for one in self._journal.snapshot.records() if id(one) in changed]
            if kept:
                self._journal.end(amend=[changed[id(one)] for one in kept])
            self._exchange(changed)
            self.replacements.rename(old.urn, urn)
            found = changed.get(id(old), old)
            self.olds[found.urn] = found
        return found

    def restore(self, left: Record, there: Record, *, instead_of: Record) -> Record:
        """Return the new record of what a replacement has left, which becomes the resource again.

        Its replacement is deleted in the end.

        Args:
            left: What was left, as it is in the state.
            there: The same as it was read.
            instead_of: Its replacement.
        """
        with self.replacements.standing_still(), self._claiming:
            restored, replaced = there.copy(delete=False), instead_of.copy(delete=True)
            self._journal.end(amend=[restored, replaced])
            self._exchange({id(left): restored, id(instead_of): replaced})
            self.olds[restored.urn] = restored
        return restored

    def _exchange(self, changed: dict[int, Record]) -> None:
        """Exchange records of the state, given by their identity."""
        self.old_records = [changed.get(id(one), one) for one in self.old_records]
        for name, record in [*self.olds.items()]:
            self.olds[name] = changed.get(id(record), record)

    def skip(self, new: Record) -> None:
        """Leave out a new resource that is not a target of the operation."""
        self._skipped.add(new.urn)
        new.outputs = {}
        self.steps.leave(new)

    def refuse_skipped(self, new: Record) -> None:
        """Reject a resource that needs one that was left out.

        Raises:
            EngineError: It needs one.
        """
        missing = next((urn for urn in new.needs() if urn in self._skipped), None)
        if missing is not None:
            raise EngineError(
                f"{new.name} depends on {urns.name_of(missing)}, which does not exist yet and is "
                f"not among the targets; add --target {missing}"
            )

    # -- components ---------------------------------------------------------------------

    def _register_component(self, new: Record, old: Record | None) -> None:
        if old is not None and old.custom:
            self.steps.create(new, None, old=old, keys=["provider"])
            self.steps.replace(new, ["provider"], [])
        elif old is None:
            if new.type != urns.STACK_TYPE and not self._settings.targets.includes(new):
                self.skip(new)
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
