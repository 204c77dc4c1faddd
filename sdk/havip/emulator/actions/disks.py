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


def _system(row: InstanceRow) -> SystemDisk:
    return row.system_disk or SystemDisk()


def _place(row: InstanceRow) -> Placement:
    return row.placement or Placement(zone="")


DISKS: Final[DescribeQuery[InstanceRow]] = DescribeQuery(
    values={
        "disk-usage": lambda _: ["SYSTEM_DISK"],
        "disk-charge-type": lambda _: ["POSTPAID_BY_HOUR"],
        "portable": lambda _: ["FALSE"],
        "project-id": lambda row: [str(_place(row).project_id or 0)],
        "disk-id": lambda row: [_system(row).disk_id or ""],
        "disk-name": lambda row: [_system(row).disk_name or ""],
        "disk-type": lambda row: [_system(row).disk_type or ""],
        "disk-state": lambda _: ["ATTACHED"],
        "instance-id": lambda row: [row.instance_id],
        "instance-name": lambda row: [row.instance_name],
        "instance-ip-address": lambda row: [*row.private_ip_addresses, *row.public_ip_addresses],
        "zone": lambda row: [_place(row).zone or ""],
    },
    id_filter="disk-id",
    tags=lambda _: [],
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
    rows = [*call.region.instances]
    found = DISKS.find_among(rows if request.order == "ASC" else rows[::-1], request, ids)
    return DescribeDisksResponse(
        total_count=found.total, disk_set=[_disk(row) for row in found.rows]
    )


def _disk(row: InstanceRow) -> CloudDisk:
    disk, placement = _system(row), _place(row)
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
