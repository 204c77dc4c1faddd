"""Property values in three forms: in protocol messages, in memory and in the state file.

In memory a property is a plain Python value (None, bool, int, float, str, list, dict), a
`Secret` around one, or `UNKNOWN`. Assets, archives and resource references remain the tagged
dictionaries of the protocol. The tags are Pulumi's (its `sdk/go/common/resource`).
"""

from __future__ import annotations

import base64
import json
import struct as binary
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf import struct_pb2

TAG: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a tag of the format
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
BYTES: Final = "803fd3297a5875dc03ca845dda5d2a98"
FLOAT: Final = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"
UNKNOWN_WIRE: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        UNKNOWN_WIRE,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_NESTING: Final = 50

Properties = dict[str, Any]
Seal = Callable[["Secret", str], dict[str, Any]]
"""Encrypts a secret, given its JSON text, for the state file."""
Unseal = Callable[[dict[str, Any]], "Secret"]
"""Decrypts a secret of the state file."""


class Unknown:
    """A value that is known only after the deployment."""

    def __repr__(self) -> str:
        """Return the text that previews show."""
        return "[unknown]"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is never displayed and is encrypted in the state file."""

    value: Any
    sealed: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The ciphertext that it was read from, kept to write an unchanged secret unchanged."""

    def __repr__(self) -> str:
        """Hide the value."""
        return "[secret]"


def from_struct(message: struct_pb2.Struct) -> Properties:
    """Parse a property map of a protocol message; outputs lose their dependencies."""
    return {key: from_value(value) for key, value in message.fields.items()}


def from_value(value: struct_pb2.Value) -> Any:
    """Parse one property value of a protocol message."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in _UNKNOWNS else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [from_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _untag(from_struct(value.struct_value))
    return None


def _untag(value: Properties) -> Any:
    tag = value.get(TAG)
    if tag == SECRET:
        return Secret(unwrap(value.get("value")))
    if tag == OUTPUT:
        inner = value.get("value", UNKNOWN)
        return Secret(unwrap(inner)) if value.get("secret") else inner
    return value


def to_struct(
    properties: Mapping[str, Any], *, secrets: bool = False, unknowns: bool = False
) -> struct_pb2.Struct:
    """Convert a property map to a protocol message.

    Args:
        properties: The properties.
        secrets: Whether the receiver supports secrets; otherwise they are sent unwrapped.
        unknowns: Whether to send unknown values; otherwise they are omitted.
    """
    message = struct_pb2.Struct()
    for key, value in properties.items():
        if value is UNKNOWN and not unknowns:
            continue
        _write(message.fields[key], value, secrets, unknowns)
    return message


def _write(target: struct_pb2.Value, value: Any, secrets: bool, unknowns: bool) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, Mapping):
        target.struct_value.CopyFrom(to_struct(value, secrets=secrets, unknowns=unknowns))
    elif isinstance(value, list):
        target.list_value.Clear()
        for item in value:
            _write(target.list_value.values.add(), item, secrets, unknowns)
    elif isinstance(value, Secret):
        if secrets:
            target.struct_value.fields[TAG].string_value = SECRET
            _write(target.struct_value.fields["value"], value.value, False, unknowns)
        else:
            _write(target, value.value, False, unknowns)
    else:
        target.string_value = UNKNOWN_WIRE


def to_json(value: Any, seal: Seal) -> Any:
    """Convert a value for the state file; ``seal`` encrypts the secrets in it."""
    if isinstance(value, dict):
        return {key: to_json(value[key], seal) for key in sorted(value)}
    if isinstance(value, list):
        return [to_json(item, seal) for item in value]
    if isinstance(value, Secret):
        return seal(value, dump(to_json(value.value, seal)))
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return {TAG: FLOAT, "value": binary.pack(">d", value).hex()}
    return UNKNOWN_WIRE if value is UNKNOWN else value


def from_json(value: Any, unseal: Unseal) -> Any:
    """Parse a value of the state file; ``unseal`` decrypts the secrets in it."""
    if isinstance(value, dict):
        tag = value.get(TAG)
        if tag == SECRET:
            return unseal(value)
        if tag == FLOAT:
            return binary.unpack(">d", bytes.fromhex(value["value"]))[0]
        if tag == BYTES:
            return base64.b64decode(value["value"]).decode(errors="surrogateescape")
        return {key: from_json(item, unseal) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item, unseal) for item in value]
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWNS else value


def check_nesting(value: Any, depth: int = 0) -> None:
    """Raise ValueError for lists and mappings nested deeper than any program writes them.

    Deeper ones end Python's recursion at some later time, and Pulumi's own wire takes no more.
    """
    if depth > _NESTING:
        raise ValueError(f"it is nested deeper than {_NESTING} levels")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            check_nesting(item, depth + 1)


def dump(value: Any) -> str:
    """Serialize JSON in Pulumi's compact form."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character: JSON can escape it, and UTF-8 cannot hold it
        return json.dumps(value, separators=(",", ":"))
    return text


def unwrap(value: Any) -> Any:
    """Return the value without the secret wrappers in it."""
    if isinstance(value, Secret):
        return unwrap(value.value)
    if isinstance(value, dict):
        return {key: unwrap(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unwrap(item) for item in value]
    return value


def holds(value: Any, test: Callable[[Any], bool]) -> bool:
    """Return whether a value or any part of it satisfies a predicate."""
    if test(value):
        return True
    if isinstance(value, Secret):
        return holds(value.value, test)
    if isinstance(value, dict):
        return any(holds(item, test) for item in value.values())
    return isinstance(value, list) and any(holds(item, test) for item in value)


def has_secret(value: Any) -> bool:
    """Return whether a value contains a secret."""
    return holds(value, lambda part: isinstance(part, Secret))


def has_unknown(value: Any) -> bool:
    """Return whether a value contains an unknown."""
    return holds(value, lambda part: part is UNKNOWN)


def same(one: Any, other: Any) -> bool:
    """Compare two values as Pulumi does: True is not 1, and a secret is not its value."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Secret) and isinstance(other, Secret):
        return same(one.value, other.value)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def keep_secret(outputs: Properties, inputs: Mapping[str, Any]) -> None:
    """Mark outputs as secret if the input of the same name is or contains a secret.

    A provider without support for secrets gets and returns bare values.
    """
    for key, given in inputs.items():
        if key not in outputs:
            continue
        got = outputs[key]
        if isinstance(got, dict) and isinstance(given, dict):
            keep_secret(got, given)
        elif not isinstance(got, Secret) and has_secret(given):
            outputs[key] = Secret(unwrap(got))
