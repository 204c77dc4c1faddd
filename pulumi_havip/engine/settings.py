"""Options of an operation, and its target resources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi_havip.engine.resource_state import Record


class Targets:
    """The resources that an operation is limited to.

    Args:
        patterns: URNs; ``*`` matches anything but a colon, ``**`` matches anything.
        dependents: Whether dependents of a target are targets too.
    """

    def __init__(self, patterns: Sequence[str] = (), *, dependents: bool = False) -> None:
        self.patterns = tuple(patterns)
        self.dependents = dependents
        self._matchers = [re.compile(_as_regex(pattern)) for pattern in patterns]
        self._reached: set[str] = set()
        self._hit: set[str] = set()

    @property
    def limited(self) -> bool:
        """True if the operation is limited to targets."""
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
        """Return the targets that matched no resource."""
        return [pattern for pattern in self.patterns if pattern not in self._hit]

    def includes(self, record: Record) -> bool:
        """Return whether a resource is a target, directly or through a dependency."""
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
        preview: Whether the operation is a preview, which changes nothing.
        parallel: Maximum number of concurrent provider calls that change or read something.
        targets: The target resources.
        replace: Resources to replace regardless of their diff.
        config: The stack's configuration.
        secret_keys: The keys of the configuration that are secret.
        given: The configuration keys given for this run only.
        root: The project's folder.
        released: The URNs of protected resources that the program no longer protects.
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
        """Return whether a resource is protected from deletion."""
        return record.protect and record.urn not in self.released
