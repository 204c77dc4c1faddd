"""What one resource of a deployment alone may have, such as an address of a subnet."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_havip.handlers.context import Context
from pulumi_havip.handlers.model import CheckFailure, Hints
from pulumi_havip.handlers.ownership_tags import named
from pulumi_havip.handlers.values import known


def names_of(id: str, urn: str | None) -> list[str]:
    """Give the names under which something may be claimed: its id and its URN, where known."""
    return [name for name in (id, urn) if name and known(name)]


def claim_address(
    ctx: Context, property: str, address: str | None, subnet_id: str, hints: Hints
) -> Iterator[CheckFailure]:
    """Claim a private address; two resources of a subnet cannot have the same one."""
    if not address or not known(address):
        return
    for subnet in names_of(subnet_id, hints.subnet):
        if other := ctx.claim("address", f"{subnet} {address}", hints.urn):
            yield CheckFailure(
                property, f"{address} is the address of {named(other)}: take another one"
            )
            return
