"""Secondary network interfaces, which can be members of a HAVIP's range like instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator

from havip.api import (
    AttachNetworkInterface,
    CreateNetworkInterface,
    DeleteNetworkInterface,
    DescribeHaVips,
    DescribeNetworkInterfaces,
    DetachNetworkInterface,
    ModifyNetworkInterfaceAttribute,
    NetworkInterface,
    PrivateIpAddressSpecification,
)
from havip.errors import UnsupportedError, WaitTimeout
from pulumi_havip.handlers.context import Context, Job
from pulumi_havip.handlers.errors import ResourceError, gone_meanwhile
from pulumi_havip.handlers.ha_vip_operations import leave
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import (
    change_once,
    delete_once,
    find_by_tag,
    finishing,
    make_by_token,
    set_once,
)
from pulumi_havip.handlers.model import (
    REPLACE,
    CheckFailure,
    Hints,
    NamedArgs,
    State,
)
from pulumi_havip.handlers.natural_keys import declare_address
from pulumi_havip.handlers.ownership_tags import user_tags
from pulumi_havip.handlers.property_types import (
    Address,
    InstanceId,
    InterfaceId,
    SecurityGroupIds,
    SubnetId,
    VpcId,
    outside,
)
from pulumi_havip.handlers.tags import change_tags, first_tags
from pulumi_havip.handlers.values import Properties, known

_DESCRIPTION_LIMIT: Final = 60
"""Maximum length of a description (CreateNetworkInterface)."""
_RANGE_FOR: Final = 60.0
"""Seconds to wait for a HAVIP or range that a deployment deletes at the same time."""


def _check_description(value: str) -> str:
    if len(value) > _DESCRIPTION_LIMIT:
        raise ValueError(
            f"{len(value)} characters, and the API takes {_DESCRIPTION_LIMIT}: shorten it"
        )
    return value


class NetworkInterfaceArgs(NamedArgs):
    """The arguments of a `NetworkInterface`."""

    adopt: InterfaceId | None = None
    vpc_id: Annotated[VpcId, REPLACE]
    """The VPC of its addresses."""
    subnet_id: Annotated[SubnetId, REPLACE]
    """The subnet of its addresses."""
    private_ip: Annotated[Address | None, REPLACE] = None
    """Its private address: free and not reserved in the subnet; chosen by the API if omitted."""
    instance_id: InstanceId | None = None
    """The instance in the same zone that it is attached to; a change moves it there. If omitted,
    its attachment is not managed."""
    security_group_ids: SecurityGroupIds | None = None
    """Its security groups; the default one if omitted."""
    description: Annotated[str, AfterValidator(_check_description)] | None = None
    """Description of the network interface."""


class NetworkInterfaceState(NetworkInterfaceArgs, State):
    """The outputs of a `NetworkInterface`."""

    mac_address: str = ""
    """Its MAC address."""
    state: str = ""
    """``AVAILABLE`` once it can be used; never counts as a difference."""
    created_time: str = ""
    """Creation time, in the API's format."""


