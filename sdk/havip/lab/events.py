"""Chronological event log of a lab, on one clock."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal[
    "note",  # milestones of the lab: ready, end
    "fault",  # a fault or an operation began
    "heal",  # a fault was undone
    "state",  # keepalived entered MASTER, BACKUP or FAULT
    "announcement",  # a gratuitous ARP was accepted by the cloud
    "drop",  # a gratuitous ARP was dropped by the cloud, or lost
    "rebind",  # the network started to deliver the address to another node
    "address",  # an address was configured on, or removed from, a node
    "link",  # an interface of a node went up or down
    "service",  # a program started, or ended
    "node",  # a node started, or lost power
    "role",  # a database server became primary or standby
]


class Event(BaseModel):
    """One event.

    Attributes:
        at: Time on CLOCK_MONOTONIC, in seconds; all processes of the machine share it.
        kind: The kind of event.
        node: The affected node, or "".
        subject: The affected address, instance, interface, program or fault.
        text: The details, in a word or a line.
    """

    model_config = ConfigDict(frozen=True)

    at: float
    kind: Kind
    node: str = ""
    subject: str = ""
    text: str = ""


_STATE = re.compile(r"\((\S+)\) (?:Entering (MASTER|BACKUP|FAULT) STATE|(.*Entering FAULT))")
KEPT = 100_000
"""Maximum number of events; a history has some hundred, a lab that runs for a day has more."""


class EventLog:
    """A thread-safe list of events."""

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[Event] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[Event], None]] = []
        self.changed = threading.Condition(self._lock)

    def add(self, kind: Kind, node: str = "", subject: str = "", text: str = "",
            at: float | None = None) -> Event:  # fmt: skip
        """Add an event, now or at a given time, and call the subscribers."""
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
        """Call a function with each new event, in the thread that adds it."""
        with self._lock:
            self._subscribers.append(call)

    def keepalived_reader(self, node: str) -> Callable[[float, str], None]:
        """Return what notes the states that a node's keepalived prints, line by line."""

        def read(at: float, line: str) -> None:
            if found := _STATE.search(line):
                self.add("state", node, found[1], found[2] or "FAULT", at=at)

        return read

    def __iter__(self) -> Iterator[Event]:
        """Iterate over the events in chronological order."""
        with self._lock:
            found = list(self._events)
        return iter(sorted(found, key=lambda one: one.at))

    def __len__(self) -> int:
        with self._lock:
            return len(self._events)

    def find(self, *kinds: Kind, since: float = 0.0, **fields: Any) -> list[Event]:
        """Return the events of some kinds since a time, filtered by the values of their fields."""
        return [
            one
            for one in self
            if (not kinds or one.kind in kinds)
            and one.at >= since
            and all(getattr(one, name) == value for name, value in fields.items())
        ]

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until a condition holds; check it at every event and every 0.1 s."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            with self.changed:
                self.changed.wait(min(left, 0.1))
        return True
