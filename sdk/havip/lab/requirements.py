"""Requirements of the lab: what is missing on this machine, and how to install it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from havip.lab import namespace, nftables


class Requirement(NamedTuple):
    """A requirement of the lab or of one of its features."""

    name: str
    met: bool
    needed: bool
    """True if the lab cannot run without it; otherwise only some features are unavailable."""
    text: str


_TOOLS = (
    ("keepalived", "keepalived", True, "every history"),
    ("haproxy", "haproxy", True, "the pairs"),
    ("killall", "psmisc", True, "keepalived's checks"),
    ("nft", "nftables", True, "the network"),
    ("ip", "iproute2", True, "the network"),
    ("bridge", "iproute2", True, "the network"),
    ("unshare", "util-linux", True, "nodes"),
    ("nsenter", "util-linux", True, "havip lab shell"),
    ("setpriv", "util-linux", True, "nodes"),
    ("nginx", "nginx", False, "havip lab try --with nginx, api-switch"),
    ("etcd", "etcd-server", False, "PostgreSQL clusters"),
    ("mariadbd", "mariadb-server", False, "MariaDB clusters"),
    ("mariabackup", "mariadb-backup", False, "MariaDB clusters"),
    ("socat", "socat", False, "MariaDB clusters"),
    ("ping", "iputils-ping", False, "the lab's own tests"),
    ("iperf3", "iperf3", False, "the lab's own measurements"),
)


def check() -> list[Requirement]:
    """Check all requirements, those of the system first."""
    found = [_system(), _rights()]
    found += [_tool(*one) for one in _TOOLS]
    found.append(_library())
    found.append(_path("postgresql", "/usr/lib/postgresql/*/bin/postgres", "postgresql-15",
                       "PostgreSQL clusters"))  # fmt: skip
    found.append(_path("galera", "/usr/lib/galera/libgalera_smm.so", "galera-4",
                       "MariaDB clusters"))  # fmt: skip
    found.append(
        Requirement(
            "libfaketime", namespace.faketime() is not None, False,
            _detail(namespace.faketime() is not None, "faketime", "the fault clock-jumped"),
        )
    )  # fmt: skip
    if all(one.met for one in found if one.needed):
        reason = namespace.missing()
        detail = reason or "network namespaces and bridges can be created"
        found.append(Requirement("namespaces", reason is None, True, detail))
    return found


def _system() -> Requirement:
    return Requirement("linux", sys.platform == "linux", True, f"this is {sys.platform}")


def _rights() -> Requirement:
    met = os.geteuid() == 0
    detail = "root" if met else f"needs root: run it with sudo ({namespace.WHY_ROOT})"
    return Requirement("rights", met, True, detail)


def _tool(name: str, package: str, needed: bool, purpose: str) -> Requirement:
    met = namespace.find(name) is not None
    return Requirement(name, met, needed, _detail(met, package, purpose))


def _library() -> Requirement:
    reason = nftables.missing()
    return Requirement("libnftables", reason is None, True,
                       _detail(reason is None, "libnftables1", "the network"))  # fmt: skip


def _path(name: str, pattern: str, package: str, purpose: str) -> Requirement:
    met = any(Path("/").glob(pattern.removeprefix("/")))
    return Requirement(name, met, False, _detail(met, package, purpose))


def _detail(met: bool, package: str, purpose: str) -> str:
    return f"for {purpose}" if met else f"needed for {purpose}: apt-get install {package}"
