"""The checks on a node: what the machine itself tells, held against what the cloud tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from havip.doctor.check import (
    CREATE,
    GUIDE,
    MEASURED,
    OVERVIEW,
    Problem,
    check,
)
from havip.doctor.probe import CONFIG, Link, Probe, ProbeError
from havip.keepalived.config.parse import parse
from havip.keepalived.errors import ParseError
from havip.keepalived.lint import Finding as LintFinding
from havip.keepalived.lint import Level, lint

if TYPE_CHECKING:
    from havip.api import HaVip, NetworkInterface
    from havip.doctor.facts import Facts
    from havip.keepalived import Config

LONGEST: Final = 60
"""Seconds to listen for announcements at most."""
LOXILB: Final = "https://github.com/loxilb-io/loxilb/issues/1120"
_SLOW: Final = "A move can take ten seconds, so look twice. "


@dataclass(eq=False)
class Local:
    """This machine, seen as a node of one HAVIP.

    Attributes:
        vip: The HAVIP.
        machine: The id of this instance.
        interfaces: Its network interfaces in the HAVIP's subnet, as the cloud knows them.
        admitted: Whether the range of the HAVIP has it, or the HAVIP checks no range.
        probe: Asks the machine.
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
        """Whether the cloud says that this machine holds the HAVIP."""
        enis = {one.network_interface_id for one in self.interfaces}
        return self.vip.network_interface_id in enis or self.vip.instance_id == self.machine

    @cached_property
    def links(self) -> list[Link]:
        """The machine's own interfaces in the HAVIP's subnet."""
        macs = {one.mac_address.lower() for one in self.interfaces}
        return [one for one in self.probe.links() if one.mac in macs]

    @cached_property
    def having(self) -> list[str]:
        """The names of the machine's interfaces that have the address."""
        return [one.name for one in self.probe.links() if self.vip.vip in one.addresses]

    @cached_property
    def config(self) -> Config | None:
        """The machine's keepalived.conf; None where it is missing or cannot be understood."""
        try:
            text = self.probe.config()
            return None if text is None else parse(text, file=CONFIG).config
        except ParseError:
            return None

    @cached_property
    def refresh(self) -> int:
        """Seconds between two announcements of who holds the address; 0 where there are none."""
        if self.config is None:
            return 0
        definitions = self.config.global_defs
        common = (definitions and definitions.vrrp_garp_master_refresh) or 0
        for one in self.config.vrrp_instance:
            if any(entry.address == self.vip.vip for entry in one.virtual_ipaddress):
                return one.garp_master_refresh or common
        return 0

    @cached_property
    def announced(self) -> frozenset[str] | None:
        """The interfaces by which announcements leave; None where none are to be expected."""
        if not self.links or not self.having or not self.refresh:
            return None
        if self.refresh > LONGEST:
            raise ProbeError(
                f"garp_master_refresh is {self.refresh} s, longer than is listened ({LONGEST} s)"
            )
        return self.probe.announced(self.vip.vip, self.refresh + 1)


