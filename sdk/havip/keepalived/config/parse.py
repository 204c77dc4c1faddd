"""Parse keepalived.conf into statements, and these into the typed model.

The tokenizer follows keepalived's parser (2.2, ``lib/parser.c``): only double quotes group words;
``#`` and ``!`` start a comment anywhere outside of quotes unless escaped by a backslash, and a
brace outside of quotes is always a token of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from havip.keepalived.config.model import Config
from havip.keepalived.config.preprocess import SourceLine, quotes_are_closed
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
    """A parsed keepalived.conf: all statements and comments with their lines.

    Written back by `havip.keepalived.config.render`.
    """

    items: tuple[Item, ...]
    file: str = "keepalived.conf"

    @property
    def config(self) -> Config:
        """The typed model of the file, without comments.

        The last value of a repeated setting applies, as in keepalived; lists are concatenated.

        Raises:
            ParseError: A setting has an invalid value.
        """
        return read_config(self.items, self.file)


def parse(text: str, *, file: str = "keepalived.conf") -> Document:
    r"""Parse the text of a keepalived.conf.

    Args:
        text: The text.
        file: The name of the file, for messages.

    Returns:
        The document; its `config` is the typed model.

    Raises:
        ParseError: Quotes or braces are not balanced.

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
    """Yield the lines of a text, without preprocessing."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return (SourceLine(number, line) for number, line in enumerate(lines, start=1))


def read_items(
    lines: Iterable[SourceLine], complaints: Complaints, tops: frozenset[str] = frozenset()
) -> tuple[Item, ...]:
    """Parse as much of a text as possible, and record the errors.

    Args:
        lines: The lines of a keepalived.conf.
        complaints: Collects the errors.
        tops: Keywords of top-level blocks, which implicitly close the blocks that are still open.
    """
    reader = _StatementReader(complaints, tops)
    for token in _tokens(lines, complaints):
        reader.feed(token)
    return reader.finish()


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


@dataclass(slots=True)
class _Open:
    """An open block, and the words of the current line."""

    words: tuple[str, ...]
    line: int
    comment: str = ""
    items: list[Item] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)

    def finish(self, line: int, comment: str = "") -> bool:
        """Turn the pending words into a statement; return whether there were any."""
        if not self.pending:
            return False
        self.items.append(Statement(tuple(self.pending), comment=comment, line=line))
        self.pending = []
        return True


def _tokens(lines: Iterable[SourceLine], complaints: Complaints) -> Iterator[_Token]:
    for number, raw in lines:
        line, at = raw.rstrip(" \t\f\r\v"), 0
        if line.startswith(_BYTE_ORDER_MARK):
            complaints.add("begins with a byte order mark, which keepalived reads as a letter", 1)
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if _GLUED.match(line):
            complaints.add("needs a space before the quotes of its command", number)
        if "\0" in line:
            complaints.add("has a NUL character, at which keepalived ends the line", number)
        if not quotes_are_closed(line):
            complaints.add("a double quote is never closed", number)
        if not line:
            yield _Token("comment", "", number)
        while at < len(line):
            match = _TOKEN.match(line, at)
            if match is None or match["open"] is not None:
                if match:
                    yield _Token("word", f'{match["open"]}"', number)
                break
            at = match.end()
            kind = str(match.lastgroup)
            yield _Token(match[kind] if kind == "brace" else kind, match[kind], number)
        yield _Token("end", "", number)


class _StatementReader:
    """Combines tokens into statements, and recovers from errors."""

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

    def feed(self, token: _Token) -> None:
        """Process a token."""
        self._do[token.kind](token)

    def finish(self) -> tuple[Item, ...]:
        """Close the file and all open blocks, and return the items."""
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
            self._complaints.add_broken("'{' without a keyword before it", token.line)
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
            self._complaints.add_broken("'}' without an open block", token.line)
        else:
            self._put()

    def _put(self) -> None:
        """Close the innermost block; discard a block without a keyword."""
        done = self._stack.pop()
        if done.words:
            statement = Statement(done.words, _tidy(done.items), done.comment, done.line)
            self._stack[-1].items.append(statement)

    def _end_blocks(self) -> None:
        """Close all open blocks, innermost first, with an error for each."""
        while len(self._stack) > 1:
            block = self._stack[-1]
            block.finish(block.line)
            head = " ".join((*block.words, "{"))
            self._complaints.add_broken(f"'{head}' is never closed", block.line)
            self._put()


def _last_statement(items: list[Item]) -> int | None:
    """Return the index of the statement that a brace belongs to: the last, if it has no body."""
    for index in range(len(items) - 1, -1, -1):
        item = items[index]
        if isinstance(item, Statement):
            return index if item.body is None else None
    return None


def _tidy(items: Iterable[Item]) -> tuple[Item, ...]:
    """Collapse consecutive blank lines, and remove them at the start and end of a block."""
    kept: list[Item] = []
    for item in items:
        blank = item == Comment("", item.line)
        if blank and (not kept or kept[-1] == Comment("", kept[-1].line)):
            continue
        kept.append(item)
    while kept and kept[-1] == Comment("", kept[-1].line):
        kept.pop()
    return tuple(kept)
