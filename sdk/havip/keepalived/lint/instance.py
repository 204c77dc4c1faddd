"""Rules on one vrrp_instance: its election, its addresses, its announcements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from havip.keepalived.lint.registry import (
    GUIDE,
    MANUAL,
    OVERVIEW,
    RULES,
    TESTED,
    Subject,
    addresses_of,
    line_of,
    version_of,
)
from havip.rules import Problem, Severity

_NO_ARP = ("lo", "tun", "wg", "ppp", "tap-vpn")
_ADDRESSES_OF_NIC = 5


@RULES.rule(
    "multicast",
    Severity.ERROR,
    reason="Without unicast_peer advertisements go to a multicast group, which a VPC does not "
    "carry unless its multicast feature is on: each node takes the other for dead, and both "
    "claim the address.",
    fix="Name every other node in unicast_peer, and this node in unicast_src_ip.",
    source=GUIDE,
)
def _multicast(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if not one.unicast_peer:
            yield Problem(f"{one.name} has no unicast_peer", line_of(one, "unicast_peer"))


@RULES.rule(
    "unicast-source",
    Severity.WARNING,
    reason="Peers drop advertisements from an address that they do not know; without "
    "unicast_src_ip it is whatever address the interface has first.",
    fix="Set unicast_src_ip to this node's own private address.",
    source=GUIDE,
)
def _unicast_source(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.unicast_peer and one.unicast_src_ip is None:
            yield Problem(f"{one.name} has no unicast_src_ip", line_of(one, "unicast_peer"))


@RULES.rule(
    "peer-is-self",
    Severity.ERROR,
    reason="A node that has its own address, or the virtual one, as a peer never hears of the "
    "real peer's death.",
    fix="unicast_peer holds the private addresses of the other nodes, and nothing else.",
    source=MANUAL,
)
def _peer_is_self(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        for peer in one.unicast_peer:
            if peer.address == one.unicast_src_ip:
                yield Problem(
                    f"{one.name}: {peer.address} is its own peer", line_of(one, "unicast_peer")
                )
            if peer.address in addresses_of(one):
                yield Problem(
                    f"{one.name}: {peer.address} is the virtual address, not a node's",
                    line_of(one, "unicast_peer"),
                )


@RULES.rule(
    "address-is-node",
    Severity.ERROR,
    reason="The virtual address must be one that no node has by itself: the fabric would move a "
    "node's own address.",
    fix="Put the HAVIP's address into virtual_ipaddress.",
    source=OVERVIEW,
)
def _address_is_node(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.unicast_src_ip in addresses_of(one):
            yield Problem(
                f"{one.name}: {one.unicast_src_ip} is this node's own address",
                line_of(one, "virtual_ipaddress"),
            )


@RULES.rule(
    "no-address",
    Severity.ERROR,
    reason="An instance without an address elects a master that holds nothing.",
    fix="Put the HAVIP's address into virtual_ipaddress.",
    source=TESTED,
)
def _no_address(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if not addresses_of(one):
            yield Problem(f"{one.name} has no virtual_ipaddress", line_of(one))


@RULES.rule(
    "master-nopreempt",
    Severity.ERROR,
    reason="keepalived clears nopreempt where the initial state is MASTER: the node takes the "
    "address back when it returns.",
    fix="Set state BACKUP on every node.",
    source=TESTED,
)
def _master_nopreempt(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and one.state == "MASTER":
            yield Problem(f"{one.name} has state MASTER and nopreempt", line_of(one, "state"))


@RULES.rule(
    "owner-nopreempt",
    Severity.ERROR,
    reason="Priority 255 claims to own the address: keepalived clears nopreempt, and the node "
    "takes the address back when it returns.",
    fix="Set a priority from 1 to 254, the same on every node.",
    source=TESTED,
)
def _owner_nopreempt(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and one.priority == 255:
            yield Problem(f"{one.name} has priority 255 and nopreempt", line_of(one, "priority"))


@RULES.rule(
    "preempt-delay",
    Severity.ERROR,
    reason="A node that never preempts has no delay before it does; keepalived clears it.",
    fix="Drop preempt_delay, or nopreempt. The delay counts in seconds.",
    source=TESTED,
)
def _preempt_delay(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and one.preempt_delay:
            yield Problem(
                f"{one.name} has preempt_delay and nopreempt", line_of(one, "preempt_delay")
            )


@RULES.rule(
    "vrrp-strict",
    Severity.ERROR,
    reason="Strict mode refuses unicast peers, drops the authentication and repeats no "
    "gratuitous ARP, all of which a HAVIP needs.",
    fix="Remove vrrp_strict and strict_mode.",
    source=GUIDE,
)
def _vrrp_strict(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and definitions.vrrp_strict:
        yield Problem("vrrp_strict is on for every instance", line_of(definitions, "vrrp_strict"))
    for one in subject.config.vrrp_instance:
        for item in one.unknown:
            words = getattr(item, "words", ("",))
            if words[0] == "strict_mode" and words[1:] not in (("off",), ("false",), ("no",)):
                yield Problem(f"{one.name} has strict_mode", item.line)


@RULES.rule(
    "garp-delay",
    Severity.ERROR,
    reason="The cloud moves a HAVIP on gratuitous ARP alone; a second volley after the switch "
    "covers a lost first one, and Tencent's guide requires it.",
    fix="Set garp_master_delay 1.",
    source=GUIDE,
)
def _garp_delay(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and definitions.vrrp_garp_master_delay:
        return
    for one in subject.config.vrrp_instance:
        if not one.garp_master_delay:
            value = "has no garp_master_delay" if one.garp_master_delay is None else "sets it to 0"
            yield Problem(f"{one.name} {value}", line_of(one, "garp_master_delay"))


@RULES.rule(
    "garp-refresh",
    Severity.ERROR,
    reason="A lost announcement is repaired only by the next one: without garp_master_refresh "
    "there is none, and a split brain stays unseen.",
    fix="Set garp_master_refresh 5.",
    source=GUIDE,
)
def _garp_refresh(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and definitions.vrrp_garp_master_refresh:
        return
    for one in subject.config.vrrp_instance:
        if not one.garp_master_refresh:
            unset = one.garp_master_refresh is None
            value = "has no garp_master_refresh" if unset else "sets garp_master_refresh to 0"
            yield Problem(f"{one.name} {value}", line_of(one, "garp_master_refresh"))


@RULES.rule(
    "garp-interval-zero",
    Severity.WARNING,
    reason="The guide sets vrrp_garp_interval and vrrp_gna_interval to 0, but keepalived 2.2 "
    "takes no 0 there and reports an invalid number; leaving them out means the same.",
    fix="Remove the setting.",
    source=TESTED,
)
def _garp_interval_zero(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    for name in ("vrrp_garp_interval", "vrrp_gna_interval"):
        if definitions and getattr(definitions, name) == 0:
            yield Problem(f"{name} is 0", line_of(definitions, name))


@RULES.rule(
    "too-many-addresses",
    Severity.WARNING,
    reason="With more than five HAVIPs on a network interface the volleys of gratuitous ARP "
    "are long enough to be cut short.",
    fix="Set vrrp_garp_master_repeat 1 in global_defs, or spread the addresses.",
    source=GUIDE,
)
def _too_many_addresses(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and definitions.vrrp_garp_master_repeat == 1:
        return
    count: Counter[str] = Counter()
    for one in subject.config.vrrp_instance:
        held = (*one.virtual_ipaddress, *one.virtual_ipaddress_excluded)
        before = count.copy()
        count.update(str(virtual.dev or one.interface) for virtual in held)
        for nic in sorted(count):
            if before[nic] <= _ADDRESSES_OF_NIC < count[nic] and one.garp_master_repeat != 1:
                yield Problem(
                    f"{nic} has {count[nic]} addresses", line_of(one, "virtual_ipaddress")
                )


@RULES.rule(
    "router-id-reused",
    Severity.ERROR,
    reason="Two clusters with one virtual_router_id take each other's advertisements for their "
    "own; without the setting there is no id.",
    fix="Give each instance an id of its own, distinct among the clusters of the VPC.",
    source=GUIDE,
)
def _router_id_reused(subject: Subject) -> Iterator[Problem]:
    seen: dict[tuple[str | None, int], str] = {}
    for one in subject.config.vrrp_instance:
        if one.virtual_router_id is None:
            yield Problem(f"{one.name} has no virtual_router_id", line_of(one))
            continue
        key = (one.interface, one.virtual_router_id)
        if key in seen:
            yield Problem(
                f"{one.name} has the virtual_router_id {one.virtual_router_id} of {seen[key]}",
                line_of(one, "virtual_router_id"),
            )
        seen.setdefault(key, one.name)


@RULES.rule(
    "advert-int",
    Severity.ERROR,
    reason="VRRP 2 counts advert_int in whole seconds, from 1 to 255: keepalived rounds a "
    "fraction, and ignores what is out of range.",
    fix="Use whole seconds, such as 1, or vrrp_version 3 (and then no authentication).",
    source=TESTED,
)
def _advert_int(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.advert_int is None:
            continue
        rounded = one.advert_int % 1 and version_of(subject, one) == 2
        if rounded or not 0 < one.advert_int <= 255:
            yield Problem(
                f"{one.name} has advert_int {one.advert_int:g}", line_of(one, "advert_int")
            )


@RULES.rule(
    "interface-no-arp",
    Severity.ERROR,
    reason="A HAVIP moves when its gratuitous ARP reaches the subnet; from this interface none "
    "does (it was seen to leave by lo, and the HAVIP stayed).",
    fix="Name the interface that has the node's private address, such as eth0.",
    source="https://github.com/loxilb-io/loxilb/issues/1120",
)
def _interface_no_arp(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.interface is None:
            yield Problem(f"{one.name} has no interface", line_of(one))
        elif _silent(one.interface):
            yield Problem(f"{one.name} runs on {one.interface}", line_of(one, "interface"))
        for virtual in (*one.virtual_ipaddress, *one.virtual_ipaddress_excluded):
            if virtual.dev and _silent(virtual.dev):
                yield Problem(
                    f"{one.name} puts {virtual.address} on {virtual.dev}",
                    line_of(one, "virtual_ipaddress"),
                )


def _silent(interface: str) -> bool:
    return interface.rstrip("0123456789") in _NO_ARP


@RULES.rule(
    "vmac",
    Severity.WARNING,
    reason="A cloud's fabric knows the address of each network interface; frames from VRRP's "
    "virtual one are likely to be dropped (assumed, not tried on Tencent Cloud).",
    fix="Remove use_vmac: the HAVIP moves by its own gratuitous ARP.",
    source=OVERVIEW,
)
def _vmac(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        for item in one.unknown:
            words = getattr(item, "words", ("",))
            if words[0] in {"use_vmac", "use_vmac_addr", "use_ipvlan"}:
                yield Problem(f"{one.name} has {words[0]}", item.line)


@RULES.rule(
    "own-interface",
    Severity.ERROR,
    reason="keepalived always watches the instance's own interface, and reports a "
    "track_interface that names it.",
    fix="Remove the interface from track_interface.",
    source=TESTED,
)
def _own_interface(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if any(track.name == one.interface for track in one.track_interface):
            yield Problem(
                f"{one.name} tracks its own {one.interface}", line_of(one, "track_interface")
            )


@RULES.rule(
    "auth-ignored",
    Severity.ERROR,
    reason="VRRP 3 has no authentication: keepalived ignores the block.",
    fix="Remove the authentication block, or use VRRP 2.",
    source=TESTED,
)
def _auth_ignored(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.authentication and version_of(subject, one) == 3:
            yield Problem(f"{one.name} has a password under VRRP 3", line_of(one, "authentication"))


@RULES.rule(
    "auth-cut",
    Severity.ERROR,
    reason="PASS has eight characters; keepalived cuts off the rest.",
    fix="Use a password of eight characters.",
    source=TESTED,
)
def _auth_cut(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.authentication and len(one.authentication.auth_pass.get_secret_value()) > 8:
            line = line_of(one.authentication, "auth_pass")
            yield Problem(f"{one.name} has a password of more than eight characters", line)


@RULES.rule(
    "auth-sample",
    Severity.WARNING,
    reason="1111 is the password of every sample: another cluster of the VPC may have it, too.",
    fix="Use a random password of eight characters.",
    source=GUIDE,
)
def _auth_sample(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.authentication and one.authentication.auth_pass.get_secret_value() == "1111":
            line = line_of(one.authentication, "auth_pass")
            yield Problem(f"{one.name} has the samples' password", line)
