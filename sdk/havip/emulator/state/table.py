"""Tables of immutable rows with exact-match indexes, and the log that can undo a call."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from havip.api import Shape

S = TypeVar("S", bound=Shape)


class Scope(NamedTuple):
    """Scope of a table: an account and a region, both empty for what the cloud shares."""

    account: str = ""
    region: str = ""


class RowChange(NamedTuple):
    """One row as a call left it, which is all that a store has to keep.

    ``(account, region, kind, id)`` is the key; ``row`` is JSON, or None where the row is gone;
    ``serial`` grows with each row ever made and gives rows their order.
    """

    account: str
    region: str
    kind: str
    id: str
    serial: int
    row: str | None


@dataclass
class UndoLog:
    """Every write since the last commit, with what was there before."""

    serial: int = 0
    """The last serial number given to a row."""
    _writes: list[tuple[Table[Any], str, Any, int]] = field(default_factory=list)

    def next_serial(self) -> int:
        """Return the number of the next row; numbers are never used twice."""
        self.serial += 1
        return self.serial

    def note(self, table: Table[Any], row_id: str, before: Any, serial: int) -> None:
        """Remember what a row was before it is written."""
        self._writes.append((table, row_id, before, serial))

    def rollback(self) -> None:
        """Undo every write since the last commit."""
        for table, row_id, before, serial in reversed(self._writes):
            table._restore(row_id, before, serial)
        self._writes.clear()

    def commit(self) -> None:
        """Keep every write since the last commit."""
        self._writes.clear()

    def changes(self) -> list[RowChange]:
        """Return the rows written since the last commit, each once, as they now are."""
        latest = {(id(table), row_id): (table, row_id) for table, row_id, _, _ in self._writes}
        return [table.change(row_id) for table, row_id in latest.values()]

    def replaced(self, kind: str) -> list[tuple[Scope, Any, Any]]:
        """Return scope, row before and row now of each row of a kind written since the commit."""
        first: dict[tuple[Scope, str], tuple[Table[Any], Any]] = {}
        for table, row_id, before, _ in self._writes:
            if table.kind == kind:
                first.setdefault((table.scope, row_id), (table, before))
        return [
            (scope, before, table.get(row_id)) for (scope, row_id), (table, before) in first.items()
        ]

    def __bool__(self) -> bool:
        return bool(self._writes)


class Ordered(Generic[S]):
    """Values by id in the order of their serial numbers, sorted again only when it was broken."""

    __slots__ = ("_last", "_sorted", "items")

    def __init__(self) -> None:
        self.items: dict[str, S] = {}
        self._last = 0
        self._sorted = True

    def put(self, row_id: str, value: S, serial: int) -> None:
        """Add a value, or replace it in its place."""
        if row_id not in self.items:
            self._sorted = self._sorted and serial > self._last
            self._last = max(self._last, serial)
        self.items[row_id] = value

    def drop(self, row_id: str) -> None:
        """Remove a value."""
        del self.items[row_id]

    def in_order(self, serials: Mapping[str, int]) -> dict[str, S]:
        """Return the values, oldest first."""
        if not self._sorted:
            self.items = dict(sorted(self.items.items(), key=lambda item: serials[item[0]]))
            self._sorted = True
        return self.items


Index = str | Callable[[S], Iterable[str]]
"""The name of a row's attribute, or a function that returns the values of a row."""
Watcher = Callable[["S | None", "S | None"], None]


