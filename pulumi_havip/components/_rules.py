"""Validation of a pair's values, separately and in combination."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

RANGE_LIMIT: Final = 10
"""Maximum number of members of a HAVIP's range (AssociateHaVipInstance)."""


def count_problem(kind: str, count: int, most: int = RANGE_LIMIT) -> str | None:
    """Return what is wrong with the number of nodes, or None."""
    if count < 2:
        return (
            f"nodes: {'one node has' if count else 'no nodes have'} nothing to fail over to: "
            f"give a {kind} two"
        )
    if count > most:
        limit = "has two nodes" if most == 2 else f"takes {most}, the most that a range may have"
        return f"nodes: {count} are too many: a {kind} {limit}"
    return None


def value_problem(name: str, value: Any) -> str | None:
    """Return what is wrong with the value of a property, or None; an omitted value is valid."""
    fits, wanted = _VALUES[name]
    if value is None or fits(value):
        return None
    return f"{name}: {value!r} is not {wanted}"


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _within(least: int, most: int) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        # Pulumi turns integers into floats, and stack configuration values are strings.
        try:
            return not _flag(value) and int(value) == float(value) and least <= int(value) <= most
        except (TypeError, ValueError, OverflowError):
            return False

    return fits


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value))


def _block(value: Any) -> bool:
    return isinstance(value, str) and "/" in value and not _no_block(value)


_FLAG: Final = (_flag, "True or False (text such as 'false' would count as true)")
_VALUES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "check_fall": (_within(1, 60), "a whole number of failed checks from 1 to 60"),
    "check_interval": (_within(1, 60), "a whole number of seconds from 1 to 60"),
    "garp_master_refresh": (_within(0, 3600), "a whole number of seconds from 0 to 3600"),
    "advert_int": (_within(1, 255), "a whole number of seconds from 1 to 255"),
    "check_associate": _FLAG,
    "clients": (_block, "an IPv4 CIDR such as 10.0.0.0/16, with its host bits clear"),
    "database": (_text(r"[\w$.-]{1,63}"), "a name of letters, digits, '_', '$', '.' and '-'"),
    "eip": (_flag, "True or False: an elastic IP that exists goes into `eip_address`"),
    "interface": (_text(r"(?!lo$)[A-Za-z][\w.-]{0,14}"), "the name of an interface, such as eth0"),
    "port": (_within(1, 65535), "a port from 1 to 65535"),
    "protect": _FLAG,
    "replace_nodes": _FLAG,
    "settle_seconds": (_within(0, 86400), "a whole number of seconds from 0 to 86400"),
    "synchronous": _FLAG,
    "virtual_router_id": (_within(1, 255), "a whole number from 1 to 255"),
}


def address_problems(
    vip: str | None, nodes: Mapping[str, str | None], cidr: str | None
) -> Iterator[str]:
    """Yield the problems with the addresses of a HAVIP and its nodes.

    Args:
        vip: The HAVIP's address.
        nodes: The address of each node, by the property that gives it.
        cidr: The CIDR block of the subnet.
    """
    named = [("vip", vip), *((f"{name}.private_ip", ip) for name, ip in nodes.items())]
    given = [(name, ip) for name, ip in named if ip]
    problems = [f"{name}: {why}" for name, ip in given if (why := _malformed(ip))]
    if cidr and (why := _no_network(cidr)):
        problems.append(f"subnet_cidr: {why}")
    if problems:
        yield from problems
        return
    owner: dict[IPv4Address, str] = {}
    for name, ip in given:
        other = owner.setdefault(IPv4Address(ip), name)
        if other != name:
            yield f"{name}: {ip} is also {other}: give each its own address"
    for name, ip in given if cidr else ():
        if why := _outside(ip, cidr or ""):
            yield f"{name}: {why}, since a HAVIP moves within one subnet only"


def _malformed(address: str) -> str | None:
    try:
        IPv4Address(address)
    except ValueError:
        return f"{address!r} is not an IPv4 address such as 10.0.0.5 (HAVIP has no IPv6)"
    return None


def _no_block(cidr: str) -> str | None:
    try:
        IPv4Network(cidr)
    except ValueError:
        return f"{cidr!r} is not an IPv4 CIDR such as 10.0.0.0/24, with its host bits clear"
    return None


def _no_network(cidr: str) -> str | None:
    if why := _no_block(cidr):
        return why
    net = IPv4Network(cidr)
    return None if net.prefixlen <= 28 else f"{net} is not a subnet: the smallest is a /28"


def _outside(address: str, cidr: str) -> str | None:
    """Return why an address is not usable in a subnet; the cloud reserves three of them."""
    net, ip = IPv4Network(cidr), IPv4Address(address)
    choice = f"take one from {net[2]} to {net[-2]}"
    if ip not in net:
        return f"{ip} is outside of the subnet {net}: {choice}"
    if ip in (net[0], net[1], net[-1]):
        return f"{ip} is reserved by the cloud in the subnet {net}: {choice}"
    return None
