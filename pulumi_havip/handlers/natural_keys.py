"""Natural keys, unique within a program: range member, EIP binding, route, address.

Attachments and routes have no id of their own in the cloud: two resources with the same natural key
are the same object there. `NaturalKeys` records what the program of this deployment declares, so
that two resources never share an object, and the deletion of a resource that left the program does
not remove what another one has taken over. The API changes an object whatever its current state is
(unbinding a HAVIP does not name an elastic IP), and engines call handlers in parallel. A handler
that reads such an object in order to change it holds its lock: `NaturalKeys.changing`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from havip.api import HaVip
from pulumi_havip.handlers.model import CheckFailure, Hints
from pulumi_havip.handlers.ownership_tags import (
    STACK_TAG,
    URN_TAG,
    KeyValue,
    marked_urn,
    named,
    stack_of,
    tags_of,
)
from pulumi_havip.handlers.values import known


class NaturalKeys:
    """The natural keys declared by the program, with the resource that declares each.

    A key consists of a kind, such as ``member``, and a text, such as
    ``havip-1a2b3c4d ins-1a2b3c4d``.

    Args:
        lock: Creates a reentrant lock.
    """

    def __init__(self, lock: Callable[[], AbstractContextManager[bool]] = threading.RLock) -> None:
        self._lock = threading.Lock()
        self._owners: dict[tuple[str, str], str] = {}
        self._make_lock = lock
        self._locks: dict[tuple[str, str], AbstractContextManager[bool]] = {}

    @contextmanager
    def changing(self, kind: str, key: str) -> Iterator[None]:
        """Hold the lock of an object from reading it to the end of its change.

        Query the declarations only with the lock held. No handler holds two locks, which excludes
        deadlocks.

        Args:
            kind: The kind of object: ``range``, ``binding`` or ``route``.
            key: The object's natural key.
        """
        with self._lock:
            lock = self._locks.setdefault((kind, key), self._make_lock())
        with lock:
            yield

    def declare(self, kind: str, key: str, owner: str | None) -> str | None:
        """Declare a key, and return the other resource that declared it before, if any.

        Args:
            kind: The kind of key.
            key: The key.
            owner: The URN of the resource; without a URN, nothing is declared.
        """
        if owner is None:
            return None
        with self._lock:
            holder = self._owners.setdefault((kind, key), owner)
        return None if holder == owner else holder

    def withdraw(self, kind: str, key: str) -> None:
        """Remove a declaration, if it exists."""
        with self._lock:
            self._owners.pop((kind, key), None)

    def owner(self, kind: str, key: str) -> str | None:
        """Return the URN of the resource that declares a key, or None."""
        with self._lock:
            return self._owners.get((kind, key))

    def declared(self, kind: str, key: str) -> bool:
        """Return whether the program declares a key."""
        return self.owner(kind, key) is not None


def names_of(id: str, urn: str | None) -> list[str]:
    """Return the names that may declare a resource: its id and its URN, if known."""
    return [name for name in (id, urn) if name and known(name)]


def declare_address(
    keys: NaturalKeys, property: str, address: str | None, subnet_id: str, hints: Hints
) -> Iterator[CheckFailure]:
    """Declare a private address; two resources of a subnet cannot have the same one."""
    if not address or not known(address):
        return
    for subnet in names_of(subnet_id, hints.subnet):
        if other := keys.declare("address", f"{subnet} {address}", hints.urn):
            yield CheckFailure(
                property, f"{address} is the address of {named(other)}: take another one"
            )
            return


def of_stack(urn: str | None, *tags: Sequence[KeyValue]) -> bool:
    """Return whether any of several sets of ownership tags belongs to the stack of a URN.

    What a stack created and its program no longer declares may be moved by the stack.
    """
    stack = stack_of(urn or "")
    return bool(stack) and any(tags_of(item).get(STACK_TAG) == stack for item in tags)


def address_conflict(holder: HaVip | None, urn: str) -> str:
    """Return which HAVIP uses an address, and the next step.

    Args:
        holder: The HAVIP that uses it; None if something else does.
        urn: The URN of the resource that needs it.
    """
    if holder is None:
        return "take another address, or leave it out to be given one"
    id, marks, stack = holder.ha_vip_id, tags_of(holder.tag_set), stack_of(urn)
    if marks.get(STACK_TAG) != stack:
        return f"{id} has it: take that over with adopt={id!r}, or take another address"
    if marks.get(URN_TAG) != marked_urn(urn):
        return (
            f"{id} has it, {named(marks.get(URN_TAG, ''))} of this stack, and what leaves it is "
            f"deleted last: where that was renamed, give its old name by `aliases`; where it gives "
            f"the address up, run that change first, without this one"
        )
    return (
        f"{id} has it, which an earlier run of this stack made and may have lost: where "
        f"`havip orphans -s {stack}` lists it, take it over with adopt={id!r}"
    )
