"""What serves a provider: a process, as a rule, or something in this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Server(Protocol):
    """Something that serves a provider on a port."""

    def stop(self) -> None:
        """End it."""


Start = Callable[[], tuple[Server, int]]
"""Starts a provider and returns what ends it and the port that it serves."""
