"""VPCs and subnets."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Annotated, Final

from havip.api import (
    CreateSubnet,
    CreateVpc,
    DeleteSubnet,
    DeleteVpc,
    DescribeSubnets,
    DescribeVpcs,
    ModifySubnetAttribute,
    ModifyVpcAttribute,
    Subnet,
    Vpc,
)
from pulumi_havip.handlers.context import Context, Job
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import (
    delete_once,
    find_by_tag,
    look,
    make_once,
    set_once,
)
from pulumi_havip.handlers.model import (
    REPLACE,
    CheckFailure,
    Hints,
    NamedArgs,
    State,
)
from pulumi_havip.handlers.ownership_tags import user_tags
from pulumi_havip.handlers.property_types import (
    Cidr,
    DnsServers,
    Filled,
    SubnetId,
    VpcId,
    elsewhere,
)
from pulumi_havip.handlers.tags import change_tags, first_tags
from pulumi_havip.handlers.values import Properties, known

_PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


class VpcArgs(NamedArgs):
    """The arguments of a `Vpc`."""

    adopt: VpcId | None = None
    cidr_block: Annotated[Cidr, REPLACE]
    """The CIDR block of the VPC: a private network of /12 to /28."""
    dns_servers: DnsServers | None = None
    """Up to four DNS servers for its instances; the cloud's own if omitted."""
    enable_multicast: bool = False
    """True if instances may send multicast, which VRRP needs unless its peers are unicast."""


class VpcState(VpcArgs, State):
    """The outputs of a `Vpc`."""

    is_default: bool = False
    """True if it is the default VPC of its region."""
    created_time: str = ""
    """Creation time, in the API's format."""


