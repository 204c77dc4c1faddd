"""Rules on the file as a whole: what keepalived takes up of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from havip.keepalived.config.keywords import KEYWORDS
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.lint.registry import MANUAL, RULES, TESTED, Subject
from havip.rules import Problem, Severity


@RULES.rule(
    "unknown-keyword",
    Severity.ERROR,
    reason="keepalived ignores a line that it does not know, and what is in its braces: the "
    "setting is not in force.",
    fix="Correct the keyword.",
    source=TESTED,
)
def _unknown_keyword(subject: Subject) -> Iterator[Problem]:
    yield from _unknown(subject.document.items, "")


def _unknown(items: Iterable[Item], block: str) -> Iterator[Problem]:
    known = KEYWORDS[block]
    for item in items:
        if not isinstance(item, Statement) or is_unread(item):
            continue
        if item.name in KEYWORDS and item.name in known:
            yield from _unknown(item.statements, item.name)
        elif item.name not in known:
            close = get_close_matches(item.name, known, n=1)
            meant = f": did you mean {close[0]}?" if close else ""
            yield Problem(f"'{item.name}' is no keyword {_place(block)}{meant}", item.line)


def _place(block: str) -> str:
    return f"of {block}" if block else "of the file's top"


@RULES.rule(
    "no-instance",
    Severity.ERROR,
    reason="Without a vrrp_instance nothing here elects a master or announces an address.",
    fix="Add the vrrp_instance; havip keepalived render makes one from a HAVIP.",
    source=MANUAL,
)
def _no_instance(subject: Subject) -> Iterator[Problem]:
    items = subject.document.items
    elsewhere = any(isinstance(item, Statement) and is_unread(item) for item in items)
    if not subject.config.vrrp_instance and not elsewhere:
        yield Problem("there is no vrrp_instance", 1)


@RULES.rule(
    "not-read",
    Severity.WARNING,
    reason="Included files, conditions and definitions of several lines are keepalived's to "
    "expand: what they bring is not looked at.",
    fix="Check the expanded file; keepalived itself accepts it with: havip keepalived check.",
    source=MANUAL,
)
def _not_read(subject: Subject) -> Iterator[Problem]:
    yield from _unread(subject.document.items)


def _unread(items: Iterable[Item]) -> Iterator[Problem]:
    for item in items:
        if isinstance(item, Statement):
            if is_unread(item):
                yield Problem(f"'{item.words[0]}' is not expanded", item.line)
            yield from _unread(item.statements)


def is_unread(item: Statement) -> bool:
    """Say whether a statement is one that keepalived replaces by others."""
    return item.words[0].startswith(("@", "$", "~")) or item.name.startswith("include")
