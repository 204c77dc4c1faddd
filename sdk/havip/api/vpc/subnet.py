"""Subnets."""

from __future__ import annotations

from havip.api._base import Gap, Page, Response
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag
from havip.api.vpc.network import Subnet

__all__ = [
    "CreateSubnet",
    "CreateSubnetResponse",
    "DeleteSubnet",
    "DeleteSubnetResponse",
    "DescribeSubnets",
    "DescribeSubnetsResponse",
    "ModifySubnetAttribute",
    "ModifySubnetAttributeResponse",
]


class CreateSubnetResponse(Response):
    """The response of `CreateSubnet`.

    Args:
        subnet: The new subnet.
    """

    subnet: Subnet


class CreateSubnet(VpcRequest[CreateSubnetResponse]):
    """Create a subnet of a VPC in one availability zone.

    Args:
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        subnet_name: Name of the subnet, at most 60 bytes.
        zone: Availability zone, such as ``ap-guangzhou-3``.
        stack_type: ``DualStack`` or ``IPv6Only``.
        cidr_block: IPv4 block inside of the VPC's, apart from other subnets, prefix 16 to 28.
        ipv6_cidr_block: IPv6 block.
        tags: Tags.
        cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.
    """

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
    """The response of `DescribeSubnets`.

    Args:
        total_count: Total number of items.
        subnet_set: The subnets.
        next_token: Token of the next page; empty on the last. It is valid for a day.
    """

    total_count: int = 0
    subnet_set: list[Subnet] = []
    next_token: str = ""


class DescribeSubnets(VpcRequest[DescribeSubnetsResponse]):
    """List subnets, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings; alternatively,
    page by ``next_token``.

    Args:
        subnet_ids: Ids of subnets, at most 100; not together with filters.
        filters: Filters that must all match; not together with ids.
        offset: Number of items to skip (default 0). A string.
        limit: Maximum number of items, 1 to 100 (default 20). A string.
        max_results: Maximum number of items when paging by token, at most 100.
        next_token: Token of the next page; empty on the last. It is valid for a day.
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
    intl = Gap(
        inputs=("MaxResults", "NextToken"),
        filters=("ipv6-cidr-block", "isp-type", "address-type"),
        fields=("Subnet.StackType", "NextToken"),
    )
    source = "https://cloud.tencent.com/document/api/215/15784"

    subnet_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: str | None = None
    limit: str | None = None
    max_results: int | None = None
    next_token: str | None = None


class ModifySubnetAttributeResponse(Response):
    """The response of `ModifySubnetAttribute`."""


class ModifySubnetAttribute(VpcRequest[ModifySubnetAttributeResponse]):
    """Change the name or the broadcast setting of a subnet.

    Args:
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        subnet_name: Name of the subnet, at most 60 bytes.
        enable_broadcast: ``true`` or ``false``, as a string.
    """

    subnet_id: str
    subnet_name: str | None = None
    enable_broadcast: str | None = None


class DeleteSubnetResponse(Response):
    """The response of `DeleteSubnet`."""


class DeleteSubnet(VpcRequest[DeleteSubnetResponse]):
    """Delete a subnet in which no address is in use; a HAVIP counts as use.

    Args:
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
    """

    rate = 100
    source = "https://cloud.tencent.com/document/api/215/15783"

    subnet_id: str
