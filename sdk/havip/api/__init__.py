"""The API as data: a request and a response class for each action, loaded when first used.

`ACTIONS` maps each action to the class of its request; the class knows the rest: the
service, the class of the answer, paging, rate, error codes, what the international site
lacks. Everything of the modules below can be imported from here:

- ``vpc.havip``, ``vpc.network``, ``vpc.address``, ``vpc.eni``, ``vpc.route``, ``vpc.security``
- ``cvm``, ``tag``, ``sts``
- ``shared``: structures that several services spell the same way

Example::

    from havip.api import CreateHaVip, find

    request = CreateHaVip(vpc_id="vpc-1", ha_vip_name="web", subnet_id="subnet-1")
    request.to_wire()  # {"VpcId": "vpc-1", "HaVipName": "web", "SubnetId": "subnet-1"}
    find("CreateHaVip").task  # Task.NONE: the answer holds the finished HAVIP
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from havip.api._base import (
    Gap,
    Input,
    Page,
    Request,
    Response,
    Service,
    Shape,
    Task,
    parse,
    wire_name,
)
from havip.api.shared import Filter, Tag

if TYPE_CHECKING:
    from havip.api.cvm import *
    from havip.api.sts import *
    from havip.api.tag import *
    from havip.api.vpc.address import *
    from havip.api.vpc.eni import *
    from havip.api.vpc.havip import *
    from havip.api.vpc.network import *
    from havip.api.vpc.route import *
    from havip.api.vpc.security import *

# Names by module, so that one action can be found, and all be listed, without loading every
# module: making some two hundred pydantic classes takes longer than importing pydantic.
_MODULES = {
    "vpc.havip": (
        "CreateHaVip DescribeHaVips ModifyHaVipAttribute DeleteHaVip"
        " HaVipAssociateAddressIp HaVipDisassociateAddressIp"
        " AssociateHaVipInstance DisassociateHaVipInstance"
    ),
    "vpc.network": (
        "CreateVpc DescribeVpcs ModifyVpcAttribute DeleteVpc"
        " CreateSubnet DescribeSubnets ModifySubnetAttribute DeleteSubnet"
        " DescribeVpcLimits DescribeVpcTaskResult"
    ),
    "vpc.address": (
        "AllocateAddresses DescribeAddresses ModifyAddressAttribute"
        " AssociateAddress DisassociateAddress ReleaseAddresses"
        " DescribeTaskResult DescribeBandwidthPackages"
    ),
    "vpc.eni": (
        "CreateNetworkInterface DescribeNetworkInterfaces ModifyNetworkInterfaceAttribute"
        " AttachNetworkInterface DetachNetworkInterface DeleteNetworkInterface"
        " AssignPrivateIpAddresses UnassignPrivateIpAddresses MigratePrivateIpAddress"
    ),
    "vpc.route": (
        "CreateRouteTable DescribeRouteTables DeleteRouteTable ReplaceRouteTableAssociation"
        " CreateRoutes ReplaceRoutes DeleteRoutes"
    ),
    "vpc.security": (
        "CreateSecurityGroup DescribeSecurityGroups DeleteSecurityGroup"
        " CreateSecurityGroupPolicies DescribeSecurityGroupPolicies DeleteSecurityGroupPolicies"
    ),
    "cvm": (
        "RunInstances DescribeInstances StartInstances StopInstances TerminateInstances"
        " ModifyInstancesAttribute DescribeZones"
        " AssociateSecurityGroups DisassociateSecurityGroups"
        " CreateDisasterRecoverGroup DescribeDisasterRecoverGroups DeleteDisasterRecoverGroups"
    ),
    "tag": (
        "DescribeResourceTagsByResourceIds ModifyResourceTags DescribeResourcesByTags GetResources"
    ),
    "sts": "AssumeRole GetCallerIdentity",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


class _Actions(Mapping[str, type[Request[Response]]]):
    """The actions by name; listing them loads nothing, taking one loads its module."""

    def __getitem__(self, action: str) -> type[Request[Response]]:
        request: type[Request[Response]] = getattr(_load(_HOME[action]), action)
        return request

    def __iter__(self) -> Iterator[str]:
        return iter(_HOME)

    def __len__(self) -> int:
        return len(_HOME)

    def __repr__(self) -> str:
        return f"<{len(self)} actions>"


ACTIONS: Mapping[str, type[Request[Response]]] = _Actions()
"""Every action of the API that is known here, by its name on the wire."""

# The rest comes through __getattr__, and is exported too.
__all__ = [
    "ACTIONS",
    "Filter",
    "Gap",
    "Input",
    "Page",
    "Request",
    "Response",
    "Service",
    "Shape",
    "Tag",
    "Task",
    "find",
    "parse",
    "wire_name",
]


def find(action: str, service: str | None = None) -> type[Request[Response]] | None:
    """Find the request class of an action.

    Args:
        action: The action's name on the wire, such as ``CreateHaVip``.
        service: The service that must offer it, such as ``vpc``; any, if left out.

    Returns:
        The class, or None where there is no such action (of that service).
    """
    request = ACTIONS.get(action)
    if request is None or (service is not None and request.service.name != service):
        return None
    return request


def _load(module: str) -> object:
    return import_module(f"{__name__}.{module}")


if not TYPE_CHECKING:  # a type checker must go on refusing names that do not exist

    def __getattr__(name: str) -> object:
        """Load what is asked for from the module that has it."""
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = _HOME.get(name.removesuffix("Response"))
        for candidate in [home] if home else _MODULES:
            module = _load(candidate)
            if name in module.__all__:
                return globals().setdefault(name, getattr(module, name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """List what `__getattr__` can load as well; loads everything."""
        exported = [name for module in _MODULES for name in _load(module).__all__]
        return sorted({*globals(), *exported})
