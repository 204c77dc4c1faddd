"""The network of the lab: a bridge that delivers by address and lets nobody claim another's.

As in a cloud, no machine learns where another is: the bridge answers every ARP request itself,
with one address for all, and sends each packet to the port that has its destination. What may be
said by which port is a set of the packet filter; moving a HAVIP is one change of that set.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol

from havip.doctor import arp
from havip.lab.namespace import LabError
from havip.lab.scenarios.host import Host

_BRIDGE = "fabric"
_MAC = "fe:ee:0b:ca:e5:69"
_RULES = """
table bridge vpc {
    set owned { type ifname . ether_addr . ipv4_addr; }
    map place { type ipv4_addr : ether_addr; }
    chain cuts { type filter hook prerouting priority -310; policy accept; }
    chain police {
        type filter hook prerouting priority -300; policy drop;
        ether type arp arp operation request arp saddr ip 0.0.0.0 accept
        ether type arp iifname . arp saddr ether . arp saddr ip @owned accept
        ether type ip iifname . ether saddr . ip saddr @owned \
            ether daddr set ip daddr map @place accept
    }
}
"""


class Verdict(Protocol):
    """What the cloud says to an announcement."""

    @property
    def accepted(self) -> bool:
        """Whether the address now belongs to who announced it."""
        ...

    @property
    def reason(self) -> str:
        """Why, or why not."""
        ...


Announce = Callable[[str, str], Verdict]
"""Asks the cloud: the id of an instance, the address that it announces."""


MOVED = "leads here now"
"""The reason of the event that an address leads elsewhere from now on."""


@dataclass(frozen=True, slots=True)
class Event:
    """An announcement, and what became of it."""

    at: float
    """On the clock of `time.monotonic`."""
    node: str
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Nic:
    host: str
    instance_id: str
    port: str
    mac: str


class Fabric:
    """The network; `events` is what was announced on it, and what moved, in order."""

    def __init__(self, announce: Announce, *, rebind_delay: float = 0) -> None:
        """Make the bridge.

        Args:
            announce: Decides on each gratuitous ARP of an address that is not the sender's own.
            rebind_delay: How many seconds the network takes to move an address, after the
                announcement that does it. An announcement from elsewhere meanwhile takes over.
        """
        self.events: list[Event] = []
        self._announce = announce
        self._delay = rebind_delay
        self._to_lose = 0
        self._coming: dict[str, tuple[_Nic, threading.Timer]] = {}
        self._lock = threading.Lock()
        self._nics: dict[str, _Nic] = {}
        self._own: dict[str, str] = {}
        self._held: dict[str, _Nic] = {}
        _ip(
            f"link add {_BRIDGE} address {_MAC} type bridge mcast_snooping 0 ageing_time 0",
            f"link set {_BRIDGE} up",
        )
        _nft(_RULES)
        self._tap = arp.listen()
        self._agent = threading.Thread(target=self._listen, name="garp-agent", daemon=True)
        self._agent.start()

    def attach(self, host: Host, address: str, prefix: int, instance_id: str = "") -> None:
        """Give a machine its network interface ``eth0``, with an address of its own."""
        number = len(self._nics) + 1
        nic = _Nic(host.name, instance_id, f"port{number}", f"02:00:00:00:00:{number:02x}")
        self._nics[nic.port], self._own[nic.port] = nic, address
        _ip(
            f"link add {nic.port} type veth peer name inner{number} address {nic.mac}",
            f"link set inner{number} netns {host.pid} name eth0",
            f"link set {nic.port} master {_BRIDGE} up",
            f"link set {nic.port} type bridge_slave learning off flood off mcast_flood off "
            "bcast_flood off proxy_arp on",
        )
        _run("bridge", "fdb", "replace", nic.mac, "dev", nic.port, "master", "static")
        host.run("ip", "address", "add", f"{address}/{prefix}", "dev", "eth0")
        host.run("ip", "link", "set", "eth0", "up")
        self._place(address, nic)

    def holder(self, address: str) -> str | None:
        """Say which machine an address leads to."""
        nic = self._held.get(address)
        return nic.host if nic else None

    def cut(self, one: str, other: str, *, only: str = "") -> None:
        """Lose packets between two addresses, both ways.

        Args:
            one: An address.
            other: The other address.
            only: The one IP protocol that is lost, such as ``vrrp``; by default all are.
        """
        what = f"ip protocol {only} " if only else ""
        _nft(
            f"add rule bridge vpc cuts {what}ip saddr {one} ip daddr {other} drop\n"
            f"add rule bridge vpc cuts {what}ip saddr {other} ip daddr {one} drop"
        )

    def lose_announcements(self, count: int) -> None:
        """Lose the next announcements of addresses that are not their senders' own."""
        self._to_lose = count

    def heal(self) -> None:
        """Let all packets pass that a cut lost."""
        _nft("flush chain bridge vpc cuts")

    def close(self) -> None:
        """Stop listening; the bridge goes with the lab."""
        self._tap.close()

    def _listen(self) -> None:
        for packet in arp.heard(self._tap):
            nic = self._nics.get(packet.port)
            if nic is None or not nic.instance_id or not packet.gratuitous:
                continue
            if packet.sender != IPv4Address(self._own[packet.port]):
                self._take(nic, str(packet.sender))

    def _take(self, nic: _Nic, address: str) -> None:
        if self._to_lose > 0:
            self._to_lose -= 1
            self._note(nic, address, "lost")
            return
        verdict = self._announce(nic.instance_id, address)
        self._note(nic, address, str(verdict.reason))
        if verdict.accepted:
            self._move(address, nic)

    def _move(self, address: str, nic: _Nic) -> None:
        with self._lock:
            coming, timer = self._coming.get(address, (self._held.get(address), None))
            if coming == nic:
                return
            if timer is not None:
                timer.cancel()
                del self._coming[address]
            if self._held.get(address) != nic:
                timer = threading.Timer(self._delay, self._arrive, (address, nic))
                timer.daemon = True
                self._coming[address] = (nic, timer)
                timer.start()

    def _arrive(self, address: str, nic: _Nic) -> None:
        with self._lock:
            if self._coming.get(address, (None,))[0] != nic:
                return
            del self._coming[address]
            self._place(address, nic)
            self._note(nic, address, MOVED)

    def _note(self, nic: _Nic, address: str, reason: str) -> None:
        self.events.append(Event(time.monotonic(), nic.host, address, reason))

    def _place(self, address: str, nic: _Nic) -> None:
        lines = []
        before = self._held.get(address)
        if before is not None:
            old = f"{before.port} . {before.mac} . {address}"
            lines.append(f"delete element bridge vpc owned {{ {old} }}")
            lines.append(f"delete element bridge vpc place {{ {address} : {before.mac} }}")
        lines.append(f"add element bridge vpc owned {{ {nic.port} . {nic.mac} . {address} }}")
        lines.append(f"add element bridge vpc place {{ {address} : {nic.mac} }}")
        _nft("\n".join(lines))
        if before is None:
            _ip(f"neigh replace {address} lladdr {_MAC} dev {_BRIDGE} nud permanent")
        self._held[address] = nic


def _ip(*lines: str) -> None:
    _run("ip", "-batch", "-", text="\n".join(lines))


def _nft(text: str) -> None:
    _run("nft", "-f", "-", text=text)


def _run(*words: str, text: str = "") -> None:
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(words)}: {done.stderr.strip()} in: {text.strip()}")
