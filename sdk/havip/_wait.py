"""Asking again and again until something is as wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar, cast

from havip._clock import Clock
from havip.api._base import Request, Response
from havip.errors import NotFoundError, UsageError, WaitError, WaitTimeout

log = logging.getLogger("havip")
R = TypeVar("R", bound=Response)
MAX_STATE = 300


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
        if (seen := describe(answer)) != state:
            state = seen
            log.info("%s after %.1f s: %s", action, clock.monotonic() - begun, state)
        if ready(answer):
            return answer
        if error is not None and error(answer):
            failed = WaitError(f"{action}: given up, {_name(error)}; it is: {state}")
            failed.last = answer
            raise failed
        left = timeout - (clock.monotonic() - begun)
        if left <= 0:
            late = WaitTimeout(f"{action}: not {_name(ready)} after {timeout:g} s; it is: {state}")
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
    """Tell the state of an answer in a line; what is unset is left out."""
    text = answer.model_dump_json(by_alias=True, exclude={"request_id"}, exclude_defaults=True)
    return text if len(text) <= MAX_STATE else f"{text[:MAX_STATE]}…"


def _name(condition: Callable[..., bool]) -> str:
    """Name a condition for a message."""
    return str(getattr(condition, "text", "") or getattr(condition, "__name__", "as wanted"))
