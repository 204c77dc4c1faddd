"""Rules on one vrrp_instance: its election, its addresses, its announcements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from havip.keepalived.lint._rule import (
    GUIDE,
    MANUAL,
    OVERVIEW,
    TESTED,
    Level,
    Problem,
    Subject,
    addresses_of,
    line_of,
    rule,
    version_of,
)

_NO_ARP = ("lo", "tun", "wg", "ppp", "tap-vpn")
_ADDRESSES_OF_NIC = 5


@rule(
    "multicast",
    Level.ERROR,
    reason="Without unicast_peer advertisements go to a multicast group, which a VPC does not "
    "carry unless its multicast feature is on: each node takes the other for dead, and both "
    "claim the address.",
    fix="Name every other node in unicast_peer, and this node in unicast_src_ip.",
    source=GUIDE,
)
def _multicast(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if not one.unicast_peer:
            yield line_of(one, "unicast_peer"), f"{one.name} has no unicast_peer"


@rule(
    "unicast-source",
    Level.WARNING,
    reason="Peers drop advertisements from an address that they do not know; without "
    "unicast_src_ip it is whatever address the interface has first.",
    fix="Set unicast_src_ip to this node's own private address.",
    source=GUIDE,
)
def _unicast_source(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.unicast_peer and one.unicast_src_ip is None:
            yield line_of(one, "unicast_peer"), f"{one.name} has no unicast_src_ip"


@rule(
    "peer-is-self",
    Level.ERROR,
    reason="A node that has its own address, or the virtual one, as a peer never hears of the "
    "real peer's death.",
    fix="unicast_peer holds the private addresses of the other nodes, and nothing else.",
    source=MANUAL,
)
def _peer_is_self(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        for peer in one.unicast_peer:
            if peer.address == one.unicast_src_ip:
                yield line_of(one, "unicast_peer"), f"{one.name}: {peer.address} is its own peer"
            if peer.address in addresses_of(one):
                yield (
                    line_of(one, "unicast_peer"),
                    f"{one.name}: {peer.address} is the virtual address, not a node's",
                )


@rule(
    "address-is-node",
    Level.ERROR,
    reason="The virtual address must be one that no node has by itself: the fabric would move a "
    "node's own address.",
    fix="Put the HAVIP's address into virtual_ipaddress.",
    source=OVERVIEW,
)
def _address_is_node(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.unicast_src_ip in addresses_of(one):
            yield (
                line_of(one, "virtual_ipaddress"),
                f"{one.name}: {one.unicast_src_ip} is this node's own address",
            )


@rule(
    "no-address",
    Level.ERROR,
    reason="An instance without an address elects a master that holds nothing.",
    fix="Put the HAVIP's address into virtual_ipaddress.",
    source=TESTED,
)
def _no_address(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if not addresses_of(one):
            yield line_of(one), f"{one.name} has no virtual_ipaddress"


@rule(
    "master-nopreempt",
    Level.ERROR,
    reason="keepalived clears nopreempt where the initial state is MASTER: the node takes the "
    "address back when it returns.",
    fix="Set state BACKUP on every node.",
    source=TESTED,
)
def _master_nopreempt(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and one.state == "MASTER":
            yield line_of(one, "state"), f"{one.name} has state MASTER and nopreempt"


@rule(
    "owner-nopreempt",
    Level.ERROR,
    reason="Priority 255 claims to own the address: keepalived clears nopreempt, and the node "
    "takes the address back when it returns.",
    fix="Set a priority from 1 to 254, the same on every node.",
    source=TESTED,
)
def _owner_nopreempt(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and one.priority == 255:
            yield line_of(one, "priority"), f"{one.name} has priority 255 and nopreempt"


@rule(
    "preempt-delay",
    Level.ERROR,
    reason="A node that never preempts has no delay before it does; keepalived clears it.",
    fix="Drop preempt_delay, or nopreempt. The delay counts in seconds.",
    source=TESTED,
)
def _preempt_delay(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and one.preempt_delay:
            yield line_of(one, "preempt_delay"), f"{one.name} has preempt_delay and nopreempt"


@rule(
    "vrrp-strict",
    Level.ERROR,
    reason="Strict mode refuses unicast peers, drops the authentication and repeats no "
    "gratuitous ARP, all of which a HAVIP needs.",
    fix="Remove vrrp_strict and strict_mode.",
    source=GUIDE,
)
def _vrrp_strict(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and definitions.vrrp_strict:
        yield line_of(definitions, "vrrp_strict"), "vrrp_strict is on for every instance"
    for one in subject.config.vrrp_instance:
        for item in one.unknown:
            words = getattr(item, "words", ("",))
            if words[0] == "strict_mode" and words[1:] not in (("off",), ("false",), ("no",)):
                yield item.line, f"{one.name} has strict_mode"


@rule(
    "garp-delay",
    Level.ERROR,
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
            yield line_of(one, "garp_master_delay"), f"{one.name} {value}"


@rule(
    "garp-refresh",
    Level.ERROR,
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
            yield line_of(one, "garp_master_refresh"), f"{one.name} {value}"


@rule(
    "garp-interval-zero",
    Level.WARNING,
    reason="The guide sets vrrp_garp_interval and vrrp_gna_interval to 0, but keepalived 2.2 "
    "takes no 0 there and reports an invalid number; leaving them out means the same.",
    fix="Remove the setting.",
    source=TESTED,
)
def _garp_interval_zero(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    for name in ("vrrp_garp_interval", "vrrp_gna_interval"):
        if definitions and getattr(definitions, name) == 0:
            yield line_of(definitions, name), f"{name} is 0"


@rule(
    "too-many-addresses",
    Level.WARNING,
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
                yield line_of(one, "virtual_ipaddress"), f"{nic} has {count[nic]} addresses"


@rule(
    "router-id-reused",
    Level.ERROR,
    reason="Two clusters with one virtual_router_id take each other's advertisements for their "
    "own; without the setting there is no id.",
    fix="Give each instance an id of its own, distinct among the clusters of the VPC.",
    source=GUIDE,
)
def _router_id_reused(subject: Subject) -> Iterator[Problem]:
    seen: dict[tuple[str | None, int], str] = {}
    for one in subject.config.vrrp_instance:
        if one.virtual_router_id is None:
            yield line_of(one), f"{one.name} has no virtual_router_id"
            continue
        key = (one.interface, one.virtual_router_id)
        if key in seen:
            yield (
                line_of(one, "virtual_router_id"),
                f"{one.name} has the virtual_router_id {one.virtual_router_id} of {seen[key]}",
            )
        seen.setdefault(key, one.name)


@rule(
    "advert-int",
    Level.ERROR,
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
            yield line_of(one, "advert_int"), f"{one.name} has advert_int {one.advert_int:g}"


@rule(
    "interface-no-arp",
    Level.ERROR,
    reason="A HAVIP moves when its gratuitous ARP reaches the subnet; from this interface none "
    "does (it was seen to leave by lo, and the HAVIP stayed).",
    fix="Name the interface that has the node's private address, such as eth0.",
    source="https://github.com/loxilb-io/loxilb/issues/1120",
)
def _interface_no_arp(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.interface is None:
            yield line_of(one), f"{one.name} has no interface"
        elif _silent(one.interface):
            yield line_of(one, "interface"), f"{one.name} runs on {one.interface}"
        for virtual in (*one.virtual_ipaddress, *one.virtual_ipaddress_excluded):
            if virtual.dev and _silent(virtual.dev):
                yield (
                    line_of(one, "virtual_ipaddress"),
                    f"{one.name} puts {virtual.address} on {virtual.dev}",
                )


def _silent(interface: str) -> bool:
    return interface.rstrip("0123456789") in _NO_ARP


@rule(
    "vmac",
    Level.WARNING,
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
                yield item.line, f"{one.name} has {words[0]}"


@rule(
    "own-interface",
    Level.ERROR,
    reason="keepalived always watches the instance's own interface, and reports a "
    "track_interface that names it.",
    fix="Remove the interface from track_interface.",
    source=TESTED,
)
def _own_interface(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if any(track.name == one.interface for track in one.track_interface):
            yield line_of(one, "track_interface"), f"{one.name} tracks its own {one.interface}"


@rule(
    "auth-ignored",
    Level.ERROR,
    reason="VRRP 3 has no authentication: keepalived ignores the block.",
    fix="Remove the authentication block, or use VRRP 2.",
    source=TESTED,
)
def _auth_ignored(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.authentication and version_of(subject, one) == 3:
            yield line_of(one, "authentication"), f"{one.name} has a password under VRRP 3"


@rule(
    "auth-cut",
    Level.ERROR,
    reason="PASS has eight characters; keepalived cuts off the rest.",
    fix="Use a password of eight characters.",
    source=TESTED,
)
def _auth_cut(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.authentication and len(one.authentication.auth_pass.get_secret_value()) > 8:
            line = line_of(one.authentication, "auth_pass")
            yield line, f"{one.name} has a password of more than eight characters"


@rule(
    "auth-sample",
    Level.WARNING,
    reason="1111 is the password of every sample: another cluster of the VPC may have it, too.",
    fix="Use a random password of eight characters.",
    source=GUIDE,
)
def _auth_sample(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.authentication and one.authentication.auth_pass.get_secret_value() == "1111":
            line = line_of(one.authentication, "auth_pass")
            yield line, f"{one.name} has the samples' password"
