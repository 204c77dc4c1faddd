"""Placement groups, which spread instances over different hardware."""

from __future__ import annotations

from collections.abc import Callable

from havip.api import (
    CreateDisasterRecoverGroup,
    CreateDisasterRecoverGroupResponse,
    DeleteDisasterRecoverGroups,
    DeleteDisasterRecoverGroupsResponse,
    DescribeDisasterRecoverGroups,
    DescribeDisasterRecoverGroupsResponse,
    DisasterRecoverGroup,
    ModifyDisasterRecoverGroupAttribute,
    ModifyDisasterRecoverGroupAttributeResponse,
    Tag,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_ids,
    check_name,
    check_quota,
    check_tags,
)
from havip.emulator.rules.filters import DescribeQuery
from havip.emulator.state.world import AccountRegion

MAX_AFFINITY = 10
MAX_IDS = 10
_MALFORMED = "InvalidParameterValue.DisasterRecoverGroupIdMalformed"

GROUPS: DescribeQuery[DisasterRecoverGroup] = DescribeQuery(
    values={
        "placement-group-id": lambda row: [row.disaster_recover_group_id],
        "tag-value": lambda row: [tag.value for tag in row.tags],
    },
    id_filter="placement-group-id",
    max_values=5,
    tags=lambda row: row.tags,
    coexist=None,
)


def create(
    call: ActionCall, request: CreateDisasterRecoverGroup
) -> CreateDisasterRecoverGroupResponse:
    """Create a placement group."""
    region = call.region
    quotas = region.settings.quotas
    sizes = {"HOST": 50, "SW": 20, "RACK": quotas.instances_per_rack_group}
    if request.type not in sizes:
        raise ApiFailure(
            "InvalidParameterValue.Range", f"`Type` must be HOST, SW or RACK, got `{request.type}`."
        )
    name = _checked_name(request.name)
    affinity = _checked_affinity(1 if request.affinity is None else request.affinity)
    check_quota(
        len(region.placement_groups) + 1,
        quotas.placement_groups_per_region,
        "placement groups of the region",
        "ResourceInsufficient.InsufficientGroupQuota",
    )
    tags: list[Tag] = [
        tag for item in request.tag_specification or () for tag in check_tags(item.tags)
    ]
    group = region.placement_groups.put(
        DisasterRecoverGroup(
            disaster_recover_group_id=region.world.new_id("ps", region.placement_groups),
            name=name,
            type=request.type,
            cvm_quota_total=sizes[request.type],
            create_time=region.now_utc(),
            affinity=affinity,
            strategy=request.strategy or "SPREAD",
            partition_count=request.partition_count or 0,
            tags=tags,
        )
    )
    return CreateDisasterRecoverGroupResponse(
        disaster_recover_group_id=group.disaster_recover_group_id,
        type=group.type,
        name=group.name,
        cvm_quota_total=group.cvm_quota_total,
        current_num=0,
        create_time=group.create_time,
        strategy=group.strategy,
        partition_count=group.partition_count,
    )


def describe(
    call: ActionCall, request: DescribeDisasterRecoverGroups
) -> DescribeDisasterRecoverGroupsResponse:
    """List placement groups with their instances."""
    region = call.region
    ids = _checked_ids(request.disaster_recover_group_ids)
    found = GROUPS.find(region.placement_groups, request, ids, also=_named(request.name))
    rows = [filled(region, group) for group in found.rows]
    return DescribeDisasterRecoverGroupsResponse(
        total_count=found.total, disaster_recover_group_set=rows
    )


def modify(
    call: ActionCall, request: ModifyDisasterRecoverGroupAttribute
) -> ModifyDisasterRecoverGroupAttributeResponse:
    """Rename a placement group, or raise its affinity."""
    group = _require(call.region, request.disaster_recover_group_id)
    wanted = group.affinity if request.affinity is None else request.affinity
    _checked_affinity(wanted, group.affinity)
    name = group.name if request.name is None else _checked_name(request.name)
    changes = {"name": name, "affinity": wanted}
    call.region.placement_groups.put(group.model_copy(update=changes))
    return ModifyDisasterRecoverGroupAttributeResponse()


def delete(
    call: ActionCall, request: DeleteDisasterRecoverGroups
) -> DeleteDisasterRecoverGroupsResponse:
    """Delete placement groups without instances; all or none."""
    region = call.region
    for group_id in _checked_ids(request.disaster_recover_group_ids):
        _require(region, group_id)
        if region.instances.count("placement-group-id", group_id):
            raise ApiFailure(
                "FailedOperation.PlacementSetNotEmpty",
                f"The placement group `{group_id}` still holds instances.",
            )
        region.placement_groups.remove(group_id)
    return DeleteDisasterRecoverGroupsResponse()


def _require(region: AccountRegion, group_id: str) -> DisasterRecoverGroup:
    group = region.placement_groups.get(group_id)
    if group is None:
        raise ApiFailure(
            "ResourceNotFound.InvalidPlacementSet",
            f"The placement group `{group_id}` does not exist.",
        )
    return group


def _checked_ids(ids: list[str] | None) -> list[str]:
    if ids and len(ids) > MAX_IDS:
        raise ApiFailure(
            "InvalidParameterValue.LimitExceeded",
            f"`DisasterRecoverGroupIds` accepts at most {MAX_IDS} ids, got {len(ids)}.",
        )
    return check_ids(ids, "ps", _MALFORMED)


def _checked_affinity(affinity: int, least: int = 1) -> int:
    if not least <= affinity <= MAX_AFFINITY:
        raise ApiFailure(
            "InvalidParameterValue",
            f"`Affinity` must be {least} to {MAX_AFFINITY}, got {affinity}.",
        )
    return affinity


def _checked_name(name: str) -> str:
    if not name:
        raise ApiFailure("InvalidParameterValue", "`Name` must have 1 to 60 characters, got 0.")
    return check_name(name, "Name")


def _named(name: str | None) -> Callable[[DisasterRecoverGroup], bool] | None:
    return (lambda group: name in group.name) if name else None


def filled(region: AccountRegion, group: DisasterRecoverGroup) -> DisasterRecoverGroup:
    """Return a placement group with its instances filled in."""
    members = region.instances.rows_with("placement-group-id", group.disaster_recover_group_id)
    ids = [row.instance_id for row in members]
    return group.model_copy(update={"instance_ids": ids, "current_num": len(ids)})


def check_room(region: AccountRegion, group_ids: list[str], count: int) -> list[str]:
    """Check that instances can join placement groups, and return the ids of the groups.

    Raises:
        ApiFailure: A group does not exist, or would exceed its instance quota.
    """
    if len(group_ids) > 1:
        raise ApiFailure(
            "LimitExceeded.DisasterRecoverGroup", "An instance can be in only one placement group."
        )
    for group_id in group_ids:
        group = region.placement_groups.get(group_id)
        if group is None:
            raise ApiFailure(
                "FailedOperation.DisasterRecoverGroupNotFound",
                f"The placement group `{group_id}` does not exist.",
            )
        total = region.instances.count("placement-group-id", group_id) + count
        check_quota(
            total,
            group.cvm_quota_total,
            f"instances of `{group_id}`",
            "ResourceInsufficient.DisasterRecoverGroupCvmQuota",
        )
    return group_ids