@check(
    "node-outside",
    Level.ERROR,
    why="The cloud drops what this machine announces, and keepalived does not notice.",
    fix="Put it into the range (havip attach {subject} …), with an interface in the subnet.",
    source=CREATE,
    local=True,
)
def _node_outside(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if not here.admitted:
            yield Problem(here.id, f"this machine ({here.machine}) is not in its range")
        elif not here.interfaces:
            what = f"this machine ({here.machine}) has no interface in {here.vip.subnet_id}"
            yield Problem(here.id, what)


@check(
    "node-interface",
    Level.ERROR,
    why="The cloud takes the address for this machine on that interface alone.",
    fix="Bring the interface up, and configure it in the guest if it was attached later.",
    source=CREATE,
    local=True,
)
def _node_interface(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        names = ", ".join(
            f"{one.network_interface_id} ({one.mac_address.lower()})" for one in here.interfaces
        )
        if here.interfaces and not here.links:
            yield Problem(here.id, f"this machine does not know its interface {names}")
        for link in here.links:
            if not link.up:
                yield Problem(here.id, f"{link.name} of this machine is down")


@check(
    "node-deaf",
    Level.ERROR,
    why=f"{_SLOW}The cloud sends the address's traffic here, and nothing here answers it.",
    fix="Start keepalived here, or let another node become the master.",
    source=OVERVIEW,
    local=True,
)
def _node_deaf(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if here.holds and not here.having:
            yield Problem(here.id, f"this machine holds {here.vip.vip}, and has not configured it")


@check(
    "node-unheard",
    Level.ERROR,
    why=f"{_SLOW}This machine acts as the master and gets no traffic: either its announcements "
    "are not accepted, or two machines are masters.",
    fix="See whether the range has this machine, whether announcements leave (garp-silent), and "
    "whether the nodes hear each other (vrrp-blocked).",
    source=MEASURED,
    local=True,
)
def _node_unheard(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if here.having and not here.holds:
            other = here.vip.instance_id or here.vip.network_interface_id or "nobody"
            what = (
                f"this machine has configured {here.vip.vip}, and the cloud says {other} holds it"
            )
            yield Problem(here.id, what)


@check(
    "node-astray",
    Level.ERROR,
    why="Announcements leave by the interface that has the address, and the cloud hears those of "
    "the subnet's interface alone.",
    fix="Name that interface in keepalived.conf ('interface', or 'dev' of the address).",
    source=LOXILB,
    local=True,
)
def _node_astray(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        names = [link.name for link in here.links]
        wrong = [name for name in here.having if name not in names]
        if names and wrong:
            what = f"{here.vip.vip} is on {', '.join(wrong)} and not on {', '.join(names)}"
            yield Problem(here.id, what)


@check(
    "keepalived-down",
    Level.ERROR,
    why="Without it this machine neither takes the address nor gives it up.",
    fix="Start it: systemctl enable --now keepalived. (Where other software announces the "
    "address, such as pacemaker, this finding is of no matter.)",
    source=GUIDE,
    local=True,
)
def _keepalived_down(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if not here.probe.keepalived_runs():
            yield Problem(here.id, f"no keepalived runs on this machine ({here.machine})")


@check(
    "keepalived-config",
    Level.ERROR,
    why="The rule of havip keepalived lint says why; havip keepalived rules lists them all.",
    fix="See havip keepalived lint.",
    source=GUIDE,
    local=True,
)
def _keepalived_config(facts: Facts) -> Iterator[Problem]:
    from havip.keepalived.nodes.cloud import facts as havip_facts

    told: set[tuple[int, str]] = set()
    for here in facts.local:
        text = here.probe.config()
        if text is None:
            if here.probe.keepalived_runs():
                yield Problem(here.id, f"there is no {CONFIG}")
            continue
        for one in lint(text, file=CONFIG, havip=havip_facts(facts.client, here.id)):
            if (one.line, one.message) not in told:
                told.add((one.line, one.message))
                yield _linted(here, one)


def _linted(here: Local, one: LintFinding) -> Problem:
    what = f"{one.file}:{one.line}: {one.message} ({one.rule})"
    return Problem(here.id, what, one.fix.replace("{", "{{").replace("}", "}}"), one.level)


@check(
    "garp-silent",
    Level.ERROR,
    why="The cloud moves the address by announcements alone, and one that is lost is made good "
    "by the next.",
    fix="Look for what holds them back: nftables or arptables rules, 'noarp' on the interface, "
    "keepalived's log.",
    source="https://github.com/pingcap/tiproxy/pull/935",
    local=True,
)
def _garp_silent(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if here.announced is not None and not here.announced:
            what = f"no announcement of {here.vip.vip} left within {here.refresh + 1} s"
            yield Problem(here.id, what)


@check(
    "garp-astray",
    Level.ERROR,
    why="The cloud hears announcements on the subnet's interface alone.",
    fix="Name that interface in keepalived.conf ('interface', or 'dev' of the address).",
    source=LOXILB,
    local=True,
)
def _garp_astray(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        names = [link.name for link in here.links]
        wrong = (here.announced or frozenset()) - {*names}
        if wrong and names:
            what = f"{here.vip.vip} is announced by {', '.join(sorted(wrong))}, not {names[0]}"
            yield Problem(here.id, what)
