"""virtual_router_ids: stable for an address across runs, and unique within a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import pulumi

from havip.keepalived import router_id
from pulumi_havip.components._errors import SetupError, refusing

Taken = Mapping[int, str]
"""The component that uses each id."""
Claim = tuple[str, pulumi.Output[int]]
_CLAIMS: Final = "_havip_router_ids"
"""Attribute of the running stack that holds the VRRP ids of its components, in order."""


def claim(
    owner: str, vip: pulumi.Input[str], given: pulumi.Input[int] | None
) -> pulumi.Output[int]:
    """Choose the virtual_router_id of a component, after all that were declared before it.

    The id is derived from the address, unless an earlier component of the program already uses
    that id. The earlier component does not become a dependency.

    Args:
        owner: The component, such as ``LoadBalancerPair 'web'``.
        vip: The HAVIP's address.
        given: The id given in the program, if any.
    """
    claims = _claims()
    before: pulumi.Input[Any] = _taken(tuple(claims))
    chosen = pulumi.Output.all(vip, given, before).apply(lambda known: choose(owner, *known))
    claims.append((owner, chosen))
    return chosen


def choose(owner: str, vip: str, given: float | None, taken: Taken) -> int:
    """Return the given id, or the first free one derived from the address.

    Raises:
        SetupError: Another component uses the given id.
    """
    if given is None:
        with refusing(owner, "vip"):
            return router_id(vip, taken)
    number = int(given)
    if number in taken:
        raise SetupError(
            owner,
            f"virtual_router_id: {number} is already that of {taken[number]}: take another one, "
            "or leave it out",
        )
    return number


def _claims() -> list[Claim]:
    """Return the ids used in the running program; tests may run without a stack."""
    stack = pulumi.runtime.get_root_resource()
    found: list[Claim] = [] if stack is None else vars(stack).setdefault(_CLAIMS, [])
    return found


async def _taken(claims: Sequence[Claim]) -> Taken:
    found: dict[int, str] = {}
    for owner, chosen in claims:
        try:
            if await chosen.is_known() and (number := await chosen.future()) is not None:
                found[number] = owner
        except Exception:  # noqa: S112 - reported where it arose; here it takes no id
            continue
    return MappingProxyType(found)  # not a dict: Pulumi would search that for outputs
