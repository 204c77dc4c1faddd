"""Elastic network interfaces."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape, Task
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag
from havip.api.vpc.private import PrivateIpAddressSpecification

__all__ = [
    "AttachNetworkInterface",
    "AttachNetworkInterfaceResponse",
    "CreateNetworkInterface",
    "CreateNetworkInterfaceResponse",
    "DeleteNetworkInterface",
    "DeleteNetworkInterfaceResponse",
    "DescribeNetworkInterfaces",
    "DescribeNetworkInterfacesResponse",
    "DetachNetworkInterface",
    "DetachNetworkInterfaceResponse",
    "Ipv6Address",
    "ModifyNetworkInterfaceAttribute",
    "ModifyNetworkInterfaceAttributeResponse",
    "NetworkInterface",
    "NetworkInterfaceAttachment",
]


class Ipv6Address(Shape):
    """An IPv6 address of a network interface.

    Args:
        address: The IPv6 address.
        primary: Whether it is the primary one.
        address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
        description: Description.
        is_wan_ip_blocked: Whether its public address is blocked.
        state: ``PENDING``, ``MIGRATING``, ``DELETING`` or ``AVAILABLE``.
        public_ip_address: The public address bound to it.
        address_type: ``GUA`` (routed globally) or ``ULA`` (unique locally).
    """

    address: str
    primary: bool | None = None
    address_id: str | None = None
    description: str | None = None
    is_wan_ip_blocked: bool | None = None
    state: str | None = None
    public_ip_address: str | None = None
    address_type: str | None = None


class NetworkInterfaceAttachment(Shape):
    """Attachment of a network interface to an instance.

    Args:
        device_index: Number of the interface on its instance; 0 is the primary one.
        instance_account_id: Account that owns the instance.
        attach_time: When it was attached.
        instance_id: Id of the instance, such as ``ins-1a2b3c4d``.
    """

    device_index: int = 0
    instance_account_id: str = ""
    attach_time: str = ""
    instance_id: str = ""


class NetworkInterface(Shape):
    """A network interface.

    Args:
        network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
        network_interface_name: Name of the interface, at most 60 bytes.
        network_interface_description: Description, at most 60 characters.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        group_set: Ids of its security groups.
        primary: Whether it is the primary one.
        mac_address: Its MAC address.
        state: ``PENDING``, ``AVAILABLE``, ``ATTACHING``, ``DETACHING`` or ``DELETING``.
        network_interface_state: As ``state``, and ``INUSE`` for an attached one.
        private_ip_address_set: Private IPv4 addresses.
        attachment: The instance it is attached to; None while it is free.
        zone: Availability zone, such as ``ap-guangzhou-3``.
        created_time: Creation time, as ``YYYY-MM-DD hh:mm:ss``; the time zone is not documented.
        ipv6_address_set: IPv6 addresses.
        tag_set: Tags.
        eni_type: 0 secondary, 1 primary, 2 trunking.
        business: Kind of instance: ``cvm``, ``eks`` or ``hai``.
        cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.
        attach_type: 0 for standard, 1 for extended.
        resource_id: Id of the object that reserves its primary address.
        qos_level: Quality of service: ``PT``, ``AU``, ``AG`` or ``DEFAULT``.
        ipv6_addresses: IPv6 addresses.
        ipv6_address_count: Number of IPv6 addresses to choose; meaningless in responses.
    """

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
    """The response of `CreateNetworkInterface`.

    Args:
        network_interface: The new interface.
    """

    network_interface: NetworkInterface


class CreateNetworkInterface(VpcRequest[CreateNetworkInterfaceResponse]):
    """Create a secondary network interface with its private addresses.

    Asynchronous: usable when its ``state`` is AVAILABLE or its task is done.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        network_interface_name: Name of the interface, at most 60 bytes.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        network_interface_description: Description, at most 60 characters.
        qos_level: Quality of service: ``PT``, ``AU``, ``AG`` or ``DEFAULT``.
        security_group_ids: Ids of security groups.
        private_ip_addresses: Addresses to assign, at most 10, one of them primary.
        secondary_private_ip_address_count: Number of secondary addresses for the service to choose.
        ipv6_addresses: IPv6 addresses to assign, at most 10.
        ipv6_address_count: Number of IPv6 addresses for the service to choose, 1 to 10.
        tags: Tags.
        trunking_flag: ``Enable`` or ``Disable`` (the default).
        is_rdma: Whether it is for RDMA (default false).
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
        termination_protection: Whether it cannot be deleted.
        traffic_protection: Whether its traffic is protected.
    """

    task = Task.VPC
    intl = Gap(
        inputs=(
            "Ipv6Addresses",
            "Ipv6AddressCount",
            "IsRdma",
            "TerminationProtection",
            "TrafficProtection",
        ),
        fields=(
            "NetworkInterface.NetworkInterfaceState",
            "Ipv6Address.PublicIpAddress",
            "Ipv6Address.AddressType",
            "NetworkInterface.Ipv6Addresses",
            "NetworkInterface.Ipv6AddressCount",
        ),
    )

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
    """The response of `DescribeNetworkInterfaces`.

    Args:
        network_interface_set: The interfaces.
        total_count: Total number of items.
    """

    network_interface_set: list[NetworkInterface] = []
    total_count: int = 0


class DescribeNetworkInterfaces(VpcRequest[DescribeNetworkInterfacesResponse]):
    """List network interfaces, by their ids or by filters.

    Ids and filters exclude each other.

    Args:
        network_interface_ids: Ids of interfaces, at most 100; not together with filters.
        filters: Filters that must all match; not together with ids.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
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
    intl = Gap(
        filters=("address-type", "termination-protection", "traffic-protection"),
        fields=(
            "NetworkInterface.NetworkInterfaceState",
            "Ipv6Address.PublicIpAddress",
            "Ipv6Address.AddressType",
            "NetworkInterface.Ipv6Addresses",
            "NetworkInterface.Ipv6AddressCount",
        ),
    )
    source = "https://cloud.tencent.com/document/api/215/15817"

    network_interface_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None


