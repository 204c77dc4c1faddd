"""Service manager of a node: running units, systemctl requests, restarts and timers."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from havip.lab.systemd.children import ChildReaper
from havip.lab.systemd.service import ServiceUnit
from havip.lab.systemd.unit_files import Unit, UnitError, find, full_name, instances_wanted, load

_TICK = 0.02
_KEEPALIVED_READY = re.compile(r"Keepalived\[\d+\]: Startup complete")
_PULLED = ("Requires", "BindsTo", "Wants")
_BOUND = ("Requires", "BindsTo", "PartOf")
Report = Callable[[str], None]


class Manager:
    """Runs the services of a node.

    Args:
        report: Called with a line of JSON for each change of a unit's state.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._reported: dict[str, str] = {}
        self.services: dict[str, ServiceUnit] = {}
        self.timers: dict[str, float] = {}
        self._units: dict[str, Unit] = {}
        self._lock = threading.RLock()
        self._locks: dict[str, threading.RLock] = {}
        self._begun = time.monotonic()
        self._children = ChildReaper(self._on_end)

    def run(self) -> None:
        """Start the enabled units, then loop until the process ends."""
        self._children.start()
        threading.Thread(target=self._boot, name="boot", daemon=True).start()
        while True:
            time.sleep(_TICK)
            self._look()

    def unit(self, name: str) -> Unit:
        """Return a unit, loaded on first use and again after `reload_units`.

        Raises:
            UnitError: The unit does not exist.
        """
        if name not in self._units:
            self._units[name] = load(name)
        return self._units[name]

    def service(self, name: str) -> ServiceUnit:
        """Return a service.

        Raises:
            UnitError: The unit does not exist.
        """
        with self._lock:
            if name not in self.services:
                self.services[name] = ServiceUnit(self.unit(name), self._children)
            return self.services[name]

    def reload_units(self) -> None:
        """Reload every unit file when it is next used."""
        with self._lock:
            self._units.clear()
            for name, service in list(self.services.items()):
                if find(name) is not None:
                    with suppress(UnitError):
                        service.unit = self.unit(name)

    def start(self, name: str) -> None:
        """Start a unit and its dependencies, except units that are already running.

        Raises:
            UnitError: The unit does not exist or did not start.
        """
        self.unit(name)
        names = list(self._pulled(name))
        after = {one: self.unit(one).names("After") for one in names}
        for one in order(names, after):
            try:
                self._start(one)
            except UnitError:
                if one == name or one in self.unit(name).names("Requires", "BindsTo"):
                    raise

    def stop(self, name: str) -> None:
        """Stop a unit and the units bound to it.

        Raises:
            UnitError: The unit does not exist.
        """
        if name.endswith(".timer"):
            self.timers.pop(name, None)
            return
        for other in self._running_with(name):
            self.stop(other)
        with self._locked(name):
            self.service(name).stop()
        self._report_state(name)

    def restart(self, name: str) -> None:
        """Stop and start a unit; restart the running units bound to it.

        Raises:
            UnitError: The unit does not exist or did not start.
        """
        bound = self._running_with(name)
        self.stop(name)
        self.start(name)
        for other in bound:
            self.start(other)

    def logged(self, message: str) -> None:
        """Detect readiness from a log message.

        keepalived notifies systemd only if its parent is process 1, but always logs its readiness.
        """
        if _KEEPALIVED_READY.match(message):
            service = self.services.get("keepalived.service")
            if service is not None:
                service.ready_by_log = True

    def state(self, name: str) -> str:
        """Return the state of a unit."""
        if name in self.timers:
            return "active"
        service = self.services.get(name)
        return service.state if service else "inactive"

    def _start(self, name: str) -> None:
        if name.endswith(".timer"):
            self.timers.setdefault(name, self._first(name))
            return
        if not name.endswith(".service"):
            return
        with self._locked(name):
            service = self.service(name)
            if service.state == "active" or (service.state == "activating" and service.due is None):
                return
            try:
                service.start()
            finally:
                self._report_state(name)
        while service.state in ("activating", "deactivating") and service.due is None:
            time.sleep(_TICK)  # the main loop detects that it is ready, has ended, or timed out
        if service.state == "failed" or service.due is not None:
            raise UnitError(f"Job for {name} failed: {service.result}.")

    def _running_with(self, name: str) -> list[str]:
        """Return the running services that are stopped with a unit."""
        return [
            other
            for other, service in list(self.services.items())
            if other != name
            and name in service.unit.names(*_BOUND)
            and service.state in ("active", "activating")
        ]

    def _pulled(self, name: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
        if name in seen or find(name) is None:
            return
        for key in _PULLED:
            for other in self.unit(name).names(key):
                if other.endswith(".service"):
                    yield from self._pulled(other, (*seen, name))
        yield name

    def _locked(self, name: str) -> threading.RLock:
        with self._lock:
            return self._locks.setdefault(name, threading.RLock())

    def _boot(self) -> None:
        for name in instances_wanted():
            with suppress(UnitError):
                self.start(full_name(name))
        self._report(json.dumps({"booted": True}))

    def _on_end(self, pid: int, status: int) -> None:
        for name, service in list(self.services.items()):
            if service.ended(pid):
                threading.Thread(target=self._clean_up, args=(name, status), daemon=True).start()

    def _clean_up(self, name: str, status: int) -> None:
        with self._locked(name):
            self.service(name).clean_up(status)
        self._report_state(name)

    def _look(self) -> None:
        now = time.monotonic()
        for name, service in list(self.services.items()):
            with suppress(UnitError):
                service.check_ready()
            if service.due is not None and now >= service.due:
                service.due = None
                threading.Thread(target=self._again, args=(name,), daemon=True).start()
            self._report_state(name)
        for name, due in list(self.timers.items()):
            if now >= due:
                self._elapsed(name, now)

    def _elapsed(self, timer: str, now: float) -> None:
        try:
            self.timers[timer] = self._next(timer, now)
            service = timer.removesuffix(".timer") + ".service"
            unit = self.unit(timer).get("Unit", service, "Timer")
        except UnitError:  # its file was deleted
            self.timers.pop(timer, None)
            return
        threading.Thread(target=self._again, args=(unit,), daemon=True).start()

    def _again(self, name: str) -> None:
        with suppress(UnitError), self._locked(name):
            service = self.service(name)
            if service.state != "active":
                service.start()
        self._report_state(name)

    def _first(self, name: str) -> float:
        unit, now = self.unit(name), time.monotonic()
        first = (
            [now + unit.seconds("OnActiveSec", 0, "Timer")]
            if unit.get("OnActiveSec", section="Timer")
            else []
        )
        first += [
            max(now, self._begun + unit.seconds(key, 0, "Timer"))
            for key in ("OnBootSec", "OnStartupSec")
            if unit.get(key, section="Timer")
        ]
        return min(first, default=self._next(name, now))

    def _next(self, name: str, now: float) -> float:
        unit = self.unit(name)
        for key in ("OnUnitActiveSec", "OnUnitInactiveSec"):
            if unit.get(key, section="Timer"):
                return now + max(0.1, unit.seconds(key, 60, "Timer"))
        return float("inf")

    def _report_state(self, name: str) -> None:
        service = self.services.get(name)
        if service is not None and self._reported.get(name, "inactive") != service.state:
            self._reported[name] = service.state
            self._report(json.dumps({"unit": name, "state": service.state, "why": service.result}))


def order(names: Sequence[str], needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Sort units so that each follows those in its dependencies.

    Example:
        >>> order(["b", "a"], {"b": ["a"]})
        ['a', 'b']
    """
    done: dict[str, None] = {}

    def add(name: str, path: tuple[str, ...]) -> None:
        if name in done or name in path:
            return
        for one in needs.get(name, ()):
            if one in names:
                add(one, (*path, name))
        done[name] = None

    for name in names:
        add(name, ())
    return list(done)
