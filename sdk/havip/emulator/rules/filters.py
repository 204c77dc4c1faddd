"""Describe actions: ids, filters, paging, and the choice of the best index."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from havip.api import Filter, Request, Shape, Tag
from havip.emulator.errors import ApiFailure
from havip.emulator.state.table import Table

S = TypeVar("S", bound=Shape)
Values = Callable[[S], Iterable[str]]
Matcher = Callable[[S, Sequence[str]], bool]

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class FoundRows(NamedTuple, Generic[S]):
    """One page of results, and the total number of results."""

    total: int
    rows: list[S]


@dataclass(frozen=True)
class DescribeQuery(Generic[S]):
    """Query on one type of resource, with the filters that its action supports.

    Args:
        values: Function that returns a row's values, by filter name; a filter matches if it lists
            one of them. A supported filter missing here sees "" in each row.
        id_filter: The filter for ids; one of `values`.
        tags: Function that returns a row's tags.
        matchers: Custom match functions by filter name, instead of `values`.
        switches: Filters with the case-insensitive values true and false.
        max_filters: Maximum number of filters in a call.
        max_values: Maximum number of values of a filter.
        unknown: Error code for unsupported filters.
        too_many: Error code for too many filters.
        too_many_values: Error code for too many values of a filter.
        coexist: Error code for ids combined with filters, or None if both may be used together.
        newest_first: Whether results are sorted from newest to oldest.
    """

    values: Mapping[str, Values[S]]
    id_filter: str
    tags: Callable[[S], Sequence[Tag]]
    matchers: Mapping[str, Matcher[S]] | None = None
    switches: Container[str] = ()
    max_filters: int = 10
    max_values: int = 100
    unknown: str = "InvalidParameter.FilterInvalidKey"
    too_many: str = "InvalidParameterValue.LimitExceeded"
    too_many_values: str = "InvalidParameterValue.LimitExceeded"
    coexist: str | None = "InvalidParameter.Coexist"
    newest_first: bool = False

    def find(
        self,
        table: Table[S],
        request: Pageable,
        ids: Sequence[str] | None,
        also: Callable[[S], bool] | None = None,
    ) -> FoundRows[S]:
        """Return the requested page of rows.

        Args:
            table: The table to search.
            request: The request with filters, offset and limit.
            ids: The requested ids, already validated; empty means any.
            also: Additional condition for each row.

        Raises:
            ApiFailure: Ids combined with filters, invalid filters, or invalid paging.
        """
        offset, limit = page_of(request)
        conditions = self._conditions(request, ids)
        if also is not None:
            conditions.append(_Condition("", [], also, indexed=False))
        return select(table, conditions, self, offset, limit)

    def find_among(
        self, rows: Iterable[S], request: Pageable, ids: Sequence[str] | None
    ) -> FoundRows[S]:
        """Return the requested page of rows that are not stored in a table.

        Raises:
            ApiFailure: As for `find`.
        """
        offset, limit = page_of(request)
        return _scan(rows, self._conditions(request, ids), offset, limit)

    def _conditions(self, request: Pageable, ids: Sequence[str] | None) -> list[_Condition[S]]:
        filters = request.filters or []
        if ids and filters and self.coexist:
            raise ApiFailure(self.coexist, "Ids and `Filters` are mutually exclusive.")
        if ids and len(ids) > MAX_LIMIT:
            raise ApiFailure(
                "InvalidParameterValue.LimitExceeded",
                f"A call accepts at most {MAX_LIMIT} ids, got {len(ids)}.",
            )
        conditions = [self._condition(type(request), item) for item in self._checked(filters)]
        if ids:
            test = _value_test(self.values[self.id_filter], ids)
            conditions.append(_Condition(self.id_filter, list(ids), test))
        return conditions

    def _checked(self, filters: Sequence[Filter]) -> Sequence[Filter]:
        if len(filters) > self.max_filters:
            raise ApiFailure(
                self.too_many,
                f"A call accepts at most {self.max_filters} filters, got {len(filters)}.",
            )
        for item in filters:
            if len(item.values) > self.max_values:
                raise ApiFailure(
                    self.too_many_values,
                    f"The filter `{item.name}` accepts at most {self.max_values} values,"
                    f" got {len(item.values)}.",
                )
        return filters

    def _condition(self, action: type[Any], item: Filter) -> _Condition[S]:
        name, wanted = item.name, item.values
        if not _known(action, name):
            raise ApiFailure(self.unknown, f"The filter `{name}` is not supported.")
        if self.matchers and (matcher := self.matchers.get(name)):
            return _Condition(name, wanted, lambda row: matcher(row, wanted), indexed=False)
        if name == "tag-key" or name.startswith("tag:"):
            key = name.partition(":")[2]
            return _Condition(name, wanted, _tag_test(self.tags, key, wanted), indexed=False)
        if name in self.switches:
            wanted = [value.lower() for value in wanted]
        values = self.values.get(name, _empty)
        return _Condition(name, wanted, _value_test(values, wanted))


def text_of(flag: bool) -> str:
    """Format a boolean as filters expect it."""
    return "true" if flag else "false"


def contains(values: Values[S]) -> Matcher[S]:
    """Build a substring filter: matches if a value of the row contains a value of the filter."""

    def matches(row: S, wanted: Sequence[str]) -> bool:
        return any(part in value for value in values(row) for part in wanted)

    return matches


class Pageable(Protocol):
    """A request with filters and paging."""

    @property
    def filters(self) -> list[Filter] | None:
        """The filters."""
        ...


def page_of(request: Any) -> tuple[int, int]:
    """Parse the offset and limit of a request, given as text or numbers.

    Raises:
        ApiFailure: A value is not a number, below its minimum, or the limit is above 100.
    """
    offset = _number("Offset", request.offset, 0)
    limit = _number("Limit", request.limit, DEFAULT_LIMIT)
    if offset < 0 or limit < 1:
        code = "InvalidParameterValue.Range"
        raise ApiFailure(
            code if code in type(request).errors else "InvalidParameterValue",
            "`Offset` must be 0 or more and `Limit` 1 or more.",
        )
    if limit > MAX_LIMIT:
        raise ApiFailure(
            "InvalidParameterValue.LimitExceeded",
            f"`Limit` is {limit}; the maximum is {MAX_LIMIT}.",
        )
    return offset, limit


def _number(name: str, value: str | int | None, default: int) -> int:
    if value is None or value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ApiFailure("InvalidParameter", f"`{name}` is not a number: `{value}`.") from None


class _Condition(NamedTuple, Generic[S]):
    name: str
    wanted: list[str]
    holds: Callable[[S], bool]
    indexed: bool = True


def select(
    table: Table[S],
    conditions: Sequence[_Condition[S]],
    query: DescribeQuery[S],
    offset: int,
    limit: int,
) -> FoundRows[S]:
    """Return a page of rows, using the most selective index.

    With at most one condition, and that one indexed, only the rows of the page are visited.
    """
    ranked = sorted(
        (size, position)
        for position, condition in enumerate(conditions)
        if (size := _size(table, condition, query.id_filter)) is not None
    )
    rest = list(conditions)
    source = table.rows()
    if ranked:
        best = rest.pop(ranked[0][1])
        source = _look_up(table, best, query.id_filter)
    total = len(source)
    rows: Iterable[S] = source.values()
    if query.newest_first:
        rows = map(source.__getitem__, reversed(source))
    if not rest:
        return FoundRows(total, list(islice(rows, min(offset, total), min(offset + limit, total))))
    return _scan(rows, rest, offset, limit)


def _scan(
    source: Iterable[S], rest: Sequence[_Condition[S]], offset: int, limit: int
) -> FoundRows[S]:
    total, rows = 0, []
    for row in _matching(source, rest):
        if offset <= total < offset + limit:
            rows.append(row)
        total += 1
    return FoundRows(total, rows)


def _matching(source: Iterable[S], conditions: Sequence[_Condition[S]]) -> Iterator[S]:
    return (row for row in source if all(condition.holds(row) for condition in conditions))


def _size(table: Table[S], condition: _Condition[S], id_filter: str) -> int | None:
    if condition.name == id_filter:
        return len(condition.wanted)
    if condition.indexed and table.indexed(condition.name):
        return sum(table.count(condition.name, value) for value in condition.wanted)
    return None


def _look_up(table: Table[S], condition: _Condition[S], id_filter: str) -> dict[str, S]:
    if condition.name != id_filter:
        return table.find(condition.name, condition.wanted)
    known = {row_id for row_id in condition.wanted if row_id in table}
    return {
        row_id: row
        for row_id in sorted(known, key=table.serial)
        if (row := table.get(row_id)) is not None
    }


def _known(action: type[Request[Any]], name: str) -> bool:
    names = action.filter_names
    if names is None:
        return True
    return name in names or (name.startswith("tag:") and "tag:" in names)


def _tag_test(
    tags: Callable[[S], Sequence[Tag]], key: str, wanted: Sequence[str]
) -> Callable[[S], bool]:
    if not key:
        return lambda row: any(tag.key in wanted for tag in tags(row))
    return lambda row: any(tag.key == key and tag.value in wanted for tag in tags(row))


def _value_test(values: Values[S], wanted: Sequence[str]) -> Callable[[S], bool]:
    accepted = set(wanted)
    return lambda row: not accepted.isdisjoint(values(row))


def _empty(_: Shape) -> Iterable[str]:
    return ("",)
