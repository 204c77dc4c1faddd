"""Child processes: started in a group of their own, heard line by line, ended with certainty."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

LAUNCHER: Final = str(Path(__file__).with_name("launch.py"))
GUARD: Final = str(Path(__file__).with_name("guard.py"))
_PATIENCE: Final = 5.0

Hear = Callable[[str], None]


class Child:
    """A child process.

    It stands in a process group of its own, so that Ctrl-C reaches the engine alone, which
    then decides; a child of ours ends when its standard input is closed.

    Args:
        command: The program and its arguments.
        folder: Its working directory.
        environment: Its environment.
        hear: Takes each line that it writes.
        first: What is written to its standard input, which then stays open.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        hear: Hear,
        first: bytes = b"",
    ) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        self._hear = hear
        self._tail: deque[str] = deque(maxlen=20)
        self._threads: list[threading.Thread] = []
        self._listen(self._process.stderr)
        if first and self._process.stdin is not None:
            self._process.stdin.write(first)
            self._process.stdin.flush()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def tail(self) -> str:
        """The last lines that it wrote to standard error."""
        return "\n".join(self._tail)

    def first_line(self) -> str:
        """Wait for the first line on standard output; empty where it ended without one."""
        assert self._process.stdout is not None  # noqa: S101 - it was opened as a pipe
        return self._process.stdout.readline().decode(errors="replace").strip()

    def listen(self) -> None:
        """Pass on what it writes to standard output from here on."""
        self._listen(self._process.stdout)

    def _listen(self, stream: object) -> None:
        thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def _read(self, stream: object) -> None:
        for raw in stream:  # type: ignore[attr-defined]
            line = raw.decode(errors="replace").rstrip("\n")
            self._tail.append(line)
            self._hear(line)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end and return its exit code, None if it did not end in time."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        for thread in self._threads:
            thread.join(_PATIENCE)
        return code

    def stop(self) -> None:
        """End it: first by closing its standard input, then by force."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._finish()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._finish()

    def _finish(self) -> None:
        self._process.wait()
        for thread in self._threads:
            thread.join(_PATIENCE)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None and not stream.closed:
                with contextlib.suppress(OSError):
                    stream.close()
