"""Placement groups, which place the nodes of a pair on different hardware."""

from __future__ import annotations

from typing import Annotated, Literal

from havip.api import (
    CreateDisasterRecoverGroup,
    DeleteDisasterRecoverGroups,
    DescribeDisasterRecoverGroups,
    DisasterRecoverGroup,
    ModifyDisasterRecoverGroupAttribute,
    TagSpecification,
)
from havip.errors import ApiError
from pulumi_havip.handlers.context import Job
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import (
    delete_once,
    find_by_tag,
    make_by_token,
    set_once,
)
from pulumi_havip.handlers.model import REPLACE, NamedArgs, State
from pulumi_havip.handlers.ownership_tags import user_tags
from pulumi_havip.handlers.property_names import prop
from pulumi_havip.handlers.property_types import GroupId
from pulumi_havip.handlers.tags import change_tags, first_tags
from pulumi_havip.handlers.values import Properties


class PlacementGroupArgs(NamedArgs):
    """The arguments of a `PlacementGroup`."""

    adopt: GroupId | None = None
    type: Annotated[Literal["HOST", "SW", "RACK"], REPLACE] = "HOST"
    """Hardware that its instances never share: a physical host (``HOST``), a switch (``SW``) or a
    ``RACK``."""


class PlacementGroupState(PlacementGroupArgs, State):
    """The outputs of a `PlacementGroup`."""

    created_time: str = ""
    """Creation time, in the API's format."""


class PlacementGroupHandler(Handler[PlacementGroupArgs, PlacementGroupState]):
    """A placement group: its instances never share hardware whose failure would affect both.

    Example::

        apart = havip.PlacementGroup("web", type="RACK")
        node = havip.Instance("web-a", placement_group_ids=[apart.id], ...)
    """

    kind = "PlacementGroup"
    listing, tagged = "placement_groups", "cvm:ps"
    args = PlacementGroupArgs
    state = PlacementGroupState

    def _create(self, job: Job, args: PlacementGroupArgs) -> tuple[str, Properties]:
        id = make_by_token(
            job,
            args,
            lambda token: _creation(job, args, token),
            lambda answer: answer.disaster_recover_group_id,
            lambda: self._find(job, args),
            lambda id: job.region.placement_groups.fresh(id) is not None,
        )
        row = job.region.placement_groups.fresh(id)
        return id, {**(_observed(row) if row else {}), "tags": args.tags}

    def _find(self, job: Job, args: PlacementGroupArgs) -> str | None:
        row = find_by_tag(job, DescribeDisasterRecoverGroups, args.creation_id)
        return row.disaster_recover_group_id if row else None

    def _read(self, job: Job, id: str, state: PlacementGroupState | None) -> Properties | None:
        row = job.region.placement_groups.get(id)
        return _observed(row) if row else None

    def _update(
        self, job: Job, id: str, state: PlacementGroupState, args: PlacementGroupArgs
    ) -> Properties:
        if args.name != state.name:
            request = ModifyDisasterRecoverGroupAttribute(
                disaster_recover_group_id=id, name=args.name
            )
            set_once(job, request)
        change_tags(job, self.tagged, id, state.tags, args.tags)
        row = job.region.placement_groups.fresh(id)
        return {**(_observed(row) if row else {}), "tags": args.tags}

    def _delete(self, job: Job, id: str, state: PlacementGroupState) -> None:
        request = DeleteDisasterRecoverGroups(disaster_recover_group_ids=[id])
        try:  # an instance that is being deleted still counts; the error is then retried
            delete_once(job, lambda: job.region.send(request), job.region.placement_groups, id)
        except ApiError as error:
            if error.code.endswith(".PlacementSetNotEmpty"):
                error.hint = (
                    f"an instance without {prop('placement_group_ids')} stays in its group: give "
                    f"it an empty list, which replaces it, or keep the group in the program"
                )
            raise


def _creation(job: Job, args: PlacementGroupArgs, token: str | None) -> CreateDisasterRecoverGroup:
    tags = first_tags(args.tags, args.creation_id, args.origin)
    return CreateDisasterRecoverGroup(
        name=args.name or "",
        type=args.type,
        tag_specification=[TagSpecification(resource_type="ps", tags=tags)],
        client_token=job.token(CreateDisasterRecoverGroup, token),
    )


def _observed(row: DisasterRecoverGroup) -> Properties:
    return {
        "name": row.name,
        "type": row.type,
        "tags": user_tags(row.tags),
        "created_time": row.create_time,
    }
