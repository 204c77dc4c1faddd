"""Checks of a HAVIP, its range and its holder, based on the API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING, Final

from havip.doctor.checks_firewall import Answer, primary, verdict
from havip.doctor.registry import (
    BIND_EIP,
    CHECKS,
    CREATE,
    GUIDE,
    INFERRED,
    MEASURED,
    OVERVIEW,
    QUOTAS,
    RANGE,
    SECURITY_GROUPS,
)
from havip.rules import Problem, Severity

if TYPE_CHECKING:
    from havip.api import HaVip, NetworkInterface
    from havip.doctor.facts import Facts, RangeMember

CROWD: Final = 5
"""Recommended maximum number of HAVIPs per network interface."""
NEAR: Final = 0.8
"""Fraction of a quota above which it is nearly used up."""


def held(vip: HaVip) -> bool:
    """Return whether a HAVIP has a holder."""
    return bool(vip.instance_id or vip.network_interface_id)


def was_held(vip: HaVip) -> bool:
    """Return whether a HAVIP ever had a holder: its FlushedTime consists of zeros before."""
    return any(digit in "123456789" for digit in vip.flushed_time)


@CHECKS.rule(
    "havip-gone",
    Severity.ERROR,
    reason="It is in the stack's state, but does not exist in this region and account.",
    fix="Check that region and account are those of the stack; then update its state with havip "
    "stack refresh or pulumi refresh.",
    source=INFERRED,
)
def _havip_gone(facts: Facts) -> Iterator[Problem]:
    for ha_vip_id in facts.gone:
        yield Problem("there is no such HAVIP", subject=ha_vip_id)


@CHECKS.rule(
    "range-empty",
    Severity.ERROR,
    reason="With CheckAssociate, only members of the range may hold the address.",
    fix="Add the nodes to the range: havip attach {subject} ins-… ins-…",
    source=INFERRED,
    needs=RANGE,
)
def _range_empty(facts: Facts) -> Iterator[Problem]:
    for vip in facts.checked:
        if not vip.ha_vip_association_set:
            yield Problem(f"no node may take {vip.vip}: its range is empty", subject=vip.ha_vip_id)


@CHECKS.rule(
    "range-open",
    Severity.WARNING,
    reason="A machine that announces the address, by mistake or on purpose, receives its traffic.",
    fix="Replace the HAVIP by one with CheckAssociate and a range: it cannot be changed later.",
    source=CREATE,
    needs=RANGE,
)
def _range_open(facts: Facts) -> Iterator[Problem]:
    for vip in facts.vips:
        if not vip.check_associate:
            yield Problem(
                f"any machine of {vip.subnet_id} may take {vip.vip}", subject=vip.ha_vip_id
            )


@CHECKS.rule(
    "range-alone",
    Severity.WARNING,
    reason="If that machine fails, no other one can take over.",
    fix="Add a second node to the range: havip attach {subject} ins-…",
    source=OVERVIEW,
    needs=RANGE,
)
def _range_alone(facts: Facts) -> Iterator[Problem]:
    for vip in facts.checked:
        machines = {member.machine for member in facts.members(vip)}
        if len(machines) == 1:
            yield Problem(f"only {machines.pop()} may take {vip.vip}", subject=vip.ha_vip_id)


@CHECKS.rule(
    "member-gone",
    Severity.ERROR,
    reason="A machine that does not exist cannot take over.",
    fix="Replace it in the range: havip detach {subject} …, havip attach {subject} …",
    source=INFERRED,
    needs=RANGE,
)
def _member_gone(facts: Facts) -> Iterator[Problem]:
    for vip, member in _members(facts):
        if member.id.startswith("ins-") and member.instance is None:
            yield Problem(f"{member} of its range does not exist", subject=vip.ha_vip_id)
        if member.id.startswith("eni-") and not (member.interfaces or member.elsewhere):
            yield Problem(f"{member} of its range does not exist", subject=vip.ha_vip_id)
        elif member.id.startswith("eni-") and member.instance is None:
            yield Problem(
                f"{member} of its range is not attached to an instance", subject=vip.ha_vip_id
            )


@CHECKS.rule(
    "member-elsewhere",
    Severity.ERROR,
    reason="A HAVIP can only move between machines of its own subnet.",
    fix="Give the machine an interface in that subnet, or remove it: havip detach {subject} …",
    source=OVERVIEW,
    needs=RANGE,
)
def _member_elsewhere(facts: Facts) -> Iterator[Problem]:
    for vip, member in _members(facts):
        if member.elsewhere:
            yield Problem(f"{member} has no interface in {vip.subnet_id}", subject=vip.ha_vip_id)


@CHECKS.rule(
    "member-stopped",
    Severity.WARNING,
    reason="A machine that is not running cannot take over.",
    fix="Start it: havip call StartInstances -p InstanceIds=…",
    source=INFERRED,
    needs=RANGE,
)
def _member_stopped(facts: Facts) -> Iterator[Problem]:
    for vip, member in _members(facts):
        if member.instance and member.instance.instance_state != "RUNNING":
            state = member.instance.instance_state
            yield Problem(f"{member} of its range is {state}", subject=vip.ha_vip_id)


def _members(facts: Facts) -> Iterator[tuple[HaVip, RangeMember]]:
    return ((vip, member) for vip in facts.vips for member in facts.members(vip))


@CHECKS.rule(
    "same-hardware",
    Severity.WARNING,
    reason="Machines that are not spread by a placement group may fail together with their host.",
    fix="Launch the nodes into one placement group (CreateDisasterRecoverGroup), one at a time.",
    source=OVERVIEW,
    needs=RANGE,
)
def _same_hardware(facts: Facts) -> Iterator[Problem]:
    for vip in facts.vips:
        machines = {one.machine: one.instance for one in facts.members(vip) if one.instance}
        if len(machines) < 2:
            continue
        nodes = ", ".join(sorted(machines))
        places = [one.placement for one in machines.values() if one.placement]
        hosts = [place.host_id for place in places if place.host_id]
        if len(set(hosts)) < len(hosts):
            yield Problem(f"two of its nodes ({nodes}) are on the same host", subject=vip.ha_vip_id)
            continue
        groups = [{*one.disaster_recover_group_ids} - {""} for one in machines.values()]
        if not set.intersection(*groups):
            yield Problem(
                f"its nodes ({nodes}) have no placement group in common", subject=vip.ha_vip_id
            )


@CHECKS.rule(
    "nobody-holds",
    Severity.ERROR,
    reason="No guest announces the address, so its traffic is lost. It is only a warning if the "
    "HAVIP never had a holder, as before the first start of keepalived.",
    fix="Start keepalived on the nodes, and run havip doctor {subject} on each of them.",
    source=OVERVIEW,
)
def _nobody_holds(facts: Facts) -> Iterator[Problem]:
    for vip in facts.vips:
        if held(vip):
            continue
        if was_held(vip):
            since = f"no node has held {vip.vip} since {vip.flushed_time}"
            yield Problem(since, subject=vip.ha_vip_id)
        else:
            yet = f"no node has held {vip.vip} yet: keepalived has not announced it"
            yield Problem(yet, subject=vip.ha_vip_id, severity=Severity.WARNING)


@CHECKS.rule(
    "holder-outside",
    Severity.ERROR,
    reason="It still has the address from before it was removed, and cannot get it back later.",
    fix="Add it to the range (havip attach {subject} …), or make it release the address.",
    source=CREATE,
    needs=RANGE,
)
def _holder_outside(facts: Facts) -> Iterator[Problem]:
    for vip in facts.checked:
        members = {one.instance_id for one in vip.ha_vip_association_set}
        if held(vip) and not members & {vip.instance_id, vip.network_interface_id}:
            holder = vip.instance_id or vip.network_interface_id
            yield Problem(
                f"{holder} holds {vip.vip} but is not in its range", subject=vip.ha_vip_id
            )


@CHECKS.rule(
    "eip-idle",
    Severity.WARNING,
    reason="An EIP on a HAVIP without a holder counts as idle, and idle EIPs are charged.",
    fix="Make a node take the address, or unbind the EIP: havip eip unbind {subject}",
    source=BIND_EIP,
)
def _eip_idle(facts: Facts) -> Iterator[Problem]:
    for vip in facts.vips:
        if vip.address_ip and not held(vip):
            yield Problem(
                f"its EIP {vip.address_ip} is bound, but no node holds the HAVIP",
                subject=vip.ha_vip_id,
            )


@CHECKS.rule(
    "quota-near",
    Severity.WARNING,
    reason="An additional HAVIP, as for a replacement, needs room in the quota.",
    fix="Delete unused HAVIPs, or request a higher quota by ticket.",
    source=QUOTAS,
)
def _quota_near(facts: Facts) -> Iterator[Problem]:
    for vpc, vips in facts.in_vpc.items():
        if facts.quota and len(vips) >= NEAR * facts.quota:
            yield Problem(f"{len(vips)} of {facts.quota} HAVIPs are used", subject=vpc)


@CHECKS.rule(
    "interface-crowded",
    Severity.WARNING,
    reason="The guide recommends at most five, and sending each announcement only once if there "
    "are more.",
    fix="Use more interfaces, or set vrrp_garp_master_repeat 1 in keepalived.conf.",
    source=GUIDE,
)
def _interface_crowded(facts: Facts) -> Iterator[Problem]:
    crowds: dict[str, list[str]] = defaultdict(list)
    for vips in facts.in_vpc.values():
        for vip in vips:
            crowds[vip.network_interface_id].append(vip.ha_vip_id)
    concerned = {vip.network_interface_id for vip in facts.vips} - {""}
    for eni in sorted(concerned):
        if len(crowds[eni]) > CROWD:
            yield Problem(
                f"{len(crowds[eni])} HAVIPs on one interface, more than {CROWD}", subject=eni
            )


@CHECKS.rule(
    "vrrp-blocked",
    Severity.ERROR,
    reason="Nodes that receive no advertisements from each other all become master, and take the "
    "address from each other for as long as they announce it.",
    fix="Allow ALL protocols between the nodes in their security groups, in and out: there is no "
    "separate protocol for VRRP (IP protocol 112).",
    source=f"{SECURITY_GROUPS}; {MEASURED}",
    needs=RANGE,
)
def _vrrp_blocked(facts: Facts) -> Iterator[Problem]:
    yield from _blocked_paths(facts, Answer.NO, "is dropped:")


@CHECKS.rule(
    "vrrp-unsure",
    Severity.WARNING,
    reason="The result depends on an address or port template, whose content is not known here.",
    fix="Check in the console that the template allows all protocols between the nodes.",
    source=SECURITY_GROUPS,
    needs=RANGE,
)
def _vrrp_unsure(facts: Facts) -> Iterator[Problem]:
    yield from _blocked_paths(facts, Answer.UNSURE, "depends on")


def _blocked_paths(facts: Facts, wanted: Answer, verb: str) -> Iterator[Problem]:
    """Yield the points at which VRRP is blocked, each once with all affected pairs."""
    for vip in facts.vips:
        ends = {one.machine: one.interfaces[0] for one in facts.members(vip) if one.interfaces}
        hit: dict[str, list[str]] = defaultdict(list)
        for sender, receiver in permutations(ends.values(), 2):
            where = _blocking_point(facts, sender, receiver, wanted)
            if where:
                hit[where].append(f"{primary(sender)} → {primary(receiver)}")
        for where, paths in hit.items():
            more = f" and {len(paths) - 2} more" if len(paths) > 2 else ""
            yield Problem(
                f"VRRP {', '.join(paths[:2])}{more} {verb} {where}", subject=vip.ha_vip_id
            )


def _blocking_point(
    facts: Facts, sender: NetworkInterface, receiver: NetworkInterface, wanted: Answer
) -> str:
    """Return the point at which VRRP from one to the other gets the given verdict, or ""."""
    out = verdict(sender, "egress", receiver, facts.policies)
    into = verdict(receiver, "ingress", sender, facts.policies)
    if wanted is Answer.UNSURE and Answer.NO in (out.passes, into.passes):
        return ""
    return next((one.where for one in (out, into) if one.passes is wanted), "")
