"""Validate a file as keepalived does, statement by statement.

`mistakes` walks through a file and yields the statements that keepalived rejects or ignores. If
versions differ, it follows 2.2, which the supported distributions of the node set-up have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from havip.keepalived.config.commands import COMMANDS
from havip.keepalived.config.keywords import KEYWORDS
from havip.keepalived.config.load_balancing import HEADS
from havip.keepalived.config.statements import (
    BLOCKS,
    EXPLAINED,
    FILLED,
    LEAVES,
    LISTS,
    NAMED,
    ONCE,
    ONE_NAME,
)
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.config.values import Check, ImpossibleName, nothing


class Mistake(NamedTuple):
    """A statement that keepalived rejects or ignores.

    Attributes:
        message: The block, and the problem.
        statement: The offending statement.
        rule: Id of the lint rule.
        reason: The problem alone.
    """

    message: str
    statement: Statement
    rule: str = "syntax"
    reason: str = ""

    @property
    def line(self) -> int:
        """The line of the statement."""
        return self.statement.line


def mistakes(items: Iterable[Item]) -> Iterator[Mistake]:
    """Yield the problems that keepalived reports for a file, except unknown keywords.

    If the file includes others, an undefined ``$NAME`` may be defined there: statements that
    contain one are skipped.

    Args:
        items: The items at the top level of the file.
    """
    kept = tuple(items)
    dynamic = _has_dynamic_interfaces(kept)
    for mistake in _in_block(kept, "", "", open_names(kept)):
        waits = dynamic and isinstance(mistake.reason, ImpossibleName)
        yield mistake._replace(rule="interface-impossible") if waits else mistake


def _has_dynamic_interfaces(items: Iterable[Item]) -> bool:
    return any(
        inner.name == "dynamic_interfaces"
        for item in items
        if isinstance(item, Statement) and item.name == "global_defs"
        for inner in item.statements
    )


def open_names(items: Iterable[Item]) -> re.Pattern[str]:
    """Return a pattern of the definitions whose values cannot be determined from this file.

    These are keepalived's own ones, which begin with an underscore, and all if files are included.
    """
    return _ANY_NAME if includes_files(items) else _OWN_NAME


def includes_files(items: Iterable[Item]) -> bool:
    """Return whether a file includes others."""
    return any(isinstance(item, Statement) and is_include(item) for item in _all(items))


def _all(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        if isinstance(item, Statement):
            yield from _all(item.body or ())


def is_include(item: Statement) -> bool:
    """Return whether a statement includes other files."""
    return re.fullmatch("include[rmwba]?", item.words[0]) is not None


def _in_block(
    items: Iterable[Item], block: str, where: str, names: re.Pattern[str]
) -> Iterator[Mistake]:
    seen: set[str] = set()
    kept = [item for item in items if isinstance(item, Statement)]
    last = kept[-1] if kept else None
    for item in kept:
        if item.name not in KEYWORDS[block]:
            continue
        head = f"{where}: {item.name}" if where else item.name
        for reason in () if is_open(item, names) else _in_statement(item, block):
            rule = EXPLAINED.get((block, item.name), "syntax")
            if reason == _NO_BRACES and item is last and not block and item.name not in _NEVER_BARE:
                rule = "never-opened"
            yield Mistake(f"{head}: {reason}", item, rule, reason)
        if item.name in seen and item.name in ONCE.get(block, ()):
            yield Mistake(f"{head}: is repeated, and keepalived uses the first", item)
        seen.add(item.name)
        if item.name in BLOCKS.get(block, ()) and item.name in KEYWORDS:
            name = " ".join((item.name, *item.values[:1]))
            inside = f"{where}: {name}" if where else name
            yield from _in_block(item.body or (), item.name, inside, names)
        elif (check := LISTS.get(block, {}).get(item.name)) is not None:
            yield from _in_list(item, check, head, names)


def _in_statement(item: Statement, block: str) -> Iterator[str]:
    """Yield the problems of a statement itself, regardless of its body."""
    words = item.words if item.name in COMMANDS else (item.name, *item.values)
    if item.name in LISTS.get(block, {}):
        named = int(not block and item.name in NAMED)
        if len(words) <= named:
            yield "needs a name before its brace"
        elif len(words) > 1 + named:
            yield f"has the unexpected word {words[1 + named]!r} before its brace"
        if item.body is None:
            yield _NO_BRACES
    elif item.name in BLOCKS.get(block, ()):
        if item.body is None:
            yield _NO_BRACES
        if item.name in NAMED and (len(words) < 2 or (len(words) > 2 and item.name in ONE_NAME)):
            yield "needs one name before its brace"
        yield from HEADS.get(item.name, nothing)(words)
    else:
        if item.body is not None:
            yield "cannot have braces"
        yield from LEAVES.get(block, {}).get(item.name, nothing)(words)


def _in_list(item: Statement, check: Check, head: str, names: re.Pattern[str]) -> Iterator[Mistake]:
    if item.body is not None and item.name in FILLED and not any(item.statements):
        yield Mistake(f"{head}: is empty", item)
    for entry in item.statements:
        if entry.body is not None:
            yield Mistake(f"{head}: has an entry with braces", entry)
        if not is_open(entry, names):
            for reason in check((entry.name, *entry.values)):
                yield Mistake(f"{head}: {reason}", entry, reason=reason)


def is_unread(item: Statement, names: re.Pattern[str]) -> bool:
    """Return whether keepalived replaces a statement by others."""
    word = item.words[0]
    return word[:1] == "~" or is_include(item) or names.match(word) is not None


def is_open(item: Statement, names: re.Pattern[str]) -> bool:
    """Return whether a statement has words that only keepalived can expand."""
    unread = item.words[0][:1] == "@" or is_unread(item, names)
    return unread or any(names.search(word) for word in item.words)


def has_open(item: Statement, names: re.Pattern[str]) -> bool:
    """Return whether a statement or one inside it is open."""
    return is_open(item, names) or any(has_open(one, names) for one in item.statements)


_OWN_NAME: Final = re.compile(r"\$\{?_[A-Z]")
_ANY_NAME: Final = re.compile(r"\$\{?[A-Za-z_]")
_NO_BRACES: Final = "needs braces"
_NEVER_BARE: Final = NAMED - {"track_group"} | {"garp_group", "virtual_server"}
"""Blocks without a body that keepalived reports even at the end of the file."""
