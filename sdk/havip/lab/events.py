"""Events of a lab, in order, on one clock."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal[
    "note",  # the lab itself: ready, end
    "fault",  # a fault or an operation began
    "heal",  # a fault was undone
    "state",  # keepalived entered MASTER, BACKUP or FAULT
    "announcement",  # a gratuitous ARP that the cloud accepted
    "drop",  # a gratuitous ARP that the cloud dropped, or that was lost
    "rebind",  # from now on the address leads elsewhere
    "address",  # an address was configured on, or removed from, a node
    "link",  # an interface of a node went up or down
    "service",  # a program started, or ended
    "node",  # a node started, or lost its power
    "role",  # a database server became primary or standby
]


class Event(BaseModel):
    """One thing that happened.

    Attributes:
        at: Seconds on CLOCK_MONOTONIC, which all processes of the machine share.
        kind: What sort of thing.
        node: The node it happened on, or "".
        subject: The address, instance, interface, program or fault concerned.
        text: What happened, in a word or a line.
    """

    model_config = ConfigDict(frozen=True)

    at: float
    kind: Kind
    node: str = ""
    subject: str = ""
    text: str = ""


KEPT = 100_000
"""Events that a log keeps: a history has some hundred, a lab that stays a day has more."""


class EventLog:
    """A list of events that any thread may add to and read."""

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[Event] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[Event], None]] = []
        self.changed = threading.Condition(self._lock)

    def add(self, kind: Kind, node: str = "", subject: str = "", text: str = "",
            at: float | None = None) -> Event:  # fmt: skip
        """Add an event, now or at a given time, and call every subscriber."""
        event = Event(
            at=time.monotonic() if at is None else at,
            kind=kind,
            node=node,
            subject=subject,
            text=text,
        )
        with self.changed:
            self._events.append(event)
            subscribers = list(self._subscribers)
            self.changed.notify_all()
        for one in subscribers:
            one(event)
        return event

    def subscribe(self, call: Callable[[Event], None]) -> None:
        """Call a function with each event from now on, in the thread that adds it."""
        with self._lock:
            self._subscribers.append(call)

    def __iter__(self) -> Iterator[Event]:
        """Iterate over the events so far, in order of time."""
        with self._lock:
            found = list(self._events)
        return iter(sorted(found, key=lambda one: one.at))

    def __len__(self) -> int:
        with self._lock:
            return len(self._events)

    def find(self, *kinds: Kind, since: float = 0.0, **fields: Any) -> list[Event]:
        """Return the events of some kinds, from a time on, whose fields have given values."""
        return [
            one
            for one in self
            if (not kinds or one.kind in kinds)
            and one.at >= since
            and all(getattr(one, name) == value for name, value in fields.items())
        ]

    def wait(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until a test holds, which is made at every event and each tenth of a second."""
        end = time.monotonic() + seconds
        while not true():
            left = end - time.monotonic()
            if left <= 0:
                return False
            with self.changed:
                self.changed.wait(min(left, 0.1))
        return True
