"""Modules that are imported when they are first needed, safely in programs that fork."""

from __future__ import annotations

import os
import sys
import threading
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Final

_IMPORTING: Final = threading.RLock()
_PATIENCE: Final = 10.0
"""Seconds that a fork waits for an import of another thread."""


def load(name: str) -> ModuleType:
    """Return a module, and import it where that was not done yet.

    A child that is forked while another thread imports a module finds it half made, and its lock
    held for ever. So a fork waits until no module is being imported here.

    Args:
        name: Full name of the module.
    """
    known = sys.modules.get(name)
    if known is not None and not getattr(known.__spec__, "_initializing", False):
        return known
    with _IMPORTING:
        _guard_forks()
        return import_module(name)


@cache
def _guard_forks() -> None:
    """Hold the lock of the imports from before a fork until after it."""
    # The last that is registered is called first. It must come before that of `logging`, whose
    # lock a module that is being imported may wait for.
    import logging  # noqa: F401

    held: list[bool] = []

    def before() -> None:
        held.append(_IMPORTING.acquire(timeout=_PATIENCE))

    def after() -> None:
        if held.pop():
            _IMPORTING.release()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=after, after_in_child=after)
