"""A resource is kept even if its provider marks an undeclared output as secret."""

# ruff: noqa: N802 - method names are the protocol's

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_havip.engine import Secret, SecretError, Workspace, rpc
from pulumi_havip.engine.values import to_struct

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


class Key(pulumi.CustomResource):
    def __init__(self, name: str, **inputs: Any) -> None:
        super().__init__("quiet:index:Key", name, {**inputs, "label": None, "token": None})


class QuietProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Accepts secrets, predicts nothing in a preview, and returns keys with a secret token."""

    def CheckConfig(self, request: Any, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Configure(self, request: Any, context: Any) -> pb.ConfigureResponse:
        return pb.ConfigureResponse(acceptSecrets=True)

    def Check(self, request: Any, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> pb.DiffResponse:
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)

    def Create(self, request: Any, context: Any) -> pb.CreateResponse:
        return pb.CreateResponse(id="key-1", properties=self._made())

    def Update(self, request: Any, context: Any) -> pb.UpdateResponse:
        return pb.UpdateResponse(properties=self._made())

    def Delete(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def _made(self) -> Any:
        return to_struct({"label": "front", "token": Secret("hush-hush")}, secrets=True)


class Serving:
    def __init__(self) -> None:
        self._server = rpc.server(4)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(QuietProvider(), self._server)
        self.port = int(rpc.listen(self._server).rpartition(":")[2])
        self._server.start()

    def stop(self) -> None:
        self._server.stop(1.0).wait()


def serve() -> tuple[Serving, int]:
    serving = Serving()
    return serving, serving.port


def front() -> None:
    Key("front")


def quiet(lab: Lab, program: Callable[[], None] = front, **options: Any) -> Workspace:
    made: Workspace = lab.stack(program, **options)
    made._servers["quiet"] = serve
    return made


def key(stack: Workspace) -> Any:
    return next(record for record in stack.resources() if record.name == "front")


def test_a_resource_with_an_undeclared_secret_is_kept_without_it(lab: Lab) -> None:
    bare = quiet(lab, environment={})
    result = bare.up()
    assert result.error == (
        "front: it exists now, but its secret output token cannot be sealed, as no passphrase is "
        "given, and is left out; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE "
        "and run `up` again"
    )
    kept = key(bare)
    assert (kept.id, kept.outputs) == ("key-1", {"label": "front"})
    assert not bare.export()["deployment"].get("pending_operations")
    for path in bare.file.path.parent.iterdir():
        assert "hush-hush" not in path.read_text()
    healed = quiet(lab).up()
    assert healed.ok, healed.error
    assert key(quiet(lab)).outputs["token"] == Secret("hush-hush")
    assert not quiet(lab).up().changed


def test_a_missing_passphrase_names_the_secret(lab: Lab) -> None:
    def program() -> None:
        Key("front", pin=pulumi.Output.secret("hush-hush"))

    def exported() -> None:
        pulumi.export("pin", pulumi.Output.secret("hush-hush"))

    how = "; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
    for declared, whose in ((program, "front"), (exported, "the stack")):
        with pytest.raises(SecretError) as caught:
            quiet(lab, declared, environment={}).up()
        assert str(caught.value) == f"{whose} is to keep a secret, and no passphrase is given{how}"
    assert quiet(lab).up().ok
    with pytest.raises(SecretError) as caught:
        quiet(lab, environment={}).outputs()
    assert str(caught.value) == f"the stack holds secrets, and no passphrase is given{how}"
