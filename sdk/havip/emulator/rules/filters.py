"""Describe actions: ids or filters, limits, pages, and the index that finds rows fastest."""

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
    """One page of what was found, and how many there are in all."""

    total: int
    rows: list[S]


@dataclass(frozen=True)
class DescribeQuery(Generic[S]):
    """Listing of one type of resource, with its filters.

    Args:
        values: by filter name, what gives a row's values; a filter holds where one of them is
            among its own. A filter that the action has but that is not here sees "" in each row.
        id_filter: the filter that asks for ids; it must be among the values.
        tags: what gives a row's tags.
        matchers: by filter name, a test of its own instead.
        switches: the filters whose values are true and false, in capitals or not.
        max_filters: how many filters a call may have.
        max_values: how many values a filter may have.
        unknown: the error code for a filter that the action does not have.
        too_many: the error code for too many filters.
        too_many_values: the error code for too many values of one filter.
        coexist: the error code for ids together with filters, or None where both must hold.
        newest_first: whether the newest rows come first.
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
        """Find the page of rows that a request asks for.

        Args:
            table: where to look.
            request: has the filters, the offset and the limit.
            ids: the ids asked for, checked; none is any.
            also: one more test that each row must pass.

        Raises:
            ApiFailure: ids and filters together, unknown or too many filters, a bad page.
        """
        offset, limit = page_of(request)
        conditions = self._conditions(request, ids)
        if also is not None:
            conditions.append(_Condition("", [], also, indexed=False))
        return select(table, conditions, self, offset, limit)

    def find_among(
        self, rows: Iterable[S], request: Pageable, ids: Sequence[str] | None
    ) -> FoundRows[S]:
        """Find the page of rows that a request asks for, among rows that no table has.

        Raises:
            ApiFailure: as `find`.
        """
        offset, limit = page_of(request)
        return _scan(rows, self._conditions(request, ids), offset, limit)

    def _conditions(self, request: Pageable, ids: Sequence[str] | None) -> list[_Condition[S]]:
        filters = request.filters or []
        if ids and filters and self.coexist:
            raise ApiFailure(
                self.coexist, "Ids and `Filters` exclude each other: give one of them."
            )
        if ids and len(ids) > MAX_LIMIT:
            raise ApiFailure(
                "InvalidParameterValue.LimitExceeded",
                f"At most {MAX_LIMIT} ids can be asked for at once, not {len(ids)}.",
            )
        conditions = [self._condition(type(request), item) for item in self._checked(filters)]
        if ids:
            test = _value_test(self.values[self.id_filter], ids)
            conditions.append(_Condition(self.id_filter, list(ids), test))
        return conditions

    def _checked(self, filters: Sequence[Filter]) -> Sequence[Filter]:
        if len(filters) > self.max_filters:
            raise ApiFailure(
                self.too_many, f"A call takes {self.max_filters} filters, not {len(filters)}."
            )
        for item in filters:
            if len(item.values) > self.max_values:
                raise ApiFailure(
                    self.too_many_values,
                    f"The filter `{item.name}` takes {self.max_values} values,"
                    f" not {len(item.values)}.",
                )
        return filters

    def _condition(self, action: type[Any], item: Filter) -> _Condition[S]:
        name, wanted = item.name, item.values
        if not _known(action, name):
            raise ApiFailure(self.unknown, f"There is no filter `{name}` here.")
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
    """Write a switch as filters have it."""
    return "true" if flag else "false"


def contains(values: Values[S]) -> Matcher[S]:
    """Build a fuzzy filter: a row matches if one of its values contains one of the filter's."""

    def matches(row: S, wanted: Sequence[str]) -> bool:
        return any(part in value for value in values(row) for part in wanted)

    return matches


class Pageable(Protocol):
    """A request that lists things."""

    @property
    def filters(self) -> list[Filter] | None:
        """The conditions."""
        ...


def page_of(request: Any) -> tuple[int, int]:
    """Read the offset and the limit of a request, which may be text or numbers.

    Raises:
        ApiFailure: they are not numbers, below their minimum, or the limit is above 100.
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
            "InvalidParameterValue.LimitExceeded", f"`Limit` is {limit}; the most is {MAX_LIMIT}."
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
    """Find a page by the index that leaves the fewest rows to look at.

    With one indexed condition, or none, nothing but the page itself is looked at.
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
    for row in _that_hold(source, rest):
        if offset <= total < offset + limit:
            rows.append(row)
        total += 1
    return FoundRows(total, rows)


def _that_hold(source: Iterable[S], conditions: Sequence[_Condition[S]]) -> Iterator[S]:
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
