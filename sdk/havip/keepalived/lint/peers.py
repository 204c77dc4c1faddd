"""Rules that compare the files of the nodes of one pair."""

from __future__ import annotations

from collections.abc import Iterator

from havip.keepalived.config.model import VrrpInstance
from havip.keepalived.lint.registry import (
    GUIDE,
    MANUAL,
    MEASURED,
    RULES,
    Subject,
    addresses_of,
    line_of,
    version_of,
)
from havip.rules import Problem, Severity

_NEEDS = "--peer"
_ADDRESSES = ("virtual_ipaddress", "virtual_ipaddress_excluded")
_IDENTITY = (*_ADDRESSES, "virtual_router_id")


def _pairs(
    subject: Subject, *settings: str
) -> Iterator[tuple[VrrpInstance, VrrpInstance, Subject]]:
    """Yield each instance with its counterpart: same addresses, or else same id or name.

    Args:
        subject: The file, with its peers.
        settings: The settings to compare, which must be complete in both instances.
    """
    for peer in subject.peers:
        for one in subject.config.vrrp_instance:
            other = _counterpart(one, peer)
            if other is None:
                continue
            known = subject.is_complete(one, *settings) and peer.is_complete(other, *settings)
            if known or not settings:
                yield one, other, peer


def _counterpart(one: VrrpInstance, peer: Subject) -> VrrpInstance | None:
    held = set(addresses_of(one))
    instances = peer.config.vrrp_instance
    tests = (
        lambda other: held & set(addresses_of(other)),
        lambda other: other.virtual_router_id == one.virtual_router_id,
        lambda other: other.name == one.name,
    )
    return next((other for test in tests for other in instances if test(other)), None)


@RULES.rule(
    "no-counterpart",
    Severity.ERROR,
    reason="An instance that the peer does not have cannot fail over.",
    fix="Give both nodes the same instances.",
    source=MANUAL,
    needs=_NEEDS,
)
def _no_counterpart(subject: Subject) -> Iterator[Problem]:
    for peer in subject.peers:
        for one in subject.config.vrrp_instance:
            known = subject.is_complete(one, *_IDENTITY) and peer.is_complete(
                peer.config, "vrrp_instance"
            )
            if _counterpart(one, peer) is None and known:
                yield Problem(f"{one.name} is not in {peer.file}", line_of(one))


@RULES.rule(
    "same-node",
    Severity.ERROR,
    reason="Both files claim to be the same node.",
    fix="Swap unicast_src_ip and unicast_peer in one of them.",
    source=GUIDE,
    needs=_NEEDS,
)
def _same_node(subject: Subject) -> Iterator[Problem]:
    for one, other, peer in _pairs(subject):
        if one.unicast_src_ip is not None and one.unicast_src_ip == other.unicast_src_ip:
            yield Problem(
                f"{one.unicast_src_ip} is also the unicast_src_ip of {peer.file}",
                line_of(one, "unicast_src_ip"),
            )


@RULES.rule(
    "peers-asymmetric",
    Severity.ERROR,
    reason="A node that receives no advertisements considers its peer dead, and both hold the "
    "address.",
    fix="List each node's unicast_src_ip in the other's unicast_peer.",
    source=GUIDE,
    needs=_NEEDS,
)
def _peers_asymmetric(subject: Subject) -> Iterator[Problem]:
    for one, other, peer in _pairs(subject):
        mine = {entry.address for entry in one.unicast_peer}
        theirs = {entry.address for entry in other.unicast_peer}
        sends = other.unicast_src_ip in mine or not subject.is_complete(one, "unicast_peer")
        if other.unicast_src_ip is not None and not sends:
            yield Problem(
                f"{one.name} does not send to {other.unicast_src_ip} of {peer.file}",
                line_of(one, "unicast_peer"),
            )
        receives = one.unicast_src_ip in theirs or not peer.is_complete(other, "unicast_peer")
        if one.unicast_src_ip is not None and not receives:
            yield Problem(
                f"{peer.file} does not send {other.name} to {one.unicast_src_ip}",
                line_of(one, "unicast_src_ip"),
            )


@RULES.rule(
    "router-id-differs",
    Severity.ERROR,
    reason="Advertisements with another virtual_router_id are ignored: both hold the address.",
    fix="Give both nodes the same virtual_router_id.",
    source=MANUAL,
    needs=_NEEDS,
)
def _router_id_differs(subject: Subject) -> Iterator[Problem]:
    yield from _differs(subject, "virtual_router_id")


