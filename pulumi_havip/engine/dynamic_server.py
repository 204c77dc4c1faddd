"""In-process server of dynamic providers, for tests; built on the SDK's public classes.

`python -m pulumi.dynamic` serves them in a separate process and cannot be imported. Tests that
share a clock and an emulator with their provider need them in the same process.
"""

from __future__ import annotations

import asyncio
import base64
import os
import threading
import traceback
from collections.abc import Callable
from typing import Any, Final, TypeVar

import dill  # type: ignore[import-untyped]
import grpc
from google.protobuf import empty_pb2
from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider
from pulumi.runtime import rpc as wire
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_havip.engine import rpc

_PROVIDER: Final = "__provider"
_GRACE: Final = 1.0
_THREADS: Final = 4
"""Maximum number of concurrent calls, as in the SDK's own server."""
R = TypeVar("R")


class DynamicServicer(provider_pb2_grpc.ResourceProviderServicer):
    """Unpickles the provider that a resource carries, and forwards each call to it."""

    def __init__(self) -> None:
        self._config: dict[str, Any] = {}
        self._providers: dict[str, ResourceProvider] = {}
        self._lock = threading.Lock()

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Store the configuration for the providers."""
        given = wire.deserialize_properties(request.args)
        self._config = {key: wire.unwrap_rpc_secret(value) for key, value in given.items()}
        return pb.ConfigureResponse(acceptSecrets=False)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Check inputs."""

        def check() -> Any:
            olds, news = self._both(request)
            found = self._provider_of(olds, news).check(olds, news)
            failures = [
                pb.CheckFailure(property=item.property, reason=item.reason)
                for item in found.failures or ()
            ]
            inputs = _packed(found.inputs, news)
            return pb.CheckResponse(inputs=inputs, failures=failures)

        return _told(context, check)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare inputs with the state."""

        def diff() -> Any:
            olds, news = self._both(request)
            found = self._provider_of(olds, news).diff(request.id, olds, news)
            kinds: dict[bool | None, str] = {True: "DIFF_SOME", False: "DIFF_NONE"}
            changes = kinds.get(found.changes, "DIFF_UNKNOWN")
            return pb.DiffResponse(
                changes=getattr(pb.DiffResponse, changes),
                replaces=found.replaces or (),
                deleteBeforeReplace=bool(found.delete_before_replace),
            )

        return _told(context, diff)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Create a resource."""

        def create() -> Any:
            props = wire.deserialize_properties(request.properties)
            found = self._provider_of(props).create(props)
            return pb.CreateResponse(id=found.id, properties=_packed(found.outs, props))

        return _told(context, create)

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Read a resource; without a state, by its inputs."""

        def read() -> Any:
            props = wire.deserialize_properties(request.properties)
            props = props or wire.deserialize_properties(request.inputs)
            found = self._provider_of(props).read(request.id, props)
            answer = pb.ReadResponse(id=found.id or "", properties=_packed(found.outs, props))
            if found.inputs is not None:
                answer.inputs.CopyFrom(_packed(found.inputs, props))
            return answer

        return _told(context, read)

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Update a resource in place."""

        def update() -> Any:
            olds = wire.deserialize_properties(request.olds)
            news = wire.deserialize_properties(request.news)
            found = self._provider_of(news).update(request.id, olds, news)
            return pb.UpdateResponse(properties=_packed(found.outs, news))

        return _told(context, update)

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Delete a resource."""

        def delete() -> Any:
            props = wire.deserialize_properties(request.properties)
            self._provider_of(props).delete(request.id, props)
            return empty_pb2.Empty()

        return _told(context, delete)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Do nothing: a provider in this process cannot be interrupted."""
        return empty_pb2.Empty()

    def _both(self, request: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        olds = wire.deserialize_properties(request.olds, True)
        return olds, wire.deserialize_properties(request.news, True)

    def _provider_of(self, *states: dict[str, Any]) -> ResourceProvider:
        """Return the provider of the last state that contains one."""
        pickled = next(s[_PROVIDER] for s in reversed(states) if s[_PROVIDER] != wire.UNKNOWN)
        with self._lock:
            provider = self._providers.get(pickled)
            if provider is None:
                provider = dill.loads(base64.b64decode(pickled))  # noqa: S301 - the user's own
                project = os.environ.get("PULUMI_PROJECT", "project")
                config = Config(raw_config=self._config, project_name=project)
                provider.configure(ConfigureRequest(config=config))
                self._providers[pickled] = provider
            return provider


def _packed(values: dict[str, Any] | None, state: dict[str, Any]) -> Any:
    """Serialize properties together with the provider that their resource carries."""
    props = {**(values or {}), _PROVIDER: state[_PROVIDER]}
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(wire.serialize_properties(props, {}))
    finally:
        loop.close()


def _told(context: Any, work: Callable[[], R]) -> R:
    """Run a call, and report an error with its traceback."""
    try:
        return work()
    except Exception:
        return context.abort(grpc.StatusCode.UNKNOWN, traceback.format_exc())  # type: ignore[no-any-return]


class InlineDynamicProvider:
    """In-process server of dynamic providers."""

    def __init__(self) -> None:
        self._server = rpc.server(_THREADS)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(DynamicServicer(), self._server)
        self.port = int(rpc.listen(self._server).rpartition(":")[2])
        self._server.start()

    def stop(self) -> None:
        """Stop the server."""
        self._server.stop(_GRACE).wait()


def serve_dynamic() -> tuple[InlineDynamicProvider, int]:
    """Serve dynamic providers in this process, for a workspace's `servers`."""
    server = InlineDynamicProvider()
    return server, server.port
