"""Checks requests of a program for features that the engine does not support."""

from __future__ import annotations

from typing import Any, Final

from google.protobuf import struct_pb2
from google.protobuf.message import Message

from pulumi_havip.engine.errors import UnsupportedFeatureError

_BUILTIN: Final = {
    "pulumi:index:Stash": "a stash",
}
_TAKEN: Final = {
    "type",
    "name",
    "parent",
    "custom",
    "object",
    "protect",
    "dependencies",
    "provider",
    "propertyDependencies",
    "deleteBeforeReplace",
    "deleteBeforeReplaceDefined",
    "version",
    "ignoreChanges",
    "additionalSecretOutputs",
    "aliasURNs",
    "aliases",
    "importId",
    "customTimeouts",
    "providers",
    "replaceOnChanges",
    "retainOnDelete",
    "deletedWith",
    "id",
    "properties",
    "tok",
    "args",
    # Fields about the SDK or the source position; plugins are found on PATH, never downloaded.
    "acceptSecrets",
    "acceptResources",
    "accepts_byte_string",
    "supportsPartialValues",
    "supportsResultReporting",
    "aliasSpecs",
    "sourcePosition",
    "stackTrace",
    "parentStackTraceHandle",
    "pluginDownloadURL",
}
_CALLED: Final = {
    "state_migrations": "a state migration",
    "hooks": "a resource hook",
    "hideDiffs": "the resource option hide_diffs",
    "remote": "a component of another process (remote component)",
    "packageRef": "a parameterized package",
    "envVarMappings": "the option env_var_mappings",
    "pluginChecksums": "the option plugin_checksums",
}
_NULL: Final = struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)


def refuse(request: Message, subject: str) -> None:
    """Raise an error for a request that uses an unsupported feature, from any SDK.

    Args:
        request: A registration, a read or a function call.
        subject: The resource or function, for the error message.

    Raises:
        UnsupportedError: It uses an unsupported feature.
    """
    for field, value in request.ListFields():
        if field.name not in _TAKEN and not _empty(value):
            called = _CALLED.get(field.name, f"the resource option {field.name}")
            raise UnsupportedFeatureError(f"{called} (on {subject})")


def _empty(value: Any) -> bool:
    return isinstance(value, Message) and (value == _NULL or not value.ListFields())


def refuse_type(kind: str) -> None:
    """Raise an error for a resource type that the CLI implements inside its engine."""
    if kind in _BUILTIN:
        raise UnsupportedFeatureError(_BUILTIN[kind])
