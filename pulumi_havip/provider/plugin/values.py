"""Conversion between the plugin protocol's values and the handlers' plain properties."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime import rpc
from pydantic.alias_generators import to_camel

from havip.errors import HavipError
from pulumi_havip.handlers import UNKNOWN, Properties

Values = dict[str, PropertyValue]
_WIRE_UNKNOWN: Final = rpc.UNKNOWN
"""Mark of an unknown value on the wire; Pulumi's own `Computed` cannot be serialized."""


class KeptError(HavipError):
    """A resource was created but is not finished; the engine stores it in the state.

    Attributes:
        id: Its id.
        properties: Its known properties.
        inputs: Its arguments.
    """

    def __init__(self, text: str, id: str, properties: Values, inputs: Values) -> None:
        super().__init__(text)
        self.id, self.properties, self.inputs = id, properties, inputs


def to_properties(values: Mapping[str, PropertyValue]) -> Properties:
    """Return plain values: unknowns as `UNKNOWN`, secrets unwrapped, nulls omitted."""
    return {key: _plain(value) for key, value in values.items() if value.value is not None}


def _plain(value: PropertyValue) -> Any:
    inner = value.value
    if isinstance(inner, Computed) or inner == _WIRE_UNKNOWN:
        return UNKNOWN
    if isinstance(inner, Mapping):
        return {key: _plain(item) for key, item in inner.items()}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [_plain(item) for item in inner]
    return inner


def to_values(props: Properties, secret: Collection[str] = ()) -> Values:
    """Return the protocol's values; the properties named in `secret` are marked as secrets."""
    return {
        key: _value(item).with_secret(True) if key in secret else _value(item)
        for key, item in props.items()
        if item is not None
    }


def _value(value: Any) -> PropertyValue:
    if value is UNKNOWN:
        return PropertyValue(_WIRE_UNKNOWN)
    if isinstance(value, Mapping):
        return PropertyValue({key: _value(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return PropertyValue([_value(item) for item in value])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    return PropertyValue(value)


def secrets_of(*maps: Mapping[str, PropertyValue]) -> set[str]:
    """Return the names of the properties that contain a secret."""
    return {key for values in maps for key, value in values.items() if value.contains_secret()}


def to_camel_path(path: str) -> str:
    """Return a property's path with the names of the schema: ``associations[2].instanceId``."""
    return ".".join(to_camel(part) for part in path.split("."))
