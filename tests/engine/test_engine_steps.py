"""Each step on a resource: what it tells, what it passes to the provider, and what it keeps."""

# ruff: noqa: N802 - method names are the protocol's

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc
import pulumi
import pytest
from google.protobuf import any_pb2, empty_pb2
from pulumi import ResourceOptions
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from pulumi_havip.engine import Secret, SecretError, Workspace, rpc
from pulumi_havip.engine.values import from_struct, to_struct

if TYPE_CHECKING:
    from tests.engine.conftest import Lab

Program = Callable[[], Any]
REPLACING = ("place", "slot")


class Box(pulumi.CustomResource):
    label: pulumi.Output[str]

    def __init__(self, name: str, opts: ResourceOptions | None = None, **inputs: Any) -> None:
        super().__init__("boxes2:index:Box", name, {**inputs, "label": None, "word": None}, opts)


class Boxes(pulumi.ProviderResource):
    def __init__(self, name: str, **inputs: Any) -> None:
        super().__init__("boxes2", name, inputs)


class BoxProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Keeps boxes in memory; ``on`` holds what is done in place of, or before, a call."""

    def __init__(self) -> None:
        self.boxes: dict[str, dict[str, Any]] = {}
        self.on: dict[str, Callable[[Any, Any], Any]] = {}
        self.extra: dict[str, Any] = {}
        self.foretells = True
        self.calls: list[str] = []
        self.requests: dict[str, Any] = {}
        self._count = itertools.count(1)

    def _hear(self, call: str, request: Any, context: Any) -> Any:
        self.calls.append(call)
        self.requests[call] = request
        return self.on[call](request, context) if call in self.on else None

    def _outputs(self, inputs: Any, *, preview: bool = False) -> Any:
        extra = {} if preview and not self.foretells else self.extra
        return to_struct({**from_struct(inputs), "label": "L", **extra}, secrets=True)

    def CheckConfig(self, request: Any, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> pb.DiffResponse:
        old, new = from_struct(request.olds), from_struct(request.news)
        changed = [key for key in ("zone", "size") if old.get(key) != new.get(key)]
        kinds = pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE
        replaces = ["zone"] if "zone" in changed else []
        return pb.DiffResponse(changes=kinds, diffs=changed, replaces=replaces)

    def Configure(self, request: Any, context: Any) -> pb.ConfigureResponse:
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> pb.DiffResponse:
        old, new = from_struct(request.old_inputs), from_struct(request.news)
        changed = [key for key in ("size", *REPLACING) if old.get(key) != new.get(key)]
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=[key for key in changed if key in REPLACING],
            deleteBeforeReplace="slot" in changed,
        )

    def Create(self, request: Any, context: Any) -> pb.CreateResponse:
        made = None if request.preview else self._hear("create", request, context)
        id_ = "" if request.preview else f"box-{next(self._count)}"
        self.boxes[id_] = from_struct(request.properties)
        outputs = self._outputs(request.properties, preview=request.preview)
        return made or pb.CreateResponse(id=id_, properties=outputs)

    def Update(self, request: Any, context: Any) -> pb.UpdateResponse:
        made = self._hear("preview" if request.preview else "update", request, context)
        return made or pb.UpdateResponse(properties=self._outputs(request.news))

    def Read(self, request: Any, context: Any) -> Any:
        read = self._hear("read", request, context)
        if read is not None:
            return read
        found = self.boxes.get(request.id)
        if found is None:
            return pb.ReadResponse()
        props = to_struct(found, secrets=True)
        return pb.ReadResponse(id=request.id, properties=self._outputs(props), inputs=props)

    def Delete(self, request: Any, context: Any) -> Any:
        self._hear("delete", request, context)
        return empty_pb2.Empty()


def fail(request: Any, context: Any) -> None:
    context.abort(grpc.StatusCode.UNKNOWN, "it failed")


def unhealthy(id_: str, **outputs: Any) -> Callable[[Any, Any], None]:
    """Return the answer of a provider whose resource exists and is not healthy."""

    def answer(request: Any, context: Any) -> None:
        props = to_struct(outputs, secrets=True)
        failed = pb.ErrorResourceInitFailed(id=id_, properties=props, reasons=["no pulse"])
        detail = any_pb2.Any()
        detail.Pack(failed)
        status = status_pb2.Status(code=2, message="unhealthy", details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, "unhealthy")

    return answer


class Serving:
    def __init__(self, provider: BoxProvider) -> None:
        self._server = rpc.server(4)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, self._server)
        self.port = int(rpc.listen(self._server).rpartition(":")[2])
        self._server.start()

    def stop(self) -> None:
        self._server.stop(1.0).wait()


class Bench:
    """A stack of boxes, and their provider."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.provider = BoxProvider()

    def stack(self, program: Program = lambda: None, **options: Any) -> Workspace:
        def serve() -> tuple[Serving, int]:
            serving = Serving(self.provider)
            return serving, serving.port

        made: Workspace = self.lab.stack(program, **options)
        made._servers["boxes2"] = serve
        return made

    def up(self, program: Program, **options: Any) -> Any:
        result = self.stack(program).up(**options)
        assert result.ok, result.error
        return result

    def rows(self, name: str = "box", **options: Any) -> list[Any]:
        found = self.stack(**options).resources()
        return [item for item in found if item.name == name]

    def row(self, name: str = "box", **options: Any) -> Any:
        [found] = self.rows(name, **options)
        return found

    def pending(self) -> list[str]:
        found = self.stack().export()["deployment"].get("pending_operations") or []
        return [item["type"] for item in found]


