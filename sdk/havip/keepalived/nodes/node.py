"""Complete nodes: all files for each machine of a pair behind a HAVIP."""

from __future__ import annotations

from collections.abc import Mapping

from havip.keepalived.config.model import Config
from havip.keepalived.config.render import render
from havip.keepalived.nodes.haproxy import Haproxy, render_haproxy
from havip.keepalived.nodes.scripts import HOME, PREPARE_NODE, script
from havip.keepalived.nodes.setup import NodeFile, NodeSetup

CONFIG = f"{HOME}/keepalived.conf"


def keepalived_file(config: Config) -> NodeFile:
    """Return the keepalived.conf of a node as a file readable only by root."""
    return NodeFile(path=CONFIG, content=render(config), mode="0600", secret=True)


_RESTART = """\
[Unit]
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=2
"""


def restart_file(service: str) -> NodeFile:
    """Return a systemd drop-in that restarts a service without limit."""
    return NodeFile(path=f"/etc/systemd/system/{service}.service.d/havip.conf", content=_RESTART)


def prepare_command(config: Config) -> tuple[str, ...]:
    """Return the command that prepares a node's operating system for keepalived's interface."""
    nic = next((one.interface for one in config.vrrp_instance if one.interface), "eth0")
    return (PREPARE_NODE, nic)


def lb_nodes(configs: Mapping[str, Config], haproxy: Haproxy) -> dict[str, NodeSetup]:
    """Build the set-up of every node of a load balancer pair.

    It uses cloud-init, on Debian 12, Ubuntu 22.04 and 24.04, and RHEL 9 and its derivatives
    (TencentOS Server, Rocky, Alma), which have the same package and service names.

    Args:
        configs: The configurations by node address, as returned by `lb_pair`.
        haproxy: The haproxy configuration of all nodes.

    Returns:
        The set-ups by node address.

    Example:
        >>> from havip.keepalived import lb_pair
        >>> from havip.keepalived.nodes.haproxy import Server, Service
        >>> pair = lb_pair("10.0.0.2", ["10.0.0.3", "10.0.0.4"], auth_pass="f7Kq2xZ9")
        >>> web = Service(name="web", port=80, servers=(Server(name="w1", address="10.0.0.9"),))
        >>> setup = lb_nodes(pair, Haproxy(services=(web,)))["10.0.0.3"]
        >>> [file.path.rpartition("/")[2] for file in setup.files]
        ['keepalived.conf', 'haproxy.cfg', 'prepare-node.sh', 'havip.conf', 'havip.conf']
    """
    balancer = NodeFile(path="/etc/haproxy/haproxy.cfg", content=render_haproxy(haproxy))
    return {
        node: NodeSetup(
            packages=("keepalived", "haproxy", "psmisc", "curl"),
            files=(
                keepalived_file(config),
                balancer,
                script(PREPARE_NODE),
                restart_file("keepalived"),
                restart_file("haproxy"),
            ),
            commands=(prepare_command(config),),
            services=("haproxy", "keepalived"),
        )
        for node, config in configs.items()
    }
