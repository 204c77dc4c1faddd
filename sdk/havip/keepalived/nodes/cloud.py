"""Facts about a HAVIP that the files of its nodes depend on."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from havip.api import Request, Response
from havip.keepalived.errors import KeepalivedError

if TYPE_CHECKING:
    from havip.api import HaVip, Subnet

R = TypeVar("R", bound=Response)


class Sender(Protocol):
    """An object that can send API requests, such as a `havip.Client`."""

    def send(self, request: Request[R], /) -> R:
        """Send a request, and return its response."""
        ...


@dataclass(frozen=True, slots=True)
class HaVipFacts:
    """A HAVIP with its subnet and range."""

    ha_vip_id: str
    vip: str
    vpc_id: str
    subnet_id: str
    subnet: IPv4Network
    check_associate: bool
    members: dict[str, tuple[str, ...]]
    """Addresses of each instance or interface in the range, the primary one first."""
    others: frozenset[str]
    """Addresses of the other HAVIPs in the VPC."""

    @property
    def nodes(self) -> list[str]:
        """The first address in the subnet of each member of the range."""
        found = (self._own(addresses) for addresses in self.members.values())
        return [address for address in found if address is not None]

    def _own(self, addresses: tuple[str, ...]) -> str | None:
        return next((one for one in addresses if IPv4Address(one) in self.subnet), None)


def facts(client: Sender, ha_vip_id: str) -> HaVipFacts:
    """Read a HAVIP with its subnet and range.

    Args:
        client: A client for the HAVIP's region.
        ha_vip_id: The id of the HAVIP.

    Raises:
        KeepalivedError: The HAVIP or its subnet does not exist.
        HavipError: An API call failed.
    """
    from havip.api import DescribeHaVips, Filter

    havip = _havip(client, ha_vip_id)
    subnet = _subnet(client, havip)
    siblings = client.send(
        DescribeHaVips(filters=[Filter(name="vpc-id", values=[havip.vpc_id])], limit=100)
    ).ha_vip_set
    return HaVipFacts(
        ha_vip_id=havip.ha_vip_id,
        vip=havip.vip,
        vpc_id=havip.vpc_id,
        subnet_id=havip.subnet_id,
        subnet=IPv4Network(subnet.cidr_block),
        check_associate=havip.check_associate,
        members=_members(client, [one.instance_id for one in havip.ha_vip_association_set]),
        others=frozenset(one.vip for one in siblings) - {havip.vip},
    )


def _havip(client: Sender, ha_vip_id: str) -> HaVip:
    from havip.api import DescribeHaVips

    found = client.send(DescribeHaVips(ha_vip_ids=[ha_vip_id])).ha_vip_set
    if not found:
        raise KeepalivedError(f"{ha_vip_id}: there is no such HAVIP; list all with: havip ls")
    return found[0]


def _subnet(client: Sender, havip: HaVip) -> Subnet:
    from havip.api import DescribeSubnets

    found = client.send(DescribeSubnets(subnet_ids=[havip.subnet_id])).subnet_set
    if not found:
        raise KeepalivedError(f"{havip.ha_vip_id}: its subnet {havip.subnet_id} was not found")
    return found[0]


def _members(client: Sender, ids: list[str]) -> dict[str, tuple[str, ...]]:
    from havip.api import DescribeInstances, DescribeNetworkInterfaces

    instances = [one for one in ids if one.startswith("ins-")]
    interfaces = [one for one in ids if one.startswith("eni-")]
    found: dict[str, tuple[str, ...]] = dict.fromkeys(ids, ())
    if instances:
        for instance in client.send(DescribeInstances(instance_ids=instances)).instance_set:
            found[instance.instance_id] = tuple(instance.private_ip_addresses)
    if interfaces:
        request = DescribeNetworkInterfaces(network_interface_ids=interfaces)
        for interface in client.send(request).network_interface_set:
            held: list[Any] = sorted(
                interface.private_ip_address_set, key=lambda one: not one.primary
            )
            found[interface.network_interface_id] = tuple(one.private_ip_address for one in held)
    return found
