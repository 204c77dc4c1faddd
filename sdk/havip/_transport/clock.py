"""Clocks, and the deadline shared by all work for one call."""

from __future__ import annotations

import time
from contextvars import ContextVar, Token
from typing import Final, Protocol, Self

from havip._checks import methods
from havip._checks import seconds as check_seconds
from havip._transport.locks import ForkLock

_CLOCK_ID: Final = getattr(time, "CLOCK_MONOTONIC", None)


class Clock(Protocol):
    """Interface of the clock that havip uses, such as `SystemClock` or `FakeClock`."""

    def time(self) -> float:
        """Return seconds since 1970 (UTC), for signatures and expiry times."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, for deadlines."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block for the given number of seconds."""
        ...


class SystemClock:
    """The system clock."""

    def time(self) -> float:
        """Return seconds since 1970 (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back, even if a test library froze `time.monotonic`."""
        return time.monotonic() if _CLOCK_ID is None else time.clock_gettime(_CLOCK_ID)

    def sleep(self, seconds: float) -> None:
        """Block for the given number of seconds."""
        time.sleep(max(0.0, seconds))


class FakeClock:
    """A clock for tests: it only moves when told to, and its sleeps return at once.

    Example::

        clock = havip.FakeClock()
        client = havip.Client("ap-guangzhou", clock=clock)
        client.wait(...)        # a wait of minutes takes no time
        assert clock.slept == [1.0, 1.0]

    Args:
        start: The initial `time`, in seconds since 1970; the real time if omitted, since servers
            reject requests that are five minutes off.

    Attributes:
        slept: The length of each sleep, in seconds.
    """

    def __init__(self, start: float | None = None) -> None:
        self._now = (
            time.time() if start is None else check_seconds("start", start, zero=True, longest=None)
        )
        self._lock = ForkLock()
        self.slept: list[float] = []

    def time(self) -> float:
        """Return seconds since 1970 (UTC)."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Advance by some seconds at once."""
        with self._lock:
            self.slept.append(seconds)
            self._now += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        """Advance by some seconds, as if they had passed."""
        if isinstance(seconds, int | float) and seconds < 0:
            raise ValueError("a clock does not go back: advance takes seconds >= 0")
        checked = check_seconds("advance: seconds", seconds, zero=True, longest=None)
        with self._lock:
            self._now += checked


SYSTEM_CLOCK: Final = SystemClock()


def check_clock(clock: Clock | None) -> Clock:
    """Return the given clock, or the system clock.

    Raises:
        UsageError: It is not a clock.
    """
    if clock is None:
        return SystemClock()
    checked: Clock = methods("clock", clock, ("time", "monotonic", "sleep"), "havip.FakeClock()")
    return checked


_CURRENT: ContextVar[Deadline | None] = ContextVar("havip_deadline", default=None)


class Deadline:
    """The deadline of a call or a wait, shared by its attempts, pauses and nested calls.

    Inside its ``with`` block it is the deadline of the context: deadlines created there, such as
    that of a nested call that renews credentials, end no later.

    Time slept counts too, so that the deadline is reached even if the clock stands still, as in
    tests that freeze time.

    Args:
        clock: Clock that it is read on.
        seconds: Seconds from now on, limited by the deadline of the context.
        final: Whether it is the grace period of a last look, without retries.

    Attributes:
        seconds: The initial number of seconds.
        slept: Seconds slept; callers that sleep add them.
    """

    __slots__ = ("_clock", "_end", "_outer", "_token", "final", "seconds", "slept")

    def __init__(self, clock: Clock, seconds: float, *, final: bool = False) -> None:
        self._outer = _CURRENT.get()
        self.final: bool = final or (self._outer is not None and self._outer.final)
        self.seconds = seconds if self._outer is None else min(seconds, self._outer.left())
        self.slept = 0.0
        self._clock = clock
        self._end = clock.monotonic() + self.seconds
        self._token: Token[Deadline | None] | None = None

    def left(self) -> float:
        """Return the seconds left; zero or less if the deadline has passed."""
        return min(self._end - self._clock.monotonic(), self.seconds - self.slept)

    def __enter__(self) -> Self:
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._token is not None  # noqa: S101 - set on entry
        _CURRENT.reset(self._token)
        if self._outer is not None:
            self._outer.slept += self.slept


def current_deadline() -> Deadline | None:
    """Return the deadline of the context, if any."""
    return _CURRENT.get()
