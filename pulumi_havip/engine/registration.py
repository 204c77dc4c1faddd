"""Registration of a resource by a program, parsed from the protocol message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlparse

from pulumi.runtime.proto import resource_pb2 as pb

from pulumi_havip.engine import assets
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.unsupported import refuse, refuse_type
from pulumi_havip.engine.values import Properties, from_struct

_UNIT: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART: Final = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")


@dataclass(frozen=True, slots=True)
class Alias:
    """A former name of a resource: a URN, or the parts that differ."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclass(slots=True)
class Goal:
    """A resource as the program declares it, before any comparison or check."""

    type: str
    name: str
    custom: bool
    inputs: Properties
    parent: str = ""
    provider: str = ""
    providers: Mapping[str, str] = field(default_factory=dict)
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    protect: bool | None = None
    retain_on_delete: bool | None = None
    delete_before_replace: bool | None = None
    deleted_with: str = ""
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    import_id: str = ""
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    version: str = ""
    source_position: str = ""


def read_goal(request: pb.RegisterResourceRequest, root: str) -> Goal:
    """Parse a registration.

    Args:
        request: The request from the program.
        root: The project's folder; source positions are relative to it.

    Raises:
        UnsupportedError: It uses a feature that this engine lacks.
    """
    refuse_type(request.type)
    refuse(request, request.name)
    dependencies = sorted(set(request.dependencies))
    inputs = assets.with_hashes(from_struct(request.object), root)
    by_property = {
        key: sorted(set(value.urns)) for key, value in request.propertyDependencies.items()
    }
    if not by_property:
        by_property = dict.fromkeys(inputs, dependencies)
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=inputs,
        parent=request.parent,
        provider=request.provider,
        providers=dict(request.providers),
        dependencies=dependencies,
        property_dependencies=by_property,
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        delete_before_replace=_defined(request),
        deleted_with=request.deletedWith,
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
        additional_secret_outputs=list(request.additionalSecretOutputs),
        aliases=_aliases(request),
        import_id=request.importId,
        custom_timeouts=_timeouts(request.customTimeouts),
        version=request.version,
        source_position=position(request.sourcePosition, root),
    )


def _defined(request: pb.RegisterResourceRequest) -> bool | None:
    if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace:
        return request.deleteBeforeReplace
    return None


def _aliases(request: pb.RegisterResourceRequest) -> list[Alias]:
    found = [Alias(urn=urn) for urn in request.aliasURNs]
    for item in request.aliases:
        if item.WhichOneof("alias") == "urn":
            found.append(Alias(urn=item.urn))
            continue
        spec = item.spec
        found.append(
            Alias(
                name=spec.name,
                type=spec.type,
                stack=spec.stack,
                project=spec.project,
                parent=spec.parentUrn,
                no_parent=spec.noParent,
            )
        )
    return found


def _timeouts(given: pb.RegisterResourceRequest.CustomTimeouts) -> dict[str, float]:
    return {field.name: seconds(text) for field, text in given.ListFields()}


def seconds(text: str) -> float:
    """Parse a duration such as ``1m30s``.

    Raises:
        EngineError: It is not a duration.
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise EngineError(f"{text!r} is not a duration; write it as 30s, 5m or 1h30m")
    return sum(float(number) * _UNIT[unit] for number, unit in parts)


def position(source: Any, root: str) -> str:
    """Format the source position of a registration, relative to the project."""
    if not source.uri.startswith("file://"):
        return ""
    path = unquote(urlparse(source.uri).path)
    inside = path.removeprefix(root.rstrip("/") + "/")
    return f"project:///{inside}#{source.line}" if inside != path else ""
