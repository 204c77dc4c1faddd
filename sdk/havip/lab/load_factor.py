"""How much slower than alone this process runs now, so that patience can follow the load."""

from __future__ import annotations

import time

_WORK = 0.02


def slowness(samples: int = 3) -> float:
    """Measure a unit of work, and return by what its time on the wall exceeds that of the CPU.

    Returns:
        1.0 on a machine that does nothing else; 3.0 where two others want the same core.
    """
    return max(1.0, *(_one() for _ in range(samples)))


def _one() -> float:
    wall, cpu = time.monotonic(), time.thread_time()
    while time.thread_time() - cpu < _WORK:
        pass
    return (time.monotonic() - wall) / _WORK
