"""A lab of a stack, as seen by faults, probes and reports."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from havip._client.polling import until
from havip.emulator import EmulatorServer
from havip.keepalived.nodes.setup import NodeFile
from havip.lab.lab import Lab
from havip.lab.namespace import LabError
from havip.lab.services import ServiceSpec
from havip.lab.stack import haproxy_files
from havip.lab.stack.cloud import StackCloud
from havip.lab.stack.data_plane import CLIENT, HAPROXY_FILE, DataPlane
from havip.lab.stack.inventory import InstanceFacts
from havip.lab.topology import KEEPALIVED_CONF, NodeSpec, Topology


class StackLab(Lab):
    """The nodes of an emulator's instances, and a client.

    Attributes:
        plane: The data plane that follows the cloud.
    """

    def __init__(self, api: EmulatorServer, folder: Path, plane: DataPlane) -> None:
        """Create a lab on a data plane.

        Args:
            api: The emulator.
            folder: The folder for the client's record.
            plane: The data plane.
        """
        self.plane = plane
        self.machines = plane.nodes
        super().__init__(
            folder,
            cloud=StackCloud(api.cloud, plane),
            events=plane.events,
            logs=plane.logs,
            fabric=plane.fabric,
            nodes=plane.nodes,
            web=plane.web,
            client=plane.client,
            api=api,
        )

    def start(self) -> None:
        """Start to follow the cloud."""
        self.plane.start()

    def crash(self, name: str) -> None:
        """Power off a node."""
        self.plane.crash(name)

    def boot(self, name: str) -> None:
        """Boot a node again from its disk, and start its enabled units."""
        self.plane.boot(name)

    def close(self) -> None:
        """Power off all machines."""
        self.plane.close()

    @property
    def topology(self) -> Topology:
        """The stack in the form of a topology: one address, and the nodes that may hold it."""
        main = self.plane.main
        owners = [self._owner(one) for one in main.members] if main else []
        members = {name for one in owners if (name := self.plane.node_of(one)) is not None}
        nodes = {
            name: NodeSpec.model_construct(
                address=facts.nics[0].address,
                files=self._files(name),
                commands=[],
                services=self._services(name),
                holds=not members or name in members,
                interface="eth0",
                megabytes=2048,
                timeout=self.plane.timeout,
            )
            for name, facts in self._machines().items()
        }
        return Topology.model_construct(
            address=main.address if main else "",
            havip=main.address if main else "",
            members=sorted(members),
            secondary="",
            subnet=str(main.subnet) if main else "0.0.0.0/0",
            nodes=nodes,
            web={},
            port=self.port,
            rows=None,
            client=CLIENT,
            delay=self.fabric.delay,
            api=True,
            clocks=False,
            stack=True,
            timeout=20.0,
        )

    @property
    def port(self) -> int:
        """The port on which nodes serve pages; 0 if none."""
        for name in self.nodes:
            if "haproxy" in self._started(name):
                return haproxy_files.served_port(self._haproxy_file(name)) or 80
            if "nginx" in self._started(name):
                return 80
        return 0

    def spec(self, name: str) -> NodeSpec:
        """Return the specification of a node.

        Raises:
            LabError: The node does not exist.
        """
        self.plane.instance_of(name)
        return self.topology.nodes[name]

    def replace(self, name: str) -> None:
        """Raise an error: in a lab of a stack, instances are replaced by updating the stack.

        Raises:
            LabError: Always.
        """
        raise LabError(f"{name} cannot be replaced by a fault: update the stack instead")

    def wait_started(self, seconds: float) -> None:
        """Wait until the set-up of every node has finished or failed."""
        wait_settled(self, seconds)

    def start_service(self, name: str, service: str) -> None:
        """Start a service of a node."""
        self.machines[name].order("start", "--no-block", service)

    def delivered_to(self) -> str | None:
        """Return the node that the network delivers the address to."""
        main = self.plane.main
        return self.fabric.holder(main.address, main.vpc) if main else None

    def holder(self) -> str | None:
        """Return the node that holds the address according to the cloud."""
        main = self.plane.main
        return self.plane.node_of(main.holder) if main and main.holder else None

    def tail(self, lines: int = 12) -> str:
        """Return the end of each node's messages."""
        ends = (f"=== {name}\n{node.messages(lines=lines)}" for name, node in self.machines.items())
        return "\n".join(ends)

    def start_probe(self, address: str = "", port: int = 0) -> str:
        """Start the client's requests to an address, fifty a second, and return the URL.

        Raises:
            LabError: There is no address or port to request.
        """
        address = address or (self.plane.main.address if self.plane.main else "")
        port = port or self.port
        if not address or not port or not self.client.running:
            raise LabError("no page is served on the HAVIP: pass ADDRESS:PORT")
        self.probe.stop()
        self.probe.start(address, port)
        return f"{address}:{port}"

    def _files(self, name: str) -> list[NodeFile]:
        """Return the keepalived.conf of a node, for the computation of bounds."""
        node = self.nodes[name]
        with suppress(OSError):
            if node.running:
                content = node.read(KEEPALIVED_CONF)
                return [NodeFile.model_construct(path=KEEPALIVED_CONF, content=content)]
        return []

    def _services(self, name: str) -> dict[str, ServiceSpec]:
        return {one: ServiceSpec(command=(_PROGRAMS.get(one, one),)) for one in self._started(name)}

    def _started(self, name: str) -> list[str]:
        return [one for one in self.machines[name].services if "." not in one]

    def _haproxy_file(self, name: str) -> str:
        node = self.nodes[name]
        with suppress(OSError):
            return node.read(HAPROXY_FILE) if node.running else ""
        return ""

    def _machines(self) -> dict[str, InstanceFacts]:
        found = self.plane.inventory.instances
        return {name: found[instance] for instance, name in list(self.plane.names.items())
                if instance in found and found[instance].nics}  # fmt: skip

    def _owner(self, member: str) -> str:
        if member in self.plane.inventory.instances:
            return member
        return next((facts.id for facts in self.plane.inventory.instances.values()
                     if any(nic.id == member for nic in facts.nics)), "")  # fmt: skip


_PROGRAMS = {"mariadb": "mariadbd", "mysql": "mariadbd", "postgresql": "postgres"}
"""Process names of services, if different."""


def wait_settled(lab: StackLab, seconds: float) -> None:
    """Wait until the set-up of every node has finished or failed.

    Raises:
        LabError: A node took too long.
    """
    if not until(lab.plane.settled, seconds, pause=0.1):
        slow = [name for name, power in lab.plane.power.items() if power == "booting"]
        raise LabError(f"set-up not finished within {seconds:g} s: {', '.join(slow)}")
