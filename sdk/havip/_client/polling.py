"""The polling loop: call a function until it returns a result or the timeout expires.

All waits use this loop: `havip.Client.wait`, tasks, the provider's waits and the lab's. A wait has
one deadline, shared by its requests, their retries, pauses and waits for a connection. At the
deadline the wait raises its own documented error, not that of the request in progress.

Example::

    from havip._client.polling import Pauses, poll

    pid = poll(
        lambda: read_pid("/run/keepalived.pid"),   # None until it exists
        what="keepalived has written its pid",
        timeout=10.0,
        pauses=Pauses(0.05, 0.5),
    )
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, TypeVar

from havip._transport.caller import run
from havip._transport.clock import SYSTEM_CLOCK, Clock, Deadline
from havip.errors import HavipError, TransportError, WaitTimeout

T = TypeVar("T")
LAST_LOOK: Final = 0.4
"""Seconds for the last look after the deadline, so that the wait sees the final state."""


class Pauses(NamedTuple):
    """Pauses between looks.

    Attributes:
        first: Seconds of the first pause.
        longest: Seconds of the longest pause.
        factor: Factor by which each pause grows.
    """

    first: float = 0.2
    longest: float = 2.0
    factor: float = 1.5


def poll(
    look: Callable[[], T | None],
    *,
    what: str,
    timeout: float,
    clock: Clock = SYSTEM_CLOCK,
    pauses: Pauses | None = None,
    tolerate: Callable[[HavipError], bool] = lambda _: False,
) -> T:
    """Call a function until it returns something other than None.

    The function is called at least once, and once more at the deadline.

    Args:
        look: Called at each look; None means "not yet".
        what: The awaited state, for the error message: ``the instance runs``.
        timeout: Timeout in seconds.
        clock: Clock to wait on.
        pauses: Pauses between two looks.
        tolerate: Returns whether an error of a look means "not yet".

    Returns:
        The result of `look`.

    Raises:
        WaitTimeout: The timeout expired; its cause is the tolerated error of the last look.
        HavipError: A look failed in a way that is not tolerated.
    """

    async def looked() -> T | None:
        return look()

    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)

    def late(error: HavipError | None) -> HavipError:
        return WaitTimeout(f"{what}: not within {timeout:g} s" + (f"; {error}" if error else ""))

    return run(
        poll_with(
            looked, Deadline(clock, timeout), clock, sleep, pauses or Pauses(), late, tolerate
        )
    )


def until(true: Callable[[], bool], timeout: float, pause: float = 0.05) -> bool:
    """Poll a condition of this machine at even intervals; return whether it came true in time."""
    try:
        return poll(
            lambda: true() or None, what="", timeout=timeout, pauses=Pauses(pause, pause, 1.0)
        )
    except WaitTimeout:
        return False


async def poll_with(
    look: Callable[[], Awaitable[T | None]],
    deadline: Deadline,
    clock: Clock,
    sleep: Callable[[float], Awaitable[None]],
    pauses: Pauses,
    late: Callable[[HavipError | None], HavipError],
    tolerate: Callable[[HavipError], bool],
) -> T:
    """Asynchronous version of `poll`.

    Args:
        look: Called at each look; None means "not yet".
        deadline: The end of the wait.
        clock: Clock to wait on.
        sleep: Coroutine function that sleeps.
        pauses: Pauses between two looks.
        late: Builds the error at the deadline from that of the last look, if it failed.
        tolerate: Returns whether an error of a look means "not yet".
    """
    pause = pauses.first
    while True:
        failure: HavipError | None = None
        left = deadline.left()
        with Deadline(clock, max(left, LAST_LOOK), final=left < LAST_LOOK) as once:
            try:
                if (found := await look()) is not None:
                    return found
            except HavipError as error:
                failure = error
        deadline.slept += once.slept
        left = deadline.left()
        # The look was cut short by the deadline, so the wait is over.
        cut_short = isinstance(failure, TransportError) and (
            left <= 0 or failure.code == "Unreachable.Timeout"
        )
        if failure is not None and not cut_short and not tolerate(failure):
            raise failure
        if left <= 0:
            raise late(failure) from failure
        seconds = min(pause, left)
        await sleep(seconds)
        deadline.slept += seconds
        pause = min(pauses.longest, pause * pauses.factor)
