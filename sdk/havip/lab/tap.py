"""Capture ARP packets and VRRP advertisements of nodes before the bridge can drop them."""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from havip.doctor import arp

_ETH_P_ALL = 3
_SO_ATTACH_FILTER = 26
_PACKET_OUTGOING = 4
_VRRP = 112
# Classic BPF: accept ARP, and IPv4 with protocol 112 (VRRP); drop the rest.
_FILTER = (
    (0x28, 0, 0, 12),
    (0x15, 3, 0, 0x0806),
    (0x15, 0, 3, 0x0800),
    (0x30, 0, 0, 23),
    (0x15, 0, 1, _VRRP),
    (0x06, 0, 0, 0xFFFF),
    (0x06, 0, 0, 0),
)


@dataclass(frozen=True, slots=True)
class Advert:
    """A VRRP advertisement sent by a node."""

    at: float
    port: str
    source: str
    target: str
    router_id: int
    priority: int
    """0 means that the sender resigns as master."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A gratuitous ARP sent by a node."""

    at: float
    port: str
    address: str


class Tap:
    """A thread that captures packets on all ports of the fabric."""

    def __init__(
        self, on_announced: Callable[[Announced], None], on_advert: Callable[[Advert], None]
    ) -> None:
        """Start capturing, in the network namespace of the calling thread."""
        code = b"".join(struct.pack("HBBI", *one) for one in _FILTER)
        keep = ctypes.create_string_buffer(code)
        program = struct.pack("HL", len(_FILTER), ctypes.addressof(keep))
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
        self._on_announced, self._on_advert = on_announced, on_advert
        threading.Thread(target=self._listen, name="lab-tap", daemon=True).start()

    def close(self) -> None:
        """Stop capturing."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                frame, (port, _, kind, *_rest) = self._socket.recvfrom(256)
            except OSError:
                return
            if kind == _PACKET_OUTGOING:
                continue
            now = time.monotonic()
            heard = arp.read(frame, port)
            if heard is not None:
                if heard.gratuitous:
                    self._on_announced(Announced(now, port, str(heard.sender)))
                continue
            advert = read_advert(frame, port, now)
            if advert is not None:
                self._on_advert(advert)


def read_advert(frame: bytes, port: str, at: float) -> Advert | None:
    """Parse an Ethernet frame; return None if it is not a VRRP advertisement."""
    if len(frame) < 14 + 20 + 8 or frame[12:14] != b"\x08\x00" or frame[23] != _VRRP:
        return None
    header = (frame[14] & 0xF) * 4
    body = frame[14 + header :]
    if len(body) < 4 or body[0] & 0xF != 1:
        return None
    source, target = (socket.inet_ntoa(frame[at : at + 4]) for at in (26, 30))
    return Advert(at, port, source, target, body[1], body[2])
