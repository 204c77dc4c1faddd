"""Rules about addresses: virtual addresses, the node's own, its peers, and interfaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from havip.keepalived.config.model import VrrpInstance
from havip.keepalived.config.syntax import Statement
from havip.keepalived.config.values import LONGEST_INTERFACE, host
from havip.keepalived.lint.election import OWNER, priority_of
from havip.keepalived.lint.registry import (
    GUIDE,
    MANUAL,
    OVERVIEW,
    RULES,
    TESTED,
    Subject,
    addresses_of,
    line_of,
    other_settings,
)
from havip.rules import Problem, Severity

_NO_ARP = ("tun", "wg", "ppp", "tap-vpn")
_ADDRESSES_OF_NIC = 5
_UNICAST = ("unicast_src_ip", "unicast_peer", "check_unicast_src", "old_unicast_checksum")


@RULES.rule(
    "multicast",
    Severity.ERROR,
    reason="Without unicast_peer advertisements are sent to a multicast group, which a VPC does "
    "not forward unless its multicast feature is enabled: each node considers the other one dead, "
    "and both claim the address.",
    fix="List all other nodes in unicast_peer, and set unicast_src_ip to this node.",
    source=GUIDE,
)
def _multicast(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if not peers_of(subject, one) and subject.is_complete(one, "unicast_peer"):
            yield Problem(f"{one.name} has no unicast_peer", line_of(one, "unicast_peer"))


@RULES.rule(
    "unicast-without-peer",
    Severity.ERROR,
    reason="A unicast setting without a usable peer: keepalived falls back to multicast and "
    "reports a deprecated configuration.",
    fix="List all other nodes in unicast_peer.",
    source=TESTED,
    since="2.2.5",
)
def _unicast_without_peer(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if peers_of(subject, one) or not subject.is_complete(one, "unicast_peer"):
            continue
        given = [name for name in _UNICAST if name in one.lines or name in other_settings(one)]
        if given and "unicast_fault_no_peer" not in other_settings(one):
            yield Problem(f"{one.name} has {given[0]} and no usable peer", line_of(one, given[0]))
        if "unicast_ttl" in other_settings(one):
            yield Problem(f"{one.name} has unicast_ttl and no peer", line_of(one, "unicast_ttl"))


def peers_of(subject: Subject, one: VrrpInstance) -> list[str]:
    """Return the peers that keepalived uses: those of the instance's address family."""
    family, _ = subject.family(one)
    return [peer.address for peer in one.unicast_peer if (":" in peer.address) == (family == 6)]


