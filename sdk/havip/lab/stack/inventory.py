"""Snapshot of the emulator's state for the data plane of a lab."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from havip.api import HaVip, NetworkInterface
from havip.emulator.cloud import Cloud
from havip.emulator.state.rows import InstanceRow, addresses_of
from havip.emulator.state.world import AccountRegion


@dataclass(frozen=True)
class Nic:
    """A network interface of an instance."""

    id: str
    address: str
    others: tuple[str, ...]
    prefix: int
    gateway: str
    vpc: str


@dataclass(frozen=True)
class InstanceFacts:
    """An instance, with the facts that its node depends on."""

    id: str
    name: str
    state: str
    account: str
    region: str
    nics: tuple[Nic, ...]
    user_data: str = field(repr=False)


@dataclass(frozen=True)
class HaVipMembership:
    """A HAVIP with its range and holder."""

    id: str
    name: str
    address: str
    vpc: str
    subnet: IPv4Network
    account: str
    region: str
    members: tuple[str, ...]
    holder: str


@dataclass(frozen=True)
class EipBinding:
    """A public address, and the private address that it is bound to."""

    address: str
    private: str
    vpc: str


@dataclass(frozen=True)
class Inventory:
    """The cloud at a point in time.

    Attributes:
        vpcs: CIDR blocks by VPC id.
        gateways: Gateway addresses of the subnets, by VPC id.
        instances: Instances by id.
        havips: All HAVIPs.
        eips: The bound EIPs.
    """

    vpcs: dict[str, IPv4Network]
    gateways: dict[str, tuple[str, ...]]
    instances: dict[str, InstanceFacts]
    havips: tuple[HaVipMembership, ...]
    eips: tuple[EipBinding, ...]

    def public_of(self, havip: HaVipMembership) -> str:
        """Return the public address bound to a HAVIP, or ""."""
        found = (one.address for one in self.eips
                 if (one.private, one.vpc) == (havip.address, havip.vpc))  # fmt: skip
        return next(found, "")

    def used(self, vpc: str) -> set[str]:
        """Return all addresses in use in a VPC."""
        found = {one.address for one in self.havips if one.vpc == vpc}
        for instance in self.instances.values():
            for nic in instance.nics:
                if nic.vpc == vpc:
                    found |= {nic.address, *nic.others}
        return found | set(self.gateways.get(vpc, ()))


def read(cloud: Cloud) -> Inventory:
    """Read a consistent snapshot of the cloud."""
    vpcs: dict[str, IPv4Network] = {}
    gateways: dict[str, tuple[str, ...]] = {}
    instances: dict[str, InstanceFacts] = {}
    havips: list[HaVipMembership] = []
    eips: list[EipBinding] = []
    with cloud.lock:
        for region in cloud.all_regions():
            for vpc in region.vpcs:
                vpcs[vpc.vpc_id] = IPv4Network(vpc.cidr_block)
                subnets = region.subnets.rows_with("vpc-id", vpc.vpc_id)
                gateways[vpc.vpc_id] = tuple(
                    str(IPv4Network(subnet.cidr_block)[1]) for subnet in subnets
                )
            for row in region.instances:
                instances[row.instance_id] = _instance(region, row)
            havips += [_havip(region, row) for row in region.havips]
            eips += _eips(region)
    return Inventory(vpcs, gateways, instances, tuple(havips), tuple(eips))


def _instance(region: AccountRegion, row: InstanceRow) -> InstanceFacts:
    enis = list(region.enis.rows_with("attachment.instance-id", row.instance_id))
    enis.sort(key=lambda eni: not eni.primary)
    return InstanceFacts(
        id=row.instance_id,
        name=row.instance_name,
        state=row.instance_state,
        account=region.account,
        region=region.name,
        nics=tuple(_nic(region, eni) for eni in enis),
        user_data=row.user_data,
    )


def _nic(region: AccountRegion, eni: NetworkInterface) -> Nic:
    subnet = region.subnets.get(eni.subnet_id)
    network = IPv4Network(subnet.cidr_block if subnet else "0.0.0.0/0")
    first, *others = addresses_of(eni)
    return Nic(
        id=eni.network_interface_id,
        address=first,
        others=tuple(others),
        prefix=network.prefixlen,
        gateway=str(network[1]),
        vpc=eni.vpc_id,
    )


def _havip(region: AccountRegion, row: HaVip) -> HaVipMembership:
    subnet = region.subnets.get(row.subnet_id)
    return HaVipMembership(
        id=row.ha_vip_id,
        name=row.ha_vip_name,
        address=row.vip,
        vpc=row.vpc_id,
        subnet=IPv4Network(subnet.cidr_block if subnet else "0.0.0.0/0"),
        account=region.account,
        region=region.name,
        members=tuple(member.instance_id for member in row.ha_vip_association_set),
        holder=row.instance_id or "",
    )


def _eips(region: AccountRegion) -> list[EipBinding]:
    found = [
        EipBinding(row.address_ip, row.vip, row.vpc_id) for row in region.havips if row.address_ip
    ]
    for row in region.eips:
        eni = region.enis.get(row.network_interface_id) if row.network_interface_id else None
        if eni is not None and row.private_address_ip:
            found.append(EipBinding(row.address_ip, row.private_address_ip, eni.vpc_id))
    return found


def node_name(name: str, instance_id: str, taken: Collection[str]) -> str:
    """Return a valid host name for an instance that no other node has.

    Example:
        >>> node_name("LB a", "ins-1", ()), node_name("../..", "ins-1", ())
        ('lb-a', 'ins-1')
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    reserved = {"client", "lab", "systemd", *taken}
    if slug and slug not in reserved:
        return slug
    return f"{slug}-{instance_id}".strip("-")
