"""Capture of ARP packets in a network namespace, without any library."""

from __future__ import annotations

import ctypes
import socket
import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

_ETH_P_ALL = 3
_ETHERNET_ARP = struct.Struct("!6s6sH HHBBH 6s4s6s4s")
_SO_ATTACH_FILTER = 26
# Load the EtherType; accept ARP, drop the rest.
_ONLY_ARP = ((0x28, 0, 0, 12), (0x15, 0, 1, 0x0806), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class ArpPacket:
    """A captured ARP packet, and the port that received it."""

    port: str
    sender: IPv4Address
    target: IPv4Address

    @property
    def gratuitous(self) -> bool:
        """True if it announces the sender's own address, as a request or a reply."""
        return self.sender == self.target


def read(frame: bytes, port: str) -> ArpPacket | None:
    """Parse a frame; return None if it is not IPv4 ARP."""
    if len(frame) < _ETHERNET_ARP.size:
        return None
    fields = _ETHERNET_ARP.unpack_from(frame)
    if fields[2] != 0x0806 or fields[4] != 0x0800:
        return None
    return ArpPacket(port, IPv4Address(fields[9]), IPv4Address(fields[11]))


def listen() -> socket.socket:
    """Open a capture socket on all interfaces, which sees packets before the filter drops them."""
    code = b"".join(struct.pack("HBBI", *one) for one in _ONLY_ARP)
    keep = ctypes.create_string_buffer(code)
    program = struct.pack("HL", len(_ONLY_ARP), ctypes.addressof(keep))
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    tap.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    return tap
