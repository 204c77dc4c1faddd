"""Reads shared by many resources: all pages once per deployment, or ids by the hundred.

A refresh reads every resource of a stack, one by one and a few at a time. The first read finds out
how many objects the region has. If there are few, all pages are read once and later reads are
answered from memory. If there are many, ids that are read at the same time are combined in one
call, until the number of calls has reached that of paging.

Every write discards the results, and so does a minute. An object missing in the pages is read by
its id before it counts as absent: a page can skip one when another is deleted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from havip import Clock

T = TypeVar("T")
PAGE: Final = 100
"""Maximum number of rows per page and of ids per call in the API."""
SMALL: Final = 2_000
"""Number of rows in a region up to which the first read pages through all of them."""
MAX_AGE: Final = 60.0
"""Seconds for which results are reused."""


class _Batch(Generic[T]):
    """Ids that wait to be read in one call."""

    def __init__(self) -> None:
        self.ids: dict[str, None] = {}
        self.found: dict[str, T] | None = None
        self.error: Exception | None = None


class Listing(Generic[T]):
    """The objects of one kind in one region.

    Args:
        page: Returns the rows from an offset on, and their total number.
        by_ids: Returns the objects with up to `PAGE` ids; absent ones are left out.
        key: Returns the id of an object.
        clock: Determines the age of results.
    """

    def __init__(
        self,
        page: Callable[[int], tuple[int, Sequence[T]]],
        by_ids: Callable[[Sequence[str]], Iterable[T]],
        key: Callable[[T], str],
        clock: Clock,
    ) -> None:
        self._page, self._by_ids, self._key, self._clock = page, by_ids, key, clock
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._next: _Batch[T] = _Batch()
        self._known: dict[str, T | None] = {}
        self._complete = False
        self._born = 0.0
        self._generation = 0
        self._paging_costs: int | None = None
        self._spent = 0

    def get(self, id: str) -> T | None:
        """Return an object, read at some time since the last write, or None if it is absent."""
        with self._lock:
            if self._hit(id):
                return self._known[id]
        self._fill(id)
        with self._lock:
            if self._hit(id):
                return self._known[id]
        return self.fresh(id)

    def all(self) -> list[T]:
        """Return every object of the region, read at some time since the last write."""
        with self._lock:
            if self._complete and self._young():
                return [value for value in self._known.values() if value is not None]
        with self._turn:
            return self._read_pages()

    def fresh(self, id: str) -> T | None:
        """Read an object now; simultaneous calls share one request."""
        with self._lock:
            batch = self._next
            batch.ids[id] = None
        with self._turn:
            if batch.found is None and batch.error is None:
                with self._lock:
                    self._next = _Batch()
                self._ask(batch)
        if batch.error is not None:
            raise batch.error
        return (batch.found or {}).get(id)

    def drop(self) -> None:
        """Discard all results, because something was written."""
        with self._lock:
            self._generation += 1
            self._known, self._complete, self._spent = {}, False, 0
            if self._paging_costs is None:
                self._paging_costs = SMALL // PAGE

    def _hit(self, id: str) -> bool:
        return id in self._known and self._young()

    def _young(self) -> bool:
        return self._clock.monotonic() - self._born < MAX_AGE

    def _fill(self, id: str) -> None:
        """Read all pages of the region if that pays off; read one page first to find out."""
        with self._turn:
            with self._lock:
                if self._hit(id) or (self._complete and self._young()):
                    return
                costs, spent = self._paging_costs, self._spent
            if costs is None or spent + 1 >= costs:
                self._read_pages(unless_over=SMALL if costs is None else None)

    def _read_pages(self, unless_over: int | None = None) -> list[T]:
        generation, born = self._generation, self._clock.monotonic()
        total, first = self._page(0)
        rows = list(first)
        self._paging_costs = max(1, -(-total // PAGE))
        small = unless_over is None or total <= unless_over
        while small and first and len(rows) < total:
            total, first = self._page(len(rows))
            rows.extend(first)
        with self._lock:
            if generation == self._generation:
                self._remember({self._key(row): row for row in rows}, born)
                self._complete = small
        return rows

    def _ask(self, batch: _Batch[T]) -> None:
        ids = list(batch.ids)
        generation, born = self._generation, self._clock.monotonic()
        found: dict[str, T] = {}
        try:
            for start in range(0, len(ids), PAGE):
                chunk = ids[start : start + PAGE]
                found.update({self._key(row): row for row in self._by_ids(chunk)})
                self._spent += 1
        except Exception as error:  # must reach every caller that waits for the batch
            batch.error = error
            return
        batch.found = found
        with self._lock:
            if generation == self._generation:
                self._remember({id: found.get(id) for id in ids}, born)

    def _remember(self, rows: dict[str, T] | dict[str, T | None], born: float) -> None:
        if not self._young():
            self._known, self._complete = {}, False
        if not self._known:
            self._born = born
        self._known.update(rows)
