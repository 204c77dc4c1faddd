"""Public images. The list is informative: instances accept any other image id as well."""

from __future__ import annotations

from typing import Final

from havip.api import DescribeImages, DescribeImagesResponse, Image
from havip.emulator.actions.launching import OS_NAMES, size_of
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import check_ids
from havip.emulator.rules.filters import DescribeQuery, contains


def _public(image_id: str, platform: str) -> Image:
    os_name = OS_NAMES[image_id]
    return Image(
        image_id=image_id,
        os_name=os_name,
        image_type="PUBLIC_IMAGE",
        created_time="2024-01-01T00:00:00Z",
        image_name=os_name,
        image_description=os_name,
        image_size=20,
        architecture="x86_64",
        image_state="NORMAL",
        platform=platform,
        image_source="OFFICIAL",
        is_support_cloudinit=True,
        license_type="TencentCloud",
    )


PUBLIC: Final = (
    _public("img-487zeit5", "Ubuntu"),
    _public("img-22trbn9x", "Ubuntu"),
    _public("img-eb30mz89", "TencentOS"),
)
IMAGES: DescribeQuery[Image] = DescribeQuery(
    values={
        "image-id": lambda row: [row.image_id],
        "image-type": lambda row: [row.image_type],
    },
    matchers={
        "image-name": contains(lambda row: [row.image_name]),
        "platform": contains(lambda row: [row.platform]),
    },
    id_filter="image-id",
    max_values=5,
    tags=lambda row: row.tags,
    unknown="InvalidFilter",
    too_many="InvalidFilterValue.LimitExceeded",
    too_many_values="InvalidFilterValue.LimitExceeded",
    coexist="InvalidParameter.InvalidParameterCoexistImageIdsFilters",
)


def describe(_: ActionCall, request: DescribeImages) -> DescribeImagesResponse:
    """List the public images; every instance type supports each of them."""
    if request.instance_type:
        size_of(request.instance_type)
    ids = check_ids(request.image_ids, "img", "InvalidImageId.Malformed")
    found = IMAGES.find_among(PUBLIC, request, ids)
    return DescribeImagesResponse(total_count=found.total, image_set=found.rows)
