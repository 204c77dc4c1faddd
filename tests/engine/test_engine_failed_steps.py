"""Creations, changes and replacements that fail, or end unhealthy: what is kept of them."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from pulumi_havip.engine import Secret, SecretError
from pulumi_havip.engine.values import to_struct
from tests.engine.box_provider import Bench, box, fail, unhealthy


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
