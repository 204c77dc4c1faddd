"""The network of the lab: bridges that deliver by address and let nobody claim another's.

As in a cloud, no node learns where another is: the bridge answers every ARP request itself, with
one address for all, and sends each packet to the port that has its destination. Which port may
use which address is a set of the packet filter, and moving a HAVIP is one change of that set.

A VPC is one bridge: its subnets reach each other through the gateway addresses that the bridge
answers for. The faults of the network are sets of the filter, too, so that each can be undone
without the others.
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
"""Dropped while there are faults: without any, these look-ups would cost as much as all others."""
VRRP = 112
METADATA = "169.254.0.23"
"""The address at which nodes reach the lab itself: metadata service and API."""


class AnnouncementVerdict(Protocol):
    """Decision of the cloud on an announcement."""

    @property
    def accepted(self) -> bool:
        """Whether the address now belongs to who announced it."""
        ...

    @property
    def reason(self) -> str:
        """Why, or why not."""
        ...


Announce = Callable[[str, str], AnnouncementVerdict]
"""Asks the cloud: the id of an instance or network interface, the address that it announces."""


@dataclass(frozen=True, slots=True)
class Port:
    """Port of the fabric to which a node is connected."""

    node: str
    sender: str
    """The id that the cloud knows the network interface, or its instance, by."""
    name: str
    mac: str
    network: str
    address: str
    """The primary address."""

    @property
    def mark(self) -> int:
        """The number of its VPC."""
        return int(self.network.removeprefix(_BRIDGE))


class Fabric:
    """The network of a lab; what is announced on it goes to the lab's events.

    Attributes:
        delay: Seconds that the network takes to move an address, after the announcement that
            does it. An announcement from elsewhere meanwhile takes over.
        networks: The bridge of each VPC.
        adverts: The VRRP adverts that nodes have sent, in order.
    """

    def __init__(self, announce: Announce, events: EventLog, *, delay: float = 0) -> None:
        """Set the packet filter up, and listen.

        Args:
            announce: Decides on each gratuitous ARP of an address that is not the sender's own.
            events: Where to note what happens.
            delay: See the attribute.
        """
        self.delay = delay
        self.adverts: deque[Advert] = deque(maxlen=KEPT)
        self.lose_next = 0
        """Number of announcements to lose from now on; -1 loses all."""
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
            gateways: The addresses of the subnets' gateways, which the bridge answers for.
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
        """Return the port of a node that has a primary address, or None."""
        found = (one for one in self.ports.values() if (one.node, one.address) == (node, address))
        return next(found, None)

    def add_gateway(self, network: str, gateway: str) -> None:
        """Add the gateway of one more subnet to the bridge of a VPC."""
        self._answer_for(self.networks[network], gateway)

    def assign(self, port: Port, addresses: Collection[str]) -> None:
        """Set the secondary addresses of a port, which lead to it from now on."""
        with self._lock:
            own = self._own.get(port.name, set())
            wanted = {port.address, *addresses}
            for address in own - wanted:
                if self._held.get(key := (port.network, address)) == port:
                    self._lead_nowhere(key)
            self._own[port.name] = wanted
            for address in wanted - own:
                self.place(address, port)

    def attach(
        self, node: Node, address: str, prefix: int, *, sender: str = "", network: str = "vpc",
        gateway: str = "", interface: str = "eth0", others: Collection[str] = (),
    ) -> Port:  # fmt: skip
        """Attach a network interface with a primary address to a node.

        Args:
            node: The node, which runs.
            address: Its primary address.
            prefix: The length of the subnet's prefix.
            sender: The id that the cloud knows it by; without one it may announce nothing.
            network: The id of its VPC.
            gateway: The subnet's gateway, for a default route.
            interface: The name inside the node.
            others: Secondary addresses, which the network delivers to it (the node does not
                configure them).
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
        """Number a new port; a node that boots again gets the port that it had."""
        with self._lock:
            known = {(one.node, one.address): one for one in self.ports.values()}
            old = known.get((node, address))
            number = int(old.name.removeprefix("port")) if old else len(self.ports) + 1
            mac = f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}"
            port = Port(node, sender, f"port{number}", mac, bridge, address)
            self.ports[port.name] = port
        if old:
            # The kernel takes the port of a crashed node away, at its leisure.
            subprocess.run(["ip", "link", "delete", port.name], capture_output=True, check=False)  # noqa: S607
        return port

    def route(self, node: Node, interface: str, gateway: str) -> None:
        """Set the routes of a node: to the lab itself, and by the gateway, if any, to all else."""
        default = f"ip route replace default via {gateway} dev {interface} onlink"
        node.run("sh", "-c", f"ip route replace {METADATA} dev {interface} && "
                 f"{default if gateway else 'true'}")  # fmt: skip

    def attach_lab(self, network: str = "vpc") -> None:
        """Attach an interface of the lab itself, so that nodes reach what it serves."""
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
            LabError: There is no such node.
        """
        for one in self.ports.values():
            if one.node == node:
                return one
        raise LabError(f"no node is called {node}; there are {', '.join(self.nodes())}")

    def nodes(self) -> list[str]:
        """Return the names of all nodes."""
        return list(dict.fromkeys(one.node for one in self.ports.values()))

    def holder(self, address: str, network: str = "vpc") -> str | None:
        """Return the node that an address leads to."""
        port = self._held.get((self.networks[network], address))
        return port.node if port else None

    def place(self, address: str, port: Port) -> None:
        """Assign an address to a port, which alone may use it."""
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
        self._lead_nowhere((self.networks[network], address))

    def _lead_nowhere(self, key: tuple[str, str]) -> None:
        with self._lock:
            before = self._held.pop(key, None)
            if before is not None:
                nftables.run("\n".join(self._elements("delete", key[1], before)))
                _ip(f"neigh del {key[1]} dev {key[0]}")
                self._events.add("rebind", subject=key[1], text="leads nowhere now")

    # The faults of the network. Each is a set of the filter, or an option of a port.

    def cut(self, one: str, other: str, *, protocol: int | None = None, both: bool = True) -> None:
        """Lose what a node sends to another one, both ways or one way."""
        self._pair(True, one, other, protocol, both)

    def mend(self, one: str, other: str, *, protocol: int | None = None, both: bool = True) -> None:
        """Undo a `cut` of the same arguments."""
        self._pair(False, one, other, protocol, both)

    def isolate(self, node: str, on: bool = True) -> None:
        """Lose all that a node sends and all that is sent to it; its link stays up."""
        self._element("dark", self.port(node).mac, on)

    def refuse(self, node: str, protocol: int, on: bool = True) -> None:
        """Drop an IP protocol on its way into a node, as its security group would."""
        self._element("refused", f"{self.port(node).mac} . {protocol}", on)

    def unplug(self, node: str, on: bool = True) -> None:
        """Disconnect the port of a node, which sees its link go down."""
        _ip(f"link set {self.port(node).name} {'down' if on else 'up'}")

    def close(self) -> None:
        """Stop listening; bridges and filter go with the lab's namespace."""
        self._tap.close()

    def _pair(self, on: bool, one: str, other: str, protocol: int | None, both: bool) -> None:
        a, b = self.port(one), self.port(other)
        tail = "" if protocol is None else f" . {protocol}"
        name = "lost" if protocol is None else "lost_protocol"
        self._element(name, f"{a.name} . {b.mac}{tail}", on)
        if both:
            self._element(name, f"{b.name} . {a.mac}{tail}", on)

    def _element(self, name: str, element: str, on: bool) -> None:
        """Start or stop a fault; one that was started twice lasts until both are over."""
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
        self._events.add("rebind", port.node, key[1], "leads here now", at=time.monotonic())

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
