"""This machine as a node of a HAVIP: its own state and that in the cloud."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from havip.doctor.probe import CONFIG, Link, Probe, ProbeError
from havip.keepalived.config.recovery import read_text

if TYPE_CHECKING:
    from havip.api import HaVip, NetworkInterface
    from havip.doctor.database import Database
    from havip.keepalived import Config

LONGEST: Final = 60
"""Maximum time to listen for announcements, in seconds."""


@dataclass(eq=False)
class Local:
    """This machine as a node of one HAVIP.

    Attributes:
        vip: The HAVIP.
        machine: The id of this instance.
        interfaces: Its network interfaces in the HAVIP's subnet, according to the API.
        admitted: Whether it is in the HAVIP's range, or the HAVIP does not check its range.
        probe: Reads the state of the machine.
    """

    vip: HaVip
    machine: str
    interfaces: tuple[NetworkInterface, ...]
    admitted: bool
    probe: Probe

    @property
    def id(self) -> str:
        """The id of the HAVIP."""
        return self.vip.ha_vip_id

    @property
    def holds(self) -> bool:
        """True if this machine holds the HAVIP according to the API."""
        enis = {one.network_interface_id for one in self.interfaces}
        return self.vip.network_interface_id in enis or self.vip.instance_id == self.machine

    @cached_property
    def links(self) -> list[Link]:
        """The machine's own interfaces in the HAVIP's subnet."""
        macs = {one.mac_address.lower() for one in self.interfaces}
        return [one for one in self.probe.links() if one.mac in macs]

    @cached_property
    def configured_on(self) -> list[str]:
        """Names of the machine's interfaces that have the address."""
        return [one.name for one in self.probe.links() if self.vip.vip in one.addresses]

    @cached_property
    def config(self) -> Config | None:
        """The readable settings of the machine's keepalived.conf; None if it is missing."""
        text = self.probe.config()
        return None if text is None else read_text(text, CONFIG).config

    @cached_property
    def refresh(self) -> int:
        """Seconds between announcements of the holder; 0 if they are not repeated."""
        if self.config is None:
            return 0
        definitions = self.config.global_defs
        common = (definitions and definitions.vrrp_garp_master_refresh) or 0
        for one in self.config.vrrp_instance:
            if any(entry.address == self.vip.vip for entry in one.virtual_ipaddress):
                return one.garp_master_refresh or common
        return 0

    @cached_property
    def database(self) -> Database | None:
        """The database cluster of this machine; None if it is not in one."""
        # A custom probe may not support databases.
        ask = getattr(self.probe, "database", None)
        return ask() if ask is not None else None

    @cached_property
    def held(self) -> tuple[str, ...]:
        """The packages on hold on this machine."""
        ask = getattr(self.probe, "held", None)
        return tuple(ask()) if ask is not None else ()

    @cached_property
    def announced(self) -> frozenset[str] | None:
        """The interfaces that send announcements; None if none are expected."""
        if not self.links or not self.configured_on or not self.refresh:
            return None
        if self.refresh > LONGEST:
            raise ProbeError(
                f"garp_master_refresh is {self.refresh} s, above the limit of {LONGEST} s"
            )
        return self.probe.announced(self.vip.vip, self.refresh + 1)
