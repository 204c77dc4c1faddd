"""Locks that a forked child process finds free."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Final

_LOCKS: Final[weakref.WeakSet[ForkLock]] = weakref.WeakSet()


class ForkLock:
    """A lock that is free in a forked child, no matter which thread held it in the parent.

    A plain lock that another thread holds at the moment of a fork stays locked in the child for
    ever, since that thread does not exist there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        _LOCKS.add(self)

    def acquire(self, timeout: float = -1) -> bool:
        """Acquire the lock; returns whether it was had in time.

        Args:
            timeout: Seconds to wait: 0 for not at all, -1 for as long as it takes.
        """
        return self._lock.acquire(timeout=timeout) if timeout else self._lock.acquire(False)

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def renew(self) -> None:
        """Replace the lock by a free one, in a child that has one thread."""
        self._lock = threading.Lock()


def _renew_all() -> None:
    for lock in _LOCKS:
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