@RULES.rule(
    "address-family",
    Severity.ERROR,
    reason="The first address of an instance determines IPv4 or IPv6; keepalived skips addresses "
    "of the other family, and an instance without a usable peer falls back to multicast.",
    fix="Use only IPv4: a HAVIP is an IPv4 address. Put additional IPv6 addresses into "
    "virtual_ipaddress_excluded.",
    source=TESTED,
    since="2.0.0",
)
def _address_family(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        family, skipped = subject.family(one)
        for setting, address, line in skipped:
            yield Problem(f"{one.name} speaks IPv{family}, and {setting} has {address}", line)


@RULES.rule(
    "mcast-destination",
    Severity.ERROR,
    reason="keepalived ignores mcast_dst_ip if there are unicast peers, or if it is not a "
    "multicast address.",
    fix="Remove mcast_dst_ip.",
    source=TESTED,
    since="2.2.5",
)
def _mcast_destination(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        words = other_settings(one).get("mcast_dst_ip")
        found = host(words[1]) if words and len(words) > 1 else None
        if found is None:
            continue
        multicast = found.is_multicast and str(found).startswith(("ff02:", "2"))
        if not multicast or peers_of(subject, one):
            yield Problem(f"{one.name} has mcast_dst_ip {found}", line_of(one, "mcast_dst_ip"))


@RULES.rule(
    "unicast-source",
    Severity.WARNING,
    reason="Peers drop advertisements from unknown addresses; without unicast_src_ip the source is "
    "the first address of the interface.",
    fix="Set unicast_src_ip to this node's own private address.",
    source=GUIDE,
)
def _unicast_source(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        known = subject.is_complete(one, "unicast_src_ip")
        if one.unicast_peer and one.unicast_src_ip is None and known:
            yield Problem(f"{one.name} has no unicast_src_ip", line_of(one, "unicast_peer"))


@RULES.rule(
    "track-source",
    Severity.WARNING,
    reason="track_src_ip puts the instance into FAULT while its source address is not configured; "
    "without unicast_src_ip keepalived drops the setting.",
    fix="Set unicast_src_ip as well.",
    source=MANUAL,
    since="2.0.0",
)
def _track_source(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if (
            one.track_src_ip
            and one.unicast_src_ip is None
            and "mcast_src_ip" not in other_settings(one)
            and subject.is_complete(one, "unicast_src_ip")
        ):
            yield Problem(
                f"{one.name} has track_src_ip and no unicast_src_ip", line_of(one, "track_src_ip")
            )


@RULES.rule(
    "peer-is-self",
    Severity.ERROR,
    reason="A node with its own or the virtual address as a peer does not notice when the real "
    "peer dies.",
    fix="List only the private addresses of the other nodes in unicast_peer.",
    source=MANUAL,
)
def _peer_is_self(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        line = line_of(one, "unicast_peer")
        for peer in one.unicast_peer:
            if peer.address == one.unicast_src_ip:
                yield Problem(f"{one.name}: {peer.address} is its own peer", line)
            if peer.address in addresses_of(one):
                yield Problem(
                    f"{one.name}: {peer.address} is the virtual address, not a node's", line
                )


@RULES.rule(
    "address-is-node",
    Severity.ERROR,
    reason="The virtual address must not be a node's own address, which the network would move "
    "away from the node.",
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
    reason="An instance without an address of its own family in virtual_ipaddress elects a master "
    "that announces nothing.",
    fix="Put the HAVIP's address into virtual_ipaddress.",
    source=TESTED,
    since="2.0.0",
)
def _no_address(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        family, _ = subject.family(one)
        found = any((":" in held.address) == (family == 6) for held in one.virtual_ipaddress)
        if not found and subject.is_complete(one, "virtual_ipaddress"):
            yield Problem(f"{one.name} has no virtual_ipaddress", line_of(one, "virtual_ipaddress"))


@RULES.rule(
    "address-twice",
    Severity.ERROR,
    reason="Two instances elect their masters independently: both nodes announce the address, and "
    "take it from each other.",
    fix="Put each address into one instance; keep several instances together by a sync group.",
    source=MANUAL,
)
def _address_twice(subject: Subject) -> Iterator[Problem]:
    holders: dict[str, str] = {}
    for one in subject.config.vrrp_instance:
        for address in dict.fromkeys(addresses_of(one)):
            if address in holders:
                yield Problem(
                    f"{one.name} has {address}, which {holders[address]} also has",
                    line_of(one, "virtual_ipaddress"),
                )
            holders.setdefault(address, one.name)


@RULES.rule(
    "no-accept",
    Severity.ERROR,
    reason="The master drops every packet to its virtual addresses by a firewall rule: no service "
    "answers on the HAVIP.",
    fix="Remove no_accept.",
    source="measured with keepalived 2.2.7: a ping to the address lost all packets",
    since="2.0.0",
)
def _no_accept(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        names = [item.name for item in one.unknown if isinstance(item, Statement)]
        modes = [name for name in names if name in {"accept", "no_accept"}]
        if modes[-1:] == ["no_accept"] and priority_of(one) != OWNER:
            yield Problem(f"{one.name} has no_accept", line_of(one, "no_accept"))


@RULES.rule(
    "interface-missing",
    Severity.ERROR,
    reason="keepalived does not start an instance without an interface.",
    fix="Set interface to the one with the node's private address, such as eth0.",
    source=TESTED,
    since="2.0.0",
)
def _interface_missing(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        missing = one.interface is None and not _has_interface(subject, one)
        if missing and subject.is_complete(one, "interface"):
            yield Problem(f"{one.name} has no interface", line_of(one, "interface"))
        elif one.interface == "lo":
            yield Problem(f"{one.name} runs on lo", line_of(one, "interface"))


def _has_interface(subject: Subject, one: VrrpInstance) -> bool:
    """Return whether keepalived accepts the interface name, valid or not."""
    statement = subject.statement(one)
    named = [item for item in statement.statements if item.name == "interface"] if statement else []
    return any(
        len(item.values[0].encode()) <= LONGEST_INTERFACE for item in named[-1:] if item.values
    )


@RULES.rule(
    "interface-no-arp",
    Severity.ERROR,
    reason="A HAVIP moves when its gratuitous ARP reaches the subnet, which this interface is not "
    "connected to (measured: the ARP left by lo, and the HAVIP did not move).",
    fix="Set interface to the one with the node's private address, such as eth0.",
    source="https://github.com/loxilb-io/loxilb/issues/1120",
)
def _interface_no_arp(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.interface == "lo" or (one.interface and _silent(one.interface)):
            yield Problem(f"{one.name} runs on {one.interface}", line_of(one, "interface"))
        for virtual in (*one.virtual_ipaddress, *one.virtual_ipaddress_excluded):
            if virtual.dev and (virtual.dev == "lo" or _silent(virtual.dev)):
                yield Problem(
                    f"{one.name} puts {virtual.address} on {virtual.dev}",
                    line_of(one, "virtual_ipaddress"),
                )


def _silent(interface: str) -> bool:
    return interface.rstrip("0123456789") in _NO_ARP


@RULES.rule(
    "too-many-addresses",
    Severity.WARNING,
    reason="With more than five HAVIPs on a network interface, bursts of gratuitous ARPs are long "
    "enough to be truncated.",
    fix="Set vrrp_garp_master_repeat 1 in global_defs, or spread the addresses.",
    source=GUIDE,
)
def _too_many_addresses(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and definitions.vrrp_garp_master_repeat == 1:
        return
    if not subject.has_all_globals("vrrp_garp_master_repeat"):
        return
    count: Counter[str] = Counter()
    for one in subject.config.vrrp_instance:
        held = (*one.virtual_ipaddress, *one.virtual_ipaddress_excluded)
        before = count.copy()
        count.update(str(virtual.dev or one.interface) for virtual in held)
        for nic in sorted(count):
            known = subject.is_complete(one, "garp_master_repeat")
            crosses = before[nic] <= _ADDRESSES_OF_NIC < count[nic]
            if crosses and one.garp_master_repeat != 1 and known:
                yield Problem(
                    f"{nic} has {count[nic]} addresses", line_of(one, "virtual_ipaddress")
                )


@RULES.rule(
    "vmac",
    Severity.WARNING,
    reason="A cloud network knows the MAC address of each network interface; frames from VRRP's "
    "virtual MAC address are likely to be dropped (assumed, not tested on Tencent Cloud).",
    fix="Remove use_vmac: the HAVIP moves by gratuitous ARP.",
    source=OVERVIEW,
)
def _vmac(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        for item in one.unknown:
            if isinstance(item, Statement) and item.name in _VMAC:
                yield Problem(f"{one.name} has {item.name}", item.line)


@RULES.rule(
    "vmac-ignored",
    Severity.ERROR,
    reason="keepalived changes inconsistent settings: a virtual MAC address with unicast needs "
    "vmac_xmit_base, vmac_xmit_base needs use_vmac, and an IPv4 ipvlan needs an address.",
    fix="Remove use_vmac, use_ipvlan and vmac_xmit_base.",
    source=TESTED,
    since="2.0.0",
)
def _vmac_ignored(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        other = other_settings(one)
        unicast = {"unicast_src_ip", "unicast_peer"} & one.lines.keys() or {
            "unicast_fault_no_peer",
            "check_unicast_src",
            "old_unicast_checksum",
        } & other.keys()
        line = line_of(one)
        if not subject.is_complete(one):
            continue
        if "vmac_xmit_base" in other and "use_vmac" not in other:
            yield Problem(f"{one.name} has vmac_xmit_base without use_vmac", line)
        elif (
            unicast
            and other.keys() & {"use_vmac", "use_ipvlan"}
            and ("vmac_xmit_base" not in other)
        ):
            yield Problem(f"{one.name} has a virtual MAC address and unicast", line)
        if "promote_secondaries" in other and other.keys() & {"use_vmac", "use_ipvlan"}:
            yield Problem(f"{one.name} has promote_secondaries and a virtual MAC address", line)


_VMAC = frozenset({"use_vmac", "use_vmac_addr", "use_ipvlan"})
