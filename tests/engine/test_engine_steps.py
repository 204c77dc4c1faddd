"""Each step on a resource: what it tells, what it passes to the provider, and what it keeps."""

from __future__ import annotations

import threading
from typing import Any

import pulumi
import pytest
from pulumi import ResourceOptions
from pulumi.runtime.proto import provider_pb2 as pb

from pulumi_havip.engine import Secret
from pulumi_havip.engine.values import to_struct
from tests.engine.box_provider import Bench, Box, Boxes, Program, box, fail, unhealthy


def told(result: Any) -> list[tuple[str, str, bool, bool, tuple[str, ...], bool]]:
    """Return what the steps on boxes and explicit providers tell."""
    return [
        (
            str(step.op),
            step.id,
            step.old is not None,
            step.new is not None,
            tuple(step.replace_keys),
            bool(step.changes),
        )
        for step in result.steps
        if step.name in ("box", "explicit")
    ]


def test_steps_carry_the_resources_and_their_differences(bench: Bench) -> None:
    assert told(bench.up(box(size=1))) == [("create", "box-1", False, True, (), False)]
    assert told(bench.up(box(size=1))) == [("same", "box-1", True, True, (), False)]
    assert told(bench.up(box(size=2))) == [("update", "box-1", True, True, (), True)]
    assert told(bench.up(box(size=2, place="b"))) == [
        ("create-replacement", "box-2", True, True, ("place",), True),
        ("replace", "", False, True, ("place",), True),
        ("delete-replaced", "box-1", True, False, (), False),
    ]
    assert told(bench.up(box(size=2, place="b", slot=1))) == [
        ("delete-replaced", "box-2", True, False, (), False),
        ("replace", "", False, True, ("slot",), True),
        ("create-replacement", "box-3", True, True, ("slot",), True),
    ]
    assert told(bench.stack().destroy()) == [("delete", "box-3", True, False, (), False)]


def test_providers_of_their_own_are_made_updated_and_replaced(bench: Bench) -> None:
    def explicit(**inputs: Any) -> Program:
        return lambda: Boxes("explicit", **inputs)

    made = bench.up(explicit(zone="a"))
    assert told(made)[0][:1] + told(made)[0][2:] == ("create", False, True, (), False)
    first = bench.row("explicit")
    assert first.outputs["zone"] == first.inputs["zone"] == "a"
    bench.up(explicit(zone="a", size=1))
    second = bench.row("explicit")
    assert (second.id, second.created, second.outputs["size"]) == (first.id, first.created, 1)
    replaced = told(bench.up(explicit(zone="b", size=1)))
    assert [(op, old, new, keys) for op, _, old, new, keys, _ in replaced] == [
        ("create-replacement", True, True, ("zone",)),
        ("replace", False, True, ("zone",)),
        ("delete-replaced", True, False, ()),
    ]
    assert bench.row("explicit").id not in ("", first.id)


