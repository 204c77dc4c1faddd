"""Options of an operation, and the resources that it includes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi_havip.engine.resource_state import Record


class Targets:
    """Which resources an operation is for.

    Args:
        patterns: URNs; ``*`` stands for anything but a colon, ``**`` for anything.
        dependents: Whether what depends on a target is a target too.
    """

    def __init__(self, patterns: Sequence[str] = (), *, dependents: bool = False) -> None:
        self.patterns = tuple(patterns)
        self.dependents = dependents
        self._matchers = [re.compile(_as_regex(pattern)) for pattern in patterns]
        self._reached: set[str] = set()
        self._hit: set[str] = set()

    @property
    def limited(self) -> bool:
        """Whether there are any targets, so that the rest is left alone."""
        return bool(self.patterns)

    def names(self, urn: str) -> bool:
        """Return whether a URN is a target; without targets every resource is."""
        hits = {
            pattern
            for pattern, matcher in zip(self.patterns, self._matchers, strict=True)
            if matcher.fullmatch(urn)
        }
        self._hit |= hits
        return not self.limited or bool(hits)

    def unmatched(self) -> list[str]:
        """Return the targets that no resource was found for."""
        return [pattern for pattern in self.patterns if pattern not in self._hit]

    def includes(self, record: Record) -> bool:
        """Return whether a resource is a target, itself or through what it depends on."""
        inside = self.names(record.urn) or (
            self.dependents and not self._reached.isdisjoint(record.needs())
        )
        if inside:
            self._reached.add(record.urn)
        return inside


def _as_regex(pattern: str) -> str:
    wide = [
        "[^:]*".join(re.escape(text) for text in part.split("*")) for part in pattern.split("**")
    ]
    return ".*".join(wide)


@dataclass(frozen=True)
class OperationOptions:
    """Options of an operation.

    Attributes:
        project: The project's name.
        stack: The stack's name.
        preview: Whether nothing is to be changed.
        parallel: How many provider calls that change or read something run at once.
        targets: The resources it is for.
        replace: The resources that are to be replaced whatever their diff says.
        config: The stack's configuration.
        secret_keys: The keys of the configuration that are secret.
        given: The keys of the configuration that are given for this run alone.
        root: The project's folder.
        released: The URNs of protected resources that the program does not protect any more.
    """

    project: str
    stack: str
    preview: bool = False
    parallel: int = 16
    targets: Targets = field(default_factory=Targets)
    replace: Targets = field(default_factory=Targets)
    config: Mapping[str, str] = field(default_factory=dict)
    secret_keys: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    root: str = ""
    released: frozenset[str] = frozenset()

    def guards(self, record: Record) -> bool:
        """Return whether a resource must not be deleted."""
        return record.protect and record.urn not in self.released
