"""Checks on a node: the state of the machine compared with that of the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from havip.doctor.probe import CONFIG
from havip.doctor.registry import (
    CHECKS,
    CREATE,
    GUIDE,
    MEASURED,
    NODE,
    OVERVIEW,
)
from havip.keepalived.lint import lint
from havip.rules import Finding, Problem, Severity

if TYPE_CHECKING:
    from havip.doctor.facts import Facts
    from havip.doctor.local import Local

LOXILB: Final = "https://github.com/loxilb-io/loxilb/issues/1120"
_SLOW: Final = "A move can take ten seconds, so look twice. "


@CHECKS.rule(
    "node-outside",
    Severity.ERROR,
    reason="The cloud drops the announcements of this machine, and keepalived does not notice.",
    fix="Add it to the range (havip attach {subject} …), with an interface in the subnet.",
    source=CREATE,
    needs=NODE,
)
def _node_outside(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if not here.admitted:
            yield Problem(f"this machine ({here.machine}) is not in its range", subject=here.id)
        elif not here.interfaces:
            what = f"this machine ({here.machine}) has no interface in {here.vip.subnet_id}"
            yield Problem(what, subject=here.id)


@CHECKS.rule(
    "node-interface",
    Severity.ERROR,
    reason="The cloud accepts announcements of this machine only from that interface.",
    fix="Set the interface up; configure it in the guest if it was attached later.",
    source=CREATE,
    needs=NODE,
)
def _node_interface(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        names = ", ".join(
            f"{one.network_interface_id} ({one.mac_address.lower()})" for one in here.interfaces
        )
        if here.interfaces and not here.links:
            yield Problem(f"this machine does not have its interface {names}", subject=here.id)
        for link in here.links:
            if not link.up:
                yield Problem(f"{link.name} of this machine is down", subject=here.id)


@CHECKS.rule(
    "node-deaf",
    Severity.ERROR,
    reason=f"{_SLOW}The cloud sends the address's traffic to this machine, which rejects it.",
    fix="Start keepalived here, or make another node the master.",
    source=OVERVIEW,
    needs=NODE,
)
def _node_deaf(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if here.holds and not here.configured_on:
            yield Problem(
                f"this machine holds {here.vip.vip}, but has not configured it", subject=here.id
            )


@CHECKS.rule(
    "node-unheard",
    Severity.ERROR,
    reason=f"{_SLOW}This machine acts as master but receives no traffic: either its announcements "
    "are not accepted, or two machines are masters.",
    fix="Check whether this machine is in the range, whether announcements are sent (garp-silent), "
    "and whether the nodes receive advertisements from each other (vrrp-blocked).",
    source=MEASURED,
    needs=NODE,
)
def _node_unheard(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if here.configured_on and not here.holds:
            other = here.vip.instance_id or here.vip.network_interface_id or "nobody"
            what = (
                f"this machine has {here.vip.vip} configured, but the cloud says {other} holds it"
            )
            yield Problem(what, subject=here.id)


@CHECKS.rule(
    "node-astray",
    Severity.ERROR,
    reason="Announcements are sent through the interface that has the address, and the cloud only "
    "accepts those of the subnet's interface.",
    fix="Set that interface in keepalived.conf ('interface', or 'dev' of the address).",
    source=LOXILB,
    needs=NODE,
)
def _node_astray(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        names = [link.name for link in here.links]
        wrong = [name for name in here.configured_on if name not in names]
        if names and wrong:
            what = f"{here.vip.vip} is on {', '.join(wrong)} and not on {', '.join(names)}"
            yield Problem(what, subject=here.id)


@CHECKS.rule(
    "keepalived-down",
    Severity.ERROR,
    reason="Without it this machine neither takes nor releases the address.",
    fix="Start it: systemctl enable --now keepalived. (Ignore this finding if other software "
    "announces the address, such as pacemaker.)",
    source=GUIDE,
    needs=NODE,
)
def _keepalived_down(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if not here.probe.keepalived_runs():
            yield Problem(
                f"keepalived is not running on this machine ({here.machine})", subject=here.id
            )


@CHECKS.rule(
    "keepalived-config",
    Severity.ERROR,
    reason="See the rule of havip keepalived lint; havip keepalived rules lists them all.",
    fix="See havip keepalived lint.",
    source=GUIDE,
    needs=NODE,
)
def _keepalived_config(facts: Facts) -> Iterator[Problem]:
    from havip.keepalived.nodes.cloud import facts as havip_facts

    reported: set[tuple[int, str]] = set()
    for here in facts.local:
        text = here.probe.config()
        if text is None:
            if here.probe.keepalived_runs():
                yield Problem(f"there is no {CONFIG}", subject=here.id)
            continue
        for one in lint(text, file=CONFIG, havip=havip_facts(facts.client, here.id)):
            if (one.line, one.message) not in reported:
                reported.add((one.line, one.message))
                yield _linted(here, one)


def _linted(here: Local, one: Finding) -> Problem:
    message = f"{one.where}: {one.message} ({one.rule})"
    return Problem(message, subject=here.id, fix=one.fix, severity=one.severity)


@CHECKS.rule(
    "packages-held",
    Severity.WARNING,
    reason="A held package receives no security updates, and nodes with different versions may be "
    "incompatible.",
    fix="Upgrade one node after the other, the holder last: apt-mark unhold, apt-get install.",
    source="apt-mark(8)",
    needs=NODE,
)
def _packages_held(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        held = [name for name in here.held if name.startswith(_PACKAGES)]
        if held:
            yield Problem(f"packages on hold on this machine: {', '.join(held)}", subject=here.id)


_PACKAGES: Final = ("keepalived", "haproxy", "mariadb", "galera", "postgresql", "patroni", "etcd")


@CHECKS.rule(
    "garp-silent",
    Severity.ERROR,
    reason="The cloud moves the address only on announcements, and a lost one is only repaired by "
    "the next one.",
    fix="Check what blocks them: nftables or arptables rules, 'noarp' on the interface, "
    "keepalived's log.",
    source="https://github.com/pingcap/tiproxy/pull/935",
    needs=NODE,
)
def _garp_silent(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        if here.announced is not None and not here.announced:
            what = f"no announcement of {here.vip.vip} was sent within {here.refresh + 1} s"
            yield Problem(what, subject=here.id)


@CHECKS.rule(
    "garp-astray",
    Severity.ERROR,
    reason="The cloud accepts announcements only from the subnet's interface.",
    fix="Set that interface in keepalived.conf ('interface', or 'dev' of the address).",
    source=LOXILB,
    needs=NODE,
)
def _garp_astray(facts: Facts) -> Iterator[Problem]:
    for here in facts.local:
        names = [link.name for link in here.links]
        wrong = (here.announced or frozenset()) - {*names}
        if wrong and names:
            what = f"{here.vip.vip} is announced through {', '.join(sorted(wrong))}, not {names[0]}"
            yield Problem(what, subject=here.id)
