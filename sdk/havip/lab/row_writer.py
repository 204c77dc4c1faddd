"""Write rows until killed, each in its own transaction, and print which were acknowledged.

It runs on the client node and drives a database's command-line client, given as the command line,
which reads SQL from standard input and prints one value per line. A client that hangs is replaced,
and a row with an unknown outcome is not written again. A line is ``TIME 1|0 NUMBER``.
"""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

_PATIENCE = 2.0
_PAUSE = 0.05
_PACE = 0.005
"""Seconds between two rows. Without it, the servers need four times as much CPU, so that a search
plays half as many histories in its time."""


def write(command: Sequence[str]) -> None:
    """Write rows until killed."""
    number = 0
    while True:
        with _client(command) as client:
            good = True
            while good:
                number += 1
                begun = time.monotonic()
                good = _acknowledged(client, number)
                sys.stdout.write(f"{begun:.4f} {int(good)} {number}\n")
                sys.stdout.flush()
                time.sleep(_PACE)
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
    write(sys.argv[1:])
