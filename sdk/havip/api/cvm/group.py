"""Placement groups."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import CvmRequest
from havip.api.cvm.parts import TagSpecification
from havip.api.shared import Filter, Tag

__all__ = [
    "CreateDisasterRecoverGroup",
    "CreateDisasterRecoverGroupResponse",
    "DeleteDisasterRecoverGroups",
    "DeleteDisasterRecoverGroupsResponse",
    "DescribeDisasterRecoverGroups",
    "DescribeDisasterRecoverGroupsResponse",
    "DisasterRecoverGroup",
    "ModifyDisasterRecoverGroupAttribute",
    "ModifyDisasterRecoverGroupAttributeResponse",
]


class DisasterRecoverGroup(Shape):
    """A placement group.

    Args:
        disaster_recover_group_id: Id of the placement group, such as ``ps-1a2b3c4d``.
        name: Name of the placement group, 1 to 60 characters.
        type: ``HOST``, ``SW`` or ``RACK``.
        cvm_quota_total: Instances the group can hold.
        current_num: Instances in the group.
        instance_ids: Ids of the instances in it.
        create_time: Creation time in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
        affinity: How widely instances are spread over the hardware, 1 to 10 (default 1).
        strategy: ``SPREAD`` (the default) or ``PARTITION``.
        partition_count: Partitions of a ``PARTITION`` group, 2 to 30.
        tags: Tags.
    """

    disaster_recover_group_id: str = ""
    name: str = ""
    type: str = ""
    cvm_quota_total: int = 0
    current_num: int = 0
    instance_ids: list[str] = []
    create_time: str = ""
    affinity: int = 0
    strategy: str = ""
    partition_count: int = 0
    tags: list[Tag] = []


class CreateDisasterRecoverGroupResponse(Response):
    """The response of `CreateDisasterRecoverGroup`.

    Args:
        disaster_recover_group_id: Id of the placement group, such as ``ps-1a2b3c4d``.
        type: ``HOST``, ``SW`` or ``RACK``.
        name: Name of the placement group, 1 to 60 characters.
        cvm_quota_total: Instances the group can hold.
        current_num: Instances in the group.
        create_time: Creation time in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
        strategy: ``SPREAD`` (the default) or ``PARTITION``.
        partition_count: Partitions of a ``PARTITION`` group, 2 to 30.
    """

    disaster_recover_group_id: str = ""
    type: str = ""
    name: str = ""
    cvm_quota_total: int = 0
    current_num: int = 0
    create_time: str = ""
    strategy: str = ""
    partition_count: int = 0


class CreateDisasterRecoverGroup(CvmRequest[CreateDisasterRecoverGroupResponse]):
    """Create a placement group, which keeps its instances on different hardware.

    Args:
        name: Name of the placement group, 1 to 60 characters.
        type: Hardware to separate: ``HOST`` (physical machines), ``SW`` (switches) or ``RACK``.
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
        affinity: How widely instances are spread over the hardware, 1 to 10 (default 1).
        strategy: ``SPREAD`` (the default) or ``PARTITION``.
        partition_count: Partitions of a ``PARTITION`` group, 2 to 30.
        tag_specification: Tags for the new resources, by resource type.
    """

    intl = Gap(inputs=("Strategy", "PartitionCount"), fields=("Strategy", "PartitionCount"))

    name: str
    type: str
    client_token: str | None = None
    affinity: int | None = None
    strategy: str | None = None
    partition_count: int | None = None
    tag_specification: list[TagSpecification] | None = None


class DescribeDisasterRecoverGroupsResponse(Response):
    """The response of `DescribeDisasterRecoverGroups`.

    Args:
        disaster_recover_group_set: The placement groups.
        total_count: Total number of items.
    """

    disaster_recover_group_set: list[DisasterRecoverGroup] = []
    total_count: int = 0


class DescribeDisasterRecoverGroups(CvmRequest[DescribeDisasterRecoverGroupsResponse]):
    """List placement groups.

    Args:
        disaster_recover_group_ids: Ids of placement groups, at most 10.
        name: Name, or a part of it, to search for.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
        filters: Filters that must all match, at most 10 of 5 values each.
    """

    reads = True
    filter_names = ("tag-key", "tag-value", "tag:")
    page = Page("disaster_recover_group_set")
    intl = Gap(fields=("DisasterRecoverGroup.Strategy", "DisasterRecoverGroup.PartitionCount"))
    source = "https://cloud.tencent.com/document/api/213/17810"

    disaster_recover_group_ids: list[str] | None = None
    name: str | None = None
    offset: int | None = None
    limit: int | None = None
    filters: list[Filter] | None = None


class ModifyDisasterRecoverGroupAttributeResponse(Response):
    """The response of `ModifyDisasterRecoverGroupAttribute`."""


class ModifyDisasterRecoverGroupAttribute(CvmRequest[ModifyDisasterRecoverGroupAttributeResponse]):
    """Rename a placement group, or spread its instances more widely.

    Args:
        disaster_recover_group_id: Id of the placement group, such as ``ps-1a2b3c4d``.
        name: Name of the placement group, 1 to 60 characters.
        affinity: How widely instances are spread over the hardware, 1 to 10; it can only be raised.
    """

    intl = Gap(inputs=("Affinity",))

    disaster_recover_group_id: str
    name: str | None = None
    affinity: int | None = None


class DeleteDisasterRecoverGroupsResponse(Response):
    """The response of `DeleteDisasterRecoverGroups`."""


class DeleteDisasterRecoverGroups(CvmRequest[DeleteDisasterRecoverGroupsResponse]):
    """Delete placement groups that hold no instance.

    Args:
        disaster_recover_group_ids: Ids of placement groups, at most 10, each empty.
    """

    disaster_recover_group_ids: list[str]
