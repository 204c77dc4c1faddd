"""Whole nodes: everything that is laid on each machine of a pair behind a HAVIP."""

from __future__ import annotations

from collections.abc import Mapping

from havip.keepalived.config.model import Config
from havip.keepalived.config.render import render
from havip.keepalived.nodes.haproxy import Haproxy, render_haproxy
from havip.keepalived.nodes.scripts import HOME
from havip.keepalived.nodes.setup import NodeFile, NodeSetup

CONFIG = f"{HOME}/keepalived.conf"


def keepalived_file(config: Config) -> NodeFile:
    """Give the keepalived.conf of a node as a file that root alone may read."""
    return NodeFile(path=CONFIG, content=render(config), mode="0600", secret=True)


def lb_nodes(configs: Mapping[str, Config], haproxy: Haproxy) -> dict[str, NodeSetup]:
    """Make the set-up of every node of a load balancer pair.

    Args:
        configs: The configuration of each node, as `lb_pair` makes them.
        haproxy: What all nodes serve.

    Returns:
        The set-ups by node address.

    Example:
        >>> from havip.keepalived import lb_pair
        >>> from havip.keepalived.nodes.haproxy import Server, Service
        >>> pair = lb_pair("10.0.0.2", ["10.0.0.3", "10.0.0.4"], auth_pass="f7Kq2xZ9")
        >>> web = Service(name="web", port=80, servers=(Server(name="w1", address="10.0.0.9"),))
        >>> setup = lb_nodes(pair, Haproxy(services=(web,)))["10.0.0.3"]
        >>> [file.path.rpartition("/")[2] for file in setup.files]
        ['keepalived.conf', 'haproxy.cfg']
    """
    balancer = NodeFile(path="/etc/haproxy/haproxy.cfg", content=render_haproxy(haproxy))
    return {
        node: NodeSetup(
            packages=("keepalived", "haproxy", "psmisc"),
            files=(keepalived_file(config), balancer),
            services=("haproxy", "keepalived"),
        )
        for node, config in configs.items()
    }
