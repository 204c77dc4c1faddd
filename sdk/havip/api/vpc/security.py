"""Security groups and their policies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Page, Response, Shape
from havip.api._services import VpcRequest
from havip.api.shared import Filter, Tag

__all__ = ["AddressTemplateSpecification", "CreateSecurityGroup", "CreateSecurityGroupPolicies", "CreateSecurityGroupPoliciesResponse", "CreateSecurityGroupResponse", "DeleteSecurityGroup", "DeleteSecurityGroupPolicies", "DeleteSecurityGroupPoliciesResponse", "DeleteSecurityGroupResponse", "DescribeSecurityGroupPolicies", "DescribeSecurityGroupPoliciesResponse", "DescribeSecurityGroups", "DescribeSecurityGroupsResponse", "PolicyStatistics", "SecurityGroup", "SecurityGroupPolicy", "SecurityGroupPolicySet", "ServiceTemplateSpecification"]


class SecurityGroup(Shape):
    """A security group."""

    security_group_id: str = ""
    security_group_name: str = ""
    security_group_desc: str = ""
    project_id: str = ""
    is_default: bool = False
    created_time: str = ""
    tag_set: list[Tag] = []
    update_time: str = ""


class ServiceTemplateSpecification(Shape):
    """A template of protocols and ports, or a group of such."""

    service_id: str | None = None
    service_group_id: str | None = None


class AddressTemplateSpecification(Shape):
    """A template of addresses, or a group of such."""

    address_id: str | None = None
    address_group_id: str | None = None


class SecurityGroupPolicy(Shape):
    """A policy of a security group."""

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
    """How many addresses and ports the policies of a group name."""

    ingress_ipv4_total_count: Annotated[int, Field(alias="IngressIPv4TotalCount")]
    ingress_ipv6_total_count: Annotated[int, Field(alias="IngressIPv6TotalCount")]
    egress_ipv4_total_count: Annotated[int, Field(alias="EgressIPv4TotalCount")]
    egress_ipv6_total_count: Annotated[int, Field(alias="EgressIPv6TotalCount")]


class SecurityGroupPolicySet(Shape):
    """The policies of a security group, by direction."""

    version: str | None = None
    egress: list[SecurityGroupPolicy] | None = None
    ingress: list[SecurityGroupPolicy] | None = None
    policy_statistics: PolicyStatistics | None = None


class CreateSecurityGroupResponse(Response):
    """The answer of `CreateSecurityGroup`."""

    security_group: SecurityGroup


class CreateSecurityGroup(VpcRequest[CreateSecurityGroupResponse]):
    """Create a security group, which lets nothing in or out until it has policies."""

    group_name: str
    group_description: str
    project_id: str | None = None
    tags: list[Tag] | None = None


class DescribeSecurityGroupsResponse(Response):
    """The answer of `DescribeSecurityGroups`."""

    security_group_set: list[SecurityGroup] = []
    total_count: int = 0


class DescribeSecurityGroups(VpcRequest[DescribeSecurityGroupsResponse]):
    """List security groups, by their ids or by filters.

    Ids and filters exclude each other. Offset and limit are strings.
    """

    reads = True
    filter_names = ("security-group-id", "project-id", "security-group-name", "tag-key", "tag:")
    page = Page("security_group_set", text=True)

    security_group_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: str | None = None
    limit: str | None = None
    order_field: str | None = None
    order_direction: str | None = None


class DeleteSecurityGroupResponse(Response):
    """The answer of `DeleteSecurityGroup`: it succeeded."""


class DeleteSecurityGroup(VpcRequest[DeleteSecurityGroupResponse]):
    """Delete a security group that nothing uses or refers to."""

    security_group_id: str


class CreateSecurityGroupPoliciesResponse(Response):
    """The answer of `CreateSecurityGroupPolicies`: it succeeded."""


class CreateSecurityGroupPolicies(VpcRequest[CreateSecurityGroupPoliciesResponse]):
    """Add policies of one direction to a security group.

    One call takes ingress or egress, never both. VRRP between keepalived nodes is IP protocol 112,
    which only ALL lets through.
    """

    intl = Gap(inputs=("SecurityGroupPolicySet.PolicyStatistics",))

    security_group_id: str
    security_group_policy_set: SecurityGroupPolicySet


class DescribeSecurityGroupPoliciesResponse(Response):
    """The answer of `DescribeSecurityGroupPolicies`."""

    security_group_policy_set: SecurityGroupPolicySet


class DescribeSecurityGroupPolicies(VpcRequest[DescribeSecurityGroupPoliciesResponse]):
    """Read the policies of a security group."""

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
    """The answer of `DeleteSecurityGroupPolicies`: it succeeded."""


class DeleteSecurityGroupPolicies(VpcRequest[DeleteSecurityGroupPoliciesResponse]):
    """Delete policies of a security group, by index or by what they say."""

    intl = Gap(inputs=("SecurityGroupPolicySet.PolicyStatistics",))

    security_group_id: str
    security_group_policy_set: SecurityGroupPolicySet
