"""Create, read, update and delete of each resource, over the SDK and without pulumi.

A handler is stateless: `Context` carries what the calls of one deployment share. `HANDLERS`
maps the name of a resource to its handler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .attachments import HaVipEipAttachmentHandler, HaVipInstanceAttachmentHandler
from .context import Context
from .eip import EipHandler
from .errors import ElsewhereError, HeldError, ResourceError
from .ha_vip import HaVipHandler
from .handler import Handler
from .instance import InstanceHandler
from .model import Args, Change, Checked, CheckFailure, DiffResult, State
from .network import SubnetHandler, VpcHandler
from .network_interface import NetworkInterfaceHandler
from .placement_group import PlacementGroupHandler
from .reading import PartialError, Reading
from .route_entry import RouteEntryHandler
from .settings import Settings, read_settings
from .values import UNKNOWN, Properties, known, plain

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
    "Change",
    "CheckFailure",
    "Checked",
    "Context",
    "DiffResult",
    "ElsewhereError",
    "Handler",
    "HeldError",
    "PartialError",
    "Properties",
    "Reading",
    "ResourceError",
    "Settings",
    "State",
    "known",
    "plain",
    "read_settings",
]