def test_the_times_of_a_resource_follow_its_steps(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [""]
    monkeypatch.setattr("pulumi_havip.engine.steps.now", lambda: clock[0])

    def component() -> None:
        pulumi.ComponentResource("a:b:C", "whole")
        Boxes("explicit", zone="a")

    def times(at: str, program: Program) -> dict[str, tuple[str, str]]:
        clock[0] = at
        bench.up(program)
        rows = [item for item in bench.stack().resources() if item.type != "pulumi:pulumi:Stack"]
        return {item.name: (item.created, item.modified) for item in rows}

    assert times("1", box(size=1))["box"] == ("1", "1")
    assert times("2", box(size=2))["box"] == ("1", "2")
    assert times("3", box(size=2))["box"] == ("1", "2")
    assert times("4", box(size=2, place="b"))["box"] == ("4", "4")
    bench.provider.on["update"] = unhealthy("", size=3.0)
    clock[0] = "5"
    assert not bench.stack(box(size=3, place="b")).up().ok
    assert (bench.row().created, bench.row().modified) == ("4", "5")
    bench.provider.on.clear()
    imported = times("6", lambda: Box("new", ResourceOptions(import_="box-1"), size=1))
    assert imported["new"] == ("6", "6")
    assert times("7", component) | times("8", component) == {
        "whole": ("7", "7"),
        "explicit": ("7", "7"),
    }

    def changed() -> None:
        pulumi.ComponentResource("a:b:C", "whole")
        Boxes("explicit", zone="a", size=1)

    assert times("9", changed)["explicit"] == ("7", "9")

    def got() -> None:
        Box("got", ResourceOptions(id="box-1"))

    assert times("10", got) == times("11", got)


SECRET: dict[str, Any] = {"additional_secret_outputs": ["label", "missing"]}


def test_declared_outputs_are_secret_after_each_step(bench: Bench) -> None:
    def check(program: Program, label: str = "L") -> None:
        bench.up(program)
        assert bench.row().outputs["label"] == Secret(label)

    opts = ResourceOptions(**SECRET)
    check(box(size=1, opts=opts))
    check(box(size=1, opts=opts))
    bench.provider.extra = {"label": "M"}  # a value that was no secret before
    check(box(size=2, opts=opts), "M")
    bench.provider.extra = {}
    check(box(size=2, place="b", opts=opts))
    bench.provider.on["update"] = unhealthy("", size=3.0, label="L")
    assert not bench.stack(box(size=3, place="b", opts=opts)).up().ok
    assert bench.row().outputs["label"] == Secret("L")
    bench.provider.on.clear()
    assert bench.stack().destroy().ok
    check(lambda: Box("box", ResourceOptions(id="box-1", **SECRET)))
    bench.up(box())
    bench.up(lambda: Box("other"))
    check(lambda: Box("box", ResourceOptions(import_="box-1", **SECRET), size=1))
    later: dict[str, Any] = {"additional_secret_outputs": ["label", "id"]}
    result = bench.up(box(size=1, opts=ResourceOptions(**later)))
    assert any("an id cannot be a secret output" in item.text for item in result.messages)
    plain = bench.up(box(size=1, opts=ResourceOptions(additional_secret_outputs=["size"])))
    assert not any("cannot be" in item.text for item in plain.messages)


def test_outputs_that_were_secret_stay_so_while_their_values_stay(bench: Bench) -> None:
    provider = bench.provider
    provider.extra = {"word": Secret("hush"), "none": None, "deep": [Secret("a"), "b"]}
    bench.up(box(size=1))
    provider.extra = {"word": "hush", "none": None, "deep": ["a", "b"]}
    bench.up(box(size=2))
    kept = bench.row().outputs
    assert (kept["word"], kept["deep"]) == (Secret("hush"), Secret(["a", "b"]))
    provider.on["update"] = unhealthy("", size=9.0, word="hush")
    assert not bench.stack(box(size=9)).up().ok
    assert bench.row().outputs["word"] == Secret("hush")
    provider.on.clear()
    provider.extra = {"word": "open", "deep": ["a", "b"]}
    bench.up(box(size=3))
    assert bench.row().outputs["word"] == "open"
    provider.extra = {}
    bench.up(box(size=4))
    assert "word" not in bench.row().outputs
    bench.up(lambda: Box("box", size=5, pin=pulumi.Output.secret("hush")))
    assert bench.row().outputs["pin"] == Secret("hush")
    bench.up(box(size=6, pin="hush"))
    assert bench.row().outputs["pin"] == "hush"  # the program declares it in plain
    hidden = ResourceOptions(additional_secret_outputs=["none", "deep"])
    provider.extra = {"none": None, "deep": [Secret("a"), "b"]}
    bench.up(box(size=7, opts=hidden))
    assert bench.row().outputs["none"] is None
    assert bench.row().outputs["deep"] == [Secret("a"), "b"]


def test_a_resource_that_is_got_follows_its_id(bench: Bench) -> None:
    bench.provider.boxes = {"box-8": {"size": 1.0}, "box-9": {"size": 2.0}}
    bench.up(lambda: Box("one", size=1))

    def got(id_: Any, name: str = "box") -> Program:
        def program() -> None:
            if name != "one":
                Box("one", size=1)
            Box(name, ResourceOptions(id=id_))

        return program

    assert told(bench.up(got("box-8")))[0][:2] == ("read", "box-8")
    first = bench.row()
    assert (first.external, first.outputs["size"]) == (True, 1)
    assert told(bench.up(got("box-9")))[0][:2] == ("read", "box-9")
    assert bench.row().outputs["size"] == 2
    result = bench.up(got("box-9", "one"))  # what was managed is read from now on
    assert [str(step.op) for step in result.steps if step.name == "one"] == [
        "read-replacement",
        "delete-replaced",
    ]
    assert bench.row("one").id == "box-9"
    again = bench.up(got("box-9", "one"))
    assert [str(step.op) for step in again.steps if step.name == "one"] == ["read"]
    missing = bench.stack(got("box-99", "one")).up()
    assert "there is no boxes2:index:Box with the id box-99" in missing.error
    assert bench.pending() == []
    bench.provider.on["read"] = fail
    assert "it failed" in bench.stack(got("box-8")).up().error
    assert bench.pending() == []


def test_the_read_of_an_id_that_is_unknown_yet_is_foretold(bench: Bench) -> None:
    def program() -> None:
        one = Box("one", size=1)
        Box("box", ResourceOptions(id=one.id))

    foretold = bench.stack(program).preview()
    assert foretold.ok, foretold.error
    assert [str(step.op) for step in foretold.steps if step.name == "box"] == ["read"]
    assert "read" not in bench.provider.calls
    bench.up(program)
    assert bench.row().outputs["size"] == 1


def test_an_import_that_fails_says_why_and_is_over(bench: Bench) -> None:
    bench.provider.boxes["box-5"] = {"size": 1.0}

    def imported(**inputs: Any) -> Program:
        return lambda: Box("box", ResourceOptions(import_="box-5"), **inputs)

    props = to_struct({"size": 1.0}, secrets=True)
    for answer, reason in (
        (lambda *_: pb.ReadResponse(), "there is no boxes2:index:Box with the id box-5"),
        (
            lambda *_: pb.ReadResponse(id="box-5", properties=props),
            "the provider boxes2 cannot import: it read no inputs",
        ),
        (fail, "it failed"),
    ):
        bench.provider.on["read"] = answer
        assert reason in bench.stack(imported(size=1)).up().error
        assert (bench.rows(), bench.pending()) == ([], [])
    bench.provider.on.clear()
    result = bench.up(imported(size=1))
    assert told(result)[0][:2] == ("import", "box-5")
    bench.provider.boxes["box-6"] = {"size": 1.0}
    result = bench.up(lambda: Box("box", ResourceOptions(import_="box-6"), size=1))
    assert [op for op, *_ in told(result)] == ["import-replacement", "replace", "delete-replaced"]
    assert bench.row().id == "box-6"


def test_providers_hear_of_previews_and_of_ignored_changes(bench: Bench) -> None:
    assert bench.stack(box(size=1)).preview().ok
    assert bench.provider.calls == []
    bench.up(box(size=1))
    opts = ResourceOptions(ignore_changes=["label"])
    assert bench.stack(box(size=2, opts=opts)).preview().ok
    assert bench.provider.calls == ["create", "preview"]
    bench.up(box(size=2, opts=opts))
    assert list(bench.provider.requests["update"].ignoreChanges) == ["label"]
    assert bench.stack().preview().ok
    assert bench.stack(box(size=2, place="b", opts=opts)).preview().ok
    assert bench.provider.calls == ["create", "preview", "update"]


def test_what_is_retained_or_only_read_is_not_deleted(bench: Bench) -> None:
    def program() -> None:
        Box("box", ResourceOptions(retain_on_delete=True), size=1)
        Box("got", ResourceOptions(id="box-1"))

    bench.up(lambda: Box("box", ResourceOptions(retain_on_delete=True), size=1))
    bench.up(program)
    result = bench.up(lambda: None)
    assert sorted(str(step.op) for step in result.steps if step.name in ("box", "got")) == [
        "delete",
        "discard",
    ]
    assert "delete" not in bench.provider.calls
    assert (bench.rows(), bench.rows("got")) == ([], [])


def test_a_replaced_resource_is_deleted_although_it_was_protected(bench: Bench) -> None:
    bench.up(box(size=1))
    bench.provider.on["delete"] = fail
    assert not bench.stack(box(size=1, place="b")).up().ok
    bench.provider.on.clear()
    bench.up(box(size=1, place="b", opts=ResourceOptions(protect=True)))
    assert [row.id for row in bench.rows()] == ["box-2"]
    assert not bench.stack(box(size=1, place="b", opts=ResourceOptions(protect=True))).destroy().ok


@pytest.mark.parametrize("call", ["create", "update", "delete", "read", "import"])
def test_calls_that_change_or_read_keep_to_the_limit_of_parallel_steps(
    bench: Bench, call: str
) -> None:
    """With one at a time, no call of a provider begins before another one has ended."""
    names = ("a", "b", "c")
    overlaps: list[str] = []
    meeting = threading.Barrier(2)

    def meet(request: Any, context: Any) -> None:
        try:
            meeting.wait(0.05)
        except threading.BrokenBarrierError:
            meeting.reset()
        else:
            overlaps.append(call)

    def program(**inputs: Any) -> Program:
        def declared() -> None:
            for number, name in enumerate(names, 1):
                id_ = f"box-{number}"
                ids: dict[str, Any] = {"read": {"id": id_}, "import": {"import_": id_}}
                Box(name, ResourceOptions(**ids.get(call, {})), **inputs)

        return declared

    for number in (1, 2, 3):
        bench.provider.boxes[f"box-{number}"] = {"size": 1.0}
    if call in ("update", "delete"):
        bench.up(program(size=1))
    bench.provider.on["read" if call == "import" else call] = meet
    size = 2 if call == "update" else 1
    inputs = {} if call == "read" else {"size": size}
    bench.up((lambda: None) if call == "delete" else program(**inputs), parallel=1)
    assert bench.provider.calls.count("read" if call == "import" else call) == 3
    assert overlaps == []
