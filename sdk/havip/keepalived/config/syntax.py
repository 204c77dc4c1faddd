"""Syntax tree of keepalived.conf: statements, comments and quoting, without semantics.

A file is a sequence of items. A `Statement` is a line of words, with a body if braces follow; a
`Comment` is a line of its own (an empty one is a blank line). Words are stored as written,
including quotes, so that a file can be written back without loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

INDENT = "    "
_PLAIN = re.compile(r"[^\s\"'\\{}#!~@$]+")
_ESCAPED_MARK = re.compile(r"\\([#!])")
_SECRET = ("auth_pass", "password")
_MASK = "********"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment line including its mark, or a blank line (``""``)."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Statement:
    """A statement: its words as written, its body, and its trailing comment.

    Example:
        >>> Statement(("priority", "80")).name
        'priority'
    """

    words: tuple[str, ...]
    body: tuple[Item, ...] | None = None
    comment: str = ""
    line: int = 0

    @property
    def name(self) -> str:
        """The keyword, which is the first word."""
        return unquote(self.words[0])

    @property
    def values(self) -> tuple[str, ...]:
        """The words after the keyword, unquoted."""
        return tuple(unquote(word) for word in self.words[1:])

    @property
    def statements(self) -> Iterator[Statement]:
        """The statements in the body, without comments."""
        return (item for item in self.body or () if isinstance(item, Statement))

    def __repr__(self) -> str:
        """Format the statement with its line, but without passwords."""
        inside = "" if self.body is None else f" {{{len(self.body)} items}}"
        return f"<line {self.line}: {' '.join(_masked(self.words))}{inside}>"


Item: TypeAlias = Statement | Comment


def quote(value: str) -> str:
    """Format a value as one word, in double quotes where necessary.

    Example:
        >>> quote("/usr/bin/killall -0 haproxy")
        '"/usr/bin/killall -0 haproxy"'
    """
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


def unquote(word: str) -> str:
    r"""Remove the quotes of a word, and the backslashes of escaped comment marks outside them.

    Example:
        >>> unquote('"a b"')
        'a b'
    """
    if len(word) >= 2 and word[0] == word[-1] == '"':
        return word[1:-1]
    return _ESCAPED_MARK.sub(r"\1", word)


def write(items: Iterable[Item], *, mask: bool = False) -> str:
    """Format items as the text of a file, indented by four spaces, with a final newline.

    Args:
        items: The items.
        mask: Whether to replace passwords by asterisks.

    Returns:
        The text; ``""`` for no items.
    """
    return "".join(f"{line}\n" for line in _lines(items, "", mask))


def _lines(items: Iterable[Item], indent: str, mask: bool) -> Iterator[str]:
    for item in items:
        if isinstance(item, Comment):
            yield f"{indent}{item.text}".rstrip()
            continue
        words = _masked(item.words) if mask else item.words
        opening = "" if item.body is None else " {"
        yield f"{indent}{' '.join(words)}{opening}{_behind(item.comment)}"
        if item.body is not None:
            yield from _lines(item.body, indent + INDENT, mask)
            yield f"{indent}}}"


def _behind(comment: str) -> str:
    return f"  {comment}" if comment else ""


def _masked(words: tuple[str, ...]) -> tuple[str, ...]:
    if words[0].endswith(_SECRET) or words[0] == "key":
        return (words[0], *(_MASK for _ in words[1:]))
    return words
