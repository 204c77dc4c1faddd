"""Facts for the checks: read from the API when a check first needs them, once, and in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from havip.errors import NotFoundError

if TYPE_CHECKING:
    from havip.api import HaVip, Instance, NetworkInterface, SecurityGroupPolicySet
    from havip.client import Client
    from havip.doctor.local import Local

T = TypeVar("T")
IDS: Final = 100
"""Ids of a call, and rows of a page: the most that the API takes."""
VALUES: Final = 5
"""Values of a filter: the most that the API takes."""
FEW: Final = 2 * VALUES
"""Machines up to which their interfaces are asked for by machine, and above it by subnet."""


@dataclass(frozen=True, slots=True)
class RangeMember:
    """A machine that may take a HAVIP.

    Attributes:
        id: As it stands in the range: an instance or a network interface.
        instance: The machine; None where it is gone, or the interface attached to nothing.
        interfaces: Those that the range admits, in the HAVIP's subnet, the primary one first.
        elsewhere: Whether it exists, and has no interface in that subnet.
    """

    id: str
    instance: Instance | None
    interfaces: tuple[NetworkInterface, ...]
    elsewhere: bool = False

    @property
    def machine(self) -> str:
        """The id of the machine, or its own if no machine is known."""
        return self.instance.instance_id if self.instance else self.id

    def __str__(self) -> str:
        name = self.instance.instance_name if self.instance else ""
        on = f" of {self.machine}" if self.machine != self.id else ""
        return f"{self.id}{on}{f' ({name})' if name and name != 'Unnamed' else ''}"


class Facts:
    """Facts about some HAVIPs of a region.

    Args:
        client: Client to read with.
        vips: The HAVIPs, as just read.
        gone: The ids of those that were expected, and are not there.
        machine: The id of this instance, where it is to be looked at even if no range has it.
    """

    def __init__(
        self,
        client: Client,
        vips: Sequence[HaVip],
        gone: Sequence[str] = (),
        machine: str = "",
    ) -> None:
        self.client = client
        self.vips = list(vips)
        self.gone = list(gone)
        self.machine = machine
        self.local: list[Local] = []
        """This machine, once for each HAVIP that it may take; empty elsewhere."""
        self._policies: dict[str, SecurityGroupPolicySet] = {}
        self._members: dict[str, list[RangeMember]] = {}

    @property
    def checked(self) -> Iterator[HaVip]:
        """The HAVIPs that only their range may take."""
        return (vip for vip in self.vips if vip.check_associate)

    @cached_property
    def in_vpc(self) -> dict[str, list[HaVip]]:
        """All HAVIPs of each VPC that one of these is in."""
        from havip.api import DescribeHaVips, Filter

        found: dict[str, list[HaVip]] = {vip.vpc_id: [] for vip in self.vips}
        for five in batches(found, VALUES):
            request = DescribeHaVips(filters=[Filter(name="vpc-id", values=five)])
            for page in self.client.pages(request):
                for vip in page.ha_vip_set:
                    found[vip.vpc_id].append(vip)
        return found

    @cached_property
    def quota(self) -> int | None:
        """Maximum number of HAVIPs of a VPC; None if the response does not have it."""
        from havip.api import DescribeVpcLimits

        answer = self.client.send(DescribeVpcLimits(limit_types=["vpc-max-havips"]))
        return next((one.limit_value for one in answer.vpc_limit_set), None)

    @cached_property
    def interfaces(self) -> dict[str, NetworkInterface]:
        """The network interfaces of the ranges' machines, by id."""
        from havip.api import DescribeNetworkInterfaces

        enis = self._ids("eni-")
        found = by_ids(
            enis,
            lambda ids: (
                self.client.send(
                    DescribeNetworkInterfaces(network_interface_ids=ids, limit=IDS)
                ).network_interface_set
            ),
        )
        return {one.network_interface_id: one for one in (*found, *self._of_machines())}

    def _of_machines(self) -> Iterator[NetworkInterface]:
        """Read by machine where they are few, else whole subnets, whichever takes fewer calls."""
        from havip.api import DescribeNetworkInterfaces, Filter

        name, wanted = "attachment.instance-id", self._ids("ins-")
        if len(wanted) > FEW:
            name, wanted = "subnet-id", list(dict.fromkeys(vip.subnet_id for vip in self.vips))
        for five in batches(wanted, VALUES):
            request = DescribeNetworkInterfaces(filters=[Filter(name=name, values=five)])
            for page in self.client.pages(request):
                yield from page.network_interface_set

    @cached_property
    def instances(self) -> dict[str, Instance]:
        """The ranges' machines by id; those that are gone are left out."""
        from havip.api import DescribeInstances

        members = {*self._ids("eni-")}
        behind = [
            one.attachment.instance_id
            for one in self.interfaces.values()
            if one.network_interface_id in members and one.attachment
        ]
        wanted = list(dict.fromkeys([*self._ids("ins-"), *behind]))
        found = by_ids(
            wanted,
            lambda ids: (
                self.client.send(DescribeInstances(instance_ids=ids, limit=IDS)).instance_set
            ),
        )
        return {one.instance_id: one for one in found}

    def _ids(self, prefix: str) -> list[str]:
        """List the ids of one kind that stand in a range, that hold, or are this machine's."""
        found = [self.machine] if self.machine else []
        for vip in self.vips:
            found += [one.instance_id for one in vip.ha_vip_association_set]
            found += [vip.instance_id] if vip.instance_id else []
        return [one for one in dict.fromkeys(found) if one.startswith(prefix)]

    def policies(self, group: str) -> SecurityGroupPolicySet:
        """Read the policies of a security group, once."""
        from havip.api import DescribeSecurityGroupPolicies

        if group not in self._policies:
            request = DescribeSecurityGroupPolicies(security_group_id=group)
            self._policies[group] = self.client.send(request).security_group_policy_set
        return self._policies[group]

    def members(self, vip: HaVip) -> list[RangeMember]:
        """Return the machines of a HAVIP's range."""
        if vip.ha_vip_id not in self._members:
            ids = [one.instance_id for one in vip.ha_vip_association_set]
            self._members[vip.ha_vip_id] = [self.member(vip, one) for one in ids]
        return self._members[vip.ha_vip_id]

    def member(self, vip: HaVip, id: str) -> RangeMember:
        """Return what is known of an instance or an interface that may take a HAVIP."""
        if id.startswith("eni-"):
            one = self.interfaces.get(id)
            machine = one.attachment.instance_id if one and one.attachment else ""
            admitted = [one] if one else []
        else:
            machine = id
            admitted = [
                one
                for one in self.interfaces.values()
                if one.attachment and one.attachment.instance_id == id
            ]
        near = [one for one in admitted if one.subnet_id == vip.subnet_id]
        near.sort(key=lambda one: (not one.primary, one.network_interface_id))
        instance = self.instances.get(machine)
        exists = bool(admitted) if id.startswith("eni-") else instance is not None
        return RangeMember(id, instance, tuple(near), elsewhere=exists and not near)


def find_havips(client: Client, ids: Iterable[str]) -> tuple[list[HaVip], list[str]]:
    """Read HAVIPs by their ids, a hundred a call.

    Returns:
        Those that are there, and the ids of those that are not; both in the order given.
    """
    from havip.api import DescribeHaVips

    wanted = list(dict.fromkeys(ids))
    found = by_ids(
        wanted,
        lambda batch: client.send(DescribeHaVips(ha_vip_ids=batch, limit=IDS)).ha_vip_set,
    )
    known = {vip.ha_vip_id: vip for vip in found}
    return [known[id] for id in wanted if id in known], [id for id in wanted if id not in known]


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut into lists of a size; the last may be shorter."""
    rest = list(items)
    for start in range(0, len(rest), size):
        yield rest[start : start + size]


def by_ids(ids: Iterable[str], read: Callable[[list[str]], Iterable[T]]) -> Iterator[T]:
    """Read by ids, a hundred a call; where one that is gone spoils a call, the others are found."""
    for batch in batches(ids, IDS):
        try:
            yield from read(batch)
        except NotFoundError:
            half = len(batch) // 2
            for part in filter(None, (batch[:half], batch[half:])) if half else ():
                yield from by_ids(part, read)
