"""The namespaces that a whole lab runs in, and whether this machine can make them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from havip.errors import HavipError

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# If the process that made the lab is killed, the lab is killed with it.
_TIED = ("setpriv", "--pdeathsig", "KILL")
_UNSHARE = "unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private"
# The shell is process 1: it takes up what is orphaned, so that inner namespaces can end.
_AS_FIRST = ("sh", "-c", '"$@"; exit $?', "sh")
_KEPT = ("LANG", "PYTHONPATH", "HAVIP_DEBUG", "COVERAGE_PROCESS_START")
_PACKAGES = {
    "keepalived": "keepalived",
    "haproxy": "haproxy",
    "killall": "psmisc",
    "nft": "nftables",
    "ip": "iproute2",
    "setpriv": "util-linux",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "mariadbd": "mariadb-server",
}


WHY_ROOT = (
    "in a user namespace this machine's files belong to nobody, so keepalived runs none of its "
    "checks, and daemons cannot change their user"
)
"""Measured with keepalived 2.2.7 and its enable_script_security: nodes fail over for a dead node,
and never for a dead service."""


class LabError(HavipError):
    """The lab could not be built, or a run in it did not come to an end."""


class NoEffectError(LabError):
    """A fault cannot hit: its node has no power, or nobody has the role that it names."""


def find(tool: str) -> str | None:
    """Find a program, also where only root's PATH leads."""
    return shutil.which(tool, path=PATH)


def faketime() -> str | None:
    """Return the library that sets the clock of a program, or None."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return str(found[0]) if found else None


def missing(tools: Iterable[str] = ("keepalived", "haproxy", "killall")) -> str | None:
    """Return what a lab on this machine lacks; None if it lacks nothing.

    Args:
        tools: Programs that it needs besides those that make the fabric.
    """
    if sys.platform != "linux":
        return "the lab needs Linux"
    if os.geteuid() != 0:
        return f"the lab needs root: run it with sudo ({WHY_ROOT})"
    needed = ("setpriv", "unshare", "nsenter", "ip", "nft", *tools)
    absent = [tool for tool in needed if not find(tool)]
    if absent:
        packages = sorted({_PACKAGES.get(tool, tool) for tool in absent})
        return f"the lab needs {', '.join(absent)}: apt-get install {' '.join(packages)}"
    bridge = command("ip", "link", "add", "br0", "type", "bridge")
    if subprocess.run(bridge, capture_output=True, check=False).returncode:
        return "the lab needs network namespaces and bridges, which this machine refuses"
    return None


def command(*words: str, tied: bool = True) -> list[str]:
    """Return the command that runs another one inside new namespaces.

    Args:
        words: The other command, with which the namespaces end.
        tied: Whether all of it is killed when the calling process ends.
    """
    return [*(_TIED if tied else ()), *_UNSHARE.split(), *_AS_FIRST, *words]


def environment() -> dict[str, str]:
    """Return the variables of a lab's process: nothing of the user's that may be a secret."""
    kept = {name: value for name in _KEPT if (value := os.environ.get(name)) is not None}
    return {"PATH": PATH, **kept}
