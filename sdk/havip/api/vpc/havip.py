"""HAVIPs: floating private addresses, the range that may hold them, and their elastic IPs."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape, Task
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = ["AssociateHaVipInstance", "AssociateHaVipInstanceResponse", "CreateHaVip", "CreateHaVipResponse", "DeleteHaVip", "DeleteHaVipResponse", "DescribeHaVips", "DescribeHaVipsResponse", "DisassociateHaVipInstance", "DisassociateHaVipInstanceResponse", "HaVip", "HaVipAssociateAddressIp", "HaVipAssociateAddressIpResponse", "HaVipAssociation", "HaVipDisassociateAddressIp", "HaVipDisassociateAddressIpResponse", "ModifyHaVipAttribute", "ModifyHaVipAttributeResponse"]


class HaVipAssociation(Shape):
    """A member of the range that may hold a HAVIP."""

    instance_id: str
    ha_vip_id: str | None = None
    instance_type: str | None = None


class HaVip(Shape):
    """A HAVIP. Who holds it is moved by guests: state, instance, interface and flush time."""

    ha_vip_id: str = ""
    ha_vip_name: str = ""
    vip: str = ""
    vpc_id: str = ""
    subnet_id: str = ""
    network_interface_id: str = ""
    instance_id: str = ""
    address_ip: str = ""
    state: str = ""
    created_time: str = ""
    business: str = ""
    ha_vip_association_set: list[HaVipAssociation] = []
    check_associate: bool = False
    cdc_id: str = ""
    flushed_time: str = ""
    tag_set: list[Tag] = []


class CreateHaVipResponse(Response):
    """The answer of `CreateHaVip`."""

    ha_vip: HaVip


class CreateHaVip(VpcRequest[CreateHaVipResponse]):
    """Create a HAVIP, a private address of one subnet that guests move among themselves.

    The address is picked from the subnet unless ``vip`` names one. The answer holds the finished
    HAVIP, held by nobody. Without ``client_token`` a repeated call makes a second HAVIP.
    """

    intl = Gap(inputs=("CheckAssociate", "Tags", "HaVipAssociationSet", "ClientToken"), fields=("HaVip.HaVipAssociationSet", "HaVip.CheckAssociate", "HaVip.CdcId", "HaVip.FlushedTime", "HaVip.TagSet"))
    source = "https://cloud.tencent.com/document/api/215/30652"

    vpc_id: str
    ha_vip_name: str
    subnet_id: str | None = None
    vip: str | None = None
    network_interface_id: str | None = None
    check_associate: bool | None = None
    tags: list[Tag] | None = None
    ha_vip_association_set: list[HaVipAssociation] | None = None
    client_token: str | None = None


class DescribeHaVipsResponse(Response):
    """The answer of `DescribeHaVips`."""

    total_count: int = 0
    ha_vip_set: list[HaVip] = []


class DescribeHaVips(VpcRequest[DescribeHaVipsResponse]):
    """List HAVIPs, by their ids or by filters.

    Ids and filters exclude each other. Ids that do not exist are left out of the answer.
    """

    reads = True
    filter_names = (
        "havip-id",
        "havip-name",
        "vpc-id",
        "subnet-id",
        "vip",
        "address-ip",
        "havip-association.instance-id",
        "havip-association.instance-type",
        "check-associate",
        "cdc-id",
        "type",
        "termination-protection",
        "traffic-protection",
    )
    page = Page("ha_vip_set")
    intl = Gap(filters=("havip-association.instance-id", "havip-association.instance-type", "check-associate", "cdc-id", "type", "termination-protection", "traffic-protection"), fields=("HaVip.HaVipAssociationSet", "HaVip.CheckAssociate", "HaVip.CdcId", "HaVip.FlushedTime", "HaVip.TagSet"))
    source = "https://cloud.tencent.com/document/api/215/30650"

    ha_vip_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None


class ModifyHaVipAttributeResponse(Response):
    """The answer of `ModifyHaVipAttribute`: it succeeded."""


class ModifyHaVipAttribute(VpcRequest[ModifyHaVipAttributeResponse]):
    """Rename a HAVIP, which is all that can be changed of one."""

    source = "https://cloud.tencent.com/document/api/215/30647"

    ha_vip_id: str
    ha_vip_name: str | None = None


class DeleteHaVipResponse(Response):
    """The answer of `DeleteHaVip`: it succeeded."""


class DeleteHaVip(VpcRequest[DeleteHaVipResponse]):
    """Delete a HAVIP and give its address back to the subnet.

    Asynchronous. Whoever holds the address must let go of it first: reconfigure keepalived, then
    delete.
    """

    task = Task.VPC
    source = "https://cloud.tencent.com/document/api/215/30651"

    ha_vip_id: str


class HaVipAssociateAddressIpResponse(Response):
    """The answer of `HaVipAssociateAddressIp`: it succeeded."""


class HaVipAssociateAddressIp(VpcRequest[HaVipAssociateAddressIpResponse]):
    """Bind an elastic IP to a HAVIP, given by its address and not by its id.

    Asynchronous. One elastic IP a HAVIP, and neither may be bound yet. While no guest holds the
    HAVIP the elastic IP counts as idle and is billed.
    """

    task = Task.VPC
    source = "https://cloud.tencent.com/document/api/215/30649"

    ha_vip_id: str
    address_ip: str


class HaVipDisassociateAddressIpResponse(Response):
    """The answer of `HaVipDisassociateAddressIp`: it succeeded."""


class HaVipDisassociateAddressIp(VpcRequest[HaVipDisassociateAddressIpResponse]):
    """Unbind whatever elastic IP is bound to a HAVIP.

    Asynchronous.
    """

    task = Task.VPC
    source = "https://www.tencentcloud.com/document/api/215/34760"

    ha_vip_id: str


class AssociateHaVipInstanceResponse(Response):
    """The answer of `AssociateHaVipInstance`: it succeeded."""


class AssociateHaVipInstance(VpcRequest[AssociateHaVipInstanceResponse]):
    """Add instances or network interfaces to the range that may hold a HAVIP.

    The range only counts where the HAVIP was made with ``check_associate``. One HAVIP takes CVM
    instances or secondary network interfaces that are attached, never both.
    """

    intl = Gap(action=True)

    ha_vip_association_set: list[HaVipAssociation]


class DisassociateHaVipInstanceResponse(Response):
    """The answer of `DisassociateHaVipInstance`: it succeeded."""


class DisassociateHaVipInstance(VpcRequest[DisassociateHaVipInstanceResponse]):
    """Take instances or network interfaces out of the range that may hold a HAVIP."""

    intl = Gap(action=True)
    source = "https://cloud.tencent.com/document/api/215/118881"

    ha_vip_association_set: list[HaVipAssociation]
