"""Create, read, update and delete of each resource, over the SDK and without pulumi.

A handler is stateless: `Context` carries what the calls of one deployment share. `HANDLERS`
maps the name of a resource to its handler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
    Change,
    Checked,
    CheckFailure,
    DiffResult,
    State,
)
from pulumi_havip.handlers.network import SubnetHandler, VpcHandler
from pulumi_havip.handlers.network_interface import NetworkInterfaceHandler
from pulumi_havip.handlers.placement_group import PlacementGroupHandler
from pulumi_havip.handlers.read_results import PartialError, Reading
from pulumi_havip.handlers.route_entry import RouteEntryHandler
from pulumi_havip.handlers.settings import Settings, read_settings
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
