"""Images for instances."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import CvmRequest
from havip.api.shared import Filter, Tag

__all__ = ["DescribeImages", "DescribeImagesResponse", "Image", "Snapshot"]


class Snapshot(Shape):
    """A snapshot that is part of an image.

    Args:
        snapshot_id: Id of the snapshot.
        disk_usage: ``SYSTEM_DISK`` or ``DATA_DISK``.
        disk_size: Size of the disk in GiB.
    """

    snapshot_id: str = ""
    disk_usage: str = ""
    disk_size: int = 0


class Image(Shape):
    """An image.

    Args:
        image_id: Id of the image, such as ``img-1a2b3c4d``.
        os_name: The operating system with its version.
        image_type: ``PUBLIC_IMAGE``, ``PRIVATE_IMAGE`` or ``SHARED_IMAGE``.
        created_time: Creation time in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
        image_name: Name of the image.
        image_description: Description.
        image_size: Size in GiB.
        architecture: ``x86_64``, ``arm`` or ``i386``.
        image_state: ``NORMAL`` where it can be used; ``CREATING``, ``CREATEFAILED``, ``SYNCING``,
            ``IMPORTING`` or ``IMPORTFAILED``.
        platform: ``Ubuntu``, ``Debian``, ``TencentOS``, ``Windows`` and others.
        image_creator: Creator.
        image_source: ``OFFICIAL``, ``CREATE_IMAGE`` or ``EXTERNAL_IMPORT``.
        sync_percent: Progress of the copy, in percent.
        is_support_cloudinit: Whether it runs cloud-init.
        snapshot_set: Its snapshots.
        tags: Tags.
        license_type: ``TencentCloud`` or ``BYOL``.
        image_family: Its image family.
        image_deprecated: Whether it is deprecated.
        cdc_cache_status: Whether a dedicated cluster (CDC) has a copy of it.
    """

    image_id: str = ""
    os_name: str = ""
    image_type: str = ""
    created_time: str = ""
    image_name: str = ""
    image_description: str = ""
    image_size: int = 0
    architecture: str = ""
    image_state: str = ""
    platform: str = ""
    image_creator: str = ""
    image_source: str = ""
    sync_percent: int | None = None
    is_support_cloudinit: bool = False
    snapshot_set: list[Snapshot] = []
    tags: list[Tag] = []
    license_type: str = ""
    image_family: str = ""
    image_deprecated: bool = False
    cdc_cache_status: str = ""


class DescribeImagesResponse(Response):
    """The response of `DescribeImages`.

    Args:
        image_set: The images.
        total_count: Total number of items.
    """

    image_set: list[Image] = []
    total_count: int = 0


class DescribeImages(CvmRequest[DescribeImagesResponse]):
    """List images, by their ids or by filters.

    Args:
        image_ids: Ids of images; not together with filters.
        filters: Filters that must all match, at most 10 of 5 values each; not together with ids.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
        instance_type: List images that support this instance type.
    """

    reads = True
    filter_names = (
        "image-id",
        "image-type",
        "image-name",
        "platform",
        "tag-key",
        "tag-value",
        "tag:",
        "dedicated-cluster-id",
        "cdc-cache-status",
    )
    page = Page("image_set")
    intl = Gap(
        filters=("dedicated-cluster-id", "cdc-cache-status"), fields=("Image.CdcCacheStatus",)
    )
    source = "https://cloud.tencent.com/document/api/213/15715"

    image_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None
    instance_type: str | None = None
