"""Recover from mistakes: read the rest of a file, and collect all that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from havip.keepalived.config.keywords import KEYWORDS
from havip.keepalived.config.model import Config
from havip.keepalived.config.parse import Document, read_items
from havip.keepalived.config.preprocess import SourceLine
from havip.keepalived.config.read import build_config
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.errors import Complaints, ParseError

TOPS: Final = frozenset(KEYWORDS[""]).difference(*(KEYWORDS[block] for block in KEYWORDS if block))
"""Keywords that stand in no block: where one comes, the block before it has ended."""


class Recovered(NamedTuple):
    """A file as far as it could be read."""

    document: Document
    """The blocks whose braces and quotes match."""
    config: Config
    """The typed model of what keepalived takes of them."""
    errors: list[ParseError]
    lost: frozenset[str]
    """The keywords of the blocks that are left out; ``""`` for what stands before the first."""


def recover(lines: Sequence[SourceLine], file: str) -> Recovered:
    """Read a file and go on behind what is wrong.

    A value that keepalived refuses is left out alone. A brace too many or too few leaves open
    what belongs to which block, so that the whole block is left out, up to the next one that
    can only stand at the top.

    Args:
        lines: The lines of a keepalived.conf, preprocessed.
        file: Its name, for messages.
    """
    complaints = Complaints(file)
    items = read_items(lines, complaints)
    if complaints.broken:
        complaints = Complaints(file)
        items = read_items(lines, complaints, TOPS)
    wrong = complaints.broken
    sound: list[Item] = []
    lost: set[str] = set()
    for keyword, first, end, part in _parts(items):
        if any(first <= line < end or line == first for line in wrong):
            lost.add(keyword)
        else:
            sound += part
    build_config(items, complaints, Complaints(file))
    config = build_config(sound, Complaints(file), Complaints(file))
    errors = sorted(complaints, key=lambda error: error.line)
    return Recovered(Document(tuple(sound), file), config, errors, frozenset(lost))


def _parts(items: tuple[Item, ...]) -> Iterator[tuple[str, float, float, tuple[Item, ...]]]:
    """Cut a file before each block of the top: its keyword, first and last lines, its items."""
    heads = [
        at for at, item in enumerate(items) if isinstance(item, Statement) and item.name in TOPS
    ]
    for begin, end in pairwise([0, *heads, len(items)]):
        head = items[begin] if begin in heads else None
        yield (
            head.name if isinstance(head, Statement) else "",
            items[begin].line if head else 0,
            items[end].line if end < len(items) else float("inf"),
            items[begin:end],
        )
