"""A lab of a topology: the cloud, the network, its nodes, and a client."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

from havip.emulator import EmulatorServer
from havip.lab import web
from havip.lab.cloud import REGION, TopologyCloud
from havip.lab.events import EventLog
from havip.lab.fabric import METADATA, Fabric
from havip.lab.lab import API_PORT, Lab
from havip.lab.logs import LogCollector
from havip.lab.metadata import HOST_NAME, MetadataServer
from havip.lab.namespace import faketime
from havip.lab.node import Node
from havip.lab.services import ServiceSpec
from havip.lab.topology import Topology

_STARTED = "Startup complete"
_QUIET = ("gratuitous ARP", "Sending/queueing")


class TopologyLab(Lab):
    """The nodes of a topology, which exist as long as the lab."""

    def __init__(self, topology: Topology, folder: Path) -> None:
        """Build the cloud and the network; `start` starts the nodes.

        Args:
            topology: The topology.
            folder: The folder for disks and logs.
        """
        events, logs = EventLog(), LogCollector()
        self._topology = topology
        self.subnet_cloud = cloud = TopologyCloud(
            topology.subnet,
            {name: one.address for name, one in topology.nodes.items()},
            havip=topology.havip or "",
            members=topology.members or (),
            secondary=(topology.address, topology.secondary) if topology.secondary else None,
        )
        hosts = {**{name: one.address for name, one in topology.nodes.items()}, HOST_NAME: METADATA}

        def machine(name: str, megabytes: int = 256) -> Node:
            return Node(name, folder, events=events, logs=logs, hosts=hosts, megabytes=megabytes)

        super().__init__(
            folder,
            cloud=cloud,
            events=events,
            logs=logs,
            fabric=Fabric(cloud.announce, events, delay=topology.delay),
            nodes={name: machine(name, one.megabytes) for name, one in topology.nodes.items()},
            web={name: machine(name) for name in topology.web},
            client=machine("client"),
        )
        self.fabric.add_network(gateways=[topology.gateway])
        self._metadata: MetadataServer | None = None
        for name, node in self.nodes.items():
            node.on_line("keepalived", events.keepalived_reader(name))
        if topology.secondary:
            cloud.on_change(self._follow)

    @property
    def topology(self) -> Topology:
        """The topology."""
        return self._topology

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
                      self.topology.timeout)  # fmt: skip
        with ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(self.set_up, one) for one in self.nodes if one != first]:
                future.result()

    def set_up(self, name: str) -> None:
        """Run the set-up commands of a node, and start its services."""
        spec, node = self.spec(name), self.nodes[name]
        for command in spec.commands:
            node.run(*command, seconds=spec.timeout)
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

    def replace(self, name: str) -> None:
        """Replace a node by a new machine that has only the files of the topology."""
        node = self.nodes[name]
        node.crash()
        node.wipe()
        self._boot(name)
        self.set_up(name)

    def delivered_to(self) -> str | None:
        """Return the node that the network delivers the address to."""
        return self.fabric.holder(self.topology.address)

    def holder(self) -> str | None:
        """Return the node that holds the address according to the cloud."""
        if self.subnet_cloud.havip_id:
            return self.subnet_cloud.holder()
        return self.subnet_cloud.place_of(self.topology.address)

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
        near = IPv4Address(address) in self.subnet_cloud.subnet
        self.fabric.attach(
            node,
            address,
            self.subnet_cloud.subnet.prefixlen if near else 32,
            sender=self.subnet_cloud.instances.get(name, ""),
            gateway=topology.gateway,
            interface=spec.interface if spec else "eth0",
        )
        if topology.secondary:
            self._follow()

    def _serve(self) -> None:
        self.fabric.attach_lab()
        addresses = {self.topology.nodes[one].address: instance
                     for one, instance in self.subnet_cloud.instances.items()}  # fmt: skip
        self._metadata = MetadataServer(METADATA, addresses, region=REGION)
        self.api = EmulatorServer(
            self.cloud.cloud, host=METADATA, port=API_PORT, verify="none"
        ).start()

    def _follow(self) -> None:
        """Route the ordinary address to the port where the API has assigned it."""
        address = self.topology.address
        node = self.subnet_cloud.place_of(address)
        if node and node in self.fabric.nodes() and self.fabric.holder(address) != node:
            self.fabric.place(address, self.fabric.port(node))
            self.events.add("rebind", node, address, "moved by the API")


@contextmanager
def running(topology: Topology, folder: Path) -> Iterator[TopologyLab]:
    """Build a lab, and close it afterwards; the caller starts it."""
    lab = TopologyLab(topology, folder)
    try:
        yield lab
    finally:
        lab.close()
