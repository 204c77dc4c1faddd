"""A process killed at any moment neither loses nor duplicates a resource."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import things
from things import Thing

from pulumi_havip.engine import EngineError
from pulumi_havip.engine.events import StepEnded, StepStarted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.conftest import Lab

THING = "pulumi-python:dynamic/things:Thing"


class Pictures:
    """Copies of the disk and the cloud as they were at each moment of an operation."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        self._folder = folder
        self.taken: list[tuple[str, Path]] = []

    def take(self, name: str) -> None:
        copy = self._folder / f"{len(self.taken)}"
        shutil.copytree(self._lab.folder, copy)
        self.taken.append((name, copy))

    def on_event(self, event: Any) -> None:
        if not isinstance(event, (StepStarted, StepEnded)):
            return
        # Only the steps that hold the one slot exclude each other, so that no picture is of
        # a moment that never was: of a journal and a cloud at two times.
        if event.step.op not in ("same", "replace") and event.step.type == THING:
            self.take(f"{type(event).__name__} {event.step.op} {event.step.name}")

    def restore(self, copy: Path) -> None:
        shutil.rmtree(self._lab.folder)
        shutil.copytree(copy, self._lab.folder)


InstallHook = Callable[[Callable[[str], None]], None]


@pytest.fixture
def hook() -> Iterator[InstallHook]:
    def install(function: Callable[[str], None]) -> None:
        things.MOMENT["hook"] = function

    yield install
    things.MOMENT.clear()


def before() -> None:
    one = Thing("one", slot="a", mark="m-one")
    two = Thing("two", slot=one.serial, mark="m-two", value="x")
    Thing("three", address=two.echo, mark="m-three")
    Thing("gone", value=two.echo, mark="m-gone")


def after() -> None:
    one = Thing("one", slot="b", mark="m-one")
    two = Thing("two", slot=one.serial, mark="m-two", value="y")
    Thing("three", address=two.echo, mark="m-three")
    Thing("new", value=two.echo, mark="m-new")


def pictures_of(lab: Lab, tmp_path_factory: Any, hook: Any, program: Any) -> Pictures:
    pictures = Pictures(lab, tmp_path_factory.mktemp("pictures"))
    stack = lab.stack(program)
    stack._sink = pictures.on_event
    hook(lambda action: pictures.take(f"the cloud after {action}"))
    assert stack.up(parallel=1).ok
    things.MOMENT.clear()
    return pictures


def sample(pictures: Pictures, whole: bool) -> list[tuple[str, Path]]:
    """Return every picture, or a sample that is the same in every run."""
    if whole:
        return pictures.taken
    return random.Random(2024).sample(pictures.taken, k=5)


def check_each(lab: Lab, pictures: Pictures, program: Any, names: set[str], *, whole: bool) -> None:
    for name, copy in sample(pictures, whole):
        pictures.restore(copy)
        result = lab.stack(program).up()
        assert result.ok, f"killed at {name}: {result.error}"
        with lab.cloud() as state:
            marks = sorted(thing["mark"] for thing in state["things"].values())
        assert marks == sorted(f"m-{item}" for item in names), f"killed at {name}"
        assert not lab.stack(program).file.journal.exists()
        again = lab.stack(program).preview()
        assert not again.changed, f"killed at {name}"
        assert lab.stack(program).destroy().ok, f"killed at {name}"
        with lab.cloud() as state:
            assert state["things"] == {}, f"killed at {name}"


WHOLE = [pytest.param(False, id="sample"), pytest.param(True, marks=pytest.mark.soak, id="all")]


@pytest.mark.parametrize("whole", WHOLE)
def test_killed_at_any_moment_of_a_first_deployment(
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
    hook: InstallHook,
    whole: bool,
) -> None:
    pictures = pictures_of(lab, tmp_path_factory, hook, before)
    assert len(pictures.taken) >= 12
    check_each(lab, pictures, before, {"one", "two", "three", "gone"}, whole=whole)


@pytest.mark.parametrize("whole", WHOLE)
def test_killed_at_any_moment_of_cascading_replacements(
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
    hook: InstallHook,
    whole: bool,
) -> None:
    assert lab.stack(before).up().ok
    pictures = pictures_of(lab, tmp_path_factory, hook, after)
    assert any("delete" in name for name, _ in pictures.taken)
    check_each(lab, pictures, after, {"one", "two", "three", "new"}, whole=whole)


@pytest.mark.parametrize("whole", WHOLE)
def test_killed_at_any_moment_of_a_destroy(
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
    hook: InstallHook,
    whole: bool,
) -> None:
    assert lab.stack(before).up().ok
    pictures = Pictures(lab, tmp_path_factory.mktemp("pictures"))
    stack = lab.stack(before)
    stack._sink = pictures.on_event
    hook(lambda action: pictures.take(f"the cloud after {action}"))
    assert stack.destroy(parallel=1).ok
    things.MOMENT.clear()
    for name, copy in sample(pictures, whole):
        pictures.restore(copy)
        assert lab.stack(before).destroy().ok, f"killed at {name}"
        with lab.cloud() as state:
            assert state["things"] == {}, f"killed at {name}"


