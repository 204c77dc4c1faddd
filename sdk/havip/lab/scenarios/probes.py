"""A client that asks again and again, fifty times a second, and what its record tells."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TextIO

_TICK = 0.02
_PATIENCE = 0.3


class Try(NamedTuple):
    """One request: when it began, on the clock of `time.monotonic`, and whether it was answered."""

    at: float
    answered: bool


class Outage(NamedTuple):
    """The longest time between two requests that were answered."""

    seconds: float
    failed: int
    asked: int


def longest(tries: Iterable[Try], since: float, until: float) -> Outage:
    """Find the longest outage of a stretch of time.

    An outage that has not ended is counted up to `until`, else a dead service would look whole.

    Example:
        >>> longest([Try(1.0, True), Try(2.0, False), Try(4.0, True)], since=0.5, until=5.0)
        Outage(seconds=3.0, failed=1, asked=3)
    """
    within = [one for one in tries if since <= one.at <= until]
    good = [one.at for one in within if one.answered]
    gaps = [end - start for start, end in zip([since, *good], [*good, until], strict=True)]
    return Outage(max(gaps), sum(not one.answered for one in within), len(within))


def read(path: Path) -> list[Try]:
    """Read a record; its last line may be half written."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [Try(float(at), word == "1") for at, word in (line.split() for line in lines)]


def ask(address: str, port: int, out: TextIO) -> None:
    """Ask a web service until killed, and write down each try. A new connection each time."""
    while True:
        begun = time.monotonic()
        out.write(f"{begun:.4f} {int(_answered(address, port))}\n")
        out.flush()
        time.sleep(max(0.0, begun + _TICK - time.monotonic()))


def _answered(address: str, port: int) -> bool:
    connection = http.client.HTTPConnection(address, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    with Path(sys.argv[3]).open("w") as record:
        ask(sys.argv[1], int(sys.argv[2]), record)
