"""Process 1 of a lab node: starts, stops and reaps programs, and reports events to the lab.

It runs isolated (``python -I -S``) inside the node's namespaces, so it imports only the standard
library and nothing of havip. The lab communicates with it over an inherited socket, one JSON
object per message; file descriptors for a program's streams are passed as ancillary data.

Requests: ``spawn``, ``stop``, ``signal``, ``processes``. Reports: ``exit``, ``address``, ``link``.
All times are those of CLOCK_MONOTONIC, which every namespace of the machine shares.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from typing import Any

_LARGEST = 1 << 20
_NEW_LINK, _DEL_LINK, _NEW_ADDRESS, _DEL_ADDRESS = 16, 17, 20, 21
_GROUPS = 0x1 | 0x10  # RTMGRP_LINK, RTMGRP_IPV4_IFADDR
_IFA_LOCAL, _IFLA_NAME = 2, 3
_IFF_UP, _IFF_LOWER_UP = 0x1, 0x10000


class _Program:
    """A named program, with what is needed to restart it."""

    def __init__(self, request: dict[str, Any], streams: list[int]) -> None:
        self.name: str = request["name"]
        self.words: list[str] = request["words"]
        self.environment: dict[str, str] = request["environment"]
        self.folder: str = request.get("folder") or "/"
        self.restart: float | None = request.get("restart")
        self.streams = streams
        self.wanted = True
        self.pid = 0

    def start(self) -> None:
        """Fork and execute the program in a new session."""
        self.pid = os.fork()
        if self.pid:
            return
        try:
            os.setsid()
            for number, stream in enumerate(self.streams):
                os.dup2(stream, number)
            os.closerange(3, 1024)
            for one in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
                signal.signal(one, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
            os.chdir(self.folder)
            os.execvpe(self.words[0], self.words, self.environment)  # noqa: S606
        except OSError as error:
            os.write(2, f"{self.words[0]}: {error.strerror}\n".encode())
        finally:
            os._exit(127)


class Init:
    """Main loop of process 1."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.programs: dict[str, _Program] = {}
        self.due: list[tuple[float, _Program]] = []
        self.links: dict[int, str] = {}
        self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.netlink.bind((0, _GROUPS))
        self.awake, waker = os.pipe()
        os.set_blocking(self.awake, False)
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> None:
        """Serve until the lab closes its end; then all processes end with this one."""
        poll = select.poll()
        for one in (self.control.fileno(), self.netlink.fileno(), self.awake):
            poll.register(one, select.POLLIN)
        self.report({"report": "ready"})
        while True:
            for number, _ in poll.poll(self._pause()):
                if number == self.control.fileno():
                    if not self._request():
                        return
                elif number == self.netlink.fileno():
                    self._network()
                else:
                    os.read(self.awake, 512)
            self._reap()
            self._restart()

    def report(self, message: dict[str, Any]) -> None:
        """Send a message to the lab."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.control.send(json.dumps(message).encode())

    def _pause(self) -> float | None:
        if not self.due:
            return None
        return max(0.0, min(at for at, _ in self.due) - time.monotonic()) * 1000 + 1

    def _request(self) -> bool:
        raw, streams, _, _ = socket.recv_fds(self.control, _LARGEST, 3)
        if not raw:
            return False
        request = json.loads(raw)
        try:
            answer = getattr(self, f"do_{request['do']}")(request, streams)
        except OSError as error:
            answer = {"error": os.strerror(error.errno or 0)}
        self.report({"answer": request["id"], **answer})
        return True

    def do_spawn(self, request: dict[str, Any], streams: list[int]) -> dict[str, Any]:
        """Start a program; names are unique."""
        before = self.programs.get(request["name"])
        if before is not None:
            before.wanted = False
            self._drop(before)
        program = self.programs[request["name"]] = _Program(request, streams)
        program.start()
        return {"pid": program.pid}

    def do_stop(self, request: dict[str, Any], _: list[int]) -> dict[str, Any]:
        """Send a signal to a program, and do not restart it."""
        program = self.programs.get(request["name"])
        if program is None or not program.pid:
            return {"count": 0}
        program.wanted = request.get("restart", False)
        os.kill(program.pid, request["signal"])
        return {"count": 1}

    def do_signal(self, request: dict[str, Any], _: list[int]) -> dict[str, Any]:
        """Send a signal to all processes with a name; ``*`` means all but this one.

        With ``part``, only to ``parent`` (whose own parent has another name) or to ``children``.
        """
        count = 0
        for pid in self._named(request["name"]):
            with contextlib.suppress(OSError):
                if request.get("part") and (_name(_parent(pid)) == _name(pid)) != (
                    request["part"] == "children"
                ):
                    continue
                os.kill(pid, request["signal"])
                count += 1
        return {"count": count}

    def do_processes(self, request: dict[str, Any], _: list[int]) -> dict[str, Any]:
        """List the processes with a name, or the names of all processes."""
        if request.get("name"):
            return {"pids": list(self._named(request["name"]))}
        return {"running": {one.name: one.pid for one in self.programs.values() if one.pid}}

    def _named(self, name: str) -> Iterator[int]:
        for entry in os.listdir("/proc"):  # noqa: PTH208
            if not entry.isdigit() or entry == "1":
                continue
            with contextlib.suppress(OSError):
                if name == "*" or _name(int(entry)) == name[:15]:
                    yield int(entry)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for program in self.programs.values():
                if program.pid == pid:
                    self._ended(program, os.waitstatus_to_exitcode(status))

    def _ended(self, program: _Program, status: int) -> None:
        now = time.monotonic()
        self.report(
            {
                "report": "exit",
                "name": program.name,
                "pid": program.pid,
                "status": status,
                "at": now,
            }
        )
        program.pid = 0
        if program.wanted and program.restart is not None and status != 0:
            self.due.append((now + program.restart, program))
        elif self.programs.get(program.name) is program:
            self._drop(program)

    def _drop(self, program: _Program) -> None:
        for stream in program.streams:
            with contextlib.suppress(OSError):
                os.close(stream)
        program.streams = []

    def _restart(self) -> None:
        now = time.monotonic()
        for entry in [one for one in self.due if one[0] <= now]:
            self.due.remove(entry)
            program = entry[1]
            if program.wanted and self.programs.get(program.name) is program:
                program.start()
                self.report(
                    {"report": "restart", "name": program.name, "pid": program.pid, "at": now}
                )

    def _network(self) -> None:
        try:
            raw = self.netlink.recv(65536)
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            return
        now = time.monotonic()
        while len(raw) >= 16:
            length, kind = struct.unpack_from("=IH", raw)
            if kind in (_NEW_ADDRESS, _DEL_ADDRESS):
                self._address(raw[16:length], kind == _NEW_ADDRESS, now)
            elif kind in (_NEW_LINK, _DEL_LINK):
                self._link(raw[16:length], now)
            raw = raw[(length + 3) & ~3 :]

    def _address(self, body: bytes, added: bool, now: float) -> None:
        (index,) = struct.unpack_from("=I", body, 4)
        local = _attributes(body[8:]).get(_IFA_LOCAL)
        if local is not None:
            self.report(
                {
                    "report": "address",
                    "added": added,
                    "address": socket.inet_ntoa(local),
                    "interface": self.links.get(index, str(index)),
                    "at": now,
                }
            )

    def _link(self, body: bytes, now: float) -> None:
        index, flags = struct.unpack_from("=iI", body, 4)
        name = _attributes(body[16:]).get(_IFLA_NAME, b"").rstrip(b"\0").decode()
        self.links[index] = name
        up = flags & _IFF_UP != 0 and flags & _IFF_LOWER_UP != 0
        self.report({"report": "link", "interface": name, "up": up, "at": now})


def _name(pid: int) -> str:
    with open(f"/proc/{pid}/comm") as comm:  # noqa: PTH123
        return comm.read().rstrip("\n")


def _parent(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
        return int(stat.read().rpartition(")")[2].split()[1])


def _attributes(raw: bytes) -> dict[int, bytes]:
    found = {}
    while len(raw) >= 4:
        length, kind = struct.unpack_from("=HH", raw)
        if length < 4:
            break
        found[kind & 0x3FFF] = raw[4:length]
        raw = raw[(length + 3) & ~3 :]
    return found


if __name__ == "__main__":
    Init(socket.socket(fileno=int(sys.argv[1]))).run()
