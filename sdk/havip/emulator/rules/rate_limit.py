"""How often an account may call an action, as the service counts it."""

from __future__ import annotations

from havip.emulator.errors import Refusal


class RateLimits:
    """A count of calls per second, account, region and action; off until switched on.

    The documents give 20 calls a second for each HAVIP action and say nothing of how they are
    counted: here, by whole seconds of the cloud's clock (assumed).

    Example::

        limits.on = True
        limits.rates["DescribeHaVips"] = 5

    Attributes:
        on: Whether limits are kept.
        rates: Calls per second by action, in place of the documented number.
    """

    def __init__(self) -> None:
        self.on = False
        self.rates: dict[str, int] = {}
        self._second = 0
        self._counts: dict[tuple[str, str, str], int] = {}

    def check(self, account: str, region: str, action: str, rate: int, now: float) -> None:
        """Count a call.

        Args:
            account: Who calls.
            region: Where.
            action: What is called.
            rate: The documented calls per second.
            now: The cloud's time, in seconds since 1970.

        Raises:
            Refusal: ``RequestLimitExceeded`` where the second has no room left; a refused call
                is not counted.
        """
        if not self.on:
            return
        if int(now) != self._second:
            self._second = int(now)
            self._counts.clear()
        allowed = self.rates.get(action, rate)
        key = (account, region, action)
        count = self._counts.get(key, 0)
        if count >= allowed:
            raise Refusal(
                "RequestLimitExceeded",
                f"`{action}` was called {count + 1} times in one second; {allowed} are allowed.",
            )
        self._counts[key] = count + 1
