"""Evaluation of security groups for VRRP, which is IP protocol 112.

Rules of a group are evaluated in order, groups in the order of the interface; the first matching
rule decides, and packets without a match are dropped. Security groups are stateful; whether that
includes protocol 112 is not documented, so each direction is evaluated separately here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from havip.api import NetworkInterface, SecurityGroupPolicy, SecurityGroupPolicySet

PROTOCOLS: Final = frozenset({"", "ALL", "112", "VRRP"})
"""Protocols of rules that match VRRP; only ALL is documented to do so."""
Side = Literal["ingress", "egress"]


class Answer(StrEnum):
    """Decision on a packet, or whether a rule matches."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    """It depends on a template, whose content these calls do not return."""


class FirewallVerdict(NamedTuple):
    """Decision of an interface's security groups on VRRP, and the deciding rule."""

    passes: Answer
    where: str


def verdict(
    interface: NetworkInterface,
    side: Side,
    peer: NetworkInterface,
    policies: Callable[[str], SecurityGroupPolicySet],
) -> FirewallVerdict:
    """Evaluate the security groups of an interface for VRRP to or from a peer.

    Args:
        interface: The interface whose groups are evaluated.
        side: The direction of the packets: in from the peer, or out to it.
        peer: The other interface.
        policies: Returns the policies of a security group.
    """
    groups = list(interface.group_set)
    if not groups:
        return FirewallVerdict(Answer.YES, "no security group")
    doubt: list[tuple[Answer, str]] = []
    for where, rule in _rules(groups, side, policies):
        matches = _matches(rule, peer)
        passes = Answer.YES if (rule.action or "").upper() == "ACCEPT" else Answer.NO
        if matches is Answer.UNSURE:
            doubt.append((passes, where))
        elif matches is Answer.YES:
            return _with_doubt(doubt, FirewallVerdict(passes, where))
    return _with_doubt(
        doubt, FirewallVerdict(Answer.NO, f"no {side} rule of {', '.join(groups)} matches")
    )


def _with_doubt(doubt: list[tuple[Answer, str]], end: FirewallVerdict) -> FirewallVerdict:
    """Return the verdict, or UNSURE if an earlier uncertain rule would decide otherwise."""
    where = next((where for passes, where in doubt if passes is not end.passes), None)
    return FirewallVerdict(Answer.UNSURE, where) if where else end


def _rules(
    groups: Iterable[str], side: Side, policies: Callable[[str], SecurityGroupPolicySet]
) -> Iterator[tuple[str, SecurityGroupPolicy]]:
    for group in groups:
        for number, rule in enumerate(getattr(policies(group), side) or []):
            index = number if rule.policy_index is None else rule.policy_index
            yield f"{side} rule {index} of {group}", rule


def _matches(rule: SecurityGroupPolicy, peer: NetworkInterface) -> Answer:
    parts = (_protocol(rule), _address(rule, peer))
    if Answer.NO in parts:
        return Answer.NO
    return Answer.UNSURE if Answer.UNSURE in parts else Answer.YES


def _protocol(rule: SecurityGroupPolicy) -> Answer:
    template = rule.service_template
    if template and (template.service_id or template.service_group_id):
        return Answer.UNSURE
    return Answer.YES if (rule.protocol or "").upper() in PROTOCOLS else Answer.NO


def _address(rule: SecurityGroupPolicy, peer: NetworkInterface) -> Answer:
    template = rule.address_template
    if template and (template.address_id or template.address_group_id):
        return Answer.UNSURE
    if rule.security_group_id:
        return Answer.YES if rule.security_group_id in peer.group_set else Answer.NO
    if rule.cidr_block:
        return Answer.YES if _within(primary(peer), rule.cidr_block) else Answer.NO
    return Answer.NO if rule.ipv6_cidr_block else Answer.YES


def _within(address: str, block: str) -> bool:
    """Return whether an address is in a block; 0.0.0.0 with any prefix matches everything."""
    if block.startswith("0.0.0.0/"):
        return True
    try:
        return IPv4Address(address) in IPv4Network(block, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        return False


def primary(interface: NetworkInterface) -> str:
    """Return the primary address of an interface, which is the source address of VRRP."""
    specs = sorted(interface.private_ip_address_set, key=lambda one: not one.primary)
    return (specs[0].private_ip_address or "") if specs else ""
