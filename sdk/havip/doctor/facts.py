"""Facts for the checks, read from the API on first use, once, and in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from havip.errors import NotFoundError

if TYPE_CHECKING:
    from havip.api import HaVip, Instance, NetworkInterface, SecurityGroupPolicySet
    from havip.client import Client
    from havip.doctor.database import Database
    from havip.doctor.local import Local

T = TypeVar("T")
IDS: Final = 100
"""Maximum number of ids in a call, and of rows in a page."""
VALUES: Final = 5
"""Maximum number of values of a filter."""
FEW: Final = 2 * VALUES
"""Number of machines up to which interfaces are queried by machine, and above it by subnet."""


@dataclass(frozen=True, slots=True)
class RangeMember:
    """A machine that may hold a HAVIP.

    Attributes:
        id: The id in the range: an instance or a network interface.
        instance: The instance; None if it does not exist, or the interface is not attached.
        interfaces: Its interfaces in the HAVIP's subnet that the range allows, primary first.
        elsewhere: Whether it exists, but has no interface in that subnet.
    """

    id: str
    instance: Instance | None
    interfaces: tuple[NetworkInterface, ...]
    elsewhere: bool = False

    @property
    def machine(self) -> str:
        """Id of the instance, or the id in the range if the instance is unknown."""
        return self.instance.instance_id if self.instance else self.id

    def __str__(self) -> str:
        name = self.instance.instance_name if self.instance else ""
        on = f" of {self.machine}" if self.machine != self.id else ""
        return f"{self.id}{on}{f' ({name})' if name and name != 'Unnamed' else ''}"


class Facts:
    """Facts about some HAVIPs of a region.

    Args:
        client: Client for the API calls.
        vips: The HAVIPs, recently read.
        gone: Ids of expected HAVIPs that do not exist.
        machine: Id of this instance, to be examined even if it is not in a range.
        cluster: The database cluster behind some of the HAVIPs, read from outside.
    """

    def __init__(
        self,
        client: Client,
        vips: Sequence[HaVip],
        gone: Sequence[str] = (),
        machine: str = "",
        cluster: Database | None = None,
    ) -> None:
        self.client = client
        self.vips = list(vips)
        self.gone = list(gone)
        self.machine = machine
        self.cluster = cluster
        self.local: list[Local] = []
        """This machine, once for each HAVIP that it may hold; empty if it is not a node."""
        self._policies: dict[str, SecurityGroupPolicySet] = {}
        self._members: dict[str, list[RangeMember]] = {}

    @property
    def checked(self) -> Iterator[HaVip]:
        """The HAVIPs that only members of their range may hold."""
        return (vip for vip in self.vips if vip.check_associate)

    @cached_property
    def clustered(self) -> list[HaVip]:
        """The HAVIPs that a machine of the cluster may hold; all if only one is looked at."""
        if self.cluster is None:
            return []
        nodes = set(self.cluster.nodes)
        found = [
            vip
            for vip in self.vips
            if any(nodes & set(_addresses(one)) for one in self.members(vip))
        ]
        return found or (self.vips if len(self.vips) == 1 else [])

    def holder(self, vip: HaVip) -> str:
        """Return the primary address of the machine that holds a HAVIP; empty if unknown."""
        held = next((one for one in self.members(vip) if one.machine == vip.instance_id), None)
        return next(iter(_addresses(held)), "") if held else ""

    @cached_property
    def in_vpc(self) -> dict[str, list[HaVip]]:
        """All HAVIPs of each VPC that has one of `vips`."""
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
        """Maximum number of HAVIPs per VPC; None if the response does not include it."""
        from havip.api import DescribeVpcLimits

        answer = self.client.send(DescribeVpcLimits(limit_types=["vpc-max-havips"]))
        return next((one.limit_value for one in answer.vpc_limit_set), None)

    @cached_property
    def interfaces(self) -> dict[str, NetworkInterface]:
        """The network interfaces of the machines in the ranges, by id."""
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
        """Read interfaces by machine or by subnet, whichever needs fewer calls."""
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
        """The existing machines of the ranges, by id."""
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
        """Return the ids of one kind that are in a range, are a holder, or are this machine's."""
        found = [self.machine] if self.machine else []
        for vip in self.vips:
            found += [one.instance_id for one in vip.ha_vip_association_set]
            found += [vip.instance_id] if vip.instance_id else []
        return [one for one in dict.fromkeys(found) if one.startswith(prefix)]

    def policies(self, group: str) -> SecurityGroupPolicySet:
        """Read the policies of a security group, cached."""
        from havip.api import DescribeSecurityGroupPolicies

        if group not in self._policies:
            request = DescribeSecurityGroupPolicies(security_group_id=group)
            self._policies[group] = self.client.send(request).security_group_policy_set
        return self._policies[group]

    def members(self, vip: HaVip) -> list[RangeMember]:
        """Return the members of a HAVIP's range."""
        if vip.ha_vip_id not in self._members:
            ids = [one.instance_id for one in vip.ha_vip_association_set]
            self._members[vip.ha_vip_id] = [self.member(vip, one) for one in ids]
        return self._members[vip.ha_vip_id]

    def member(self, vip: HaVip, id: str) -> RangeMember:
        """Return the facts about an instance or interface that may hold a HAVIP."""
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


def _addresses(member: RangeMember) -> list[str]:
    """Return the private addresses of a member, those of its primary interface first."""
    sets = [one.private_ip_address_set or [] for one in member.interfaces]
    entries = [entry for one in sets for entry in one]
    entries.sort(key=lambda entry: not entry.primary)
    return [entry.private_ip_address for entry in entries if entry.private_ip_address]


def find_havips(client: Client, ids: Iterable[str]) -> tuple[list[HaVip], list[str]]:
    """Read HAVIPs by id, a hundred per call.

    Returns:
        The existing HAVIPs, and the ids of the others; both in the given order.
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
    """Split items into lists of a size; the last one may be shorter."""
    rest = list(items)
    for start in range(0, len(rest), size):
        yield rest[start : start + size]


def by_ids(ids: Iterable[str], read: Callable[[list[str]], Iterable[T]]) -> Iterator[T]:
    """Read by id, a hundred per call; if a missing id fails a call, still find the others."""
    for batch in batches(ids, IDS):
        try:
            yield from read(batch)
        except NotFoundError:
            half = len(batch) // 2
            for part in filter(None, (batch[:half], batch[half:])) if half else ():
                yield from by_ids(part, read)
