"""Probe of a node for its own state; tests and remote tools can provide their own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from havip._transport.clock import SYSTEM_CLOCK
from havip.credentials.metadata import MetadataService
from havip.errors import HavipError

if TYPE_CHECKING:
    from havip.doctor.database import Database

CONFIG: Final = "/etc/keepalived/keepalived.conf"


class ProbeError(HavipError):
    """The state of the machine cannot be read; the message has the reason and the next step."""


@dataclass(frozen=True, slots=True)
class Link:
    """A network interface of a machine, as seen by its kernel.

    Attributes:
        name: Its name, such as ``eth0``.
        mac: Its MAC address in lower case.
        up: Whether it is up and has a carrier.
        addresses: Its IPv4 addresses.
    """

    name: str
    mac: str
    up: bool
    addresses: tuple[str, ...]


class Probe(Protocol):
    """State of a machine that the checks on a node read; each method may raise `ProbeError`."""

    def instance_id(self) -> str:
        """Return the id of this instance."""
        ...

    def links(self) -> list[Link]:
        """Return the network interfaces."""
        ...

    def keepalived_runs(self) -> bool:
        """Return whether keepalived is running."""
        ...

    def config(self) -> str | None:
        """Return the text of keepalived.conf; None if it does not exist."""
        ...

    def announced(self, vip: str, seconds: float) -> frozenset[str]:
        """Listen for outgoing announcements of an address.

        Args:
            vip: The address.
            seconds: Timeout; the first announcement ends it.

        Returns:
            The names of the interfaces that sent them.
        """
        ...


class LocalProbe:
    """Probe of this machine, by ``ip``, ``/proc``, and a packet socket, which requires root.

    Args:
        config_path: Path of keepalived.conf.
        proc: Path of the kernel's process list.
        dpkg_status: Path of dpkg's package list.
    """

    def __init__(
        self,
        config_path: str = CONFIG,
        proc: str = "/proc",
        dpkg_status: str = "/var/lib/dpkg/status",
    ) -> None:
        self.config_path = Path(config_path)
        self.proc = Path(proc)
        self.dpkg_status = Path(dpkg_status)

    def instance_id(self) -> str:
        """Query the metadata service for the id of this instance.

        Raises:
            ProbeError: The metadata service does not respond.
        """
        try:
            return MetadataService().instance_id()
        except HavipError as error:
            raise ProbeError(str(error)) from None

    def links(self) -> list[Link]:
        """Read the network interfaces from ``ip -j addr``, once.

        Raises:
            ProbeError: The command does not exist, as on systems other than Linux.
        """
        return self._links

    @cached_property
    def _links(self) -> list[Link]:
        try:
            done = subprocess.run(
                ["ip", "-j", "addr"],  # noqa: S607 - it is in different places
                capture_output=True,
                check=True,
                timeout=10,
            )
            return [read_link(one) for one in json.loads(done.stdout)]
        except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
            raise ProbeError(f"'ip -j addr' failed: {error}") from None

    def keepalived_runs(self) -> bool:
        """Look for a process named keepalived.

        Raises:
            ProbeError: The process list cannot be read.
        """
        try:
            names = [self._name_of(one) for one in self.proc.iterdir() if one.name.isdigit()]
        except OSError as error:
            raise ProbeError(f"{self.proc}: {error.strerror}") from None
        return "keepalived" in names

    def _name_of(self, process: Path) -> str:
        try:
            return (process / "comm").read_text().strip()
        except OSError:
            return ""  # it has exited in the meantime

    def config(self) -> str | None:
        """Read keepalived.conf.

        Raises:
            ProbeError: It exists but cannot be read.
        """
        try:
            return self.config_path.read_text()
        except FileNotFoundError:
            return None
        except PermissionError:
            raise ProbeError(f"{self.config_path} is readable only by root: run as root") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ProbeError(f"{self.config_path} cannot be read: {error}") from None

    def database(self) -> Database | None:
        """Read the database cluster of this machine, once.

        Raises:
            ProbeError: Its files are readable only by root.
        """
        return self._database

    @cached_property
    def _database(self) -> Database | None:
        from havip.doctor.database import read_database

        return read_database()

    def held(self) -> tuple[str, ...]:
        """Return the packages on hold; none if dpkg is not used."""
        try:
            entries = self.dpkg_status.read_text(errors="replace").split("\n\n")
        except OSError:
            return ()
        found = (re.match(r"Package: (\S+)\n(?:.*\n)*?Status: hold ", one) for one in entries)
        return tuple(one[1] for one in found if one)

    def announced(self, vip: str, seconds: float) -> frozenset[str]:
        """Listen on all interfaces for outgoing gratuitous ARPs.

        Raises:
            ProbeError: The socket cannot be opened; it requires root and Linux.
        """
        from havip.doctor import arp

        try:
            tap = arp.listen()
        except PermissionError:
            raise ProbeError("listening for ARP needs root: run as root") from None
        except (OSError, AttributeError) as error:
            raise ProbeError(f"cannot listen for ARP: {error}") from None
        with tap:
            return listen(tap, IPv4Address(vip), seconds)


def read_link(found: dict[str, Any]) -> Link:
    """Parse an entry of ``ip -j addr``."""
    infos = found.get("addr_info") or []
    return Link(
        name=found["ifname"],
        mac=str(found.get("address", "")).lower(),
        up={"UP", "LOWER_UP"} <= {*found.get("flags", ())},
        addresses=tuple(one["local"] for one in infos if one.get("family") == "inet"),
    )


def listen(tap: socket.socket, vip: IPv4Address, seconds: float) -> frozenset[str]:
    """Read packets until an announcement of an address is sent, or until the timeout."""
    from havip.doctor import arp

    end = SYSTEM_CLOCK.monotonic() + seconds
    while (left := end - SYSTEM_CLOCK.monotonic()) > 0:
        tap.settimeout(left)
        try:
            frame, address = tap.recvfrom(256)
        except TimeoutError:
            break
        packet = arp.read(frame, address[0])
        leaves = address[2] == socket.PACKET_OUTGOING
        if packet and leaves and packet.gratuitous and packet.sender == vip:
            return frozenset({packet.port})
    return frozenset()
