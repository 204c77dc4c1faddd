"""Property values survive every conversion: protocol, memory, state file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_havip import urns
from pulumi_havip.engine import dependencies as graph
from pulumi_havip.engine import property_paths as paths
from pulumi_havip.engine.crypto import plain_seal
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.registration import seconds
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import (
    UNKNOWN,
    Secret,
    dump,
    from_json,
    from_struct,
    keep_secret,
    same,
    to_json,
    to_struct,
    unwrap,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text()
    | st.just(UNKNOWN)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | inner.map(lambda value: Secret(unwrap(value)))
    ),
    max_leaves=12,
)


def open_plain(source: dict[str, Any]) -> Secret:
    return Secret(from_json(json.loads(source["plaintext"]), open_plain))


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_values_survive_the_protocol(value: dict[str, Any]) -> None:
    assert same(from_struct(to_struct(value, secrets=True, unknowns=True)), value)


@given(VALUES)
def test_values_survive_the_state_file(value: Any) -> None:
    text = dump(to_json(value, plain_seal))
    assert same(from_json(json.loads(text), open_plain), value)


@given(VALUES)
def test_a_value_is_the_same_as_itself_and_a_secret_is_not_its_value(value: Any) -> None:
    assert same(value, value)
    assert not same(Secret(unwrap(value)), unwrap(value))


@given(VALUES, VALUES)
def test_differences_are_found_where_there_are_any(one: Any, other: Any) -> None:
    found = list(paths.differences({"k": one}, {"k": other}))
    assert bool(found) != same(unwrap(one), unwrap(other))


def test_numbers_that_json_has_not_are_kept() -> None:
    for number in (float("inf"), float("-inf")):
        assert from_json(to_json(number, plain_seal), open_plain) == number
    written = to_json(float("nan"), plain_seal)
    assert from_json(written, open_plain) != from_json(written, open_plain)


def test_a_boolean_is_not_a_number() -> None:
    assert not same(True, 1)
    assert not same([0], [False])
    assert same(1, 1.0)


def test_a_provider_that_takes_no_secrets_gets_none_and_unknowns_only_in_a_preview() -> None:
    value = {"s": Secret({"deep": Secret("x")}), "u": UNKNOWN}
    assert from_struct(to_struct(value)) == {"s": {"deep": "x"}}
    assert from_struct(to_struct(value, unknowns=True))["u"] is UNKNOWN


def test_what_comes_back_from_such_a_provider_is_secret_again() -> None:
    outputs = {"a": "x", "b": {"c": "y", "d": "z"}, "e": ["w"], "f": "plain"}
    keep_secret(outputs, {"a": Secret("x"), "b": {"c": Secret("y")}, "e": [Secret("w")], "f": "p"})
    assert outputs == {
        "a": Secret("x"),
        "b": {"c": Secret("y"), "d": "z"},
        "e": Secret(["w"]),
        "f": "plain",
    }


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        ("a.b[0].c", ("a", "b", 0, "c")),
        ('a["b.c"].*', ("a", "b.c", "*")),
        ("[*].a", ("*", "a")),
        ('["a\\"b"]', ('a"b',)),
    ],
)
def test_property_paths_are_read(text: str, path: tuple[Any, ...]) -> None:
    assert paths.parse(text) == path


@given(st.lists(st.integers(0, 99) | st.text(min_size=1, alphabet="ab.[]* "), min_size=1))
def test_property_paths_are_written_as_they_are_read(path: list[Any]) -> None:
    assert paths.parse(paths.write(path)) == tuple(path)


def test_ignored_properties_are_set_back() -> None:
    old = {"a": 1, "b": {"c": 1}, "d": [{"e": 1}, {"e": 2}]}
    new = {"a": 2, "b": {"c": 2, "x": 1}, "d": [{"e": 8}, {"e": 9}], "f": 1}
    kept = paths.ignore(new, old, ["a", "b.c", "d[1].e", "f"])
    assert kept == {"a": 1, "b": {"c": 1, "x": 1}, "d": [{"e": 8}, {"e": 2}]}
    assert paths.ignore(new, old, ["*"]) == old
    assert new["a"] == 2


def test_urns_are_made_and_taken_apart() -> None:
    stack = urns.make("dev", "p", "", urns.STACK_TYPE, "p-dev")
    parent = urns.make("dev", "p", stack, "a:b:C", "x::y")
    child = urns.make("dev", "p", parent, "d:e:F", "z")
    assert parent == "urn:pulumi:dev::p::a:b:C::x::y"
    assert child == "urn:pulumi:dev::p::a:b:C$d:e:F::z"
    assert (urns.kind_of(child), urns.name_of(parent)) == ("d:e:F", "x::y")
    assert urns.split_reference(urns.reference(parent, "id")) == (parent, "id")


def test_durations_are_read_as_go_writes_them() -> None:
    assert [seconds(text) for text in ("30s", "1h30m", "1.5m", "10ms")] == [30, 5400, 90, 0.01]
    for text in ("", "5", "5 m", "m"):
        with pytest.raises(EngineError, match="not a duration"):
            seconds(text)


def record(key: int, name: str, *needs: str, delete: bool = False) -> Record:
    return Record(name, "t", key=key, dependencies=list(needs), delete=delete)


def test_resources_stand_after_what_they_need_and_else_as_they_stood() -> None:
    listed = [record(0, "c", "b"), record(1, "a"), record(2, "b", "a"), record(3, "d")]
    assert [item.urn for item in graph.in_order(listed)] == ["a", "b", "c", "d"]


def test_what_is_deleted_goes_after_what_depends_on_it() -> None:
    listed = [record(0, "a"), record(1, "b", "a"), record(2, "c", "b"), record(3, "d")]
    before = graph.delete_order(listed, {0, 1, 2, 3})
    done: list[int] = []
    assert graph.run_ordered(before, done.append, parallel=1) is None
    assert done.index(2) < done.index(1) < done.index(0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"), st.sets(st.sampled_from("abcd"), max_size=3), st.booleans()
        ),
        max_size=8,
    )
)
def test_what_names_a_replaced_resource_goes_before_the_old_one(
    rows: list[tuple[str, set[str], bool]],
) -> None:
    """A cut deployment leaves old and new in any order; every one is deleted all the same."""
    fresh: dict[str, Record] = {}
    records: list[Record] = []
    for key, (name, needs, delete) in enumerate(rows):
        item = record(key, name, *sorted(needs - {name}), delete=delete or name in fresh)
        records.append(item)
        fresh.setdefault(name, item)
    listed = graph.in_order(records)
    before = graph.delete_order(listed, {item.key for item in listed})
    done: list[int] = []
    assert graph.run_ordered(before, done.append, parallel=1) is None
    assert sorted(done) == sorted(item.key for item in listed)


def test_a_user_of_what_was_replaced_goes_before_the_old_one() -> None:
    listed = [record(0, "web"), record(1, "route", "web"), record(2, "web", delete=True)]
    before = graph.delete_order(listed, {1, 2})
    done: list[int] = []
    assert graph.run_ordered(before, done.append, parallel=1) is None
    assert done == [1, 2]


def test_after_a_failure_nothing_more_is_started() -> None:
    done: list[int] = []

    def work(key: int) -> None:
        done.append(key)
        if key == 1:
            raise EngineError("no")

    failure = graph.run_ordered({0: {1}, 1: {2}, 2: set()}, work, parallel=2)
    assert str(failure) == "no"
    assert done == [2, 1]
