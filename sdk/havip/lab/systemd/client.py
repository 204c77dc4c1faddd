"""The systemctl command of a node. It runs often, so it imports little."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Sequence

SOCKET = "/run/systemd/private"


def main(words: Sequence[str]) -> int:
    """Send a command line to the manager, print the output, and return the exit code."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(SOCKET)
        except OSError as error:
            os.write(
                2, f"systemctl: the service manager does not respond: {error.strerror}\n".encode()
            )
            return 1
        connection.sendall(json.dumps(list(words)).encode() + b"\n")
        with connection.makefile("rb") as answers:
            code, printed = json.loads(answers.readline())
    stream = 1 if code in (0, 3) else 2
    os.write(stream, printed.encode())
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
