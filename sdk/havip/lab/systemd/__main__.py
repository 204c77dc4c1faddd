"""Process of the service manager: handles systemctl requests and syslog messages."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import threading
import time
from pathlib import Path

from havip.lab.systemd import tmpfiles
from havip.lab.systemd.client import SOCKET
from havip.lab.systemd.manager import Manager
from havip.lab.systemd.systemctl import Requests

SYSLOG = "/dev/log"
_HEAD = re.compile(rb"^<\d+>(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?")
_LARGEST = 1 << 16
_LARGEST_LOG = 32 << 20
"""Bytes after which the log is truncated: haproxy writes a line for every request."""


def report(line: str) -> None:
    """Send a line to the lab."""
    with contextlib.suppress(OSError):
        os.write(1, line.encode() + b"\n")


def read_syslog(manager: Manager, path: str = SYSLOG) -> None:
    """Store syslog messages, and forward them to the lab."""
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(path)
        Path(path).chmod(0o666)
        with Path("/var/log/syslog").open("ab", buffering=0) as file:
            while True:
                message = _HEAD.sub(b"", log.recv(_LARGEST)).strip(b"\0\n")
                if file.tell() > _LARGEST_LOG:
                    file.truncate(0)
                file.write(time.strftime("%b %e %H:%M:%S ").encode() + message + b"\n")
                text = message.decode(errors="replace")
                manager.logged(text)
                if text.startswith("Keepalived"):
                    report(json.dumps({"syslog": text}))


def serve(requests: Requests, path: str = SOCKET) -> None:
    """Serve systemctl requests, each in a thread, as a unit's command may call systemctl too."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        Path(path).chmod(0o666)
        listener.listen(64)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answer, args=(requests, connection), daemon=True).start()


def _answer(requests: Requests, connection: socket.socket) -> None:
    with connection, connection.makefile("rwb") as stream, contextlib.suppress(OSError):
        try:
            answer = requests.answer(json.loads(stream.readline(_LARGEST)))
        except Exception as error:
            answer = 1, f"systemctl: {type(error).__name__}: {error}\n"
        stream.write(json.dumps(answer).encode() + b"\n")


def main() -> None:
    """Run the service manager of this node."""
    tmpfiles.create()
    manager = Manager(report)
    for target, *given in ((read_syslog, manager), (serve, Requests(manager))):
        threading.Thread(target=target, args=given, daemon=True).start()
    manager.run()


if __name__ == "__main__":
    main()
