"""Security groups and their policies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = [
    "AddressTemplateSpecification",
    "CreateSecurityGroup",
    "CreateSecurityGroupPolicies",
    "CreateSecurityGroupPoliciesResponse",
    "CreateSecurityGroupResponse",
    "DeleteSecurityGroup",
    "DeleteSecurityGroupPolicies",
    "DeleteSecurityGroupPoliciesResponse",
    "DeleteSecurityGroupResponse",
    "DescribeSecurityGroupPolicies",
    "DescribeSecurityGroupPoliciesResponse",
    "DescribeSecurityGroups",
    "DescribeSecurityGroupsResponse",
    "PolicyStatistics",
    "SecurityGroup",
    "SecurityGroupPolicy",
    "SecurityGroupPolicySet",
    "ServiceTemplateSpecification",
]


class SecurityGroup(Shape):
    """A security group.

    Args:
        security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
        security_group_name: Name of the security group, at most 60 characters.
        security_group_desc: Description, at most 100 characters.
        project_id: Id of the project; 0 is the default one.
        is_default: Whether it is the default one.
        created_time: Creation time, as ``YYYY-MM-DD hh:mm:ss``.
        tag_set: Tags.
        update_time: When it last changed.
    """

    security_group_id: str = ""
    security_group_name: str = ""
    security_group_desc: str = ""
    project_id: str = ""
    is_default: bool = False
    created_time: str = ""
    tag_set: list[Tag] = []
    update_time: str = ""


class ServiceTemplateSpecification(Shape):
    """A template of protocols and ports, or a group of templates.

    Args:
        service_id: Id of a port template, such as ``ppm-1a2b3c4d``.
        service_group_id: Id of a group of port templates, such as ``ppmg-1a2b3c4d``.
    """

    service_id: str | None = None
    service_group_id: str | None = None


class AddressTemplateSpecification(Shape):
    """A template of addresses, or a group of templates.

    Args:
        address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
        address_group_id: Id of a group of address templates, such as ``ipmg-1a2b3c4d``.
    """

    address_id: str | None = None
    address_group_id: str | None = None


class SecurityGroupPolicy(Shape):
    """A policy of a security group.

    Args:
        policy_index: Index of the policy in its direction; it changes with other policies, so use
            it with ``version``.
        protocol: ``TCP``, ``UDP``, ``ICMP``, ``ICMPv6``, ``GRE`` or ``ALL``.
        port: A port, a comma list, a range such as ``8000-8010``, or ``ALL``.
        service_template: Protocol and ports by template, in place of ``protocol`` and ``port``.
        cidr_block: IPv4 address or block.
        ipv6_cidr_block: IPv6 address or block.
        security_group_id: Id of a security group that stands for its members, in place of a block.
        address_template: Addresses by template, in place of a block.
        action: ``ACCEPT`` or ``DROP``.
        policy_description: Description.
        modify_time: When the security group last changed.
        priority: Rank of the policy; it changes with other policies.
    """

    policy_index: int | None = None
    protocol: str | None = None
    port: str | None = None
    service_template: ServiceTemplateSpecification | None = None
    cidr_block: str | None = None
    ipv6_cidr_block: str | None = None
    security_group_id: str | None = None
    address_template: AddressTemplateSpecification | None = None
    action: str | None = None
    policy_description: str | None = None
    modify_time: str | None = None
    priority: int | None = None


class PolicyStatistics(Shape):
    """Numbers of addresses and ports that the policies of a group name.

    Args:
        ingress_ipv4_total_count: IPv4 policies for incoming traffic.
        ingress_ipv6_total_count: IPv6 policies for incoming traffic.
        egress_ipv4_total_count: IPv4 policies for outgoing traffic.
        egress_ipv6_total_count: IPv6 policies for outgoing traffic.
    """

    ingress_ipv4_total_count: Annotated[int, Field(alias="IngressIPv4TotalCount")]
    ingress_ipv6_total_count: Annotated[int, Field(alias="IngressIPv6TotalCount")]
    egress_ipv4_total_count: Annotated[int, Field(alias="EgressIPv4TotalCount")]
    egress_ipv6_total_count: Annotated[int, Field(alias="EgressIPv6TotalCount")]


class SecurityGroupPolicySet(Shape):
    """The policies of a security group, by direction.

    Args:
        version: Version of the policies, incremented by each change; a request with an old version
            is rejected.
        egress: Policies for outgoing traffic.
        ingress: Policies for incoming traffic.
        policy_statistics: Numbers of policies; only in responses.
    """

    version: str | None = None
    egress: list[SecurityGroupPolicy] | None = None
    ingress: list[SecurityGroupPolicy] | None = None
    policy_statistics: PolicyStatistics | None = None


class CreateSecurityGroupResponse(Response):
    """The response of `CreateSecurityGroup`.

    Args:
        security_group: The new security group.
    """

    security_group: SecurityGroup


class CreateSecurityGroup(VpcRequest[CreateSecurityGroupResponse]):
    """Create a security group, which blocks all traffic until it has policies.

    Args:
        group_name: Name of the security group, at most 60 characters.
        group_description: Description, at most 100 characters.
        project_id: Id of the project; 0 is the default one.
        tags: Tags.
    """

    group_name: str
    group_description: str
    project_id: str | None = None
    tags: list[Tag] | None = None


class DescribeSecurityGroupsResponse(Response):
    """The response of `DescribeSecurityGroups`.

    Args:
        security_group_set: The security groups.
        total_count: Total number of items.
    """

    security_group_set: list[SecurityGroup] = []
    total_count: int = 0


class DescribeSecurityGroups(VpcRequest[DescribeSecurityGroupsResponse]):
    """List security groups, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings.

    Args:
        security_group_ids: Ids of security groups, at most 100; not together with filters.
        filters: Filters that must all match; not together with ids.
        offset: Number of items to skip (default 0). A string.
        limit: Maximum number of items, 1 to 100 (default 20). A string.
        order_field: ``CreatedTime`` or ``UpdateTime``.
        order_direction: ``ASC`` (the default) or ``DESC``.
    """

    reads = True
    filter_names = ("security-group-id", "project-id", "security-group-name", "tag-key", "tag:")
    page = Page("security_group_set", text=True)
    source = "https://cloud.tencent.com/document/api/215/15808"

    security_group_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: str | None = None
    limit: str | None = None
    order_field: str | None = None
    order_direction: str | None = None


class DeleteSecurityGroupResponse(Response):
    """The response of `DeleteSecurityGroup`."""


class DeleteSecurityGroup(VpcRequest[DeleteSecurityGroupResponse]):
    """Delete a security group that nothing uses or refers to.

    Args:
        security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
    """

    security_group_id: str


class CreateSecurityGroupPoliciesResponse(Response):
    """The response of `CreateSecurityGroupPolicies`."""


class CreateSecurityGroupPolicies(VpcRequest[CreateSecurityGroupPoliciesResponse]):
    """Add policies of one direction to a security group.

    A call contains either ingress or egress policies. VRRP between keepalived nodes is IP protocol
    112, which only ALL allows.

    Args:
        security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
        security_group_policy_set: The policies.
    """

    intl = Gap(
        inputs=(
            "SecurityGroupPolicySet.PolicyStatistics",
            "SecurityGroupPolicySet.Egress.Priority",
            "SecurityGroupPolicySet.Ingress.Priority",
        )
    )
    source = "https://cloud.tencent.com/document/api/215/15807"

    security_group_id: str
    security_group_policy_set: SecurityGroupPolicySet


class DescribeSecurityGroupPoliciesResponse(Response):
    """The response of `DescribeSecurityGroupPolicies`.

    Args:
        security_group_policy_set: The policies, ingress and egress.
    """

    security_group_policy_set: SecurityGroupPolicySet


class DescribeSecurityGroupPolicies(VpcRequest[DescribeSecurityGroupPoliciesResponse]):
    """Read the policies of a security group.

    Args:
        security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
        filters: Filters that must all match.
    """

    reads = True
    filter_names = (
        "security-group-id",
        "ip",
        "address-module",
        "service-module",
        "protocol-type",
        "port",
        "poly",
        "direction",
        "description",
    )
    intl = Gap(fields=("SecurityGroupPolicy.Priority", "SecurityGroupPolicySet.PolicyStatistics"))

    security_group_id: str
    filters: list[Filter] | None = None


class DeleteSecurityGroupPoliciesResponse(Response):
    """The response of `DeleteSecurityGroupPolicies`."""


class DeleteSecurityGroupPolicies(VpcRequest[DeleteSecurityGroupPoliciesResponse]):
    """Delete policies of a security group, by index or by content.

    Args:
        security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
        security_group_policy_set: Policies of one direction, each by ``policy_index`` or by
            content.
    """

    intl = Gap(
        inputs=(
            "SecurityGroupPolicySet.PolicyStatistics",
            "SecurityGroupPolicySet.Egress.Priority",
            "SecurityGroupPolicySet.Ingress.Priority",
        )
    )

    security_group_id: str
    security_group_policy_set: SecurityGroupPolicySet
