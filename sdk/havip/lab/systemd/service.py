"""Run one service of a node according to its unit."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from havip.lab.systemd.children import ChildReaper
from havip.lab.systemd.execution import MARK, Execution, reason
from havip.lab.systemd.unit_files import Unit, UnitError

NOTIFY = Path("/run/systemd/notify")
_CONDITIONS: Mapping[str, Callable[[Path], bool]] = {
    "ConditionPathExists": Path.exists,
    "ConditionFileNotEmpty": lambda path: path.is_file() and path.stat().st_size > 0,
}
_START_LIMIT, _START_WINDOW = 5, 10.0


class ServiceUnit:
    """A service: unit, main process, and state as in ``systemctl is-active``.

    Attributes:
        state: ``inactive``, ``activating``, ``active``, ``deactivating`` or ``failed``.
        pid: The main process, or 0.
        result: The reason for a failure.
        ready_by_log: Whether it has logged that it is ready.
        due: Time of its restart on the monotonic clock; None if none is due.
        wanted: Whether it should run, and is restarted according to its unit.
    """

    def __init__(self, unit: Unit, children: ChildReaper) -> None:
        self.unit = unit
        self._execution = Execution(children)
        self.name = unit.name
        self.state = "inactive"
        self.pid = 0
        self.result = ""
        self.due: float | None = None
        self.wanted = False
        self.deadline: float | None = None
        self._starts: list[float] = []
        self.ready_by_log = False
        self._ready: socket.socket | None = None
        self._changing = threading.RLock()  # guards the main process, its end, and its socket

    @property
    def type(self) -> str:
        """The unit's Type=."""
        return self.unit.get("Type", "simple" if self.unit.get("ExecStart") else "oneshot")

    def start(self) -> None:
        """Start the service; for most types it is active on return.

        Raises:
            UnitError: A command failed; the state is then ``failed``.
        """
        self.wanted, self.due, self.result, self.ready_by_log = True, None, "", False
        now = time.monotonic()
        self._starts = [one for one in [*self._starts, now] if one > now - _START_WINDOW]
        try:
            if len(self._starts) > _START_LIMIT:
                raise UnitError("it was started too often (start-limit-hit)")
            if not self._conditions():
                self.state = "inactive"
                return
            self.state = "activating"
            self._begin(now)
        except UnitError as error:
            self.give_up(str(error))
            raise UnitError(f"{self.name}: {error}") from None

    def _begin(self, now: float) -> None:
        self._execution.make_folders(self.unit)
        self._run_all("ExecStartPre")
        self.deadline = now + self.unit.seconds("TimeoutStartSec", 90)
        if self.type == "oneshot":
            self._start_once()
        elif self.type == "forking":
            self._start_forking()
        else:
            self._start_main()

    def _start_once(self) -> None:
        self._run_all("ExecStart")
        self._started()
        if not self.unit.flag("RemainAfterExit"):
            self.state, self.wanted = "inactive", False

    def _start_forking(self) -> None:
        self._run_all("ExecStart")
        self.pid = self._main_of_forked()
        if not _alive(self.pid):
            raise UnitError("no process is left after its start command")
        self._started()

    def _start_main(self) -> None:
        if self.type == "notify":
            NOTIFY.mkdir(parents=True, exist_ok=True)
            path = NOTIFY / self.name
            path.unlink(missing_ok=True)
            ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            ready.setblocking(False)
            ready.bind(str(path))
            path.chmod(0o666)
            self._ready = ready
        line = self.unit.get("ExecStart")
        if not line:
            raise UnitError("it has no ExecStart")
        with self._changing:  # it may end before its id is known
            self.pid = self._execution.spawn(self.unit, line, self._variables())
        if self._ready is None:
            self._started()

    def check_ready(self) -> None:
        """Handle a notification of readiness, or the timeout, of a starting service."""
        with self._changing:
            if self._ready is None:
                return
            ready = self._notified(self._ready) or self.ready_by_log
            started = ready and self._activate()
        if started:
            try:
                self._after_start()
            except UnitError as error:
                self.give_up(str(error))
        elif self.state == "activating" and self.deadline and time.monotonic() > self.deadline:
            self.kill_all(signal.SIGKILL)
            self.give_up("it did not become ready in time (timeout)")

    def _notified(self, messages: socket.socket) -> bool:
        ready = False
        with contextlib.suppress(BlockingIOError):
            while True:
                lines = messages.recv(65536).decode(errors="replace").splitlines()
                ready = ready or "READY=1" in lines
                for line in lines:
                    key, _, value = line.partition("=")
                    if key == "MAINPID" and value.isdecimal() and _alive(int(value)):
                        self.pid = int(value)
        return ready

    def _activate(self) -> bool:
        """Change the state to active, unless it has ended in the meantime."""
        with self._changing:
            if self.state != "activating":
                return False
            self.state, self.deadline = "active", None
            return True

    def _after_start(self) -> None:
        try:
            self._run_all("ExecStartPost")
        except UnitError:
            self._end()
            raise

    def _started(self) -> None:
        if self._activate():
            self._after_start()

    def stop(self) -> None:
        """Stop the service, and wait until it has stopped."""
        was_running = bool(self.pid) or bool(list(self.processes()))
        self.wanted, self.due = False, None
        if self.state in ("active", "activating") or was_running:
            self.state = "deactivating"
            with contextlib.suppress(UnitError):
                self._run_all("ExecStop")
            self._end()
            with contextlib.suppress(UnitError):
                self._run_all("ExecStopPost")
        self._close()
        self.state, self.pid = "inactive", 0

    def _end(self) -> None:
        number = getattr(signal, self.unit.get("KillSignal", "SIGTERM"), signal.SIGTERM)
        mode = self.unit.get("KillMode", "control-group")
        if mode == "none":
            return
        if mode in ("mixed", "process") or self.type != "oneshot":
            self.kill_main(number)
        if mode == "control-group":
            self.kill_all(number)
        # As systemd does: a process that is stopped (SIGSTOP) must be able to handle it.
        self.kill_main(signal.SIGCONT)
        if mode == "control-group":
            self.kill_all(signal.SIGCONT)
        end = time.monotonic() + min(self.unit.seconds("TimeoutStopSec", 90), 90)
        while time.monotonic() < end and (
            _alive(self.pid) or (mode != "process" and any(self.processes()))
        ):
            if mode == "mixed" and not _alive(self.pid):
                break
            time.sleep(0.01)
        if mode != "process":
            self.kill_all(signal.SIGKILL)

    def reload(self) -> None:
        """Run the reload commands of the unit; it stays active if one fails.

        Raises:
            UnitError: The unit has none, is not active, or a command failed.
        """
        if not self.unit.all("Service", "ExecReload"):
            raise UnitError(f"Job type reload is not applicable for unit {self.name}.")
        if self.state != "active":
            raise UnitError(f"{self.name} is not active, cannot reload.")
        self._run_all("ExecReload")

    def ended(self, pid: int) -> bool:
        """Handle the end of a process; return whether `clean_up` must follow."""
        with self._changing:
            if pid != self.pid:
                return False
            self.pid = 0
            if self.state == "deactivating":
                return False
            self.state = "deactivating"
            return True

    def clean_up(self, status: int) -> None:
        """Stop the remaining processes after the end of the main process, and decide on a restart.

        Args:
            status: The exit code of the main process.
        """
        if self.state != "deactivating":
            return  # stopped or restarted in the meantime
        good = {0, *map(int, filter(str.isdecimal, self.unit.get("SuccessExitStatus").split()))}
        clean = status in good or status in (-1, -2, -13, -15)
        self._end()
        self._close()
        if not self._starts_again(status, clean):
            self.state = "inactive" if clean else "failed"
            self.result = "" if clean else reason(status)
            return
        self.state, self.result = "activating", reason(status)
        pause = self.unit.seconds("RestartSec", 0.1)
        self.due = time.monotonic() + pause

    def _starts_again(self, status: int, clean: bool) -> bool:
        if not self.wanted:
            return False
        return {
            "always": True,
            "on-success": clean,
            "on-failure": not clean,
            "on-abnormal": status < 0 and not clean,
            "on-abort": status < 0 and not clean,
        }.get(self.unit.get("Restart", "no"), False)

    def give_up(self, why: str) -> None:
        """Set the state to ``failed``."""
        self.state, self.result, self.pid, self.wanted = "failed", why, 0, False
        self._close()

    def kill_main(self, number: int) -> None:
        """Send a signal to the main process, if it is running."""
        _kill(self.pid, number)

    def kill_all(self, number: int) -> None:
        """Send a signal to all processes of the service."""
        for pid in self.processes():
            _kill(pid, number)

    def processes(self) -> Iterator[int]:
        """Yield the ids of its processes."""
        mark = f"{MARK}={self.name}".encode()
        for entry in os.listdir("/proc"):  # noqa: PTH208
            if entry.isdigit() and int(entry) != os.getpid():
                with contextlib.suppress(OSError):
                    variables = Path(f"/proc/{entry}/environ").read_bytes().split(b"\0")
                    if mark in variables and _alive(int(entry)):
                        yield int(entry)

    def _main_of_forked(self) -> int:
        file = self.unit.get("PIDFile")
        end = time.monotonic() + 5
        while file and time.monotonic() < end:
            with contextlib.suppress(OSError, ValueError):
                pid = int(Path(file).read_text().split()[0])
                if _alive(pid):
                    return pid
            time.sleep(0.02)
        return next(iter(sorted(self.processes())), 0)

    def _conditions(self) -> bool:
        unit = self.unit
        for key, check in _CONDITIONS.items():
            for value in unit.all("Unit", key):
                if check(Path(value.lstrip("!"))) == value.startswith("!"):
                    self.result = f"{key}={value} is not met"
                    return False
        return True

    def _run_all(self, key: str) -> None:
        for line in self.unit.all("Service", key):
            self._execution.run(self.unit, line, self._variables())

    def _variables(self) -> dict[str, str]:
        found = {"MAINPID": str(self.pid)} if self.pid else {}
        return found | ({"NOTIFY_SOCKET": str(NOTIFY / self.name)} if self._ready else {})

    def _close(self) -> None:
        with self._changing:
            if self._ready is not None:
                self._ready.close()
                self._ready = None
                with contextlib.suppress(OSError):
                    (NOTIFY / self.name).unlink()


def _alive(pid: int) -> bool:
    if not pid:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _kill(pid: int, number: int) -> None:
    if pid > 0:  # 0 stands for the service manager's own process group
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
