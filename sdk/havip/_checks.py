"""Argument checks for public functions; each error names the argument."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Any, TypeGuard, TypeVar

from havip.errors import UsageError

T = TypeVar("T")

LONGEST = 86_400.0 * 366
"""Longest time limit in seconds: clocks and sockets overflow beyond."""


def seconds(
    name: str, value: object, *, zero: bool = False, longest: float | None = LONGEST
) -> float:
    """Check a number of seconds.

    Args:
        name: Name of the argument, for the error message.
        value: The value.
        zero: Whether 0 is allowed.
        longest: Largest number that is allowed; None for any finite one.

    Raises:
        UsageError: The value is not a finite number, or is out of range.
    """
    least = "0 or more" if zero else "more than 0"
    most = math.inf if longest is None else longest
    if not is_number(value) or not (0 <= value <= most if zero else 0 < value <= most):
        raise UsageError(f"{name} must be a number of seconds, {least}, got {shown(value)}")
    return float(value)


def rate(name: str, value: object) -> float:
    """Check a number of calls per second.

    Raises:
        UsageError: The value is not a finite number above 0.
    """
    if not is_number(value) or value <= 0:
        raise UsageError(
            f"{name} must be a number of calls per second, more than 0, got {shown(value)}"
        )
    return float(value)


def count(name: str, value: object, least: int = 1, most: int | None = None) -> int:
    """Check a whole number.

    Raises:
        UsageError: The value is not a whole number, or is out of range.
    """
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):  # type: ignore[operator]
        span = f"{least} or more" if most is None else f"{least} to {most}"
        raise UsageError(f"{name} must be a whole number, {span}, got {shown(value)}")
    assert isinstance(value, int)  # noqa: S101 - just checked
    return value


def text(name: str, value: object, example: str) -> str:
    """Check a header value: printable ASCII text.

    Raises:
        UsageError: The value is not printable ASCII text.
    """
    if not isinstance(value, str) or not value or not (value.isascii() and value.isprintable()):
        raise UsageError(
            f"{name} must be printable ASCII text such as {example!r}, got {shown(value)}"
        )
    return value


def path(name: str, value: object, example: str) -> str:
    """Check the path of a file.

    Raises:
        UsageError: The value is not a path.
    """
    found = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(found, str) or not found or "\0" in found:
        raise UsageError(
            f"{name} must be the path of a file such as {example!r}, got {shown(value)}"
        )
    return found


def words(name: str, value: object, example: str) -> str:
    """Check a text of any characters.

    Raises:
        UsageError: The value is not text.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name} must be text such as {example!r}, got {shown(value)}")
    return value


def choice(name: str, value: object, allowed: Collection[str]) -> str:
    """Check that a value is one of several words.

    Raises:
        UsageError: The value is not one of them.
    """
    if not isinstance(value, str) or value not in allowed:
        raise UsageError(f"{name} must be one of {', '.join(allowed)}, got {shown(value)}")
    return value


def instance(name: str, value: object, kind: type[T], example: str) -> T:
    """Check an object's class.

    Raises:
        UsageError: The object is of another class.
    """
    if not isinstance(value, kind):
        raise UsageError(f"{name} must be a {kind.__name__} such as {example}, got {shown(value)}")
    return value


def sequence(name: str, value: object, kind: type[T], example: str) -> list[T]:
    """Check an iterable of objects of a class.

    Raises:
        UsageError: The value is not iterable, or one of its objects is of another class.
    """
    listed: list[Any] = list(value) if isinstance(value, Iterable) else [value]
    if not isinstance(value, Iterable) or not all(isinstance(one, kind) for one in listed):
        wrong = next((one for one in listed if not isinstance(one, kind)), value)
        raise UsageError(f"{name} must be {kind.__name__}s such as {example}, got {shown(wrong)}")
    return listed


def methods(name: str, value: object, wanted: Sequence[str], example: str) -> Any:
    """Check that an object, or a module, has certain methods.

    Raises:
        UsageError: The value is a class, or lacks one of the methods.
    """
    if isinstance(value, type) or not all(callable(getattr(value, one, None)) for one in wanted):
        named = " and ".join(f"{one}()" for one in wanted)
        raise UsageError(
            f"{name} must be an object with {named}, such as {example}, got {shown(value)}"
        )
    return value


def function(name: str, value: object, example: str) -> Any:
    """Check that a value is a function, and not one that returns a coroutine.

    Raises:
        UsageError: The value is not callable, or is a coroutine function.
    """
    if not callable(value):
        raise UsageError(f"{name} must be a function such as {example}, got {shown(value)}")
    if iscoroutinefunction(value) or iscoroutinefunction(type(value).__call__):
        raise UsageError(f"{name} must be a plain function such as {example}, not a coroutine")
    return value


def outcome(name: str, value: object) -> bool:
    """Return the truth of what a condition returned.

    Raises:
        UsageError: It returned an awaitable, which is always true.
    """
    if isawaitable(value):
        if iscoroutine(value):
            value.close()
        raise UsageError(f"{name} must be a plain function, but it returned {shown(value)}")
    return bool(value)


def shown(value: object) -> str:
    """Format a value for a message; only its class if it may be long or secret."""
    if value is None or isinstance(value, bool | int | float | str):
        told = repr(value) if is_number(value) or not isinstance(value, int) else "a huge number"
        return told if len(told) <= 100 else f"{told[:100]}…"
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether a value is a finite number that a float can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= sys.float_info.max


_SCALARS = (bool, int, float, str, bytes)


def unconverted(what: str, given: Mapping[str, Any], made: object) -> None:
    """Check that pydantic took values as they are: it reads True as 1, "5" as 5, bytes as text.

    Pydantic's strict mode does not fit, since it also rejects what is not a conversion: a tuple for
    a list, a list for a tuple, the text of an enumeration's member, a number for a text that the
    services document as a number. And it holds for a whole model or validation, while the same
    models also read files and responses, where a number may be text.

    Raises:
        UsageError: A value is of another type than the field that it became.
    """
    for name, value in given.items():
        if isinstance(made, Mapping):
            if name not in made:
                raise UsageError(f"{what} has a key of type {type(name).__name__}")
            kept = made[name]
        else:
            kept = getattr(made, name, _ABSENT)
            if kept is _ABSENT:
                fields = getattr(type(made), "model_fields", {}).items()
                kept = next((getattr(made, own) for own, one in fields if one.alias == name), None)
        if kept is not value:
            _unconverted(f"{what}: {name}", value, kept)


_ABSENT = object()


def _unconverted(what: str, value: object, kept: object) -> None:
    if hasattr(kept, "get_secret_value") and not hasattr(value, "get_secret_value"):
        kept = kept.get_secret_value()
    if isinstance(value, Mapping):
        unconverted(what, value, kept)
    elif isinstance(kept, list | tuple):
        if not isinstance(value, list | tuple):  # may be exhausted, or has no order
            raise UsageError(f"{what} is of type list, not {type(value).__name__}")
        for one, its in zip(value, kept, strict=False):
            if one is not its:
                _unconverted(what, one, its)
    elif (field := type(kept)) in _SCALARS:
        wanted = field is float or field is str  # pydantic writes no number as text unasked
        if not (wanted and type(value) is int) and (
            not isinstance(value, field) or isinstance(value, bool) != (field is bool)
        ):
            raise UsageError(f"{what} is of type {field.__name__}, not {type(value).__name__}")
