"""Run one service of a node according to its unit."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from havip.lab.systemd.children import ChildReaper
from havip.lab.systemd.unit_files import Command, Unit, UnitError, command, environment_of

MARK = "HAVIP_LAB_UNIT"
"""Environment variable that identifies the processes of a service, instead of a control group."""
NOTIFY = Path("/run/systemd/notify")
LOGS = Path("/var/log/services")
"""Folder of the services' output."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
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
        self._children = children
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
        if len(self._starts) > _START_LIMIT:
            self.fail("it was started too often (start-limit-hit)")
        if not self._conditions():
            self.state = "inactive"
            return
        self.state = "activating"
        self._make_folders()
        for line in self.unit.all("Service", "ExecStartPre"):
            self._run(line)
        self.deadline = now + self.unit.seconds("TimeoutStartSec", 90)
        if self.type == "oneshot":
            self._start_once()
        elif self.type == "forking":
            self._start_forking()
        else:
            self._start_main()

    def _start_once(self) -> None:
        for line in self.unit.all("Service", "ExecStart"):
            self._run(line)
        self._started()
        if not self.unit.flag("RemainAfterExit"):
            self.state, self.wanted = "inactive", False

    def _start_forking(self) -> None:
        for line in self.unit.all("Service", "ExecStart"):
            self._run(line)
        self.pid = self._main_of_forked()
        if not _alive(self.pid):
            self.fail("no process is left after its start command")
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
        what = self._command(self.unit.get("ExecStart"))
        with self._changing:  # it may end before its id is known
            self.pid = self._spawn(what)
        if self._ready is None:
            self._started()

    def check_ready(self) -> None:
        """Handle a notification of readiness, or the timeout, of a starting service.

        Raises:
            UnitError: A command that follows its start failed; the state is then ``failed``.
        """
        with self._changing:
            if self._ready is None:
                return
            ready = self._notified(self._ready) or self.ready_by_log
            started = ready and self._activate()
        if started:
            self._after_start()
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
            for line in self.unit.all("Service", "ExecStartPost"):
                self._run(line)
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
            for line in self.unit.all("Service", "ExecStop"):
                with contextlib.suppress(UnitError):
                    self._run(line)
            self._end()
            for line in self.unit.all("Service", "ExecStopPost"):
                with contextlib.suppress(UnitError):
                    self._run(line)
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
        """Run the reload commands of the unit.

        Raises:
            UnitError: The unit has none, is not active, or a command failed.
        """
        lines = self.unit.all("Service", "ExecReload")
        if not lines:
            raise UnitError(f"Job type reload is not applicable for unit {self.name}.")
        if self.state != "active":
            raise UnitError(f"{self.name} is not active, cannot reload.")
        for line in lines:
            self._run(line)

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
            self.result = "" if clean else _why(status)
            return
        self.state, self.result = "activating", _why(status)
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

    def fail(self, why: str) -> NoReturn:
        """Set the state to ``failed`` and raise an error.

        Raises:
            UnitError: Always.
        """
        self.give_up(why)
        raise UnitError(f"{self.name}: {why}")

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

    def _make_folders(self) -> None:
        parents = {
            "Runtime": "/run",
            "State": "/var/lib",
            "Logs": "/var/log",
            "Cache": "/var/cache",
        }
        user, group = self._owner()
        for kind, parent in parents.items():
            for name in self.unit.get(f"{kind}Directory").split():
                path = Path(parent, name.partition(":")[0])
                path.mkdir(parents=True, exist_ok=True)
                path.chmod(int(self.unit.get(f"{kind}DirectoryMode", "0755"), 8))
                os.chown(path, user, group)

    def _owner(self) -> tuple[int, int]:
        name = self.unit.get("User", "root")
        try:
            user = pwd.getpwnam(name) if not name.isdecimal() else pwd.getpwuid(int(name))
            group = self.unit.get("Group")
            return user.pw_uid, grp.getgrnam(group).gr_gid if group else user.pw_gid
        except KeyError:
            self.fail(f"the user {name!r} or the group {self.unit.get('Group')!r} does not exist")

    def _command(self, line: str) -> Command:
        if not line:
            self.fail("it has no ExecStart")
        return command(line, self._environment())

    def _environment(self) -> Mapping[str, str]:
        variables = {"PATH": _PATH, "LANG": "C.UTF-8", MARK: self.name}
        if self.pid:
            variables["MAINPID"] = str(self.pid)
        name = self.unit.get("User")
        if name:
            with contextlib.suppress(KeyError):
                user = pwd.getpwnam(name)
                variables |= {"HOME": user.pw_dir, "USER": name, "LOGNAME": name}
        if self._ready is not None:
            variables["NOTIFY_SOCKET"] = str(NOTIFY / self.name)
        return variables | environment_of(self.unit)

    def _run(self, line: str) -> None:
        what = self._command(line)
        if not what.words:
            return
        pid = self._spawn(what)
        limit = self.unit.seconds("TimeoutStartSec", 90)
        status = self._children.wait(pid, time.monotonic() + limit)
        if status and not what.ignored:
            self.fail(f"`{' '.join(what.words)[:200]}` {_why(status)}")

    def _spawn(self, what: Command) -> int:
        environment = dict(self._environment())
        program = shutil.which(what.words[0], path=environment["PATH"])
        if program is None:
            self.fail(f"{what.words[0]} is not installed")
        user, group = (0, 0) if what.privileged else self._owner()
        account = pwd.getpwuid(user)
        folder = self.unit.get("WorkingDirectory", "/").lstrip("-")
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / f"{self.name}.log").open("ab") as log:
            try:
                child = subprocess.Popen(
                    what.words,
                    executable=program,
                    env=environment,
                    cwd=account.pw_dir if folder == "~" else folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    umask=int(self.unit.get("UMask", "0022"), 8),
                    user=user,
                    group=group,
                    extra_groups=os.getgrouplist(account.pw_name, group),
                )
            except OSError as error:
                self.fail(f"{what.words[0]} cannot be started: {error.strerror}")
        child.returncode = 0  # only the reaper may wait for it
        files = self.unit.get("LimitNOFILE").partition(":")[0]
        if files.isdecimal():
            with contextlib.suppress(ValueError, OSError):
                resource.prlimit(child.pid, resource.RLIMIT_NOFILE, (int(files), int(files)))
        return child.pid

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


def _why(status: int) -> str:
    if status == -signal.SIGALRM:
        return "timed out"
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exited with {status}"
