"""VPCs, and the quotas of the account."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = [
    "AssistantCidr",
    "CreateVpc",
    "CreateVpcResponse",
    "DeleteVpc",
    "DeleteVpcResponse",
    "DescribeVpcLimits",
    "DescribeVpcLimitsResponse",
    "DescribeVpcs",
    "DescribeVpcsResponse",
    "ISPIPv6CidrBlock",
    "ModifyVpcAttribute",
    "ModifyVpcAttributeResponse",
    "Subnet",
    "Vpc",
    "VpcLimit",
]


class Subnet(Shape):
    """A subnet.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        subnet_name: Name of the subnet, at most 60 bytes.
        cidr_block: IPv4 block, such as ``10.0.0.0/16``.
        is_default: Whether it is the default one.
        enable_broadcast: Whether broadcast works in the subnet.
        zone: Availability zone, such as ``ap-guangzhou-3``.
        route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
        created_time: Creation time, as ``YYYY-MM-DD hh:mm:ss``; the time zone is not documented.
        available_ip_address_count: IPv4 addresses that are still free.
        ipv6_cidr_block: IPv6 block.
        network_acl_id: Id of the network ACL.
        is_remote_vpc_snat: Whether it is a pool of SNAT addresses.
        total_ip_address_count: IPv4 addresses of the block.
        tag_set: Tags.
        cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.
        is_cdc_subnet: 1 for a subnet of a dedicated cluster, else 0.
        stack_type: ``DualStack`` or ``IPv6Only``.
    """

    vpc_id: str = ""
    subnet_id: str = ""
    subnet_name: str = ""
    cidr_block: str = ""
    is_default: bool = False
    enable_broadcast: bool = False
    zone: str = ""
    route_table_id: str = ""
    created_time: str = ""
    available_ip_address_count: int = 0
    ipv6_cidr_block: str = ""
    network_acl_id: str = ""
    is_remote_vpc_snat: bool = False
    total_ip_address_count: int = 0
    tag_set: list[Tag] = []
    cdc_id: str = ""
    is_cdc_subnet: int = 0
    stack_type: str = ""


class AssistantCidr(Shape):
    """A secondary address block of a VPC.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        cidr_block: IPv4 block, such as ``10.0.0.0/16``.
        assistant_type: 0 for an ordinary secondary block, 1 for one of containers.
        subnet_set: The subnets.
    """

    vpc_id: str = ""
    cidr_block: str = ""
    assistant_type: int = 0
    subnet_set: list[Subnet] = []


class ISPIPv6CidrBlock(Shape):
    """An IPv6 block of a VPC, by carrier.

    Args:
        ipv6_cidr_block: IPv6 block.
        isp_type: Carrier: ``BGP``, ``CMCC``, ``CTCC`` or ``CUCC``.
        address_type: Kind of IPv6 block: ``GUA`` (routed globally) or ``ULA`` (unique locally).
    """

    ipv6_cidr_block: Annotated[str, Field(alias="IPv6CidrBlock")] = ""
    isp_type: Annotated[str, Field(alias="ISPType")] = ""
    address_type: str = ""


class Vpc(Shape):
    """A VPC.

    Args:
        vpc_name: Name of the VPC, at most 60 bytes.
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        cidr_block: IPv4 block, such as ``10.0.0.0/16``.
        is_default: Whether it is the default one.
        enable_multicast: Whether multicast works, which VRRP without unicast peers needs.
        created_time: Creation time, as ``YYYY-MM-DD hh:mm:ss``; the time zone is not documented.
        dns_server_set: Addresses of the DNS servers.
        domain_name: Domain name assigned by DHCP.
        dhcp_options_id: Id of the DHCP options.
        enable_dhcp: Whether DHCP is on.
        ipv6_cidr_block: IPv6 block.
        tag_set: Tags.
        assistant_cidr_set: Secondary blocks.
        enable_route_vpc_publish: Whether the whole block is published to a cloud connect network,
            not each subnet; on request only.
        ipv6_cidr_block_set: IPv6 blocks by carrier.
        enable_route_vpc_publish_ipv6: The same for IPv6.
        stack_type: ``DualStack`` or ``IPv6Only``.
    """

    vpc_name: str = ""
    vpc_id: str = ""
    cidr_block: str = ""
    is_default: bool = False
    enable_multicast: bool = False
    created_time: str = ""
    dns_server_set: list[str] = []
    domain_name: str = ""
    dhcp_options_id: str = ""
    enable_dhcp: bool = False
    ipv6_cidr_block: str = ""
    tag_set: list[Tag] = []
    assistant_cidr_set: list[AssistantCidr] = []
    enable_route_vpc_publish: bool = False
    ipv6_cidr_block_set: list[ISPIPv6CidrBlock] = []
    enable_route_vpc_publish_ipv6: bool = False
    stack_type: str = ""


class VpcLimit(Shape):
    """A quota of the account.

    Args:
        limit_type: Name of the quota.
        limit_value: The quota.
    """

    limit_type: str = ""
    limit_value: int = 0


class CreateVpcResponse(Response):
    """The response of `CreateVpc`.

    Args:
        vpc: The new VPC.
    """

    vpc: Vpc


class CreateVpc(VpcRequest[CreateVpcResponse]):
    """Create a VPC, with its default route table and network ACL.

    Args:
        vpc_name: Name of the VPC, at most 60 bytes.
        stack_type: ``DualStack`` or ``IPv6Only``.
        cidr_block: IPv4 block inside of 10.0.0.0/12, 172.16.0.0/12 or 192.168.0.0/16, prefix up to
            28.
        ipv6_cidr_block: IPv6 block.
        address_type: Kind of IPv6 block: ``GUA`` (routed globally) or ``ULA`` (unique locally).
        enable_multicast: ``true`` or ``false``, as a string; VRRP without unicast peers needs it.
        dns_servers: Addresses of DNS servers, at most 4, the first one is preferred.
        domain_name: Domain name assigned by DHCP.
        tags: Tags.
        enable_route_vpc_publish: Whether the whole block is published to a cloud connect network,
            not each subnet; on request only.
        enable_route_vpc_publish_ipv6: The same for IPv6.
    """

    rate = 100
    intl = Gap(
        inputs=("StackType", "Ipv6CidrBlock", "AddressType", "EnableRouteVpcPublishIpv6"),
        fields=("Subnet.StackType", "Vpc.EnableRouteVpcPublishIpv6", "Vpc.StackType"),
    )
    source = "https://cloud.tencent.com/document/api/215/15774"

    vpc_name: str
    stack_type: str | None = None
    cidr_block: str | None = None
    ipv6_cidr_block: str | None = None
    address_type: str | None = None
    enable_multicast: str | None = None
    dns_servers: list[str] | None = None
    domain_name: str | None = None
    tags: list[Tag] | None = None
    enable_route_vpc_publish: bool | None = None
    enable_route_vpc_publish_ipv6: bool | None = None


class DescribeVpcsResponse(Response):
    """The response of `DescribeVpcs`.

    Args:
        total_count: Total number of items.
        vpc_set: The VPCs.
    """

    total_count: int = 0
    vpc_set: list[Vpc] = []


class DescribeVpcs(VpcRequest[DescribeVpcsResponse]):
    """List VPCs, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings.

    Args:
        vpc_ids: Ids of VPCs, at most 100; not together with filters.
        filters: Filters that must all match; not together with ids.
        offset: Number of items to skip (default 0). A string.
        limit: Maximum number of items, 1 to 100 (default 20). A string.
    """

    rate = 100
    reads = True
    filter_names = (
        "vpc-name",
        "is-default",
        "vpc-id",
        "cidr-block",
        "tag-key",
        "tag:",
        "ipv6-cidr-block",
        "isp-type",
        "address-type",
    )
    page = Page("vpc_set", text=True)
    intl = Gap(
        filters=("ipv6-cidr-block", "isp-type", "address-type"),
        fields=("Subnet.StackType", "Vpc.EnableRouteVpcPublishIpv6", "Vpc.StackType"),
    )
    source = "https://www.tencentcloud.com/document/api/215/15778"

    vpc_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: str | None = None
    limit: str | None = None


class ModifyVpcAttributeResponse(Response):
    """The response of `ModifyVpcAttribute`."""


class ModifyVpcAttribute(VpcRequest[ModifyVpcAttributeResponse]):
    """Change the name, the DNS settings or other settings of a VPC.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        vpc_name: Name of the VPC, at most 60 bytes.
        enable_multicast: ``true`` or ``false``, as a string.
        dns_servers: Addresses of DNS servers, at most 4, the first one is preferred.
        domain_name: Domain name assigned by DHCP.
        enable_route_vpc_publish: Whether the whole block is published to a cloud connect network,
            not each subnet; on request only.
        enable_cdc_publish: Whether subnets of dedicated clusters are published to the cloud connect
            network.
        enable_route_vpc_publish_ipv6: The same for IPv6.
    """

    intl = Gap(inputs=("EnableRouteVpcPublishIpv6",))

    vpc_id: str
    vpc_name: str | None = None
    enable_multicast: str | None = None
    dns_servers: list[str] | None = None
    domain_name: str | None = None
    enable_route_vpc_publish: bool | None = None
    enable_cdc_publish: bool | None = None
    enable_route_vpc_publish_ipv6: bool | None = None


class DeleteVpcResponse(Response):
    """The response of `DeleteVpc`."""


class DeleteVpc(VpcRequest[DeleteVpcResponse]):
    """Delete a VPC that contains only empty subnets, route tables and ACLs.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
    """

    rate = 50
    source = "https://cloud.tencent.com/document/api/215/15775"

    vpc_id: str


class DescribeVpcLimitsResponse(Response):
    """The response of `DescribeVpcLimits`.

    Args:
        vpc_limit_set: The quotas.
    """

    vpc_limit_set: list[VpcLimit] = []


class DescribeVpcLimits(VpcRequest[DescribeVpcLimitsResponse]):
    """Read quotas of the account in the region, such as ``vpc-max-havips``.

    Args:
        limit_types: Names of quotas, at most 100, such as ``vpc-max-havips``.
    """

    reads = True
    intl = Gap(action=True)
    source = "https://cloud.tencent.com/document/api/215/42942"

    limit_types: list[str]
