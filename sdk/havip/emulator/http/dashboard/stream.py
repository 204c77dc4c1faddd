"""Server-sent events for one reader: the current state, then events as they happen."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any, Final, Protocol

from havip.emulator.http.controls import Control
from havip.emulator.http.dashboard.feed import EventFeed
from havip.emulator.http.dashboard.lab_view import LabView
from havip.emulator.http.dashboard.snapshot import snapshot

MOST_READERS: Final = 16
"""Maximum number of open event streams."""
_TICK: Final = 0.1
_SILENCE: Final = 150
"""Ticks without an event after which a keep-alive comment is sent."""
_CALLS: Final = 50

Write = Callable[[bytes], Awaitable[None]]


class Source(Protocol):
    """The state and events that a stream sends: a `Dashboard`."""

    control: Control
    lab: LabView | None

    def collect(self) -> EventFeed:
        """Return the feed, updated with all events so far."""
        ...


class Stream:
    """Sends events until the reader disconnects.

    Args:
        source: The state and events to send.
        position: Number of the last event that the reader received.
    """

    def __init__(self, source: Source, position: int) -> None:
        self._source = source
        # After a restart of the emulator, the reader's position is in another feed.
        self._position = position if position <= source.collect().last else 0
        self._probed = 0
        self._sent: dict[str, str] = {}

    async def run(self, write: Write, place: tuple[str, str], closing: asyncio.Event) -> None:
        """Send changes ten times a second until the server closes."""
        await write(b"retry: 1000\n\n")
        silent = 0
        while not closing.is_set():
            text = await asyncio.to_thread(self.news, *place)
            silent = 0 if text else silent + 1
            if text:
                await write(text.encode())
            elif silent >= _SILENCE:
                silent = 0
                await write(b": alive\n\n")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), _TICK)

    def news(self, account: str, region: str) -> str:
        """Return the changes since the last call in the format of an event stream."""
        parts = [self._changed("state", self._state(account, region))]
        parts.append(self._changed("calls", self._calls()))
        for event in self._source.collect().after(self._position):
            self._position = event.number
            parts.append(f"id: {event.number}\n{_event(event.kind, _dump(event.data))}")
        if (lab := self._source.lab) is not None:
            self._probed, probes = lab.probes(self._probed)
            if probes:
                parts.append(_event("probes", _dump(list(probes))))
        return "".join(parts)

    def _state(self, account: str, region: str) -> dict[str, Any]:
        found = snapshot(self._source.control.cloud, account, region)
        lab = self._source.lab
        return found | {"lab": dict(lab.view()) if lab is not None else None}

    def _calls(self) -> list[dict[str, Any]]:
        entries = islice(reversed(list(self._source.control.requests)), _CALLS)
        return [
            {
                "id": entry.request_id,
                "at": entry.time,
                "action": entry.action,
                "region": entry.region,
                "code": entry.code,
                "fault": entry.fault,
            }
            for entry in entries
        ]

    def _changed(self, kind: str, data: Any) -> str:
        text = _dump(data)
        if self._sent.get(kind) == text:
            return ""
        self._sent[kind] = text
        return _event(kind, text)


def _dump(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"))


def _event(kind: str, text: str) -> str:
    return f"event: {kind}\ndata: {text}\n\n"
