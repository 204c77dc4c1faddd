"""Transforms: functions of a program that change what its resources are registered with.

The program's SDK serves them; the engine calls those of a resource, then those of its parents, then
those of the stack, each with what the one before it has left.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import grpc
from google.protobuf.message import Message
from pulumi.runtime.proto import alias_pb2, callback_pb2, callback_pb2_grpc
from pulumi.runtime.proto import resource_pb2 as pb

from pulumi_havip.engine import rpc
from pulumi_havip.engine.errors import EngineError

_OPTIONS: Final = {
    "depends_on": "dependencies",
    "protect": "protect",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
    "version": "version",
    "aliases": "aliases",
    "provider": "provider",
    "custom_timeouts": "customTimeouts",
    "plugin_download_url": "pluginDownloadURL",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "additional_secret_outputs": "additionalSecretOutputs",
    "providers": "providers",
    "plugin_checksums": "pluginChecksums",
    "hooks": "hooks",
    "import": "importId",
    "hide_diff": "hideDiffs",
    "replace_with": "replace_with",
    "replacement_trigger": "replacement_trigger",
}
"""Resource options, as a transform and as a registration name them."""


class Transforms:
    """The transforms that a program has registered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_stack: list[callback_pb2.Callback] = []
        self._own: dict[str, list[callback_pb2.Callback]] = defaultdict(list)
        self._parents: dict[str, str] = {}
        self._channels: dict[str, grpc.Channel] = {}

    def add(self, transform: callback_pb2.Callback) -> None:
        """Add a transform of the whole stack."""
        with self._lock:
            self._of_stack.append(transform)

    def apply(self, request: pb.RegisterResourceRequest, urn: str) -> pb.RegisterResourceRequest:
        """Return a registration as the transforms leave it.

        Args:
            request: The registration.
            urn: The resource's URN.

        Raises:
            EngineError: A transform fails.
        """
        with self._lock:
            self._own[urn], self._parents[urn] = list(request.transforms), request.parent
            found, above = list(request.transforms), request.parent
            while above:
                found += self._own[above]
                above = self._parents.get(above, "")
            found += self._of_stack
        if not found:
            return request
        changed = pb.RegisterResourceRequest()
        changed.CopyFrom(request)
        changed.ClearField("transforms")
        changed.aliases.extend(alias_pb2.Alias(urn=former) for former in request.aliasURNs)
        changed.ClearField("aliasURNs")
        for transform in found:
            self._apply(transform, changed)
        return changed

    def _apply(self, transform: callback_pb2.Callback, request: pb.RegisterResourceRequest) -> None:
        asked = pb.TransformRequest(
            type=request.type, name=request.name, custom=request.custom, parent=request.parent
        )
        asked.properties.CopyFrom(request.object)
        _copy(request, asked.options, {ours: theirs for theirs, ours in _OPTIONS.items()})
        if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace:
            asked.options.delete_before_replace = request.deleteBeforeReplace
        call = callback_pb2.CallbackInvokeRequest(
            token=transform.token, request=asked.SerializeToString()
        )
        try:
            answer = callback_pb2_grpc.CallbacksStub(self._channel(transform.target)).Invoke(call)
        except grpc.RpcError as error:
            why = str(error.details()).partition("error: ")[2].split("\n")[0].rstrip(":")
            raise EngineError(f"a transform of {request.name} failed: {why}") from None
        changed = pb.TransformResponse.FromString(answer.response)
        request.object.CopyFrom(changed.properties)
        for gone in request.propertyDependencies.keys() - changed.properties.fields.keys():
            del request.propertyDependencies[gone]
        if changed.HasField("options"):
            _copy(changed.options, request, _OPTIONS)
            request.deleteBeforeReplace = changed.options.delete_before_replace
            defined = changed.options.HasField("delete_before_replace")
            request.deleteBeforeReplaceDefined = defined

    def _channel(self, target: str) -> grpc.Channel:
        with self._lock:
            if target not in self._channels:
                self._channels[target] = grpc.insecure_channel(target, options=rpc.OPTIONS)
            return self._channels[target]

    def close(self) -> None:
        """Close the connections to the program."""
        for channel in self._channels.values():
            channel.close()


def _copy(source: Message, target: Message, names: Mapping[str, str]) -> None:
    """Copy fields of one message to the fields of other names of another."""
    for name, other in names.items():
        target.ClearField(other)
        field = source.DESCRIPTOR.fields_by_name[name]
        if field.has_presence and not source.HasField(name):
            continue
        value = getattr(source, name)
        if isinstance(value, (str, bool)):
            setattr(target, other, value)
        else:
            getattr(target, other).MergeFrom(value)
