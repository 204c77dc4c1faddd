"""What is sound in a file that cannot be read as a whole, and all that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from havip.keepalived.config.keywords import KEYWORDS
from havip.keepalived.config.parse import Document, read_items
from havip.keepalived.config.read import build_config
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.errors import Complaints, ParseError

TOPS: Final = KEYWORDS[""].difference(*(KEYWORDS[block] for block in KEYWORDS if block))
"""Keywords that stand in no block: where one comes, the block before it has ended."""


class Recovered(NamedTuple):
    """A file as far as it could be read."""

    document: Document
    """The blocks that nothing is wrong with; all of them where there are no errors."""
    errors: list[ParseError]
    lost: frozenset[str]
    """The keywords of the blocks that are left out; ``""`` for what stands before the first."""


def recover(text: str, file: str) -> Recovered:
    """Read a file and, behind what is wrong, go on at the next block of the top.

    A brace too many or too few leaves open what belongs to which block, so that the whole block
    is left out; so is a block with a value that its setting cannot have.

    Args:
        text: The text of a keepalived.conf.
        file: Its name, for messages.
    """
    complaints = Complaints(file)
    items = read_items(text, complaints)
    if complaints:
        complaints = Complaints(file)
        items = read_items(text, complaints, TOPS)
    wrong = [error.line for error in complaints]
    sound: list[Item] = []
    lost: set[str] = set()
    for keyword, first, end, part in _parts(items):
        unfit = Complaints(file)
        build_config(part, unfit)
        complaints += unfit
        if unfit or any(first <= line < end or line == first for line in wrong):
            lost.add(keyword)
        else:
            sound += part
    errors = sorted(complaints, key=lambda error: error.line)
    return Recovered(Document(tuple(sound), file), errors, frozenset(lost))


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
