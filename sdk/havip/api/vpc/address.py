"""Elastic IPs, the tasks of asynchronous calls on them, and bandwidth packages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Input, Page, Response, Shape, Task
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = ["Address", "AddressChargePrepaid", "AlgType", "AllocateAddresses", "AllocateAddressesResponse", "AssociateAddress", "AssociateAddressResponse", "BandwidthPackage", "DescribeAddresses", "DescribeAddressesResponse", "DescribeBandwidthPackages", "DescribeBandwidthPackagesResponse", "DescribeTaskResult", "DescribeTaskResultResponse", "DisassociateAddress", "DisassociateAddressResponse", "ModifyAddressAttribute", "ModifyAddressAttributeResponse", "ReleaseAddresses", "ReleaseAddressesResponse", "Resource"]


class AddressChargePrepaid(Input):
    """How an elastic IP that is paid ahead is bought."""

    period: int
    auto_renew_flag: int | None = None


class AlgType(Shape):
    """Which application-layer gateways an elastic IP has on."""

    ftp: bool = False
    sip: bool = False


class Address(Shape):
    """An elastic IP."""

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


class Resource(Shape):
    """A resource in a bandwidth package."""

    resource_type: str = ""
    resource_id: str = ""
    address_ip: str = ""


class BandwidthPackage(Shape):
    """A shared bandwidth package."""

    bandwidth_package_id: str = ""
    network_type: str = ""
    charge_type: str = ""
    bandwidth_package_name: str = ""
    created_time: str = ""
    status: str = ""
    resource_set: list[Resource] = []
    bandwidth: int = 0
    egress: str = ""
    deadline: str | None = None


class AllocateAddressesResponse(Response):
    """The answer of `AllocateAddresses`."""

    address_set: list[str] = []
    task_id: str = ""


class AllocateAddresses(VpcRequest[AllocateAddressesResponse]):
    """Allocate elastic IPs.

    Asynchronous, followed by the ``task_id`` of the answer. Without ``client_token`` a repeated
    call allocates, and bills, again.
    """

    task = Task.ADDRESS
    rate = 10
    intl = Gap(inputs=("IPChargeType",))
    source = "https://cloud.tencent.com/document/api/215/15755"

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
    """The answer of `DescribeAddresses`."""

    total_count: int = 0
    address_set: list[Address] = []


class DescribeAddresses(VpcRequest[DescribeAddressesResponse]):
    """List elastic IPs, by their ids or by filters."""

    reads = True
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
    """The answer of `ModifyAddressAttribute`: it succeeded."""


class ModifyAddressAttribute(VpcRequest[ModifyAddressAttributeResponse]):
    """Rename an elastic IP, or change how it passes through to its instance."""

    intl = Gap(inputs=("EipVisibleOnEni",))

    address_id: str
    address_name: str | None = None
    eip_direct_connection: str | None = None
    eip_visible_on_eni: bool | None = None


class AssociateAddressResponse(Response):
    """The answer of `AssociateAddress`."""

    task_id: str = ""


class AssociateAddress(VpcRequest[AssociateAddressResponse]):
    """Bind an elastic IP to an instance, or to a private address of a network interface.

    Asynchronous, followed by the ``task_id`` of the answer. For a HAVIP use
    `HaVipAssociateAddressIp`.
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
    """The answer of `DisassociateAddress`."""

    task_id: str = ""


class DisassociateAddress(VpcRequest[DisassociateAddressResponse]):
    """Unbind an elastic IP from an instance or a network interface.

    Asynchronous, followed by the ``task_id`` of the answer. For a HAVIP use
    `HaVipDisassociateAddressIp`.
    """

    task = Task.ADDRESS

    address_id: str
    reallocate_normal_public_ip: bool | None = None


class ReleaseAddressesResponse(Response):
    """The answer of `ReleaseAddresses`."""

    task_id: str = ""


class ReleaseAddresses(VpcRequest[ReleaseAddressesResponse]):
    """Give elastic IPs back; there is no way to undo it.

    Asynchronous, followed by the ``task_id`` of the answer. Each must be unbound.
    """

    task = Task.ADDRESS
    rate = 10
    source = "https://cloud.tencent.com/document/api/215/16705"

    address_ids: list[str]


class DescribeTaskResultResponse(Response):
    """The answer of `DescribeTaskResult`."""

    task_id: int = 0
    result: str = ""


class DescribeTaskResult(VpcRequest[DescribeTaskResultResponse]):
    """Ask how far an asynchronous call on elastic IPs has come.

    The call's answer has its task id as a string; here it is a number.
    """

    reads = True
    source = "https://cloud.tencent.com/document/api/215/15755"

    task_id: int | None = None
    deal_name: str | None = None


class DescribeBandwidthPackagesResponse(Response):
    """The answer of `DescribeBandwidthPackages`."""

    total_count: int = 0
    bandwidth_package_set: list[BandwidthPackage] = []


class DescribeBandwidthPackages(VpcRequest[DescribeBandwidthPackagesResponse]):
    """List shared bandwidth packages and the resources in them."""

    reads = True
    filter_names = (
        "bandwidth-package-id",
        "bandwidth-package-name",
        "network-type",
        "charge-type",
        "resource.resource-type",
        "resource.resource-id",
        "resource.address-ip",
        "tag-key",
        "tag-value",
        "tag:",
    )
    page = Page("bandwidth_package_set")
    intl = Gap(fields=("BandwidthPackage.Deadline",))

    bandwidth_package_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None
