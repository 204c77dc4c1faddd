"""Private addresses: secondary addresses of network interfaces, and addresses in use."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response, Shape, Task
from havip.api._services import VpcRequest
from havip.api.shared import Filter

__all__ = [
    "AssignPrivateIpAddresses",
    "AssignPrivateIpAddressesResponse",
    "DescribeUsedIpAddress",
    "DescribeUsedIpAddressResponse",
    "IpAddressStates",
    "MigratePrivateIpAddress",
    "MigratePrivateIpAddressResponse",
    "PrivateIpAddressSpecification",
    "UnassignPrivateIpAddresses",
    "UnassignPrivateIpAddressesResponse",
]


class PrivateIpAddressSpecification(Shape):
    """A private IPv4 address of a network interface.

    Args:
        private_ip_address: The private IPv4 address.
        primary: Whether it is the primary one.
        public_ip_address: The public address bound to it.
        address_id: Id of the elastic IP bound to it.
        description: Description.
        is_wan_ip_blocked: Whether its public address is blocked.
        state: ``PENDING``, ``MIGRATING``, ``DELETING`` or ``AVAILABLE``.
        qos_level: Quality of service: ``PT``, ``AU``, ``AG`` or ``DEFAULT``.
    """

    private_ip_address: str | None = None
    primary: bool | None = None
    public_ip_address: str | None = None
    address_id: str | None = None
    description: str | None = None
    is_wan_ip_blocked: bool | None = None
    state: str | None = None
    qos_level: str | None = None


class AssignPrivateIpAddressesResponse(Response):
    """The response of `AssignPrivateIpAddresses`.

    Args:
        private_ip_address_set: Private IPv4 addresses.
    """

    private_ip_address_set: list[PrivateIpAddressSpecification] = []


class AssignPrivateIpAddresses(VpcRequest[AssignPrivateIpAddressesResponse]):
    """Assign secondary private addresses to a network interface.

    Asynchronous. Give either the addresses or their number.

    Args:
        network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
        private_ip_addresses: Addresses to assign, at most 10; give these or their number.
        secondary_private_ip_address_count: Number of secondary addresses for the service to choose.
        qos_level: Quality of service: ``PT``, ``AU``, ``AG`` or ``DEFAULT``.
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
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
    """The response of `UnassignPrivateIpAddresses`."""


class UnassignPrivateIpAddresses(VpcRequest[UnassignPrivateIpAddressesResponse]):
    """Unassign secondary private addresses from a network interface.

    Asynchronous. An elastic IP bound to such an address is unbound along with it.

    Args:
        network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
        private_ip_addresses: Addresses to unassign, at most 10, none of them primary.
        instance_id: Id of the instance, only where its guest is to lose the address too.
    """

    task = Task.VPC
    rate = 100
    source = "https://www.tencentcloud.com/document/api/215/15814"

    network_interface_id: str
    private_ip_addresses: list[PrivateIpAddressSpecification]
    instance_id: str | None = None


class MigratePrivateIpAddressResponse(Response):
    """The response of `MigratePrivateIpAddress`."""


class MigratePrivateIpAddress(VpcRequest[MigratePrivateIpAddressResponse]):
    """Move a secondary private address to another network interface of the same subnet.

    Asynchronous. Use it to fail over without a HAVIP: an API call moves the address, not the
    guest.

    Example::

        client.migrate_private_ip_address(
            source_network_interface_id="eni-1a2b3c4d",
            destination_network_interface_id="eni-2b3c4d5e",
            private_ip_address="10.0.0.9",
        )

    Args:
        source_network_interface_id: Id of the interface that has the address now.
        destination_network_interface_id: Id of the interface that the address moves to.
        private_ip_address: The secondary address that moves.
    """

    task = Task.VPC
    rate = 50
    source = "https://cloud.tencent.com/document/api/215/15820"

    source_network_interface_id: str
    destination_network_interface_id: str
    private_ip_address: str


class IpAddressStates(Shape):
    """A private address in use, and its user.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        ip_address: The address.
        resource_type: Type of the object that uses it; the values are not documented.
        resource_id: Id of the object that uses it.
    """

    vpc_id: str = ""
    subnet_id: str = ""
    ip_address: str = ""
    resource_type: str = ""
    resource_id: str = ""


class DescribeUsedIpAddressResponse(Response):
    """The response of `DescribeUsedIpAddress`.

    Args:
        ip_address_states: The addresses in use; free ones are omitted.
        total_count: Total number of items.
    """

    ip_address_states: list[IpAddressStates] = []
    total_count: int = 0


class DescribeUsedIpAddress(VpcRequest[DescribeUsedIpAddressResponse]):
    """List the private addresses in use in a VPC or a subnet, and their users.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        subnet_id: Id of a subnet of it, such as ``subnet-1a2b3c4d``.
        ip_addresses: Addresses to look up, at most 100; not together with filters.
        filters: Filters that must all match; not together with addresses.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
    """

    reads = True
    filter_names = ("ip-addresses", "resource-id")
    page = Page("ip_address_states")
    intl = Gap(inputs=("Filters",))

    vpc_id: str
    subnet_id: str | None = None
    ip_addresses: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None
