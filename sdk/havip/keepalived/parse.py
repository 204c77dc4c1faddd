"""From the text of keepalived.conf to its statements, and from those to the typed model.

What ends a word, a line and a block follows keepalived's own reader (2.2, ``lib/parser.c``): only
double quotes group, ``#`` and ``!`` start a comment anywhere outside them unless a backslash
stands before, and a brace outside quotes always stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from havip.keepalived.errors import ParseError
from havip.keepalived.model import Config
from havip.keepalived.read import read_config
from havip.keepalived.syntax import Comment, Item, Statement

_TOKEN = re.compile(
    r"""[ \t\f\r\v]*(?:
        (?P<comment>[#!].*)
      | (?P<brace>[{}])
      | (?P<word>"(?:[^"\\]|\\.)*" | (?:[^\s"{}#!\\]|\\[#!\\]|\\)+)
      | (?P<open>".*)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A keepalived.conf as it was read: every statement and comment, with its line.

    `havip.keepalived.render` writes it back.
    """

    items: tuple[Item, ...]
    file: str = "keepalived.conf"

    @property
    def config(self) -> Config:
        """The typed model of what the file says, without its comments.

        A setting given twice has its last value, as in keepalived; lists are joined.

        Raises:
            ParseError: A value that the setting cannot have.
        """
        return read_config(self.items, self.file)


def parse(text: str, *, file: str = "keepalived.conf") -> Document:
    r"""Read the text of a keepalived.conf.

    Args:
        text: The text.
        file: The name of the file, for messages.

    Returns:
        The document: its `config` is the typed model.

    Raises:
        ParseError: Quotes or braces do not match.

    Example:
        >>> document = parse("vrrp_instance VI_1 {\n  priority 80  # equal\n}")
        >>> document.config.vrrp_instance[0].priority
        80
    """
    root = _Open((), 0)
    stack = [root]
    for token in _tokens(text, file):
        _TAKE[token.kind](stack, token, file)
    if len(stack) > 1:
        last = stack[-1]
        raise ParseError(f"'{last.words[0]} {{' is never closed", line=last.line, file=file)
    return Document(_tidy(root.items), file)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


@dataclass(slots=True)
class _Open:
    """A block whose closing brace has not come, and the words of the line being read."""

    words: tuple[str, ...]
    line: int
    comment: str = ""
    items: list[Item] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)

    def finish(self, line: int, comment: str = "") -> bool:
        """Make a statement of the words read so far; say whether there were any."""
        if not self.pending:
            return False
        self.items.append(Statement(tuple(self.pending), comment=comment, line=line))
        self.pending = []
        return True


def _tokens(text: str, file: str) -> Iterator[_Token]:
    lines = text.removesuffix("\n").split("\n") if text else []
    for number, line in enumerate((line.rstrip(" \t\f\r\v") for line in lines), start=1):
        at = 0
        if not line:
            yield _Token("comment", "", number)
        while at < len(line):
            match = _TOKEN.match(line, at)
            if match is None or match["open"] is not None:
                raise ParseError("a double quote is never closed", line=number, file=file)
            at = match.end()
            kind = str(match.lastgroup)
            yield _Token(match[kind] if kind == "brace" else kind, match[kind], number)
        yield _Token("end", "", number)


def _word(stack: list[_Open], token: _Token, file: str) -> None:
    del file
    stack[-1].pending.append(token.text)


def _comment(stack: list[_Open], token: _Token, file: str) -> None:
    del file
    block = stack[-1]
    if block.finish(token.line, token.text):
        return
    if not block.items and not block.comment and block.line == token.line and token.text:
        block.comment = token.text
    else:
        block.items.append(Comment(token.text, token.line))


def _end(stack: list[_Open], token: _Token, file: str) -> None:
    del file
    stack[-1].finish(token.line)


def _open(stack: list[_Open], token: _Token, file: str) -> None:
    block = stack[-1]
    block.finish(token.line)
    at = _last_statement(block.items)
    if at is None:
        raise ParseError("'{' has no keyword before it", line=token.line, file=file)
    head = block.items[at]
    assert isinstance(head, Statement)  # noqa: S101 - _last_statement gives the index of one
    behind = (Comment(head.comment, head.line),) if head.line != token.line else ()
    between = [*behind, *block.items[at + 1 :]]
    del block.items[at:]
    inside = [item for item in between if isinstance(item, Comment) and item.text]
    stack.append(_Open(head.words, head.line, items=[*inside]))


def _close(stack: list[_Open], token: _Token, file: str) -> None:
    stack[-1].finish(token.line)
    if len(stack) == 1:
        raise ParseError("'}' closes no block", line=token.line, file=file)
    done = stack.pop()
    body = _tidy(done.items)
    stack[-1].items.append(Statement(done.words, body, done.comment, done.line))


_TAKE = {"word": _word, "comment": _comment, "end": _end, "{": _open, "}": _close}


def _last_statement(items: list[Item]) -> int | None:
    """The index of the statement that a brace belongs to: the last, when it has no braces yet."""
    for index in range(len(items) - 1, -1, -1):
        item = items[index]
        if isinstance(item, Statement):
            return index if item.body is None else None
    return None


def _tidy(items: Iterable[Item]) -> tuple[Item, ...]:
    """Join neighbouring blank lines, and drop them at the edges of a block."""
    kept: list[Item] = []
    for item in items:
        blank = item == Comment("", item.line)
        if blank and (not kept or kept[-1] == Comment("", kept[-1].line)):
            continue
        kept.append(item)
    while kept and kept[-1] == Comment("", kept[-1].line):
        kept.pop()
    return tuple(kept)
