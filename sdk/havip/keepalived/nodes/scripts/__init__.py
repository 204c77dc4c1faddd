"""The scripts of a node, as they are installed below /etc/keepalived and /etc/havip."""

from __future__ import annotations

from importlib.resources import files

from havip.keepalived.nodes.setup import NodeFile

HOME = "/etc/keepalived"
NOTIFY_LOG = f"{HOME}/notify-log.sh"
"""Logs a change of state; for ``notify``."""
NOTIFY_HOOK = f"{HOME}/notify-hook.sh"
"""Runs the executables of /etc/keepalived/hooks.d; for ``notify``."""
NOTIFY_SWITCH = f"{HOME}/notify-switch.sh"
"""Brings an ordinary address by an API call, where there is no HAVIP; for ``notify``."""
GALERA_CHECK = f"{HOME}/galera-check.sh"
"""Asks a MariaDB server whether it is in step with its Galera cluster; a health check."""
MEMBER = "/etc/havip/member"
"""Decides how a server of a database cluster starts, and tells its peers what it has."""
PREPARE_NODE = f"{HOME}/prepare-node.sh"
"""Has networkd, NetworkManager and SELinux leave keepalived's addresses and checks alone."""


def script(path: str) -> NodeFile:
    """Return a script as a file of a node: owned by root, who alone may change it.

    Args:
        path: Where it is installed, one of the constants of this module.

    Example:
        >>> script(NOTIFY_LOG).mode
        '0755'
    """
    name = "member.py" if path == MEMBER else path.rpartition("/")[2]
    return NodeFile(path=path, content=files(__name__).joinpath(name).read_text(), mode="0755")
