"""Client of one provider process: the calls that the engine makes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_havip import urns
from pulumi_havip.engine import rpc, tracebacks
from pulumi_havip.engine.errors import ProviderError, ProviderLostError
from pulumi_havip.engine.project import text_of
from pulumi_havip.engine.provider_responses import (
    Abilities,
    Diff,
    ReadAnswer,
    failure,
    partial,
    read_diff,
)
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import (
    Properties,
    from_struct,
    has_unknown,
    keep_secret,
    same,
    to_struct,
    unwrap,
)

_LOST: Final = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED})
A = TypeVar("A")


@dataclass(slots=True)
class _Started:
    child: ProviderServer
    channel: grpc.Channel
    stub: Any
    abilities: Abilities = field(default_factory=Abilities)
    handshaken: bool = False


class ProviderServer(Protocol):
    """The process that serves a provider, or an in-process substitute."""

    def stop(self) -> None:
        """Stop serving."""


Start = Callable[[], tuple[ProviderServer, int]]
"""Starts a provider; returns its server and port."""


class ProviderClient:
    """A provider, started and configured on first use.

    Args:
        package: The package it serves.
        start: Starts its process and returns it with the port it serves.
    """

    def __init__(self, package: str, start: Start) -> None:
        self.package = package
        self._start = start
        self._lock = threading.Lock()
        self._process: _Started | None = None
        self._config: Record | None = None
        self._configured = False
        self._stopped = False

    def configure_with(self, record: Record) -> None:
        """Set the provider resource whose inputs configure the provider."""
        self._config = record

    def is_configured_with(self, inputs: Properties) -> bool:
        """Return whether its configuration is equal to this one."""
        return self._config is not None and same(self._config.inputs, inputs)

    @property
    def config_known(self) -> bool:
        """True if its configuration contains no value that is only known after the deployment."""
        return self._config is None or not has_unknown(self._config.inputs)

    def stop(self) -> None:
        """Stop the provider's process."""
        with self._lock:
            self._stopped = True
            started, self._process = self._process, None
        if started is not None:
            started.channel.close()
            started.child.stop()

    # -- configuration ------------------------------------------------------------------

    def check_config(self, urn: str, olds: Properties, news: Properties) -> Properties:
        """Check the provider's own configuration.

        Raises:
            ProviderError: The configuration is invalid.
        """
        request = pb.CheckRequest(
            urn=urn,
            olds=to_struct(olds, secrets=True, unknowns=True),
            news=to_struct(news, secrets=True, unknowns=True),
        )
        try:
            answer = self._run().stub.CheckConfig(request)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                return news
            raise self._error(error) from None
        if answer.failures:
            raise ProviderError("; ".join(failure(item) for item in answer.failures))
        return from_struct(answer.inputs)

    def diff_config(self, urn: str, old: Record, news: Properties) -> Diff:
        """Compare two configurations of the provider."""
        request = pb.DiffRequest(
            urn=urn,
            id=old.id,
            olds=to_struct(old.outputs, secrets=True, unknowns=True),
            old_inputs=to_struct(old.inputs, secrets=True, unknowns=True),
            news=to_struct(news, secrets=True, unknowns=True),
        )
        try:
            return read_diff(self._run().stub.DiffConfig(request))
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                return Diff()
            raise self._error(error) from None

    # -- resources ----------------------------------------------------------------------

    def check(
        self, urn: str, olds: Properties, news: Properties, *, unknowns: bool, seed: bytes
    ) -> tuple[Properties, list[tuple[str, str]]]:
        """Check inputs; return the resulting inputs and the failures (property and reason)."""
        if not self.config_known:
            return dict(news), []
        takes = self.abilities.secrets
        request = pb.CheckRequest(
            urn=urn,
            name=urns.name_of(urn),
            type=urns.kind_of(urn),
            olds=to_struct(olds, secrets=takes, unknowns=unknowns),
            news=to_struct(news, secrets=takes, unknowns=unknowns),
            randomSeed=seed,
        )
        answer = self._call(lambda stub: stub.Check(request))
        inputs = from_struct(answer.inputs)
        if not takes:
            keep_secret(inputs, news)
        return inputs, [(item.property, item.reason) for item in answer.failures]

    def diff(self, old: Record, news: Properties, *, unknowns: bool, ignore: Sequence[str]) -> Diff:
        """Compare new inputs with an existing resource."""
        takes = self.abilities.secrets
        request = pb.DiffRequest(
            id=old.id,
            urn=old.urn,
            name=old.name,
            type=old.type,
            olds=to_struct(old.outputs, secrets=takes, unknowns=unknowns),
            old_inputs=to_struct(old.inputs, secrets=takes, unknowns=unknowns),
            news=to_struct(news, secrets=takes, unknowns=unknowns),
            ignoreChanges=list(ignore),
        )
        return read_diff(self._call(lambda stub: stub.Diff(request)))

    def create(self, record: Record, *, preview: bool) -> tuple[str, Properties]:
        """Create a resource; return its id and outputs. In a preview, outputs may be predicted."""
        if preview and not self.config_known:
            return "", {}
        if preview and not self.abilities.preview:
            return "", dict(record.inputs)
        takes = self.abilities.secrets
        request = pb.CreateRequest(
            urn=record.urn,
            name=record.name,
            type=record.type,
            properties=to_struct(record.inputs, secrets=takes, unknowns=preview),
            timeout=record.timeout("create"),
            preview=preview,
        )
        answer = self._call(lambda stub: stub.Create(request))
        if not answer.id and not preview:
            raise ProviderError(f"the provider gave no id for the created {record.name}")
        return answer.id, self._outputs(answer.properties, record.inputs)

    def read(
        self, record: Record, resource_id: str, inputs: Properties, state: Properties
    ) -> ReadAnswer | None:
        """Read a resource as it is now."""
        takes = self.abilities.secrets
        request = pb.ReadRequest(
            id=resource_id,
            urn=record.urn,
            name=record.name,
            type=record.type,
            inputs=to_struct(inputs, secrets=takes),
            properties=to_struct(state, secrets=takes),
            timeout=record.timeout("read"),
        )
        answer = self._call(lambda stub: stub.Read(request))
        if not answer.id:
            return None
        outputs = self._outputs(answer.properties, state)
        read = self._outputs(answer.inputs, inputs) if answer.HasField("inputs") else None
        if read is not None and not takes:
            keep_secret(read, state)  # an input that the program no longer declares
        return ReadAnswer(answer.id, outputs, read)

    def update(
        self, old: Record, new: Record, *, preview: bool, ignore: Sequence[str]
    ) -> Properties:
        """Update a resource in place; return its outputs. In a preview, they may be predicted."""
        if preview and not self.config_known:
            return {}
        if preview and not self.abilities.preview:
            return dict(new.inputs)
        takes = self.abilities.secrets
        request = pb.UpdateRequest(
            id=old.id,
            urn=new.urn,
            name=new.name,
            type=new.type,
            olds=to_struct(old.outputs, secrets=takes),
            old_inputs=to_struct(old.inputs, secrets=takes),
            news=to_struct(new.inputs, secrets=takes, unknowns=preview),
            timeout=new.timeout("update"),
            ignoreChanges=list(ignore),
            preview=preview,
        )
        answer = self._call(lambda stub: stub.Update(request))
        return self._outputs(answer.properties, new.inputs)

    def delete(self, record: Record) -> None:
        """Delete a resource."""
        takes = self.abilities.secrets
        request = pb.DeleteRequest(
            id=record.id,
            urn=record.urn,
            name=record.name,
            type=record.type,
            properties=to_struct(record.outputs, secrets=takes),
            old_inputs=to_struct(record.inputs, secrets=takes),
            timeout=record.timeout("delete"),
        )
        self._call(lambda stub: stub.Delete(request))

    def invoke(
        self, token: str, args: Properties, *, preview: bool
    ) -> tuple[Properties, list[tuple[str, str]]]:
        """Call a function of the provider."""
        request = pb.InvokeRequest(
            tok=token, args=to_struct(args, secrets=self.abilities.secrets), preview=preview
        )
        answer = self._call(lambda stub: stub.Invoke(request))
        failures = [(item.property, item.reason) for item in answer.failures]
        return from_struct(getattr(answer, "return")), failures

    # -- process ------------------------------------------------------------------------

    @property
    def abilities(self) -> Abilities:
        """Capabilities of the configured provider."""
        return self._ready().abilities

    def _outputs(self, message: Any, inputs: Mapping[str, Any]) -> Properties:
        outputs = from_struct(message)
        if not self.abilities.secrets:
            keep_secret(outputs, inputs)
        return outputs

    def _run(self) -> _Started:
        with self._lock:
            return self._run_locked()

    def _run_locked(self) -> _Started:
        if self._stopped:
            raise ProviderLostError(f"the provider {self.package} is stopped")
        if self._process is None:
            child, port = self._start()
            channel = rpc.channel(port)
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            self._process = _Started(child, channel, stub)
            if self.package != urns.DYNAMIC_PACKAGE:
                self._shake_hands(self._process)
        return self._process

    def _shake_hands(self, started: _Started) -> None:
        request = pb.ProviderHandshakeRequest(
            engine_address="", configure_with_urn=True, invoke_with_preview=True
        )
        try:
            answer = started.stub.Handshake(request)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                return
            raise self._error(error) from None
        started.handshaken = True
        started.abilities = Abilities(answer.accept_secrets, True, answer.accept_outputs)

    def _ready(self) -> _Started:
        with self._lock:
            started = self._run_locked()
            if not self._configured and self._config is not None and self.config_known:
                self._configure(started, self._config)
                self._configured = True
            return started

    def _configure(self, started: _Started, config: Record) -> None:
        variables = {
            f"{self.package}:config:{key}": text_of(unwrap(value))
            for key, value in config.inputs.items()
            if key != "version"
        }
        request = pb.ConfigureRequest(
            variables=variables,
            args=to_struct(config.inputs, secrets=True),
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
            urn=config.urn,
            name=config.name,
            type=config.type,
            id=config.id,
        )
        try:
            answer = started.stub.Configure(request)
        except grpc.RpcError as error:
            raise self._error(error) from None
        if not started.handshaken:
            started.abilities = Abilities(
                answer.acceptSecrets, answer.supportsPreview, answer.acceptOutputs
            )

    def _call(self, call: Callable[[Any], A]) -> A:
        started = self._ready()
        try:
            return call(started.stub)
        except grpc.RpcError as error:
            raise self._error(error) from None

    def cancel(self) -> None:
        """Request that the provider cancel its running calls."""
        started = self._process
        if started is not None:
            try:
                started.stub.Cancel(empty_pb2.Empty(), timeout=1.0)
            except grpc.RpcError:
                return

    def _error(self, error: Any) -> ProviderError:
        if error.code() in _LOST:
            return ProviderLostError(
                f"the provider {self.package} went away before it answered; "
                "whether the work was done is not known"
            )
        what, trace = tracebacks.read(str(error.details() or error.code().name))
        failed = partial(error) or ProviderError(what)
        failed.trace = trace
        failed.unimplemented = error.code() == grpc.StatusCode.UNIMPLEMENTED
        return failed
