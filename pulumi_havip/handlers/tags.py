"""Change the tags of existing resources through the tag service, for all resource types."""

from __future__ import annotations

from collections.abc import Mapping

from havip.api import ModifyResourceTags, Tag, TagKeyObject, TagPair
from pulumi_havip.handlers.context import Job
from pulumi_havip.handlers.idempotency import set_once
from pulumi_havip.handlers.ownership_tags import changed_tags, creation_tags


def change_tags(
    job: Job, kind: str, id: str, old: Mapping[str, str], new: Mapping[str, str]
) -> None:
    """Change the tags of a resource from one set to another; send nothing if they are equal.

    Args:
        job: The handler call.
        kind: Service and resource prefix, such as ``vpc:subnet`` or ``cvm:instance``.
        id: The resource's id.
        old: The current tags.
        new: The desired tags.
    """
    written, deleted = changed_tags(old, new)
    if not written and not deleted:
        return
    service, _, prefix = kind.partition(":")
    place = f"qcs::{service}:{job.region.name}:uin/{job.region.account()}:{prefix}/{id}"
    pairs = [TagPair(tag_key=key, tag_value=value) for key, value in written.items()]
    keys = [TagKeyObject(tag_key=key) for key in deleted]
    request = ModifyResourceTags(
        resource=place, replace_tags=pairs or None, delete_tags=keys or None
    )
    set_once(job, request)


def first_tags(tags: Mapping[str, str], creation_id: str | None, urn: str | None) -> list[Tag]:
    """Return the tags of a new resource: the program's and the provider's own."""
    every = {**tags, **creation_tags(creation_id, urn)}
    return [Tag(key=key, value=value) for key, value in every.items()]
