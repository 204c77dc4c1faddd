"""Buffer of the latest events of a cloud or a lab, for readers that each keep a position."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KEPT: Final = 2000
"""Size of the buffer; a reader that falls further behind misses the older events."""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event: a consecutive number, a kind, and plain data."""

    number: int
    kind: str
    data: Mapping[str, Any]


class EventFeed:
    """A thread-safe ring buffer of events.

    Example:
        >>> feed = EventFeed()
        >>> feed.publish("fault", {"title": "Kill haproxy"})
        >>> [event.kind for event in feed.after(0)]
        ['fault']
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[FeedEvent] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._last = 0

    @property
    def last(self) -> int:
        """Number of the newest event, 0 before the first."""
        return self._last

    def publish(self, kind: str, data: Mapping[str, Any]) -> None:
        """Add an event; drop the oldest one if the buffer is full."""
        with self._lock:
            self._last += 1
            self._events.append(FeedEvent(self._last, kind, data))

    def after(self, number: int) -> list[FeedEvent]:
        """Return the events after the given number, oldest first."""
        with self._lock:
            return [event for event in self._events if event.number > number]
