"""Client-side rate limiter."""

from __future__ import annotations

from havip._checks import rate as check_rate
from havip._transport.clock import Clock
from havip._transport.locks import ForkLock


class RateLimiter:
    """A token bucket of size one for each action: calls are sent at an even rate.

    A larger bucket would allow a burst plus the refill of the same second, more than the service
    accepts. Threads and tasks may share it; turns are given in order.

    Args:
        clock: Clock for the turns.
        rate: Calls per second of each action; None for the documented rates.

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

        The bucket is stored as the time of its next token.

        Args:
            action: The action to call.
            documented: Calls per second that the service allows.
            at_most: Maximum wait in seconds.

        Returns:
            Seconds to sleep; None if the turn would come too late, in which case none is reserved.
        """
        with self._lock:
            now = self._clock.monotonic()
            turn = max(self._next.get(action, now), now)
            if turn - now > at_most:
                return None
            self._next[action] = turn + 1.0 / (self._rate or documented)
            return turn - now
