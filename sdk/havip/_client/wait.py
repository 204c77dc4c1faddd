"""Wait until the response of a reading action satisfies a condition."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar, cast

from havip._checks import function, outcome
from havip._transport.clock import Clock
from havip.api._base import Request, Response
from havip.errors import HavipError, NotFoundError, UsageError, WaitError, WaitTimeout, one_line

log = logging.getLogger("havip")
R = TypeVar("R", bound=Response)
MAX_ROWS, MAX_FIELDS = 3, 12
"""Maximum number of objects in a message, and of fields of each."""
_EXAMPLE: Final = "havip.ready.held()"
VISIBLE_AFTER: Final = 15.0
"""Seconds within which a newly created object becomes visible to reading actions."""


class Wait(Generic[R]):
    """One wait; remembers the last response.

    Args:
        request: The request of a reading action.
        ready: The condition to wait for.
        error: The condition for giving up, if any.
        clock: Clock for the log.
        transient: Returns whether an error may be temporary.

    Raises:
        UsageError: The action changes something, or a condition is not a plain function.
    """

    def __init__(
        self,
        request: Request[R],
        ready: Callable[[R], bool],
        error: Callable[[R], bool] | None,
        clock: Clock,
        transient: Callable[[Exception], bool],
    ) -> None:
        self._action = type(request).__name__
        if not request.reads:
            raise UsageError(f"wait sends a request many times: {self._action} changes something")
        self._request = request
        self._ready = function("wait: ready", ready, _EXAMPLE)
        self._error = None if error is None else function("wait: error", error, _EXAMPLE)
        self._clock = clock
        self._transient = transient
        self._begun = clock.monotonic()
        self._state: Any = None
        self._last: R | None = None

    async def look(self, send: Callable[[Request[R]], Awaitable[R]]) -> R | None:
        """Send the request once; return the response if the condition holds."""
        answer = await self._answer(send)
        if (state := answer.model_dump(exclude={"request_id"})) != self._state:
            self._state = state
            seconds = self._clock.monotonic() - self._begun
            log.info("%s after %.1f s: %s", self._action, seconds, describe(answer))
        if outcome("wait: ready", self._ready(answer)):
            return answer
        self._last = answer
        if self._error is not None and outcome("wait: error", self._error(answer)):
            failed = WaitError(
                f"{self._action}: given up, {_name(self._error)}; it is: {describe(answer)}"
            )
            failed.last = answer
            raise failed
        return None

    def tolerates(self, error: HavipError) -> bool:
        """Return whether to continue after an error.

        A new object may not be visible yet; an object that was seen and is gone will not return.
        """
        if isinstance(error, NotFoundError):
            young = self._clock.monotonic() - self._begun < VISIBLE_AFTER
            return self._last is None and young
        return self._transient(error)

    def late(self, timeout: float) -> Callable[[HavipError | None], HavipError]:
        """Return a function that builds the error at the deadline."""

        def build(error: HavipError | None) -> HavipError:
            seen = describe(self._last) if self._last is not None else "nothing"
            why = f"; the last request failed: {error}" if error is not None else ""
            late = WaitTimeout(
                f"{self._action}: not {_name(self._ready)} after {timeout:g} s; "
                f"last seen: {seen}{why}"
            )
            late.last = self._last
            return late

        return build

    async def _answer(self, send: Callable[[Request[R]], Awaitable[R]]) -> R:
        """Send the request; "not found" counts as a response if the wait is for that."""
        try:
            return await send(self._request)
        except NotFoundError:
            if not getattr(self._ready, "absent", False):
                raise
            return cast("R", type(self._request).answer.model_construct())


def describe(answer: Response) -> str:
    """Format the state in a response as one line; unset fields are omitted."""
    told = answer.model_dump(
        mode="json", by_alias=True, exclude={"request_id"}, exclude_defaults=True
    )
    lists = [value for value in told.values() if isinstance(value, list)]
    rows = [row for value in lists for row in value] if lists else [told] if told else []
    more = f"; and {len(rows) - MAX_ROWS} more" if len(rows) > MAX_ROWS else ""
    return "; ".join(map(_row, rows[:MAX_ROWS])) + more or "nothing"


def _row(row: Any) -> str:
    """Format the first fields of an object of a response."""
    if not isinstance(row, dict):
        return _value(row)
    fields = [f"{name}={_value(value)}" for name, value in row.items()]
    return " ".join(fields[:MAX_FIELDS])


def _value(value: Any) -> str:
    if isinstance(value, list | dict):
        return f"{len(value)} entries"
    text = one_line(str(value))
    return repr(text) if " " in text else text


def _name(condition: Callable[..., bool]) -> str:
    """Return the text of a condition for a message."""
    return str(getattr(condition, "text", "") or getattr(condition, "__name__", "as wanted"))
