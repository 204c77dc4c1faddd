"""Allocation of private addresses: usable, taken and next free addresses of each subnet."""

from __future__ import annotations

import heapq
import socket
from collections.abc import Callable, Container, Iterable, Iterator
from ipaddress import IPv4Network, ip_network
from itertools import chain
from typing import Any, NamedTuple


def to_number(address: str) -> int:
    """Parse an IPv4 address into a number.

    Raises:
        ValueError: The text is not an IPv4 address.
    """
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET, address))
    except (OSError, ValueError):
        raise ValueError(f"{address!r} is not an IPv4 address") from None


def to_text(number: int) -> str:
    """Format a number as an IPv4 address."""
    return socket.inet_ntop(socket.AF_INET, number.to_bytes(4))


class AddressRange(NamedTuple):
    """The usable addresses of a subnet: all but the first two and the last."""

    first: int
    last: int

    @classmethod
    def of(cls, cidr_block: str) -> AddressRange:
        """Return the usable addresses of a CIDR block.

        Example::

            AddressRange.of("10.0.0.0/24")    # from 10.0.0.2 to 10.0.0.254
        """
        network = ip_network(cidr_block)
        return cls(int(network[0]) + 2, int(network[-1]) - 1)

    @property
    def size(self) -> int:
        """Number of addresses."""
        return self.last - self.first + 1

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.first <= number <= self.last


class _SubnetAddresses:
    """The taken addresses of one subnet, with a hint for finding the lowest free one."""

    def __init__(self) -> None:
        self.taken: dict[int, str] = {}
        self._next = 0
        self._freed: list[int] = []
        self._known_free: set[int] = set()

    def take(self, number: int, owner: str) -> None:
        self.taken[number] = owner

    def free(self, number: int, owner: str) -> None:
        if self.taken.get(number) == owner:
            del self.taken[number]
            if not self.taken:
                # The id may be that of another subnet next time: ids repeat after a reset.
                self._next = 0
                self._freed.clear()
                self._known_free.clear()
            elif number < self._next and number not in self._known_free:
                self._known_free.add(number)
                heapq.heappush(self._freed, number)

    def lowest_free(self, span: AddressRange) -> Iterator[int]:
        """Yield the free addresses, lowest first, in amortized constant time."""
        seen = []
        try:
            while self._freed:
                number = heapq.heappop(self._freed)
                if number in self.taken:
                    self._known_free.discard(number)
                    continue
                seen.append(number)
                yield number
            self._next = max(self._next, span.first)
            while self._next in self.taken:
                self._next += 1
            for number in range(self._next, span.last + 1):
                if number not in self.taken:
                    yield number
        finally:
            for number in seen:
                heapq.heappush(self._freed, number)


class AddressBook:
    """Index of the taken private addresses of all subnets and their owners.

    It watches the tables whose rows own addresses, so that a rollback frees addresses again.
    """

    def __init__(self) -> None:
        self._pools: dict[str, _SubnetAddresses] = {}

    def watcher(
        self, owner: str, addresses: Callable[[Any], Iterable[str]]
    ) -> Callable[[Any, Any], None]:
        """Build a watcher for a table whose rows have a ``subnet_id`` and own addresses.

        Args:
            owner: The attribute with the id of a row.
            addresses: Returns the addresses that a row owns.
        """

        def watch(before: Any, after: Any) -> None:
            old = set() if before is None else {(before.subnet_id, a) for a in addresses(before)}
            new = set() if after is None else {(after.subnet_id, a) for a in addresses(after)}
            for subnet_id, address in old - new:
                self._pool(subnet_id).free(to_number(address), getattr(before, owner))
            for subnet_id, address in new - old:
                self._pool(subnet_id).take(to_number(address), getattr(after, owner))

        return watch

    def owner(self, subnet_id: str, number: int) -> str | None:
        """Return the id of the owner of an address, or None."""
        return self._pool(subnet_id).taken.get(number)

    def used(self, subnet_id: str) -> int:
        """Return the number of taken addresses of a subnet."""
        return len(self._pool(subnet_id).taken)

    def pick(
        self,
        subnet_id: str,
        span: AddressRange,
        count: int,
        *,
        avoid: Container[int],
        first: Iterable[int],
    ) -> list[int]:
        """Pick free addresses of a subnet: free ones of `first`, then the lowest.

        Args:
            subnet_id: The subnet.
            span: Its usable addresses.
            count: Number of addresses; fewer are returned if the subnet is full.
            avoid: Free addresses to skip.
            first: Addresses to try before the lowest free ones.
        """
        pool = self._pool(subnet_id)
        drawn = (number for number in first if number not in pool.taken)
        picked: dict[int, None] = {}
        for number in chain(drawn, pool.lowest_free(span)):
            if len(picked) == count:
                break
            if number not in avoid:
                picked[number] = None
        return list(picked)

    def _pool(self, subnet_id: str) -> _SubnetAddresses:
        if subnet_id not in self._pools:
            self._pools[subnet_id] = _SubnetAddresses()
        return self._pools[subnet_id]


def parse_network(text: str) -> IPv4Network | None:
    """Parse an IPv4 CIDR block; return None if it is malformed or has host bits set."""
    try:
        network = ip_network(text)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) and "/" in text else None
