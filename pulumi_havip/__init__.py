"""Pulumi resources for Tencent Cloud HAVIP (highly available virtual IP addresses).

Example::

    import pulumi
    import pulumi_havip as havip

    vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
    subnet = havip.Subnet(
        "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3"
    )
    address = havip.HaVip("web", vpc_id=vpc.id, subnet_id=subnet.id, vip="172.17.16.3")
    pulumi.export("address", address.vip)

The region and the credentials come from the stack's configuration (``havip:region``,
``havip:secretId``, ``havip:secretKey``, …) or the environment (``TENCENTCLOUD_REGION``, …).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import havip  # noqa: F401  (makes the import paths of 0.1.0 work)

if TYPE_CHECKING:
    from pulumi_havip.functions import (
        get_ha_vip,
        get_ha_vip_output,
        get_ha_vips,
        get_ha_vips_output,
        get_instances,
        get_instances_output,
        get_subnet,
        get_subnet_output,
    )
    from pulumi_havip.resources.base import HaVipAssociationArgs
    from pulumi_havip.resources.ha_vip import (
        HaVip,
        HaVipEipAttachment,
        HaVipInstanceAttachment,
    )
    from pulumi_havip.resources.instances import Instance, NetworkInterface
    from pulumi_havip.resources.network import (
        Eip,
        RouteEntry,
        Subnet,
        Vpc,
    )
    from pulumi_havip.resources.placement_group import PlacementGroup
    from pulumi_havip.resources.provider import Provider, ProviderAssumeRoleArgs

__all__ = [
    "Eip",
    "HaVip",
    "HaVipAssociationArgs",
    "HaVipEipAttachment",
    "HaVipInstanceAttachment",
    "Instance",
    "NetworkInterface",
    "PlacementGroup",
    "Provider",
    "ProviderAssumeRoleArgs",
    "RouteEntry",
    "Subnet",
    "Vpc",
    "get_ha_vip",
    "get_ha_vip_output",
    "get_ha_vips",
    "get_ha_vips_output",
    "get_instances",
    "get_instances_output",
    "get_subnet",
    "get_subnet_output",
]


# Modules of the public names. They are imported on first use, so that the engine, which is part
# of this package, does not load resources that it never uses.
_HOMES = {
    "functions": (
        "get_ha_vip",
        "get_ha_vip_output",
        "get_ha_vips",
        "get_ha_vips_output",
        "get_instances",
        "get_instances_output",
        "get_subnet",
        "get_subnet_output",
    ),
    "resources.instances": (
        "Instance",
        "NetworkInterface",
    ),
    "resources.placement_group": ("PlacementGroup",),
    "resources.provider": ("Provider", "ProviderAssumeRoleArgs"),
    "resources.base": ("HaVipAssociationArgs",),
    "resources.ha_vip": (
        "HaVip",
        "HaVipEipAttachment",
        "HaVipInstanceAttachment",
    ),
    "resources.network": (
        "Eip",
        "RouteEntry",
        "Subnet",
        "Vpc",
    ),
}

if not TYPE_CHECKING:  # otherwise type checkers would accept names that do not exist

    def __getattr__(name: str) -> object:
        """Import the module of a public name on first use."""
        for module, names in _HOMES.items():
            if name in names:
                try:
                    home = import_module(f"{__name__}.{module}")
                except ModuleNotFoundError as missing:
                    if missing.name != "pulumi":
                        raise
                    raise ModuleNotFoundError(
                        f"{__name__}.{name} needs pulumi; run: pip install 'havip[pulumi]'",
                        name="pulumi",
                    ) from None
                found = getattr(home, name)
                return globals().setdefault(name, found)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """List the lazily imported names too."""
        return sorted({*globals(), *__all__})