class ModifyNetworkInterfaceAttributeResponse(Response):
    """The response of `ModifyNetworkInterfaceAttribute`."""


class ModifyNetworkInterfaceAttribute(VpcRequest[ModifyNetworkInterfaceAttributeResponse]):
    """Change the name, description, security groups or trunking of a network interface.

    Args:
        network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
        network_interface_name: Name of the interface, at most 60 bytes.
        network_interface_description: Description, at most 60 characters.
        security_group_ids: Ids of security groups.
        trunking_flag: ``Enable`` or ``Disable`` (the default).
    """

    network_interface_id: str
    network_interface_name: str | None = None
    network_interface_description: str | None = None
    security_group_ids: list[str] | None = None
    trunking_flag: str | None = None


class AttachNetworkInterfaceResponse(Response):
    """The response of `AttachNetworkInterface`."""


class AttachNetworkInterface(VpcRequest[AttachNetworkInterfaceResponse]):
    """Attach a network interface to an instance of the same zone.

    Asynchronous. The instance must be running or stopped.

    Args:
        network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
        instance_id: Id of the instance, such as ``ins-1a2b3c4d``.
        attach_type: 0 for standard, 1 for extended (default 0).
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
    """

    task = Task.VPC
    intl = Gap(inputs=("ClientToken",))

    network_interface_id: str
    instance_id: str
    attach_type: int | None = None
    client_token: str | None = None


class DetachNetworkInterfaceResponse(Response):
    """The response of `DetachNetworkInterface`."""


class DetachNetworkInterface(VpcRequest[DetachNetworkInterfaceResponse]):
    """Detach a network interface from its instance.

    Asynchronous. Rejected while the interface is in the range of a HAVIP.

    Args:
        network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
        instance_id: Id of the instance, such as ``ins-1a2b3c4d``.
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
    """

    task = Task.VPC
    intl = Gap(inputs=("ClientToken",))

    network_interface_id: str
    instance_id: str
    client_token: str | None = None


class DeleteNetworkInterfaceResponse(Response):
    """The response of `DeleteNetworkInterface`."""


class DeleteNetworkInterface(VpcRequest[DeleteNetworkInterfaceResponse]):
    """Delete a network interface that is attached to nothing.

    Asynchronous. Its private addresses go back to the subnet.

    Args:
        network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
    """

    task = Task.VPC

    network_interface_id: str