class VpcHandler(Handler[VpcArgs, VpcState]):
    """A virtual private cloud.

    Example::

        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
    """

    kind = "Vpc"
    listing, tagged = "vpcs", "vpc:vpc"
    args = VpcArgs
    state = VpcState

    def _rules(
        self, ctx: Context, args: VpcArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        if known(args.dns_servers) and len(args.dns_servers or []) > 4:
            yield CheckFailure("dns_servers", "the API takes four at most: leave some out")
        if not known(args.cidr_block):
            return
        net = ipaddress.IPv4Network(args.cidr_block)
        if not 12 <= net.prefixlen <= 28 or not any(
            net.subnet_of(ipaddress.IPv4Network(block)) for block in _PRIVATE
        ):
            yield CheckFailure(
                "cidr_block",
                f"{net} is not a network of a VPC: take one of /12 to /28 inside of "
                f"{', '.join(_PRIVATE)}",
            )

    def _create(self, job: Job, args: VpcArgs) -> tuple[str, Properties]:
        request = CreateVpc(
            vpc_name=args.name or "",
            cidr_block=args.cidr_block,
            dns_servers=args.dns_servers or None,
            enable_multicast=str(args.enable_multicast).lower(),
            tags=first_tags(args.tags, args.creation_id, args.origin),
        )
        vpc: Vpc = make_once(
            job,
            lambda: job.region.send(request).vpc,
            lambda: find_by_tag(job, DescribeVpcs, args.creation_id),
            never_twice=args.creation_id,
        )
        job.ctx.quota.made(vpc.vpc_id)
        return vpc.vpc_id, {**_vpc(vpc), "tags": args.tags}

    def _find(self, job: Job, args: VpcArgs) -> str | None:
        vpc = look(job, lambda: find_by_tag(job, DescribeVpcs, args.creation_id))
        return vpc.vpc_id if vpc else None

    def _read(self, job: Job, id: str, state: VpcState | None) -> Properties | None:
        vpc = job.region.vpcs.get(id)
        return _vpc(vpc) if vpc else None

    def _update(self, job: Job, id: str, state: VpcState, args: VpcArgs) -> Properties:
        change_tags(job, self.tagged, id, state.tags, args.tags)
        wanted = {"name": args.name, "dns_servers": args.dns_servers}
        changed = {
            f"vpc_{name}" if name == "name" else name: value
            for name, value in wanted.items()
            if value is not None and value != getattr(state, name)
        }
        if args.enable_multicast != state.enable_multicast:
            changed["enable_multicast"] = str(args.enable_multicast).lower()
        if changed:
            set_once(job, ModifyVpcAttribute.model_validate({"vpc_id": id, **changed}))
        return self._after(job, id)

    def _after(self, job: Job, id: str) -> Properties:
        vpc = job.region.vpcs.fresh(id)
        return _vpc(vpc) if vpc else {}

    def _delete(self, job: Job, id: str, state: VpcState) -> None:
        delete_once(job, lambda: job.region.send(DeleteVpc(vpc_id=id)), job.region.vpcs, id)


def _vpc(vpc: Vpc) -> Properties:
    return {
        "name": vpc.vpc_name,
        "cidr_block": vpc.cidr_block,
        "dns_servers": vpc.dns_server_set,
        "enable_multicast": vpc.enable_multicast,
        "tags": user_tags(vpc.tag_set),
        "is_default": vpc.is_default,
        "created_time": vpc.created_time,
    }


class SubnetArgs(NamedArgs):
    """The arguments of a `Subnet`."""

    adopt: SubnetId | None = None
    vpc_id: Annotated[VpcId, REPLACE]
    """The VPC that contains it."""
    cidr_block: Annotated[Cidr, REPLACE]
    """Its CIDR block in the VPC, /16 to /28; the first two and the last address are reserved."""
    zone: Annotated[Filled, REPLACE]
    """The availability zone, such as ``ap-guangzhou-3``."""


class SubnetState(SubnetArgs, State):
    """The outputs of a `Subnet`."""

    route_table_id: str = ""
    """Its route table."""
    is_default: bool = False
    """True if it is the default subnet of its zone."""
    created_time: str = ""
    """Creation time, in the API's format."""


class SubnetHandler(Handler[SubnetArgs, SubnetState]):
    """A subnet of a VPC. A HAVIP cannot move outside its subnet.

    Example::

        subnet = havip.Subnet(
            "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3"
        )
    """

    kind = "Subnet"
    inside = "vpc_id"
    hints = {
        "vpc_cidr": ("vpc_id", "Vpc", "cidr_block"),
    }
    listing, tagged = "subnets", "vpc:subnet"
    args = SubnetArgs
    state = SubnetState

    def _rules(
        self, ctx: Context, args: SubnetArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        if reason := elsewhere(args.zone, args.region or ctx.settings.region):
            yield CheckFailure("zone", reason)
        if not known(args.cidr_block):
            return
        net = ipaddress.IPv4Network(args.cidr_block)
        if not 16 <= net.prefixlen <= 28:
            yield CheckFailure("cidr_block", f"{net} is not a network of a subnet: take /16 to /28")
        if hints.vpc_cidr and known(hints.vpc_cidr):
            vpc = ipaddress.IPv4Network(hints.vpc_cidr)
            if not net.subnet_of(vpc):
                yield CheckFailure(
                    "cidr_block", f"{net} is outside of the VPC {vpc}: take a part of {vpc}"
                )

    def _delete_first(self, ctx: Context, state: SubnetState, args: SubnetArgs) -> bool:
        """Delete first if the CIDR blocks overlap: two such subnets cannot coexist."""
        if not known(args.vpc_id, args.cidr_block) or args.vpc_id != state.vpc_id:
            return False
        old, new = ipaddress.IPv4Network(state.cidr_block), ipaddress.IPv4Network(args.cidr_block)
        return old.overlaps(new)

    def _create(self, job: Job, args: SubnetArgs) -> tuple[str, Properties]:
        request = CreateSubnet(
            vpc_id=args.vpc_id,
            subnet_name=args.name or "",
            cidr_block=args.cidr_block,
            zone=args.zone,
            tags=first_tags(args.tags, args.creation_id, args.origin),
        )
        subnet: Subnet = make_once(
            job,
            lambda: job.region.send(request).subnet,
            lambda: find_by_tag(job, DescribeSubnets, args.creation_id),
        )
        return subnet.subnet_id, {**observe_subnet(subnet), "tags": args.tags}

    def _find(self, job: Job, args: SubnetArgs) -> str | None:
        subnet = look(job, lambda: find_by_tag(job, DescribeSubnets, args.creation_id))
        return subnet.subnet_id if subnet else None

    def _read(self, job: Job, id: str, state: SubnetState | None) -> Properties | None:
        subnet = job.region.subnets.get(id)
        return observe_subnet(subnet) if subnet else None

    def _update(self, job: Job, id: str, state: SubnetState, args: SubnetArgs) -> Properties:
        change_tags(job, self.tagged, id, state.tags, args.tags)
        if args.name != state.name:
            set_once(job, ModifySubnetAttribute(subnet_id=id, subnet_name=args.name))
        subnet = job.region.subnets.fresh(id)
        return observe_subnet(subnet) if subnet else {}

    def _delete(self, job: Job, id: str, state: SubnetState) -> None:
        delete_once(
            job, lambda: job.region.send(DeleteSubnet(subnet_id=id)), job.region.subnets, id
        )


def observe_subnet(subnet: Subnet) -> Properties:
    """Return the observed properties of a subnet."""
    return {
        "name": subnet.subnet_name,
        "vpc_id": subnet.vpc_id,
        "cidr_block": subnet.cidr_block,
        "zone": subnet.zone,
        "tags": user_tags(subnet.tag_set),
        "route_table_id": subnet.route_table_id,
        "is_default": subnet.is_default,
        "created_time": subnet.created_time,
    }
