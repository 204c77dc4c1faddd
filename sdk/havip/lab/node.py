"""A node of the lab: namespaces, a disk, and a process 1 that runs its programs."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from havip.lab import node_init
from havip.lab.events import EventLog
from havip.lab.filesystem import NodeDisk
from havip.lab.logs import LogCollector, OnLine
from havip.lab.namespace import PATH, LabError
from havip.lab.services import ServiceSpec

_SPACES = ("--net", "--mount", "--uts", "--ipc", "--pid")
_SECONDS = 10.0
_START = 60.0
Part = Literal["", "parent", "children"]
_ENVIRONMENT = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb"}


class Node:
    """A machine. `crash` powers it off, `start` powers it on.

    Attributes:
        name: The host name.
        folder: The folder of its logs.
        disk: The disk, which survives a crash.
        running: Whether it is powered on.
        pid: Its process 1, in the lab's pid namespace.
    """

    def __init__(
        self, name: str, folder: Path, *, events: EventLog, logs: LogCollector,
        hosts: Mapping[str, str] | None = None, megabytes: int = 2048,
    ) -> None:  # fmt: skip
        """Create the node and its disk; `start` powers it on.

        Args:
            name: The host name.
            folder: The folder for disk and logs.
            events: The event log.
            logs: The collector of its programs' output.
            hosts: Additional names that it resolves, with their addresses.
            megabytes: The size of the disk.
        """
        self.name = name
        self.folder = folder
        self.events = events
        self.disk = NodeDisk(folder / f"{name}.disk", megabytes=megabytes)
        self._hosts = "".join(f"{one} {host}\n" for host, one in (hosts or {}).items())
        self.disk.name(self._hosts)
        self.running = False
        self.pid = 0
        self.addresses: set[str] = set()
        self._logs = logs
        self._lines: dict[str, OnLine] = {}
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._exits: dict[str, queue.SimpleQueue[int]] = {}

    def start(self) -> None:
        """Power on the node with its existing disk; no program is started.

        Raises:
            LabError: It did not start; the message has the reason.
        """
        mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        python = [sys.executable, "-I", "-S", str(node_init.__file__), str(its.fileno())]
        with (self.folder / f"{self.name}-init.log").open("ab") as log:
            self._unshare = subprocess.Popen(
                ["unshare", *_SPACES, "--fork", "--kill-child", "--propagation", "private",  # noqa: S607
                 *self.disk.command(self.name, python)],
                pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=_ENVIRONMENT,
            )  # fmt: skip
        its.close()
        self._socket = mine
        mine.settimeout(_START)
        try:
            ready = mine.recv(4096)
        except TimeoutError:
            ready = b""
        if not ready:
            self._unshare.kill()
            raise LabError(f"the node {self.name} did not start: {self.log('init').strip()[-500:]}")
        mine.settimeout(None)
        self.pid = self._first_process()
        self.running = True
        self.addresses = set()
        threading.Thread(target=self._listen, args=(mine,), daemon=True).start()
        self.events.add("node", self.name, text="started")

    def _first_process(self) -> int:
        path = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children")
        return int(path.read_text().split()[0])

    def write(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        """Write a file on the node, or leave it as it is.

        Raises:
            LabError: It cannot be written, for example because the node's disk is full.
        """
        target = Path(f"/proc/{self.pid}/root{path}")
        # havip._files resolves links, and /proc/PID/root is one: it would write on the host.
        new = target.with_name(f"{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            new.touch(mode=0o600)
            new.write_bytes(content.encode() if isinstance(content, str) else content)
            new.chmod(mode)
            new.replace(target)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise LabError(f"{self.name}: {path} cannot be written: {error.strerror}") from None

    def read(self, path: str) -> str:
        """Read a file from the node."""
        return Path(f"/proc/{self.pid}/root{path}").read_text()

    def run(self, *words: str, seconds: float = _SECONDS, text: str = "") -> str:
        """Run a command on the node, and return its output.

        Raises:
            LabError: It failed or timed out.
        """
        status, out, error = self.attempt(*words, seconds=seconds, text=text)
        if status is None:
            raise LabError(f"{self.name}: {' '.join(words)}: timed out after {seconds:g} s")
        if status:
            reason = (error or out).strip()[-1000:]
            raise LabError(f"{self.name}: {' '.join(words)}: {reason or f'exit code {status}'}")
        return out

    def attempt(
        self, *words: str, seconds: float = _SECONDS, text: str = ""
    ) -> tuple[int | None, str, str]:
        """Run a command; return its exit code (None: timed out), output and error output."""
        name = f"run-{next(self._numbers)}"
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(_memory(one)) for one in ("in", "out", "err")]
            os.write(streams[0].fileno(), text.encode())
            os.lseek(streams[0].fileno(), 0, os.SEEK_SET)
            ended = self._exits[name] = queue.SimpleQueue()
            try:
                self._spawn(name, words, [one.fileno() for one in streams], {}, None)
                status = ended.get(timeout=seconds)
            except queue.Empty:
                status = None
                self._ask(do="stop", name=name, signal=int(signal.SIGKILL))
            finally:
                self._exits.pop(name, None)
            out, error = (_content(one.fileno()) for one in streams[1:])
        if status is not None and not self.running:
            raise LabError(f"{self.name}: {' '.join(words)}: the node lost power")
        return status, out, error

    def spawn(
        self,
        name: str,
        *words: str,
        environment: Mapping[str, str] | None = None,
        restart: float | None = None,
        folder: str = "/",
        output: int | None = None,
    ) -> None:
        """Start a long-running program; its output goes to a log with its name.

        Args:
            name: The name of the program for `stop` and `log`.
            words: The command.
            environment: Additional environment variables, besides PATH, HOME and LANG.
            restart: Seconds until it is restarted after a failure; None does not restart it.
            folder: Its working directory.
            output: A file descriptor for standard output, instead of the log.
        """
        begun = time.monotonic()
        log = self._logs.open(self.log_path(name), self._lines.get(name, _ignored))
        null = os.open(os.devnull, os.O_RDONLY)
        try:
            self._spawn(name, words, [null, log if output is None else output, log],
                        dict(environment or {}), restart, folder)  # fmt: skip
        finally:
            os.close(log)
            os.close(null)
        self.events.add("service", self.name, name, "started", at=begun)

    def start_service(self, name: str, service: ServiceSpec) -> None:
        """Start a service as its unit would, with its folders in /run and its user."""
        for folder in service.runtime:
            path, _, owner = folder.partition(":")
            self.run(
                "install", "-d", *(("-o", owner, "-g", owner) if owner else ()), f"/run/{path}"
            )
        self.spawn(name, *service.words, environment=service.environment,
                   restart=service.restart, folder=service.folder)  # fmt: skip

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal to a program, and do not restart it."""
        self._ask(do="stop", name=name, signal=int(number))

    def signal(self, process: str, number: signal.Signals, part: Part = "") -> int:
        """Send a signal to all processes with a name, and return their number.

        Args:
            process: The name, or ``*`` for all processes.
            number: The signal.
            part: Restricts it to ``parent``, the process whose own parent has another name, or to
                ``children``.
        """
        answer = self._ask(do="signal", name=process, signal=int(number), part=part)
        return int(answer["count"])

    def kill(self, name: str, process: str) -> None:
        """Kill all processes of a program at once, and do not restart it.

        They are stopped first: a daemon may have the kernel send its child SIGTERM when the parent
        dies (keepalived does), and the child might exit in order before its own SIGKILL arrives.
        """
        self.signal(process, signal.SIGSTOP)
        self.stop(name, signal.SIGKILL)
        self.signal(process, signal.SIGKILL)

    def on_line(self, name: str, call: OnLine) -> None:
        """Set a callback for the lines that a program prints from its next start on."""
        self._lines[name] = call

    def programs(self) -> dict[str, int]:
        """Return the running programs with their process ids."""
        found: dict[str, int] = self._ask(do="processes")["running"] if self.running else {}
        return {name: pid for name, pid in found.items() if not name.startswith("run-")}

    def log_path(self, name: str) -> Path:
        """Return the path of a program's log."""
        return self.folder / f"{self.name}-{name}.log"

    def log(self, name: str) -> str:
        """Return the log of a program."""
        path = self.log_path(name)
        return path.read_text(errors="replace") if path.exists() else ""

    def wipe(self) -> None:
        """Delete everything that the node has written, as on a new machine; it must be off."""
        self.disk.wipe()
        self.disk.name(self._hosts)

    def crash(self) -> None:
        """Power off the node: kill all its processes at once."""
        if not self.running:
            return
        self.running = False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._unshare.wait()
        self._socket.close()
        self.addresses = set()
        self.events.add("node", self.name, text="lost power")

    def _spawn(
        self, name: str, words: Sequence[str], streams: list[int],
        environment: Mapping[str, str], restart: float | None, folder: str = "/",
    ) -> None:  # fmt: skip
        self._ask(
            do="spawn", name=name, words=list(words), environment={**_ENVIRONMENT, **environment},
            restart=restart, folder=folder, streams=streams,
        )  # fmt: skip

    def _ask(self, *, streams: Sequence[int] = (), **request: Any) -> dict[str, Any]:
        if not self.running:
            raise LabError(f"{self.name}: the node is powered off")
        number = next(self._numbers)
        answer = self._answers[number] = queue.SimpleQueue()
        try:
            socket.send_fds(
                self._socket, [json.dumps({**request, "id": number}).encode()], list(streams)
            )
            got = answer.get(timeout=_SECONDS)
        except (OSError, queue.Empty):
            raise LabError(f"{self.name}: the node does not respond") from None
        finally:
            self._answers.pop(number, None)
        if "error" in got:
            raise LabError(
                f"{self.name}: {request['do']} {request.get('name', '')}: {got['error']}"
            )
        return got

    def _listen(self, connection: socket.socket) -> None:
        while True:
            try:
                raw = connection.recv(1 << 16)
            except OSError:
                raw = b""
            if not raw:
                break
            message = json.loads(raw)
            if "answer" in message:
                waiting = self._answers.get(message["answer"])
                if waiting is not None:
                    waiting.put(message)
            else:
                getattr(self, f"_on_{message['report']}")(message)
        for answers in list(self._answers.values()):
            answers.put({"error": "the node lost power"})
        for exits in list(self._exits.values()):
            exits.put(-int(signal.SIGKILL))

    def _on_exit(self, message: dict[str, Any]) -> None:
        name, status = message["name"], message["status"]
        waiting = self._exits.get(name)
        if waiting is not None:
            waiting.put(status)
        elif not name.startswith("run-"):
            self.events.add("service", self.name, name, _status(status), at=message["at"])

    def _on_restart(self, message: dict[str, Any]) -> None:
        self.events.add("service", self.name, message["name"], "restarted", at=message["at"])

    def _on_address(self, message: dict[str, Any]) -> None:
        address, added = message["address"], message["added"]
        if added:
            self.addresses.add(address)
        else:
            self.addresses.discard(address)
        text = "added" if added else "removed"
        self.events.add("address", self.name, address, text, at=message["at"])

    def _on_link(self, message: dict[str, Any]) -> None:
        text = "up" if message["up"] else "down"
        self.events.add("link", self.name, message["interface"], text, at=message["at"])


def _status(status: int) -> str:
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exited with {status}" if status else "exited"


def _ignored(at: float, line: str) -> None:
    """Ignore a line, which is in the log anyway."""


def _memory(name: str) -> contextlib.closing[Any]:
    return contextlib.closing(os.fdopen(os.memfd_create(name), "rb+", buffering=0))


def _content(number: int) -> str:
    os.lseek(number, 0, os.SEEK_SET)
    with os.fdopen(os.dup(number), "rb") as file:
        return file.read().decode(errors="replace")
