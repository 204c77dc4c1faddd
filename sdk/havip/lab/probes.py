"""Probe of a lab that sends fifty requests a second, and the outages in its record."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from havip._client.polling import until
from havip.lab import http_probe
from havip.lab.namespace import LabError
from havip.lab.node import Node


class ClientRequest(NamedTuple):
    """One request: start on CLOCK_MONOTONIC, whether it was answered, and by which server."""

    at: float
    answered: bool
    by: str = ""


class Outage(NamedTuple):
    """The longest time between two answered requests."""

    seconds: float
    failed: int
    asked: int
    begun: float
    """Start time of the last answered request before it."""


def longest(requests: Iterable[ClientRequest], since: float, until: float) -> Outage:
    """Return the longest outage in a period.

    An ongoing outage counts up to `until`; otherwise a dead service would look healthy.

    Example:
        >>> sent = [ClientRequest(at, answered=at != 2.0) for at in (1.0, 2.0, 4.0)]
        >>> longest(sent, since=0.5, until=5.0)
        Outage(seconds=3.0, failed=1, asked=3, begun=1.0)
    """
    within = [one for one in requests if since <= one.at <= until]
    good = [one.at for one in within if one.answered]
    gaps = [(end - start, start) for start, end in zip([since, *good], [*good, until], strict=True)]
    seconds, begun = max(gaps)
    return Outage(seconds, sum(not one.answered for one in within), len(within), begun)


def read(path: Path) -> list[ClientRequest]:
    """Read a record, sorted by start time; the last line may be incomplete."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return sorted(_parse_request(*line.split(" ", 2)) for line in lines)


def _parse_request(at: str, answered: str, by: str = "") -> ClientRequest:
    return ClientRequest(float(at), answered == "1", by)


class AddressProbe:
    """A client that continuously requests a page from the address."""

    def __init__(self, client: Node, record: Path) -> None:
        self._client = client
        self._record = record
        self._lock = threading.Lock()

    def start(self, address: str, port: int) -> None:
        """Start the requests."""
        words = [sys.executable, "-I", "-S", str(http_probe.__file__), address, str(port)]
        record = os.open(self._record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            self._client.spawn("probe", *words, output=record)
        finally:
            os.close(record)

    def stop(self) -> None:
        """Stop the requests."""
        with suppress(LabError):
            self._client.stop("probe", signal.SIGKILL)

    @property
    def requests(self) -> list[ClientRequest]:
        """The requests so far."""
        return read(self._record)

    def wait_answer(self, since: float, seconds: float) -> float | None:
        """Wait for an answered request that began after a given time; return its start time."""

        def began() -> float | None:
            return next((one.at for one in self.requests if one.answered and one.at >= since), None)

        return began() if until(lambda: began() is not None, seconds) else None
