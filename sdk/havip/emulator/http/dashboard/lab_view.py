"""Interface between the dashboard and a lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class LabView(Protocol):
    """A running lab, as the dashboard displays and controls it."""

    def view(self) -> Mapping[str, Any]:
        """Return ``nodes`` (by instance id), ``faults`` (available) and ``active`` (injected)."""
        ...

    def probes(self, after: int) -> tuple[int, Sequence[Mapping[str, Any]]]:
        """Return the position to read from next, and the probes since the given position."""
        ...

    def act(self, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Execute an action on the lab, such as injecting a fault.

        Raises:
            HavipError: The verb or its target does not exist, or the action failed.
        """
        ...
