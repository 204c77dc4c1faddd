"""Network interfaces (ENIs): create, list, modify, attach, detach, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from havip.api import (
    AttachNetworkInterface,
    AttachNetworkInterfaceResponse,
    CreateNetworkInterface,
    CreateNetworkInterfaceResponse,
    DeleteNetworkInterface,
    DeleteNetworkInterfaceResponse,
    DescribeNetworkInterfaces,
    DescribeNetworkInterfacesResponse,
    DetachNetworkInterface,
    DetachNetworkInterfaceResponse,
    ModifyNetworkInterfaceAttribute,
    ModifyNetworkInterfaceAttributeResponse,
    NetworkInterface,
)
from havip.emulator.actions.private_addresses import first_addresses
from havip.emulator.errors import ApiFailure
from havip.emulator.rules import enis
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_bytes,
    check_ids,
    check_quota,
    check_tags,
    require_row,
)
from havip.emulator.rules.filters import DescribeQuery, text_of
from havip.emulator.rules.tasks import begin
from havip.emulator.state.rows import addresses_of
from havip.emulator.state.world import AccountRegion


def _address_ends(row: NetworkInterface, wanted: Sequence[str]) -> bool:
    """Match a single value as a suffix of an address, several values as whole addresses."""
    if len(wanted) > 1:
        return not set(wanted).isdisjoint(addresses_of(row))
    return any(text.endswith(wanted[0]) for text in addresses_of(row)) if wanted else False


INTERFACES: DescribeQuery[NetworkInterface] = DescribeQuery(
    values={
        "network-interface-id": lambda row: [row.network_interface_id],
        "vpc-id": lambda row: [row.vpc_id],
        "subnet-id": lambda row: [row.subnet_id],
        "attachment.instance-id": lambda row: (
            [row.attachment.instance_id] if row.attachment else []
        ),
        "groups.security-group-id": lambda row: row.group_set,
        "network-interface-name": lambda row: [row.network_interface_name],
        "network-interface-description": lambda row: [row.network_interface_description],
        "address-ip": addresses_of,
        "is-primary": lambda row: [text_of(row.primary)],
        "eni-type": lambda row: [str(row.eni_type)],
        "eni-qos": lambda row: [row.qos_level],
        "public-address-ip": lambda row: [
            item.public_ip_address or "" for item in row.private_ip_address_set
        ],
        "termination-protection": lambda _: ["false"],
        "traffic-protection": lambda _: ["false"],
    },
    matchers={"address-ip": _address_ends, "ip-exact-match": lambda _row, _wanted: True},
    switches={"is-primary", "termination-protection", "traffic-protection"},
    id_filter="network-interface-id",
    tags=lambda row: row.tag_set,
)
_EXACT = replace(INTERFACES, matchers={"ip-exact-match": lambda _row, _wanted: True})


def create(call: ActionCall, request: CreateNetworkInterface) -> CreateNetworkInterfaceResponse:
    """Create a secondary interface."""
    region = call.region
    vpc = require_row(region.vpcs, request.vpc_id, "vpc", "VPC")
    subnet = require_row(region.subnets, request.subnet_id, "subnet", "subnet")
    if subnet.vpc_id != vpc.vpc_id:
        raise ApiFailure(
            "UnsupportedOperation.ResourceMismatch",
            f"`{subnet.subnet_id}` is not a subnet of `{vpc.vpc_id}`.",
        )
    check_bytes(request.network_interface_name, "NetworkInterfaceName")
    groups = check_groups(region, request.security_group_ids)
    tags = check_tags(request.tags)
    check_quota(
        region.enis.count("secondary-of-vpc", vpc.vpc_id) + 1,
        region.settings.quotas.interfaces_per_vpc,
        f"network interfaces of `{vpc.vpc_id}`",
        "LimitExceeded.NetworkInterfaceLimitExceeded",
    )
    eni = enis.new_interface(
        region,
        subnet,
        first_addresses(region, subnet, request),
        name=request.network_interface_name,
        description=request.network_interface_description or "",
        groups=groups,
        tags=tags,
        state="PENDING",
    )
    wanted = eni.network_interface_id
    begin(call, enis.create_interface, [wanted], holds=[wanted], interface_id=wanted)
    return CreateNetworkInterfaceResponse(network_interface=enis.require_interface(region, wanted))


def describe(
    call: ActionCall, request: DescribeNetworkInterfaces
) -> DescribeNetworkInterfacesResponse:
    """List interfaces."""
    ids = check_ids(request.network_interface_ids, "eni")
    exact = any(
        item.name == "ip-exact-match" and "true" in [value.lower() for value in item.values]
        for item in request.filters or ()
    )
    found = (_EXACT if exact else INTERFACES).find(call.region.enis, request, ids)
    return DescribeNetworkInterfacesResponse(
        total_count=found.total, network_interface_set=found.rows
    )


def modify(
    call: ActionCall, request: ModifyNetworkInterfaceAttribute
) -> ModifyNetworkInterfaceAttributeResponse:
    """Change name, description or security groups."""
    region, eni = call.region, enis.require_interface(call.region, request.network_interface_id)
    name, groups = request.network_interface_name, request.security_group_ids
    changes = {
        "network_interface_name": name and check_bytes(name, "NetworkInterfaceName"),
        "network_interface_description": request.network_interface_description,
        "group_set": groups and check_groups(region, groups),
    }
    given = {field: value for field, value in changes.items() if value is not None}
    region.enis.put(eni.model_copy(update=given))
    return ModifyNetworkInterfaceAttributeResponse()


def attach(call: ActionCall, request: AttachNetworkInterface) -> AttachNetworkInterfaceResponse:
    """Attach an interface to an instance of its VPC and zone."""
    region, eni = call.region, enis.require_interface(call.region, request.network_interface_id)
    instance = require_row(region.instances, request.instance_id, "ins", "instance")
    if eni.attachment is not None:
        raise ApiFailure(
            "UnsupportedOperation.AttachmentAlreadyExists",
            f"`{eni.network_interface_id}` is attached to `{eni.attachment.instance_id}`.",
        )
    enis.check_ready(call, eni)
    if instance.instance_state not in ("RUNNING", "STOPPED"):
        raise ApiFailure(
            "UnsupportedOperation.ResourceIsInvalidState",
            f"`{instance.instance_id}` is {instance.instance_state}, not running or stopped.",
        )
    network, placement = instance.virtual_private_cloud, instance.placement
    if network is None or network.vpc_id != eni.vpc_id:
        raise ApiFailure(
            "UnsupportedOperation.VpcMismatch",
            "The interface and the instance are in different VPCs.",
        )
    if placement is None or placement.zone != eni.zone:
        raise ApiFailure(
            "UnsupportedOperation.ZoneMismatch",
            "The interface and the instance are in different zones.",
        )
    check_quota(
        region.enis.count("attachment.instance-id", instance.instance_id) + 1,
        region.settings.quotas.interfaces_per_instance,
        f"network interfaces of `{instance.instance_id}`",
    )
    region.enis.put(enis.with_state(eni, "ATTACHING"))
    ids = [eni.network_interface_id, instance.instance_id]
    begin(
        call,
        enis.attach_interface,
        ids[:1],
        holds=ids[:1],
        interface_id=ids[0],
        instance_id=ids[1],
    )
    return AttachNetworkInterfaceResponse()


def detach(call: ActionCall, request: DetachNetworkInterface) -> DetachNetworkInterfaceResponse:
    """Detach an interface that is not in the range of a HAVIP; release the HAVIPs that it holds."""
    region, eni = call.region, enis.require_interface(call.region, request.network_interface_id)
    instance = require_row(region.instances, request.instance_id, "ins", "instance")
    if eni.attachment is None or eni.attachment.instance_id != instance.instance_id:
        raise ApiFailure(
            "UnsupportedOperation.InvalidState",
            f"`{eni.network_interface_id}` is not attached to `{instance.instance_id}`.",
        )
    if eni.primary:
        raise ApiFailure(
            "UnsupportedOperation", f"`{eni.network_interface_id}` is a primary interface."
        )
    _refuse_in_range(region, eni, instance.instance_id)
    enis.check_ready(call, eni)
    region.enis.put(enis.with_state(eni, "DETACHING"))
    wanted = eni.network_interface_id
    begin(call, enis.detach_interface, [wanted], holds=[wanted], interface_id=wanted)
    return DetachNetworkInterfaceResponse()


def delete(call: ActionCall, request: DeleteNetworkInterface) -> DeleteNetworkInterfaceResponse:
    """Delete a detached interface."""
    region, eni = call.region, enis.require_interface(call.region, request.network_interface_id)
    if eni.attachment is not None:
        raise ApiFailure(
            "UnsupportedOperation.InvalidState",
            f"`{eni.network_interface_id}` is attached to `{eni.attachment.instance_id}`.",
        )
    if region.havips.count("havip-association.instance-id", eni.network_interface_id):
        raise ApiFailure(
            "ResourceInUse", f"`{eni.network_interface_id}` is in the range of a HAVIP."
        )
    enis.check_ready(call, eni)
    region.enis.put(enis.with_state(eni, "DELETING"))
    wanted = eni.network_interface_id
    begin(call, enis.delete_interface, [wanted], holds=[wanted], interface_id=wanted)
    return DeleteNetworkInterfaceResponse()


def check_groups(region: AccountRegion, ids: Sequence[str] | None) -> list[str]:
    """Check that security groups exist, and return their ids without duplicates.

    Raises:
        ApiFailure: An id is malformed or does not exist.
    """
    groups = check_ids(ids, "sg")
    for group in groups:
        require_row(region.security_groups, group, "sg", "security group")
    return groups


def _refuse_in_range(region: AccountRegion, eni: NetworkInterface, instance_id: str) -> None:
    for member in (eni.network_interface_id, instance_id):
        for ha_vip in region.havips.rows_with("havip-association.instance-id", member):
            if ha_vip.subnet_id == eni.subnet_id:
                raise ApiFailure(
                    "UnsupportedOperation.InstanceAssociateHavip",
                    f"`{member}` is in the range of `{ha_vip.ha_vip_id}`; remove it first.",
                )
