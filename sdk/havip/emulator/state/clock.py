"""The cloud's clock: the one that was passed in, and the controls to freeze and advance it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite
from typing import Protocol

from havip.errors import UsageError

UNSET_TIME = "0000-00-00 00:00:00"
"""Value that the API shows for a time that has not come: a HAVIP that never moved."""


LATEST = 250_000_000_000.0
"""The last moment that a clock can be set to, in the year 9892: later ones cannot be written."""


class TimeSource(Protocol):
    """Anything that tells the time: the module ``time`` is one."""

    def time(self) -> float:
        """Return the time, in seconds since 1970."""
        ...


class AdjustableClock:
    """A clock over another one, which can be frozen and moved on.

    Example::

        cloud.clock.freeze()
        cloud.clock.advance(300)    # five minutes pass at once
    """

    def __init__(self, base: TimeSource) -> None:
        self.base = base
        """The clock below, which neither freezing nor advancing touches."""
        self._offset = 0.0
        self._frozen: float | None = None
        self.on_change: Callable[[float, float | None], None] = lambda _offset, _frozen: None
        """Told the offset and the frozen moment whenever they change, so that they can be kept."""

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen is not None

    def time(self) -> float:
        """Return the cloud's time, in seconds since 1970."""
        return self.base.time() + self._offset if self._frozen is None else self._frozen

    def freeze(self, at: float | None = None) -> None:
        """Stop time, now or at the moment given (seconds since 1970).

        Raises:
            UsageError: The moment is not a time that can be written.
        """
        self._set(self._offset, self.time() if at is None else at)

    def advance(self, seconds: float) -> None:
        """Advance time; a negative number moves it back.

        Raises:
            UsageError: The time after that cannot be written.
        """
        if self._frozen is None:
            self._set(self._offset + seconds, None)
        else:
            self._set(self._offset, self._frozen + seconds)

    def resume(self) -> None:
        """Resume a frozen clock from the moment at which it stands."""
        if self._frozen is not None:
            self._set(self._frozen - self.base.time(), None)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo the changes made inside if one of them fails."""
        before = self._offset, self._frozen
        try:
            yield
        except UsageError:
            self.load(*before)
            self.on_change(*before)
            raise

    def load(self, offset: float, frozen: float | None) -> None:
        """Restore what `on_change` was told, without telling it again."""
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


def local_text(moment: float, offset_hours: float) -> str:
    """Write a moment as ``2026-01-31 08:00:00`` in a zone so many hours east of UTC."""
    zone = timezone(timedelta(hours=offset_hours))
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


def utc_text(moment: float) -> str:
    """Write a moment as ``2026-01-31T00:00:00Z``, as EIPs and instances have it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
