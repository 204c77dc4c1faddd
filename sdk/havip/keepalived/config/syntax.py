"""The syntax of keepalived.conf: statements, comments, quoting; no meaning yet.

A file is a sequence of items. A `Statement` is a line of words, with a body where braces follow
it; a `Comment` is a line of its own (the empty one is a blank line). Words are kept as they were
written, quotes included, so that a file that was read is written back with nothing lost.
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
    """A line that says nothing to keepalived: a comment with its mark, or ``""``, a blank line."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Statement:
    """One statement: its words as written, the items in its braces, the comment behind it.

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
        """The first word: the keyword of the statement."""
        return unquote(self.words[0])

    @property
    def values(self) -> tuple[str, ...]:
        """The words behind the keyword, without their quotes."""
        return tuple(unquote(word) for word in self.words[1:])

    @property
    def statements(self) -> Iterator[Statement]:
        """The statements of the body, without its comments."""
        return (item for item in self.body or () if isinstance(item, Statement))

    def __repr__(self) -> str:
        """Show where and what it is, a password never."""
        inside = "" if self.body is None else f" {{{len(self.body)} items}}"
        return f"<line {self.line}: {' '.join(_masked(self.words))}{inside}>"


Item: TypeAlias = Statement | Comment


def quote(value: str) -> str:
    """Write a value as one word: in double quotes where keepalived would read it otherwise.

    Example:
        >>> quote("/usr/bin/killall -0 haproxy")
        '"/usr/bin/killall -0 haproxy"'
    """
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


def unquote(word: str) -> str:
    r"""Remove the quotes of a word; outside them a backslash hides a comment mark.

    Example:
        >>> unquote('"a b"')
        'a b'
    """
    if len(word) >= 2 and word[0] == word[-1] == '"':
        return word[1:-1]
    return _ESCAPED_MARK.sub(r"\1", word)


def write(items: Iterable[Item], *, mask: bool = False) -> str:
    """Write items as the text of a file, indented by four spaces, with a newline at its end.

    Args:
        items: What the file says.
        mask: Whether passwords are written as asterisks.

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
