"""Locks that are free in forked child processes."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Final, NoReturn

from havip.errors import UsageError

_LOCKS: Final[weakref.WeakSet[ForkLock]] = weakref.WeakSet()


class ForkLock:
    """A lock that is free in a forked child, whichever thread held it in the parent.

    A plain lock held by another thread at the moment of a fork stays locked forever in the child,
    where that thread does not exist.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        _LOCKS.add(self)

    def acquire(self, timeout: float = -1) -> bool:
        """Acquire the lock; return whether that succeeded within the timeout.

        Args:
            timeout: Seconds to wait: 0 for not at all, -1 for no limit.
        """
        return self._lock.acquire(timeout=timeout) if timeout else self._lock.acquire(False)

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def __reduce__(self) -> NoReturn:
        raise UsageError(
            "an object with locks, such as a credential provider or a FakeClock, cannot be copied "
            "deeply or pickled: create one in each process"
        )

    def renew(self) -> None:
        """Replace the lock with a free one, in a child process that has a single thread."""
        self._lock = threading.Lock()


def _renew_all() -> None:
    for lock in _LOCKS:
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
