"""Create, read, update and delete for each resource, built on the SDK and without pulumi.

A handler is stateless; `Context` holds what the calls of one deployment share. `HANDLERS` maps the
name of a resource to its handler.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pulumi_havip.handlers.attachments import (
    HaVipEipAttachmentHandler,
    HaVipInstanceAttachmentHandler,
)
from pulumi_havip.handlers.context import Context
from pulumi_havip.handlers.eip import EipHandler
from pulumi_havip.handlers.errors import ElsewhereError, HeldError, ResourceError
from pulumi_havip.handlers.ha_vip import HaVipHandler
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.instance import InstanceHandler
from pulumi_havip.handlers.model import (
    Args,
    Checked,
    CheckFailure,
    DiffResult,
    PropertyChange,
    State,
)
from pulumi_havip.handlers.network import SubnetHandler, VpcHandler
from pulumi_havip.handlers.network_interface import NetworkInterfaceHandler
from pulumi_havip.handlers.placement_group import PlacementGroupHandler
from pulumi_havip.handlers.read_results import PartialError, Reading
from pulumi_havip.handlers.route_entry import RouteEntryHandler
from pulumi_havip.handlers.settings import ProviderSettings, read_settings
from pulumi_havip.handlers.values import (
    UNKNOWN,
    Properties,
    known,
    plain,
)

HANDLERS: Final[Mapping[str, Handler[Any, Any]]] = {
    handler.kind: handler
    for handler in (
        VpcHandler(),
        SubnetHandler(),
        NetworkInterfaceHandler(),
        PlacementGroupHandler(),
        InstanceHandler(),
        EipHandler(),
        HaVipHandler(),
        HaVipInstanceAttachmentHandler(),
        HaVipEipAttachmentHandler(),
        RouteEntryHandler(),
    )
}
"""The handler of each resource, by its name."""

__all__ = [
    "HANDLERS",
    "UNKNOWN",
    "Args",
    "CheckFailure",
    "Checked",
    "Context",
    "DiffResult",
    "ElsewhereError",
    "Handler",
    "HeldError",
    "PartialError",
    "Properties",
    "PropertyChange",
    "ProviderSettings",
    "Reading",
    "ResourceError",
    "State",
    "known",
    "plain",
    "read_settings",
]

_RENAMED: Final = {"Change": "PropertyChange", "Settings": "ProviderSettings"}
"""Deprecated names of 0.1.0 that other parts of the product use too."""

if not TYPE_CHECKING:  # otherwise type checkers would accept names that do not exist

    def __getattr__(name: str) -> object:
        """Return the object behind a deprecated name, with a warning."""
        if name not in _RENAMED:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        warnings.warn(
            f"{__name__}.{name} is called {_RENAMED[name]}", DeprecationWarning, stacklevel=2
        )
        return globals()[_RENAMED[name]]