class NetworkInterfaceHandler(Handler[NetworkInterfaceArgs, NetworkInterfaceState]):
    """A secondary network interface, which can be a member of a HAVIP's range.

    Example::

        eth1 = havip.NetworkInterface(
            "web-a-eth1", vpc_id=vpc.id, subnet_id=subnet.id, instance_id=node.id
        )
    """

    kind = "NetworkInterface"
    inside = "subnet_id"
    hints = {
        "subnet": ("subnet_id", "Subnet", "urn"),
        "subnet_cidr": ("subnet_id", "Subnet", "cidr_block"),
    }
    listing, tagged = "interfaces", "vpc:eni"
    args = NetworkInterfaceArgs
    state = NetworkInterfaceState

    def _rules(
        self, ctx: Context, args: NetworkInterfaceArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        ip, cidr = args.private_ip, hints.subnet_cidr
        if ip and cidr and known(ip, cidr) and (reason := outside(ip, cidr)):
            yield CheckFailure("private_ip", reason)
        yield from declare_address(ctx.keys, "private_ip", ip, args.subnet_id, hints)

    def _same(self, name: str, old: object, new: object) -> bool:
        if name == "security_group_ids" and isinstance(old, list) and isinstance(new, list):
            return sorted(old) == sorted(new)
        return old == new

    def _delete_first(
        self, ctx: Context, state: NetworkInterfaceState, args: NetworkInterfaceArgs
    ) -> bool:
        """Delete first if the address stays the same: two interfaces cannot have it."""
        if not known(args.subnet_id) or args.subnet_id != state.subnet_id:
            return False
        return args.private_ip is not None and args.private_ip == state.private_ip

    def _create(self, job: Job, args: NetworkInterfaceArgs) -> tuple[str, Properties]:
        id = make_by_token(
            job,
            args,
            lambda token: _creation(job, args, token),
            lambda answer: answer.network_interface.network_interface_id,
            lambda: self._find(job, args),
            lambda id: job.region.interfaces.fresh(id) is not None,
        )
        with finishing(job, id, lambda patient: _remove(patient, id)):
            job.wait(job.region.interfaces, id, _usable, "its creation")
            if args.instance_id:
                _attach(job, id, args.instance_id)
        return id, {**_observed(_present(job, id)), "tags": args.tags}

    def _find(self, job: Job, args: NetworkInterfaceArgs) -> str | None:
        row = find_by_tag(job, DescribeNetworkInterfaces, args.creation_id)
        return row.network_interface_id if row else None

    def _read(self, job: Job, id: str, state: NetworkInterfaceState | None) -> Properties | None:
        row = job.region.interfaces.get(id)
        return _observed(row) if row else None

    def _update(
        self, job: Job, id: str, state: NetworkInterfaceState, args: NetworkInterfaceArgs
    ) -> Properties:
        wanted = {
            "network_interface_name": (args.name, state.name),
            "network_interface_description": (args.description, state.description),
            "security_group_ids": (args.security_group_ids, state.security_group_ids),
        }
        changed = {n: new for n, (new, old) in wanted.items() if new is not None and new != old}
        if changed:
            given = {"network_interface_id": id, **changed}
            set_once(job, ModifyNetworkInterfaceAttribute.model_validate(given))
        change_tags(job, self.tagged, id, state.tags, args.tags)
        there = _instance_of(_present(job, id))
        if args.instance_id is not None and args.instance_id != there:
            if there:
                _detach(job, id, there)
            _attach(job, id, args.instance_id)
        return {**_observed(_present(job, id)), "tags": args.tags}

    def _delete(self, job: Job, id: str, state: NetworkInterfaceState) -> None:
        _remove(job, id)


def _creation(job: Job, args: NetworkInterfaceArgs, token: str | None) -> CreateNetworkInterface:
    address = PrivateIpAddressSpecification(private_ip_address=args.private_ip, primary=True)
    return CreateNetworkInterface(
        vpc_id=args.vpc_id,
        subnet_id=args.subnet_id,
        network_interface_name=args.name or "",
        network_interface_description=args.description,
        security_group_ids=args.security_group_ids or None,
        private_ip_addresses=[address] if args.private_ip else None,
        tags=first_tags(args.tags, args.creation_id, args.origin),
        client_token=job.token(CreateNetworkInterface, token),
    )


def _usable(row: NetworkInterface | None) -> bool:
    return row is not None and row.state == "AVAILABLE"


def _present(job: Job, id: str) -> NetworkInterface:
    row = job.region.interfaces.fresh(id)
    if row is None:
        raise gone_meanwhile(job.name)
    return row


def _instance_of(row: NetworkInterface | None) -> str:
    return row.attachment.instance_id if row and row.attachment else ""


def _attach(job: Job, id: str, instance: str) -> None:
    def holds() -> bool:
        return _instance_of(_present(job, id)) == instance

    request = AttachNetworkInterface(network_interface_id=id, instance_id=instance)
    change_once(lambda: job.region.send(request), holds)
    job.wait(
        job.region.interfaces,
        id,
        lambda row: _usable(row) and _instance_of(row) == instance,
        f"its attachment to {instance}",
    )


def _detach(job: Job, id: str, instance: str, *, leaving: bool = False) -> None:
    """Detach an interface, waiting for a HAVIP whose range is just being deleted.

    The API rejects the call while the interface or its instance is in the range of a HAVIP.

    Args:
        job: The handler call.
        id: The interface.
        instance: The instance that it is attached to.
        leaving: Whether the interface will be deleted and thus leaves every range.
    """
    request = DetachNetworkInterface(network_interface_id=id, instance_id=instance)
    limited = job.ctx.within(min(job.ctx.timeout, _RANGE_FOR))
    try:
        for _ in limited.pauses(f"{job.name}: its detachment"):
            try:
                change_once(
                    lambda: job.region.send(request),
                    lambda: not _instance_of(job.region.interfaces.fresh(id)),
                )
                break
            except UnsupportedError as error:
                if not error.code.endswith("InstanceAssociateHavip"):
                    raise
                last = error
            if leaving:
                _leave_ranges(job, id)
    except WaitTimeout:
        raise ResourceError(
            f"{job.name}: it, or its instance, is in the range of a HAVIP: take it out there, or "
            f"delete that HAVIP, first ({last})"
        ) from None
    job.wait(job.region.interfaces, id, lambda row: not _instance_of(row), "its detachment")


def _leave_ranges(job: Job, id: str) -> None:
    rows = job.region.find(DescribeHaVips, {"havip-association.instance-id": id})
    for row in rows:
        leave(job, row.ha_vip_id, {id: "ENI"})


def _remove(job: Job, id: str) -> None:
    row = job.region.interfaces.fresh(id)
    if instance := _instance_of(row):
        _detach(job, id, instance, leaving=True)
    request = DeleteNetworkInterface(network_interface_id=id)
    delete_once(job, lambda: job.region.send(request), job.region.interfaces, id)
    job.wait(job.region.interfaces, id, lambda row: row is None, "its deletion")


def _observed(row: NetworkInterface) -> Properties:
    primary = [item for item in row.private_ip_address_set if item.primary]
    return {
        "name": row.network_interface_name,
        "vpc_id": row.vpc_id,
        "subnet_id": row.subnet_id,
        "private_ip": primary[0].private_ip_address if primary else None,
        "instance_id": _instance_of(row) or None,
        "security_group_ids": row.group_set,
        "description": row.network_interface_description or None,
        "tags": user_tags(row.tag_set),
        "mac_address": row.mac_address,
        "state": row.state,
        "created_time": row.created_time,
    }
