"""The outcome of each operation that a killed run left pending."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import things
from things import Thing

from pulumi_havip.engine import EngineError
from pulumi_havip.engine.journal import Journal
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.run import Run

if TYPE_CHECKING:
    from tests.engine.conftest import Lab

Program = Callable[[], None]


def declare(*names: str, **inputs: Any) -> Program:
    """Return a program of things, each marked with its name."""

    def program() -> None:
        for name in names:
            Thing(name, mark=f"m-{name}", **{"value": "x", **inputs})

    return program


def record_of(lab: Lab, name: str) -> Record:
    found = lab.stack(declare()).resources()
    return next(item for item in found if item.name == name and item.custom)


def change_cloud(lab: Lab, id: str, **values: Any) -> None:
    """Add a thing to the cloud or change it; without values, remove it."""
    with lab.cloud() as state:
        thing = state["things"].pop(id, {})
        if values:
            state["things"][id] = {"serial": 9, "revision": 1, "echo": "x", **thing, **values}


def leave(
    lab: Lab, kind: str, *records: Record, change: Callable[[Journal], None] | None = None
) -> None:
    """Leave operations pending, as a run that was killed does."""
    state = lab.stack(declare())._recover()
    log = Journal(state.snapshot, state.vault, lab.stack(declare()).file, state.digest)
    for record in records:
        log.begin(kind, record)
    if change is not None:
        change(log)
    log.close()


def pending(lab: Lab) -> list[Any]:
    found = lab.stack(declare()).export()["deployment"].get("pending_operations", [])
    return [item["type"] for item in found]


def new(lab: Lab, name: str, **inputs: Any) -> Record:
    """Return a thing whose creation begins, as its registration makes it."""
    old = record_of(lab, "old")
    given = {**old.inputs, "mark": f"m-{name}", "value": "x", **inputs}
    urn = old.urn.rpartition("::")[0] + f"::{name}"
    return old.copy(urn=urn, id="", inputs=given, outputs={}, created="", modified="", key=-1)


def calls(lab: Lab, *actions: str) -> list[str]:
    with lab.cloud() as state:
        return [call for call in state["calls"] if call in (actions or ("create", "delete"))]


def ids(lab: Lab) -> list[str]:
    with lab.cloud() as state:
        return sorted(state["things"])


@pytest.fixture
def deployed(lab: Lab) -> Lab:
    """A stack with one thing, ``thing-1``."""
    assert lab.stack(declare("old")).up().ok
    return lab


def settled(lab: Lab, program: Program) -> Any:
    """Run `up`; nothing is pending afterwards, and nothing is left to do."""
    result = lab.stack(program).up()
    assert result.ok, result.error
    assert pending(lab) == []
    assert not lab.stack(program).preview(refresh=True).changed
    return result


def test_a_creation_that_had_its_effect_is_taken_over(deployed: Lab) -> None:
    leave(deployed, "creating", new(deployed, "new", tags={"lost": "1"}))
    change_cloud(deployed, "thing-7", mark="m-new", value="y")
    result = deployed.stack(declare("old", "new")).preview()
    assert [(step.op, step.id) for step in result.steps if step.name == "new"] == [
        ("update", "thing-7")  # the inputs of the state are those that the cloud has
    ]

    def broken() -> None:
        raise RuntimeError("the program fails, and what was pending is settled all the same")

    result = deployed.stack(broken).up()
    texts = [message.text for message in result.messages]
    assert any("new was made by an operation that did not end" in text for text in texts)
    found = record_of(deployed, "new")
    assert (found.id, bool(found.created), bool(found.modified)) == ("thing-7", True, True)
    assert (found.inputs["value"], found.inputs.get("tags")) == ("y", None)
    settled(deployed, declare("old", "new"))
    assert calls(deployed) == ["create"]
    assert len({item.key for item in deployed.stack(declare()).resources()}) == 4


def test_a_replacement_that_had_its_effect_takes_the_place_of_the_old_one(deployed: Lab) -> None:
    leave(deployed, "creating", new(deployed, "old", address="b"))
    change_cloud(deployed, "thing-1", mark="gone")
    change_cloud(deployed, "thing-7", mark="m-old", value="x", address="b")
    settled(deployed, declare("old", address="b"))
    assert (ids(deployed), calls(deployed)) == (["thing-7"], ["create", "delete"])
    assert record_of(deployed, "old").id == "thing-7"


def test_a_replacement_takes_the_place_of_one_that_was_deleted_first(deployed: Lab) -> None:
    old = record_of(deployed, "old")
    first = new(deployed, "old", slot="b")

    def deleted(log: Journal) -> None:
        log.end(amend=[old.copy(pending_replacement=True)])

    change_cloud(deployed, "thing-1")
    leave(deployed, "creating", first, change=deleted)
    change_cloud(deployed, "thing-7", mark="m-old", value="x", slot="b")
    settled(deployed, declare("old", slot="b"))
    assert (ids(deployed), calls(deployed)) == (["thing-7"], ["create"])
    assert [item.id for item in deployed.stack(declare()).resources() if item.name == "old"] == [
        "thing-7"
    ]


def test_a_creation_that_is_in_the_state_already_is_over(deployed: Lab) -> None:
    leave(deployed, "creating", new(deployed, "old"))
    before = record_of(deployed, "old").created
    settled(deployed, declare("old"))
    assert (ids(deployed), calls(deployed)) == (["thing-1"], ["create"])
    assert record_of(deployed, "old").created == before
    others = [item for item in deployed.stack(declare()).resources() if item.name == "old"]
    assert len(others) == 1


def test_an_old_one_that_is_to_be_deleted_is_not_taken_for_the_current_one(deployed: Lab) -> None:
    old = record_of(deployed, "old")
    leave(
        deployed,
        "creating",
        new(deployed, "old"),
        change=lambda log: log.end(amend=[old.copy(delete=True)]),
    )
    change_cloud(deployed, "thing-1", mark="gone")
    change_cloud(deployed, "thing-7", mark="m-old", value="x")
    settled(deployed, declare("old"))
    assert (ids(deployed), calls(deployed)) == (["thing-7"], ["create", "delete"])


@pytest.mark.parametrize("times", [1, 2])
def test_a_creation_without_an_effect_is_continued(deployed: Lab, times: int) -> None:
    leave(deployed, "creating", *[new(deployed, "new")] * times)
    assert pending(deployed) == ["creating"] * times
    seen: list[Any] = []
    checked = things.ThingProvider.check

    def check(self: Any, olds: dict[str, Any], news: dict[str, Any]) -> Any:
        seen.append(olds.get("mark"))
        return checked(self, olds, news)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(things.ThingProvider, "check", check)
        settled(deployed, declare("old", "new"))
    assert "m-new" in seen[:2]  # Check gets what the first attempt was given
    assert calls(deployed) == ["create", "create"]


@pytest.mark.parametrize("operation", ["up", "refresh", "destroy"])
def test_a_creation_without_an_effect_that_is_not_declared_is_forgotten(
    deployed: Lab, operation: str
) -> None:
    leave(deployed, "creating", new(deployed, "new"))
    result = getattr(deployed.stack(declare("old")), operation)()
    assert result.ok, result.error
    assert pending(deployed) == []
    assert calls(deployed, "create") == ["create"]


def test_a_change_that_had_its_effect_is_read_back(deployed: Lab) -> None:
    assert deployed.stack(declare("old", "more")).up().ok
    leave(deployed, "updating", record_of(deployed, "old"))
    change_cloud(deployed, "thing-1", value="lost")
    program = declare("old", "more")
    result = deployed.stack(program).up()
    assert result.ok
    assert [step.name for step in result.steps if step.op == "update"] == ["old"]
    assert pending(deployed) == []
    with deployed.cloud() as state:
        assert {thing["value"] for thing in state["things"].values()} == {"x"}


def test_a_deletion_that_had_its_effect_is_over(deployed: Lab) -> None:
    leave(deployed, "deleting", record_of(deployed, "old"))
    change_cloud(deployed, "thing-1")
    settled(deployed, declare("old"))
    assert (ids(deployed), calls(deployed)) == (["thing-2"], ["create", "create"])


def test_a_change_of_what_is_gone_from_the_state_is_over(deployed: Lab) -> None:
    elsewhere = record_of(deployed, "old").copy(id="thing-5")
    other = record_of(deployed, "old").copy(urn=new(deployed, "x").urn)
    leave(deployed, "updating", elsewhere, other)
    change_cloud(deployed, "thing-5", value="lost", mark="m")
    assert deployed.stack(declare("old")).up().ok
    assert (pending(deployed), calls(deployed, "create", "update", "read")) == ([], ["create"])
    old = record_of(deployed, "old")

    def deleted(log: Journal) -> None:
        log.end(amend=[old.copy(pending_replacement=True)])

    leave(deployed, "deleting", old, change=deleted)
    change_cloud(deployed, "thing-1")
    assert deployed.stack(declare()).up().ok  # what is replaced no more is forgotten, unread
    assert (pending(deployed), calls(deployed, "read")) == ([], [])


def test_a_creation_that_no_provider_makes_is_over(deployed: Lab) -> None:
    leave(deployed, "creating", new(deployed, "new").copy(custom=False))
    settled(deployed, declare("old"))


@pytest.mark.parametrize("kind", ["reading", "importing"])
def test_what_only_read_is_over(deployed: Lab, kind: str) -> None:
    leave(deployed, kind, new(deployed, "new").copy(id="thing-7"))
    change_cloud(deployed, "thing-7", mark="m-new")
    settled(deployed, declare("old"))
    assert calls(deployed) == ["create"]
    assert len(ids(deployed)) == 2


@pytest.mark.parametrize("operation", ["up", "preview", "refresh", "destroy"])
def test_what_cannot_be_told_stops_the_operation_and_stays_pending(
    deployed: Lab, operation: str
) -> None:
    leave(deployed, "creating", new(deployed, "new", fail="read"))
    for program in (declare("old"), declare("old", "new")):
        try:
            error = getattr(deployed.stack(program), operation)().error
        except EngineError as raised:
            error = str(raised)
        assert "new: an earlier operation was creating it" in error
        assert "a read that fails was asked for" in error
        assert "--forget-pending" in error
        assert pending(deployed) == ["creating"]
    assert calls(deployed) == ["create"]
    result = getattr(deployed.stack(declare("old")), operation)(forget_pending=True)
    assert result.ok, result.error
    assert pending(deployed) == (["creating"] if operation == "preview" else [])


def test_an_operation_that_is_stopped_asks_no_further_provider(
    deployed: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(deployed, "creating", new(deployed, "new"), new(deployed, "more"))
    read = things.ThingProvider.read
    runs: list[Run] = []
    init = Run.__init__

    def made(self: Run, *given: Any, **more: Any) -> None:
        init(self, *given, **more)
        runs.append(self)

    def stopping(self: Any, id_: str, props: dict[str, Any]) -> Any:
        runs[0].interrupt()
        return read(self, id_, props)

    monkeypatch.setattr(Run, "__init__", made)
    monkeypatch.setattr(things.ThingProvider, "read", stopping)
    assert not deployed.stack(declare("old")).up().ok
    assert calls(deployed, "read") == ["read"]
    assert pending(deployed) == ["creating", "creating"]
