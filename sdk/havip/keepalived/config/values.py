"""Checks of values as in keepalived's parser: numbers, booleans, addresses.

A check receives the words of a statement and yields the problems. Additional words after a value
are not a problem, as keepalived ignores them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, TypeAlias

Words: TypeAlias = tuple[str, ...]
Check: TypeAlias = Callable[[Words], Iterator[str]]

UINT: Final = 2**32 - 1
MICROSECONDS: Final = 1_000_000
LONGEST_INTERFACE: Final = 15
"""Maximum length of an interface name in the kernel, in bytes."""

_SIGNED = re.compile(r"[ \t\n\v\f\r]*[+-]?\d+|", re.ASCII)
_UNSIGNED = re.compile(r"[ \t\n\v\f\r]*\+?\d+|", re.ASCII)
_DECIMAL = re.compile(r"[ \t\n\v\f\r]*\+?(\d*)(?:\.(\d*))?", re.ASCII)
_TRUE: Final = frozenset({"true", "on", "yes"})
_FALSE: Final = frozenset({"false", "off", "no"})


def nothing(words: Words) -> Iterator[str]:
    """Accept any value, or none."""
    del words
    return iter(())


def value(words: Words) -> Iterator[str]:
    """Require a value of any kind."""
    if len(words) < 2:
        yield "needs a value"


def integer(low: int, high: int) -> Check:
    """Build a check that requires an integer from `low` to `high`."""

    def check(words: Words) -> Iterator[str]:
        yield from value(words)
        if len(words) > 1:
            yield from integer_problems(words[1], low, high)

    return check


def integer_problems(word: str, low: int, high: int) -> Iterator[str]:
    """Yield the problem of a word that is not an integer in the range."""
    pattern = _SIGNED if low < 0 else _UNSIGNED
    if not pattern.fullmatch(word):
        yield f"{word!r} is not a whole number"
    elif not low <= int(word or "0") <= high:
        yield f"{word} is not from {low} to {high}"


def decimal(low: int, high: int) -> Check:
    """Build a check that requires seconds from `low` to `high`, both in microseconds."""

    def check(words: Words) -> Iterator[str]:
        yield from value(words)
        if len(words) < 2:
            return
        found = _DECIMAL.fullmatch(words[1])
        if found is None:
            yield f"{words[1]!r} is not a number of seconds"
        elif len(found[2] or "") > 6:
            yield f"{words[1]} has more than six decimal places"
        elif not low <= microseconds(words[1]) <= high:
            yield f"{words[1]} is not from {low / MICROSECONDS:g} to {high / MICROSECONDS:g}"

    return check


def microseconds(word: str) -> int:
    """Convert a number of seconds to microseconds; return 0 for anything else."""
    found = _DECIMAL.fullmatch(word)
    if found is None:
        return 0
    return int((found[1] or "") + (found[2] or "")[:6].ljust(6, "0"))


def switch(words: Words) -> Iterator[str]:
    """Accept true, on, yes, false, off or no; no value means true."""
    if len(words) > 1 and words[1] not in _TRUE | _FALSE:
        yield f"{words[1]!r} is neither true nor false"


def is_on(words: Words) -> bool:
    """Return whether a boolean setting is on."""
    return len(words) < 2 or words[1] in _TRUE


def deprecated(instead: str) -> Check:
    """Build a check that reports a setting as deprecated."""

    def check(words: Words) -> Iterator[str]:
        del words
        yield f"is deprecated: {instead}"

    return check


def extra_interfaces(low: int) -> Check:
    """Build a check that accepts ``all`` and requires a time for additional interfaces."""

    def check(words: Words) -> Iterator[str]:
        numbers = [word for word in words[1:] if word != "all"]
        for number in numbers:
            yield from integer_problems(number, low, 86400)
        if not numbers:
            yield "needs a time"

    return check


def one_of(*known: str, optional: bool = False) -> Check:
    """Build a check that requires one of the given words."""

    def check(words: Words) -> Iterator[str]:
        if not optional:
            yield from value(words)
        if len(words) > 1 and words[1] not in known:
            yield f"{words[1]!r} is not one of {', '.join(known)}"

    return check


class ImpossibleName(str):
    """Reason why a name is impossible; with dynamic_interfaces keepalived waits forever."""

    __slots__ = ()


def interface(words: Words) -> Iterator[str]:
    """Require the name of an interface."""
    yield from value(words)
    if len(words) > 1:
        for reason in interface_problems(words[1]):
            long = len(words[1].encode()) > LONGEST_INTERFACE
            yield str(reason) if long else reason


def interface_problems(word: str) -> Iterator[ImpossibleName]:
    """Yield the reason why a word cannot be the name of an interface."""
    if not 0 < len(word.encode()) <= LONGEST_INTERFACE or re.search(r"[/:\s]", word):
        yield ImpossibleName(
            f"{word!r} is not an interface name: up to {LONGEST_INTERFACE} letters, no / or :"
        )


def address(words: Words) -> Iterator[str]:
    """Require an address; keepalived ignores a suffix that begins with ``/`` or ``-``."""
    yield from value(words)
    if len(words) > 1 and host(words[1]) is None:
        yield f"{words[1]!r} is not an IP address"


def host(word: str) -> IPv4Address | IPv6Address | None:
    """Return the address of a word, ignoring prefix length or range; None if it is invalid."""
    cut = word.partition("-")[0] if "-" in word else word.partition("/")[0]
    return parse_address(cut)


def parse_address(word: str) -> IPv4Address | IPv6Address | None:
    """Parse an address as ``inet_pton`` does; return None if it is invalid."""
    try:
        return None if "%" in word else ip_address(word)
    except ValueError:
        return None


def weight(limit: int) -> Check:
    """Build a check that requires a weight, optionally followed by ``reverse``."""

    def check(words: Words) -> Iterator[str]:
        yield from integer(-limit, limit)(words)
        if len(words) > 2 and words[2] != "reverse":
            yield f"{words[2]!r} is not an option of a weight: expected 'reverse'"

    return check
