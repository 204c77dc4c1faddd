"""Replacements: users of a resource that is deleted first, and leftovers of interrupted ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi import ResourceOptions

from tests.engine.box_provider import Bench, Box, Boxes, fail


class Group(pulumi.ComponentResource):
    def __init__(self, name: str, **inputs: Any) -> None:
        super().__init__("boxes2:index:Group", name, inputs, remote=False)


def deletions(bench: Bench) -> list[str]:
    """Return the list that the ids of deleted boxes are added to."""
    deleted: list[str] = []
    bench.provider.on["delete"] = lambda request, _: deleted.append(request.id)
    return deleted


def chain(root: dict[str, Any], user: ResourceOptions | None = None) -> Callable[[], None]:
    """Return a program with a root and its users: some would be replaced with it, some not."""

    def program() -> None:
        box = Box("root", **root)
        Box("user", user, place=box.id)
        Box("nested", slot=pulumi.Output.all(box.label, 7).apply(lambda all_: {"of": [*all_]}))
        Box("resized", size=box.label)
        Box("after", ResourceOptions(depends_on=[box]), place="x")
        Boxes("boxes", zone=box.id)
        Group("group", of=box.id)

    return program


def test_users_that_a_new_id_would_replace_go_with_a_resource_that_is_deleted_first(
    bench: Bench,
) -> None:
    bench.up(chain({"slot": 1}))
    ids = {name: bench.row(name).id for name in ("root", "user", "nested", "resized", "after")}
    deleted = deletions(bench)
    result = bench.up(chain({"slot": 2}))
    assert sorted(deleted) == sorted([ids["root"], ids["user"], ids["nested"]])
    assert deleted[-1] == ids["root"]
    kept = {name: bench.row(name).id == ids[name] for name in ids}
    assert [name for name, same in kept.items() if same] == ["resized", "after"]
    ops = {(step.name, str(step.op)) for step in result.steps}
    assert ("user", "delete-replaced") in ops
    assert ("user", "create-replacement") in ops
    assert not bench.stack(chain({"slot": 2})).preview().changed


def test_a_user_that_is_not_a_target_is_made_again_with_what_it_used(bench: Bench) -> None:
    def program(slot: int) -> Callable[[], None]:
        def declare() -> None:
            root = Box("root", slot=slot)
            Box("user", place=root.id)
            Box("other", size=slot)

        return declare

    bench.up(program(1))
    user = bench.row("user").id
    assert bench.stack(program(2)).up(targets=["**::root"]).ok
    assert bench.row("user").id != user
    assert bench.row("user").outputs["place"] == bench.row("root").id
    assert bench.row("other").outputs["size"] == 1


def test_what_is_deleted_with_a_resource_is_replaced_with_it(bench: Bench) -> None:
    def program(slot: int) -> Callable[[], None]:
        def declare() -> None:
            root = Box("root", slot=slot)
            Box("inside", ResourceOptions(deleted_with=root))

        return declare

    bench.up(program(1))
    gone = [bench.row(name).id for name in ("inside", "root")]
    deleted = deletions(bench)
    bench.up(program(2))
    assert deleted == gone
    assert not {bench.row(name).id for name in ("inside", "root")} & {*gone}


def test_a_user_that_is_protected_keeps_the_resource(bench: Bench) -> None:
    guarded = ResourceOptions(protect=True)
    bench.up(chain({"slot": 1}, guarded))
    deleted = deletions(bench)
    result = bench.stack(chain({"slot": 2}, guarded)).up()
    assert "root cannot be replaced: user, which must be replaced with it" in result.error
    assert bench.row("user").id not in deleted
    assert bench.row("root").id not in deleted


def test_a_user_of_two_resources_that_are_replaced_goes_once(bench: Bench) -> None:
    def program(slot: int) -> Callable[[], None]:
        def declare() -> None:
            one, two = Box("one", slot=slot), Box("two", slot=slot)
            Box("user", place=one.id, slot=two.id)

        return declare

    bench.up(program(1))
    user, deleted = bench.row("user").id, deletions(bench)
    bench.up(program(2))
    assert deleted.count(user) == 1
    assert len(deleted) == 3


def test_a_user_that_a_killed_run_had_deleted_is_made_again(bench: Bench) -> None:
    bench.up(chain({"slot": 1}))
    gone: list[str] = []

    def once(request: Any, context: Any) -> None:
        if request.id == bench.row("root").id:
            fail(request, context)
        gone.append(request.id)

    bench.provider.on["delete"] = once
    assert not bench.stack(chain({"slot": 2})).up().ok
    assert len(gone) == 2
    deleted = deletions(bench)
    bench.up(chain({"slot": 2}))
    assert not set(gone) & set(deleted)
    assert not bench.stack(chain({"slot": 2})).preview().changed


def left(bench: Bench) -> dict[str, Any]:
    """Replace a root; the run stops before its second user is moved. Return the ids by name."""

    def program(place: str) -> Callable[[], None]:
        def declare() -> None:
            root = Box("root", place=place)
            first = Box("first", place=root.id)
            Box("second", ResourceOptions(depends_on=[first]), slot={"of": [root.id]})

        return declare

    bench.up(program("a"))
    before = {name: bench.row(name).id for name in ("root", "first", "second")}
    made: list[str] = []

    def create(request: Any, context: Any) -> None:
        made.append(request.urn)
        if request.urn.endswith("second"):
            fail(request, context)

    bench.provider.on["create"] = create
    assert not bench.stack(program("b")).up().ok
    bench.provider.on.clear()
    assert [urn.rpartition(":")[2] for urn in made] == ["root", "first", "second"]
    return before | {"program": program}


@pytest.mark.parametrize("place", ["a", "b", "c"])
def test_what_an_interrupted_replacement_left_is_kept_if_it_is_declared(
    bench: Bench, place: str
) -> None:
    """The root was replaced, its first user as well, and the second was deleted to be."""
    before: Any = left(bench)
    program = before["program"]
    roots = {row.id: row.delete for row in bench.rows("root")}
    assert roots[before["root"]]
    deleted = deletions(bench)
    result = bench.up(program(place))
    now = bench.row("root").id
    assert (now == before["root"]) == (place == "a")
    assert (bench.row("first").id == before["first"]) == (place == "a")
    assert (now in roots) == (place in "ab")
    assert now not in deleted
    assert sorted({*roots} - {now}) == sorted({*roots} & {*deleted})
    ops = [str(step.op) for step in result.steps if step.name == "root"]
    assert ("same" in ops) == (place in "ab")
    assert not bench.stack(program(place)).preview().changed
    assert bench.stack(program(place)).destroy().ok


def test_what_was_left_and_is_gone_is_not_restored(bench: Bench) -> None:
    before: Any = left(bench)
    bench.provider.boxes.pop(before["root"])
    del bench.provider.boxes[before["first"]]
    bench.up(before["program"]("a"))
    assert bench.row("root").id != before["root"]
    assert bench.row("first").id != before["first"]


def test_what_is_left_behind_a_protected_resource_is_not_restored(bench: Bench) -> None:
    guarded = ResourceOptions(protect=True)
    bench.up(lambda: Box("box", place="a"))
    bench.provider.on["delete"] = fail
    assert not bench.stack(lambda: Box("box", guarded, place="b")).up().ok
    bench.provider.on.clear()
    result = bench.stack(lambda: Box("box", guarded, place="a")).up()
    assert not result.ok
    assert "is protected" in result.error
    assert {row.delete for row in bench.rows()} == {True, False}


def test_a_resource_that_is_replaced_by_order_is_not_restored(bench: Bench) -> None:
    bench.up(lambda: Box("box", place="a"))
    bench.provider.on["delete"] = fail
    assert not bench.stack(lambda: Box("box", place="b")).up().ok
    bench.provider.on.clear()
    old = {row.id for row in bench.rows()}
    bench.up(lambda: Box("box", place="a"), replace=["**box"])
    assert bench.row().id not in old