def test_a_torn_last_line_of_the_journal_is_as_if_it_was_never_written(
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
    hook: InstallHook,
) -> None:
    pictures = pictures_of(lab, tmp_path_factory, hook, before)
    _, copy = pictures.taken[len(pictures.taken) // 2]
    pictures.restore(copy)
    journal = lab.stack(before).file.journal
    with journal.open("a") as file:
        file.write('{"end": 99, "pu')
    assert lab.stack(before).up().ok
    assert not lab.stack(before).preview().changed


def test_a_failed_creation_that_had_its_effect_is_taken_over(lab: Lab, hook: InstallHook) -> None:
    def lose_the_answer(action: str) -> None:
        if action == "create":
            raise RuntimeError("the answer was lost")

    def program() -> None:
        Thing("one", value="x", mark="m")

    hook(lose_the_answer)
    failed = lab.stack(program).up()
    assert "one: RuntimeError: the answer was lost" in failed.error
    things.MOMENT.clear()
    assert any("taken over" in message.text for message in failed.messages)
    assert lab.stack(program).export()["deployment"].get("pending_operations") is None
    result = lab.stack(program).up()
    assert result.ok
    assert not result.changed
    with lab.cloud() as state:
        assert len(state["things"]) == 1
    assert lab.stack(program).export()["deployment"].get("pending_operations") is None


@pytest.mark.parametrize("action", ["update", "delete"])
def test_a_change_that_failed_after_its_effect_is_read_back(
    lab: Lab, hook: InstallHook, action: str
) -> None:
    """The state does not say that nothing differs from what was there before."""

    def lose_the_answer(moment: str) -> None:
        if moment == action:
            raise RuntimeError("the answer was lost")

    def one(value: str) -> Callable[[], None]:
        return lambda: None if not value else (Thing("one", value=value, mark="m"), None)[1]

    assert lab.stack(one("x")).up().ok
    hook(lose_the_answer)
    assert not lab.stack(one("y" if action == "update" else "")).up().ok
    things.MOMENT.clear()
    assert lab.stack(one("x")).export()["deployment"].get("pending_operations") is None
    back = lab.stack(one("x")).up()
    assert back.ok
    assert back.changed
    with lab.cloud() as state:
        assert [thing["value"] for thing in state["things"].values()] == ["x"]


def test_a_change_that_failed_and_cannot_be_read_stays_pending(lab: Lab) -> None:
    def program(fail: str, value: str) -> Callable[[], None]:
        return lambda: (Thing("one", value=value, fail=fail), None)[1]

    assert lab.stack(program("", "x")).up().ok
    assert lab.stack(program("read", "x")).up().ok  # an update: from now on reads fail
    failed = lab.stack(program("update+read", "y")).up()
    assert "a update that fails" in failed.error
    stack = lab.stack(program("", "x"))
    pending = stack.export()["deployment"]["pending_operations"]
    assert [item["type"] for item in pending] == ["updating"]


def test_an_unresolvable_pending_operation_stops_the_run(lab: Lab) -> None:
    def program() -> None:
        Thing("one", value="x", fail="create+read")

    def other() -> None:
        Thing("one", value="x", fail="read")

    assert not lab.stack(program).up().ok
    stack = lab.stack(other)
    assert len(stack.export()["deployment"]["pending_operations"]) == 1
    result = stack.up()
    assert "whether that happened cannot be told" in result.error
    assert "--forget-pending" in result.error
    with lab.cloud() as state:
        assert state["calls"] == []
    assert lab.stack(other).up(forget_pending=True).ok


def test_a_definitely_rejected_creation_does_not_stay_pending(lab: Lab) -> None:
    def program() -> None:
        Thing("one", value="x", fail="create", mark="m")

    assert not lab.stack(program).up().ok
    assert lab.stack(program).export()["deployment"].get("pending_operations") is None


def test_a_journal_of_another_state_file_is_refused(lab: Lab) -> None:
    stack = lab.stack(before)
    assert stack.up().ok
    stack.file.journal.write_text('{"base":"0000"}\n{"drop":[0]}\n')
    with pytest.raises(EngineError, match="continues another state file"):
        stack.up()


def test_a_creation_is_on_disk_before_it_is_sent(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal is on the platters before a creation is sent, and not for each other line."""
    from havip import _files

    moments: list[str] = []
    sync, create = _files.DISK.sync, things.ThingProvider.create

    def synced(descriptor: int) -> None:
        moments.append("sync")
        sync(descriptor)

    def created(self: Any, props: dict[str, Any]) -> Any:
        moments.append("create")
        return create(self, props)

    assert lab.stack(lambda: (Thing("one", value="x"), None)[1]).up().ok
    monkeypatch.setattr(_files.DISK, "sync", synced)
    monkeypatch.setattr(things.ThingProvider, "create", created)
    names = ("one", "two", "three")
    assert lab.stack(lambda: [Thing(name, value="x") for name in names] and None).up(parallel=1).ok
    at = [index for index, moment in enumerate(moments) if moment == "create"]
    assert len(at) == 2
    assert all("sync" in moments[before:after] for before, after in zip([0, *at], at, strict=False))
