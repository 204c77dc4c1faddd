"""Parse keepalived.conf to its statements, and those to the typed model.

What ends a word, a line and a block follows keepalived's own reader (2.2, ``lib/parser.c``): only
double quotes group, ``#`` and ``!`` start a comment anywhere outside them unless a backslash
stands before, and a brace outside quotes always stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from havip.keepalived.config.model import Config
from havip.keepalived.config.preprocess import SourceLine
from havip.keepalived.config.read import read_config
from havip.keepalived.config.syntax import Comment, Item, Statement
from havip.keepalived.errors import Complaints

_TOKEN = re.compile(
    r"""[ \t\f\r\v]*(?:
        (?P<comment>[#!].*)
      | (?P<brace>[{}])
      | (?P<word>"(?:[^"\\]|\\.)*" | (?:[^\s"{}#!\\]|\\[#!\\]|\\)+)
      | (?P<open>".*)
    )""",
    re.VERBOSE,
)
_GLUED = re.compile(r"[ \t]*(?:script|notify\w*)\"")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Document:
    """A keepalived.conf as it was read: every statement and comment, with its line.

    `havip.keepalived.config.render` writes it back.
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
    complaints = Complaints(file)
    items = read_items(lines_of(text), complaints)
    complaints.check()
    return Document(items, file)


def lines_of(text: str) -> Iterator[SourceLine]:
    """Yield the lines of a text as they are."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return (SourceLine(number, line) for number, line in enumerate(lines, start=1))


def read_items(
    lines: Iterable[SourceLine], complaints: Complaints, tops: frozenset[str] = frozenset()
) -> tuple[Item, ...]:
    """Read as much of a text as can be read, and complain of the rest.

    Args:
        lines: The lines of a keepalived.conf.
        complaints: Takes up what is wrong.
        tops: Keywords that begin a block at the top: blocks that are open there end there.
    """
    reader = _StatementReader(complaints, tops)
    for token in _tokens(lines, complaints):
        reader.take(token)
    return reader.finish()


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
        """Build a statement of the words read so far; return whether there were any."""
        if not self.pending:
            return False
        self.items.append(Statement(tuple(self.pending), comment=comment, line=line))
        self.pending = []
        return True


def _tokens(lines: Iterable[SourceLine], complaints: Complaints) -> Iterator[_Token]:
    for number, raw in lines:
        line, at = raw.rstrip(" \t\f\r\v"), 0
        if line.startswith(_BYTE_ORDER_MARK):
            complaints.add("begins with a byte order mark, which keepalived takes for a letter", 1)
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if _GLUED.match(line):
            complaints.add("needs a blank before the quotes of its command", number)
        if "\0" in line:
            complaints.add("has a NUL character, at which keepalived ends the line", number)
        if not line:
            yield _Token("comment", "", number)
        while at < len(line):
            match = _TOKEN.match(line, at)
            if match is None or match["open"] is not None:
                complaints.add("a double quote is never closed", number)
                if match:
                    yield _Token("word", f'{match["open"]}"', number)
                break
            at = match.end()
            kind = str(match.lastgroup)
            yield _Token(match[kind] if kind == "brace" else kind, match[kind], number)
        yield _Token("end", "", number)


class _StatementReader:
    """Puts tokens together to statements, and goes on behind what is wrong."""

    def __init__(self, complaints: Complaints, tops: frozenset[str]) -> None:
        self._complaints = complaints
        self._tops = tops
        self._stack = [_Open((), 0)]
        self._do = {
            "word": self._word,
            "comment": self._comment,
            "end": self._end,
            "{": self._open,
            "}": self._close,
        }

    def take(self, token: _Token) -> None:
        """Read on by a token."""
        self._do[token.kind](token)

    def finish(self) -> tuple[Item, ...]:
        """Finish the file, and whatever is open in it."""
        self._end_blocks()
        return _tidy(self._stack[0].items)

    def _word(self, token: _Token) -> None:
        self._stack[-1].pending.append(token.text)

    def _comment(self, token: _Token) -> None:
        block = self._stack[-1]
        if block.finish(token.line, token.text):
            return
        if not block.items and not block.comment and block.line == token.line and token.text:
            block.comment = token.text
        else:
            block.items.append(Comment(token.text, token.line))

    def _end(self, token: _Token) -> None:
        self._stack[-1].finish(token.line)

    def _open(self, token: _Token) -> None:
        block = self._stack[-1]
        block.finish(token.line)
        at = _last_statement(block.items)
        if at is None:
            self._complaints.add_broken("'{' has no keyword before it", token.line)
            self._stack.append(_Open((), token.line))
            return
        head = block.items[at]
        assert isinstance(head, Statement)  # noqa: S101 - _last_statement gives the index of one
        behind = (Comment(head.comment, head.line),) if head.line != token.line else ()
        between = [*behind, *block.items[at + 1 :]]
        del block.items[at:]
        inside = [item for item in between if isinstance(item, Comment) and item.text]
        if head.name in self._tops:
            self._end_blocks()
        self._stack.append(_Open(head.words, head.line, items=[*inside]))

    def _close(self, token: _Token) -> None:
        self._stack[-1].finish(token.line)
        if len(self._stack) == 1:
            self._complaints.add_broken("'}' closes no block", token.line)
        else:
            self._put()

    def _put(self) -> None:
        """Build a statement of the innermost block; one without a keyword is left out."""
        done = self._stack.pop()
        if done.words:
            statement = Statement(done.words, _tidy(done.items), done.comment, done.line)
            self._stack[-1].items.append(statement)

    def _end_blocks(self) -> None:
        """Close the open blocks, innermost first, with a complaint for each."""
        while len(self._stack) > 1:
            block = self._stack[-1]
            block.finish(block.line)
            head = " ".join((*block.words, "{"))
            self._complaints.add_broken(f"'{head}' is never closed", block.line)
            self._put()


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
