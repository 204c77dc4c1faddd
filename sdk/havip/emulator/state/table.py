"""Tables of immutable rows with exact-match indexes, and the undo log of a call."""

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
    """Scope of a table: account and region, both empty for shared tables."""

    account: str = ""
    region: str = ""


class RowChange(NamedTuple):
    """Current state of a changed row, for a store.

    ``(account, region, kind, id)`` is the key; ``row`` is JSON, or None if the row was deleted;
    ``serial`` grows with each created row and defines their order.
    """

    account: str
    region: str
    kind: str
    id: str
    serial: int
    row: str | None


@dataclass
class UndoLog:
    """All writes since the last commit, with the previous values."""

    serial: int = 0
    """The latest serial number."""
    _writes: list[tuple[Table[Any], str, Any, int]] = field(default_factory=list)

    def next_serial(self) -> int:
        """Return the next serial number; numbers are never reused."""
        self.serial += 1
        return self.serial

    def record(self, table: Table[Any], row_id: str, before: Any, serial: int) -> None:
        """Record the value of a row before it is written."""
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
        """Return the current state of each row written since the last commit."""
        latest = {(id(table), row_id): (table, row_id) for table, row_id, _, _ in self._writes}
        return [table.change(row_id) for table, row_id in latest.values()]

    def replaced(self, kind: str) -> list[tuple[Scope, Any, Any]]:
        """Return scope, previous and current value of rows of a kind since the commit."""
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
    """Values by id in order of their serial numbers, sorted lazily."""

    __slots__ = ("_last", "_sorted", "items")

    def __init__(self) -> None:
        self.items: dict[str, S] = {}
        self._last = 0
        self._sorted = True

    def put(self, row_id: str, value: S, serial: int) -> None:
        """Add or replace a value."""
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
"""An attribute, or a function that returns the values of a row."""
Watcher = Callable[["S | None", "S | None"], None]


class Table(Generic[S]):
    """Rows of one kind in one scope, with lookup by id or by any indexed value.

    Rows are immutable: to change one, put another row with the same id.

    Example::

        table.put(havip.model_copy(update={"ha_vip_name": "db"}))
        table.find("vpc-id", ["vpc-1a2b3c4d"])

    Args:
        undo: The undo log that records writes.
        scope: The account and region.
        kind: The name of the kind of rows, unique within a scope.
        shape: The class of the rows.
        key: The attribute with the id of a row.
        indexes: The indexed values of a row by index name, for exact-match lookup.
        watcher: Called with each change of a row, including rollbacks.
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
        """Return the rows by id, oldest first; internal to the table, as for `find`."""
        return self._rows.in_order(self._serials)

    def ids(self) -> list[str]:
        """List the ids, oldest first."""
        return list(self._rows.in_order(self._serials))

    def items(self) -> list[tuple[str, S]]:
        """List ids and rows, oldest first."""
        return list(self._rows.in_order(self._serials).items())

    def get(self, row_id: str) -> S | None:
        """Return a row by id, or None."""
        return self._rows.items.get(row_id)

    def serial(self, row_id: str) -> int:
        """Return a row's serial number, which increases in the order of creation."""
        return self._serials[row_id]

    def put(self, row: S) -> S:
        """Store a row under its id, and return it."""
        row_id: str = self._key(row)
        before, serial = self.get(row_id), self._serials.get(row_id, 0)
        self._undo.record(self, row_id, before, serial)
        self._write(row_id, before, row, serial or self._undo.next_serial())
        return row

    def remove(self, row_id: str) -> None:
        """Delete a row; ignore an unknown id."""
        before = self.get(row_id)
        if before is not None:
            self._undo.record(self, row_id, before, self._serials[row_id])
            self._write(row_id, before, None, 0)

    def clear(self) -> None:
        """Delete every row."""
        for row_id in self.ids():
            self.remove(row_id)

    def indexed(self, name: str) -> bool:
        """Return whether a value is indexed, so that a lookup avoids a full scan."""
        return name in self._indexes

    def count(self, name: str, value: str) -> int:
        """Return the number of rows with an indexed value."""
        posting = self._postings[name].get(value)
        return len(posting.items) if posting else 0

    def find(self, name: str, values: Iterable[str]) -> dict[str, S]:
        """Find the rows with any of the indexed values, oldest first.

        The result may be internal to the table: do not modify it, nor keep it across changes.
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
        """Return the current state of a row for a store."""
        row = self.get(row_id)
        text = None if row is None else row.model_dump_json(by_alias=True)
        return RowChange(*self.scope, self.kind, row_id, self._serials.get(row_id, 0), text)

    def load(self, row_id: str, serial: int, text: str) -> None:
        """Load a row from a store.

        Raises:
            ValueError: The row is invalid, or has another id.
        """
        row = self.shape.model_validate_json(text)
        if self._key(row) != row_id or not 0 < serial < 2**62:
            raise ValueError(f"the {self.kind} row {row_id[:40]!r} has another id, or a bad serial")
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
        # with two names attrgetter returns a tuple, without calling a Python function
        return attrgetter(index, index)
    return index


def oldest(table: Table[S], while_true: Callable[[S], bool]) -> list[S]:
    """Return the oldest rows, up to the first that does not satisfy the condition."""
    return list(takewhile(while_true, table))
