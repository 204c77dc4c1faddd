"""Operations on HAVIPs shared by several resources: read, set the range, delete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from havip.api import (
    AssociateHaVipInstance,
    DeleteHaVip,
    DisassociateHaVipInstance,
    HaVip,
    HaVipAssociation,
    Request,
    Response,
)
from havip.errors import (
    DuplicateError,
    HavipError,
    NotFoundError,
    TaskError,
    UnsupportedError,
    WaitTimeout,
)
from pulumi_havip.handlers.context import Job
from pulumi_havip.handlers.errors import HeldError, ResourceError
from pulumi_havip.handlers.idempotency import UNCERTAIN, change_once
from pulumi_havip.handlers.natural_keys import of_stack
from pulumi_havip.handlers.property_types import RANGE_LIMIT

_TRIES: Final = 4
_HELD_FOR: Final = 60.0
"""Seconds to wait for the holder to release the address: it does so soon or never."""
Members = dict[str, str]
"""The members of a range: their type by their id."""
EMPTY_RANGE: Final = (
    "its range is empty for a moment: instances and network interfaces cannot be in it together"
)
"""The warning if the range is empty for a moment in any order of changes."""


def members(row: HaVip) -> Members:
    """Return the range of a HAVIP."""
    return {item.instance_id: item.instance_type or "" for item in row.ha_vip_association_set}


def present(job: Job, id: str) -> HaVip:
    """Read a HAVIP that must exist.

    Raises:
        ResourceError: It does not exist.
    """
    row = job.region.ha_vips.fresh(id)
    if row is None:
        raise ResourceError(
            f"{job.name}: {id} is not in {job.region.name} any more: "
            f"`pulumi refresh` lets the next deployment make it again"
        )
    return row


def set_range(job: Job, row: HaVip, wanted: Members) -> HaVip:
    """Change the range of a HAVIP to the given one, and return the changed HAVIP.

    New members are added before old ones are removed, in turns if the range is full, so that it is
    never empty and its holder is removed last. Only a change between instances and network
    interfaces, which the API does not allow together, removes all old members first.
    """
    for _ in range(_TRIES):
        there = members(row)
        added = {id: kind for id, kind in wanted.items() if id not in there}
        removed = {id: kind for id, kind in there.items() if id not in wanted}
        if not added and not removed:
            return row
        if not same_kind({**there, **added}):
            leave(job, row.ha_vip_id, removed)
            there, removed = {}, {}
        _exchange(job, row, len(there), added, removed)
        row = present(job, row.ha_vip_id)
    raise ResourceError(
        f"{job.name}: its range does not stay as it was set: somebody else changes it as well"
    )


def _exchange(job: Job, row: HaVip, count: int, added: Members, removed: Members) -> None:
    """Add and remove members in turns, as many at a time as the range has room for."""
    holders = (row.instance_id, row.network_interface_id)
    new = list(added.items())
    old = sorted(removed.items(), key=lambda item: item[0] in holders)
    while new or old:
        step = new[: RANGE_LIMIT - count] if old else new
        join(job, row.ha_vip_id, dict(step))
        new, count = new[len(step) :], count + len(step)
        last = len(old) - 1 if new and count == len(old) else len(old)
        leave(job, row.ha_vip_id, dict(old[:last]))
        old, count = old[last:], count - last


def same_kind(range_: Members) -> bool:
    """Return whether the members are of one kind, as far as their kinds are known."""
    return len({*range_.values()} - {""}) <= 1


def fits(there: Members, added: Members) -> bool:
    """Return whether the API accepts new members in addition to the current range."""
    both = {**there, **added}
    return same_kind(both) and len(both) <= RANGE_LIMIT


def make_room(job: Job, id: str, added: Members, urn: str | None) -> None:
    """Remove members that prevent new ones, from a HAVIP that this stack created.

    These are members of the other type or, if the range is full, one that the program does not
    declare. They belong to resources that left the program or are about to be replaced.
    """
    row = job.region.ha_vips.fresh(id)
    there = members(row) if row else {}
    if row is None or not added.keys() - there.keys() or fits(there, added):
        return
    if not of_stack(urn, row.tag_set):
        return
    kinds = {*added.values()}
    others = {member: kind for member, kind in there.items() if kind and kind not in kinds}
    if not others:
        keys, holders = job.ctx.keys, (row.instance_id, row.network_interface_id)
        free = [item for item in there if not keys.declared("member", f"{id} {item}")]
        free.sort(key=lambda item: item in holders)
        others = {item: there[item] for item in free[: len(there) + len(added) - RANGE_LIMIT]}
    leave(job, id, others)


def join(job: Job, id: str, added: Members) -> None:
    """Add members to the range of a HAVIP; existing members are ignored."""
    for items in _chunks(id, added):
        _edit(job, id, items, AssociateHaVipInstance(ha_vip_association_set=items), there=True)


def leave(job: Job, id: str, removed: Members) -> None:
    """Remove members from the range of a HAVIP; missing members are ignored."""
    for items in _chunks(id, removed):
        _edit(job, id, items, DisassociateHaVipInstance(ha_vip_association_set=items), there=False)


def _chunks(id: str, ids: Members) -> Iterator[list[HaVipAssociation]]:
    """Split a change of the range into calls of the size that the API accepts."""
    items = [
        HaVipAssociation(ha_vip_id=id, instance_id=member, instance_type=kind or None)
        for member, kind in sorted(ids.items())
    ]
    for start in range(0, len(items), RANGE_LIMIT):
        yield items[start : start + RANGE_LIMIT]


def _edit(
    job: Job, id: str, items: list[HaVipAssociation], request: Request[Response], *, there: bool
) -> None:
    """Send a change of the range until it holds; the range is read again after any doubt."""

    def done() -> bool:
        now = members(present(job, id))
        return all((item.instance_id in now) is there for item in items)

    try:
        change_once(lambda: job.region.send(request), done)
    except (DuplicateError, NotFoundError):
        if not done():
            raise


def delete_ha_vip(job: Job, id: str) -> None:
    """Delete a HAVIP and wait until it no longer exists.

    If a machine holds it, or it has an elastic IP, the deletion is retried for a minute.

    Raises:
        NotFoundError: It does not exist.
        HeldError: A machine still holds it; the message names the instance.
    """
    limited = job.ctx.within(min(job.ctx.timeout, _HELD_FOR))
    last: HavipError | None = None
    try:
        for _ in limited.pauses(f"{job.name}: its deletion"):
            try:
                request_id = job.region.send(DeleteHaVip(ha_vip_id=id)).request_id
                job.wait(
                    job.region.ha_vips, id, _absent, "its deletion", ("DeleteHaVip", request_id)
                )
            except (UnsupportedError, TaskError, *UNCERTAIN) as error:
                last = error
                row = job.region.ha_vips.fresh(id)
                if row is None:
                    return
                if not _passing(row, error):
                    raise
            else:
                return
    except WaitTimeout as error:
        raise _why_not(job, id, last or error) from None


def _absent(row: HaVip | None) -> bool:
    return row is None


def _passing(row: HaVip, error: HavipError) -> bool:
    """Return whether a failure is temporary: the address is held, an EIP or a task pending.

    The API has one code for all states that prevent the deletion.
    """
    return not isinstance(error, TaskError) or bool(row.instance_id or row.address_ip)


def _why_not(job: Job, id: str, error: HavipError) -> HavipError:
    row = job.region.ha_vips.fresh(id)
    if row is not None and row.instance_id:
        return HeldError(
            f"{job.name}: {row.vip} is held by {row.instance_id}: stop keepalived there (or take "
            f"the address off its interface), then run it again ({error})"
        )
    if row is not None and row.address_ip:
        return ResourceError(
            f"{job.name}: the elastic IP {row.address_ip} is still bound to it: unbind it, then "
            f"run it again ({error})"
        )
    return error
