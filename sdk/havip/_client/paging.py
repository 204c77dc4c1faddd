"""Page through a list by offset and limit while it changes."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar, cast

from pydantic import BaseModel

from havip.api._base import Request, Response
from havip.errors import BadAnswerError, UsageError

R = TypeVar("R", bound=Response)
SPARE: Final = 10
"""Consecutive pages without new items after which a list counts as endless."""


class Cursor(Generic[R]):
    """Position in a list: builds the request for the next page and processes its response.

    An item that is deleted during paging moves all later ones forward, past the next offset. If the
    total has shrunk by n, the cursor goes back by n. Items that are listed a second time because of
    that, or because others were added in front, are skipped.

    Args:
        request: The request, with the start offset and the page size as its offset and limit.
        verb: Name of the calling method, for error messages.

    Raises:
        UsageError: The action is not paged.
    """

    def __init__(self, request: Request[R], verb: str) -> None:
        if request.page is None:
            raise UsageError(f"{verb}: {type(request).__name__} is not paged: use send")
        self._request = request
        self._page = request.page
        self._id_field = f"{self._page.items.removesuffix('_set')}_id"
        self._first = _number(request, "offset", 0)
        self._offset = self._first
        self._limit = _number(request, "limit", self._page.limit)
        self._total: int | None = None
        self._seen: set[Any] = set()
        self._stale = 0
        self.ended = False

    def next_request(self) -> Request[R]:
        """Build the request for the next page."""
        offset, limit = self._offset, self._limit
        number = {"offset": offset, "limit": limit}
        if self._page.text:
            number = cast("dict[str, int]", {"offset": str(offset), "limit": str(limit)})
        return self._request.model_copy(update=number)

    def take(self, answer: R) -> R | None:
        """Return the response reduced to its new items, or None if the page is to be skipped.

        The first page is returned even if it is empty. After a deletion, a page is skipped and
        requested again further ahead, since it may lack items.

        Args:
            answer: The response to the last request.

        Raises:
            BadAnswerError: The list does not end.
        """
        items: list[Any] = getattr(answer, self._page.items)
        total = int(getattr(answer, self._page.total, None) or 0)
        gone = 0 if self._total is None else min(self._total - total, self._offset - self._first)
        self._total = total
        if gone > 0:  # this page may have skipped that many
            self._offset -= gone
            return None
        new = self._unseen(items)
        self._offset += len(items)
        self.ended = not items or self._offset >= total
        self._stale = 0 if new or self.ended else self._stale + 1
        # After a deletion, pages of items seen before are listed again.
        if self._stale > SPARE + len(self._seen) // max(1, self._limit):
            raise BadAnswerError(
                f"{type(self._request).__name__}: the list does not end: {self._stale} pages in a "
                f"row hold nothing new, at offset {self._offset} of {total}"
            )
        first = self._offset - len(items) == self._first and len(self._seen) == len(new)
        if not new and not first:
            return None
        return answer if len(new) == len(items) else _with(answer, self._page.items, new)

    def items_of(self, answer: R) -> list[Any]:
        """Return the items of a response."""
        found: list[Any] = getattr(answer, self._page.items)
        return found

    def _unseen(self, items: list[Any]) -> list[Any]:
        new = []
        for item in items:
            key = _key(item, self._id_field)
            if key not in self._seen:
                self._seen.add(key)
                new.append(item)
        return new


def _number(request: Request[Any], name: str, default: int) -> int:
    return int(getattr(request, name, None) or default)


def _with(answer: R, name: str, items: list[Any]) -> R:
    return answer.model_copy(update={name: items})


def _key(item: Any, id_field: str) -> Any:
    """Return the identity of an item: its id, or all of its fields if it has none."""
    if found := getattr(item, id_field, None):
        return found
    return item.model_dump_json() if isinstance(item, BaseModel) else item
