"""Reap all children of the service manager in one place."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

_SET_CHILD_SUBREAPER = 36
_KEPT = 4096


class ChildReaper:
    """Collects the exit codes of all children, including orphans of services.

    Args:
        on_end: Called with the id and exit code of each child that ended.
    """

    def __init__(self, on_end: Callable[[int, int], None]) -> None:
        self._on_end = on_end
        self._ended: dict[int, int] = {}
        self._changed = threading.Condition()
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def start(self) -> None:
        """Start reaping in a thread."""
        threading.Thread(target=self._reap, name="reaper", daemon=True).start()

    def wait(self, pid: int, end: float) -> int:
        """Return the exit code of a child; kill it at the deadline."""
        with self._changed:
            in_time = self._changed.wait_for(
                lambda: pid in self._ended, max(0.0, end - time.monotonic())
            )
            if not in_time:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                self._changed.wait_for(lambda: pid in self._ended, 5)
                self._ended.pop(pid, None)
                return -signal.SIGALRM
            return self._ended.pop(pid)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, 0)
            except ChildProcessError:
                time.sleep(0.05)
                continue
            code = os.waitstatus_to_exitcode(status)
            with self._changed:
                self._ended[pid] = code
                while len(self._ended) > _KEPT:
                    del self._ended[next(iter(self._ended))]
                self._changed.notify_all()
            self._on_end(pid, code)
