"""Implementation of the systemctl command in the service manager."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from havip.lab.systemd.manager import Manager
from havip.lab.systemd.unit_files import FOLDERS, UnitError, find, full_name

_WANTS = {".timer": "timers.target.wants", ".socket": "sockets.target.wants"}
Answer = tuple[int, str]


class Requests:
    """Handler of systemctl requests."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._verbs: dict[str, Callable[[str, Sequence[str]], Answer]] = {
            "start": self._each(manager.start),
            "stop": self._each(manager.stop),
            "restart": self._each(manager.restart),
            "try-restart": self._try_restart,
            "reload": self._reload,
            "reload-or-restart": self._reload_or_restart,
            "enable": self._enable,
            "disable": self._disable,
            "mask": self._mask,
            "unmask": self._unmask,
            "is-active": self._is_active,
            "is-failed": self._is_failed,
            "is-enabled": self._is_enabled,
            "status": self._status,
            "show": self._show,
            "kill": self._kill,
            "cat": self._cat,
            "reset-failed": self._reset_failed,
        }

    def answer(self, words: Sequence[str]) -> Answer:
        """Execute a systemctl command line; return the exit code and the output."""
        plain = [word for word in words if not word.startswith("-")]
        flags = [word for word in words if word.startswith("-")]
        verb, *names = plain or [""]
        if verb in ("daemon-reload", "daemon-reexec"):
            self._manager.reload_units()
            return 0, ""
        if verb in ("is-system-running", "list-units", "list-timers", "--version"):
            return 0, self._list()
        if verb == "kill" and "-s" in words:
            flags.append(f"--signal={names.pop(0)}")
        if verb in ("reset-failed", "show") and not names:
            return 0, ""
        if verb == "show" and "-p" in words:
            flags.append(f"--property={names.pop(0)}")
        if verb not in self._verbs:
            return 1, f"systemctl {verb}: not supported by the lab's service manager\n"
        if not names:
            return 1, "Too few arguments.\n"
        worst, printed = 0, ""
        for name in names:
            try:
                code, text = self._verbs[verb](full_name(name), flags)
            except UnitError as error:
                code, text = 5 if "not found" in str(error) else 1, f"{error}\n"
            worst, printed = max(worst, code), printed + text
        return worst, printed

    def _each(self, do: Callable[[str], None]) -> Callable[[str, Sequence[str]], Answer]:
        def run(name: str, flags: Sequence[str]) -> Answer:
            if "--no-block" not in flags:
                do(name)
                return 0, ""
            self._manager.unit(name)
            threading.Thread(target=_ignoring_errors, args=(do, name), daemon=True).start()
            return 0, ""

        return run

    def _try_restart(self, name: str, flags: Sequence[str]) -> Answer:
        if self._manager.state(name) == "active":
            self._manager.restart(name)
        return 0, ""

    def _reload(self, name: str, flags: Sequence[str]) -> Answer:
        self._manager.service(name).reload()
        return 0, ""

    def _reload_or_restart(self, name: str, flags: Sequence[str]) -> Answer:
        service = self._manager.service(name)
        if service.state == "active" and service.unit.all("Service", "ExecReload"):
            service.reload()
        else:
            self._manager.restart(name)
        return 0, ""

    def _enable(self, name: str, flags: Sequence[str]) -> Answer:
        self._manager.unit(name)
        link = self._link(name)
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(find(name) or "/dev/null")
        if "--now" in flags:
            self._manager.start(name)
        return 0, ""

    def _disable(self, name: str, flags: Sequence[str]) -> Answer:
        self._link(name).unlink(missing_ok=True)
        if "--now" in flags:
            self._manager.stop(name)
        return 0, ""

    def _mask(self, name: str, flags: Sequence[str]) -> Answer:
        path = Path(FOLDERS[0], name)
        if path.exists() and not path.is_symlink():
            return 1, f"Failed to mask {name}: File {path} already exists.\n"
        path.unlink(missing_ok=True)
        path.symlink_to("/dev/null")
        self._manager.reload_units()
        if "--now" in flags:
            self._manager.stop(name)
        return 0, ""

    def _unmask(self, name: str, flags: Sequence[str]) -> Answer:
        path = Path(FOLDERS[0], name)
        if path.is_symlink() and str(path.readlink()) == "/dev/null":
            path.unlink()
        self._manager.reload_units()
        return 0, ""

    def _is_active(self, name: str, flags: Sequence[str]) -> Answer:
        state = self._manager.state(name)
        quiet = "-q" in flags or "--quiet" in flags
        return (0 if state == "active" else 3), "" if quiet else f"{state}\n"

    def _is_failed(self, name: str, flags: Sequence[str]) -> Answer:
        state = self._manager.state(name)
        return (0 if state == "failed" else 1), f"{state}\n"

    def _is_enabled(self, name: str, flags: Sequence[str]) -> Answer:
        on = self._link(name).is_symlink()
        quiet = "-q" in flags or "--quiet" in flags
        return (0 if on else 1), "" if quiet else f"{'enabled' if on else 'disabled'}\n"

    def _status(self, name: str, flags: Sequence[str]) -> Answer:
        self._manager.unit(name)
        state = self._manager.state(name)
        service = self._manager.services.get(name)
        why = f" ({service.result})" if service and service.result else ""
        pid = f"\n   Main PID: {service.pid}" if service and service.pid else ""
        return (0 if state == "active" else 3), f"{name}\n     Active: {state}{why}{pid}\n"

    def _show(self, name: str, flags: Sequence[str]) -> Answer:
        service = self._manager.service(name)
        values = {
            "Id": name,
            "ActiveState": service.state,
            "SubState": "running" if service.pid else "dead",
            "MainPID": str(service.pid),
            "Result": service.result or "success",
            "LoadState": "loaded",
        }
        wanted = [flag.partition("=")[2] for flag in flags if flag.startswith("--property=")]
        names = ",".join(wanted).split(",") if wanted else list(values)
        if "--value" in flags:
            return 0, "".join(f"{values.get(one, '')}\n" for one in names)
        return 0, "".join(f"{one}={values.get(one, '')}\n" for one in names)

    def _kill(self, name: str, flags: Sequence[str]) -> Answer:
        text = next((one.partition("=")[2] for one in flags if one.startswith("--signal=")), "TERM")
        number = int(text) if text.isdecimal() else signal.Signals[f"SIG{text.removeprefix('SIG')}"]
        service = self._manager.service(name)
        if "--no-restart" in flags:  # option of the lab: the service stays down despite Restart=
            service.wanted = False
        if number == signal.SIGHUP:
            service.kill_main(number)
        else:
            service.kill_all(number)
        return 0, ""

    def _cat(self, name: str, flags: Sequence[str]) -> Answer:
        self._manager.unit(name)
        path = find(name)
        return 0, f"# {path}\n{path.read_text()}" if path else ""

    def _reset_failed(self, name: str, flags: Sequence[str]) -> Answer:
        service = self._manager.services.get(name)
        if service is not None and service.state == "failed":
            service.state, service.result = "inactive", ""
        return 0, ""

    def _list(self) -> str:
        services = list(self._manager.services.items())
        return "".join(f"{name} {service.state} {service.pid}\n" for name, service in services)

    def _link(self, name: str) -> Path:
        kind = name[name.rindex(".") :]
        return Path(FOLDERS[0], _WANTS.get(kind, "multi-user.target.wants"), name)


def _ignoring_errors(do: Callable[[str], None], name: str) -> None:
    """Run an operation in the background: a failure shows in the unit's state."""
    with suppress(UnitError):
        do(name)
