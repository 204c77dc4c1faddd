"""Schedules: concurrent handler calls of which one runs at a time, in an order drawn from a seed.

Every call of the API, every look at a listing and every lock is a place where another one may go
on. The same seed gives the same order, so that a race is found by search and shown again. In most
orders one kind of change is late: who is about to send it waits while others can go on.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from havip import FakeClock
from havip.emulator.cloud import Cloud
from pulumi_havip.handlers import Context, ProviderSettings
from pulumi_havip.handlers.natural_keys import NaturalKeys

MOST_TURNS: Final = 20_000
MOSTLY: Final = 0.97
"""Share of the turns in which others go before a late call, and the first in rank before others."""
WAITS: Final = "waits"
"""Action of a thread that waits for others."""
CHANGES: Final = (
    "HaVipDisassociateAddressIp",
    "HaVipAssociateAddressIp",
    "DisassociateHaVipInstance",
    "AssociateHaVipInstance",
    "DeleteRoutes",
    "CreateRoutes",
    "ReplaceRoutes",
)


class Schedule:
    """Runs functions in threads of which one is awake at a time.

    Args:
        rng: Draws whose turn it is.
        late: The kind of change that is late; generated if omitted.
    """

    def __init__(self, rng: random.Random, late: str | None = None) -> None:
        self._rng = rng
        self._late = rng.choice(("none", *CHANGES)) if late is None else late
        self._ranked = rng.random() < 0.7
        self._ranks: dict[str, float] | None = None
        self._back = threading.Semaphore(0)
        self._own = threading.local()
        self._next: dict[str, str] = {}

    def run(self, jobs: Mapping[str, Callable[[], None]]) -> None:
        """Run functions to their ends; the first error among them is raised."""
        batons = {name: threading.Semaphore(0) for name in jobs}
        errors: list[BaseException] = []
        alive = list(jobs)
        self._ranks = {name: self._rng.random() for name in jobs} if self._ranked else None

        def work(name: str) -> None:
            self._own.baton, self._own.name = batons[name], name
            batons[name].acquire()
            try:
                jobs[name]()
            except BaseException as error:
                errors.append(error)
            alive.remove(name)
            self._back.release()

        threads = [threading.Thread(target=work, args=(name,), daemon=True) for name in jobs]
        for thread in threads:
            thread.start()
        last = ""
        for _ in range(MOST_TURNS):
            if not alive or errors:
                break
            last = self._choose(alive, last)
            batons[last].release()
            self._back.acquire()
        if errors:
            raise errors[0]
        if alive:
            raise AssertionError(f"they wait for each other: {alive}")

    def _choose(self, alive: list[str], last: str) -> str:
        early = [name for name in alive if self._next.get(name, "") not in (self._late, WAITS)]
        if not early or self._rng.random() >= MOSTLY:
            early = list(alive)
        if self._ranks is not None and self._rng.random() < MOSTLY:
            return min(early, key=self._ranks.__getitem__)
        return last if last in early and self._rng.random() < 0.5 else self._rng.choice(early)

    def park(self, action: str = "") -> None:
        """Yield to others before an action; outside of a schedule, do nothing."""
        baton = getattr(self._own, "baton", None)
        if baton is not None:
            self._next[self._own.name] = action
            self._back.release()
            baton.acquire()

    def context(self, cloud: Cloud, keys: NaturalKeys) -> Context:
        """Return the context of a provider process whose calls follow this schedule."""
        settings = ProviderSettings.model_validate({"region": "ap-guangzhou", "pacing": False})
        context = Context(settings, clock=_Clock(cloud, self), keys=keys)
        self._spread(context)
        return context

    def _spread(self, context: Any) -> None:
        """Park before each call; what holds a lock of its own over its calls is one step."""
        region = context.region()
        send, quiet = region.send, threading.local()

        def step(action: str = "") -> None:
            if not getattr(quiet, "on", False):
                self.park(action)

        def sent(request: Any) -> Any:
            step(type(request).__name__)
            return send(request)

        def one_step(call: Callable[..., Any]) -> Callable[..., Any]:
            def stepped(*given: Any) -> Any:
                step()
                before, quiet.on = getattr(quiet, "on", False), True
                try:
                    return call(*given)
                finally:
                    quiet.on = before

            return stepped

        region.send, region.account = sent, one_step(region.account)
        check = context.quota.check
        context.quota.check = one_step(lambda *given: list(check(*given)))
        for listing in vars(region).values():
            if hasattr(listing, "fresh"):
                listing.fresh, listing.all = one_step(listing.fresh), one_step(listing.all)
                listing.get = one_step(listing.get)


class Lock:
    """A reentrant lock that lets others go on while it waits, and before it is taken."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._holder: int | None = None
        self._depth = 0

    def __enter__(self) -> bool:
        me = threading.get_ident()
        self._schedule.park()
        while self._holder not in (None, me):
            self._schedule.park(WAITS)
        self._holder = me
        self._depth += 1
        return True

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._holder = None


class _Clock(FakeClock):
    """A clock whose sleeps move the cloud on, and let others go on."""

    def __init__(self, cloud: Cloud, schedule: Schedule) -> None:
        super().__init__(cloud.clock.time())
        self._cloud, self._schedule = cloud, schedule

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._cloud.clock.advance(max(0.0, seconds))
        self._schedule.park()
