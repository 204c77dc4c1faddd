"""The cloud: accounts, their regions, and the one way to call it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from havip.api import Request, Response
from havip.emulator import actions as _handlers  # noqa: F401  (they register themselves)
from havip.emulator.actions.registry import (
    HANDLERS,
    Call,
    Caller,
    Handler,
)
from havip.emulator.errors import Refusal
from havip.emulator.rules import holders
from havip.emulator.rules.client_tokens import once
from havip.emulator.rules.holders import Announcement
from havip.emulator.rules.tasks import settle
from havip.emulator.rules.unsupported import refuse_unserved
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT, Keys
from havip.emulator.state.clock import Clock, CloudClock
from havip.emulator.state.region import Region, World
from havip.emulator.state.rows import ClockRow, Counter, Session
from havip.emulator.state.settings import Settings
from havip.emulator.state.table import Change, Place, Table

__all__ = ["Call", "Caller", "Cloud"]

R = TypeVar("R", bound=Response)
REGION = "ap-guangzhou"
"""The region where a test that names none is at home."""
_SHARED = Place()


class Cloud:
    """A cloud in memory: it answers typed requests by the rules of the real one.

    Nothing is shared between accounts or regions. Calls may come from any thread. A call that is
    refused leaves everything as it was.

    Example::

        cloud = Cloud(settings=Settings(seed=1))
        caller = Caller(account="100000000001", region="ap-guangzhou")
        vpc = cloud.call(caller, CreateVpc(vpc_name="a", cidr_block="10.0.0.0/16")).vpc

    Args:
        clock: what tells the time; the module `time` by default.
        settings: quotas, delays, and the choices where documents leave one.
        keys: the keys that may call, for those who check signatures and for STS to add to.
    """

    def __init__(
        self, clock: Clock = time, settings: Settings | None = None, keys: Keys | None = None
    ) -> None:
        settings = settings or Settings()
        seed = secrets.randbits(64) if settings.seed is None else settings.seed
        self._world = World(settings, CloudClock(clock), seed)
        self.keys = keys or Keys()
        self.lock = threading.RLock()
        self.on_commit: Callable[[Sequence[Change]], None] | None = None
        """Gets the rows that a call changed, before its answer is given.

        Where it raises, the call is undone and the exception goes to the caller of `call`.
        """
        self._regions: dict[Place, Region] = {}
        journal = self._world.journal
        self.sessions = Table(journal, _SHARED, "session", Session, lambda row: row.secret_id)
        self._clocks = Table(journal, _SHARED, "clock", ClockRow, lambda row: row.name)
        self._shared = {
            table.kind: table for table in (self.sessions, self._clocks, self._world.counters)
        }
        self.clock.on_change = self._keep_clock

    @property
    def settings(self) -> Settings:
        """The settings; they may be changed while the cloud runs."""
        return self._world.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._world.settings = settings

    @property
    def clock(self) -> CloudClock:
        """The cloud's clock, which can be frozen and advanced."""
        return self._world.clock

    def region(self, account: str, name: str) -> Region:
        """Give an account's region, empty at first.

        Raises:
            Refusal: UnsupportedRegion where the settings do not name the region.
        """
        if name and name not in self.settings.regions:
            raise Refusal("UnsupportedRegion", f"There is no region `{name}`.")
        return self._region_at(Place(account, name))

    def regions(self, account: str) -> list[Region]:
        """List the regions in which an account has been so far."""
        return [region for place, region in self._regions.items() if place.account == account]

    def call(self, caller: Caller, request: Request[R]) -> R:
        """Answer one request.

        Raises:
            Refusal: the API's error; the state is then as it was before the call.
        """
        action, handler = type(request).__name__, HANDLERS.get(type(request))
        if handler is None:
            raise Refusal("InvalidAction", f"The emulator does not have the action `{action}`.")
        with self.lock:
            region = self.region(caller.account, caller.region)
            with self.transaction():
                settle(region, polled=request.reads)
            refuse_unserved(action, request)
            call = Call(self, region, caller, action)
            with self.transaction():
                answer = self._answer(handler, call, request)
        answer.request_id = caller.request_id
        return cast(R, answer)

    def _answer(self, handler: Handler, call: Call, request: Request[R]) -> Response:
        token = getattr(request, "client_token", None)
        if not token:
            return handler(call, request)
        return once(call, request, token, lambda: handler(call, request))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of what happens inside, or, where it raises, nothing of it."""
        with self.lock:
            try:
                yield
                self._hand_over()
            except BaseException:
                self._world.journal.rollback()
                raise
            self._world.journal.commit()

    def announce(
        self, sender: str, vip: str, *, region: str = REGION, account: str = DEFAULT_ACCOUNT
    ) -> Announcement:
        """Do what a gratuitous ARP of a guest does: make it the holder of a HAVIP, if it may be.

        Example::

            assert cloud.announce("ins-1a2b3c4d", "10.0.0.8").accepted

        Args:
            sender: the id of an instance, or of one of its network interfaces.
            vip: the announced address, or the id of the HAVIP.
            region: where.
            account: whose.

        Returns:
            Whether it was taken, and why or why not.

        Raises:
            Refusal: there is no such sender, or no HAVIP of that id.
        """
        here = self.region(account, region)
        with self._settled(here):
            return holders.announce(here, sender, vip)

    def release(self, vip: str, *, region: str = REGION, account: str = DEFAULT_ACCOUNT) -> None:
        """Take a HAVIP from whoever holds it, as its release from the ENI does.

        Args:
            vip: the id of the HAVIP, or its address where only one VPC has it.
            region: where.
            account: whose.

        Raises:
            Refusal: there is no such HAVIP.
        """
        here = self.region(account, region)
        with self._settled(here):
            holders.release(here, holders.find_havip(here, vip))

    @contextmanager
    def _settled(self, region: Region) -> Iterator[None]:
        """Do something after all that is due by now."""
        with self.lock:
            with self.transaction():
                settle(region)
            with self.transaction():
                yield

    def dump(self) -> list[Change]:
        """Give every row there is; `load` on a new cloud makes it the same as this one."""
        with self.lock:
            return [table.change(row_id) for table in self._tables() for row_id in table.ids()]

    def load(self, rows: Iterable[Change]) -> None:
        """Add the rows that `dump` or `on_commit` gave, in any order, without telling a store."""
        with self.lock:
            for row in rows:
                self._load(row)
            if (counter := self._world.counters.get("serial")) is not None:
                self._world.journal.serial = max(self._world.journal.serial, counter.value)
            if (clock := self._clocks.get("clock")) is not None:
                self.clock.load(clock.offset, clock.frozen)

    def reset(self) -> None:
        """Delete everything, and set the clock right; the keys stay."""
        with self.transaction():
            for table in self._tables():
                table.clear()
            self.clock.load(0.0, None)

    def seed(self, number: int) -> None:
        """Make the ids and random addresses that follow the same on every run."""
        with self.lock:
            self._world.reseed(number)

    def _tables(self) -> list[Table[Any]]:
        regions = (table for region in self._regions.values() for table in region.tables())
        return [*self._shared.values(), *regions]

    def _load(self, row: Change) -> None:
        place = Place(row.account, row.region)
        tables = self._shared if place == _SHARED else self._region_at(place).tables_by_kind()
        if row.row is not None:
            tables[row.kind].load(row.id, row.serial, row.row)
            self._world.journal.serial = max(self._world.journal.serial, row.serial)

    def _region_at(self, place: Place) -> Region:
        if place not in self._regions:
            self._regions[place] = Region(self._world, place)
        return self._regions[place]

    def _keep_clock(self, offset: float, frozen: float | None) -> None:
        with self.transaction():
            self._clocks.put(ClockRow(offset=offset, frozen=frozen))

    def _hand_over(self) -> None:
        journal = self._world.journal
        if journal:
            self._world.counters.put(Counter(name="serial", value=journal.serial))
            if self.on_commit is not None:
                self.on_commit(journal.changes())
