"""Client-side rate limiter."""

from __future__ import annotations

from havip._checks import rate as check_rate
from havip._transport.clock import Clock
from havip._transport.locks import ForkLock


class RateLimiter:
    """A token bucket for each action that holds one token: calls come at an even rate.

    A bucket that held more would let a burst and the refill of the same second pass together,
    more than the service allows. Threads and tasks may share it; each gets its turn in order.

    Args:
        clock: Clock that the turns are counted on.
        rate: Calls per second of each action; None for the documented rate of each.

    Raises:
        UsageError: The rate is not more than 0.
    """

    def __init__(self, clock: Clock, rate: float | None = None) -> None:
        self._clock = clock
        self._rate = None if rate is None else check_rate("rate", rate)
        self._lock = ForkLock()
        self._next: dict[str, float] = {}

    def take(self, action: str, documented: float, at_most: float) -> float | None:
        """Reserve the next turn of an action and return the seconds until it comes.

        The bucket is kept as the moment of its next token: one number a bucket.

        Args:
            action: The action that is about to be called.
            documented: Calls per second that the service allows.
            at_most: Seconds that the call may wait.

        Returns:
            Seconds to sleep; None where the turn comes too late, and was not taken.
        """
        with self._lock:
            now = self._clock.monotonic()
            turn = max(self._next.get(action, now), now)
            if turn - now > at_most:
                return None
            self._next[action] = turn + 1.0 / (self._rate or documented)
            return turn - now
