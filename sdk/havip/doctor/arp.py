"""ARP on the wire: hearing every announcement in a network namespace. No library is needed."""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

_ETH_P_ALL = 3
_ETHERNET_ARP = struct.Struct("!6s6sH HHBBH 6s4s6s4s")
_SO_ATTACH_FILTER = 26
_PACKET_OUTGOING = 4
# Load the EtherType; ARP: take the packet, else: drop it.
_ONLY_ARP = ((0x28, 0, 0, 12), (0x15, 0, 1, 0x0806), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class Heard:
    """An ARP packet, and the port it came in by."""

    port: str
    sender: IPv4Address
    target: IPv4Address

    @property
    def gratuitous(self) -> bool:
        """Whether it announces the sender's own address, as a request or as a reply."""
        return self.sender == self.target


def read(frame: bytes, port: str) -> Heard | None:
    """Read a frame; None where it is not an IPv4 ARP."""
    if len(frame) < _ETHERNET_ARP.size:
        return None
    fields = _ETHERNET_ARP.unpack_from(frame)
    if fields[2] != 0x0806 or fields[4] != 0x0800:
        return None
    return Heard(port, IPv4Address(fields[9]), IPv4Address(fields[11]))


def listen() -> socket.socket:
    """Open a tap on all interfaces, before bridge and filter: what they drop is heard, too."""
    code = b"".join(struct.pack("HBBI", *one) for one in _ONLY_ARP)
    keep = ctypes.create_string_buffer(code)
    program = struct.pack("HL", len(_ONLY_ARP), ctypes.addressof(keep))
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    tap.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    return tap


def heard(tap: socket.socket) -> Iterator[Heard]:
    """Yield each ARP packet that comes in, until the tap is closed."""
    while True:
        try:
            frame, address = tap.recvfrom(256)
        except OSError:
            return
        packet = read(frame, address[0]) if address[2] != _PACKET_OUTGOING else None
        if packet is not None:
            yield packet
