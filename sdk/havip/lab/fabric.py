"""Network of the lab: bridges that deliver by IP address and enforce address ownership.

As in a cloud, nodes do not learn each other's MAC addresses: the bridge answers all ARP requests
itself, with one MAC address, and forwards each packet to the port that owns its destination. An
nftables map holds the addresses that each port may use; moving a HAVIP changes one entry.

Each VPC is one bridge: its subnets reach each other through gateway addresses that the bridge
answers for. Network faults are nftables sets as well, so that each can be undone independently.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from havip.lab import nftables
from havip.lab.events import KEPT, EventLog, Kind
from havip.lab.namespace import LabError
from havip.lab.node import Node
from havip.lab.tap import Advert, Announced, Tap

_BRIDGE = "vpc"
MAC = "fe:ee:0b:ca:e5:69"
_RULES = """
table bridge lab {
    map owned { type ifname . ether_addr . ipv4_addr : mark; }
    map place { type mark . ipv4_addr : ether_addr; }
    set dark { type ether_addr; }
    set refused { type ether_addr . inet_proto; }
    set lost { type ifname . ether_addr; }
    set lost_protocol { type ifname . ether_addr . inet_proto; }
    chain deliver { accept; }
    chain police {
        type filter hook prerouting priority -300; policy drop;
        ether type ip meta mark set iifname . ether saddr . ip saddr map @owned \
            ether daddr set meta mark . ip daddr map @place goto deliver
        ether type arp arp operation request arp saddr ip 0.0.0.0 goto deliver
        ether type arp meta mark set iifname . arp saddr ether . arp saddr ip map @owned \
            goto deliver
    }
}
"""
_FAULTS = (
    "ether saddr @dark",
    "ether daddr @dark",
    "ether daddr . ip protocol @refused",
    "iifname . ether daddr @lost",
    "iifname . ether daddr . ip protocol @lost_protocol",
)
"""Rules that exist only while there are faults: they would double the cost of each packet."""
VRRP = 112
METADATA = "169.254.0.23"
"""Address of the lab itself for the nodes: metadata service and API."""


class AnnouncementVerdict(Protocol):
    """Decision of the cloud on an announcement."""

    @property
    def accepted(self) -> bool:
        """True if the sender now holds the address."""
        ...

    @property
    def reason(self) -> str:
        """The reason for accepting or dropping it."""
        ...


Announce = Callable[[str, str], AnnouncementVerdict]
"""Passes an announcement to the cloud: id of the instance or interface, announced address."""


@dataclass(frozen=True, slots=True)
class Port:
    """Port of the fabric to which a node is connected."""

    node: str
    sender: str
    """Id of the network interface or its instance in the cloud."""
    name: str
    mac: str
    network: str
    address: str
    """The primary address."""

    @property
    def mark(self) -> int:
        """Number of its VPC, used as packet mark."""
        return int(self.network.removeprefix(_BRIDGE))


class Fabric:
    """The network of a lab; announcements are recorded in the lab's events.

    Attributes:
        delay: Seconds between an accepted announcement and the move of the address. A new
            announcement from another node in the meantime replaces the pending one.
        networks: The bridge of each VPC.
        adverts: The VRRP advertisements sent by nodes, in order.
    """

    def __init__(self, announce: Announce, events: EventLog, *, delay: float = 0) -> None:
        """Set up the packet filter, and start listening.

        Args:
            announce: Decides on gratuitous ARPs for addresses other than the sender's own.
            events: The event log.
            delay: See the attribute.
        """
        self.delay = delay
        self.adverts: deque[Advert] = deque(maxlen=KEPT)
        self.lose_next = 0
        """Number of announcements to drop from now on; -1 drops all."""
        self._announce = announce
        self._events = events
        self._coming: dict[tuple[str, str], tuple[Port, threading.Timer]] = {}
        self._lock = threading.RLock()
        self.ports: dict[str, Port] = {}
        self._own: dict[str, set[str]] = {}
        self._held: dict[tuple[str, str], Port] = {}
        self._faults: Counter[str] = Counter()
        self.networks: dict[str, str] = {}
        nftables.run(_RULES)
        self._tap = Tap(self._on_announced, self.adverts.append)

    def add_network(self, network: str = "vpc", gateways: Collection[str] = ()) -> str:
        """Create the bridge of a VPC, and return its name.

        Args:
            network: The id of the VPC.
            gateways: The gateway addresses of its subnets, which the bridge answers for.
        """
        bridge = self.networks[network] = f"{_BRIDGE}{len(self.networks) + 1}"
        _ip(
            f"link add {bridge} address {MAC} type bridge mcast_snooping 0 ageing_time 0",
            f"link set {bridge} up",
        )
        for gateway in gateways:
            self._answer_for(bridge, gateway)
        return bridge

    def mark(self, network: str) -> int:
        """Return the number of a VPC."""
        return int(self.networks[network].removeprefix(_BRIDGE))

    def find_port(self, node: str, address: str) -> Port | None:
        """Return the port of a node with a primary address, or None."""
        found = (one for one in self.ports.values() if (one.node, one.address) == (node, address))
        return next(found, None)

    def add_gateway(self, network: str, gateway: str) -> None:
        """Add the gateway of another subnet to the bridge of a VPC."""
        self._answer_for(self.networks[network], gateway)

    def assign(self, port: Port, addresses: Collection[str]) -> None:
        """Replace the secondary addresses of a port, and route them to it."""
        with self._lock:
            own = self._own.get(port.name, set())
            wanted = {port.address, *addresses}
            for address in own - wanted:
                if self._held.get(key := (port.network, address)) == port:
                    self._remove_route(key)
            self._own[port.name] = wanted
            for address in wanted - own:
                self.place(address, port)

    def attach(
        self, node: Node, address: str, prefix: int, *, sender: str = "", network: str = "vpc",
        gateway: str = "", interface: str = "eth0", others: Collection[str] = (),
    ) -> Port:  # fmt: skip
        """Connect a network interface with a primary address to a node.

        Args:
            node: The node, which must be running.
            address: Its primary address.
            prefix: The prefix length of the subnet.
            sender: The id of the interface in the cloud; without one, announcements are ignored.
            network: The id of its VPC.
            gateway: The gateway of the subnet, for a default route.
            interface: The name of the interface inside the node.
            others: Secondary addresses, which are routed to the node but not configured on it.
        """
        port = self._port_for(node.name, address, sender, self.networks[network])
        number = port.name.removeprefix("port")
        self._own[port.name] = {address, *others}
        self._plug(port, f"link set inner{number} netns {node.pid} name {interface}")
        node.run("sh", "-c", f"ip address add {address}/{prefix} dev {interface} && "
                 f"ip link set {interface} up")  # fmt: skip
        self.route(node, interface, gateway)
        for one in self._own[port.name]:
            self.place(one, port)
        return port

    def _port_for(self, node: str, address: str, sender: str, bridge: str) -> Port:
        """Create a port; a node that boots again gets its previous port."""
        with self._lock:
            known = {(one.node, one.address): one for one in self.ports.values()}
            old = known.get((node, address))
            number = int(old.name.removeprefix("port")) if old else len(self.ports) + 1
            mac = f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}"
            port = Port(node, sender, f"port{number}", mac, bridge, address)
            self.ports[port.name] = port
        if old:
            # The kernel removes the port of a crashed node with a delay.
            subprocess.run(["ip", "link", "delete", port.name], capture_output=True, check=False)  # noqa: S607
        return port

    def route(self, node: Node, interface: str, gateway: str) -> None:
        """Set the routes of a node: to the lab itself, and a default route if it has a gateway."""
        default = f"ip route replace default via {gateway} dev {interface} onlink"
        node.run("sh", "-c", f"ip route replace {METADATA} dev {interface} && "
                 f"{default if gateway else 'true'}")  # fmt: skip

    def attach_lab(self, network: str = "vpc") -> None:
        """Attach an interface of the lab itself, for the services that it offers to nodes."""
        port = Port("lab", "", "port0", "02:00:00:00:00:00", self.networks[network], METADATA)
        self._own[port.name] = {METADATA}
        self._plug(port, f"address add {METADATA}/32 dev inner0", "link set inner0 up",
                   "route add default dev inner0 src " + METADATA)  # fmt: skip
        self.place(METADATA, port)

    def _plug(self, port: Port, *more: str) -> None:
        number = port.name.removeprefix("port")
        _ip(
            f"link add {port.name} type veth peer name inner{number} address {port.mac}",
            f"link set {port.name} master {port.network} up",
            f"link set {port.name} type bridge_slave learning off flood off mcast_flood off "
            "bcast_flood off proxy_arp on",
            *more,
        )
        _run("bridge", "fdb", "replace", port.mac, "dev", port.name, "master", "static")

    def port(self, node: str) -> Port:
        """Return the first port of a node.

        Raises:
            LabError: The node does not exist.
        """
        for one in self.ports.values():
            if one.node == node:
                return one
        raise LabError(f"unknown node {node}; known: {', '.join(self.nodes())}")

    def nodes(self) -> list[str]:
        """Return the names of all nodes."""
        return list(dict.fromkeys(one.node for one in self.ports.values()))

    def holder(self, address: str, network: str = "vpc") -> str | None:
        """Return the node that the network delivers an address to."""
        port = self._held.get((self.networks[network], address))
        return port.node if port else None

    def place(self, address: str, port: Port) -> None:
        """Assign an address to a port, exclusively."""
        with self._lock:
            key = (port.network, address)
            before = self._held.get(key)
            lines = [] if before is None else self._elements("delete", address, before)
            nftables.run("\n".join([*lines, *self._elements("add", address, port)]))
            if before is None:
                self._answer_for(port.network, address)
            self._held[key] = port

    def unplace(self, address: str, network: str = "vpc") -> None:
        """Remove the route of an address that was unbound or released."""
        self._remove_route((self.networks[network], address))

    def _remove_route(self, key: tuple[str, str]) -> None:
        with self._lock:
            before = self._held.pop(key, None)
            if before is not None:
                nftables.run("\n".join(self._elements("delete", key[1], before)))
                _ip(f"neigh del {key[1]} dev {key[0]}")
                self._events.add("rebind", subject=key[1], text="unassigned")

    # Network faults. Each is an nftables set, or an option of a port.

    def cut(self, one: str, other: str, *, protocol: int | None = None, both: bool = True) -> None:
        """Drop packets from one node to another, in both directions or in one."""
        self._pair(True, one, other, protocol, both)

    def heal(self, one: str, other: str, *, protocol: int | None = None, both: bool = True) -> None:
        """Undo a `cut` with the same arguments."""
        self._pair(False, one, other, protocol, both)

    def isolate(self, node: str, on: bool = True) -> None:
        """Drop all packets to and from a node; its link stays up."""
        self._element("dark", self.port(node).mac, on)

    def refuse(self, node: str, protocol: int, on: bool = True) -> None:
        """Drop incoming packets of an IP protocol, as a security group would."""
        self._element("refused", f"{self.port(node).mac} . {protocol}", on)

    def unplug(self, node: str, on: bool = True) -> None:
        """Set the port of a node down, so that the node loses its link."""
        _ip(f"link set {self.port(node).name} {'down' if on else 'up'}")

    def close(self) -> None:
        """Stop listening; bridges and filter are removed with the lab's namespace."""
        self._tap.close()

    def _pair(self, on: bool, one: str, other: str, protocol: int | None, both: bool) -> None:
        a, b = self.port(one), self.port(other)
        tail = "" if protocol is None else f" . {protocol}"
        name = "lost" if protocol is None else "lost_protocol"
        self._element(name, f"{a.name} . {b.mac}{tail}", on)
        if both:
            self._element(name, f"{b.name} . {a.mac}{tail}", on)

    def _element(self, name: str, element: str, on: bool) -> None:
        """Start or stop a fault; one that was started twice lasts until both have stopped."""
        with self._lock:
            key = f"{name} {element}"
            before = self._faults[key]
            self._faults[key] = max(0, before + (1 if on else -1))
            if bool(before) != bool(self._faults[key]):
                verb = "add" if on else "delete"
                rules = _FAULTS if any(self._faults.values()) else ()
                nftables.run("\n".join([
                    f"{verb} element bridge lab {name} {{ {element} }}",
                    "flush chain bridge lab deliver",
                    *(f"add rule bridge lab deliver {one} drop" for one in rules),
                    "add rule bridge lab deliver accept",
                ]))  # fmt: skip

    def _on_announced(self, heard: Announced) -> None:
        port = self.ports.get(heard.port)
        if port is None or not port.sender or heard.address in self._own[heard.port]:
            return
        note = (port.node, heard.address)
        if self._faults[f"dark {port.mac}"]:
            self._events.add("drop", *note, "cut-off", at=heard.at)
            return
        if self.lose_next:
            self.lose_next -= self.lose_next > 0
            self._events.add("drop", *note, "lost", at=heard.at)
            return
        verdict = self._announce(port.sender, heard.address)
        kind: Kind = "announcement" if verdict.accepted else "drop"
        self._events.add(kind, *note, str(verdict.reason), at=heard.at)
        if verdict.accepted:
            self._move(heard.address, port)

    def _move(self, address: str, port: Port) -> None:
        key = (port.network, address)
        with self._lock:
            coming, timer = self._coming.get(key, (self._held.get(key), None))
            if coming == port:
                return
            if timer is not None:
                timer.cancel()
                del self._coming[key]
            if self._held.get(key) == port:
                return
            if self.delay <= 0:
                self._arrive(key, port)
                return
            timer = threading.Timer(self.delay, self._late, (key, port))
            timer.daemon = True
            self._coming[key] = (port, timer)
            timer.start()

    def _late(self, key: tuple[str, str], port: Port) -> None:
        with self._lock:
            if self._coming.get(key, (None,))[0] == port:
                del self._coming[key]
                self._arrive(key, port)

    def _arrive(self, key: tuple[str, str], port: Port) -> None:
        self.place(key[1], port)
        self._events.add("rebind", port.node, key[1], "delivered here", at=time.monotonic())

    def _elements(self, verb: str, address: str, port: Port) -> list[str]:
        table, mark = f"{verb} element bridge lab", port.mark
        return [
            f"{table} owned {{ {port.name} . {port.mac} . {address} : {mark} }}",
            f"{table} place {{ {mark} . {address} : {port.mac} }}",
        ]

    def _answer_for(self, bridge: str, address: str) -> None:
        _ip(f"neigh replace {address} lladdr {MAC} dev {bridge} nud permanent")


def _ip(*lines: str) -> None:
    _run("ip", "-batch", "-", text="\n".join(lines))


def _run(*words: str, text: str = "") -> None:
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(words)}: {done.stderr.strip()} in: {text.strip()}")
