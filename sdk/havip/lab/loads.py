"""Loads: clients that run during a history, and their results."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from havip._client.polling import until
from havip.lab import row_writer
from havip.lab.lab import Lab
from havip.lab.load_factor import slowness
from havip.lab.namespace import LabError
from havip.lab.probes import ClientRequest, read
from havip.lab.topology import RowLoad

_PAUSE = 0.5
_ON_ITS_WAY = 10.0
"""Seconds within which a server has applied what its cluster acknowledged."""


@dataclass(frozen=True)
class LoadResult:
    """Result of a load.

    Attributes:
        acknowledged: Rows that the database acknowledged.
        lost: The acknowledged rows that are missing in the end.
        writers: Times at which two nodes accepted writes, as ``TIME NODE NODE``.
        unreadable: Why the rows could not be read in the end; empty if they could.
        different: The servers that have other rows than the one behind the address, or whose rows
            cannot be read, one line each.
    """

    acknowledged: int = 0
    lost: tuple[int, ...] = ()
    writers: tuple[str, ...] = ()
    unreadable: str = ""
    different: tuple[str, ...] = ()


class Load(Protocol):
    """The interface of a load."""

    def start(self) -> None:
        """Start the load."""

    def requests(self) -> list[ClientRequest]:
        """Return the requests so far."""

    def stop(self) -> None:
        """Stop the load."""

    def healthy(self) -> bool:
        """Return whether the service is redundant."""

    def result(self) -> LoadResult:
        """Return the result, after the load has stopped."""


class PageLoad:
    """A client that requests a page fifty times a second."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def start(self) -> None:
        """Start the requests."""
        self._lab.probe.start(self._lab.topology.address, self._lab.topology.port)

    def requests(self) -> list[ClientRequest]:
        """Return the requests so far."""
        return self._lab.probe.requests

    def stop(self) -> None:
        """Stop the requests."""
        self._lab.probe.stop()

    def healthy(self) -> bool:
        """Return True: for pages, running services are enough."""
        return True

    def result(self) -> LoadResult:
        """Return an empty result: pages are not stored."""
        return LoadResult()


@dataclass
class RowWriter:
    """A client that writes rows, and a watch for several writable nodes."""

    lab: Lab
    load: RowLoad
    _writers: list[str] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Create the table, and start to write and watch."""
        holder = self.lab.nodes[self.lab.resolve("master")]
        for command in self.load.prepare:
            holder.run(*command, seconds=60)
        self.lab.wait("a redundant cluster", self.healthy, self.lab.topology.timeout)
        record = os.open(self._record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            self.lab.client.spawn(
                "writer", sys.executable, str(row_writer.__file__), *self.load.client, output=record
            )
        finally:
            os.close(record)
        if self.load.one_writer:
            threading.Thread(target=self._watch, name="writers", daemon=True).start()

    def requests(self) -> list[ClientRequest]:
        """Return the rows so far, as requests."""
        return read(self._record)

    def stop(self) -> None:
        """Stop writing."""
        self._ended.set()
        with suppress(LabError):
            self.lab.client.stop("writer", signal.SIGKILL)

    def healthy(self) -> bool:
        """Return whether every server reports a redundant cluster."""
        return all(self._succeeds(name, self.load.healthy) for name in self.lab.topology.holders)

    def result(self) -> LoadResult:
        """Compare the rows in the database behind the address with the acknowledged ones."""
        acknowledged = {int(one.by) for one in self.requests() if one.answered}
        _, rows = self._readable()
        if isinstance(rows, str):
            return LoadResult(len(acknowledged), (), tuple(self._writers), rows)
        return LoadResult(
            acknowledged=len(acknowledged),
            lost=tuple(sorted(acknowledged - rows)),
            writers=tuple(self._writers),
            different=self._different(),
        )

    def _different(self) -> tuple[str, ...]:
        """Return the servers that have other rows than the first one, after a time to apply them.

        A copy that lacks rows would be their loss at the next failover.
        """
        found: list[str] = []

        def same() -> bool:
            first, rows = self._readable()
            found.clear()
            for name in self.load.servers or self.lab.topology.holders:
                other = self._rows(name)
                if isinstance(rows, str) or isinstance(other, str):
                    why = other if isinstance(other, str) else rows
                    found.append(f"the rows of {name} cannot be compared: {why}")
                elif other != rows:
                    found.append(f"{name} lacks {len(rows - other)} rows of {first} "
                                 f"and has {len(other - rows)} others")  # fmt: skip
            return not found

        until(same, _ON_ITS_WAY * slowness(), _PAUSE)
        return tuple(found)

    def _readable(self) -> tuple[str, set[int] | str]:
        """Return the server behind the address and its rows, or why no rows can be read.

        If it does not respond, the other one is read.
        """
        holder, reason = "", ""
        with suppress(LabError):
            holder = self.lab.resolve("master")
        for name in sorted(self.lab.topology.holders, key=lambda one: one != holder):
            rows = self._rows(name)
            if isinstance(rows, set):
                return name, rows
            reason = reason or f"the rows of no server can be read: {rows}"
        return "", reason

    def _rows(self, name: str) -> set[int] | str:
        """Return the rows of a server, or why they cannot be read."""
        try:
            status, rows, error = self.lab.nodes[name].attempt(*self.load.rows, seconds=60)
        except LabError as failed:
            return str(failed)
        if status == 0:
            return {int(line) for line in rows.split()}
        return " ".join(error.strip("- \n").split())

    @property
    def _record(self) -> Path:
        return self.lab.folder / "rows"

    def _watch(self) -> None:
        """Record when two nodes are writable twice in a row, as nodes are not read atomically."""
        before: frozenset[str] = frozenset()
        while not self._ended.wait(_PAUSE):
            now = frozenset(
                one for one in self.lab.topology.holders if self._succeeds(one, self.load.writable)
            )
            both = before & now
            if len(both) > 1:
                event = self.lab.events.add("role", text=f"writable: {', '.join(sorted(both))}")
                self._writers.append(f"{event.at:.3f} {' '.join(sorted(both))}")
            before = now

    def _succeeds(self, name: str, command: list[str]) -> bool:
        try:
            return self.lab.nodes[name].attempt(*command, seconds=5)[0] == 0
        except LabError:
            return False


def load_of(lab: Lab) -> Load:
    """Return the load of a topology."""
    rows = lab.topology.rows
    return PageLoad(lab) if rows is None else RowWriter(lab, rows)
