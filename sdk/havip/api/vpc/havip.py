"""HAVIPs: floating private addresses, the range that may bind them, and their elastic IPs."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape, Task
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = [
    "AssociateHaVipInstance",
    "AssociateHaVipInstanceResponse",
    "CreateHaVip",
    "CreateHaVipResponse",
    "DeleteHaVip",
    "DeleteHaVipResponse",
    "DescribeHaVips",
    "DescribeHaVipsResponse",
    "DisassociateHaVipInstance",
    "DisassociateHaVipInstanceResponse",
    "HaVip",
    "HaVipAssociateAddressIp",
    "HaVipAssociateAddressIpResponse",
    "HaVipAssociation",
    "HaVipDisassociateAddressIp",
    "HaVipDisassociateAddressIpResponse",
    "ModifyHaVipAttribute",
    "ModifyHaVipAttributeResponse",
]


class HaVipAssociation(Shape):
    """A member of the range that may bind a HAVIP.

    Args:
        instance_id: Id of the instance or network interface.
        ha_vip_id: Id of the HAVIP; left out when the HAVIP is being created.
        instance_type: ``CVM`` or ``ENI``.
    """

    instance_id: str
    ha_vip_id: str | None = None
    instance_type: str | None = None


class HaVip(Shape):
    """A HAVIP. Guests change its holder: state, instance, interface and flush time.

    Args:
        ha_vip_id: Id of the HAVIP, such as ``havip-1a2b3c4d``.
        ha_vip_name: Name of the HAVIP, at most 60 characters.
        vip: The private IPv4 address.
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        network_interface_id: Id of the interface that holds the address; empty without a holder.
        instance_id: Id of the instance that holds the address; empty without a holder.
        address_ip: Address of the bound elastic IP; empty without one.
        state: ``AVAILABLE`` while a guest holds it, otherwise ``UNBIND`` (examples of the API also
            show ``UNBOUND``).
        created_time: Creation time, as ``YYYY-MM-DD hh:mm:ss``; the time zone is not documented.
        business: The product that created and owns it; empty for the user's own.
        ha_vip_association_set: The range, which applies if ``check_associate`` is on.
        check_associate: Whether only members of the range may bind the address.
        cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.
        flushed_time: When it last moved or was released, as ``YYYY-MM-DD hh:mm:ss``; ``0000-00-00
            00:00:00`` before that.
        tag_set: Tags.
    """

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
    """The response of `CreateHaVip`.

    Args:
        ha_vip: The new HAVIP.
    """

    ha_vip: HaVip


class CreateHaVip(VpcRequest[CreateHaVipResponse]):
    """Create a HAVIP, a private address that guests move within one subnet.

    The address is chosen from the subnet unless ``vip`` is given. The response contains the
    finished HAVIP, which has no holder. Without ``client_token``, a repeated call creates a second
    HAVIP.

    Example::

        made = client.create_ha_vip(
            vpc_id="vpc-1a2b3c4d", subnet_id="subnet-1a2b3c4d", ha_vip_name="web"
        )
        print(made.ha_vip.ha_vip_id, made.ha_vip.vip)

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        ha_vip_name: Name of the HAVIP, at most 60 characters.
        subnet_id: Id of the subnet. Optional in the API, but the behavior without it is not
            documented: set it.
        vip: The address: in the VPC, free and not reserved; chosen from the subnet if omitted.
        network_interface_id: Id of an interface to put the address on; its effect is not
            documented.
        check_associate: Whether only members of the range may bind the address (default false).
            No call changes it later.
        tags: Tags to put on it.
        ha_vip_association_set: Members of the range, at most 10; their ``ha_vip_id`` stays unset.
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
    """

    intl = Gap(
        inputs=("CheckAssociate", "Tags", "HaVipAssociationSet", "ClientToken"),
        fields=(
            "HaVip.HaVipAssociationSet",
            "HaVip.CheckAssociate",
            "HaVip.CdcId",
            "HaVip.FlushedTime",
            "HaVip.TagSet",
        ),
    )
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
    """The response of `DescribeHaVips`.

    Args:
        total_count: Total number of items.
        ha_vip_set: The HAVIPs.
    """

    total_count: int = 0
    ha_vip_set: list[HaVip] = []


class DescribeHaVips(VpcRequest[DescribeHaVipsResponse]):
    """List HAVIPs, by their ids or by filters.

    Ids and filters exclude each other. Ids that do not exist are missing in the response.

    Example::

        for page in client.pages(DescribeHaVips()):
            for vip in page.ha_vip_set:
                print(vip.ha_vip_id, vip.vip, vip.instance_id)

    Args:
        ha_vip_ids: Ids of HAVIPs, at most 100; not together with filters.
        filters: Filters that must all match, at most 10 of 5 values each; not together with ids.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
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
    intl = Gap(
        filters=(
            "havip-association.instance-id",
            "havip-association.instance-type",
            "check-associate",
            "cdc-id",
            "type",
            "termination-protection",
            "traffic-protection",
        ),
        fields=(
            "HaVip.HaVipAssociationSet",
            "HaVip.CheckAssociate",
            "HaVip.CdcId",
            "HaVip.FlushedTime",
            "HaVip.TagSet",
        ),
    )
    source = "https://cloud.tencent.com/document/api/215/30650"

    ha_vip_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None


