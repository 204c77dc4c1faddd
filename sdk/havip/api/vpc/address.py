"""Elastic IPs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Input, Page, Response, Shape, Task
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = [
    "Address",
    "AddressChargePrepaid",
    "AlgType",
    "AllocateAddresses",
    "AllocateAddressesResponse",
    "AssociateAddress",
    "AssociateAddressResponse",
    "DescribeAddresses",
    "DescribeAddressesResponse",
    "DisassociateAddress",
    "DisassociateAddressResponse",
    "ModifyAddressAttribute",
    "ModifyAddressAttributeResponse",
    "ModifyAddressesBandwidth",
    "ModifyAddressesBandwidthResponse",
    "ReleaseAddresses",
    "ReleaseAddressesResponse",
]


class AddressChargePrepaid(Input):
    """Terms of a prepaid elastic IP.

    Args:
        period: Term in months.
        auto_renew_flag: 0 manual renewal, 1 automatic renewal (the default), 2 no renewal.
    """

    period: int
    auto_renew_flag: int | None = None


class AlgType(Shape):
    """Enabled application-layer gateways of an elastic IP.

    Args:
        ftp: Whether the FTP helper is on.
        sip: Whether the SIP helper is on.
    """

    ftp: bool = False
    sip: bool = False


class Address(Shape):
    """An elastic IP.

    Args:
        address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
        address_name: Name of the elastic IP, at most 128 characters.
        address_status: ``CREATING``, ``BINDING``, ``BIND``, ``UNBINDING``, ``UNBIND``,
            ``OFFLINING`` or ``BIND_ENI``.
        address_ip: The public IPv4 address.
        instance_id: Id of the object it is bound to: an instance, a HAVIP and others; empty while
            unbound.
        created_time: Creation time in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
        network_interface_id: Id of the interface it is bound to; empty while unbound.
        private_address_ip: The private address it is bound to.
        is_arrears: Whether it is suspended for overdue payment.
        is_blocked: Whether it is blocked, after an attack for instance.
        is_eip_direct_connection: Whether it can be passed through to the instance.
        address_type: ``EIP``, ``AnycastEIP``, ``HighQualityEIP``, ``AntiDDoSEIP``, ``WanIP`` or
            ``CalcIP``.
        cascade_release: Whether it is released as soon as it is unbound.
        eip_alg_type: Enabled protocol helpers.
        internet_service_provider: Carrier: ``BGP`` (the default), ``CMCC``, ``CTCC`` or ``CUCC``.
        local_bgp: Whether it draws on local bandwidth.
        bandwidth: Bandwidth limit in Mbps; None on accounts of the old kind.
        internet_charge_type: Billing mode of the traffic, such as ``TRAFFIC_POSTPAID_BY_HOUR``;
            None on accounts of the old kind.
        tag_set: Tags.
        deadline_date: When a prepaid elastic IP ends, in UTC as ``YYYY-MM-DDThh:mm:ssZ``; None for
            others.
        instance_type: Type of the object it is bound to: ``CVM``, ``NAT``, ``HAVIP``, ``ENI``,
            ``CLB`` or ``DHCPIP``; None while unbound.
        egress: Network egress of an address of one carrier.
        anti_ddos_package_id: Id of the DDoS protection package; needed for ``AntiDDoSEIP``.
        renew_flag: ``NOTIFY_AND_AUTO_RENEW``, ``NOTIFY_AND_MANUAL_RENEW`` or
            ``DISABLE_NOTIFY_AND_MANUAL_RENEW``.
        bandwidth_package_id: Id of its bandwidth package; None without one.
        un_vpc_id: Id of the VPC of an old kind of IPv6 address.
        dedicated_cluster_id: Id of a dedicated cluster (CDC).
        eip_visible_on_eni: Whether the interface shows the elastic IP.
    """

    address_id: str = ""
    address_name: str = ""
    address_status: str = ""
    address_ip: str = ""
    instance_id: str = ""
    created_time: str = ""
    network_interface_id: str = ""
    private_address_ip: str = ""
    is_arrears: bool = False
    is_blocked: bool = False
    is_eip_direct_connection: bool = False
    address_type: str = ""
    cascade_release: bool = False
    eip_alg_type: AlgType | None = None
    internet_service_provider: str = ""
    local_bgp: bool = False
    bandwidth: int | None = None
    internet_charge_type: str | None = None
    tag_set: list[Tag] = []
    deadline_date: str | None = None
    instance_type: str | None = None
    egress: str | None = None
    anti_ddos_package_id: Annotated[str, Field(alias="AntiDDoSPackageId")] = ""
    renew_flag: str = ""
    bandwidth_package_id: str | None = None
    un_vpc_id: str = ""
    dedicated_cluster_id: str = ""
    eip_visible_on_eni: bool = False


class AllocateAddressesResponse(Response):
    """The response of `AllocateAddresses`.

    Args:
        address_set: Ids of the new elastic IPs.
        task_id: Id of the task, digits in a string.
    """

    address_set: list[str] = []
    task_id: str = ""


class AllocateAddresses(VpcRequest[AllocateAddressesResponse]):
    """Allocate elastic IPs.

    Asynchronous, polled with the ``task_id`` of the response. Without ``client_token``, a repeated
    call allocates, and bills, again.

    Args:
        address_count: Number of elastic IPs (default 1).
        internet_service_provider: Carrier: ``BGP`` (the default), ``CMCC``, ``CTCC`` or ``CUCC``.
        internet_charge_type: Billing mode of the traffic: ``TRAFFIC_POSTPAID_BY_HOUR``,
            ``BANDWIDTH_POSTPAID_BY_HOUR``, ``BANDWIDTH_PREPAID_BY_MONTH`` or ``BANDWIDTH_PACKAGE``.
        ip_charge_type: ``IP_POSTPAID_BY_HOUR`` or ``IP_PREPAID_BY_MONTH``; for ``ResidentialEIP``
            only.
        internet_max_bandwidth_out: Limit of outgoing bandwidth in Mbps: 1 to 100, 200 (by month) or
            2000 (in a package).
        address_charge_prepaid: Term and renewal; needed for ``BANDWIDTH_PREPAID_BY_MONTH`` and only
            there.
        address_type: ``EIP`` (the default), ``AnycastEIP``, ``HighQualityEIP``, ``AntiDDoSEIP`` or
            ``ResidentialEIP``.
        anycast_zone: ``ANYCAST_ZONE_GLOBAL`` or ``ANYCAST_ZONE_OVERSEAS`` (the default).
        vip_cluster: Particular addresses to ask for; three tries a month.
        applicable_for_clb: Retired: Anycast addresses no longer differ in this.
        tags: Tags.
        bandwidth_package_id: Id of the shared bandwidth package, such as ``bwp-1a2b3c4d``.
        address_name: Name of the elastic IP.
        dedicated_cluster_id: Id of a dedicated cluster (CDC).
        is_dedicated_address_pool: Whether to draw from the account's own pool of addresses.
        egress: Network egress: ``center_egress1`` (the default) to ``center_egress3``;
            special kinds only.
        anti_ddos_package_id: Id of the DDoS protection package; needed for ``AntiDDoSEIP``.
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
    """

    task = Task.ADDRESS
    rate = 10
    intl = Gap(inputs=("IPChargeType",))
    source = "https://cloud.tencent.com/document/api/215/16699"

    address_count: int | None = None
    internet_service_provider: str | None = None
    internet_charge_type: str | None = None
    ip_charge_type: Annotated[str | None, Field(alias="IPChargeType")] = None
    internet_max_bandwidth_out: int | None = None
    address_charge_prepaid: AddressChargePrepaid | None = None
    address_type: str | None = None
    anycast_zone: str | None = None
    vip_cluster: list[str] | None = None
    applicable_for_clb: Annotated[bool | None, Field(alias="ApplicableForCLB")] = None
    tags: list[Tag] | None = None
    bandwidth_package_id: str | None = None
    address_name: str | None = None
    dedicated_cluster_id: str | None = None
    is_dedicated_address_pool: bool | None = None
    egress: str | None = None
    anti_ddos_package_id: Annotated[str | None, Field(alias="AntiDDoSPackageId")] = None
    client_token: str | None = None


class DescribeAddressesResponse(Response):
    """The response of `DescribeAddresses`.

    Args:
        total_count: Total number of items.
        address_set: The elastic IPs.
    """

    total_count: int = 0
    address_set: list[Address] = []


class DescribeAddresses(VpcRequest[DescribeAddressesResponse]):
    """List elastic IPs, by their ids or by filters.

    Args:
        address_ids: Ids of elastic IPs; not together with the filter ``address-id``.
        filters: Filters that must all match, at most 10 of 100 values each.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
    """

    reads = True
    # business-type is documented nowhere, yet Terraform's provider sends it.
    filter_names = (
        "address-id",
        "address-name",
        "address-ip",
        "address-status",
        "instance-id",
        "private-ip-address",
        "network-interface-id",
        "is-arrears",
        "instance-type",
        "address-type",
        "address-isp",
        "dedicated-cluster-id",
        "tag-key",
        "tag-value",
        "tag:",
        "business-type",
    )
    page = Page("address_set")
    intl = Gap(fields=("Address.EipVisibleOnEni",))
    source = "https://cloud.tencent.com/document/api/215/16702"

    address_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None


class ModifyAddressAttributeResponse(Response):
    """The response of `ModifyAddressAttribute`."""


class ModifyAddressAttribute(VpcRequest[ModifyAddressAttributeResponse]):
    """Rename an elastic IP, or change how it passes through to its instance.

    Args:
        address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
        address_name: Name of the elastic IP, at most 128 characters.
        eip_direct_connection: ``TRUE`` or ``FALSE``, as a string: whether the instance sees the
            elastic IP itself.
        eip_visible_on_eni: Whether the interface shows the elastic IP.
    """

    intl = Gap(inputs=("EipVisibleOnEni",))

    address_id: str
    address_name: str | None = None
    eip_direct_connection: str | None = None
    eip_visible_on_eni: bool | None = None


class ModifyAddressesBandwidthResponse(Response):
    """The response of `ModifyAddressesBandwidth`.

    Args:
        task_id: Id of the task, digits in a string.
    """

    task_id: str = ""


class ModifyAddressesBandwidth(VpcRequest[ModifyAddressesBandwidthResponse]):
    """Change the bandwidth limit of elastic IPs.

    Asynchronous, polled with the ``task_id`` of the response.

    Args:
        address_ids: Ids of elastic IPs, such as ``eip-1a2b3c4d``.
        internet_max_bandwidth_out: The new limit of outgoing bandwidth in Mbps; how much there can
            be depends on how the traffic is billed.
        start_time: Retired: it has no effect.
        end_time: Retired: it has no effect.
    """

    task = Task.ADDRESS

    address_ids: list[str]
    internet_max_bandwidth_out: int
    start_time: str | None = None
    end_time: str | None = None


class AssociateAddressResponse(Response):
    """The response of `AssociateAddress`.

    Args:
        task_id: Id of the task, digits in a string.
    """

    task_id: str = ""


class AssociateAddress(VpcRequest[AssociateAddressResponse]):
    """Bind an elastic IP to an instance, or to a private address of a network interface.

    Asynchronous, polled with the ``task_id`` of the response. For a HAVIP use
    `HaVipAssociateAddressIp`.

    Args:
        address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
        instance_id: Id of an instance; not together with an interface.
        network_interface_id: Id of an interface, with ``private_ip_address``; not together with an
            instance.
        private_ip_address: Private address of the interface to bind to.
        eip_direct_connection: Whether the instance sees the elastic IP itself (default false).
        instance_region: Region of the instance; only for a special case of GAAP.
    """

    task = Task.ADDRESS
    intl = Gap(inputs=("InstanceRegion",))

    address_id: str
    instance_id: str | None = None
    network_interface_id: str | None = None
    private_ip_address: str | None = None
    eip_direct_connection: bool | None = None
    instance_region: str | None = None


class DisassociateAddressResponse(Response):
    """The response of `DisassociateAddress`.

    Args:
        task_id: Id of the task, digits in a string.
    """

    task_id: str = ""


class DisassociateAddress(VpcRequest[DisassociateAddressResponse]):
    """Unbind an elastic IP from an instance or a network interface.

    Asynchronous, polled with the ``task_id`` of the response. For a HAVIP use
    `HaVipDisassociateAddressIp`.

    Args:
        address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
        reallocate_normal_public_ip: Whether the instance gets an ordinary public address in its
            place (default false).
    """

    task = Task.ADDRESS

    address_id: str
    reallocate_normal_public_ip: bool | None = None


class ReleaseAddressesResponse(Response):
    """The response of `ReleaseAddresses`.

    Args:
        task_id: Id of the task, digits in a string.
    """

    task_id: str = ""


class ReleaseAddresses(VpcRequest[ReleaseAddressesResponse]):
    """Release elastic IPs; this cannot be undone.

    Asynchronous, polled with the ``task_id`` of the response. Each must be unbound.

    Args:
        address_ids: Ids of elastic IPs, each unbound.
    """

    task = Task.ADDRESS
    rate = 10
    source = "https://cloud.tencent.com/document/api/215/16705"

    address_ids: list[str]
