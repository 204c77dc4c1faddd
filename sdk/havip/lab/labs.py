"""Registry of the labs on this machine: their folders, and how to stop them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from havip import _files
from havip.lab.namespace import LabError

_FILE = "lab.json"
_PATIENCE = 10.0
_UNNAMED = "run-"


@dataclass(frozen=True)
class LabFolder:
    """Folder of a lab; it exists until the lab stops or is taken down.

    Attributes:
        name: The name of the lab.
        path: The folder, with logs, disks, and the control socket.
        pid: The process that owns the lab.
        started: Start time of that process in clock ticks, to detect a reused process id.
        about: A description.
    """

    name: str
    path: Path
    pid: int
    started: int
    about: str

    @property
    def alive(self) -> bool:
        """True if its process is still running."""
        return self.pid != 0 and _started(self.pid) == self.started

    @property
    def control(self) -> Path:
        """Path of the control socket of a running lab."""
        return self.path / "control"


def base() -> Path:
    """Return the folder of all labs of this user, which other users cannot enter.

    Raises:
        LabError: It belongs to another user.
    """
    parent = Path("/run") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    path = parent / ("havip-lab" if os.geteuid() == 0 else f"havip-lab-{os.geteuid()}")
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    about = path.lstat()
    if about.st_uid != os.geteuid() or path.is_symlink():
        raise LabError(f"{path} belongs to another user: remove it, it is the folder of your labs")
    return path


@contextmanager
def folder(name: str = "", about: str = "") -> Iterator[Path]:
    """Create the folder of a lab owned by this process, and remove it at the end.

    Args:
        name: The name of the lab; by default an unused one.
        about: A description for lists.

    Raises:
        LabError: A lab with this name is running.
    """
    path = claim(name, os.getpid(), about)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def claim(name: str, pid: int, about: str = "") -> Path:
    """Create the folder of a lab for a process; replace that of a lab whose process is gone."""
    if name:
        before = next((one for one in labs() if one.name == name), None)
        if before is not None and before.alive:
            raise LabError(
                f"a lab called {name} is running: run havip lab down {name}, or use another --name"
            )
        if before is not None:
            shutil.rmtree(before.path, ignore_errors=True)
        path = base() / name
        path.mkdir(mode=0o700)
    else:
        for one in labs():
            # A killed command leaves its folder behind, but no namespaces.
            if one.name.startswith(_UNNAMED) and one.pid and not one.alive:
                shutil.rmtree(one.path, ignore_errors=True)
        path = Path(tempfile.mkdtemp(prefix=_UNNAMED, dir=base()))
    own(path, pid, about)
    return path


def own(path: Path, pid: int, about: str) -> None:
    """Record the process that owns a lab."""
    data = {"pid": pid, "started": _started(pid), "about": about}
    _files.write(path / _FILE, json.dumps(data))


def labs() -> list[LabFolder]:
    """Return all labs of this user, including those whose process is gone."""
    return [_read(path) for path in sorted(base().iterdir()) if path.is_dir()]


def find(name: str) -> LabFolder:
    """Return the running lab with a name, or the only one.

    Raises:
        LabError: No lab is running, or several are and none was named.
    """
    running = [one for one in labs() if one.alive and one.control.exists()]
    if name:
        running = [one for one in running if one.name == name]
    if not running:
        raise LabError(
            f"no lab{f' called {name}' if name else ''} is running: start one with havip lab up"
        )
    if len(running) > 1:
        names = ", ".join(one.name for one in running)
        raise LabError(f"several labs are running ({names}): choose one with --lab")
    return running[0]


def take_down(lab: LabFolder) -> None:
    """Stop a lab in any state, and remove its folder.

    The kernel removes its namespaces, with everything in them, when its process is gone.
    """
    if lab.alive:
        from havip._client.polling import until

        with suppress(ProcessLookupError):
            os.kill(lab.pid, signal.SIGKILL)
        until(lambda: not lab.alive, _PATIENCE, pause=0.01)
    shutil.rmtree(lab.path, ignore_errors=True)


def _read(path: Path) -> LabFolder:
    try:
        data = json.loads((path / _FILE).read_text())
        return LabFolder(path.name, path, int(data["pid"]), int(data["started"]), data["about"])
    except (OSError, ValueError, KeyError, TypeError):
        return LabFolder(path.name, path, 0, 0, "its description cannot be read")


def _started(pid: int) -> int:
    """Return the start time of a process in clock ticks since boot; -1 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return -1
    return -1 if fields[0] in ("Z", "X") else int(fields[19])
