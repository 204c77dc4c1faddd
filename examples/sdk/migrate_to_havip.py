"""Migrate keepalived from ordinary addresses to HAVIPs, given its configuration file.

    python migrate_to_havip.py /etc/keepalived/keepalived.conf --dry-run
    python migrate_to_havip.py /etc/keepalived/keepalived.conf --release

It reads the virtual addresses and the nodes from the file, finds the nodes in the cloud,
and creates a HAVIP for each address that is not one yet, with the nodes as its range. If an
interface has the address as an ordinary one, ``--release`` allows the script to unassign it:
until the next announcement of the master, the address does not respond, for a few seconds with
``garp_master_refresh``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import havip
from havip.api import (
    DescribeHaVips,
    DescribeNetworkInterfaces,
    Filter,
    HaVip,
    HaVipAssociation,
    NetworkInterface,
    PrivateIpAddressSpecification,
)
from havip.keepalived import VrrpInstance, parse


class MigrationError(havip.HavipError):
    """An address that cannot be migrated, and the reason."""


@dataclass
class Plan:
    """The steps for one address.

    Attributes:
        address: The address.
        name: The name of the HAVIP.
        vpc_id: Its VPC.
        subnet_id: Its subnet.
        nodes: The instances that may bind it.
        there: The existing HAVIP, if any.
        on: The interface that has it as an ordinary address, if any.
        missing: The nodes to add to the range.
    """

    address: str
    name: str
    vpc_id: str
    subnet_id: str
    nodes: list[str]
    there: HaVip | None = None
    on: NetworkInterface | None = None
    missing: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the steps as text."""
        if self.on:
            yield f"take {self.address} off {self.on.network_interface_id}"
        if self.there is None:
            yield f"make the HAVIP {self.address} for {' and '.join(self.nodes)}"
        elif self.missing:
            where = f"{self.there.ha_vip_id} ({self.address})"
            yield f"let {' and '.join(self.missing)} into the range of {where}"


def plans(client: havip.Client, file: Path, vpc_id: str | None) -> list[Plan]:
    """Read a file and the cloud, and return the plan for each address."""
    instances = parse(file.read_text(), file=str(file)).config.vrrp_instance
    found = [plan for one in instances for plan in _plans(client, one, vpc_id)]
    if not found:
        raise MigrationError(f"{file}: no vrrp_instance floats an IPv4 address")
    return found


def _plans(client: havip.Client, vrrp: VrrpInstance, vpc_id: str | None) -> Iterator[Plan]:
    own = [vrrp.unicast_src_ip] if vrrp.unicast_src_ip else []
    members = [str(ip) for ip in (*own, *(peer.address for peer in vrrp.unicast_peer))]
    if len(members) < 2:
        raise MigrationError(
            f"{vrrp.name}: unicast_src_ip and unicast_peer do not name two nodes, and multicast "
            "does not work in a VPC: name them first"
        )
    nodes = [_node(client, address, vpc_id) for address in members]
    subnets = sorted({node.subnet_id for node in nodes})
    if len(subnets) > 1:
        raise MigrationError(
            f"{vrrp.name}: its nodes are in {' and '.join(subnets)}, and a HAVIP moves within one "
            "subnet only"
        )
    ids = [node.attachment.instance_id for node in nodes if node.attachment]
    for floating in (*vrrp.virtual_ipaddress, *vrrp.virtual_ipaddress_excluded):
        if ":" not in str(floating.address):  # HAVIPs are IPv4 only
            yield _plan(client, str(floating.address), vrrp.name, nodes[0], ids)


