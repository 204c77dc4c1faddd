"""A client that writes row after row, each a transaction, and notes what was acknowledged.

It drives a database's own command-line client, given as the rest of the command line, which
reads SQL on stdin and prints one value a line. A client that hangs is replaced.
"""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

_PATIENCE = 2.0
_PAUSE = 0.05


class Row(NamedTuple):
    """A row that the database acknowledged, and when, on the clock of `time.monotonic`."""

    number: int
    at: float


def read(path: Path) -> list[Row]:
    """Read a record; its last line may be half written."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [Row(int(number), float(at)) for number, at in (line.split() for line in lines)]


def write(command: Sequence[str], record: TextIO) -> None:
    """Write rows until killed. A row whose fate is unknown is never written again."""
    number = 0
    while True:
        with _client(command) as client:
            while _acknowledged(client, number := number + 1):
                record.write(f"{number} {time.monotonic():.4f}\n")
                record.flush()
        time.sleep(_PAUSE)


@contextlib.contextmanager
def _client(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    try:
        yield client
    finally:
        client.kill()
        client.communicate()


def _acknowledged(client: subprocess.Popen[bytes], number: int) -> bool:
    assert client.stdin is not None  # noqa: S101 - both are pipes
    assert client.stdout is not None  # noqa: S101
    try:
        client.stdin.write(b"INSERT INTO lab VALUES (%d) RETURNING n;\n" % number)
    except BrokenPipeError:
        return False
    ready, _, _ = select.select([client.stdout], [], [], _PATIENCE)
    return bool(ready) and client.stdout.readline().strip() == b"%d" % number


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w") as file:
        write(sys.argv[2:], file)
