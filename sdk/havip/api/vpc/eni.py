"""Elastic network interfaces and their private addresses."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape, Task
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = ["AssignPrivateIpAddresses", "AssignPrivateIpAddressesResponse", "AttachNetworkInterface", "AttachNetworkInterfaceResponse", "CreateNetworkInterface", "CreateNetworkInterfaceResponse", "DeleteNetworkInterface", "DeleteNetworkInterfaceResponse", "DescribeNetworkInterfaces", "DescribeNetworkInterfacesResponse", "DetachNetworkInterface", "DetachNetworkInterfaceResponse", "Ipv6Address", "MigratePrivateIpAddress", "MigratePrivateIpAddressResponse", "ModifyNetworkInterfaceAttribute", "ModifyNetworkInterfaceAttributeResponse", "NetworkInterface", "NetworkInterfaceAttachment", "PrivateIpAddressSpecification", "UnassignPrivateIpAddresses", "UnassignPrivateIpAddressesResponse"]


class PrivateIpAddressSpecification(Shape):
    """A private IPv4 address of a network interface."""

    private_ip_address: str | None = None
    primary: bool | None = None
    public_ip_address: str | None = None
    address_id: str | None = None
    description: str | None = None
    is_wan_ip_blocked: bool | None = None
    state: str | None = None
    qos_level: str | None = None


class Ipv6Address(Shape):
    """An IPv6 address of a network interface."""

    address: str
    primary: bool | None = None
    address_id: str | None = None
    description: str | None = None
    is_wan_ip_blocked: bool | None = None
    state: str | None = None
    public_ip_address: str | None = None
    address_type: str | None = None


class NetworkInterfaceAttachment(Shape):
    """What a network interface is attached to."""

    device_index: int = 0
    instance_account_id: str = ""
    attach_time: str = ""
    instance_id: str = ""


class NetworkInterface(Shape):
    """A network interface."""

    network_interface_id: str = ""
    network_interface_name: str = ""
    network_interface_description: str = ""
    subnet_id: str = ""
    vpc_id: str = ""
    group_set: list[str] = []
    primary: bool = False
    mac_address: str = ""
    state: str = ""
    network_interface_state: str = ""
    private_ip_address_set: list[PrivateIpAddressSpecification] = []
    attachment: NetworkInterfaceAttachment | None = None
    zone: str = ""
    created_time: str = ""
    ipv6_address_set: list[Ipv6Address] = []
    tag_set: list[Tag] = []
    eni_type: int = 0
    business: str = ""
    cdc_id: str = ""
    attach_type: int = 0
    resource_id: str = ""
    qos_level: str = ""
    ipv6_addresses: list[Ipv6Address] = []
    ipv6_address_count: int = 0


class CreateNetworkInterfaceResponse(Response):
    """The answer of `CreateNetworkInterface`."""

    network_interface: NetworkInterface


class CreateNetworkInterface(VpcRequest[CreateNetworkInterfaceResponse]):
    """Create a secondary network interface with its private addresses.

    Asynchronous: usable when its ``state`` is AVAILABLE or its task is done.
    """

    task = Task.VPC
    intl = Gap(inputs=("Ipv6Addresses", "Ipv6AddressCount", "IsRdma", "TerminationProtection", "TrafficProtection"), fields=("NetworkInterface.NetworkInterfaceState", "Ipv6Address.PublicIpAddress", "Ipv6Address.AddressType", "NetworkInterface.Ipv6Addresses", "NetworkInterface.Ipv6AddressCount"))

    vpc_id: str
    network_interface_name: str
    subnet_id: str
    network_interface_description: str | None = None
    qos_level: str | None = None
    security_group_ids: list[str] | None = None
    private_ip_addresses: list[PrivateIpAddressSpecification] | None = None
    secondary_private_ip_address_count: int | None = None
    ipv6_addresses: list[Ipv6Address] | None = None
    ipv6_address_count: int | None = None
    tags: list[Tag] | None = None
    trunking_flag: str | None = None
    is_rdma: bool | None = None
    client_token: str | None = None
    termination_protection: bool | None = None
    traffic_protection: bool | None = None


class DescribeNetworkInterfacesResponse(Response):
    """The answer of `DescribeNetworkInterfaces`."""

    network_interface_set: list[NetworkInterface] = []
    total_count: int = 0


class DescribeNetworkInterfaces(VpcRequest[DescribeNetworkInterfacesResponse]):
    """List network interfaces, by their ids or by filters.

    Ids and filters exclude each other.
    """

    rate = 100
    reads = True
    filter_names = (
        "vpc-id",
        "subnet-id",
        "network-interface-id",
        "attachment.instance-id",
        "groups.security-group-id",
        "network-interface-name",
        "network-interface-description",
        "address-ip",
        "ip-exact-match",
        "tag-key",
        "tag:",
        "is-primary",
        "eni-type",
        "eni-qos",
        "address-ipv6",
        "public-address-ip",
        "address-type",
        "termination-protection",
        "traffic-protection",
    )
    page = Page("network_interface_set")
    intl = Gap(filters=("address-type", "termination-protection", "traffic-protection"), fields=("NetworkInterface.NetworkInterfaceState", "Ipv6Address.PublicIpAddress", "Ipv6Address.AddressType", "NetworkInterface.Ipv6Addresses", "NetworkInterface.Ipv6AddressCount"))
    source = "https://cloud.tencent.com/document/api/215/15817"

    network_interface_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None


class ModifyNetworkInterfaceAttributeResponse(Response):
    """The answer of `ModifyNetworkInterfaceAttribute`: it succeeded."""


class ModifyNetworkInterfaceAttribute(VpcRequest[ModifyNetworkInterfaceAttributeResponse]):
    """Change the name, description, security groups or trunking of a network interface."""

    network_interface_id: str
    network_interface_name: str | None = None
    network_interface_description: str | None = None
    security_group_ids: list[str] | None = None
    trunking_flag: str | None = None


class AttachNetworkInterfaceResponse(Response):
    """The answer of `AttachNetworkInterface`: it succeeded."""


class AttachNetworkInterface(VpcRequest[AttachNetworkInterfaceResponse]):
    """Attach a network interface to an instance of the same zone.

    Asynchronous. The instance must be running or stopped.
    """

    task = Task.VPC
    intl = Gap(inputs=("ClientToken",))

    network_interface_id: str
    instance_id: str
    attach_type: int | None = None
    client_token: str | None = None


class DetachNetworkInterfaceResponse(Response):
    """The answer of `DetachNetworkInterface`: it succeeded."""


class DetachNetworkInterface(VpcRequest[DetachNetworkInterfaceResponse]):
    """Detach a network interface from its instance.

    Asynchronous. Refused while the interface is in the range of a HAVIP.
    """

    task = Task.VPC
    intl = Gap(inputs=("ClientToken",))

    network_interface_id: str
    instance_id: str
    client_token: str | None = None


class DeleteNetworkInterfaceResponse(Response):
    """The answer of `DeleteNetworkInterface`: it succeeded."""


class DeleteNetworkInterface(VpcRequest[DeleteNetworkInterfaceResponse]):
    """Delete a network interface that is attached to nothing.

    Asynchronous. Its private addresses go back to the subnet.
    """

    task = Task.VPC

    network_interface_id: str


class AssignPrivateIpAddressesResponse(Response):
    """The answer of `AssignPrivateIpAddresses`."""

    private_ip_address_set: list[PrivateIpAddressSpecification] = []


class AssignPrivateIpAddresses(VpcRequest[AssignPrivateIpAddressesResponse]):
    """Give secondary private addresses to a network interface.

    Asynchronous. Either the addresses or how many of them must be given.
    """

    task = Task.VPC
    rate = 100
    source = "https://cloud.tencent.com/document/api/215/15813"

    network_interface_id: str
    private_ip_addresses: list[PrivateIpAddressSpecification] | None = None
    secondary_private_ip_address_count: int | None = None
    qos_level: str | None = None
    client_token: str | None = None


class UnassignPrivateIpAddressesResponse(Response):
    """The answer of `UnassignPrivateIpAddresses`: it succeeded."""


class UnassignPrivateIpAddresses(VpcRequest[UnassignPrivateIpAddressesResponse]):
    """Take secondary private addresses off a network interface.

    Asynchronous. An elastic IP bound to such an address is unbound along with it.
    """

    task = Task.VPC
    rate = 100
    source = "https://www.tencentcloud.com/document/api/215/15814"

    network_interface_id: str
    private_ip_addresses: list[PrivateIpAddressSpecification]
    instance_id: str | None = None


class MigratePrivateIpAddressResponse(Response):
    """The answer of `MigratePrivateIpAddress`: it succeeded."""


class MigratePrivateIpAddress(VpcRequest[MigratePrivateIpAddressResponse]):
    """Move a secondary private address to another network interface of the same subnet.

    Asynchronous. The way to fail over without a HAVIP: an API call moves the address, not the
    guest.
    """

    task = Task.VPC
    rate = 50
    source = "https://cloud.tencent.com/document/api/215/15820 and https://www.tencentcloud.com/document/api/215/15820"

    source_network_interface_id: str
    destination_network_interface_id: str
    private_ip_address: str
