"""Modules that moved: the old import path keeps working and warns."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any


def moved(old: str, new: str) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module that moved.

    Args:
        old: The module's former name.
        new: The module that has its names now.
    """

    def forward(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {old!r} has no attribute {name!r}")
        found = getattr(import_module(new), name)
        text = f"{old}.{name} is deprecated since 0.2.0: import it from {new}"
        warnings.warn(text, DeprecationWarning, stacklevel=2)
        return found

    return forward
