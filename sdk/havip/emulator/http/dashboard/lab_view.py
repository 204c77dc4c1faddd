"""Part of the dashboard that shows a lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class LabView(Protocol):
    """The running lab as the dashboard shows and drives it."""

    def view(self) -> Mapping[str, Any]:
        """Return ``nodes`` (by instance id), ``faults`` (what can be injected) and ``active``."""
        ...

    def probes(self, after: int) -> tuple[int, Sequence[Mapping[str, Any]]]:
        """Return the position to read from next, and the probes since a position."""
        ...

    def act(self, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do something to the lab, such as inject a fault.

        Raises:
            HavipError: The verb, or what it names, does not exist, or it failed.
        """
        ...
