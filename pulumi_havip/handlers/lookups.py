"""Look-ups of existing resources: the provider's functions, without pulumi."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from havip.api import (
    DescribeHaVips,
    DescribeInstances,
    DescribeSubnets,
    Request,
)
from pulumi_havip.handlers.checks import load
from pulumi_havip.handlers.context import Context
from pulumi_havip.handlers.errors import ResourceError
from pulumi_havip.handlers.ha_vip import observe_ha_vip
from pulumi_havip.handlers.ha_vip_range import Association
from pulumi_havip.handlers.instance import observe_instance
from pulumi_havip.handlers.model import OBSERVED, Model
from pulumi_havip.handlers.network import observe_subnet
from pulumi_havip.handlers.property_names import prop
from pulumi_havip.handlers.property_types import (
    Address,
    Cidr,
    HaVipId,
    InstanceId,
    RegionName,
    SubnetId,
    VpcId,
)
from pulumi_havip.handlers.values import Properties

I = TypeVar("I", bound="LookupArgs")  # noqa: E741 - the input of a look-up
O = TypeVar("O", bound=Model)  # noqa: E741 - its output


class LookupArgs(Model):
    """The arguments that every look-up has; all given ones must match."""

    region: RegionName | None = None
    """The region to search; the provider's if omitted."""


class LookupResult(Model):
    """Result of a look-up: every property that has a value in the cloud."""


class HaVipInfo(LookupResult):
    """An existing HAVIP."""

    id: str
    """Its id, such as ``havip-1a2b3c4d``."""
    name: str = ""
    """Its name."""
    vpc_id: str = ""
    """Its VPC."""
    subnet_id: str = ""
    """Its subnet."""
    vip: str = ""
    """The address."""
    check_associate: bool = False
    """True if only members of its range may bind the address."""
    associations: list[Association] = []
    """Its range."""
    tags: dict[str, str] = {}
    """Its tags."""
    address_ip: str = ""
    """The elastic IP bound to it, or empty."""
    instance_id: str = ""
    """The instance that holds the address, or empty."""
    network_interface_id: str | None = None
    """The network interface that holds the address."""
    state: str = ""
    """``AVAILABLE`` if an instance holds the address, otherwise ``UNBIND``."""
    created_time: str = ""
    """Creation time, in the API's format."""
    flushed_time: str = ""
    """The last time the address moved, in the API's format."""
    business: str = ""
    """The product that created it, such as ``TKE``; empty if a user did."""


class HaVipsInfo(LookupResult):
    """The matching HAVIPs."""

    ha_vips: list[HaVipInfo] = []
    """The matching HAVIPs."""


class SubnetInfo(LookupResult):
    """An existing subnet."""

    id: str
    """Its id, such as ``subnet-1a2b3c4d``."""
    name: str = ""
    """Its name."""
    vpc_id: str = ""
    """Its VPC."""
    cidr_block: str = ""
    """Its CIDR block."""
    zone: str = ""
    """Its availability zone."""
    tags: dict[str, str] = {}
    """Its tags."""
    route_table_id: str = ""
    """Its route table."""
    is_default: bool = False
    """True if it is the default subnet of its zone."""
    created_time: str = ""
    """Creation time, in the API's format."""


class InstanceInfo(LookupResult):
    """An existing instance."""

    id: str
    """Its id, such as ``ins-1a2b3c4d``."""
    name: str = ""
    """Its name."""
    zone: str | None = None
    """Its availability zone."""
    instance_type: str = ""
    """The instance type."""
    image_id: str = ""
    """The image."""
    vpc_id: str | None = None
    """Its VPC."""
    subnet_id: str | None = None
    """Its subnet."""
    private_ip: str | None = None
    """Its private address."""
    security_group_ids: list[str] = []
    """Its security groups."""
    tags: dict[str, str] = {}
    """Its tags."""
    state: str = ""
    """``RUNNING``, ``STOPPED`` and so on."""
    created_time: str = ""
    """Creation time, in the API's format."""


class InstancesInfo(LookupResult):
    """The matching instances."""

    instances: list[InstanceInfo] = []
    """The matching instances."""


class GetHaVipsArgs(LookupArgs):
    """Criteria for HAVIPs; all given ones must match."""

    id: HaVipId | None = None
    """The id."""
    name: str | None = None
    """The name."""
    vpc_id: VpcId | None = None
    """The VPC."""
    subnet_id: SubnetId | None = None
    """The subnet."""
    vip: Address | None = None
    """The address."""
    address_ip: Address | None = None
    """The elastic IP bound to it."""


class GetSubnetArgs(LookupArgs):
    """Criteria for subnets; all given ones must match."""

    id: SubnetId | None = None
    """The id."""
    name: str | None = None
    """The name."""
    vpc_id: VpcId | None = None
    """The VPC."""
    cidr_block: Cidr | None = None
    """The CIDR block."""


class GetInstancesArgs(LookupArgs):
    """Criteria for instances; all given ones must match."""

    id: InstanceId | None = None
    """The id."""
    name: str | None = None
    """The name."""
    vpc_id: VpcId | None = None
    """The VPC."""
    subnet_id: SubnetId | None = None
    """The subnet."""
    private_ip: Address | None = None
    """The private address."""


