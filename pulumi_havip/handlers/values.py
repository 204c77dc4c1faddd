"""Unknown values, and conversion of models to plain properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, WrapValidator

T = TypeVar("T")
Properties = dict[str, Any]
"""A resource's properties by name, as plain values (and `UNKNOWN` in check and diff)."""


class UnknownType:
    """The class of `UNKNOWN`, of which there is one."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> UnknownType:
        return self

    def __deepcopy__(self, _memo: object) -> UnknownType:
        return self


UNKNOWN: Final = UnknownType()
"""Placeholder in check and diff for a value that a preview cannot know, such as a future id."""


def known(*values: object) -> bool:
    """Return whether no value is unknown or contains an unknown.

    Example::

        >>> known("vpc-1", ["a"]), known("vpc-1", ["a", UNKNOWN])
        (True, False)
    """
    return not any(_holds_unknown(value) for value in values)


def _holds_unknown(value: object) -> bool:
    if isinstance(value, BaseModel):
        return any(_holds_unknown(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, Mapping):
        return any(_holds_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(_holds_unknown(item) for item in value)
    return value is UNKNOWN


def let_unknown_through(value: Any, validate: Callable[[Any], Any]) -> Any:
    """Validate a value unless it is unknown."""
    return value if value is UNKNOWN else validate(value)


MAYBE_UNKNOWN: Final = WrapValidator(let_unknown_through)
"""Last item of the ``Annotated`` item type of a list or map whose items may be unknown."""


def plain(value: Any, *, by_alias: bool = False) -> Any:
    """Convert models to dictionaries without None values; `UNKNOWN` is kept.

    Args:
        value: A model, or lists and dictionaries of models and scalars.
        by_alias: Whether to use the camelCase names of the schema.
    """
    if isinstance(value, BaseModel):
        return {
            name: plain(item, by_alias=by_alias)
            for name, item in _items(value, by_alias=by_alias)
            if item is not None
        }
    if isinstance(value, Mapping):
        return {key: plain(item, by_alias=by_alias) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, by_alias=by_alias) for item in value]
    return value


def _items(model: BaseModel, *, by_alias: bool) -> Iterator[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        yield (field.alias or name) if by_alias else name, getattr(model, name)
