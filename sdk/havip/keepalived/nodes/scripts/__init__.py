"""Scripts of a node, installed below /etc/keepalived and /etc/havip."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from havip.keepalived.nodes.setup import NodeFile

HOME = "/etc/keepalived"
NOTIFY_LOG = f"{HOME}/notify-log.sh"
"""Logs state changes; for ``notify``."""
NOTIFY_HOOK = f"{HOME}/notify-hook.sh"
"""Runs the executables in /etc/keepalived/hooks.d; for ``notify``."""
NOTIFY_SWITCH = f"{HOME}/notify-switch.sh"
"""Moves an ordinary address by an API call, without a HAVIP; for ``notify``."""
GALERA_CHECK = f"{HOME}/galera-check.sh"
"""Health check: whether a MariaDB server is synced with its Galera cluster."""
PREPARE_NODE = f"{HOME}/prepare-node.sh"
"""Keeps networkd, NetworkManager and SELinux from interfering with keepalived."""


def script(path: str) -> NodeFile:
    """Return a script as a file of a node, writable only by root.

    Args:
        path: The installation path, one of the constants of this module.

    Example:
        >>> script(NOTIFY_LOG).mode
        '0755'
    """
    name = path.rpartition("/")[2]
    return NodeFile(path=path, content=files(__name__).joinpath(name).read_text(), mode="0755")


def cluster_member(engine: Literal["galera", "etcd"]) -> tuple[NodeFile, ...]:
    """Return the command of a database cluster's machine, ``/etc/havip/member``, and its modules.

    It decides how a server starts, and reports the state of the machine to its peers.

    Args:
        engine: The engine with the quorum.
    """
    first, *others = {"galera": ("galera",), "etcd": ("postgresql", "etcd")}[engine]
    source = files(f"{__name__}.cluster")
    modules = [f"{name}.py" for name in ("__init__", "member", first, *others)]
    return (
        NodeFile(path="/etc/havip/member", content=_COMMAND.format(module=first), mode="0755"),
        *(
            NodeFile(path=f"/etc/havip/cluster/{name}", content=source.joinpath(name).read_text())
            for name in modules
        ),
    )


_COMMAND = """\
#!/usr/bin/python3
import sys

sys.dont_write_bytecode = True

from cluster.{module} import main

main()
"""
