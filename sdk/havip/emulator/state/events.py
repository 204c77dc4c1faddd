"""HAVIP events of a cloud, for dashboards, probes and tests.

Publishing never blocks: each subscription buffers a bounded number of events and counts the dropped
ones. `Cloud.subscribe` creates a subscription.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Literal

from havip.api import HaVip
from havip.emulator.state.rows import members_of
from havip.emulator.state.table import Scope, UndoLog

EventKind = Literal["announced", "dropped", "holder", "range", "created", "deleted"]


@dataclass(frozen=True, slots=True)
class HaVipEvent:
    """An event of a HAVIP.

    Attributes:
        kind: ``announced`` (gratuitous ARP accepted), ``dropped`` (gratuitous ARP not accepted),
            ``holder`` (new holder, or released), ``range`` (members or CheckAssociate changed),
                ``created`` or ``deleted``.
        time: The cloud's time, in seconds since the epoch.
        account: The account's number (uin).
        region: The region.
        ha_vip_id: The HAVIP, or "" if the announced address is not a HAVIP.
        vip: Its address, or the announced address.
        sender: The instance or ENI that announced it; "" for other kinds.
        reason: The reason for accepting or dropping it, such as ``moved`` or ``not-in-range``.
        interface_id: The ENI that holds it, or that announced it.
        instance_id: The instance that holds it.
        previous_instance_id: The previous holder; only for ``holder``.
        members: The members of its range.
        number: Consecutive number among the events of a cloud; a gap means that events were lost.
    """

    kind: EventKind
    time: float
    account: str
    region: str
    ha_vip_id: str = ""
    vip: str = ""
    sender: str = ""
    reason: str = ""
    interface_id: str = ""
    instance_id: str = ""
    previous_instance_id: str = ""
    members: Sequence[str] = ()
    number: int = 0


class EventSubscription:
    """A bounded queue of events; a context manager that closes the subscription.

    Example::

        with cloud.subscribe() as events:
            cloud.announce("ins-1a2b3c4d", "10.0.0.8")
            for event in events.wait(timeout=5):
                print(event.kind, event.vip, event.instance_id)

    Attributes:
        lost: Number of events dropped because the queue was full.
    """

    def __init__(
        self, feed: EventSubscriptions, size: int, on_event: Callable[[], None] | None = None
    ) -> None:
        self._feed, self._on_event = feed, on_event
        self._events: deque[HaVipEvent] = deque(maxlen=size)
        self._condition = threading.Condition()
        self.lost = 0

    def drain(self) -> list[HaVipEvent]:
        """Return the events since the last call, oldest first, without blocking."""
        with self._condition:
            events = list(self._events)
            self._events.clear()
            return events

    def wait(self, timeout: float) -> list[HaVipEvent]:
        """Wait for at least one event, and return all pending ones; empty after the timeout."""
        with self._condition:
            self._condition.wait_for(lambda: bool(self._events), timeout)
        return self.drain()

    def close(self) -> None:
        """Close the subscription."""
        self._feed.remove(self)

    def __enter__(self) -> EventSubscription:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def put(self, event: HaVipEvent) -> None:
        """Add an event; drop the oldest one if the queue is full."""
        with self._condition:
            self.lost += len(self._events) == self._events.maxlen
            self._events.append(event)
            self._condition.notify_all()
        if self._on_event is not None:
            self._on_event()


class EventSubscriptions:
    """The subscriptions of a cloud."""

    def __init__(self) -> None:
        self._subscriptions: tuple[EventSubscription, ...] = ()
        self._number = 0

    def __bool__(self) -> bool:
        return bool(self._subscriptions)

    def add(self, size: int, on_event: Callable[[], None] | None) -> EventSubscription:
        """Create a subscription."""
        made = EventSubscription(self, size, on_event)
        self._subscriptions += (made,)
        return made

    def remove(self, subscription: EventSubscription) -> None:
        """Remove a subscription; ignore one that is already closed."""
        self._subscriptions = tuple(s for s in self._subscriptions if s is not subscription)

    def publish(self, event: HaVipEvent) -> None:
        """Number an event and pass it to all subscriptions."""
        self._number += 1
        event = replace(event, number=self._number)
        for subscription in self._subscriptions:
            subscription.put(event)


def events_of(undo: UndoLog, time: float) -> list[HaVipEvent]:
    """Derive the events from the HAVIP rows written since the last commit."""
    events: list[HaVipEvent] = []
    for scope, before, now in undo.replaced("havip"):
        if before is None and now is not None:
            events.append(_event("created", scope, now, time))
        elif before is not None and now is None:
            events.append(_event("deleted", scope, before, time))
        if now is not None and _holder(now) != _holder(before):
            previous = before.instance_id if before else ""
            events.append(_event("holder", scope, now, time, previous_instance_id=previous))
        if before is not None and now is not None and _range(now) != _range(before):
            events.append(_event("range", scope, now, time))
    return events


def _holder(havip: HaVip | None) -> tuple[str, str]:
    return (havip.network_interface_id, havip.instance_id) if havip else ("", "")


def _range(havip: HaVip) -> tuple[bool, Sequence[str]]:
    return havip.check_associate, members_of(havip)


def _event(kind: EventKind, scope: Scope, havip: HaVip, time: float, **more: Any) -> HaVipEvent:
    return HaVipEvent(
        kind,
        time,
        scope.account,
        scope.region,
        havip.ha_vip_id,
        havip.vip,
        interface_id=havip.network_interface_id,
        instance_id=havip.instance_id,
        members=tuple(members_of(havip)),
        **more,
    )
