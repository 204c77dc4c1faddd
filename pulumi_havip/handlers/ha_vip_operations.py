"""What is done to HAVIPs by more than one kind of resource: look, set the range, delete."""

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
from pulumi_havip.handlers.property_types import RANGE_LIMIT

_TRIES: Final = 4
_HELD_FOR: Final = 60.0
"""Seconds to wait for a guest to let go: it mostly does so when told, or never."""
Members = dict[str, str]
"""The members of a range: the type of each by its id."""


def members(row: HaVip) -> Members:
    """Give the range of a HAVIP."""
    return {item.instance_id: item.instance_type or "" for item in row.ha_vip_association_set}


def present(job: Job, id: str) -> HaVip:
    """Read a HAVIP that must be there.

    Raises:
        ResourceError: It is not.
    """
    row = job.region.ha_vips.fresh(id)
    if row is None:
        raise ResourceError(
            f"{job.name}: {id} is not in {job.region.name} any more: "
            f"`pulumi refresh` lets the next deployment make it again"
        )
    return row


def set_range(job: Job, row: HaVip, wanted: Members) -> HaVip:
    """Bring the range of a HAVIP to what is wanted, and give the HAVIP as it is then.

    What is new is added first, so that nobody who may hold the address is shut out meanwhile;
    unless there is no room for both, or both kinds would be mixed, which the API refuses.
    """
    for _ in range(_TRIES):
        there = members(row)
        added = {id: kind for id, kind in wanted.items() if id not in there}
        removed = {id: kind for id, kind in there.items() if id not in wanted}
        if not added and not removed:
            return row
        mixed = len({*there.values(), *added.values()}) > 1
        remove_first = mixed or len(there) + len(added) > RANGE_LIMIT
        if remove_first:
            leave(job, row.ha_vip_id, removed)
        join(job, row.ha_vip_id, added)
        if not remove_first:
            leave(job, row.ha_vip_id, removed)
        row = present(job, row.ha_vip_id)
    raise ResourceError(
        f"{job.name}: its range does not stay as it was set: somebody else changes it as well"
    )


def join(job: Job, id: str, added: Members) -> None:
    """Add members to the range of a HAVIP; those that are there already are fine."""
    for items in _chunks(id, added):
        _edit(job, id, items, AssociateHaVipInstance(ha_vip_association_set=items), there=True)


def leave(job: Job, id: str, removed: Members) -> None:
    """Take members out of the range of a HAVIP; those that are gone already are fine."""
    for items in _chunks(id, removed):
        _edit(job, id, items, DisassociateHaVipInstance(ha_vip_association_set=items), there=False)


def _chunks(id: str, ids: Members) -> Iterator[list[HaVipAssociation]]:
    """Cut a change of the range into calls of as many members as the API takes."""
    items = [
        HaVipAssociation(ha_vip_id=id, instance_id=member, instance_type=kind or None)
        for member, kind in sorted(ids.items())
    ]
    for start in range(0, len(items), RANGE_LIMIT):
        yield items[start : start + RANGE_LIMIT]


def _edit(
    job: Job, id: str, items: list[HaVipAssociation], request: Request[Response], *, there: bool
) -> None:
    """Send a change of the range until it holds; it is looked at again wherever that is unsure."""

    def done() -> bool:
        now = members(present(job, id))
        return all((item.instance_id in now) is there for item in items)

    try:
        change_once(lambda: job.region.send(request), done)
    except (DuplicateError, NotFoundError):
        if not done():
            raise


def delete_ha_vip(job: Job, id: str) -> None:
    """Delete a HAVIP and return when it is gone.

    One that a guest holds, or that still has an elastic IP, is tried again for a minute.

    Raises:
        NotFoundError: The API does not know it.
        HeldError: A guest holds it still; the text names the instance.
    """
    patience = job.ctx.within(min(job.ctx.timeout, _HELD_FOR))
    last: HavipError | None = None
    try:
        for _ in patience.pauses(f"{job.name}: its deletion"):
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
    """Tell whether a failure may pass: while a guest holds it, an EIP goes, or a task runs.

    The API has one code for all states that forbid the deletion.
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
