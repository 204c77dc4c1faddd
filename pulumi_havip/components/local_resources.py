"""Passwords, certificates and pauses in the native plugin: resources without a cloud object.

In Python programs, dynamic providers serve these classes. In a component that the plugin
constructs, the plugin serves them, through the same providers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi import dynamic
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pydantic.alias_generators import to_camel, to_snake

from pulumi_havip.components._pause import PauseProvider
from pulumi_havip.components.certificate import ClusterCertificateProvider
from pulumi_havip.components.password import PasswordProvider
from pulumi_havip.handlers import UNKNOWN
from pulumi_havip.provider.plugin.values import secrets_of, to_properties, to_values

Values = Mapping[str, PropertyValue]
_PROVIDERS: Final[Mapping[str, dynamic.ResourceProvider]] = {
    "ClusterCertificate": ClusterCertificateProvider(),
    "Password": PasswordProvider(),
    "Pause": PauseProvider(),
}
_DRAWN: Final[Mapping[str, tuple[str, ...]]] = {
    "ClusterCertificate": ("pem",),
    "Password": ("value",),
}
"""The outputs of each kind that are generated at creation, and secret."""


def is_local(kind: str) -> bool:
    """Return whether this module serves a kind of resource."""
    return kind in _PROVIDERS


def check(request: protocol.CheckRequest) -> protocol.CheckResponse:
    """Return the arguments unchanged."""
    return protocol.CheckResponse(inputs=request.new_inputs)


def diff(kind: str, request: protocol.DiffRequest) -> protocol.DiffResponse:
    """Return whether the resource must be updated or replaced."""
    found = _PROVIDERS[kind].diff(
        request.resource_id, _plain(request.old_state), _plain(request.new_inputs)
    )
    replaces = [to_camel(name) for name in found.replaces or ()]
    return protocol.DiffResponse(
        changes=found.changes,
        replaces=replaces,
        delete_before_replace=False,
        diffs=replaces,
        detailed_diff={},
    )


def create(kind: str, request: protocol.CreateRequest) -> protocol.CreateResponse:
    """Create the resource; in a preview, return the known values."""
    secret = secrets_of(request.properties)
    if request.preview:
        unknown = dict.fromkeys(_DRAWN.get(kind, ()), UNKNOWN)
        known = {**to_properties(request.properties), **unknown}
        return protocol.CreateResponse("", to_values(known, secret))
    made = _PROVIDERS[kind].create(_plain(request.properties))
    outs = {to_camel(name): value for name, value in (made.outs or {}).items()}
    return protocol.CreateResponse(made.id, to_values(outs, {*secret, *_DRAWN.get(kind, ())}))


def read(kind: str, request: protocol.ReadRequest) -> protocol.ReadResponse:
    """Return the resource as it is in the state; without a state it does not exist."""
    secret = {*secrets_of(request.properties), *_DRAWN.get(kind, ())}
    return protocol.ReadResponse(
        request.resource_id,
        to_values(to_properties(request.properties), secret),
        to_values(to_properties(request.inputs), secrets_of(request.inputs)),
    )


def update(kind: str, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
    """Update the resource."""
    olds, news = _plain(request.olds), _plain(request.news)
    if not request.preview:
        _PROVIDERS[kind].update(request.resource_id, olds, news)
    secret = {*secrets_of(request.olds, request.news), *_DRAWN.get(kind, ())}
    after = {**to_properties(request.olds), **to_properties(request.news)}
    return protocol.UpdateResponse(to_values(after, secret))


def _plain(values: Values) -> dict[str, Any]:
    return {to_snake(name): value for name, value in to_properties(values).items()}
