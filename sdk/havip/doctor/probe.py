"""Probe of a node: facts that it knows of itself; tests and remote tools bring their own one."""

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
    """The machine does not tell; the text says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Link:
    """A network interface of a machine, as its kernel knows it.

    Attributes:
        name: Its name, such as ``eth0``.
        mac: Its MAC address, in lower case.
        up: Whether it is up and has a carrier.
        addresses: Its IPv4 addresses.
    """

    name: str
    mac: str
    up: bool
    addresses: tuple[str, ...]


class Probe(Protocol):
    """Facts that the checks on a node read; each may raise a `ProbeError`."""

    def instance_id(self) -> str:
        """Return the id of this instance."""
        ...

    def links(self) -> list[Link]:
        """Return the network interfaces."""
        ...

    def keepalived_runs(self) -> bool:
        """Return whether a keepalived runs."""
        ...

    def config(self) -> str | None:
        """Return the text of keepalived.conf; None if it does not exist."""
        ...

    def announced(self, vip: str, seconds: float) -> frozenset[str]:
        """Listen for announcements of an address that leave this machine.

        Args:
            vip: The address.
            seconds: How long to listen at most; the first one ends it.

        Returns:
            The names of the interfaces by which they left.
        """
        ...


class LocalProbe:
    """This machine, asked with ``ip``, ``/proc``, and a packet socket, which root alone may open.

    Args:
        config_path: Where keepalived.conf is.
        proc: Where the kernel lists processes.
        dpkg_status: Where dpkg lists packages.
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
            ProbeError: It does not answer.
        """
        try:
            return MetadataService().instance_id()
        except HavipError as error:
            raise ProbeError(str(error)) from None

    def links(self) -> list[Link]:
        """Read the network interfaces from ``ip -j addr``, once.

        Raises:
            ProbeError: There is no such command, as outside of Linux.
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
            raise ProbeError(f"'ip -j addr' does not tell the interfaces: {error}") from None

    def keepalived_runs(self) -> bool:
        """Look for a process that is called keepalived.

        Raises:
            ProbeError: The kernel does not list processes.
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
            return ""  # it has ended meanwhile

    def config(self) -> str | None:
        """Read keepalived.conf.

        Raises:
            ProbeError: It is there and cannot be read.
        """
        try:
            return self.config_path.read_text()
        except FileNotFoundError:
            return None
        except PermissionError:
            raise ProbeError(f"{self.config_path} is for root to read: run as root") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ProbeError(f"{self.config_path} cannot be read: {error}") from None

    def database(self) -> Database | None:
        """Read the database cluster that this machine is one of, once.

        Raises:
            ProbeError: Its files are for root to read.
        """
        return self._database

    @cached_property
    def _database(self) -> Database | None:
        from havip.doctor.database import read_database

        return read_database()

    def held(self) -> tuple[str, ...]:
        """Read the packages that are held at their version; none where dpkg is not used."""
        try:
            entries = self.dpkg_status.read_text(errors="replace").split("\n\n")
        except OSError:
            return ()
        found = (re.match(r"Package: (\S+)\n(?:.*\n)*?Status: hold ", one) for one in entries)
        return tuple(one[1] for one in found if one)

    def announced(self, vip: str, seconds: float) -> frozenset[str]:
        """Listen on all interfaces for gratuitous ARP that leaves.

        Raises:
            ProbeError: This needs root, and Linux.
        """
        from havip.doctor import arp

        try:
            tap = arp.listen()
        except PermissionError:
            raise ProbeError("listening for ARP needs root: run as root") from None
        except (OSError, AttributeError) as error:
            raise ProbeError(f"listening for ARP is not possible here: {error}") from None
        with tap:
            return listen(tap, IPv4Address(vip), seconds)


def read_link(found: dict[str, Any]) -> Link:
    """Read one entry of ``ip -j addr``."""
    infos = found.get("addr_info") or []
    return Link(
        name=found["ifname"],
        mac=str(found.get("address", "")).lower(),
        up={"UP", "LOWER_UP"} <= {*found.get("flags", ())},
        addresses=tuple(one["local"] for one in infos if one.get("family") == "inet"),
    )


def listen(tap: socket.socket, vip: IPv4Address, seconds: float) -> frozenset[str]:
    """Read packets from a tap until an announcement of an address leaves, or the time is over."""
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
