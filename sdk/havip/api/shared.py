"""Structures used by several services."""

from __future__ import annotations

from havip.api._base import Input, Shape

__all__ = ["Filter", "Tag"]


class Filter(Input):
    """A filter of a Describe action.

    All filters must match, each with any of its values. Booleans are sent as the
    strings ``true`` and ``false``.

    Args:
        name: The filter's name, such as ``vpc-id``; each action documents its filters.
        values: The values, any of which matches.
    """

    name: str
    values: list[str]


class Tag(Shape):
    """A tag of a resource.

    Args:
        key: The tag's key, unique on the resource.
        value: The tag's value, which may be empty.
    """

    key: str
    value: str = ""
