"""What makes the addresses of a pair work together; values that are not known yet are None."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from pulumi_havip.handlers.kinds import RANGE_LIMIT, check_address, check_cidr, outside


def count_problem(kind: str, count: int, most: int = RANGE_LIMIT) -> str | None:
    """Say what is wrong with the number of nodes, or None."""
    if count < 2:
        return (
            f"nodes: {'one node has' if count else 'no nodes have'} nothing to fail over to: "
            f"give a {kind} two"
        )
    if count > most:
        limit = "has two nodes" if most == 2 else f"takes {most}, the most that a range may have"
        return f"nodes: {count} are too many: a {kind} {limit}"
    return None


def address_problems(
    vip: str | None, nodes: Sequence[str | None], cidr: str | None
) -> Iterator[str]:
    """Say what is wrong with the addresses of a HAVIP and its nodes.

    Args:
        vip: The HAVIP's address.
        nodes: The address of each node.
        cidr: The CIDR block of the subnet.
    """
    named = [("vip", vip), *((f"nodes[{at}].private_ip", ip) for at, ip in enumerate(nodes))]
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
        if why := outside(ip, cidr or ""):
            yield f"{name}: {why}, since a HAVIP moves within one subnet only"


def _malformed(address: str) -> str | None:
    try:
        check_address(address)
    except ValueError as error:
        return str(error)
    return None


def _no_network(cidr: str) -> str | None:
    try:
        check_cidr(cidr)
    except ValueError as error:
        return str(error)
    return None
