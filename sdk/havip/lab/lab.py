"""A running lab: the cloud, the network, the nodes of a topology, and a client."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

from havip.emulator import EmulatorServer
from havip.lab import web
from havip.lab.cloud import REGION, LabCloud
from havip.lab.events import EventLog
from havip.lab.fabric import METADATA, Fabric
from havip.lab.logs import LogCollector
from havip.lab.metadata import HOST_NAME, MetadataServer
from havip.lab.namespace import LabError, NoEffectError, faketime
from havip.lab.node import Node
from havip.lab.probes import AddressProbe
from havip.lab.services import ServiceSpec
from havip.lab.topology import NodeSpec, Topology

API_PORT = 8765
ROLES = ("master", "backup", "other")
"""Role names, which are resolved to the nodes that currently have them."""
CALM = 1.0
"""Seconds granted for consequences that should follow immediately."""
_STATE = re.compile(r"\((\S+)\) (?:Entering (MASTER|BACKUP|FAULT) STATE|(.*Entering FAULT))")
_TELLING = re.compile(r"Line \d+\)|ALERT|rror|nknown|nable to|annot|denied|failed|refused")
_DATE = re.compile(r"^\w{3} \w{3} +\d+ [\d:]+ \d{4}: ")
_STARTED = "Startup complete"
_BARE = "exited with permanent error"
"""Final message of keepalived, after the one that has the reason."""
_QUIET = ("gratuitous ARP", "Sending/queueing")


class Lab:
    """A lab that runs in the namespaces of this process.

    Attributes:
        topology: The topology.
        folder: The folder of disks and logs.
        events: The event log.
        cloud: The emulator.
        fabric: The network.
        nodes: The nodes by name, without web servers and client.
        web: The web servers by name.
        client: The machine that sends requests.
        api: The API server for the nodes, if the topology needs one.
    """

    def __init__(self, topology: Topology, folder: Path) -> None:
        """Build the cloud and the network; `start` starts the nodes."""
        self.topology = topology
        self.folder = folder
        self.events = EventLog()
        self.logs = LogCollector()
        self.cloud = LabCloud(
            topology.subnet,
            {name: one.address for name, one in topology.nodes.items()},
            havip=topology.havip or "",
            members=topology.members or (),
            secondary=(topology.address, topology.secondary) if topology.secondary else None,
        )
        self.fabric = Fabric(self.cloud.announce, self.events, delay=topology.delay)
        self.fabric.add_network(gateways=[topology.gateway])
        self._hosts = {**{name: one.address for name, one in topology.nodes.items()},
                       HOST_NAME: METADATA}  # fmt: skip
        self.nodes = {name: self._node(name, one.megabytes) for name, one in topology.nodes.items()}
        self.web = {name: self._node(name) for name in topology.web}
        self.client = self._node("client")
        self.probe = AddressProbe(self.client, folder / "answers")
        self.api: EmulatorServer | None = None
        self._metadata: MetadataServer | None = None
        for name, node in self.nodes.items():
            node.on_line("keepalived", self._on_keepalived(name))
        if topology.secondary:
            self.cloud.on_change(self._follow)

    def start(self) -> None:
        """Start every node, write its files, set it up, and start its services.

        Raises:
            LabError: A node, a command or a service did not start; the message has the log.
        """
        if self.topology.api:
            self._serve()
        with ThreadPoolExecutor(8) as pool:
            waiting = [pool.submit(self._boot, name) for name in self.topology.nodes]
            waiting += [pool.submit(self._start_web, name) for name in self.topology.web]
            self.client.start()
            self._connect("client")
            for one in waiting:
                one.result()
        first = self.topology.first
        if first:
            self.set_up(first)
            self.wait(f"{first} holding the address", lambda: self.masters() == [first],
                      self.topology.patience)  # fmt: skip
        with ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(self.set_up, one) for one in self.nodes if one != first]:
                future.result()

    def set_up(self, name: str) -> None:
        """Run the set-up commands of a node, and start its services."""
        spec, node = self.spec(name), self.nodes[name]
        for command in spec.commands:
            node.run(*command, seconds=spec.patience)
        self.start_services(name)

    def start_services(self, name: str) -> None:
        """Start the services of a node, as when it boots."""
        node = self.nodes[name]
        if self.topology.clocks:
            node.write("/run/clock", "+0\n")
        if self.spec(name).page:
            port = str(self.topology.port)
            node.spawn("page", sys.executable, str(web.__file__), port, name, "header")
        for service in self.spec(name).services:
            self.start_service(name, service)

    def start_service(self, name: str, service: str) -> None:
        """Start one service of a node."""
        definition = self.spec(name).services[service]
        self.nodes[name].start_service(service, self._with_clock(definition))

    def _with_clock(self, service: ServiceSpec) -> ServiceSpec:
        """Run a service under libfaketime if the topology requires it."""
        if not self.topology.clocks:
            return service
        clock = {
            "LD_PRELOAD": faketime() or "",
            "FAKETIME_TIMESTAMP_FILE": "/run/clock",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return service.model_copy(update={"environment": {**service.environment, **clock}})

    def spec(self, name: str) -> NodeSpec:
        """Return the specification of a node.

        Raises:
            LabError: The node does not exist.
        """
        if name not in self.topology.nodes:
            raise LabError(f"unknown node {name}; known: {', '.join(self.topology.nodes)}")
        return self.topology.nodes[name]

    def crash(self, name: str) -> None:
        """Power off a node."""
        self.nodes[name].crash()

    def boot(self, name: str) -> None:
        """Boot a node again from its disk, and start its services."""
        node = self.nodes[name]
        if not node.running:
            node.start()
            self._connect(name)
            self.start_services(name)

    def boot_all(self, names: Sequence[str]) -> None:
        """Boot several nodes in parallel."""
        with ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(self.boot, name) for name in names]:
                future.result()

    def replace(self, name: str) -> None:
        """Replace a node by a new machine that has only the files of the topology."""
        node = self.nodes[name]
        node.crash()
        node.wipe()
        self._boot(name)
        self.set_up(name)

    def masters(self) -> list[str]:
        """Return the nodes that have the address on an interface."""
        return [one for one in self.nodes if self.topology.address in self.nodes[one].addresses]

    def leads_to(self) -> str | None:
        """Return the node that the network delivers the address to."""
        return self.fabric.holder(self.topology.address)

    def holder(self) -> str | None:
        """Return the node that holds the address according to the cloud."""
        if self.cloud.havip_id:
            return self.cloud.holder()
        return self.cloud.place_of(self.topology.address)

    def resolve(self, name: str) -> str:
        """Return the node that currently has a role.

        Args:
            name: The name of a node; or ``master``, ``backup`` (the first node that could take over
                the address), ``other`` (a node that cannot hold the address).

        Raises:
            LabError: The node does not exist, or no node has the role.
        """
        if name not in ROLES:
            self.spec(name)
            return name
        holders, now = self.topology.holders, self.leads_to()
        found = {
            "master": [one for one in holders if one == now] or self.masters(),
            "backup": [one for one in holders if one != now and one not in self.masters()]
            or [one for one in holders if one != now],
            "other": [one for one in self.nodes if one not in holders],
        }[name]
        if not found:
            raise NoEffectError(f"no node currently has the role {name}")
        return found[0]

    def wait(self, what: str, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until a condition holds.

        Raises:
            LabError: It did not hold in time; the message has the reasons found in the logs.
        """
        if not self.events.wait(condition, seconds):
            raise self._failure(f"{what} did not happen within {seconds:.0f} s")

    def wait_started(self, seconds: float) -> None:
        """Wait until every keepalived has completed its startup.

        Raises:
            LabError: A service exited, for example because of an invalid configuration file.
        """
        waiting = [one for one in self.nodes if "keepalived" in self.spec(one).services]

        def all_begun() -> bool:
            for event in self.events.find("service"):
                if event.node in self.nodes and event.text.startswith("exited with"):
                    raise self._failure(f"{event.node}: {event.subject} {event.text}", event.node)
            return all(_STARTED in self.nodes[one].log("keepalived") for one in waiting)

        self.wait("the start of every keepalived", all_begun, seconds)

    def _failure(self, what: str, *names: str) -> LabError:
        """Build an error from a message and the reasons found in the logs."""
        reasons = [reason for name in names or self.nodes for reason in self._reasons(name)]
        error = LabError(f"{what}{': ' if reasons else ''}{'; '.join(dict.fromkeys(reasons))}")
        error.add_note(self.tail())
        return error

    def _reasons(self, name: str) -> list[str]:
        """Return the lines of a node's logs that explain a failure."""
        found = []
        for service in self.spec(name).services:
            lines = [_DATE.sub("", one) for one in self.nodes[name].log(service).splitlines()]
            telling = [one for one in lines if _TELLING.search(one) and _BARE not in one]
            found += [f"{name}: {one.strip()}" for one in telling][-2:]
        return found

    def wait_ready(self, seconds: float) -> None:
        """Wait until a node has the address, and briefly for network and cloud to agree.

        Raises:
            LabError: No node took the address; the message has the end of every log.
        """
        self.wait("a node taking the address", lambda: bool(self.masters()), seconds)
        # A network that does not follow is a result to report, not an error.
        self.events.wait(self.agreed, CALM)

    def agreed(self) -> bool:
        """Return whether exactly one node has the address, and network and cloud agree."""
        masters = self.masters()
        return len(masters) == 1 and self.leads_to() == masters[0] and self.holder() == masters[0]

    def tail(self, lines: int = 12) -> str:
        """Return the end of each service's log, without keepalived's lines about every packet."""
        parts = []
        for name, node in self.nodes.items():
            for service in self.spec(name).services:
                kept = [
                    line
                    for line in node.log(service).splitlines()
                    if not any(word in line for word in _QUIET)
                ]
                parts.append("\n".join([f"--- {name} {service}", *kept[-lines:]]))
        return "\n".join(parts)

    def close(self) -> None:
        """Power off all machines, and stop listening."""
        for node in (*self.nodes.values(), *self.web.values(), self.client):
            node.crash()
        if self._metadata is not None:
            self._metadata.close()
        if self.api is not None:
            self.api.stop()
        self.fabric.close()
        self.logs.close()

    def _node(self, name: str, megabytes: int = 256) -> Node:
        return Node(name, self.folder, events=self.events, logs=self.logs, hosts=self._hosts,
                    megabytes=megabytes)  # fmt: skip

    def _boot(self, name: str) -> None:
        node = self.nodes[name]
        node.start()
        self._connect(name)
        for file in self.spec(name).files:
            node.write(file.path, file.content, int(file.mode, 8))

    def _start_web(self, name: str) -> None:
        node = self.web[name]
        node.start()
        self._connect(name)
        port = str(self.topology.web[name].port)
        node.spawn("web", sys.executable, str(web.__file__), port, name)

    def _connect(self, name: str) -> None:
        topology = self.topology
        node = self.nodes.get(name) or self.web.get(name) or self.client
        spec = topology.nodes.get(name)
        place = spec or topology.web.get(name)
        address = place.address if place else topology.client
        near = IPv4Address(address) in self.cloud.subnet
        self.fabric.attach(
            node,
            address,
            self.cloud.subnet.prefixlen if near else 32,
            sender=self.cloud.instances.get(name, ""),
            gateway=topology.gateway,
            interface=spec.interface if spec else "eth0",
        )
        if topology.secondary:
            self._follow()

    def _serve(self) -> None:
        self.fabric.attach_lab()
        addresses = {self.topology.nodes[one].address: instance
                     for one, instance in self.cloud.instances.items()}  # fmt: skip
        self._metadata = MetadataServer(METADATA, addresses, region=REGION)
        self.api = EmulatorServer(
            self.cloud.cloud, host=METADATA, port=API_PORT, verify="none"
        ).start()

    def _follow(self) -> None:
        """Route the ordinary address to the port where the API has assigned it."""
        address = self.topology.address
        node = self.cloud.place_of(address)
        if node and node in self.fabric.nodes() and self.fabric.holder(address) != node:
            self.fabric.place(address, self.fabric.port(node))
            self.events.add("rebind", node, address, "moved by the API")

    def _on_keepalived(self, name: str) -> Callable[[float, str], None]:
        def read(at: float, line: str) -> None:
            found = _STATE.search(line)
            if found:
                state = found[2] or "FAULT"
                self.events.add("state", name, found[1], state, at=at)

        return read


@contextmanager
def running(topology: Topology, folder: Path) -> Iterator[Lab]:
    """Build a lab, and close it afterwards; the caller starts it."""
    lab = Lab(topology, folder)
    try:
        yield lab
    finally:
        lab.close()


def election_bound(advert_int: float, priority: int, *, version: int = 2) -> float:
    """Compute the seconds after which a backup takes over from a silent master.

    Args:
        advert_int: Seconds between two advertisements.
        priority: The priority of the backup.
        version: The VRRP version: in 2 the skew is up to one second, in 3 up to one interval.

    Example:
        >>> election_bound(1, 80)
        3.6875
        >>> round(election_bound(0.2, 80, version=3), 4)
        0.7375
    """
    return 3 * advert_int + skew(advert_int, priority, version=version)


def skew(advert_int: float, priority: int, *, version: int = 2) -> float:
    """Compute the skew time in seconds, by which a higher priority wins an election."""
    return (256 - priority) / 256 * (1 if version == 2 else advert_int)
