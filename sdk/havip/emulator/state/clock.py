"""Clock of the cloud, which can be frozen and advanced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite
from typing import Protocol

from havip._checks import is_number, shown
from havip.errors import UsageError

UNSET_TIME = "0000-00-00 00:00:00"
"""Value of the API for a time that is not set, such as the last move of a new HAVIP."""


LATEST = 250_000_000_000.0
"""Latest supported time, in the year 9892: `datetime` cannot represent much later ones."""


class TimeSource(Protocol):
    """A time source, such as the module ``time``."""

    def time(self) -> float:
        """Return the time in seconds since the epoch."""
        ...


class AdjustableClock:
    """A clock on top of another one that can be frozen and advanced.

    Example::

        cloud.clock.freeze()
        cloud.clock.advance(300)    # skip five minutes
    """

    def __init__(self, base: TimeSource) -> None:
        self.base = base
        """The underlying clock, unaffected by freezing and advancing."""
        self._offset = 0.0
        self._frozen: float | None = None
        self.on_change: Callable[[float, float | None], None] = lambda _offset, _frozen: None
        """Called with offset and frozen time after each change, to persist them."""

    @property
    def frozen(self) -> bool:
        """True if the clock is frozen."""
        return self._frozen is not None

    def time(self) -> float:
        """Return the cloud's time in seconds since the epoch."""
        return self.base.time() + self._offset if self._frozen is None else self._frozen

    def freeze(self, at: float | None = None) -> None:
        """Freeze the clock, now or at the given time (seconds since the epoch).

        Raises:
            UsageError: The time is out of range.
        """
        self._set(self._offset, self.time() if at is None else _number("at", at))

    def advance(self, seconds: float) -> None:
        """Advance the clock; a negative number turns it back.

        Raises:
            UsageError: The resulting time is out of range.
        """
        seconds = _number("seconds", seconds)
        if self._frozen is None:
            self._set(self._offset + seconds, None)
        else:
            self._set(self._offset, self._frozen + seconds)

    def resume(self) -> None:
        """Resume a frozen clock from the time at which it was frozen."""
        if self._frozen is not None:
            self._set(self._frozen - self.base.time(), None)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Restore the clock if a change in the ``with`` block fails."""
        before = self._offset, self._frozen
        try:
            yield
        except UsageError:
            self.load(*before)
            self.on_change(*before)
            raise

    def load(self, offset: float, frozen: float | None) -> None:
        """Restore values passed to `on_change`, without calling it again."""
        self._offset, self._frozen = offset, frozen

    def _set(self, offset: float, frozen: float | None) -> None:
        moment = self.base.time() + offset if frozen is None else frozen
        if not (isfinite(moment) and 0 <= moment <= LATEST):
            raise UsageError(
                f"the clock cannot be set to {moment!r}: expected seconds since 1970, "
                f"from 0 to {LATEST:.0f}"
            )
        self.load(offset, frozen)
        self.on_change(offset, frozen)


def _number(name: str, value: object) -> float:
    if not is_number(value):
        raise UsageError(f"the clock: {name} is a number of seconds, not {shown(value)}")
    return float(value)


def local_text(moment: float, offset_hours: float) -> str:
    """Format a time as ``2026-01-31 08:00:00`` with a UTC offset in hours."""
    zone = timezone(timedelta(hours=offset_hours))
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


def utc_text(moment: float) -> str:
    """Format a time as ``2026-01-31T00:00:00Z``, the format of EIPs and instances."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
