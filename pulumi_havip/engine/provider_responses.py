"""Provider responses, converted to the engine's own types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from pulumi_havip.engine.errors import UnhealthyResourceError
from pulumi_havip.engine.values import Properties, from_struct

_KINDS: Final = ("add", "add-replace", "delete", "delete-replace", "update", "update-replace")


@dataclass(frozen=True, slots=True)
class Diff:
    """Difference that a provider reported between new inputs and an existing resource.

    Attributes:
        changes: Whether anything differs; None if the provider does not say.
        replace_keys: The properties that force a replacement.
        changed_keys: The properties that differ, if the provider lists them.
        detailed: Property path to kind of change; None without details.
        delete_before_replace: Whether the old resource must be deleted before the new one is
            created.
    """

    changes: bool | None = None
    replace_keys: Sequence[str] = ()
    changed_keys: Sequence[str] = ()
    detailed: Mapping[str, str] | None = None
    delete_before_replace: bool = False

    @property
    def replaces(self) -> bool:
        """True if the resource must be replaced."""
        details = self.detailed or {}
        return bool(self.replace_keys) or any(k.endswith("-replace") for k in details.values())


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """Properties of a resource that a provider read; without inputs, it cannot be imported."""

    id: str
    outputs: Properties
    inputs: Properties | None

    def inputs_or(self, known: Properties) -> Properties:
        """Return the inputs that were read, or those that are known."""
        return known if self.inputs is None else self.inputs


@dataclass(slots=True)
class Abilities:
    """Capabilities that a provider reported."""

    secrets: bool = False
    preview: bool = False
    outputs: bool = False


def failure(item: Any) -> str:
    """Format a check failure of a property."""
    return f"{item.property}: {item.reason}" if item.property else str(item.reason)


def read_diff(answer: Any) -> Diff:
    """Parse a provider's response to Diff."""
    changes = {pb.DiffResponse.DIFF_NONE: False, pb.DiffResponse.DIFF_SOME: True}
    detailed = None
    if answer.hasDetailedDiff or answer.detailedDiff:
        detailed = {path: _KINDS[item.kind] for path, item in answer.detailedDiff.items()}
    return Diff(
        changes.get(answer.changes),
        tuple(answer.replaces),
        tuple(answer.diffs),
        detailed,
        answer.deleteBeforeReplace,
    )


def partial(error: Any) -> UnhealthyResourceError | None:
    """Parse the error details that report a resource as created but unhealthy."""
    metadata = dict(error.trailing_metadata() or ())
    raw = metadata.get("grpc-status-details-bin")
    if not raw:
        return None
    status = status_pb2.Status.FromString(raw)
    for detail in status.details:
        failed = pb.ErrorResourceInitFailed()
        if detail.Is(failed.DESCRIPTOR) and detail.Unpack(failed):
            inputs = from_struct(failed.inputs) if failed.HasField("inputs") else None
            return UnhealthyResourceError(
                failed.id, from_struct(failed.properties), inputs, failed.reasons
            )
    return None
