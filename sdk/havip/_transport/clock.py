"""Time as a parameter: the real clock, and one for tests that takes no time."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What havip needs of a clock; `SystemClock` and `FakeClock` are two."""

    def time(self) -> float:
        """Seconds since 1970 (UTC), for signatures and expiries."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for deadlines."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def time(self) -> float:
        """Seconds since 1970 (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        time.sleep(max(0.0, seconds))


class FakeClock:
    """A clock that stands still until it is told to move, and that sleeps without waiting.

    Example::

        clock = havip.FakeClock()
        client = havip.Client("ap-guangzhou", clock=clock)
        client.wait(...)        # a wait of minutes takes no time
        assert clock.slept == [1.0, 1.0]

    Args:
        start: What `time` tells at first, in seconds since 1970; the real time if left out,
            since servers refuse requests that are five minutes off.

    Attributes:
        slept: The length of each sleep, in seconds.
    """

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def time(self) -> float:
        """Seconds since 1970 (UTC)."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on by so many seconds at once."""
        with self._lock:
            self.slept.append(seconds)
            self._now += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds, as if they had passed by themselves."""
        if seconds < 0:
            raise ValueError("a clock does not go back: advance takes seconds >= 0")
        with self._lock:
            self._now += seconds
