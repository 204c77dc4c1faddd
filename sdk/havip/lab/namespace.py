"""Namespaces of a lab, and whether this machine can create them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from havip.errors import HavipError

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Kill the lab if the process that created it is killed.
_TIED = ("setpriv", "--pdeathsig", "KILL")
_UNSHARE = "unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private"
# The shell is process 1: it reaps orphans, so that inner namespaces can end.
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
    "in a user namespace this machine's files are owned by nobody, so keepalived runs none of its "
    "checks, and daemons cannot change their user"
)
"""Measured with keepalived 2.2.7 and enable_script_security: nodes fail over when a node dies,
but not when a service dies."""


class LabError(HavipError):
    """A lab could not be built, or a run failed."""


class NoEffectError(LabError):
    """A fault cannot take effect: its node is powered off, or no node has the role."""


def find(tool: str) -> str | None:
    """Return the path of a program, including those only in root's PATH, or None."""
    return shutil.which(tool, path=PATH)


def faketime() -> str | None:
    """Return the path of the libfaketime library, or None."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return str(found[0]) if found else None


def missing(tools: Iterable[str] = ("keepalived", "haproxy", "killall")) -> str | None:
    """Return what this machine lacks for a lab, or None.

    Args:
        tools: Programs needed in addition to those of the fabric.
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
        return "the lab needs network namespaces and bridges, which this machine does not allow"
    return None


def command(*words: str, tied: bool = True) -> list[str]:
    """Return a command prefixed so that it runs inside new namespaces.

    Args:
        words: The command; the namespaces end with it.
        tied: Whether everything is killed when the calling process ends.
    """
    return [*(_TIED if tied else ()), *_UNSHARE.split(), *_AS_FIRST, *words]


def environment() -> dict[str, str]:
    """Return the environment of a lab's process, without variables that may be secret."""
    kept = {name: value for name in _KEPT if (value := os.environ.get(name)) is not None}
    return {"PATH": PATH, **kept}
