"""A node that boots like an instance: with a service manager and its user data."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import havip
from havip.lab.filesystem import overlay_works
from havip.lab.namespace import LabError
from havip.lab.node import Node
from havip.lab.stack.user_data import FAILED, UserData, WrittenFile, shell_script

_HOME = str(Path(havip.__file__).resolve().parent.parent)
_MANAGER = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from havip.lab.systemd.__main__ import main; main()"
)
_SYSTEMCTL = f"""#!{sys.executable} -IS
import sys
sys.path.insert(0, {_HOME!r})
from havip.lab.systemd.client import main
sys.exit(main(sys.argv[1:]))
"""
_OUTPUT = "user-data"
_LONGEST_REASON = 200
_PAUSED = 5.0
"""Seconds after which a service manager does not respond because its machine is paused."""
_PIP = re.compile(r"\bpip3?\b.* (install|download)\b")
_LONGEST_END = 64 << 10
OnSyslog = Callable[[float, str], None]


class Machine(Node):
    """A node with a service manager.

    Attributes:
        services: State of each started service, by name without ``.service``.
        problem: The reason why its set-up failed, one line, or "".
    """

    def prepare(self, on_syslog: OnSyslog) -> None:
        """Set the callback for the log lines of its programs; required before `boot`."""
        self.services: dict[str, str] = {}
        self.problem = ""
        self._on_syslog = on_syslog
        self._set_up = False
        self.on_line("systemd", self._on_report)

    def boot(self) -> None:
        """Start the service manager, which starts the enabled units."""
        if not overlay_works():
            raise LabError("without an overlay, user data would write to this machine itself")
        self.services.clear()
        if not self._set_up:
            self.run("sh", "-c", "rm -rf /etc/systemd/system/*.wants")
            self.write("/usr/bin/systemctl", _SYSTEMCTL, 0o755)
        self.spawn("systemd", sys.executable, "-I", "-S", "-c", _MANAGER, _HOME)
        self._wait(self._manager_answers, 20, "the service manager did not start")

    def set_up(self, data: UserData, seconds: float) -> None:
        """Run the user data: all of it at the first boot, later only its bootcmd.

        Raises:
            LabError: A part of it failed.
        """
        if self._set_up:
            self._script("bootcmd", data.boot, seconds)
            return
        self._set_up = True
        if data.left_out:
            self._note(f"left out: {', '.join(data.left_out)}")
        self._script("bootcmd", data.boot, seconds)
        self._check_packages(data.packages)
        for file in data.files:
            self.write_file(file)
        if data.script:
            self._run_script("user data", data.script, seconds)
        self._script("runcmd", data.run, seconds)
        self.refresh_services()

    def refresh_services(self) -> None:
        """Query the state of each service, as reports may still be pending."""
        lines = (line.split() for line in self.systemctl("list-units").splitlines())
        self.services.update({name.removesuffix(".service"): state for name, state, _ in lines})

    def write_file(self, file: WrittenFile) -> None:
        """Write a file of the user data.

        Raises:
            LabError: The owner does not exist on this machine.
        """
        before = b""
        path = Path(f"/proc/{self.pid}/root{file.path}")
        if file.append and path.is_file():
            before = path.read_bytes()
        self.write(file.path, before + file.content, file.mode)
        if file.owner != "root:root":
            self.run("chown", file.owner, file.path)

    def systemctl(self, *words: str, seconds: float = 60) -> str:
        """Run systemctl on the node.

        Raises:
            LabError: It failed.
        """
        return self.run("systemctl", *words, seconds=seconds)

    def programs(self) -> dict[str, int]:
        """Return the active services, and other programs of the lab."""
        active = {name: 1 for name, state in self.services.items() if state == "active"}
        others = {name: pid for name, pid in super().programs().items() if name != "systemd"}
        return others | (active if self.running else {})

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop or kill a service, without a restart; send the signal to any other program."""
        if name not in self.services:
            super().stop(name, number)
            return
        if number == signal.SIGTERM:
            self.order("stop", "--no-block", name)
        else:
            options = ["--no-restart"] if number == signal.SIGKILL else []
            self.order("kill", f"--signal={number.value}", *options, name)

    def order(self, *words: str) -> None:
        """Run systemctl without waiting for a machine that is paused, which obeys when it goes on.

        Raises:
            LabError: It failed.
        """
        status, _, error = self.attempt("systemctl", *words, seconds=_PAUSED)
        if status:
            raise LabError(
                f"{self.name}: systemctl {' '.join(words)}: {error.strip()}{self._why()}"
            )

    def wait_for(self, services: Iterable[str], seconds: float) -> None:
        """Wait until services are active.

        Raises:
            LabError: A service took too long.
        """
        for name in services:
            self._wait(
                lambda name=name: self.services.get(name) == "active",  # type: ignore[misc]
                seconds,
                f"{name} did not become active",
            )

    def messages(self, service: str = "", lines: int = 40) -> str:
        """Return the end of the logs of user data and services, and of syslog.

        Args:
            service: The only service to include.
            lines: Number of lines of each.
        """
        found = {} if service else {"user data": self.log_path(_OUTPUT)}
        folder = Path(f"/proc/{self.pid}/root/var/log")
        for path in sorted(folder.glob("services/*.log")):
            name = path.name.removesuffix(".service.log")
            if service in ("", name):
                found[name] = path
        if not service:
            found["syslog"] = folder / "syslog"
        parts = [f"--- {name}\n{_tail(path, lines)}" for name, path in found.items()
                 if path.is_file() and self.running]  # fmt: skip
        return "\n".join(parts)

    def _script(self, module: str, lines: tuple[str, ...], seconds: float) -> None:
        if not lines:
            return
        output = self._run_script(module, shell_script(lines), seconds)
        failed = Path(f"/proc/{self.pid}/root{FAILED}")
        if failed.is_file():
            number, status = failed.read_text().split()[:2]
            failed.unlink()
            line = lines[int(number) - 1].partition("\n")[0][:120]
            reason = f": {output[:_LONGEST_REASON]}" if output else ""
            if _PIP.search(line):
                reason += "; nodes of a lab have no access to a package index"
            raise LabError(f"{module} {number} (`{line}`) exited with {status}{reason}")

    def _run_script(self, what: str, script: str, seconds: float) -> str:
        """Run a script, and return its last line of output."""
        path = "/run/user-data-script"
        self.write(path, script, 0o700)
        words = (path,) if script.startswith("#!") else ("/bin/sh", path)
        status, out, error = self.attempt(*words, seconds=seconds)
        self._note(f"--- {what}\n{out}{error}".rstrip())
        if status is None:
            raise LabError(f"{what} timed out after {seconds:g} s")
        last = (error.strip() or out.strip()).rpartition("\n")[2]
        if status and "/run/user-data-failed" not in script:
            raise LabError(f"{what} exited with {status}: {last[:_LONGEST_REASON]}")
        return last

    def _check_packages(self, packages: tuple[str, ...]) -> None:
        absent = [
            name
            for name in packages
            if not name.startswith("-")
            and self.attempt(
                "dpkg-query", "-W", "-f", "${db:Status-Status}", _without_version(name)
            )[1]
            != "installed"
        ]
        if absent:
            words = " ".join(_without_version(name) for name in absent)
            raise LabError(
                "packages of its user data are not installed on this machine; run: apt-get install "
                f"{words}"
            )

    def _note(self, text: str) -> None:
        with self.log_path(_OUTPUT).open("a") as log:
            log.write(f"{text}\n")

    def _why(self) -> str:
        """Return why the service manager ended, if it did."""
        if "systemd" in super().programs():
            return ""
        lines = [line for line in self.log("systemd").splitlines() if not line.startswith("{")]
        return f"; it ended: {lines[-1] if lines else 'without a message'}"

    def _manager_answers(self) -> bool:
        return self.attempt("systemctl", "is-system-running")[0] == 0

    def _on_report(self, at: float, line: str) -> None:
        try:
            found = json.loads(line)
        except ValueError:
            return
        if "syslog" in found:
            self._on_syslog(at, found["syslog"])
        elif "unit" in found:
            name, state = found["unit"].removesuffix(".service"), found["state"]
            why = f": {found['why']}" if found["why"] else ""
            self.services[name] = state
            self.events.add("service", self.name, name, f"{state}{why}", at=at)

    def _wait(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        if not self.events.wait(true, seconds):
            raise LabError(f"{self.name}: {what} within {seconds:g} s")


def _tail(path: Path, lines: int) -> str:
    """Return the last lines of a file, from at most its last 64 KiB."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_END))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


def _without_version(package: str) -> str:
    return package.partition("=")[0].partition("/")[0]