def _plan(
    client: havip.Client, address: str, name: str, node: NetworkInterface, ids: list[str]
) -> Plan:
    plan = Plan(address, name, node.vpc_id, node.subnet_id, ids)
    wanted = [_is("vpc-id", node.vpc_id), _is("vip", address)]
    for vip in client.send(DescribeHaVips(filters=wanted)).ha_vip_set:
        plan.there = vip
        members = {member.instance_id for member in vip.ha_vip_association_set}
        # Without an enforced range, every machine of the subnet may bind the address.
        plan.missing = [id for id in ids if id not in members and vip.check_associate]
        return plan
    holders = _interfaces(client, address, node.vpc_id)
    plan.on = holders[0] if holders else None
    if plan.on and any(item.primary and item.private_ip_address == address for item in _ips(plan)):
        raise MigrationError(
            f"{address} is the primary address of {plan.on.network_interface_id}, which cannot be "
            "taken off: choose another address for the HAVIP"
        )
    return plan


def _ips(plan: Plan) -> Sequence[PrivateIpAddressSpecification]:
    return plan.on.private_ip_address_set if plan.on else ()


def _node(client: havip.Client, address: str, vpc_id: str | None) -> NetworkInterface:
    found = [one for one in _interfaces(client, address, vpc_id) if one.attachment]
    if len(found) == 1:
        return found[0]
    if found:
        vpcs = ", ".join(sorted(one.vpc_id for one in found))
        raise MigrationError(f"{address} is a node in several VPCs ({vpcs}): choose one by --vpc")
    raise MigrationError(f"{address}: no instance of the region has this address")


def _interfaces(
    client: havip.Client, address: str, vpc_id: str | None
) -> Sequence[NetworkInterface]:
    filters = [_is("address-ip", address), *([_is("vpc-id", vpc_id)] if vpc_id else [])]
    return [
        one
        for one in client.send(DescribeNetworkInterfaces(filters=filters)).network_interface_set
        if any(item.private_ip_address == address for item in one.private_ip_address_set)
    ]


def _is(name: str, value: str) -> Filter:
    return Filter(name=name, values=[value])


def carry_out(client: havip.Client, plan: Plan) -> None:
    """Run the plan for an address."""
    if plan.on:
        taken = PrivateIpAddressSpecification(private_ip_address=plan.address)
        client.unassign_private_ip_addresses(
            network_interface_id=plan.on.network_interface_id, private_ip_addresses=[taken]
        )
    if plan.there is None:
        client.create_ha_vip(
            vpc_id=plan.vpc_id,
            subnet_id=plan.subnet_id,
            ha_vip_name=plan.name,
            vip=plan.address,
            check_associate=True,
            ha_vip_association_set=[_member(id) for id in plan.nodes],
        )
    elif plan.missing:
        vip = plan.there.ha_vip_id
        client.associate_ha_vip_instance(
            ha_vip_association_set=[_member(id, vip) for id in plan.missing]
        )


def _member(id: str, ha_vip_id: str | None = None) -> HaVipAssociation:
    return HaVipAssociation(instance_id=id, instance_type="CVM", ha_vip_id=ha_vip_id)


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="the keepalived.conf of one of the nodes")
    parser.add_argument("--region", help="the region of the nodes")
    parser.add_argument("--vpc", help="the VPC of the nodes, where several have their addresses")
    parser.add_argument("--release", action="store_true", help="take ordinary addresses off")
    parser.add_argument("--dry-run", action="store_true", help="say what is to be done, no more")
    return parser.parse_args(given)


def run(given: argparse.Namespace) -> int:
    """Migrate the addresses of a file."""
    client = havip.Client(given.region)
    found = plans(client, given.file, given.vpc)
    for plan in found:
        for line in plan.lines():
            print(f"would {line}" if given.dry_run else line)
    if not any(line for plan in found for line in plan.lines()):
        print("nothing to do: every address is a HAVIP, and its nodes may take it")
    if given.dry_run:
        return 0
    for plan in found:
        if plan.on and not given.release:
            raise MigrationError(
                f"{plan.address} is an ordinary address of {plan.on.network_interface_id}; to "
                "take it off, for some seconds without an answer, run again with --release"
            )
    for plan in found:
        carry_out(client, plan)
    print(f"next: havip keepalived lint {given.file}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    given = _arguments(arguments)
    try:
        return run(given)
    except (havip.HavipError, OSError) as error:
        print(f"migrate_to_havip: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
