"""The last events of a cloud or a lab, for any number of readers that each keep a position."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KEPT: Final = 2000
"""Number of events that a feed keeps; a reader that falls further behind misses the older ones."""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event: its number, which grows by one each time, its kind, and plain data."""

    number: int
    kind: str
    data: Mapping[str, Any]


class EventFeed:
    """A bounded ring of events; publish and read from any thread.

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
        """Add an event; the oldest one is dropped where the ring is full."""
        with self._lock:
            self._last += 1
            self._events.append(FeedEvent(self._last, kind, data))

    def after(self, number: int) -> list[FeedEvent]:
        """Return the events that are newer than the one with this number, oldest first."""
        with self._lock:
            return [event for event in self._events if event.number > number]
