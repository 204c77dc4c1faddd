"""Match registrations with resources of the state, by URN or by alias."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from pulumi_havip import urns
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.registration import Alias, Goal
from pulumi_havip.engine.resource_state import Record


class Aliases:
    """Tracks the resources of the state that the program has renamed through aliases.

    Args:
        stack: The stack's name.
        project: The project's name.
        olds: The resources of the state, by URN.
    """

    def __init__(self, stack: str, project: str, olds: Mapping[str, Record]) -> None:
        self._stack = stack
        self._project = project
        self._olds = olds
        self._old_of: dict[str, str] = {}
        self._new_of: dict[str, str] = {}
        self._lock = threading.Lock()

    def taken(self, urn: str) -> bool:
        """Return whether a resource of the state has a new name."""
        return urn in self._new_of

    def find_old(self, urn: str, goal: Goal) -> Record | None:
        """Return the resource of the state for a goal: by its URN, else by its aliases.

        Raises:
            EngineError: Another resource of the program matches it too.
        """
        with self._lock:
            if urn in self._new_of:
                raise EngineError(
                    f"{goal.name} is also claimed through an alias by "
                    f"{urns.name_of(self._new_of[urn])}"
                )
            if urn in self._olds:
                return self._olds[urn]
            for alias in self._names(goal):
                if alias in self._olds and alias != urn:
                    self._take(urn, alias)
                    return self._olds[alias]
        return None

    def _take(self, urn: str, alias: str) -> None:
        if alias in self._new_of:
            raise EngineError(
                f"{urns.name_of(urn)} and {urns.name_of(self._new_of[alias])} both claim "
                f"{alias} through an alias"
            )
        self._new_of[alias] = urn
        self._old_of[urn] = alias

    def _names(self, goal: Goal) -> list[str]:
        found = [self._resolve(goal, alias) for alias in goal.aliases]
        above = self._old_of.get(goal.parent)
        if above:
            found.append(self._below(above, goal.parent, goal.type, goal.name))
            for alias in goal.aliases:
                own = self._resolve(goal, alias)
                found.append(self._below(above, goal.parent, urns.kind_of(own), urns.name_of(own)))
        return list(dict.fromkeys(found))

    def _resolve(self, goal: Goal, alias: Alias) -> str:
        if alias.urn:
            return alias.urn
        parent = alias.parent or goal.parent
        if alias.parent:
            parent = self._old_of.get(alias.parent, alias.parent)
        if alias.no_parent or urns.is_stack(parent):
            parent = ""
        return urns.make(
            alias.stack or self._stack,
            alias.project or self._project,
            parent,
            alias.type or goal.type,
            alias.name or goal.name,
        )

    def _below(self, above: str, parent: str, kind: str, name: str) -> str:
        """Return the name that a child had under its parent's old name."""
        before, now = urns.name_of(above), urns.name_of(parent)
        if name.startswith(now):
            name = before + name[len(now) :]
        return urns.make(self._stack, self._project, above, kind, name)


def rename(record: Record, before: str, after: str) -> Record:
    """Return a record with a URN renamed, its own or referenced ones; itself if there are none.

    A record whose type the new URN does not have keeps its own.
    """
    provider, identity = urns.split_reference(record.provider)
    itself = record.urn == before and urns.kind_of(before) == urns.kind_of(after)
    if not itself and before not in {record.parent, provider, *record.needs()}:
        return record

    def renamed(names: list[str]) -> list[str]:
        return [after if name == before else name for name in names]

    return record.copy(
        urn=after if itself else record.urn,
        parent=after if record.parent == before else record.parent,
        deleted_with=after if record.deleted_with == before else record.deleted_with,
        provider=urns.reference(after, identity) if provider == before else record.provider,
        dependencies=renamed(record.dependencies),
        property_dependencies={
            key: renamed(names) for key, names in record.property_dependencies.items()
        },
    )
