"""Structures that several services spell the same way."""

from __future__ import annotations

from havip.api._base import Input, Shape

__all__ = ["Filter", "Tag"]


class Filter(Input):
    """A condition on what a Describe action lists.

    Several filters must all hold; of the values of one, any. Booleans are sent as the
    strings ``true`` and ``false``.

    Args:
        name: The filter's name, such as ``vpc-id``; each action says which it knows.
        values: The values, any of which fits.
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
