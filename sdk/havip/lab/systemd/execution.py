"""Run the commands of a unit: with its user, its folders and its environment."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from havip.lab.systemd.children import ChildReaper
from havip.lab.systemd.unit_files import CommandLine, Unit, UnitError, command, environment_of

MARK = "HAVIP_LAB_UNIT"
"""Environment variable that identifies the processes of a service, instead of a control group."""
LOGS = Path("/var/log/services")
"""Folder of the services' output."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_FOLDERS = {"Runtime": "/run", "State": "/var/lib", "Logs": "/var/log", "Cache": "/var/cache"}


class Execution:
    """Runs commands of units as children of the service manager.

    Args:
        children: Collects the exit codes.
    """

    def __init__(self, children: ChildReaper) -> None:
        self._children = children

    def make_folders(self, unit: Unit) -> None:
        """Create the folders that a unit asks for.

        Raises:
            UnitError: Its user or group does not exist.
        """
        user, group = _owner(unit)
        for kind, parent in _FOLDERS.items():
            for name in unit.get(f"{kind}Directory").split():
                path = Path(parent, name.partition(":")[0])
                path.mkdir(parents=True, exist_ok=True)
                path.chmod(int(unit.get(f"{kind}DirectoryMode", "0755"), 8))
                os.chown(path, user, group)

    def run(self, unit: Unit, line: str, variables: Mapping[str, str]) -> None:
        """Run a command line of a unit, and wait for it.

        Args:
            unit: The unit.
            line: The command line, with its prefixes.
            variables: Additional environment variables.

        Raises:
            UnitError: It failed, and its failure is not ignored.
        """
        environment = _environment(unit, variables)
        what = command(line, environment)
        if not what.words:
            return
        pid = _spawn(unit, what, environment)
        limit = unit.seconds("TimeoutStartSec", 90)
        status = self._children.wait(pid, time.monotonic() + limit)
        if status and not what.ignored:
            raise UnitError(f"`{' '.join(what.words)[:200]}` {reason(status)}")

    def spawn(self, unit: Unit, line: str, variables: Mapping[str, str]) -> int:
        """Start a command line of a unit, and return the id of its process.

        Raises:
            UnitError: It cannot be started.
        """
        environment = _environment(unit, variables)
        return _spawn(unit, command(line, environment), environment)


def reason(status: int) -> str:
    """Return how a process ended: ``exited with 1``, ``killed by SIGKILL``, ``timed out``."""
    if status == -signal.SIGALRM:
        return "timed out"
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exited with {status}"


def _owner(unit: Unit) -> tuple[int, int]:
    name, group = unit.get("User", "root"), unit.get("Group")
    try:
        user = pwd.getpwnam(name) if not name.isdecimal() else pwd.getpwuid(int(name))
        return user.pw_uid, grp.getgrnam(group).gr_gid if group else user.pw_gid
    except KeyError:
        raise UnitError(f"the user {name!r} or the group {group!r} does not exist") from None


def _environment(unit: Unit, variables: Mapping[str, str]) -> dict[str, str]:
    found = {"PATH": _PATH, "LANG": "C.UTF-8", MARK: unit.name}
    name = unit.get("User")
    if name:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            found |= {"HOME": user.pw_dir, "USER": name, "LOGNAME": name}
    return found | dict(variables) | environment_of(unit)


def _spawn(unit: Unit, what: CommandLine, environment: Mapping[str, str]) -> int:
    if not what.words:
        raise UnitError("its command is empty")
    program = shutil.which(what.words[0], path=environment["PATH"])
    if program is None:
        raise UnitError(f"{what.words[0]} is not installed")
    user, group = (0, 0) if what.privileged else _owner(unit)
    account = pwd.getpwuid(user)
    folder = unit.get("WorkingDirectory", "/").lstrip("-")
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{unit.name}.log").open("ab") as log:
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
                umask=int(unit.get("UMask", "0022"), 8),
                user=user,
                group=group,
                extra_groups=os.getgrouplist(account.pw_name, group),
            )
        except OSError as error:
            raise UnitError(f"{what.words[0]} cannot be started: {error.strerror}") from None
    child.returncode = 0  # only the reaper may wait for it
    files = unit.get("LimitNOFILE").partition(":")[0]
    if files.isdecimal():
        with contextlib.suppress(ValueError, OSError):
            resource.prlimit(child.pid, resource.RLIMIT_NOFILE, (int(files), int(files)))
    return child.pid
