"""Disks of instances."""

from __future__ import annotations

from havip.api._base import Page, Response, Shape
from havip.api._services import CbsRequest
from havip.api.shared import Filter, Tag

__all__ = ["CloudDisk", "DescribeDisks", "DescribeDisksResponse", "DiskPlacement"]


class DiskPlacement(Shape):
    """The location of a disk.

    Args:
        zone: Zone.
        cage_id: Id of the cage it is in.
        cdc_id: Id of its dedicated cluster (CDC).
        cdc_name: Name of its dedicated cluster.
        dedicated_cluster_id: Id of its dedicated cluster, as other services name it.
        project_id: Id of its project.
        project_name: Name of its project.
    """

    zone: str = ""
    cage_id: str | None = None
    cdc_id: str | None = None
    cdc_name: str | None = None
    dedicated_cluster_id: str | None = None
    project_id: int | None = None
    project_name: str | None = None


class CloudDisk(Shape):
    """A disk.

    Args:
        disk_id: Id of the disk, such as ``disk-1a2b3c4d``.
        disk_name: Name.
        disk_type: Kind of disk, such as ``CLOUD_PREMIUM`` or ``CLOUD_BSSD``.
        disk_size: Size in GiB.
        disk_usage: ``SYSTEM_DISK`` or ``DATA_DISK``.
        disk_state: ``UNATTACHED``, ``ATTACHING``, ``ATTACHED``, ``DETACHING``, ``EXPANDING``,
            ``ROLLBACKING``, ``TORECYCLE`` or ``DUMPING``.
        disk_charge_type: ``PREPAID`` or ``POSTPAID_BY_HOUR``.
        placement: Where it is.
        instance_id: Id of the instance that it is attached to.
        instance_id_list: Ids of the instances that a shared disk is attached to.
        instance_type: Kind of that instance, ``CVM`` or ``EKS``.
        last_attach_ins_id: Id of the instance that it was last attached to.
        attached: Whether it is attached to an instance.
        attach_mode: ``PF`` or ``VF``.
        portable: Whether it can be attached to another instance.
        shareable: Whether it can be attached to several instances.
        delete_with_instance: Whether it is deleted with its instance.
        create_time: Creation time.
        tags: Tags.
        encrypt: Whether it is encrypted.
        encrypt_type: ``ENCRYPT_V1`` or ``ENCRYPT_V2``.
        kms_key_id: Id of the key that it is encrypted with.
        throughput_performance: Additional throughput in MiB/s.
        burst_performance: Whether bursts are enabled.
        renew_flag: What happens when a prepaid disk expires.
        auto_renew_flag_error: Whether its instance is renewed automatically, and it is not.
        deadline_time: When a prepaid disk expires.
        deadline_error: Whether it expires before its instance.
        differ_days_of_deadline: Days until it expires.
        is_returnable: Whether a prepaid disk can be returned.
        return_fail_code: Code of the reason why it cannot be returned.
        backup_disk: Whether a snapshot is taken of a disk that is deleted for lack of payment.
        disk_backup_quota: Maximum number of its backup points.
        disk_backup_count: Number of its backup points.
        snapshot_ability: Whether snapshots can be taken of it.
        snapshot_count: Number of its snapshots.
        snapshot_size: Size of its snapshots in MiB.
        delete_snapshot: 1 if its temporary snapshots are deleted with it, else 0.
        auto_snapshot_policy_ids: Ids of the policies that take snapshots of it, if requested.
        migrating: Whether its kind is being changed.
        migrate_percent: Progress of that change, in percent.
        rollbacking: Whether it is being restored from a snapshot.
        rollback_percent: Progress of that restoration, in percent.
        error_prompt: Error of the last operation.
    """

    disk_id: str = ""
    disk_name: str = ""
    disk_type: str = ""
    disk_size: int = 0
    disk_usage: str = ""
    disk_state: str = ""
    disk_charge_type: str = ""
    placement: DiskPlacement = DiskPlacement()
    instance_id: str = ""
    instance_id_list: list[str] = []
    instance_type: str = ""
    last_attach_ins_id: str | None = None
    attached: bool = False
    attach_mode: str = ""
    portable: bool = False
    shareable: bool = False
    delete_with_instance: bool = False
    create_time: str = ""
    tags: list[Tag] = []
    encrypt: bool = False
    encrypt_type: str = ""
    kms_key_id: str = ""
    throughput_performance: int = 0
    burst_performance: bool = False
    renew_flag: str = ""
    auto_renew_flag_error: bool = False
    deadline_time: str = ""
    deadline_error: bool = False
    differ_days_of_deadline: int | None = None
    is_returnable: bool | None = None
    return_fail_code: int | None = None
    backup_disk: bool = False
    disk_backup_quota: int = 0
    disk_backup_count: int = 0
    snapshot_ability: bool = False
    snapshot_count: int = 0
    snapshot_size: int = 0
    delete_snapshot: int = 0
    auto_snapshot_policy_ids: list[str] | None = None
    migrating: bool = False
    migrate_percent: int = 0
    rollbacking: bool = False
    rollback_percent: int = 0
    error_prompt: str = ""


class DescribeDisksResponse(Response):
    """The response of `DescribeDisks`.

    Args:
        disk_set: The disks.
        total_count: Total number of items.
    """

    disk_set: list[CloudDisk] = []
    total_count: int = 0


class DescribeDisks(CbsRequest[DescribeDisksResponse]):
    """List disks, by their ids or by filters.

    Args:
        disk_ids: Ids of disks; not together with filters.
        filters: Filters that must all match; not together with ids.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, at most 100 (default 20).
        order: ``ASC`` or ``DESC``.
        order_field: ``CREATE_TIME`` (the default) or ``DEADLINE``.
        return_bind_auto_snapshot_policy: Whether to return the policies that take snapshots.
    """

    reads = True
    filter_names = (
        "disk-usage",
        "disk-charge-type",
        "portable",
        "project-id",
        "disk-id",
        "disk-name",
        "disk-type",
        "disk-state",
        "instance-id",
        "zone",
        "instance-ip-address",
        "instance-name",
        "tag-key",
        "tag-value",
        "tag:",
        "dedicated-cluster-id",
        "cluster-group-id",
    )
    page = Page("disk_set")
    source = "https://cloud.tencent.com/document/api/362/16315"

    disk_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None
    order: str | None = None
    order_field: str | None = None
    return_bind_auto_snapshot_policy: bool | None = None
