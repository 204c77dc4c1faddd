"""Run the instances of an emulator as nodes, in sync with the cloud."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from havip.emulator import EmulatorServer
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.holders import Announcement, Reason
from havip.errors import HavipError
from havip.lab import web
from havip.lab.events import EventLog
from havip.lab.fabric import METADATA, Fabric
from havip.lab.lab import API_PORT
from havip.lab.logs import LogCollector
from havip.lab.metadata import HOST_NAME, MetadataServer
from havip.lab.namespace import LabError
from havip.lab.node import Node
from havip.lab.stack import haproxy_files, inventory, user_data
from havip.lab.stack.eips import INTERNET, Eips
from havip.lab.stack.inventory import HaVipMembership, InstanceFacts, Inventory
from havip.lab.stack.machine import Machine
from havip.lab.stack.user_data import UserData

HAPROXY_FILE = "/etc/haproxy/haproxy.cfg"
CLIENT = str(IPv4Network(INTERNET)[2])
"""Address of the client on the lab's internet."""
_TICK = 0.2
_MOST_STAND_INS = 16


class DataPlane:
    """Data plane of an emulator.

    Attributes:
        inventory: The latest snapshot of the cloud.
        fabric: The network.
        nodes: The nodes of the instances, by name.
        web: Web servers that stand in for servers outside of the stack.
        client: The machine that sends requests.
        power: ``booting``, ``ready``, ``failed``, ``stopped`` or ``off``, by node name.
        problems: The reasons for failed set-ups, one line each, by node name.
        stand_ins: Address and port of each server in `web`.
    """

    def __init__(
        self,
        api: EmulatorServer,
        folder: Path,
        *,
        stand_ins: bool = True,
        timeout: float = 300,
    ) -> None:
        """Build an empty data plane; `start` begins to follow the cloud.

        Args:
            api: The emulator.
            folder: The folder for disks and logs.
            stand_ins: Whether web servers stand in for haproxy servers outside of the stack.
            timeout: Timeout in seconds for the user data of a node.
        """
        self.folder = folder
        self._emulator = api.cloud
        self.events = EventLog()
        self.logs = LogCollector()
        self.fabric = Fabric(self._decide, self.events)
        self.nodes: dict[str, Machine] = {}
        self.web: dict[str, Node] = {}
        self.client = self._node("client")
        self.power: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self.stand_ins: list[tuple[str, int]] = []
        self.inventory = Inventory({}, {}, {}, (), ())
        self._with_stand_ins, self._stand_in_lock = stand_ins, threading.Lock()
        self.timeout = timeout
        self.names: dict[str, str] = {}
        self._gateways: set[tuple[str, str]] = set()
        self._hosts = {HOST_NAME: METADATA}
        self._instances: dict[str, str] = {}
        self._eips = Eips(self.fabric.mark)
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="boot")
        self._changed = threading.Event()
        self._closing = False
        self._client_vpc = ""
        self._served: MetadataServer | None = None
        self._inner: EmulatorServer | None = None
        self._broken = ""

    def start(self) -> None:
        """Start a thread that follows the cloud."""
        self._emulator.on_commit = lambda _: self._changed.set()
        self._changed.set()
        threading.Thread(target=self._follow_cloud, name="follow", daemon=True).start()

    @property
    def main(self) -> HaVipMembership | None:
        """The HAVIP that faults and probes use: the first with a range, or else the first."""
        havips = [one for one in self.inventory.havips if one.members] or self.inventory.havips
        return next(iter(havips), None)

    def instance_of(self, node: str) -> str:
        """Return the id of a node's instance.

        Raises:
            LabError: The node does not exist.
        """
        for instance, name in self.names.items():
            if name == node and instance in self.inventory.instances:
                return instance
        raise LabError(f"unknown node {node}; known: {', '.join(self.nodes) or 'none'}")

    def node_of(self, instance: str) -> str | None:
        """Return the node of an instance."""
        return self.names.get(instance)

    def crash(self, name: str) -> None:
        """Power off a node."""
        self.power[name] = "off"
        self.nodes[name].crash()

    def boot(self, name: str) -> None:
        """Boot a node again from its disk, and start its enabled units."""
        if not self.nodes[name].running:
            self._boot_instance(self.inventory.instances[self.instance_of(name)])
            if name in self.problems:
                raise LabError(f"{name}: {self.problems[name]}")

    def settled(self) -> bool:
        """Return whether the set-up of every running instance has finished or failed."""
        running = [
            one for one in self.inventory.instances.values() if one.state in ("RUNNING", "PENDING")
        ]
        return all(self.power.get(self.names.get(one.id, "")) in ("ready", "failed", "off")
                   for one in running)  # fmt: skip

    def close(self) -> None:
        """Power off all machines, and stop following the cloud."""
        self._closing = True
        self._changed.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for node in (*self.nodes.values(), *self.web.values(), self.client):
            node.crash()
        if self._served is not None:
            self._served.close()
        if self._inner is not None:
            self._inner.stop()
        self.fabric.close()
        self.logs.close()

    def _follow_cloud(self) -> None:
        while not self._closing:
            self._changed.wait(_TICK)
            self._changed.clear()
            try:
                self._look()
                self._broken = ""
            except (HavipError, OSError) as error:
                if str(error) != self._broken:  # report a repeated error once
                    self._broken = str(error)
                    self.events.add("note", text=f"the data plane cannot follow: {error}")

    def _look(self) -> None:
        self.inventory = found = inventory.read(self._emulator)
        for vpc in found.vpcs:
            self._add_network(vpc, found.gateways[vpc])
        for facts in found.instances.values():
            self._follow_instance(facts)
        for instance in [one for one in self.names if one not in found.instances]:
            self._forget(instance)
        self._follow_addresses(found)
        self._connect_client()
        self._eips.set([one for one in found.eips if one.vpc in found.vpcs])

    def _add_network(self, vpc: str, gateways: tuple[str, ...]) -> None:
        if vpc not in self.fabric.networks:
            self.fabric.add_network(vpc)
        for gateway in gateways:
            if (vpc, gateway) not in self._gateways:
                self._gateways.add((vpc, gateway))
                self.fabric.add_gateway(vpc, gateway)

    def _follow_instance(self, facts: InstanceFacts) -> None:
        name = self.names.get(facts.id)
        if name is None:
            if facts.state == "RUNNING" and facts.nics:
                self._add(facts)
            return
        off = facts.state in ("STOPPED", "SHUTDOWN", "TERMINATING")
        if off and self.nodes[name].running:
            self.crash(name)
            self.power[name] = "stopped"
        elif facts.state == "RUNNING" and self.power[name] == "stopped":
            self.power[name] = "booting"
            self._pool.submit(self._boot_instance, facts)

    def _add(self, facts: InstanceFacts) -> None:
        name = inventory.node_name(facts.name, facts.id, self.nodes)
        self.names[facts.id] = name
        self.power[name] = "booting"
        for nic in facts.nics:
            self._end_stand_in(nic.address)
        self._instances.update({nic.address: facts.id for nic in facts.nics})
        node = Machine(name, self.folder, events=self.events, logs=self.logs, hosts=self._hosts)
        node.prepare(self.events.keepalived_reader(name))
        self.nodes[name] = node
        self._serve_nodes(facts)
        self._pool.submit(self._boot_instance, facts)

    def _boot_instance(self, facts: InstanceFacts) -> None:
        name = self.names[facts.id]
        node = self.nodes[name]
        self.power[name] = "booting"
        self.problems.pop(name, None)
        try:
            data = user_data.read(facts.user_data)
            if self._with_stand_ins:
                self._start_stand_ins(facts.nics[0].vpc, data)
            node.start()
            for number, nic in enumerate(facts.nics):
                self.fabric.attach(
                    node,
                    nic.address,
                    nic.prefix,
                    sender=nic.id,
                    network=nic.vpc,
                    gateway=nic.gateway if number == 0 else "",
                    interface=f"eth{number}",
                    others=nic.others,
                )
            node.boot()
            node.set_up(data, self.timeout)
        except (HavipError, OSError) as error:
            problem = str(error).removeprefix(f"{name}: ").partition("\n")[0]
            self.problems[name] = problem
            self.power[name] = "failed"
            self.events.add("node", name, text=f"set-up failed: {problem}")
            return
        self.power[name] = "ready"
        self.events.add("node", name, text="ready")

    def _forget(self, instance: str) -> None:
        name = self.names.pop(instance)
        self.nodes.pop(name).crash()
        self.power.pop(name, None)
        self.problems.pop(name, None)

    def _follow_addresses(self, found: Inventory) -> None:
        for facts in found.instances.values():
            name = self.names.get(facts.id)
            for nic in facts.nics if name else ():
                port = self.fabric.find_port(name or "", nic.address)
                if port is not None:
                    self.fabric.assign(port, nic.others)
        for havip in found.havips:
            if not havip.holder and self.fabric.holder(havip.address, havip.vpc):
                self.fabric.unplace(havip.address, havip.vpc)

    def _connect_client(self) -> None:
        main = self.main
        if main is None or self._client_vpc == main.vpc or self.client.running:
            return
        self._client_vpc = main.vpc
        gateway = str(main.subnet[1])
        self.client.start()
        self.fabric.attach(self.client, CLIENT, 32, network=main.vpc, gateway=gateway)
        own = self._free_address(main)
        if own:  # a client address inside the VPC, for servers that accept only those
            self.fabric.assign(self.fabric.port("client"), [own])
            self.client.run("ip", "address", "add", f"{own}/32", "dev", "eth0")
            cidr = str(self.inventory.vpcs[main.vpc])
            self.client.run("ip", "route", "add", cidr, "via", gateway, "dev", "eth0", "onlink",
                            "src", own)  # fmt: skip

    def _free_address(self, main: HaVipMembership) -> str:
        used = self.inventory.used(main.vpc)
        cidr = self.inventory.vpcs[main.vpc]
        last = int(cidr.broadcast_address)
        for number in range(last - 2, max(int(cidr.network_address) + 1, last - 256), -1):
            address = str(cidr.network_address + (number - int(cidr.network_address)))
            if address not in used:
                return address
        return ""

    def _serve_nodes(self, facts: InstanceFacts) -> None:
        if self._served is None:
            self.fabric.attach_lab(facts.nics[0].vpc)
            self._served = MetadataServer(METADATA, self._instances, region=facts.region)
            self._inner = EmulatorServer(self._emulator, host=METADATA, port=API_PORT).start()

    def _start_stand_ins(self, vpc: str, data: UserData) -> None:
        """Start a web server for each haproxy server that is missing from the cloud."""
        texts = [one.content.decode(errors="replace") for one in data.files
                 if one.path == HAPROXY_FILE]  # fmt: skip
        for address, port in [one for text in texts for one in haproxy_files.servers(text)]:
            with self._stand_in_lock:
                used = self.inventory.used(vpc) | {taken for taken, _ in self.stand_ins}
                inside = IPv4Address(address) in self.inventory.vpcs[vpc]
                if inside and address not in used and len(self.stand_ins) < _MOST_STAND_INS:
                    self.stand_ins.append((address, port))
                    self._pool.submit(self._start_stand_in, vpc, address, port)

    def _start_stand_in(self, vpc: str, address: str, port: int) -> None:
        name = _stand_in(address)
        node = self.web[name] = self._node(name)
        node.start()
        gateway = self.inventory.gateways[vpc][0]
        self.fabric.attach(node, address, 32, network=vpc, gateway=gateway)
        node.spawn("web", sys.executable, "-I", "-S", str(web.__file__), str(port), name)

    def _end_stand_in(self, address: str) -> None:
        """Stop the stand-in at an address that an instance now uses."""
        with self._stand_in_lock:
            self.stand_ins = [one for one in self.stand_ins if one[0] != address]
        node = self.web.pop(_stand_in(address), None)
        if node is not None:
            node.crash()

    def _decide(self, sender: str, address: str) -> Announcement:
        facts = next((one for one in self.inventory.instances.values()
                      if any(nic.id == sender for nic in one.nics)), None)  # fmt: skip
        if facts is None:
            return Announcement(False, Reason.NOT_ATTACHED)
        try:
            return self._emulator.announce(
                sender, address, region=facts.region, account=facts.account
            )
        except ApiFailure:
            return Announcement(False, Reason.NOT_ATTACHED)

    def _node(self, name: str, megabytes: int = 256) -> Node:
        return Node(name, self.folder, events=self.events, logs=self.logs, megabytes=megabytes)


def _stand_in(address: str) -> str:
    return f"web-{address.replace('.', '-')}"
