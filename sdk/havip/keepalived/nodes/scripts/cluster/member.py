"""A machine of a database cluster, its peers, and the service that reports its state to them.

Installed as /etc/havip/cluster; runs on Python 3.10 without other packages. The engines elect the
leader and decide what a server may write. But before they start, something must decide whether a
server bootstraps the cluster, joins it or returns to it, and a wrong decision loses rows: this is
decided by what all three machines have on their disks, never by which one came first.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("HAVIP_HOME", "/etc/havip"))
RUN = Path(os.environ.get("HAVIP_RUN", "/run/havip"))
CERTIFICATE = HOME / "cluster.crt"
KEY = Path(os.environ.get("HAVIP_KEY", HOME / "cluster.key"))
PORT = 4569
SECONDS = 1.5
"""Timeout of a look at a machine."""
_HELP = """\
Usage: member COMMAND

  serve      report the state of this machine to its peers (a service; mutual TLS), and restart a
             MariaDB server that cannot return to its cluster by itself
  start      decide how the engine starts (before each start of its service)
  patroni    PostgreSQL: install the required Patroni (before each start of its service)
  adopt      start the cluster with this server's data (by an operator, to migrate)
  status     print the state of every machine
  redundant  fail if the cluster has lost its redundancy (a timer)
"""


class ClusterMember(ABC):
    """This machine, its peers and their common certificate.

    Args:
        settings: The content of member.json.
        files: The certificate and its key, if they are not where this machine has them.
    """

    def __init__(self, settings: dict[str, Any], files: tuple[Path, Path] | None = None) -> None:
        self.files = files
        self.own: str = settings["self"]
        self.nodes: list[str] = settings["nodes"]
        self.settings = settings
        self.peers = [node for node in self.nodes if node != self.own]
        self.third = self.own == self.nodes[-1]

    @abstractmethod
    def state(self) -> str:
        """Return the state of this machine."""

    @abstractmethod
    def start(self) -> None:
        """Wait until it is clear how the engine starts, and write the environment of its unit."""

    @abstractmethod
    def adopt(self) -> None:
        """Start the cluster with the data of this machine's server."""

    @abstractmethod
    def lacks(self) -> str:
        """Return what the cluster lacks to survive the next failure; empty if it is redundant."""

    def watch(self) -> None:  # noqa: B027 - etcd and Patroni need no help
        """Restart a server that cannot return to its cluster by itself, for ever."""

    def run(self, words: Sequence[str]) -> None:
        """Run a subcommand."""
        match list(words):
            case ["serve"]:
                with MemberServer(self) as server:
                    thread = threading.Thread(target=server.serve_forever, daemon=True)
                    thread.start()
                    self.watch()
                    thread.join()
            case ["start"]:
                self.start()
            case ["adopt"]:
                self.adopt()
            case ["status"]:
                for node, state in self.states().items():
                    print(f"{node} {state or 'no reply'}")  # noqa: T201
            case ["redundant"]:
                if lacks := self.lacks():
                    sys.exit(f"member: redundancy is lost: {lacks}")
            case _:
                sys.exit(_HELP)

    def query(self, peer: str) -> str | None:
        """Query the state of a peer; return None without a reply."""
        secure_by = context(ssl.Purpose.SERVER_AUTH, self.files)
        try:
            with (
                socket.create_connection((peer, PORT), timeout=SECONDS) as plain,
                secure_by.wrap_socket(plain, server_hostname=peer) as secure,
            ):
                return secure.recv(128).decode("ascii", "replace").strip() or None
        except OSError:
            return None

    def get(self, node: str, port: int, path: str) -> Any:
        """Request a JSON document from a machine with mutual TLS; return None on failure."""
        secure_by = context(ssl.Purpose.SERVER_AUTH, self.files)
        connection = http.client.HTTPSConnection(node, port, timeout=SECONDS, context=secure_by)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return json.loads(response.read(1 << 20))
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def states(self) -> dict[str, str | None]:
        """Return the state of every machine."""
        return {one: self.state() if one == self.own else self.query(one) for one in self.nodes}


def context(purpose: ssl.Purpose, files: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    """Return a TLS context that presents and trusts only the cluster's certificate.

    Args:
        purpose: The side of the connection that is authenticated.
        files: The certificate and its key, if they are not where this machine has them.
    """
    certificate, key = files or (CERTIFICATE, KEY)
    made = ssl.create_default_context(purpose, cafile=str(certificate))
    made.load_cert_chain(certificate, key)
    made.verify_mode = ssl.CERT_REQUIRED
    return made


class _Answer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, MemberServer)  # noqa: S101
        if not server.room.acquire(blocking=False):
            return
        try:
            self.request.settimeout(SECONDS)
            with (
                contextlib.suppress(OSError),
                server.secure.wrap_socket(self.request, server_side=True) as secure,
            ):
                secure.sendall(server.member.state().encode() + b"\n")
        finally:
            server.room.release()


class MemberServer(socketserver.ThreadingTCPServer):
    """Reports the state of a machine to clients that have the cluster's certificate."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, member: ClusterMember) -> None:
        self.member = member
        self.secure = context(ssl.Purpose.CLIENT_AUTH, member.files)
        self.room = threading.BoundedSemaphore(16)
        super().__init__((member.own, PORT), _Answer)


def output(words: Sequence[str], seconds: float = 3) -> str:
    """Run a command; return its output, or "" on failure."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=seconds, check=False,
            env={**os.environ, "ETCDCTL_API": "3"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout


def environment(name: str, values: dict[str, str]) -> None:
    """Write the environment file of a unit."""
    RUN.mkdir(mode=0o755, parents=True, exist_ok=True)
    text = "".join(f"{key}={value}\n" for key, value in values.items())
    (RUN / name).write_text(text)


def say(text: str, before: str) -> str:
    """Log a text unless it was the last one; return it."""
    if text != before:
        print(f"member: {text}", file=sys.stderr, flush=True)  # noqa: T201
    return text


def settings() -> dict[str, Any]:
    """Return the content of this machine's member.json."""
    read: dict[str, Any] = json.loads((HOME / "member.json").read_text())
    return read
