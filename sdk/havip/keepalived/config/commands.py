"""Command lines as keepalived reads them: quotes and backslash escapes, resolved twice.

The line of a command is split into the command, its user and its group, and the command into its
arguments, each time with the same quotes and escapes (2.2, ``alloc_strvec_quoted_escaped``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from havip.keepalived.config.syntax import Statement
from havip.keepalived.config.values import Words, value

COMMANDS: Final = frozenset(
    {"script", "notify", "notify_master", "notify_backup", "notify_fault", "notify_stop"}
    | {"notify_master_rx_lower_pri", "notify_up", "notify_down", "quorum_up", "quorum_down"}
    | {"misc_path"}
)
"""Settings whose value is a command."""
# keepalived does not notice an open quote if the text ends in the quote or in an escape.
_PIECE: Final = re.compile(
    r"""(?P<space>[ \t\n\v\f\r]+)
      | "(?P<double>(?:[^"\\]|\\.)*)"
      | '(?P<single>(?:[^'\\]|\\.)*)'
      | (?P<bare>(?:[^ \t\n\v\f\r"'\\]|\\.)+)
      | ["'](?P<unnoticed>(?:[^"'\\]*\\.)*)\Z
      | (?P<end>(?:"(?:[^"\\]|\\.)*|'(?:[^'\\]|\\.)*)?\\\Z)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]+)|c(.)|([0-7]{1,3})|(.))", re.DOTALL)
_NAMED: Final = dict(zip("abEfnrtv", "\a\b\x1b\f\n\r\t\v", strict=True))


class UnclosedQuoteError(ValueError):
    """A quote of a command is never closed."""


def split_command(text: str) -> list[str]:
    r"""Split a text into words; return none if it ends in a backslash, as keepalived does.

    Raises:
        UnclosedQuoteError: A quote is never closed.

    Example:
        >>> split_command(r"/bin/sh -c 'echo it\'s'")
        ['/bin/sh', '-c', "echo it's"]
    """
    words: list[str] = []
    at, inside = 0, False
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise UnclosedQuoteError(text)
        at, kind = piece.end(), str(piece.lastgroup)
        if kind == "end":
            return []
        if kind == "space":
            inside = False
            continue
        plain = _ESCAPE.sub(_unescape, piece[kind])
        if inside:
            words[-1] += plain
        else:
            words.append(plain)
        inside = True
    return words


def _unescape(escape: re.Match[str]) -> str:
    hexadecimal, control, octal, letter = escape.groups()
    if hexadecimal:
        return chr(int(hexadecimal, 16) & 0xFF)
    if control:
        return chr(ord(control) & 0x1F)
    return chr(int(octal, 8) & 0xFF) if octal else _NAMED.get(letter, letter)


def is_runnable(text: str) -> bool:
    r"""Return whether a text in double quotes is a command, with each quote and escape closed.

    Example:
        >>> is_runnable("/bin/sh -c 'exit 1'"), is_runnable(r"/bin/echo \\")
        (True, False)
    """
    inside = text.split('"')
    if len(inside) % 2 == 0 or any(re.search("[{}]", part) for part in inside[1::2]):
        return False
    try:
        command, *others = split_command(f'"{text}"') or [""]
        split_command(f"{command} .")
        return not others and bool(split_command(command))
    except UnclosedQuoteError:
        return False


def line_of_command(item: Statement) -> list[str]:
    """Return the command of a statement, its user and group; none if keepalived drops it."""
    try:
        return split_command(" ".join(item.words[1:]))
    except UnclosedQuoteError:
        return []


def arguments(item: Statement) -> list[str]:
    """Return the command of a statement with its arguments; none if keepalived drops it."""
    try:
        return split_command((line_of_command(item) or [""])[0])
    except UnclosedQuoteError:
        return []


def closed(words: Words) -> Iterator[str]:
    """Require that the quotes of a command are closed; the words are those of the file."""
    try:
        for command in split_command(" ".join(words[1:]))[:1]:
            split_command(command)
    except UnclosedQuoteError:
        yield "has a quote that is never closed"


def command(words: Words) -> Iterator[str]:
    """Require a command; the words are those of the file, with their quotes."""
    yield from value(words)
    yield from closed(words)