@RULES.rule(
    "addresses-differ",
    Severity.ERROR,
    reason="keepalived drops advertisements of other addresses: both nodes hold theirs.",
    fix="Give both nodes the same virtual_ipaddress.",
    source=MANUAL,
    needs=_NEEDS,
)
def _addresses_differ(subject: Subject) -> Iterator[Problem]:
    for one, other, peer in _pairs(subject, *_ADDRESSES):
        if set(addresses_of(one)) != set(addresses_of(other)):
            yield Problem(
                f"{one.name} and {other.name} of {peer.file} hold different addresses",
                line_of(one, "virtual_ipaddress"),
            )


@RULES.rule(
    "priority-differs",
    Severity.WARNING,
    reason="With nopreempt, priorities only decide the first election and the end of a split "
    "brain; equal ones let the holder keep the address. Without nopreempt the higher one takes "
    "it back, at the cost of a second interruption.",
    fix="Give all nodes state BACKUP, nopreempt and the same priority.",
    source=GUIDE,
    needs=_NEEDS,
)
def _priority_differs(subject: Subject) -> Iterator[Problem]:
    yield from _differs(subject, "priority")


@RULES.rule(
    "advert-int-differs",
    Severity.ERROR,
    reason="VRRP 2 drops advertisements with another interval; in VRRP 3 the backup uses the "
    "master's interval.",
    fix="Give both nodes the same advert_int.",
    source=MANUAL,
    needs=_NEEDS,
)
def _advert_int_differs(subject: Subject) -> Iterator[Problem]:
    for one, other, peer in _pairs(subject, "advert_int"):
        if (one.advert_int or 1) != (other.advert_int or 1):
            yield Problem(
                f"{one.name} has advert_int {one.advert_int or 1:g}, "
                f"{peer.file} {other.advert_int or 1:g}",
                line_of(one, "advert_int"),
            )


@RULES.rule(
    "nopreempt-differs",
    Severity.WARNING,
    reason="The node without nopreempt takes the address back when it returns: a second "
    "interruption (measured: 40 ms, and all open connections).",
    fix="Set nopreempt on every node.",
    source=MEASURED,
    needs=_NEEDS,
)
def _nopreempt_differs(subject: Subject) -> Iterator[Problem]:
    yield from _differs(subject, "nopreempt")


@RULES.rule(
    "auth-differs",
    Severity.ERROR,
    reason="Advertisements with another password are dropped: both hold the address.",
    fix="Give both nodes the same authentication.",
    source=MANUAL,
    needs=_NEEDS,
)
def _auth_differs(subject: Subject) -> Iterator[Problem]:
    for one, other, peer in _pairs(subject, "authentication"):
        if _auth(one) != _auth(other):
            yield Problem(
                f"{one.name} and {other.name} of {peer.file} have different authentication",
                line_of(one, "authentication"),
            )


def _auth(instance: VrrpInstance) -> tuple[str, str] | None:
    block = instance.authentication
    return (block.auth_type, block.auth_pass.get_secret_value()[:8]) if block else None


@RULES.rule(
    "version-differs",
    Severity.ERROR,
    reason="Advertisements of another VRRP version are dropped: both hold the address.",
    fix="Give both nodes the same vrrp_version.",
    source=MANUAL,
    needs=_NEEDS,
)
def _version_differs(subject: Subject) -> Iterator[Problem]:
    for one, other, peer in _pairs(subject):
        mine, theirs = version_of(subject, one), version_of(peer, other)
        if mine and theirs and mine != theirs:
            yield Problem(
                f"{one.name} uses VRRP {mine}, {peer.file} {theirs}", line_of(one, "version")
            )


def _differs(subject: Subject, setting: str) -> Iterator[Problem]:
    for one, other, peer in _pairs(subject, setting):
        mine, theirs = getattr(one, setting), getattr(other, setting)
        if mine != theirs:
            yield Problem(
                f"{one.name} has {setting} {_shown(mine)}, {peer.file} {_shown(theirs)}",
                line_of(one, setting),
            )


def _shown(value: object) -> str:
    words = {None: "unset", True: "set", False: "unset"}
    return words[value] if value is None or isinstance(value, bool) else str(value)
