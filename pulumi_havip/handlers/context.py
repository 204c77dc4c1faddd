"""State shared by all handler calls of one deployment: clients, cached reads, clock, warnings."""

from __future__ import annotations

import copy
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from havip import Client, Clock, SystemClock
from havip._client.polling import Pauses, poll
from havip.api import ACTIONS, DescribeTaskResult, DescribeVpcTaskResult, Request, Task
from havip.errors import InvalidParameterError, NotFoundError, TaskError, WaitTimeout
from pulumi_havip.handlers.batch_reads import Listing
from pulumi_havip.handlers.client import connect
from pulumi_havip.handlers.errors import ResourceError
from pulumi_havip.handlers.natural_keys import NaturalKeys
from pulumi_havip.handlers.quotas import HaVipQuota
from pulumi_havip.handlers.region import RegionReads
from pulumi_havip.handlers.settings import ProviderSettings

T = TypeVar("T")
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0
_ASK_TASK_AFTER: Final = 3.0
"""Seconds without a change until the task is queried for a failure; then four times as long."""


class Context:
    """State shared by all handler calls of one deployment.

    Args:
        settings: The provider's configuration.
        connect: Builds the client of a region.
        clock: Measures time and sleeps; the system clock if omitted.
        draw: Generates the id of a creation.
        keys: The natural keys declared by the program, shared by all providers of a process.
    """

    def __init__(
        self,
        settings: ProviderSettings,
        connect: Callable[[ProviderSettings, str, Clock], Client] = connect,
        *,
        clock: Clock | None = None,
        draw: Callable[[], str] = lambda: str(uuid.uuid4()),
        keys: NaturalKeys | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.timeout = settings.timeout
        self.draw = draw
        self.unused_ids: set[str] = set()
        """Creation ids that this process generated and has not used: no resource can carry them
        yet, so no search precedes the creation. It saves a call; correctness does not rest on
        it."""
        self.in_doubt: set[str] = set()
        """Creation ids whose creation may still be in progress: not finding a resource proves
        nothing in this deployment, so the engine keeps them pending for the next one."""
        self.keys = keys or NaturalKeys()
        """The natural keys declared by the program of this deployment."""
        self.quota = HaVipQuota()
        self.cancelled = threading.Event()
        self.keeps_partial = False
        """True if the adapter can store an unfinished resource in the state."""
        self.warn: Callable[[str], None] = _print_warning
        """Shows the user a warning that cannot be part of a diff."""
        self._connect = connect
        self._regions: dict[str, RegionReads] = {}
        self._lock = threading.Lock()

    def with_settings(self, settings: ProviderSettings) -> Context:
        """Return a context for other settings, with the same clock and natural keys."""
        return Context(settings, self._connect, clock=self.clock, draw=self.draw, keys=self.keys)

    def within(self, timeout: float | None) -> Context:
        """Return the same context with another timeout in seconds; None keeps the timeout."""
        if not timeout:
            return self
        other = copy.copy(self)
        other.timeout = timeout
        return other

    def region(self, name: str | None = None) -> RegionReads:
        """Return a region by its name, or the configured one.

        Raises:
            ResourceError: No region is configured.
        """
        name = name or self.settings.region
        if not name:
            raise ResourceError(
                "no region: set havip:region (`pulumi config set havip:region ap-guangzhou`) "
                "or TENCENTCLOUD_REGION, or give the resource its region"
            )
        with self._lock:
            if name not in self._regions:
                client = self._connect(self.settings, name, self.clock)
                self._regions[name] = RegionReads(name, client, self.clock)
            return self._regions[name]

    def pauses(self, what: str) -> Iterator[float]:
        """Sleep with increasing delays between attempts; yield the seconds elapsed.

        Args:
            what: The awaited change, for error messages.

        Raises:
            WaitTimeout: The timeout of the operation has expired.
            ResourceError: The deployment was cancelled.
        """
        start, pause = self.clock.monotonic(), _FIRST_PAUSE
        while True:
            gone = self.clock.monotonic() - start
            yield gone
            if self.cancelled.is_set():
                raise ResourceError(f"cancelled while waiting for {what}; run it again to go on")
            if gone >= self.timeout:
                raise WaitTimeout(f"{what} did not come within {self.timeout:g} s; run it again")
            self.clock.sleep(min(pause, self.timeout - gone))
            pause = min(pause * 2, _LONGEST_PAUSE)


def _print_warning(text: str) -> None:
    """Print a line, which engines show beside the resources as output of a provider process."""
    sys.stderr.write(f"warning: {text}\n")
    sys.stderr.flush()


@dataclass(frozen=True)
class Job:
    """One handler call: its context, its region, and the resource's name for error messages.

    Attributes:
        ctx: The context.
        region: The region of the resource.
        name: The resource's kind, name and id.
        again: Whether an earlier attempt may have created something, which is searched first.
    """

    ctx: Context
    region: RegionReads
    name: str
    again: bool = False

    def token(self, action: type[Request[Any]], token: str | None) -> str | None:
        """Return the ClientToken of a creation, or None if the site does not support it."""
        lacking = self.ctx.settings.site == "intl" and "ClientToken" in action.intl.inputs
        return None if lacking else token

    def wait(
        self,
        listing: Listing[T],
        id: str,
        ready: Callable[[T | None], bool],
        what: str,
        task: tuple[str, str] | None = None,
    ) -> T | None:
        """Wait until an object satisfies a condition; concurrent waits share their calls.

        Args:
            listing: The objects of its kind.
            id: The id of the object.
            ready: Returns whether the condition holds; called with None while the object is absent.
            what: The awaited change, for error messages.
            task: The action and the id of the task, to find out why it failed.
        """
        begun, ask_at = self.ctx.clock.monotonic(), _ASK_TASK_AFTER

        def look() -> tuple[T | None] | None:
            nonlocal ask_at
            value = listing.fresh(id)
            if ready(value):
                return (value,)
            if task and self.ctx.clock.monotonic() - begun >= ask_at:
                ask_at *= 4
                raise_if_failed(self.region, *task)
            if self.ctx.cancelled.is_set():
                raise ResourceError(
                    f"cancelled while waiting for {self.name}: {what}; run it again to go on"
                )
            return None

        return poll(
            look,
            what=f"{self.name}: {what} did not come; run it again",
            timeout=self.ctx.timeout,
            clock=self.ctx.clock,
            pauses=Pauses(_FIRST_PAUSE, _LONGEST_PAUSE, 2.0),
        )[0]


def raise_if_failed(region: RegionReads, action: str, task_id: str) -> None:
    """Query the state of a task, with the operation that belongs to its action.

    Raises:
        TaskError: It failed; the message is the service's reason, if it gives one.
    """
    try:
        status, reason = _progress(region, action, task_id)
    except (InvalidParameterError, NotFoundError):  # the service has forgotten the task
        return
    if status == "FAILED":
        raise TaskError(action, task_id, reason)


def _progress(region: RegionReads, action: str, task_id: str) -> tuple[str, str]:
    if ACTIONS[action].task is Task.ADDRESS:
        return region.send(DescribeTaskResult(task_id=int(task_id))).result, ""
    answer = region.send(DescribeVpcTaskResult(task_id=task_id))
    return answer.status, answer.output
