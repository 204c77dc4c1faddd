"""A provider of boxes whose calls can be made to fail, and a stack of them."""

# ruff: noqa: N802 - method names are the protocol's

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc
import pulumi
from google.protobuf import any_pb2, empty_pb2
from pulumi import ResourceOptions
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from pulumi_havip.engine import Workspace, rpc
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
    """A provider that is served on a port of this machine."""

    def __init__(self, provider: provider_pb2_grpc.ResourceProviderServicer) -> None:
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


def box(**inputs: Any) -> Program:
    return lambda: Box("box", **inputs)
