"""Import modules on first use, safely in programs that fork."""

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
"""Seconds that a fork waits for an import in another thread."""


def load(name: str) -> ModuleType:
    """Return a module, importing it on first use.

    A child forked while another thread imports a module would find it half initialized, and its
    lock held forever. So a fork waits until no import by this function is running.

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
    """Hold the import lock during forks."""
    # Hooks run in reverse order of registration. This one must run before that of `logging`, as a
    # module that is being imported may wait for the logging lock.
    import logging  # noqa: F401

    held: list[bool] = []

    def before() -> None:
        held.append(_IMPORTING.acquire(timeout=_PATIENCE))

    def after() -> None:
        if held.pop():
            _IMPORTING.release()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=after, after_in_child=after)
