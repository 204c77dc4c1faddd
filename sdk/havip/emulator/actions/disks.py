"""System disks of instances; there are no other disks."""

from __future__ import annotations

from typing import Final

from havip.api import (
    CloudDisk,
    DescribeDisks,
    DescribeDisksResponse,
    DiskPlacement,
    Placement,
    SystemDisk,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import check_ids
from havip.emulator.rules.filters import DescribeQuery
from havip.emulator.state.rows import InstanceRow

DISKS: Final[DescribeQuery[CloudDisk]] = DescribeQuery(
    values={
        "disk-usage": lambda row: [row.disk_usage],
        "disk-charge-type": lambda row: [row.disk_charge_type],
        "portable": lambda row: [str(row.portable).upper()],
        "project-id": lambda row: [str(row.placement.project_id)],
        "disk-id": lambda row: [row.disk_id],
        "disk-name": lambda row: [row.disk_name],
        "disk-type": lambda row: [row.disk_type],
        "disk-state": lambda row: [row.disk_state],
        "instance-id": lambda row: [row.instance_id],
        "zone": lambda row: [row.placement.zone],
    },
    id_filter="disk-id",
    tags=lambda row: row.tags,
    unknown="InvalidFilter",
    too_many="InvalidParameterValue",
    too_many_values="InvalidParameterValue",
    coexist="InvalidParameterValue",
)


def describe(call: ActionCall, request: DescribeDisks) -> DescribeDisksResponse:
    """List the system disks of the instances, the newest first."""
    if request.order not in (None, "ASC", "DESC"):
        raise ApiFailure("InvalidParameterValue", f"`Order` cannot be `{request.order}`.")
    ids = check_ids(request.disk_ids, "disk", "InvalidParameterValue")
    rows = [_disk(row) for row in call.region.instances]
    found = DISKS.find_among(rows if request.order == "ASC" else rows[::-1], request, ids)
    return DescribeDisksResponse(total_count=found.total, disk_set=found.rows)


def _disk(row: InstanceRow) -> CloudDisk:
    disk, placement = row.system_disk or SystemDisk(), row.placement or Placement(zone="")
    return CloudDisk(
        disk_id=disk.disk_id or "",
        disk_name=disk.disk_name or "",
        disk_type=disk.disk_type or "",
        disk_size=disk.disk_size or 0,
        disk_usage="SYSTEM_DISK",
        disk_state="ATTACHED",
        disk_charge_type="POSTPAID_BY_HOUR",
        placement=DiskPlacement(zone=placement.zone or "", project_id=placement.project_id or 0),
        instance_id=row.instance_id,
        instance_type="CVM",
        attached=True,
        attach_mode="PF",
        delete_with_instance=True,
        create_time=row.created_time,
        snapshot_ability=True,
    )