class Table(Generic[S]):
    """Rows of one kind in one place, found by id or by any indexed value.

    Rows are never changed: a change is another row put under the same id.

    Example::

        table.put(havip.model_copy(update={"ha_vip_name": "db"}))
        table.find("vpc-id", ["vpc-1a2b3c4d"])

    Args:
        undo: what undoes a call that is refused.
        scope: the account and region.
        kind: the name of the rows' kind, unique in a place.
        shape: the class of the rows.
        key: the attribute that holds a row's id.
        indexes: by name, the indexed values of a row; each can then be found exactly.
        watcher: called with each change of a row, undone ones included.
    """

    def __init__(
        self,
        undo: UndoLog,
        scope: Scope,
        kind: str,
        shape: type[S],
        key: str,
        indexes: Mapping[str, Index[S]] | None = None,
        watcher: Watcher[S] | None = None,
    ) -> None:
        self.scope, self.kind, self.shape = scope, kind, shape
        self._undo, self._key, self._watcher = undo, attrgetter(key), watcher
        self._rows: Ordered[S] = Ordered()
        self._serials: dict[str, int] = {}
        self._indexes = {name: _reader(index) for name, index in (indexes or {}).items()}
        self._postings: dict[str, dict[str, Ordered[S]]] = {name: {} for name in self._indexes}

    def __len__(self) -> int:
        return len(self._rows.items)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._rows.items

    def __iter__(self) -> Iterator[S]:
        return iter(self._rows.in_order(self._serials).values())

    def rows(self) -> dict[str, S]:
        """Return the rows by id, oldest first; the table's own, as `find` returns them."""
        return self._rows.in_order(self._serials)

    def ids(self) -> list[str]:
        """List the ids, oldest first."""
        return list(self._rows.in_order(self._serials))

    def items(self) -> list[tuple[str, S]]:
        """List ids and rows, oldest first."""
        return list(self._rows.in_order(self._serials).items())

    def get(self, row_id: str) -> S | None:
        """Find a row by id."""
        return self._rows.items.get(row_id)

    def serial(self, row_id: str) -> int:
        """Return a row's serial number: rows created later have higher ones."""
        return self._serials[row_id]

    def put(self, row: S) -> S:
        """Write a row under its id, and give it back."""
        row_id: str = self._key(row)
        before, serial = self.get(row_id), self._serials.get(row_id, 0)
        self._undo.note(self, row_id, before, serial)
        self._write(row_id, before, row, serial or self._undo.next_serial())
        return row

    def remove(self, row_id: str) -> None:
        """Delete a row; one that is not there is left at that."""
        before = self.get(row_id)
        if before is not None:
            self._undo.note(self, row_id, before, self._serials[row_id])
            self._write(row_id, before, None, 0)

    def clear(self) -> None:
        """Delete every row."""
        for row_id in self.ids():
            self.remove(row_id)

    def indexed(self, name: str) -> bool:
        """Whether rows can be found by this value without looking at all of them."""
        return name in self._indexes

    def count(self, name: str, value: str) -> int:
        """Count the rows that have this indexed value."""
        posting = self._postings[name].get(value)
        return len(posting.items) if posting else 0

    def find(self, name: str, values: Iterable[str]) -> dict[str, S]:
        """Find the rows with any of the indexed values, oldest first.

        The answer is the table's own: read it before the next change, and never write to it.
        """
        known = self._postings[name]
        found = [
            posting.in_order(self._serials)
            for value in dict.fromkeys(values)
            if (posting := known.get(value)) is not None
        ]
        if len(found) == 1:
            return found[0]
        merged = heapq.merge(*found, key=self._serials.__getitem__)
        return {row_id: self._rows.items[row_id] for row_id in merged}

    def rows_with(self, name: str, value: str) -> list[S]:
        """List the rows with an indexed value, oldest first."""
        return list(self.find(name, (value,)).values())

    def change(self, row_id: str) -> RowChange:
        """Describe a row for a store, as it is now."""
        row = self.get(row_id)
        text = None if row is None else row.model_dump_json(by_alias=True)
        return RowChange(*self.scope, self.kind, row_id, self._serials.get(row_id, 0), text)

    def load(self, row_id: str, serial: int, text: str) -> None:
        """Load a row from a store.

        Raises:
            ValueError: The row cannot be read, or has another id.
        """
        row = self.shape.model_validate_json(text)
        if self._key(row) != row_id or not 0 < serial < 2**62:
            raise ValueError(f"the {self.kind} row {row_id[:40]!r} has another id, or no number")
        self._write(row_id, self.get(row_id), row, serial)

    def _restore(self, row_id: str, before: S | None, serial: int) -> None:
        self._write(row_id, self.get(row_id), before, serial)

    def _write(self, row_id: str, old: S | None, new: S | None, serial: int) -> None:
        if new is None:
            self._rows.drop(row_id)
        else:
            self._rows.put(row_id, new, serial)
            self._serials[row_id] = serial
        for name, values in self._indexes.items():
            before = set(values(old)) if old is not None else set()
            after = set(values(new)) if new is not None else set()
            self._post(self._postings[name], row_id, before, after, serial)
        if new is None:
            del self._serials[row_id]
        if self._watcher is not None:
            self._watcher(old, new)

    def _post(
        self,
        postings: dict[str, Ordered[S]],
        row_id: str,
        before: set[str],
        after: set[str],
        serial: int,
    ) -> None:
        for value in before - after:
            postings[value].drop(row_id)
            if not postings[value].items:
                del postings[value]
        for value in after:
            row = self._rows.items[row_id]
            postings.setdefault(value, Ordered()).put(row_id, row, serial)


def _reader(index: Index[S]) -> Callable[[S], Iterable[str]]:
    if isinstance(index, str):
        # two names make attrgetter return a tuple, and no Python function is called
        return attrgetter(index, index)
    return index


def oldest(table: Table[S], while_true: Callable[[S], bool]) -> list[S]:
    """List rows from the oldest on, up to the first that the test does not hold for."""
    return list(takewhile(while_true, table))
