"""Collect the output of a lab's programs: one thread, one file per program, timed lines."""

from __future__ import annotations

import os
import selectors
import threading
import time
from collections.abc import Callable
from pathlib import Path

_LONGEST, _LONGEST_LINE = 16 << 20, 1 << 16
"""Maximum sizes in bytes of a log, which is truncated then, and of a line without an end."""
OnLine = Callable[[float, str], None]
"""Called with each line, and the time on CLOCK_MONOTONIC at which it was read."""


class _Stream:
    def __init__(self, path: Path, on_line: OnLine) -> None:
        self.file = path.open("ab", buffering=0)
        self.on_line = on_line
        self.rest = b""


class LogCollector:
    """Reads the output of programs from pipes, so that no program blocks on its output."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, self._waker = os.pipe()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._lock = threading.Lock()
        self._new: list[tuple[int, _Stream]] = []
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="lab-logs", daemon=True)
        self._thread.start()

    def open(self, path: Path, on_line: OnLine) -> int:
        """Return the write end of a pipe whose lines go to a file and to a callback.

        The caller closes the descriptor after passing it to the program.
        """
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        with self._lock:
            self._new.append((reader, _Stream(path, on_line)))
        os.write(self._waker, b".")
        return writer

    def close(self) -> None:
        """Stop reading."""
        self._closed = True
        os.write(self._waker, b".")
        self._thread.join(2)

    def _run(self) -> None:
        while not self._closed:
            for key, _ in self._selector.select():
                if key.fd == self._wake:
                    os.read(self._wake, 4096)
                    self._register()
                else:
                    self._read(key.fd, key.data)

    def _register(self) -> None:
        with self._lock:
            for reader, stream in self._new:
                self._selector.register(reader, selectors.EVENT_READ, stream)
            self._new.clear()

    def _read(self, reader: int, stream: _Stream) -> None:
        now = time.monotonic()
        try:
            data = os.read(reader, 65536)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(reader)
            os.close(reader)
            stream.file.close()
            return
        if stream.file.tell() > _LONGEST:
            stream.file.truncate(0)
        stream.file.write(data)
        *lines, rest = (stream.rest + data).split(b"\n")
        stream.rest = rest[-_LONGEST_LINE:]
        for line in lines:
            stream.on_line(now, line.decode(errors="replace"))
