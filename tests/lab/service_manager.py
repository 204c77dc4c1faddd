"""Run a service manager on services that end at any moment, and print what it lost.

Usage: service_manager.py FOLDER ROUNDS. It reaps all children of its process, so it needs one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from unittest import mock

from havip._client.polling import until
from havip.lab.systemd import execution, manager, service
from havip.lab.systemd.manager import Manager
from havip.lab.systemd.unit_files import Unit, UnitError

_SERVICES: dict[str, dict[str, str]] = {
    "false.service": {"ExecStart": "/bin/false"},
    "true.service": {"ExecStart": "/bin/true"},
    "forking.service": {"Type": "forking", "ExecStart": "/bin/sh -c '/bin/true &'"},
    "post.service": {"ExecStart": "/bin/sleep 60", "ExecStartPost": "/bin/false"},
    "fails.service": {
        "ExecStart": "/bin/sleep 60", "ExecReload": "/bin/false", "ExecStop": "/bin/false",
        "KillMode": "process",
    },
    "notify.service": {
        "Type": "notify", "ExecStart": "/bin/sleep 60", "Restart": "always", "RestartSec": "0",
    },
}  # fmt: skip
_ENDED = ("inactive", "failed")


def prepare(folder: Path) -> None:
    """Replace the machine's units and folders, and let threads take turns at any point."""
    units = {
        name: Unit(name, {("Service", key): [value] for key, value in settings.items()})
        for name, settings in _SERVICES.items()
    }
    mark = f"HAVIP_LAB_UNIT_{os.getpid()}"  # other runs have processes of these services, too
    mock.patch.multiple(service, NOTIFY=folder / "notify", MARK=mark, _START_LIMIT=10**6).start()
    mock.patch.multiple(execution, LOGS=folder / "logs", MARK=mark).start()
    mock.patch.multiple(
        manager, load=units.__getitem__, find=lambda name: folder, instances_wanted=list,
        _TICK=0.0002,
    ).start()  # fmt: skip
    sys.setswitchinterval(1e-6)


def starts_and_ends(running: Manager, name: str) -> str:
    """Start a service that ends at once, and return what is wrong then."""
    with suppress(UnitError):
        running.start(name)
    one = running.service(name)
    if not until(lambda: one.state in _ENDED, 5, pause=0.001):
        return f"{name} stays {one.state}"
    return f"{name} is {one.state} and has processes" if list(one.processes()) else ""


def is_restarted(running: Manager, name: str) -> str:
    """Kill a service that is restarted, and return what is wrong then."""
    one = running.service(name)
    if not one.wanted:
        threading.Thread(target=running._again, args=(name,), daemon=True).start()
    if not until(lambda: one.pid > 0, 5, pause=0.001):
        return f"{name} is not started again: {one.state}"
    before = one.pid
    os.kill(before, signal.SIGKILL)
    return "" if until(lambda: one.pid != before, 5, pause=0.001) else f"the end of {name} is lost"


def outlives_failures(running: Manager, name: str) -> str:
    """Reload and stop a service whose commands for it fail, and return what is wrong then."""
    running.start(name)
    one = running.service(name)
    with suppress(UnitError):
        one.reload()
    if one.state != "active" or not one.pid:
        return f"{name} is {one.state} after a reload that failed"
    running.stop(name)
    return f"{name} is {one.state} and has processes" if list(one.processes()) else ""


def main() -> None:
    prepare(Path(sys.argv[1]))
    problems: list[str] = []
    threading.excepthook = lambda given: problems.append(
        "".join(traceback.format_exception(given.exc_value))
    )
    running = Manager(lambda line: None)
    threading.Thread(target=running.run, daemon=True).start()
    for _ in range(int(sys.argv[2])):
        found = [starts_and_ends(running, name) for name in list(_SERVICES)[:-2]]
        found.append(outlives_failures(running, "fails.service"))
        found.append(is_restarted(running, "notify.service"))
        problems += filter(None, found)
        if problems:
            break
    print(json.dumps(problems))
    sys.stdout.flush()
    running.service("notify.service").kill_all(signal.SIGKILL)
    os._exit(0)


main()
