"""Client of a lab, which sends fifty requests a second, and the outages in its record."""

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


class Try(NamedTuple):
    """One request: when it began, on CLOCK_MONOTONIC, whether it was answered, and who by."""

    at: float
    answered: bool
    by: str = ""


class Outage(NamedTuple):
    """The longest time between two requests that were answered."""

    seconds: float
    failed: int
    asked: int
    begun: float
    """When the last request before it was sent that was answered."""


def longest(tries: Iterable[Try], since: float, until: float) -> Outage:
    """Find the longest outage of a stretch of time.

    An outage that has not ended is counted up to `until`, else a dead service would look whole.

    Example:
        >>> longest([Try(1.0, True), Try(2.0, False), Try(4.0, True)], since=0.5, until=5.0)
        Outage(seconds=3.0, failed=1, asked=3, begun=1.0)
    """
    within = [one for one in tries if since <= one.at <= until]
    good = [one.at for one in within if one.answered]
    gaps = [(end - start, start) for start, end in zip([since, *good], [*good, until], strict=True)]
    seconds, begun = max(gaps)
    return Outage(seconds, sum(not one.answered for one in within), len(within), begun)


def read(path: Path) -> list[Try]:
    """Read a record in the order in which requests began; its last line may be half written."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return sorted(_try(*line.split(" ", 2)) for line in lines)


def _try(at: str, answered: str, by: str = "") -> Try:
    return Try(float(at), answered == "1", by)


class AddressProbe:
    """A client that requests a page from the address repeatedly."""

    def __init__(self, client: Node, record: Path) -> None:
        self._client = client
        self._record = record
        self._lock = threading.Lock()

    def start(self, address: str, port: int) -> None:
        """Begin to ask."""
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
    def tries(self) -> list[Try]:
        """The requests so far."""
        return read(self._record)

    def wait_answer(self, since: float, seconds: float) -> float | None:
        """Wait for a request that began after a time and was answered; return when it began."""

        def began() -> float | None:
            return next((one.at for one in self.tries if one.answered and one.at >= since), None)

        return began() if until(lambda: began() is not None, seconds) else None
