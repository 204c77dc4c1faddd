"""The cloud of a lab: the emulator with the instances and the HAVIP of a topology."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from ipaddress import IPv4Network
from typing import TypeVar

from havip.api import (
    AssignPrivateIpAddresses,
    AssociateHaVipInstance,
    CreateHaVip,
    CreateSubnet,
    CreateVpc,
    DescribeHaVips,
    DescribeNetworkInterfaces,
    DisassociateHaVipInstance,
    Filter,
    HaVipAssociation,
    Placement,
    PrivateIpAddressSpecification,
    Request,
    Response,
    RunInstances,
    VirtualPrivateCloud,
)
from havip.emulator import Caller, Cloud
from havip.emulator.rules.holders import Announcement
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT
from havip.lab.namespace import LabError

R = TypeVar("R", bound=Response)
REGION = "ap-guangzhou"
_ZONE = "ap-guangzhou-3"


class LabCloud(ABC):
    """Interface of faults to the emulator of a lab.

    Args:
        cloud: The emulator's state.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def leave_range(self, node: str) -> None:
        """Remove a node from the HAVIP's range."""
        self.call(DisassociateHaVipInstance(ha_vip_association_set=[self.member(node)]))

    def join_range(self, node: str) -> None:
        """Add a node to the HAVIP's range."""
        self.call(AssociateHaVipInstance(ha_vip_association_set=[self.member(node)]))

    def call(self, request: Request[R]) -> R:
        """Send a request to the emulator under the account of the HAVIP."""
        return self.cloud.call(self.caller, request)

    @property
    def caller(self) -> Caller:
        """The account and the region of the HAVIP."""
        return Caller(account=DEFAULT_ACCOUNT, region=REGION)

    @abstractmethod
    def member(self, node: str) -> HaVipAssociation:
        """Return the association of a node with the HAVIP.

        Raises:
            LabError: There is no HAVIP, or no such node.
        """


class TopologyCloud(LabCloud):
    """One subnet with its instances, and a HAVIP with a range.

    Attributes:
        instances: Instance ids by node name.
        havip_id: The id of the HAVIP, or "".
    """

    def __init__(
        self, subnet: str, nodes: Mapping[str, str], *, havip: str = "",
        members: Collection[str] = (), secondary: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Create the VPC, the subnet, the instances and the HAVIP.

        Args:
            subnet: The CIDR block of the subnet.
            nodes: Primary addresses by node name.
            havip: The address of the HAVIP; "" for none.
            members: The nodes in its range.
            secondary: An ordinary secondary address, and the node that has it at first.
        """
        super().__init__(Cloud())
        self.subnet = IPv4Network(subnet)
        self.vpc = self.call(CreateVpc(vpc_name="lab", cidr_block=subnet)).vpc.vpc_id
        self._subnet_id = self.call(
            CreateSubnet(vpc_id=self.vpc, subnet_name="lab", cidr_block=subnet, zone=_ZONE)
        ).subnet.subnet_id
        self.instances = {name: self._instance(name, one) for name, one in nodes.items()}
        self.havip_id = self._create(havip, members) if havip else ""
        if secondary is not None:
            self.call(
                AssignPrivateIpAddresses(
                    network_interface_id=self.interface(secondary[1]),
                    private_ip_addresses=[
                        PrivateIpAddressSpecification(private_ip_address=secondary[0])
                    ],
                )
            )

    def announce(self, instance_id: str, address: str) -> Announcement:
        """Process a gratuitous ARP."""
        return self.cloud.announce(instance_id, address)

    def holder(self) -> str | None:
        """Return the node that holds the HAVIP according to the API."""
        if not self.havip_id:
            return None
        found = self.call(DescribeHaVips(ha_vip_ids=[self.havip_id])).ha_vip_set[0]
        return self.node(found.instance_id)

    def node(self, instance_id: str) -> str | None:
        """Return the node of an instance."""
        return next((name for name, one in self.instances.items() if one == instance_id), None)

    def interface(self, node: str) -> str:
        """Return the id of a node's primary network interface."""
        filters = [Filter(name="attachment.instance-id", values=[self.instances[node]])]
        found = self.call(DescribeNetworkInterfaces(filters=filters)).network_interface_set
        return found[0].network_interface_id

    def place_of(self, address: str) -> str | None:
        """Return the node that has an ordinary address according to the API."""
        region = self.cloud.region(DEFAULT_ACCOUNT, REGION)
        with self.cloud.lock:
            for interface in region.enis:
                for one in interface.private_ip_address_set:
                    if one.private_ip_address == address and interface.attachment is not None:
                        return self.node(interface.attachment.instance_id)
        return None

    def on_change(self, call: Callable[[], None]) -> None:
        """Set a callback for changes made by API calls."""
        self.cloud.on_commit = lambda _: call()

    def member(self, node: str) -> HaVipAssociation:
        """Return the association of a node with the HAVIP."""
        if not self.havip_id:
            raise LabError("this topology has no HAVIP and therefore no range")
        return HaVipAssociation(
            instance_id=self.instances[node], instance_type="CVM", ha_vip_id=self.havip_id
        )

    def _create(self, havip: str, members: Collection[str]) -> str:
        made = self.call(
            CreateHaVip(
                vpc_id=self.vpc,
                ha_vip_name="lab",
                subnet_id=self._subnet_id,
                vip=havip,
                check_associate=True,
                ha_vip_association_set=[
                    HaVipAssociation(instance_id=self.instances[one], instance_type="CVM")
                    for one in members
                ],
            )
        )
        return made.ha_vip.ha_vip_id

    def _instance(self, name: str, address: str) -> str:
        answer = self.call(
            RunInstances(
                placement=Placement(zone=_ZONE),
                image_id="img-1a2b3c4d",
                instance_name=name,
                virtual_private_cloud=VirtualPrivateCloud(
                    vpc_id=self.vpc, subnet_id=self._subnet_id, private_ip_addresses=[address]
                ),
            )
        )
        return answer.instance_id_set[0]
