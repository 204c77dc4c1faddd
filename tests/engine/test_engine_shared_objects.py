"""Two resources of the state that are one object: what is known by its arguments alone.

A thing with a mark is found by it (see `things`), as an attachment is by what it connects.
"""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from things import Thing

from pulumi_havip.engine.journal import Journal

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


def declare(name: str = "", **inputs: Any) -> Any:
    return lambda: name and Thing(name, **inputs)


def name_twice(lab: Lab, *, pending_replacement: bool = False, **inputs: Any) -> None:
    """Deploy a thing, and give it a second name, as a killed rename without an alias does."""
    assert lab.stack(declare("old", **inputs)).up().ok
    state = lab.stack(declare())._load()
    old = next(item for item in state.snapshot.records() if item.name == "old")
    urn = old.urn.removesuffix("old") + "new"
    log = Journal(state.snapshot, state.vault, lab.stack(declare()).file, state.digest)
    log.end(
        put=[old.copy(urn=urn, key=-1)],
        amend=[old.copy(pending_replacement=pending_replacement)],
    )
    log.close()


def names(lab: Lab) -> list[str]:
    found = lab.stack(declare()).resources()
    return sorted(item.name for item in found if item.name in ("old", "new"))


def deletions(lab: Lab) -> tuple[int, int]:
    """Return how many things the cloud has, and how many deletions it saw."""
    with lab.cloud() as state:
        return len(state["things"]), state["calls"].count("delete")


@pytest.mark.parametrize("kept", ["old", "new"])
def test_the_object_stays_with_the_name_that_stays(lab: Lab, kept: str) -> None:
    name_twice(lab, mark="m")
    assert names(lab) == ["new", "old"]
    assert lab.stack(declare(kept, mark="m")).preview().ok
    assert lab.stack(declare(kept, mark="m")).up().ok
    assert (names(lab), deletions(lab)) == ([kept], (1, 0))
    assert lab.stack(declare()).destroy().ok
    assert (names(lab), deletions(lab)) == ([], (0, 1))


def test_the_object_is_deleted_with_the_last_of_its_names(lab: Lab) -> None:
    name_twice(lab, mark="m")
    seen: list[tuple[int, list[str]]] = []
    stack = lab.stack(declare())
    stack._sink = lambda event: seen.append((deletions(lab)[1], names(lab)))
    assert stack.destroy().ok
    assert (names(lab), deletions(lab)) == ([], (0, 1))
    assert all(len(left) < 2 for done, left in seen if done)


def test_what_is_not_found_by_its_arguments_is_deleted_under_each_name(lab: Lab) -> None:
    """The same id need not be the same object: a provider may give one to all."""
    name_twice(lab)
    assert lab.stack(declare()).destroy().ok
    assert (names(lab), deletions(lab)) == ([], (0, 2))


def test_an_object_is_not_left_to_a_name_that_was_deleted_for_a_replacement(lab: Lab) -> None:
    name_twice(lab, mark="m", pending_replacement=True)
    assert lab.stack(declare()).destroy().ok
    assert (names(lab), deletions(lab)) == ([], (0, 1))


def test_a_provider_that_cannot_tell_is_asked_to_delete_both(lab: Lab) -> None:
    name_twice(lab, mark="m", fail="read")
    assert lab.stack(declare()).destroy().ok
    assert (names(lab), deletions(lab)) == ([], (0, 2))
