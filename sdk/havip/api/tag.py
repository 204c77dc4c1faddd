"""The tag service: tags of any resource, and resources by tag."""

from __future__ import annotations

from havip.api._base import Input, Page, Response, Shape
from havip.api._services import TagRequest

__all__ = ["DescribeResourceTagsByResourceIds", "DescribeResourceTagsByResourceIdsResponse", "DescribeResourcesByTags", "DescribeResourcesByTagsResponse", "GetResources", "GetResourcesResponse", "ModifyResourceTags", "ModifyResourceTagsResponse", "ResourceTag", "ResourceTagMapping", "TagFilter", "TagKeyObject", "TagPair", "TagResource"]


class TagResource(Shape):
    """A tag and the resource it is on."""

    tag_key: str = ""
    tag_value: str = ""
    resource_id: str = ""
    tag_key_md5: str = ""
    tag_value_md5: str = ""
    service_type: str = ""
    category: str = ""


class TagPair(Shape):
    """A tag, as the tag service spells it."""

    tag_key: str
    tag_value: str
    category: str | None = None


class TagKeyObject(Input):
    """A tag key."""

    tag_key: str


class TagFilter(Input):
    """A tag key and the values it may have."""

    tag_key: str
    tag_value: list[str] | None = None


class ResourceTag(Shape):
    """A tag of a resource that was found by tag."""

    resource_region: str = ""
    service_type: str = ""
    resource_prefix: str = ""
    resource_id: str = ""
    tags: list[TagPair] = []


class ResourceTagMapping(Shape):
    """A resource and its tags."""

    resource: str = ""
    tags: list[TagPair] = []


class DescribeResourceTagsByResourceIdsResponse(Response):
    """The answer of `DescribeResourceTagsByResourceIds`."""

    total_count: int = 0
    offset: int = 0
    limit: int = 0
    tags: list[TagResource] = []


class DescribeResourceTagsByResourceIds(TagRequest[DescribeResourceTagsByResourceIdsResponse]):
    """Read the tags of resources of one kind, by their ids."""

    reads = True
    page = Page("tags", limit=20)

    service_type: str
    resource_prefix: str
    resource_ids: list[str]
    resource_region: str
    offset: int | None = None
    limit: int | None = None
    category: str | None = None


class ModifyResourceTagsResponse(Response):
    """The answer of `ModifyResourceTags`: it succeeded."""


class ModifyResourceTags(TagRequest[ModifyResourceTagsResponse]):
    """Set and delete tags of one resource.

    The same key cannot be set and deleted in one call.
    """

    resource: str
    replace_tags: list[TagPair] | None = None
    delete_tags: list[TagKeyObject] | None = None


class DescribeResourcesByTagsResponse(Response):
    """The answer of `DescribeResourcesByTags`."""

    total_count: int = 0
    offset: int = 0
    limit: int = 0
    rows: list[ResourceTag] = []


class DescribeResourcesByTags(TagRequest[DescribeResourcesByTagsResponse]):
    """List the resources that carry given tags; several keys must all be there."""

    reads = True
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
    """The answer of `GetResources`."""

    pagination_token: str = ""
    resource_tag_mapping_list: list[ResourceTagMapping] = []


class GetResources(TagRequest[GetResourcesResponse]):
    """List resources with their tags, by resource or by tag.

    Pages are chained by ``pagination_token``.
    """

    reads = True

    resource_list: list[str] | None = None
    tag_filters: list[TagFilter] | None = None
    pagination_token: str | None = None
    max_results: int | None = None