class ModifyHaVipAttributeResponse(Response):
    """The response of `ModifyHaVipAttribute`."""


class ModifyHaVipAttribute(VpcRequest[ModifyHaVipAttributeResponse]):
    """Rename a HAVIP; nothing else can be changed.

    Example::

        client.modify_ha_vip_attribute(ha_vip_id="havip-1a2b3c4d", ha_vip_name="db")

    Args:
        ha_vip_id: Id of the HAVIP, such as ``havip-1a2b3c4d``.
        ha_vip_name: The new name, at most 60 characters.
    """

    source = "https://cloud.tencent.com/document/api/215/30647"

    ha_vip_id: str
    ha_vip_name: str | None = None


class DeleteHaVipResponse(Response):
    """The response of `DeleteHaVip`."""


class DeleteHaVip(VpcRequest[DeleteHaVipResponse]):
    """Delete a HAVIP and give its address back to the subnet.

    Asynchronous. The holder must release the address first: reconfigure keepalived, then
    delete.

    Example::

        client.delete_ha_vip(ha_vip_id="havip-1a2b3c4d")  # waits for the task

    Args:
        ha_vip_id: Id of the HAVIP, such as ``havip-1a2b3c4d``.
    """

    task = Task.VPC
    source = "https://cloud.tencent.com/document/api/215/30651"

    ha_vip_id: str


class HaVipAssociateAddressIpResponse(Response):
    """The response of `HaVipAssociateAddressIp`."""


class HaVipAssociateAddressIp(VpcRequest[HaVipAssociateAddressIpResponse]):
    """Bind an elastic IP to a HAVIP, given by its address and not by its id.

    Asynchronous. A HAVIP has at most one elastic IP, and neither may be bound yet. While the
    HAVIP has no holder, the elastic IP counts as idle and is billed.

    Example::

        client.ha_vip_associate_address_ip(
            ha_vip_id="havip-1a2b3c4d", address_ip="203.0.113.7"
        )

    Args:
        ha_vip_id: Id of the HAVIP, which must have no elastic IP yet.
        address_ip: Address of the elastic IP, not its id; it must be bound to nothing.
    """

    task = Task.VPC
    source = "https://cloud.tencent.com/document/api/215/30649"

    ha_vip_id: str
    address_ip: str


class HaVipDisassociateAddressIpResponse(Response):
    """The response of `HaVipDisassociateAddressIp`."""


class HaVipDisassociateAddressIp(VpcRequest[HaVipDisassociateAddressIpResponse]):
    """Unbind the elastic IP of a HAVIP.

    Asynchronous.

    Example::

        client.ha_vip_disassociate_address_ip(ha_vip_id="havip-1a2b3c4d")

    Args:
        ha_vip_id: Id of the HAVIP, which must have an elastic IP.
    """

    task = Task.VPC
    source = "https://www.tencentcloud.com/document/api/215/34760"

    ha_vip_id: str


class AssociateHaVipInstanceResponse(Response):
    """The response of `AssociateHaVipInstance`."""


class AssociateHaVipInstance(VpcRequest[AssociateHaVipInstanceResponse]):
    """Add instances or network interfaces to the range that may bind a HAVIP.

    The range only applies if the HAVIP was created with ``check_associate``. It contains either CVM
    instances or attached secondary network interfaces, never both.

    Example::

        member = HaVipAssociation(
            ha_vip_id="havip-1a2b3c4d", instance_id="ins-1a2b3c4d", instance_type="CVM"
        )
        client.associate_ha_vip_instance(ha_vip_association_set=[member])

    Args:
        ha_vip_association_set: Members of the range, at most 10 a call.
    """

    intl = Gap(action=True)

    ha_vip_association_set: list[HaVipAssociation]


class DisassociateHaVipInstanceResponse(Response):
    """The response of `DisassociateHaVipInstance`."""


class DisassociateHaVipInstance(VpcRequest[DisassociateHaVipInstanceResponse]):
    """Remove instances or network interfaces from the range that may bind a HAVIP.

    Example::

        member = HaVipAssociation(ha_vip_id="havip-1a2b3c4d", instance_id="ins-1a2b3c4d")
        client.disassociate_ha_vip_instance(ha_vip_association_set=[member])

    Args:
        ha_vip_association_set: Members of the range, at most 10 a call.
    """

    intl = Gap(action=True)
    source = "https://cloud.tencent.com/document/api/215/118881"

    ha_vip_association_set: list[HaVipAssociation]
