"""The tag service: tags of any resource, and resources by tag."""

from __future__ import annotations

from havip.api._base import Input, Page, Response, Shape
from havip.api._services import TagRequest

__all__ = [
    "DescribeResourceTagsByResourceIds",
    "DescribeResourceTagsByResourceIdsResponse",
    "DescribeResourcesByTags",
    "DescribeResourcesByTagsResponse",
    "GetResources",
    "GetResourcesResponse",
    "ModifyResourceTags",
    "ModifyResourceTagsResponse",
    "ResourceTag",
    "ResourceTagMapping",
    "TagFilter",
    "TagKeyObject",
    "TagPair",
    "TagResource",
]


class TagResource(Shape):
    """A tag and the resource it is on.

    Args:
        tag_key: The key.
        tag_value: The value.
        resource_id: Id of the resource.
        tag_key_md5: MD5 of the key.
        tag_value_md5: MD5 of the value.
        service_type: Kind of resource.
        category: ``Custom`` for a user's tag, ``System`` for the cloud's own.
    """

    tag_key: str = ""
    tag_value: str = ""
    resource_id: str = ""
    tag_key_md5: str = ""
    tag_value_md5: str = ""
    service_type: str = ""
    category: str = ""


class TagPair(Shape):
    """A tag, as the tag service spells it.

    Args:
        tag_key: The key.
        tag_value: The value.
        category: ``Custom`` for a user's tag, ``System`` for the cloud's own.
    """

    tag_key: str
    tag_value: str
    category: str | None = None


class TagKeyObject(Input):
    """A tag key.

    Args:
        tag_key: The key.
    """

    tag_key: str


class TagFilter(Input):
    """A tag key and the values it may have.

    Args:
        tag_key: The key.
        tag_value: Values, any of which matches; any value if omitted.
    """

    tag_key: str
    tag_value: list[str] | None = None


class ResourceTag(Shape):
    """A tag of a resource that was found by tag.

    Args:
        resource_region: Region of the resource; empty if it has none.
        service_type: Product in the six parts of a resource, such as ``vpc`` or ``cvm``.
        resource_prefix: Kind of resource in the six parts, such as ``vpc``, ``subnet``, ``eip`` or
            ``instance``.
        resource_id: Id of the resource.
        tags: Tags.
    """

    resource_region: str = ""
    service_type: str = ""
    resource_prefix: str = ""
    resource_id: str = ""
    tags: list[TagPair] = []


class ResourceTagMapping(Shape):
    """A resource and its tags.

    Args:
        resource: The resource in six parts: ``qcs::vpc:ap-guangzhou:uin/:vpc/vpc-1a2b3c4d``.
        tags: Tags.
    """

    resource: str = ""
    tags: list[TagPair] = []


class DescribeResourceTagsByResourceIdsResponse(Response):
    """The response of `DescribeResourceTagsByResourceIds`.

    Args:
        total_count: Total number of items.
        offset: The offset of this response.
        limit: The limit of this response.
        tags: The tags, each with its resource.
    """

    total_count: int = 0
    offset: int = 0
    limit: int = 0
    tags: list[TagResource] = []


class DescribeResourceTagsByResourceIds(TagRequest[DescribeResourceTagsByResourceIdsResponse]):
    """Read the tags of resources of one kind, by their ids.

    Args:
        service_type: Product in the six parts of a resource, such as ``vpc`` or ``cvm``.
        resource_prefix: Kind of resource in the six parts, such as ``vpc``, ``subnet``, ``eip`` or
            ``instance``.
        resource_ids: Ids of resources, at most 50.
        resource_region: Region of the resource; empty if it has none.
        offset: Number of items to skip, a multiple of ``limit`` (default 0).
        limit: Maximum number of items (default 15).
        category: ``Custom``, ``System`` or ``All`` (the default).
    """

    reads = True
    # The most is not documented; 20 is what Terraform's provider asks for.
    page = Page("tags", limit=20)

    service_type: str
    resource_prefix: str
    resource_ids: list[str]
    resource_region: str
    offset: int | None = None
    limit: int | None = None
    category: str | None = None


class ModifyResourceTagsResponse(Response):
    """The response of `ModifyResourceTags`."""


class ModifyResourceTags(TagRequest[ModifyResourceTagsResponse]):
    """Set and delete tags of one resource.

    The same key cannot be set and deleted in one call.

    Example::

        client.modify_resource_tags(
            resource="qcs::vpc:ap-guangzhou:uin/:vpc/vpc-1a2b3c4d",
            replace_tags=[TagPair(tag_key="team", tag_value="web")],
        )

    Args:
        resource: The resource in six parts: ``qcs::vpc:ap-guangzhou:uin/:vpc/vpc-1a2b3c4d``.
        replace_tags: Tags to set, at most 10.
        delete_tags: Keys to delete, at most 10.
    """

    resource: str
    replace_tags: list[TagPair] | None = None
    delete_tags: list[TagKeyObject] | None = None


class DescribeResourcesByTagsResponse(Response):
    """The response of `DescribeResourcesByTags`.

    Args:
        total_count: Total number of items.
        offset: The offset of this response.
        limit: The limit of this response.
        rows: The resources.
    """

    total_count: int = 0
    offset: int = 0
    limit: int = 0
    rows: list[ResourceTag] = []


class DescribeResourcesByTags(TagRequest[DescribeResourcesByTagsResponse]):
    """List the resources with given tags; all keys must match.

    Args:
        tag_filters: Tags that must all match, at most 6 keys.
        create_uin: Id (uin) of the creator of the tag.
        offset: Number of items to skip, a multiple of ``limit`` (default 0).
        limit: Maximum number of items (default 15).
        resource_prefix: Kind of resource in the six parts, such as ``vpc``, ``subnet``, ``eip`` or
            ``instance``.
        resource_id: Id of the resource.
        resource_region: Region of the resource; empty if it has none.
        service_type: Product in the six parts of a resource, such as ``vpc`` or ``cvm``.
    """

    reads = True
    # The most is not documented; 20 is what Terraform's provider asks for.
    page = Page("rows", limit=20)

    tag_filters: list[TagFilter]
    create_uin: int | None = None
    offset: int | None = None
    limit: int | None = None
    resource_prefix: str | None = None
    resource_id: str | None = None
    resource_region: str | None = None
    service_type: str | None = None


class GetResourcesResponse(Response):
    """The response of `GetResources`.

    Args:
        pagination_token: Token of the next page; empty for the first, and after the last.
        resource_tag_mapping_list: The resources and their tags.
    """

    pagination_token: str = ""
    resource_tag_mapping_list: list[ResourceTagMapping] = []


class GetResources(TagRequest[GetResourcesResponse]):
    """List resources with their tags, by resource or by tag.

    Pages are chained by ``pagination_token``.

    Args:
        resource_list: Resources in six parts; not together with tag filters.
        tag_filters: Tags that must all match, at most 6 keys of 10 values.
        pagination_token: Token of the next page; empty for the first, and after the last.
        max_results: Maximum number of items, up to 200 (default 50).
    """

    reads = True

    resource_list: list[str] | None = None
    tag_filters: list[TagFilter] | None = None
    pagination_token: str | None = None
    max_results: int | None = None
