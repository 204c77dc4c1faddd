"""Load of the machine, by which time limits and tolerances scale."""

from __future__ import annotations

import threading
import time

_WORK = 0.02
_PAUSE = 0.02
_MOST = 4.0


def slowness(samples: int = 3) -> float:
    """Measure a unit of work, and return by what its time on the wall exceeds that of the CPU.

    It is the factor of time limits: how much longer to wait for what takes CPU time.

    Returns:
        1.0 on a machine that does nothing else; 3.0 where two others want the same core.
    """
    return min(_MOST, max(1.0, *(_one() for _ in range(samples))))


def _one() -> float:
    wall, cpu = time.monotonic(), time.thread_time()
    while time.thread_time() - cpu < _WORK:
        pass
    return (time.monotonic() - wall) / _WORK


class Lateness:
    """A thread that sleeps repeatedly, and records how late it is woken.

    It is for tolerance: timers of daemons are late by about as much at the same moment.
    """

    def __init__(self) -> None:
        """Begin to measure."""
        self._samples: list[tuple[float, float]] = []
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="lateness", daemon=True).start()

    def close(self) -> None:
        """Measure no more."""
        self._ended.set()

    def most(self, since: float, until: float) -> float:
        """Return the greatest lateness of a stretch of time, in seconds."""
        return max((late for at, late in self._samples if since <= at <= until), default=0.0)

    def _run(self) -> None:
        while not self._ended.is_set():
            begun = time.monotonic()
            time.sleep(_PAUSE)
            now = time.monotonic()
            self._samples.append((now, now - begun - _PAUSE))
