"""Ownership tags by which the provider finds its resources: creation id, stack and URN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from pulumi_havip import urns
from pulumi_havip.handlers.property_types import TAG_PREFIX

CREATION_TAG: Final = f"{TAG_PREFIX}creation-id"
STACK_TAG: Final = f"{TAG_PREFIX}stack"
URN_TAG: Final = f"{TAG_PREFIX}urn"


class KeyValue(Protocol):
    """A tag in API responses."""

    key: str
    value: str


def stack_of(urn: str) -> str:
    """Return the project and stack of a URN.

    Example::

        >>> stack_of("urn:pulumi:dev::shop::pulumi-python:dynamic/havip:Vpc::net")
        'shop/dev'
    """
    project, stack = urns.project_of(urn), urns.stack_of(urn)
    return f"{project}/{stack}" if project else ""


def label(kind: str, urn: str | None, id: str = "") -> str:
    """Format a resource's kind, its name in the program, and its id, for a message."""
    name = urns.name_of(urn) if urn else ""
    return " ".join(part for part in (kind, repr(name) if name else "", id) if part)


def named(urn: str) -> str:
    """Format the resource of a URN for a message.

    Example::

        >>> named("urn:pulumi:dev::shop::pulumi-python:dynamic/havip:Vpc::net")
        "Vpc 'net'"
    """
    return label(urns.kind_of(urn).rpartition(":")[2], urn)


def marked_urn(urn: str) -> str:
    """Return a URN as a tag value: without ``$``, which tags may not contain, and shortened."""
    return urn.replace("$", "/")[:255]


def creation_tags(creation_id: str | None, urn: str | None) -> dict[str, str]:
    """Build the tags of a new resource."""
    tags = {CREATION_TAG: creation_id or ""}
    if urn:
        tags[STACK_TAG] = stack_of(urn)
        tags[URN_TAG] = marked_urn(urn)
    return {key: value for key, value in tags.items() if value}


def tags_of(tags: Iterable[KeyValue]) -> dict[str, str]:
    """Return all tags as a dictionary."""
    return {tag.key: tag.value for tag in tags}


def user_tags(tags: Iterable[KeyValue]) -> dict[str, str]:
    """Return the program's tags, without those of the provider and the cloud."""
    hidden = (TAG_PREFIX, "qcs:", "tencent")
    return {key: value for key, value in tags_of(tags).items() if not key.startswith(hidden)}


def made_by(tags: Iterable[KeyValue], creation_id: str | None) -> bool:
    """Return whether the tags include that of a specific creation."""
    return bool(creation_id) and tags_of(tags).get(CREATION_TAG) == creation_id


def changed_tags(
    old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return the tags to write and the keys to delete to turn one set of tags into another."""
    written = {key: value for key, value in new.items() if old.get(key) != value}
    return written, [key for key in old if key not in new]
