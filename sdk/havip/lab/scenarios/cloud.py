"""The cloud of a lab: the emulator, with the machines and the HAVIP of a plan in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from havip.api import (
    CreateHaVip,
    CreateSubnet,
    CreateVpc,
    DescribeHaVips,
    HaVipAssociation,
    Placement,
    Request,
    Response,
    RunInstances,
    VirtualPrivateCloud,
)
from havip.emulator import Caller, Cloud
from havip.emulator.rules.holders import Announcement
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT

R = TypeVar("R", bound=Response)
_REGION = "ap-guangzhou"
_ZONE = "ap-guangzhou-3"


class LabCloud:
    """One subnet with its machines and a HAVIP that only they may take."""

    def __init__(self, vip: str, subnet: str, nodes: Sequence[str]) -> None:
        """Make the cloud.

        Args:
            vip: The HAVIP's address.
            subnet: The CIDR block of the subnet.
            nodes: The addresses of the machines of its range.
        """
        self.cloud = Cloud()
        self._caller = Caller(account=DEFAULT_ACCOUNT, region=_REGION)
        vpc = self._call(CreateVpc(vpc_name="lab", cidr_block=subnet)).vpc.vpc_id
        place = self._call(
            CreateSubnet(vpc_id=vpc, subnet_name="lab", cidr_block=subnet, zone=_ZONE)
        ).subnet.subnet_id
        self.instances = {node: self._instance(vpc, place, node) for node in nodes}
        made = self._call(
            CreateHaVip(
                vpc_id=vpc,
                ha_vip_name="lab",
                subnet_id=place,
                vip=vip,
                check_associate=True,
                ha_vip_association_set=[
                    HaVipAssociation(instance_id=one, instance_type="CVM")
                    for one in self.instances.values()
                ],
            )
        )
        self._ha_vip_id = made.ha_vip.ha_vip_id

    def announce(self, instance_id: str, address: str) -> Announcement:
        """Decide on a gratuitous ARP."""
        return self.cloud.announce(instance_id, address)

    def holder(self) -> str | None:
        """Give the address of the machine that the API names as the HAVIP's holder."""
        found = self._call(DescribeHaVips(ha_vip_ids=[self._ha_vip_id])).ha_vip_set[0]
        return next(
            (node for node, one in self.instances.items() if one == found.instance_id), None
        )

    def _instance(self, vpc_id: str, subnet_id: str, address: str) -> str:
        answer = self._call(
            RunInstances(
                placement=Placement(zone=_ZONE),
                image_id="img-1a2b3c4d",
                virtual_private_cloud=VirtualPrivateCloud(
                    vpc_id=vpc_id, subnet_id=subnet_id, private_ip_addresses=[address]
                ),
            )
        )
        return answer.instance_id_set[0]

    def _call(self, request: Request[R]) -> R:
        return self.cloud.call(self._caller, request)
