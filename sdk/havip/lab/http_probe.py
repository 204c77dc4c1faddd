"""Request a page from a web service fifty times a second until killed, and print each result.

A standalone program: it runs isolated on the client node (``python -I -S``) with only the standard
library. Each request uses a new connection and does not wait for others, so that outages are
recorded with a resolution of 20 ms. A line is ``TIME 1|0 NAME``: when the request began on
CLOCK_MONOTONIC, whether it was answered, and the server name in the header ``X-LB``.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import time

_TICK = 0.02
_PATIENCE = 0.3
_LARGEST = 64 * 1024
_LARGEST_RECORD = 8 << 20
"""Maximum size of the record in bytes, some hours; then the older half is dropped."""


class _Try:
    def __init__(self, address: tuple[str, int], request: bytes) -> None:
        self.begun = time.monotonic()
        self.answer = b""
        self.request = request
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex(address)

    def send(self) -> None:
        """Send the request over the new connection."""
        self.socket.send(self.request)

    def receive(self) -> bool:
        """Read more data; return whether the response head is complete, or cannot be completed."""
        part = self.socket.recv(4096)
        self.answer += part
        return not part or b"\r\n\r\n" in self.answer or len(self.answer) > _LARGEST

    def line(self) -> str:
        """Format the line of the record."""
        head = self.answer.partition(b"\r\n\r\n")[0].decode(errors="replace").split("\r\n")
        status = head[0].split(" ")
        good = len(status) > 1 and status[0].startswith("HTTP/") and status[1] < "500"
        names = (one.partition(":")[2].strip() for one in head if one.lower().startswith("x-lb:"))
        return f"{self.begun:.4f} {int(good)} {next(names, '')}\n"


class Prober:
    """Scheduler of overlapping requests."""

    def __init__(self, address: str, port: int) -> None:
        self.address = (address, port)
        self.request = f"GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode()
        self.selector = selectors.DefaultSelector()
        self.open: dict[_Try, None] = {}

    def run(self) -> None:
        """Send requests until killed."""
        due = time.monotonic()
        while True:
            now = time.monotonic()
            if now >= due:
                self.begin()
                due = max(due + _TICK, now)
            for key, events in self.selector.select(max(0.0, due - time.monotonic())):
                self.advance(key.data, events)
            limit = time.monotonic() - _PATIENCE
            shorten()
            for late in [one for one in self.open if one.begun < limit]:
                self.end(late)
            sys.stdout.flush()

    def begin(self) -> None:
        """Start a request."""
        one = _Try(self.address, self.request)
        self.open[one] = None
        self.selector.register(one.socket, selectors.EVENT_WRITE, one)

    def advance(self, one: _Try, events: int) -> None:
        """Send or receive when the socket is ready."""
        try:
            if events & selectors.EVENT_WRITE:
                one.send()
                self.selector.modify(one.socket, selectors.EVENT_READ, one)
            elif one.receive():
                self.end(one)
        except OSError:
            self.end(one)

    def end(self, one: _Try) -> None:
        """Close a request and record its result."""
        del self.open[one]
        self.selector.unregister(one.socket)
        one.socket.close()
        sys.stdout.write(one.line())


def shorten(record: int = 1, largest: int = _LARGEST_RECORD) -> None:
    """Drop the older half of a record that has become too large."""
    if os.fstat(record).st_size <= largest:
        return
    with open(f"/proc/self/fd/{record}", "rb") as file:  # noqa: PTH123 - written to, not readable
        file.seek(-largest // 2, os.SEEK_END)
        rest = file.read().partition(b"\n")[2]
    os.ftruncate(record, 0)
    os.write(record, rest)


if __name__ == "__main__":
    Prober(sys.argv[1], int(sys.argv[2])).run()
