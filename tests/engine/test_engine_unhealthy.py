"""A resource that its provider reports as unhealthy is kept, and updated again."""

# ruff: noqa: N802 - method names are the protocol's

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc
import pulumi
import pytest
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from pulumi_havip.engine import Op, Workspace
from tests.engine.box_provider import Serving

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


class Box(pulumi.CustomResource):
    def __init__(self, name: str, **inputs: Any) -> None:
        super().__init__("sick:index:Box", name, {**inputs, "label": None})


class SickProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Creates resources, and reports them as unhealthy for as long as it is told to."""

    sick = True
    accepts_secrets = True

    def CheckConfig(self, request: Any, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Configure(self, request: Any, context: Any) -> pb.ConfigureResponse:
        return pb.ConfigureResponse(acceptSecrets=self.accepts_secrets)

    def Check(self, request: Any, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> pb.DiffResponse:
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)

    def Create(self, request: Any, context: Any) -> pb.CreateResponse:
        self._complain(request.properties, context)
        return pb.CreateResponse(id="box-1", properties=request.properties)

    def Update(self, request: Any, context: Any) -> pb.UpdateResponse:
        self._complain(request.news, context)
        return pb.UpdateResponse(properties=request.news)

    def Read(self, request: Any, context: Any) -> pb.ReadResponse:
        self._complain(request.properties, context)
        return pb.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def _complain(self, properties: Any, context: Any) -> None:
        if not self.sick:
            return
        failed = pb.ErrorResourceInitFailed(
            id="box-1", properties=properties, reasons=["no heartbeat", "no pulse"]
        )
        detail = any_pb2.Any()
        detail.Pack(failed)
        status = status_pb2.Status(code=2, message="unhealthy", details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, "unhealthy")


@pytest.fixture
def sick(lab: Lab) -> tuple[SickProvider, Callable[[], Workspace]]:
    provider = SickProvider()

    def serve() -> tuple[Serving, int]:
        serving = Serving(provider)
        return serving, serving.port

    def program() -> None:
        Box("box", size=1)

    def stack() -> Workspace:
        made = lab.stack(program)
        made._servers["sick"] = serve
        return made

    return provider, stack


def box(stack: Workspace) -> Any:
    return next(record for record in stack.resources() if record.name == "box")


def test_an_unhealthy_resource_is_kept_and_updated_until_healthy(
    sick: tuple[SickProvider, Callable[[], Workspace]],
) -> None:
    provider, stack = sick
    result = stack().up()
    assert result.error == "box: no heartbeat; no pulse"
    kept = box(stack())
    assert (kept.id, kept.init_errors) == ("box-1", ["no heartbeat", "no pulse"])
    again = stack().up()
    assert again.error == "box: no heartbeat; no pulse"
    assert box(stack()).init_errors
    provider.sick = False
    healed = stack().up()
    assert healed.ok, healed.error
    assert [step.op for step in healed.steps if step.name == "box"] == [Op.UPDATE]
    assert box(stack()).init_errors == []
    assert not stack().up().changed


def test_a_refresh_notes_what_has_become_unhealthy(
    sick: tuple[SickProvider, Callable[[], Workspace]],
) -> None:
    provider, stack = sick
    provider.sick = False
    assert stack().up().ok
    provider.sick = True
    result = stack().refresh()
    assert result.ok, result.error
    assert "box is not healthy" in result.messages[0].text
    assert box(stack()).init_errors == ["no heartbeat", "no pulse"]


@pytest.mark.parametrize("accepts", [True, False], ids=["takes secrets", "takes bare values"])
def test_a_secret_of_an_unhealthy_resource_stays_sealed(lab: Lab, accepts: bool) -> None:
    provider = SickProvider()
    provider.sick, provider.accepts_secrets = False, accepts
    size = 1

    def serve() -> tuple[Serving, int]:
        serving = Serving(provider)
        return serving, serving.port

    def program() -> None:
        Box("box", size=size, word=pulumi.Output.secret("canary-of-the-box"))

    def stack() -> Workspace:
        made = lab.stack(program)
        made._servers["sick"] = serve
        return made

    assert stack().up().ok
    provider.sick, size = True, 2
    for operation in (Workspace.up, Workspace.refresh, Workspace.up):
        operation(stack())
        for path in stack().file.path.parent.parent.rglob("*"):
            assert not path.is_file() or b"canary-of" not in path.read_bytes(), path