class Lookup(Generic[I, O]):
    """A function of the provider.

    Args:
        name: Its name in the schema, such as ``getHaVip``.
        args: The model of its arguments.
        result: The model of its result.
        find: Runs the look-up.
        text: The description in the schema.
    """

    def __init__(
        self,
        name: str,
        args: type[I],
        result: type[O],
        find: Callable[[Context, I], O],
        text: str,
    ) -> None:
        self.name, self.args, self.result, self.text = name, args, result, text
        self._find = find

    def call(self, ctx: Context, given: Properties) -> O:
        """Run the look-up.

        Raises:
            ResourceError: An argument is malformed, or the number of matches is not one where
                exactly one is needed.
        """
        present = {name: value for name, value in given.items() if value is not None}
        args, failures = load(self.args, present, self.name)
        if args is None:
            raise ResourceError(f"{self.name}: {prop(failures[0].property)}: {failures[0].message}")
        return self._find(ctx, args)


_FILTERS: Final[Mapping[type[LookupArgs], Mapping[str, str]]] = {
    GetHaVipsArgs: {
        "id": "havip-id",
        "name": "havip-name",
        "vpc_id": "vpc-id",
        "subnet_id": "subnet-id",
        "vip": "vip",
        "address_ip": "address-ip",
    },
    GetSubnetArgs: {
        "id": "subnet-id",
        "name": "subnet-name",
        "vpc_id": "vpc-id",
        "cidr_block": "cidr-block",
    },
    GetInstancesArgs: {
        "id": "instance-id",
        "name": "instance-name",
        "vpc_id": "vpc-id",
        "subnet_id": "subnet-id",
        "private_ip": "private-ip-address",
    },
}
"""The API's filter for each argument. Some match substrings: see `_rows`."""


def _rows(
    ctx: Context,
    args: LookupArgs,
    describe: type[Request[Any]],
    observe: Callable[[Any], Properties],
    key: str,
) -> list[Properties]:
    """List the matches; names are compared again here, since the API may match substrings."""
    wanted = {name: getattr(args, name) for name in _FILTERS[type(args)]}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    filters = {_FILTERS[type(args)][name]: value for name, value in wanted.items()}
    found = [
        {"id": getattr(row, key), **observe(row)}
        for row in ctx.region(args.region).find(describe, filters)
    ]
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def _ha_vips(ctx: Context, args: GetHaVipsArgs) -> HaVipsInfo:
    rows = _rows(ctx, args, DescribeHaVips, observe_ha_vip, "ha_vip_id")
    return HaVipsInfo.model_validate({"ha_vips": rows}, context=OBSERVED)


def _ha_vip(ctx: Context, args: GetHaVipsArgs) -> HaVipInfo:
    rows = _rows(ctx, args, DescribeHaVips, observe_ha_vip, "ha_vip_id")
    return HaVipInfo.model_validate(_only(rows, "HAVIP", ctx, args), context=OBSERVED)


def _subnet(ctx: Context, args: GetSubnetArgs) -> SubnetInfo:
    rows = _rows(ctx, args, DescribeSubnets, observe_subnet, "subnet_id")
    return SubnetInfo.model_validate(_only(rows, "subnet", ctx, args), context=OBSERVED)


def _instances(ctx: Context, args: GetInstancesArgs) -> InstancesInfo:
    rows = _rows(ctx, args, DescribeInstances, observe_instance, "instance_id")
    known = set(InstanceInfo.model_fields)
    shown = [{name: value for name, value in row.items() if name in known} for row in rows]
    return InstancesInfo.model_validate({"instances": shown}, context=OBSERVED)


def _only(rows: list[Properties], kind: str, ctx: Context, args: LookupArgs) -> Properties:
    """Return the only match.

    Raises:
        ResourceError: There is no match, or more than one.
    """
    if len(rows) == 1:
        return rows[0]
    asked = [
        f"{prop(name)} {value!r}" for name, value in args if value is not None and name != "region"
    ]
    where = f"in {ctx.region(args.region).name} with {' and '.join(asked) or 'nothing given'}"
    if not rows:
        raise ResourceError(f"there is no {kind} {where}: check the values and the region")
    some = ", ".join(row["id"] for row in rows[:3])
    raise ResourceError(f"{len(rows)} {kind}s fit {where} ({some}, …): say more of the one")


LOOKUPS: Final[Mapping[str, Lookup[Any, Any]]] = {
    lookup.name: lookup
    for lookup in (
        Lookup("getHaVip", GetHaVipsArgs, HaVipInfo, _ha_vip, "Looks up one HAVIP."),
        Lookup("getHaVips", GetHaVipsArgs, HaVipsInfo, _ha_vips, "Lists HAVIPs."),
        Lookup("getSubnet", GetSubnetArgs, SubnetInfo, _subnet, "Looks up one subnet."),
        Lookup("getInstances", GetInstancesArgs, InstancesInfo, _instances, "Lists CVM instances."),
    )
}
"""The functions of the provider, by their name in the schema."""
