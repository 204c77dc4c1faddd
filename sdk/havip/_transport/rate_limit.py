"""A limit of calls per second that the client keeps to by itself."""

from __future__ import annotations

import threading

from havip._transport.clock import Clock


class Limiter:
    """A token bucket for each action that holds one token: calls come at an even pace.

    A bucket that held more would let a burst and the refill of the same second pass together,
    more than the service allows. Threads may share it; each gets its turn in order.

    Args:
        clock: Where time comes from.
        rate: Calls per second of each action; None for the documented rate of each.
    """

    def __init__(self, clock: Clock, rate: float | None = None) -> None:
        if rate is not None and rate <= 0:
            raise ValueError(f"a pace is more than 0 calls per second, not {rate:g}")
        self._clock = clock
        self._rate = rate
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, action: str, documented: float) -> float:
        """Sleep until the action may be called once more; returns the seconds slept.

        Args:
            action: The action that is about to be called.
            documented: Calls per second that the service allows.
        """
        pause = self._take(action, self._rate or documented)
        if pause > 0:
            self._clock.sleep(pause)
        return pause

    def _take(self, action: str, rate: float) -> float:
        """Take one call out of the bucket; returns the seconds until it is there.

        The bucket is kept as the moment of its next token: one number a bucket.
        """
        with self._lock:
            now = self._clock.monotonic()
            turn = max(self._next.get(action, now), now)
            self._next[action] = turn + 1.0 / rate
            return turn - now
