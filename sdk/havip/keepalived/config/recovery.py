"""Error recovery: read the valid parts of a file, and collect all errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from havip.keepalived.config.keywords import KEYWORDS
from havip.keepalived.config.model import Config
from havip.keepalived.config.parse import Document, read_items
from havip.keepalived.config.preprocess import SourceLine, config_ids, preprocess
from havip.keepalived.config.read import build_config
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.errors import Complaints, ParseError

TOPS: Final = frozenset(KEYWORDS[""]).difference(*(KEYWORDS[block] for block in KEYWORDS if block))
"""Keywords that are valid only at the top level: they imply that the previous block has ended."""


class Recovered(NamedTuple):
    """The valid parts of a file."""

    document: Document
    """The blocks with balanced braces and quotes."""
    config: Config
    """The typed model of the settings that keepalived accepts."""
    errors: list[ParseError]
    lost: frozenset[str]
    """Keywords of the skipped blocks; ``""`` for the text before the first one."""


def read_text(text: str, file: str, config_id: str | None = None) -> Recovered:
    """Read a file as keepalived does, and continue after errors.

    Args:
        text: The text of a keepalived.conf.
        file: The file name for messages.
        config_id: The id passed to keepalived (``-i``); by default the first one in the file.
    """
    return recover(preprocess(text, config_id or next(iter(config_ids(text)), None)), file)


def recover(lines: Sequence[SourceLine], file: str) -> Recovered:
    """Parse a file, and continue after errors.

    An invalid value is skipped alone. An unbalanced brace makes the nesting ambiguous, so the
    whole block is skipped, up to the next keyword that is valid only at the top level.

    Args:
        lines: The preprocessed lines of a keepalived.conf.
        file: The file name for messages.
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
    build_config(items, complaints)
    config = build_config(sound, Complaints(file))
    errors = sorted(complaints, key=lambda error: error.line)
    return Recovered(Document(tuple(sound), file), config, errors, frozenset(lost))


def _parts(items: tuple[Item, ...]) -> Iterator[tuple[str, float, float, tuple[Item, ...]]]:
    """Split a file at its top-level blocks; yield keyword, first line, end line and items."""
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
