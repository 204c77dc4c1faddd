"""The emulated cloud: typed requests in, typed responses out."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from havip._checks import count, instance, methods, sequence, words
from havip.api import Request, Response
from havip.emulator.actions.registry import HANDLERS, Handler
from havip.emulator.errors import ApiFailure
from havip.emulator.rules import client_tokens, holders
from havip.emulator.rules.calls import ActionCall, Caller
from havip.emulator.rules.checks import check_supported
from havip.emulator.rules.effects import EFFECTS
from havip.emulator.rules.holders import Announcement
from havip.emulator.rules.tasks import settle
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT, Keys
from havip.emulator.state.clock import AdjustableClock, TimeSource
from havip.emulator.state.events import EventSubscription, EventSubscriptions, HaVipEvent, events_of
from havip.emulator.state.rows import RUNNING, RoleSession
from havip.emulator.state.settings import Settings
from havip.emulator.state.table import RowChange, Table
from havip.emulator.state.world import AccountRegion, World

__all__ = ["Caller", "Cloud"]

R = TypeVar("R", bound=Response)
REGION = "ap-guangzhou"
"""Default region of the emulator."""


class Cloud:
    """An in-memory cloud that answers typed requests by the rules of the real service.

    Accounts and regions are isolated from each other. Calls are thread-safe. A failed call leaves
    the state unchanged.

    Example::

        cloud = Cloud(settings=Settings(seed=1))
        caller = Caller(account="100000000001", region="ap-guangzhou")
        vpc = cloud.call(caller, CreateVpc(vpc_name="a", cidr_block="10.0.0.0/16")).vpc

    Args:
        clock: Source of the time; the module `time` by default.
        settings: Quotas, delays, and behavior that the API documents leave open.
        keys: Access keys for signature checks; STS adds temporary ones.
        handlers: Implementation of each action, by request class.
    """

    def __init__(
        self,
        clock: TimeSource = time,
        settings: Settings | None = None,
        keys: Keys | None = None,
        *,
        handlers: Mapping[type[Request[Any]], Handler] = HANDLERS,
    ) -> None:
        settings = Settings() if settings is None else _checked(settings)
        methods("clock", clock, ("time",), "the module time")
        if keys is not None:
            instance("keys", keys, Keys, "havip.emulator.Keys()")
        seed = secrets.randbits(64) if settings.seed is None else settings.seed
        self._world = World(
            settings, AdjustableClock(clock), seed, Keys() if keys is None else keys
        )
        self._handlers = handlers
        self._feed = EventSubscriptions()
        self.lock = threading.RLock()
        self.on_commit: Callable[[Sequence[RowChange]], None] | None = None
        """Called with the rows that a call changed, before its response is returned.

        If it raises, the call is undone and the exception reaches the caller of `call`.
        """
        self.clock.on_change = self._keep_clock

    @property
    def settings(self) -> Settings:
        """The settings; they may be changed while the cloud is in use."""
        return self._world.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._world.settings = _checked(settings)

    @property
    def clock(self) -> AdjustableClock:
        """The cloud's clock, which can be frozen and advanced."""
        return self._world.clock

    @property
    def keys(self) -> Keys:
        """The access keys that are accepted."""
        return self._world.keys

    @property
    def sessions(self) -> Table[RoleSession]:
        """Role sessions of the temporary keys."""
        return self._world.sessions

    def region(self, account: str, name: str) -> AccountRegion:
        """Return a region of an account, created empty on first use.

        Raises:
            ApiFailure: UnsupportedRegion if the region is not in the settings.
        """
        return self._world.region(account, name)

    def regions(self, account: str) -> list[AccountRegion]:
        """List the regions that an account has used."""
        return self._world.regions(account)

    def all_regions(self) -> list[AccountRegion]:
        """List the regions that any account has used."""
        return self._world.all_regions()

    def call(self, caller: Caller, request: Request[R]) -> R:
        """Execute a request.

        Raises:
            ApiFailure: The API's error; the state is unchanged.
        """
        action, handler = type(request).__name__, self._handlers.get(type(request))
        if handler is None:
            raise ApiFailure("InvalidAction", f"The emulator does not have the action `{action}`.")
        with self.lock:
            region = self.region(caller.account, caller.region)
            if region.tasks.count("status", RUNNING):
                with self.transaction():
                    settle(region, polled=request.reads)
            check_supported(action, request)
            call = ActionCall(region, caller, action)
            with self.transaction():
                answer = self._perform(handler, call, request)
        answer.request_id = caller.request_id
        return cast(R, answer)

    def _perform(self, handler: Handler, call: ActionCall, request: Request[R]) -> Response:
        token = vars(request).get("client_token")
        if not token:
            return handler(call, request)
        answer = client_tokens.replay(call, request, token)
        if answer is None:
            answer = handler(call, request)
            client_tokens.remember(call, request, token, answer)
        return answer

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Roll back all changes made in the ``with`` block if it raises."""
        with self.lock:
            undo = self._world.undo
            try:
                yield
                events = self._flush_changes() if undo else []
            except BaseException:
                undo.rollback()
                raise
            undo.commit()
            for event in events:
                self._feed.publish(event)

    def announce(
        self, sender: str, vip: str, *, region: str = REGION, account: str = DEFAULT_ACCOUNT
    ) -> Announcement:
        """Process a gratuitous ARP from a guest: if it is allowed, the sender becomes the holder.

        Example::

            assert cloud.announce("ins-1a2b3c4d", "10.0.0.8").accepted

        Args:
            sender: Id of an instance or of one of its network interfaces.
            vip: The announced address, or the id of the HAVIP.
            region: The region.
            account: The account.

        Returns:
            Whether it was accepted, and the reason.

        Raises:
            ApiFailure: The sender or the HAVIP id does not exist.
        """
        here = self._named(account, region)
        words("sender", sender, "ins-1a2b3c4d")
        words("vip", vip, "10.0.0.8")
        with self._with_due_effects(here):
            outcome = holders.announce(here, sender, vip)
        if self._feed:
            self._feed.publish(
                HaVipEvent(
                    "announced" if outcome.accepted else "dropped",
                    here.now,
                    account,
                    region,
                    outcome.ha_vip_id,
                    vip,
                    sender=sender,
                    reason=outcome.reason.value,
                    interface_id=outcome.interface_id,
                )
            )
        return outcome

    def release(self, vip: str, *, region: str = REGION, account: str = DEFAULT_ACCOUNT) -> None:
        """Release a HAVIP from its holder, as releasing the address on the ENI does.

        Args:
            vip: Id of the HAVIP, or its address if it is unique among the VPCs.
            region: The region.
            account: The account.

        Raises:
            ApiFailure: The HAVIP does not exist.
        """
        here = self._named(account, region)
        words("vip", vip, "10.0.0.8")
        with self._with_due_effects(here):
            holders.release(here, holders.find_havip(here, vip))

    def subscribe(
        self, size: int = 1000, on_event: Callable[[], None] | None = None
    ) -> EventSubscription:
        """Subscribe to HAVIP events: announcements, drops, holder and range changes.

        Events are published after their change is committed; a change that is
        rolled back publishes none.

        Example::

            with cloud.subscribe() as events:
                ...
                for event in events.drain():
                    print(event.kind, event.vip, event.reason)

        Args:
            size: Maximum number of buffered events; the oldest are dropped and counted.
            on_event: Called after each event, in the thread that caused it and with the cloud
                locked; it must return at once, such as ``loop.call_soon_threadsafe(...)``.
        """
        with self.lock:
            return self._feed.add(count("size", size, most=1_000_000), on_event)

    def _named(self, account: str, region: str) -> AccountRegion:
        words("account", account, DEFAULT_ACCOUNT)
        if not words("region", region, REGION) or not account:
            raise ApiFailure("MissingParameter", "The account and the region are required.")
        return self.region(account, region)

    @contextmanager
    def _with_due_effects(self, region: AccountRegion) -> Iterator[None]:
        """Apply all due effects before the body runs."""
        with self.lock:
            with self.transaction():
                settle(region)
            with self.transaction():
                yield

    def dump(self) -> list[RowChange]:
        """Return every row; `load` restores them in a new cloud."""
        with self.lock:
            return self._world.dump()

    def load(self, rows: Iterable[RowChange]) -> None:
        """Load rows from `dump` or `on_commit`, in any order, without calling `on_commit`."""
        with self.lock:
            for row in sequence("rows", rows, RowChange, "those of dump()"):
                self._world.load(row)
            self._world.finish_load()

    def check(self) -> None:
        """Check the consistency of the rows: every table can be listed, every task can finish.

        Raises:
            ValueError: The rows are inconsistent.
        """
        with self.lock:
            for region in self._world.all_regions():
                caller = Caller(region.account, region.name)
                for task in region.tasks:
                    if not task.same_as and task.effect not in EFFECTS:
                        raise ValueError(f"the task {task.task_id!r} has no effect")
                for kind in self._handlers:
                    required = any(field.is_required() for field in kind.model_fields.values())
                    if kind.reads and kind.page is not None and not required:
                        self.call(caller, kind())

    def reset(self) -> None:
        """Delete everything and reset the clock; keep the access keys."""
        with self.transaction():
            self._world.clear()

    def seed(self, number: int) -> None:
        """Seed the generator of ids and random addresses, for reproducible runs."""
        with self.transaction():
            self._world.reseed(number)

    def _keep_clock(self, offset: float, frozen: float | None) -> None:
        with self.transaction():
            self._world.keep_clock(offset, frozen)

    def _flush_changes(self) -> list[HaVipEvent]:
        """Pass the changes of a call to `on_commit`, and return their events."""
        self._world.record_serial()
        if self.on_commit is not None:
            self.on_commit(self._world.undo.changes())
        return events_of(self._world.undo, self.clock.time()) if self._feed else []


def _checked(settings: Settings) -> Settings:
    return instance("settings", settings, Settings, "havip.emulator.Settings(task_delay=5.0)")
