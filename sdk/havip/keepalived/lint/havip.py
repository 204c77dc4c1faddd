"""Rules that compare a file with the HAVIP in the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from havip.keepalived.config.model import VrrpInstance
from havip.keepalived.lint.registry import (
    MEASURED,
    OVERVIEW,
    RULES,
    Subject,
    addresses_of,
    line_of,
)
from havip.keepalived.nodes.cloud import HaVipFacts
from havip.rules import Problem, Severity

_NEEDS = "--havip"


def _judged(subject: Subject) -> Iterator[tuple[VrrpInstance, HaVipFacts]]:
    if subject.havip is not None:
        for one in subject.config.vrrp_instance:
            yield one, subject.havip


@RULES.rule(
    "not-a-havip",
    Severity.ERROR,
    reason="The cloud drops gratuitous ARPs for an ordinary address: the new master has the "
    "address, but receives no traffic (585 of 596 requests failed).",
    fix="Use the HAVIP's address, or create a HAVIP with this address: havip create.",
    source=MEASURED,
    needs=_NEEDS,
)
def _not_a_havip(subject: Subject) -> Iterator[Problem]:
    for one, facts in _judged(subject):
        for address in addresses_of(one):
            if address != facts.vip and address not in facts.others:
                line = line_of(one, "virtual_ipaddress")
                yield Problem(f"{address} is not a HAVIP of {facts.vpc_id}", line)


@RULES.rule(
    "havip-unused",
    Severity.ERROR,
    reason="No instance of this file has the HAVIP's address, so the node never announces it.",
    fix="Put its address into virtual_ipaddress.",
    source=OVERVIEW,
    needs=_NEEDS,
)
def _havip_unused(subject: Subject) -> Iterator[Problem]:
    facts = subject.havip
    if facts is None or not subject.is_complete(subject.config, "vrrp_instance"):
        return
    if not any(facts.vip in addresses_of(one) for one in subject.config.vrrp_instance):
        first = next(iter(subject.config.vrrp_instance), None)
        line = line_of(first, "virtual_ipaddress") if first else 1
        yield Problem(f"{facts.vip} ({facts.ha_vip_id}) is in no virtual_ipaddress", line)


@RULES.rule(
    "outside-subnet",
    Severity.ERROR,
    reason="A HAVIP can only move between machines of its own subnet.",
    fix="Put the nodes into the HAVIP's subnet, or create a HAVIP in theirs.",
    source=OVERVIEW,
    needs=_NEEDS,
)
def _outside_subnet(subject: Subject) -> Iterator[Problem]:
    for one, facts in _judged(subject):
        for setting, address in _nodes(one) if facts.vip in addresses_of(one) else ():
            if ip_address(address) not in facts.subnet:
                line = line_of(one, setting)
                yield Problem(f"{address} is not in {facts.subnet} ({facts.subnet_id})", line)


def _nodes(one: VrrpInstance) -> Iterator[tuple[str, str]]:
    if one.unicast_src_ip is not None:
        yield "unicast_src_ip", one.unicast_src_ip
    for peer in one.unicast_peer:
        yield "unicast_peer", peer.address


@RULES.rule(
    "outside-range",
    Severity.ERROR,
    reason="CheckAssociate is enabled, and a node outside of the range cannot hold the address: "
    "the failover fails silently (measured).",
    fix="Add the node to the range: havip attach.",
    source=MEASURED,
    needs=_NEEDS,
)
def _outside_range(subject: Subject) -> Iterator[Problem]:
    for one, facts in _judged(subject):
        if not facts.check_associate or facts.vip not in addresses_of(one):
            continue
        allowed = {address for held in facts.members.values() for address in held}
        for setting, address in _nodes(one):
            if address not in allowed:
                yield Problem(
                    f"{address} is not in the range of {facts.ha_vip_id}", line_of(one, setting)
                )


@RULES.rule(
    "range-missing",
    Severity.WARNING,
    reason="A machine in the range that is not a node of this file may take the address.",
    fix="Add it to unicast_peer, or remove it from the range: havip detach.",
    source=OVERVIEW,
    needs=_NEEDS,
)
def _range_missing(subject: Subject) -> Iterator[Problem]:
    for one, facts in _judged(subject):
        known = subject.is_complete(one, "unicast_src_ip", "unicast_peer")
        if facts.vip not in addresses_of(one) or not known:
            continue
        named = {address for _, address in _nodes(one)}
        for member, held in facts.members.items():
            if not named & set(held):
                yield Problem(
                    f"{member} is in the range of {facts.ha_vip_id}, but not a node of {one.name}",
                    line_of(one, "unicast_peer"),
                )


@RULES.rule(
    "range-open",
    Severity.WARNING,
    reason="CheckAssociate is disabled: any machine of the subnet may take the address.",
    fix="Create the HAVIP with CheckAssociate and a range; it cannot be changed later.",
    source=OVERVIEW,
    needs=_NEEDS,
)
def _range_open(subject: Subject) -> Iterator[Problem]:
    facts = subject.havip
    if facts and not facts.check_associate:
        yield Problem(
            f"{facts.ha_vip_id} allows any machine of {facts.subnet_id} to take {facts.vip}", 1
        )
