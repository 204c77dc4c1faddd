"""Delete what must be gone before a replacement is created: dependents, and leftovers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pulumi_havip.engine import decisions as decide
from pulumi_havip.engine import dependencies as graph
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import UNKNOWN, unwrap

if TYPE_CHECKING:
    from pulumi_havip.engine.deployment import Deployment


class Replacements:
    """Tracks the resources that were deleted because another one is replaced.

    Args:
        deployment: The deployment.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._deletions: dict[str, Future[Record]] = {}
        self._gone: set[int] = set()
        self._lock = threading.Lock()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Block the computation of further deletions while something is registered."""
        with self._lock:
            yield

    def rename(self, before: str, after: str) -> None:
        """Rename a resource; `standing_still` must be active."""
        if before in self._deletions:
            self._deletions[after] = self._deletions.pop(before)

    def is_deleted_with(self, urn: str) -> bool:
        """Return whether a resource is deleted, or about to be, because of another one."""
        return urn in self._deletions

    def take(self, urn: str) -> Record | None:
        """Return the state's record of a resource deleted this way; None if it was not.

        Raises:
            EngineError: Its deletion failed.
        """
        condemned = self._deletions.pop(urn, None)
        return None if condemned is None else condemned.result()

    def delete_dependents(self, root: Record) -> None:
        """Delete the dependents that must be replaced with a resource that is deleted first.

        Raises:
            EngineError: One of them is protected, or could not be deleted.
        """
        with self._lock:
            to_delete = self._to_replace_with(root)
            self._deletions.update({record.urn: Future() for record in to_delete})
            futures = [self._deletions[record.urn] for record in to_delete]
        for record, future in reversed(list(zip(to_delete, futures, strict=True))):
            try:
                self._refuse_protected(record, root)
                provider = self._deployment.providers.of_old(record)
                future.set_result(self._deployment.steps.delete_for_replacement(record, provider))
            except EngineError as error:
                for other in futures:
                    if not other.done():
                        other.set_exception(error)
                raise

    def left_of(self, old: Record) -> list[Record]:
        """Return what interrupted replacements have left of a resource."""
        records = self._deployment.old_records
        return [
            one
            for one in records
            if one.delete and one.urn == old.urn and one.key not in self._gone
        ]

    def delete_leftovers(self, old: Record) -> None:
        """Delete what interrupted replacements have left of a resource that is replaced again.

        The new one may want the address that the left one still has. What uses a left one goes
        before it: what is left itself, and what has not been moved to the next one.

        Raises:
            EngineError: One of them could not be deleted.
        """
        records = self._deployment.old_records
        for left in self.left_of(old):
            users = [one for one in graph.dependents(records, left) if one.delete]
            for record in (*reversed(users), left):
                if record.key not in self._gone:
                    self._gone.add(record.key)
                    self.delete_dependents(record)
                    provider = self._deployment.providers.of_old(record)
                    self._deployment.steps.delete(record, provider, replacing=True)

    def _refuse_protected(self, record: Record, root: Record) -> None:
        if record.protect:
            raise EngineError(
                f"{root.name} cannot be replaced: {record.name}, which must be "
                "replaced with it, is protected; set protect=False on it and run `up`"
            )

    def _to_replace_with(self, root: Record) -> list[Record]:
        """Return the dependents that a new id and new outputs of a resource would replace.

        Their providers diff them with unknowns for all values that come from a replaced resource.
        Resources that are already registered cannot depend on the resource any more.
        """
        records = self._deployment.old_records
        replaced = {root.urn: root}
        found = []
        for record in graph.dependents(records, root, self._deployment.seen):
            done = record.urn in self._deletions or record.delete or record.pending_replacement
            if not done and self._falls_with(record, replaced):
                replaced[record.urn] = record
                found.append(record)
        return found

    def _falls_with(self, record: Record, replaced: Mapping[str, Record]) -> bool:
        if record.external:
            return False
        if record.deleted_with in replaced:
            return True
        hit = {
            key
            for key, needed in record.property_dependencies.items()
            if key in record.inputs
            and any(_uses(record.inputs[key], replaced[urn]) for urn in needed if urn in replaced)
        }
        provider = self._deployment.providers.of_old(record) if hit else None
        if provider is None:
            return False
        inputs = {key: UNKNOWN if key in hit else value for key, value in record.inputs.items()}
        diff = provider.diff(record, inputs, unknowns=True, ignore=record.ignore_changes)
        diff = decide.settle_diff(diff, record.inputs, inputs, record.ignore_changes)
        diff = decide.apply_replace_on_changes(diff, record.replace_on_changes, unhealthy=False)
        return bool(diff.changes and diff.replaces)


def _uses(value: Any, replaced: Record) -> bool:
    """Return whether an input may come from a resource that is replaced.

    One that an interrupted replacement has left has the name of the next one: the values tell.
    """
    if not replaced.delete:
        return True
    values = _texts([replaced.id, replaced.outputs])
    return not values.isdisjoint(_texts(value))


def _texts(value: Any) -> set[str]:
    """Return the texts in a value, also in nested ones."""
    value = unwrap(value)
    if isinstance(value, str):
        return {value}
    items = value.values() if isinstance(value, dict) else value
    return (
        {text for one in items for text in _texts(one)}
        if isinstance(value, (dict, list))
        else set()
    )
