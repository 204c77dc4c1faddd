"""The plugin's gRPC server: Pulumi's servicer with one-line errors."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NoReturn

import grpc
import grpc.aio
from google.protobuf import any_pb2, struct_pb2
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import Provider
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from havip.errors import HavipError
from pulumi_havip.handlers.errors import message_of
from pulumi_havip.provider.plugin.values import KeptError, Values, to_camel_path

_MESSAGE_LIMIT: Final = 400 * 1024 * 1024
"""Maximum size of a message in bytes, as in Pulumi's own servers."""


class Servicer(ProviderServicer):
    """Pulumi's servicer, with one-line errors instead of tracebacks."""

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().Check, request, context)

    async def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().CheckConfig, request, context)

    async def Configure(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().Configure, request, context)

    async def Construct(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        try:
            _fill_unknown_outputs(request.inputs.fields.values())
            return await self._construct(request, context)
        except Exception as error:  # a component's own error, one of a child resource, or Pulumi's
            await context.abort(grpc.StatusCode.UNKNOWN, message_of(error, to_camel_path))

    async def Create(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().Create, request, context)

    async def Delete(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().Delete, request, context)

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().Diff, request, context)

    async def Invoke(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().Invoke, request, context)

    async def Read(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        answer = await self._one_line(super().Read, request, context)
        # An import treats the resource as existing if there are properties, even empty ones.
        return answer if answer.id else provider_pb2.ReadResponse()

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: D102, N802
        return await self._one_line(super().Update, request, context)

    async def _one_line(self, method: Any, request: Any, context: Any) -> Any:
        try:
            return await method(request, context)
        except NotImplementedError:
            raise
        except Exception as error:  # Pulumi's wrapper raises no narrower class
            cause = error.__context__
            if isinstance(cause, KeptError):
                await _abort_partial(context, cause)
            if isinstance(cause, HavipError):
                await context.abort(grpc.StatusCode.UNKNOWN, _line(cause))
            raise


async def _abort_partial(context: Any, error: KeptError) -> NoReturn:
    """Abort a call so that the engine keeps what was created, with the error."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.id,
        properties=_struct(error.properties),
        inputs=_struct(error.inputs),
        reasons=[_line(error)],
    )
    packed = any_pb2.Any()
    packed.Pack(detail)
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=detail.reasons[0], details=[packed])
    await context.abort(
        code,
        detail.reasons[0],
        trailing_metadata=(("grpc-status-details-bin", status.SerializeToString()),),
    )
    raise AssertionError("abort raises")


def _fill_unknown_outputs(values: Iterable[struct_pb2.Value]) -> None:
    """Fill in fields that Pulumi's reader of output values expects and its writer omits."""
    for value in values:
        kind = value.WhichOneof("kind")
        if kind == "list_value":
            _fill_unknown_outputs(value.list_value.values)
        elif kind == "struct_value":
            fields = value.struct_value.fields
            if _is_output(fields):
                if "value" not in fields:
                    fields["value"].string_value = rpc.UNKNOWN
                if "secret" not in fields:
                    fields["secret"].bool_value = False
            _fill_unknown_outputs(fields.values())


def _is_output(fields: Mapping[str, struct_pb2.Value]) -> bool:
    key = rpc._special_sig_key
    return key in fields and fields[key].string_value == rpc._special_output_value_sig


def _line(error: BaseException) -> str:
    """Return an error's text in one line, with the names of the schema."""
    return message_of(error, to_camel_path)


def _struct(values: Values) -> struct_pb2.Struct:
    return PropertyValue.marshal_map(values)


def serve(provider: Provider, arguments: Sequence[str], version: str) -> int:
    """Serve a provider until the engine ends the process.

    Args:
        provider: The provider.
        arguments: The command line: the engine's address, passed by Pulumi.
        version: The plugin's version.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        prog="pulumi-resource-havip",
        description="The native Pulumi plugin for HAVIPs; Pulumi starts it by itself.",
    )
    parser.add_argument("engine", nargs="?", default="", help="the engine's address")
    parser.add_argument("--version", action="version", version=version)
    known, _ = parser.parse_known_args(arguments)
    try:
        asyncio.run(_serve(provider, list(arguments), version, known.engine))
    except KeyboardInterrupt:  # Windows, whose event loop handles no signals
        return 130
    return 0


async def _serve(provider: Provider, arguments: list[str], version: str, engine: str) -> None:
    options = [
        ("grpc.max_receive_message_length", _MESSAGE_LIMIT),
        ("grpc.max_send_message_length", _MESSAGE_LIMIT),
    ]
    server = grpc.aio.server(options=options)
    servicer = Servicer(arguments, version, provider, engine_address=engine)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    # A server that is still there when the loop has closed prints a traceback.
    await stopped.wait()
    await server.stop(grace=None)
