"""Time as a parameter: clocks, and the deadline that all work for one call shares."""

from __future__ import annotations

import time
from contextvars import ContextVar, Token
from typing import Final, Protocol, Self

from havip._checks import methods
from havip._checks import seconds as check_seconds
from havip._transport.locks import ForkLock

_CLOCK_ID: Final = getattr(time, "CLOCK_MONOTONIC", None)


class Clock(Protocol):
    """The clock that havip reads and sleeps on; `SystemClock` and `FakeClock` are two."""

    def time(self) -> float:
        """Return seconds since 1970 (UTC), for signatures and expiries."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, for deadlines."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block for the given number of seconds."""
        ...


class SystemClock:
    """The clock of the machine."""

    def time(self) -> float:
        """Return seconds since 1970 (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back, also where a test library froze `time.monotonic`."""
        return time.monotonic() if _CLOCK_ID is None else time.clock_gettime(_CLOCK_ID)

    def sleep(self, seconds: float) -> None:
        """Block for the given number of seconds."""
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
        """Move on by so many seconds at once."""
        with self._lock:
            self.slept.append(seconds)
            self._now += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds, as if they had passed by themselves."""
        if isinstance(seconds, int | float) and seconds < 0:
            raise ValueError("a clock does not go back: advance takes seconds >= 0")
        checked = check_seconds("advance: seconds", seconds, zero=True, longest=None)
        with self._lock:
            self._now += checked


SYSTEM_CLOCK: Final = SystemClock()


def check_clock(clock: Clock | None) -> Clock:
    """Return a clock, that of the machine if none is given.

    Raises:
        UsageError: It is not a clock.
    """
    if clock is None:
        return SystemClock()
    checked: Clock = methods("clock", clock, ("time", "monotonic", "sleep"), "havip.FakeClock()")
    return checked


_CURRENT: ContextVar[Deadline | None] = ContextVar("havip_deadline", default=None)


class Deadline:
    """The end of a call or a wait; attempts, pauses and everything else below it share it.

    In its ``with`` block it is the deadline of the context: deadlines that are made there, such
    as that of the call that renews the credentials of a call, end no later.

    Seconds that are slept are counted as well, so that it comes even where the clock stands
    still, as in tests that freeze time.

    Args:
        clock: Clock that it is read on.
        seconds: Seconds from now on, at most those that the deadline of the context leaves.
        final: Whether it is the grace of a last look, in which nothing is repeated.

    Attributes:
        seconds: Seconds that it had at first.
        slept: Seconds of it that were slept; who sleeps adds them.
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
        """Return the seconds that are left; zero or less where it has passed."""
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
    """Return the deadline of the context, if there is one."""
    return _CURRENT.get()
