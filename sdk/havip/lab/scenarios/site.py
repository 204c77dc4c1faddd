"""A whole site of the lab: the cloud, the network, the nodes from their files, and a client."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Network
from pathlib import Path

from pydantic import BaseModel

from havip.lab.scenarios import probes as probe
from havip.lab.scenarios.cloud import LabCloud
from havip.lab.scenarios.fabric import Fabric
from havip.lab.scenarios.host import Host

PROGRAMS = {
    "haproxy": ("haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"),
    "keepalived": ("keepalived", "--dont-fork", "--log-console", "--log-detail"),
}
"""What a service of a node runs, since there is no systemd in a lab."""


class File(BaseModel):
    """A file of a node."""

    path: str
    content: str
    mode: str = "0644"


class Plan(BaseModel):
    """What a site is made of, as plain data, so that any stack can write it."""

    vip: str
    """The address that the nodes hold and the client asks."""
    havip: str = ""
    """The address of the cloud's HAVIP, where it is another one."""
    subnet: str
    nodes: dict[str, list[File]]
    """The files of each node, by its address."""
    prepare: list[list[str]] = []
    """What a package would have done on each node when it was installed."""
    setup: list[list[str]] = []
    """The commands that set a node up, once."""
    services: list[str] = ["haproxy", "keepalived"]
    """What every node starts, in this order."""
    backends: dict[str, int] = {}
    """Web servers to start, by address: the port of each."""
    client: str
    """The address of the machine that asks."""
    rebind_delay: float = 0
    """How many seconds the network takes to move the HAVIP after an announcement."""
    patience: float = 15.0
    """How many seconds the first answer, and that after a failover, may take."""


class Site:
    """A running site: `nodes`, `client` and `backends` are its machines, by address."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        """Make the machines, the network and the files; nothing is started yet."""
        self.plan = plan
        self.folder = folder
        self.cloud = LabCloud(plan.havip or plan.vip, plan.subnet, list(plan.nodes))
        self.fabric = Fabric(self.cloud.announce, rebind_delay=plan.rebind_delay)
        self._hosts: list[Host] = []
        self.nodes = {node: self._node(node) for node in plan.nodes}
        self.backends = {node: self._host("web", node) for node in plan.backends}
        self.client = self._host("client", plan.client)

    def start(self) -> None:
        """Start the web servers, and the services of every node."""
        for address, port in self.plan.backends.items():
            web = self.backends[address]
            web.spawn("web", sys.executable, "-m", "havip.lab.web", str(port), web.name)
        for node in self.nodes.values():
            for service in self.plan.services:
                self.start_service(node, service)

    def reboot(self, node: str) -> Host:
        """Start a node again after a power failure: its disk is as it was left."""
        self.nodes[node] = self._node(node)
        return self.nodes[node]

    def start_service(self, node: Host, service: str) -> None:
        """Start one service of a node, also again."""
        node.spawn(service, *PROGRAMS[service])

    def ask(self, port: int) -> None:
        """Let the client ask the HAVIP for a page, fifty times a second, until the end."""
        module = ("-m", "havip.lab.scenarios.probes", self.plan.vip, str(port), str(self._record))
        self.client.spawn("probe", sys.executable, *module)

    @property
    def tries(self) -> list[probe.Try]:
        """What the client has asked and got so far."""
        return probe.read(self._record)

    def masters(self) -> list[str]:
        """Say which nodes have the HAVIP on their interface."""
        return [node for node in self.nodes if self._has_vip(self.nodes[node])]

    def logs(self) -> str:
        """Give the end of what each service printed, without keepalived's every announcement."""
        parts = []
        for node, host in self.nodes.items():
            for service in self.plan.services:
                lines = host.log(service).splitlines()
                kept = [line for line in lines if "gratuitous ARP" not in line]
                parts.append("\n".join([f"--- {node} {service}", *kept[-12:]]))
        return "\n".join(parts)

    def close(self) -> None:
        """Stop all machines, and the network's agent."""
        for host in reversed(self._hosts):
            host.close()
        self.fabric.close()

    @property
    def _record(self) -> Path:
        return self.folder / "tries"

    def _has_vip(self, node: Host) -> bool:
        if node.closed:
            return False
        return f" {self.plan.vip}/" in node.run("ip", "-4", "-o", "address", "show", "eth0")

    def _node(self, address: str) -> Host:
        node = self._host("node", address)
        for file in self.plan.nodes[address]:
            node.write(file.path, file.content, int(file.mode, 8))
        return node

    def _host(self, kind: str, address: str) -> Host:
        name = f"{kind}-{address.rpartition('.')[2]}"
        host = Host(name, self.folder, own_tmp=kind == "node")
        self._hosts.append(host)
        prefix = IPv4Network(self.plan.subnet).prefixlen
        self.fabric.attach(host, address, prefix, self.cloud.instances.get(address, ""))
        return host


@contextmanager
def site(plan: Plan, folder: Path) -> Iterator[Site]:
    """Make a site, with its disks and logs in a folder, and stop it whatever happens."""
    made = Site(plan, folder)
    try:
        yield made
    finally:
        made.close()


def election_bound(advert_int: float, priority: int) -> float:
    """Compute when a backup takes over from a master that fell silent, in seconds (VRRP 2).

    Example:
        >>> election_bound(1, 80)
        3.6875
    """
    return 3 * advert_int + (256 - priority) / 256
