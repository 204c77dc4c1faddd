"""Asking again and again until something is as wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

from havip._transport.clock import Clock
from havip.api._base import Request, Response
from havip.errors import NotFoundError, UsageError, WaitError, WaitTimeout, one_line

log = logging.getLogger("havip")
R = TypeVar("R", bound=Response)
MAX_ROWS, MAX_FIELDS = 3, 12
"""What of an answer a message tells: of so many objects, so many fields."""


def wait_for(
    send: Callable[[Request[R], float], R],
    clock: Clock,
    request: Request[R],
    ready: Callable[[R], bool],
    error: Callable[[R], bool] | None,
    timeout: float,
    delay: float,
) -> R:
    """Do what `havip.Client.wait` says."""
    action = type(request).__name__
    if not request.reads:
        raise UsageError(f"wait sends a request many times: {action} changes something")
    begun = clock.monotonic()
    state = None
    while True:
        left = max(0.0, timeout - (clock.monotonic() - begun))
        answer = _ask(send, request, ready, left)
        if (seen := answer.model_dump(exclude={"request_id"})) != state:
            state = seen
            log.info("%s after %.1f s: %s", action, clock.monotonic() - begun, describe(answer))
        if ready(answer):
            return answer
        if error is not None and error(answer):
            failed = WaitError(f"{action}: given up, {_name(error)}; it is: {describe(answer)}")
            failed.last = answer
            raise failed
        left = timeout - (clock.monotonic() - begun)
        if left <= 0:
            late = WaitTimeout(
                f"{action}: not {_name(ready)} after {timeout:g} s; last seen: {describe(answer)}"
            )
            late.last = answer
            raise late
        clock.sleep(min(delay, left))


def _ask(
    send: Callable[[Request[R], float], R],
    request: Request[R],
    ready: Callable[[R], bool],
    left: float,
) -> R:
    """Ask once; that the object does not exist is an answer too, where that is waited for."""
    try:
        return send(request, left)
    except NotFoundError:
        if not getattr(ready, "absent", False):
            raise
        return cast("R", type(request).answer.model_construct())


def describe(answer: Response) -> str:
    """Tell the state of an answer in a line of whole words; what is unset is left out."""
    told = answer.model_dump(
        mode="json", by_alias=True, exclude={"request_id"}, exclude_defaults=True
    )
    lists = [value for value in told.values() if isinstance(value, list)]
    rows = [row for value in lists for row in value] if lists else [told] if told else []
    more = f"; and {len(rows) - MAX_ROWS} more" if len(rows) > MAX_ROWS else ""
    return "; ".join(map(_row, rows[:MAX_ROWS])) + more or "nothing"


def _row(row: Any) -> str:
    """Tell an object of an answer by its first fields."""
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
    """Name a condition for a message."""
    return str(getattr(condition, "text", "") or getattr(condition, "__name__", "as wanted"))
