"""Load of this machine, by which time limits and tolerances scale."""

from __future__ import annotations

import threading
import time
from collections import deque

from havip.lab.events import KEPT

_WORK = 0.02
_PAUSE = 0.02
_MOST = 4.0


def slowness(samples: int = 3) -> float:
    """Return the ratio of wall time to CPU time of a unit of work.

    Time limits of CPU-bound work are multiplied by it.

    Returns:
        1.0 on an idle machine; 3.0 if two other processes compete for the same core.
    """
    return min(_MOST, max(1.0, *(_one() for _ in range(samples))))


def _one() -> float:
    wall, cpu = time.monotonic(), time.thread_time()
    while time.thread_time() - cpu < _WORK:
        pass
    return (time.monotonic() - wall) / _WORK


class Lateness:
    """Samples the wake-up latency of this machine in a thread.

    It is the tolerance of measurements, as the daemons' timers are equally late.
    """

    def __init__(self) -> None:
        """Start sampling."""
        self._samples: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="lateness", daemon=True).start()

    def close(self) -> None:
        """Stop sampling."""
        self._ended.set()

    def most(self, since: float, until: float) -> float:
        """Return the greatest latency in a period, in seconds."""
        return max((late for at, late in self._samples.copy() if since <= at <= until), default=0.0)

    def _run(self) -> None:
        while not self._ended.is_set():
            begun = time.monotonic()
            time.sleep(_PAUSE)
            now = time.monotonic()
            self._samples.append((now, now - begun - _PAUSE))
