"""Histories of known incidents that are part of the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

from havip.lab import history
from havip.lab.history import History

_FOLDER = files("havip.lab") / "histories"


def names() -> list[str]:
    """Return the names of the shipped histories."""
    found = (one.name for one in _FOLDER.iterdir() if one.name.endswith(".yaml"))
    return sorted(one.removesuffix(".yaml") for one in found)


def load(name: str) -> History:
    """Load a history by name."""
    with as_file(_FOLDER / f"{name}.yaml") as path:
        return history.load(path)


@cache
def _all() -> tuple[History, ...]:
    return tuple(load(name) for name in names())


def all_histories() -> list[History]:
    """Load all shipped histories."""
    return list(_all())
