"""Child processes in process groups of their own, read line by line and reliably stopped."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

LAUNCHER: Final = str(Path(__file__).with_name("child.py"))
GUARD: Final = str(Path(__file__).with_name("plugin_guard.py"))
_PATIENCE: Final = 5.0

Hear = Callable[[str], None]


class Child:
    """A child process.

    Its own process group keeps Ctrl-C from it: only the engine receives the signal, and
    decides. The engine's children exit when their standard input is closed.

    Args:
        command: The program and its arguments.
        folder: Its working directory.
        environment: Its environment.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
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
        self._threads: list[threading.Thread] = []

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        process = self._process
        assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - asked for
        return process.stdin, process.stdout, process.stderr

    def tell(self, line: bytes) -> None:
        """Write a line to its standard input and keep that open, unless it has exited."""
        stdin, _, _ = self._pipes
        with contextlib.suppress(BrokenPipeError):
            stdin.write(line + b"\n")
            stdin.flush()

    def first_line(self) -> str:
        """Wait for the first line on standard output; empty if the process exits without one."""
        _, stdout, _ = self._pipes
        return stdout.readline().decode(errors="replace").strip()

    def listen(self, hear: Hear) -> None:
        """Pass each further line of its output to a callback."""
        _, stdout, stderr = self._pipes
        for stream in (stdout, stderr):
            thread = threading.Thread(target=_read, args=(stream, hear), daemon=True)
            thread.start()
            self._threads.append(thread)

    def wait(self) -> int:
        """Wait for the process to exit and return its exit code."""
        code = self._process.wait()
        for thread in self._threads:
            thread.join(_PATIENCE)
        return code

    def stop(self) -> None:
        """Stop the process: first by closing its standard input, then by force."""
        stdin, _, _ = self._pipes
        with contextlib.suppress(OSError):
            stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._finish()

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._finish()

    def last_words(self) -> str:
        """Stop the process and return what it wrote to standard error."""
        self._process.kill()
        _, _, stderr = self._pipes
        words = stderr.read().decode(errors="replace").strip()
        self._finish()
        return words

    def _finish(self) -> None:
        self.wait()
        for stream in self._pipes:
            if not stream.closed:
                with contextlib.suppress(OSError):
                    stream.close()


def _read(stream: IO[bytes], hear: Hear) -> None:
    for raw in stream:
        hear(raw.decode(errors="replace").rstrip("\n"))
