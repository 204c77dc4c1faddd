"""VPCs and subnets, the quotas of the account, and the tasks of asynchronous VPC calls."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = ["AssistantCidr", "CreateSubnet", "CreateSubnetResponse", "CreateVpc", "CreateVpcResponse", "DeleteSubnet", "DeleteSubnetResponse", "DeleteVpc", "DeleteVpcResponse", "DescribeSubnets", "DescribeSubnetsResponse", "DescribeVpcLimits", "DescribeVpcLimitsResponse", "DescribeVpcTaskResult", "DescribeVpcTaskResultResponse", "DescribeVpcs", "DescribeVpcsResponse", "ISPIPv6CidrBlock", "ModifySubnetAttribute", "ModifySubnetAttributeResponse", "ModifyVpcAttribute", "ModifyVpcAttributeResponse", "Subnet", "Vpc", "VpcLimit", "VpcTaskResultDetailInfo"]


class Subnet(Shape):
    """A subnet."""

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
    """A secondary address block of a VPC."""

    vpc_id: str = ""
    cidr_block: str = ""
    assistant_type: int = 0
    subnet_set: list[Subnet] = []


class ISPIPv6CidrBlock(Shape):
    """An IPv6 block of a VPC, by carrier."""

    ipv6_cidr_block: Annotated[str, Field(alias="IPv6CidrBlock")] = ""
    isp_type: Annotated[str, Field(alias="ISPType")] = ""
    address_type: str = ""


class Vpc(Shape):
    """A VPC."""

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
    """A quota of the account."""

    limit_type: str = ""
    limit_value: int = 0


class VpcTaskResultDetailInfo(Shape):
    """What became of one resource of a task."""

    resource_id: str = ""
    status: str = ""


class CreateVpcResponse(Response):
    """The answer of `CreateVpc`."""

    vpc: Vpc


class CreateVpc(VpcRequest[CreateVpcResponse]):
    """Create a VPC, with its default route table and network ACL."""

    rate = 100
    intl = Gap(inputs=("StackType", "Ipv6CidrBlock", "AddressType", "EnableRouteVpcPublishIpv6"), fields=("Subnet.StackType", "Vpc.EnableRouteVpcPublishIpv6", "Vpc.StackType"))
    source = "https://www.tencentcloud.com/document/api/215/15774"

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
    """The answer of `DescribeVpcs`."""

    total_count: int = 0
    vpc_set: list[Vpc] = []


class DescribeVpcs(VpcRequest[DescribeVpcsResponse]):
    """List VPCs, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings.
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
    intl = Gap(filters=("ipv6-cidr-block", "isp-type", "address-type"), fields=("Subnet.StackType", "Vpc.EnableRouteVpcPublishIpv6", "Vpc.StackType"))
    source = "https://www.tencentcloud.com/document/api/215/15778"

    vpc_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: str | None = None
    limit: str | None = None


class ModifyVpcAttributeResponse(Response):
    """The answer of `ModifyVpcAttribute`: it succeeded."""


class ModifyVpcAttribute(VpcRequest[ModifyVpcAttributeResponse]):
    """Change the name, the DNS settings or the switches of a VPC."""

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
    """The answer of `DeleteVpc`: it succeeded."""


class DeleteVpc(VpcRequest[DeleteVpcResponse]):
    """Delete a VPC that holds nothing but empty subnets, route tables and ACLs."""

    rate = 50
    source = "https://cloud.tencent.com/document/api/215/15775"

    vpc_id: str


class CreateSubnetResponse(Response):
    """The answer of `CreateSubnet`."""

    subnet: Subnet


class CreateSubnet(VpcRequest[CreateSubnetResponse]):
    """Create a subnet of a VPC in one availability zone."""

    rate = 100
    intl = Gap(inputs=("StackType", "Ipv6CidrBlock"), fields=("Subnet.StackType",))
    source = "https://cloud.tencent.com/document/api/215/15755"

    vpc_id: str
    subnet_name: str
    zone: str
    stack_type: str | None = None
    cidr_block: str | None = None
    ipv6_cidr_block: str | None = None
    tags: list[Tag] | None = None
    cdc_id: str | None = None


class DescribeSubnetsResponse(Response):
    """The answer of `DescribeSubnets`."""

    total_count: int = 0
    subnet_set: list[Subnet] = []
    next_token: str = ""


class DescribeSubnets(VpcRequest[DescribeSubnetsResponse]):
    """List subnets, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings; ``next_token`` is the other
    way to page.
    """

    rate = 100
    reads = True
    filter_names = (
        "subnet-id",
        "vpc-id",
        "cidr-block",
        "is-default",
        "is-remote-vpc-snat",
        "subnet-name",
        "zone",
        "tag-key",
        "tag:",
        "cdc-id",
        "is-cdc-subnet",
        "ipv6-cidr-block",
        "isp-type",
        "address-type",
    )
    page = Page("subnet_set", text=True)
    intl = Gap(inputs=("MaxResults", "NextToken"), filters=("ipv6-cidr-block", "isp-type", "address-type"), fields=("Subnet.StackType", "NextToken"))
    source = "https://cloud.tencent.com/document/api/215/15784"

    subnet_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: str | None = None
    limit: str | None = None
    max_results: int | None = None
    next_token: str | None = None


class ModifySubnetAttributeResponse(Response):
    """The answer of `ModifySubnetAttribute`: it succeeded."""


class ModifySubnetAttribute(VpcRequest[ModifySubnetAttributeResponse]):
    """Change the name or the broadcast switch of a subnet."""

    subnet_id: str
    subnet_name: str | None = None
    enable_broadcast: str | None = None


class DeleteSubnetResponse(Response):
    """The answer of `DeleteSubnet`: it succeeded."""


class DeleteSubnet(VpcRequest[DeleteSubnetResponse]):
    """Delete a subnet in which no address is in use; a HAVIP counts as use."""

    rate = 100
    source = "https://cloud.tencent.com/document/api/215/15783"

    subnet_id: str


class DescribeVpcLimitsResponse(Response):
    """The answer of `DescribeVpcLimits`."""

    vpc_limit_set: list[VpcLimit] = []


class DescribeVpcLimits(VpcRequest[DescribeVpcLimitsResponse]):
    """Read quotas of the account in the region, such as ``vpc-max-havips``."""

    reads = True
    intl = Gap(action=True)
    source = "https://cloud.tencent.com/document/product/248/42942"

    limit_types: list[str]


class DescribeVpcTaskResultResponse(Response):
    """The answer of `DescribeVpcTaskResult`."""

    status: str = ""
    output: str = ""
    result: list[VpcTaskResultDetailInfo] = []


class DescribeVpcTaskResult(VpcRequest[DescribeVpcTaskResultResponse]):
    """Ask how far an asynchronous VPC call has come.

    The task's id is the request id of the call that began it.
    """

    reads = True
    source = "https://www.tencentcloud.com/document/product/215/41567"

    task_id: str