@pytest.fixture
def bench(lab: Lab) -> Bench:
    return Bench(lab)


def box(**inputs: Any) -> Program:
    return lambda: Box("box", **inputs)


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


@pytest.mark.parametrize("with_inputs", [True, False])
def test_a_failed_creation_that_had_its_effect_is_kept_with_what_was_read(
    bench: Bench, with_inputs: bool
) -> None:
    props = to_struct({"size": 1.0, "found": "yes"}, secrets=True)
    found = pb.ReadResponse(id="box-9", properties=props, inputs=props if with_inputs else None)
    bench.provider.on = {"create": fail, "read": lambda *_: found}
    result = bench.stack(box(size=1)).up()
    assert "it failed" in result.error
    assert any("box was made although its creation failed" in it.text for it in result.messages)
    row = bench.row()
    assert (row.id, row.outputs["found"], bench.pending()) == ("box-9", "yes", [])
    assert row.inputs == ({"size": 1, "found": "yes"} if with_inputs else {"size": 1})


def test_a_failed_creation_that_nothing_is_found_of_is_over(bench: Bench) -> None:
    bench.provider.on = {"create": fail, "read": lambda *_: pb.ReadResponse()}
    assert "it failed" in bench.stack(box(size=1)).up().error
    assert (bench.rows(), bench.pending()) == ([], [])


def test_a_failed_change_is_read_back(bench: Bench) -> None:
    bench.up(box(size=1))
    props = to_struct({"size": 7.0}, secrets=True)
    bench.provider.on["update"] = fail
    for inputs, size in ((props, 7), (None, 7)):
        answer = pb.ReadResponse(id="box-1", properties=props, inputs=inputs)
        bench.provider.on["read"] = lambda *_, answer=answer: answer
        assert "it failed" in bench.stack(box(size=2)).up().error
        assert (bench.row().outputs["size"], bench.row().inputs["size"]) == (7, size)
        assert bench.pending() == []

    def unimplemented(request: Any, context: Any) -> None:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "no Read")

    bench.provider.on["read"] = unimplemented
    assert "it failed" in bench.stack(box(size=2)).up().error
    assert bench.pending() == []
    bench.provider.on["read"] = lambda *_: pb.ReadResponse()
    assert "it failed" in bench.stack(box(size=2)).up().error
    assert (bench.rows(), bench.pending()) == ([], [])
    bench.provider.on.clear()
    bench.up(box(size=1))
    bench.provider.on = {"delete": fail, "read": fail}
    assert "it failed" in bench.stack().destroy().error
    assert bench.pending() == ["deleting"]


def test_an_unhealthy_replacement_takes_the_place_of_the_old_one(bench: Bench) -> None:
    bench.up(box(size=1))
    bench.provider.on["create"] = unhealthy("box-7", size=1.0)
    assert "no pulse" in bench.stack(box(size=1, place="b")).up().error
    assert {row.id: row.delete for row in bench.rows()} == {"box-1": True, "box-7": False}
    bench.provider.on.clear()
    bench.up(box(size=1, place="b"))
    assert [row.id for row in bench.rows()] == ["box-7"]
    bench.provider.on["create"] = unhealthy("box-8", size=1.0)
    assert "no pulse" in bench.stack(box(size=1, place="b", slot=1)).up().error
    assert [(row.id, row.init_errors) for row in bench.rows()] == [("box-8", ["no pulse"])]
    bench.provider.on = {"update": unhealthy("", size=1.0)}
    assert not bench.stack(box(size=1, place="b", slot=1)).up().ok
    assert [row.id for row in bench.rows()] == ["box-8"]


@pytest.mark.parametrize("changed", [{"place": "b"}, {"slot": 1}])
def test_a_replacement_whose_secret_cannot_be_sealed_is_kept(
    bench: Bench, changed: dict[str, Any]
) -> None:
    bare: Any = {"environment": {"PATH": bench.lab.environment["PATH"]}}
    assert bench.stack(box(size=1), **bare).up().ok
    bench.provider.extra = {"word": Secret("hush")}
    with pytest.raises(SecretError, match="box is to keep a secret"):
        bench.stack(box(size=1, **changed), **bare).up()
    assert bench.provider.calls == ["create"]
    bench.provider.foretells = False
    result = bench.stack(box(size=1, **changed), **bare).up()
    assert "it exists now, but its secret output word cannot be sealed" in result.error
    kept = [(row.id, row.delete) for row in bench.rows(**bare)]
    assert sorted(kept) == (
        [("box-1", True), ("box-2", False)] if "place" in changed else [("box-2", False)]
    )
    [row] = [row for row in bench.rows(**bare) if not row.delete]
    assert "word" not in row.outputs
    assert row.init_errors == [result.error]
    assert not bench.stack(**bare).export()["deployment"].get("pending_operations")


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
