"""Checks of arguments where they are given, each with one error that names the argument."""

from __future__ import annotations

import math
from typing import TypeGuard

from havip.errors import UsageError

LONGEST = 86_400.0 * 366
"""Seconds of the longest time limit: clocks and sockets overflow beyond."""


def seconds(name: str, value: object, *, zero: bool = False) -> float:
    """Check a number of seconds.

    Args:
        name: Name of the argument, for the message.
        value: The value.
        zero: Whether 0 is allowed.

    Raises:
        UsageError: It is not a finite number, or too small.
    """
    least = "0 or more" if zero else "more than 0"
    if not _is_number(value) or not (0 <= value <= LONGEST if zero else 0 < value <= LONGEST):
        raise UsageError(f"{name} is a number of seconds, {least}, not {value!r}")
    return float(value)


def rate(name: str, value: object) -> float:
    """Check a number of calls per second.

    Raises:
        UsageError: It is not a finite number above 0.
    """
    if not _is_number(value) or value <= 0:
        raise UsageError(f"{name} is a number of calls per second, more than 0, not {value!r}")
    return float(value)


def count(name: str, value: object, least: int = 1) -> int:
    """Check a whole number.

    Raises:
        UsageError: It is not a whole number, or less than `least`.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise UsageError(f"{name} is a whole number, {least} or more, not {value!r}")
    return value


def text(name: str, value: object, example: str) -> str:
    """Check a text that goes into a header: printable ASCII.

    Raises:
        UsageError: It is not such a text.
    """
    if not isinstance(value, str) or not value or not (value.isascii() and value.isprintable()):
        raise UsageError(f"{name} is printable ASCII text such as {example!r}, not {value!r}")
    return value


def _is_number(value: object) -> TypeGuard[int | float]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isfinite(value)
