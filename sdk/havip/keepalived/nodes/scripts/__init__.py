"""Scripts of a node, installed below /etc/keepalived and /etc/havip."""

from __future__ import annotations

from importlib.resources import files

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
MEMBER = "/etc/havip/member"
"""Decides how a server of a database cluster starts, and reports its state to its peers."""
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
    name = "member.py" if path == MEMBER else path.rpartition("/")[2]
    return NodeFile(path=path, content=files(__name__).joinpath(name).read_text(), mode="0755")
