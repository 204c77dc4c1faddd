"""What to do where another HAVIP has the address that a new one was to have."""

from __future__ import annotations

from havip.api import HaVip
from pulumi_havip.handlers.ownership_tags import (
    STACK_TAG,
    URN_TAG,
    marked_urn,
    named,
    stack_of,
    tags_of,
)


def way_out(holder: HaVip | None, urn: str) -> str:
    """Say who has an address that is taken, and how to go on.

    Args:
        holder: The HAVIP that has it, None where something else has.
        urn: The URN of the resource that was to have it.
    """
    if holder is None:
        return "take another address, or leave it out to be given one"
    id, marks, stack = holder.ha_vip_id, tags_of(holder.tag_set), stack_of(urn)
    if marks.get(STACK_TAG) != stack:
        return f"{id} has it: take that over with adopt={id!r}, or take another address"
    if marks.get(URN_TAG) != marked_urn(urn):
        return (
            f"{id} has it, {named(marks.get(URN_TAG, ''))} of this stack: where that was renamed, "
            f"give its old name by `aliases`, or else take another address"
        )
    return (
        f"{id} has it, which an earlier run of this stack made and may have lost: where "
        f"`havip orphans -s {stack}` lists it, take it over with adopt={id!r}"
    )
