"""State of one resource, in Pulumi's checkpoint format (version 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, Final, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pulumi_havip import urns
from pulumi_havip.engine.errors import StateError
from pulumi_havip.engine.values import Properties, Seal, Unseal, check_nesting, from_json, to_json


@dataclass(slots=True)
class Record:
    """A resource in its last known state.

    Attributes:
        key: Its handle in the snapshot and the journal; not part of the checkpoint.
        extra: Checkpoint fields that this engine does not interpret, kept unchanged.
    """

    urn: str
    type: str
    custom: bool = True
    delete: bool = False
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    external: bool = False
    dependencies: list[str] = field(default_factory=list)
    init_errors: list[str] = field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    pending_replacement: bool = False
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    import_id: str = ""
    retain_on_delete: bool = False
    deleted_with: str = ""
    created: str = ""
    modified: str = ""
    source_position: str = ""
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    key: int = -1

    @property
    def name(self) -> str:
        """The resource's name."""
        return urns.name_of(self.urn)

    @property
    def is_provider(self) -> bool:
        """True if this is a provider resource."""
        return urns.is_provider(self.type)

    @property
    def provider_urn(self) -> str:
        """The URN of the provider that manages it; empty for components and providers."""
        return urns.split_reference(self.provider)[0]

    def needs(self, *, parent: bool = True) -> Iterator[str]:
        """Yield the URNs of its dependencies, with repetitions."""
        if parent and self.parent:
            yield self.parent
        if self.provider:
            yield self.provider_urn
        yield from self.dependencies
        for urns_of_property in self.property_dependencies.values():
            yield from urns_of_property
        if self.deleted_with:
            yield self.deleted_with

    def timeout(self, action: str) -> float:
        """Return the timeout in seconds that its options set for an action, 0 for none."""
        return float(self.custom_timeouts.get(action, 0))

    def copy(self, **changes: Any) -> Record:
        """Return a copy with some fields changed."""
        return replace(self, **changes)


_NAMES: Final[dict[str, str]] = {
    "property_dependencies": "propertyDependencies",
    "pending_replacement": "pendingReplacement",
    "additional_secret_outputs": "additionalSecretOutputs",
    "custom_timeouts": "customTimeouts",
    "import_id": "importID",
    "init_errors": "initErrors",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "source_position": "sourcePosition",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
}
_FIELDS: Final = {
    item.name: _NAMES.get(item.name, item.name)
    for item in fields(Record)
    if item.name not in {"extra", "key"}
}
_ALWAYS: Final = frozenset({"urn", "custom", "type"})
_REFUSED: Final = {
    "replaceWith": "the resource option replace_with",
    "replacementTrigger": "the resource option replacement_trigger",
    "viewOf": "a resource that is a view of another",
    "taint": "a tainted resource",
    "extensionRef": "an extension package",
    "snippetID": "a snippet",
}


def write_record(record: Record, seal: Seal) -> dict[str, Any]:
    """Serialize a resource for the state file."""
    written: dict[str, Any] = {}
    for name, wire in _FIELDS.items():
        value = getattr(record, name)
        if name in {"inputs", "outputs"}:
            value = to_json(value, seal)
        if value or name in _ALWAYS:
            written[wire] = value
    return written | record.extra


def read_record(source: Mapping[str, Any], unseal: Unseal) -> Record:
    """Parse a resource of a checkpoint.

    Raises:
        StateError: A field is missing, has a wrong type, or belongs to an unsupported feature.
    """
    urn = source.get("urn")
    if not isinstance(urn, str) or not urn or not isinstance(source.get("type"), str):
        raise StateError(f"a resource of the state has no urn or no type: {urn or '?'}")
    for wire, feature in _REFUSED.items():
        if source.get(wire):
            raise StateError(
                f"the state of {urn} uses {feature}, which the embedded engine lacks; "
                "go on with the Pulumi CLI"
            )
    known = {
        name: _checked(urn, name, wire, source[wire])
        for name, wire in _FIELDS.items()
        if source.get(wire) is not None
    }
    record = Record(**known)
    check_nesting(record.inputs)
    check_nesting(record.outputs)
    record.inputs = from_json(record.inputs, unseal)
    record.outputs = from_json(record.outputs, unseal)
    record.extra = {wire: value for wire, value in source.items() if wire not in _FIELDS.values()}
    return record


_TYPES: Final = {
    name: (hint, TypeAdapter(hint, config=ConfigDict(strict=True)))
    for name, hint in get_type_hints(Record).items()
    if name in _FIELDS
}


def _checked(urn: str, name: str, wire: str, value: Any) -> Any:
    hint, adapter = _TYPES[name]
    try:
        return adapter.validate_python(value)
    except ValidationError:
        expected = str(hint) if get_args(hint) else hint.__name__
        raise StateError(f"the state of {urn} is corrupt: {wire} is not a {expected}") from None


def now() -> str:
    """Return the current time in the checkpoint's format."""
    text = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"  # as Go writes it


@dataclass(slots=True)
class Pending:
    """An operation that was started and whose outcome is unknown.

    Attributes:
        kind: ``creating``, ``updating``, ``deleting``, ``reading`` or ``importing``.
        record: The resource, with the inputs of the operation.
    """

    kind: str
    record: Record
