"""Processes that serve providers, and their stand-ins within this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class ProviderServer(Protocol):
    """Something that serves a provider on a port."""

    def stop(self) -> None:
        """Stop serving."""


Start = Callable[[], tuple[ProviderServer, int]]
"""Starts a provider and returns what ends it and the port that it serves."""
