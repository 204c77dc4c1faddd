"""The tag service, for all emulated resources that support tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from havip.api import (
    DescribeResourcesByTags,
    DescribeResourcesByTagsResponse,
    DescribeResourceTagsByResourceIds,
    DescribeResourceTagsByResourceIdsResponse,
    GetResources,
    GetResourcesResponse,
    ModifyResourceTags,
    ModifyResourceTagsResponse,
    ResourceTag,
    ResourceTagMapping,
    Shape,
    Tag,
    TagFilter,
    TagPair,
    TagResource,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import MAX_TAG_KEY, MAX_TAG_VALUE
from havip.emulator.state.table import Table
from havip.emulator.state.world import AccountRegion

MAX_TAGS = 50
_DEFAULT_LIMIT, _MAX_LIMIT = 20, 100


class TaggableKind(NamedTuple):
    """Type of a taggable resource: its names in the tag service and its table."""

    service: str
    prefix: str
    table: Callable[[AccountRegion], Table[Any]]
    field: str = "tag_set"


KINDS = (
    TaggableKind("vpc", "vpc", lambda region: region.vpcs),
    TaggableKind("vpc", "subnet", lambda region: region.subnets),
    TaggableKind("vpc", "rtb", lambda region: region.route_tables),
    TaggableKind("vpc", "havip", lambda region: region.havips),
    TaggableKind("vpc", "eni", lambda region: region.enis),
    TaggableKind("vpc", "eip", lambda region: region.eips),
    TaggableKind("cvm", "sg", lambda region: region.security_groups),
    TaggableKind("cvm", "instance", lambda region: region.instances, "tags"),
    TaggableKind("cvm", "ps", lambda region: region.placement_groups, "tags"),
)


class Tagged(NamedTuple):
    """A tagged resource."""

    region: str
    kind: TaggableKind
    resource_id: str
    tags: list[Tag]


def describe_by_ids(
    call: ActionCall, request: DescribeResourceTagsByResourceIds
) -> DescribeResourceTagsByResourceIdsResponse:
    """Return the tags of resources of a type; unknown ids have no tags."""
    kind = _kind(request.service_type, request.resource_prefix)
    region = call.region.world.region(call.caller.account, request.resource_region)
    table = kind.table(region)
    tags = [
        TagResource(
            tag_key=tag.key,
            tag_value=tag.value,
            resource_id=resource_id,
            service_type=kind.service,
            category="All",
        )
        for resource_id in dict.fromkeys(request.resource_ids)
        if (row := table.get(resource_id)) is not None
        for tag in getattr(row, kind.field)
    ]
    offset, limit = _page(request.offset, request.limit)
    return DescribeResourceTagsByResourceIdsResponse(
        total_count=len(tags), offset=offset, limit=limit, tags=tags[offset : offset + limit]
    )


def modify(call: ActionCall, request: ModifyResourceTags) -> ModifyResourceTagsResponse:
    """Set and delete tags of a resource."""
    region, kind, resource_id = _resource(call, request.resource)
    table = kind.table(region)
    row: Shape | None = table.get(resource_id)
    if row is None:
        raise ApiFailure(
            "InvalidParameterValue.ResourceDescriptionError",
            f"`{request.resource}` does not exist in `{region.name}`.",
        )
    replaced, deleted = request.replace_tags or [], request.delete_tags or []
    tags = {tag.key: tag.value for tag in getattr(row, kind.field)}
    tags |= {pair.tag_key: pair.tag_value for pair in map(_checked, replaced)}
    if {pair.tag_key for pair in replaced} & {item.tag_key for item in deleted}:
        raise ApiFailure(
            "InvalidParameterValue.DeleteTagsParamError", "A tag key is both set and deleted."
        )
    for item in deleted:
        tags.pop(item.tag_key, None)
    if len(tags) > MAX_TAGS:
        raise ApiFailure(
            "LimitExceeded.ResourceAttachedTags", f"A resource has at most {MAX_TAGS} tags."
        )
    new = [Tag(key=key, value=value) for key, value in tags.items()]
    table.put(row.model_copy(update={kind.field: new}))
    return ModifyResourceTagsResponse()


def describe_by_tags(
    call: ActionCall, request: DescribeResourcesByTags
) -> DescribeResourcesByTagsResponse:
    """List the resources that carry all of the given tags."""
    found = [
        item
        for item in _everything(call, request.resource_region)
        if _carries(item, request.tag_filters)
        and request.service_type in (None, "", item.kind.service)
        and request.resource_prefix in (None, "", item.kind.prefix)
        and request.resource_id in (None, "", item.resource_id)
    ]
    offset, limit = _page(request.offset, request.limit)
    rows = [
        ResourceTag(
            resource_region=item.region,
            service_type=item.kind.service,
            resource_prefix=item.kind.prefix,
            resource_id=item.resource_id,
            tags=_pairs(item.tags),
        )
        for item in found[offset : offset + limit]
    ]
    return DescribeResourcesByTagsResponse(
        total_count=len(found), offset=offset, limit=limit, rows=rows
    )


def get_resources(call: ActionCall, request: GetResources) -> GetResourcesResponse:
    """List resources with their tags, by six-segment name or by tag, page by page."""
    account = call.caller.account
    names = {_without_owner(name) for name in request.resource_list or ()}
    found = [
        (name, item)
        for item in _everything(call, None)
        if item.tags
        and _carries(item, request.tag_filters or [])
        and ((name := _name(account, item)) and (not names or _without_owner(name) in names))
    ]
    token = request.pagination_token or "0"
    if not token.isdigit():
        raise ApiFailure(
            "InvalidParameter.PaginationTokenInvalid", f"`{token}` is not a valid page token."
        )
    offset, limit = _page(int(token), request.max_results or 50)
    page = [
        ResourceTagMapping(resource=name, tags=_pairs(item.tags))
        for name, item in found[offset : offset + limit]
    ]
    more = offset + limit < len(found)
    return GetResourcesResponse(
        pagination_token=str(offset + limit) if more else "", resource_tag_mapping_list=page
    )


def _kind(service: str, prefix: str) -> TaggableKind:
    for kind in KINDS:
        if kind.prefix == prefix and kind.service == service:
            return kind
    raise ApiFailure(
        "InvalidParameterValue.ResourcePrefixInvalid",
        f"The emulator has no resources of service `{service}` with prefix `{prefix}`.",
    )


def _resource(call: ActionCall, name: str) -> tuple[AccountRegion, TaggableKind, str]:
    """Parse ``qcs::SERVICE:REGION:uin/ACCOUNT:PREFIX/ID``; the account is optional."""
    parts = name.split(":")
    if len(parts) != 6 or parts[:2] != ["qcs", ""]:
        raise _bad_resource(name)
    service, region, owner, (prefix, _, resource_id) = *parts[2:5], parts[5].partition("/")
    if owner not in ("", "uin/", f"uin/{call.caller.account}"):
        raise _bad_resource(name)
    if (service, prefix) == ("cvm", "eip"):  # the real API accepts it as well as vpc:eip
        service = "vpc"
    for kind in KINDS:
        if (kind.service, kind.prefix) == (service, prefix):
            return call.region.world.region(call.caller.account, region), kind, resource_id
    raise _bad_resource(name)


def _bad_resource(name: str) -> ApiFailure:
    return ApiFailure(
        "InvalidParameterValue.ResourceDescriptionError",
        f"`{name}` is not qcs::SERVICE:REGION:uin/ACCOUNT:PREFIX/ID of a taggable resource.",
    )


def _checked(pair: TagPair) -> TagPair:
    if not pair.tag_key:
        raise ApiFailure("InvalidParameterValue.TagKeyEmpty", "A tag key must not be empty.")
    if len(pair.tag_key) > MAX_TAG_KEY:
        raise ApiFailure(
            "InvalidParameterValue.TagKeyLengthExceeded",
            f"A tag key may have at most {MAX_TAG_KEY} characters, got {len(pair.tag_key)}.",
        )
    if len(pair.tag_value) > MAX_TAG_VALUE:
        raise ApiFailure(
            "InvalidParameterValue.TagValueLengthExceeded",
            f"A tag value may have at most {MAX_TAG_VALUE} characters, got {len(pair.tag_value)}.",
        )
    return pair


def _everything(call: ActionCall, region_name: str | None) -> Iterator[Tagged]:
    regions: Iterable[AccountRegion] = (
        [call.region.world.region(call.caller.account, region_name)]
        if region_name
        else call.region.world.regions(call.caller.account)
    )
    for region in regions:
        for kind in KINDS:
            for resource_id, row in kind.table(region).items():
                yield Tagged(region.name, kind, resource_id, getattr(row, kind.field))


def _carries(item: Tagged, wanted: Sequence[TagFilter]) -> bool:
    return all(
        any(
            tag.key == test.tag_key and (not test.tag_value or tag.value in test.tag_value)
            for tag in item.tags
        )
        for test in wanted
    )


def _pairs(tags: Sequence[Tag]) -> list[TagPair]:
    return [TagPair(tag_key=tag.key, tag_value=tag.value, category="All") for tag in tags]


def _name(account: str, item: Tagged) -> str:
    where = f"{item.kind.service}:{item.region}:uin/{account}"
    return f"qcs::{where}:{item.kind.prefix}/{item.resource_id}"


def _without_owner(name: str) -> str:
    parts = name.split(":")
    return ":".join(parts[:4] + parts[5:])


def _page(offset: int | None, limit: int | None) -> tuple[int, int]:
    offset, limit = offset or 0, _DEFAULT_LIMIT if limit is None else limit
    if offset < 0 or not 1 <= limit <= _MAX_LIMIT:
        raise ApiFailure(
            "InvalidParameterValue", f"`Offset` must be 0 or more, `Limit` 1 to {_MAX_LIMIT}."
        )
    return offset, limit
