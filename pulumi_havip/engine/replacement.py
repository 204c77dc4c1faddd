"""Deleting, before a resource that is deleted first, what would have to be replaced with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pulumi_havip.engine import decisions as decide
from pulumi_havip.engine import dependencies as graph
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import UNKNOWN

if TYPE_CHECKING:
    from pulumi_havip.engine.deployment import Deployment


class Replacements:
    """Knows which resources were deleted because another is replaced.

    Args:
        deployment: The deployment.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._condemned: dict[str, Future[Record]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Keep others from working out what must be deleted; hold it to register something."""
        with self._lock:
            yield

    def condemns(self, urn: str) -> bool:
        """Return whether a resource is deleted, or about to be, because of another."""
        return urn in self._condemned

    def take(self, urn: str) -> Record | None:
        """Return how the state holds a resource that was deleted so; None where it was not.

        Raises:
            EngineError: Its deletion failed.
        """
        condemned = self._condemned.pop(urn, None)
        return None if condemned is None else condemned.result()

    def delete_dependents(self, root: Record) -> None:
        """Delete what would have to be replaced with a resource that is deleted first.

        Raises:
            EngineError: One of them is protected, or could not be deleted.
        """
        with self._lock:
            doomed = self._to_replace_with(root)
            self._condemned.update({record.urn: Future() for record in doomed})
            futures = [self._condemned[record.urn] for record in doomed]
        for record, future in reversed(list(zip(doomed, futures, strict=True))):
            try:
                self._refuse_protected(record, root)
                provider = self._deployment.providers.of_old(record)
                future.set_result(self._deployment.steps.delete_for_replacement(record, provider))
            except EngineError as error:
                for other in futures:
                    if not other.done():
                        other.set_exception(error)
                raise

    def _refuse_protected(self, record: Record, root: Record) -> None:
        if record.protect:
            raise EngineError(
                f"{root.name} cannot be replaced: {record.name}, which must be "
                "replaced with it, is protected; set protect=False on it and run `up`"
            )

    def _to_replace_with(self, root: Record) -> list[Record]:
        """Return the dependents that a new id and new outputs of a resource would replace.

        Their provider is asked with unknowns in place of what comes from a replaced resource.
        What is registered already cannot depend on the resource any more.
        """
        records = self._deployment.old_records
        replaced = {root.urn}
        found = []
        for record in graph.dependents(records, root, self._deployment.seen):
            done = record.urn in self._condemned or record.delete or record.pending_replacement
            if not done and self._falls_with(record, replaced):
                replaced.add(record.urn)
                found.append(record)
        return found

    def _falls_with(self, record: Record, replaced: set[str]) -> bool:
        if not record.custom or record.external or record.is_provider:
            return False
        if record.provider_urn in replaced:
            return True
        hit = {
            key
            for key, needed in record.property_dependencies.items()
            if key in record.inputs and not replaced.isdisjoint(needed)
        }
        if not hit:
            return False
        inputs = {key: UNKNOWN if key in hit else value for key, value in record.inputs.items()}
        provider = self._deployment.providers.of_old(record)
        if provider is None:
            return False
        diff = provider.diff(record, inputs, unknowns=True, ignore=record.ignore_changes)
        diff = decide.settle_diff(diff, record.inputs, inputs, record.ignore_changes)
        diff = decide.apply_replace_on_changes(diff, record.replace_on_changes, unhealthy=False)
        return bool(diff.changes and diff.replaces)
