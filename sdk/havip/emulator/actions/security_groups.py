"""Security groups and their policies, which are stored and listed but not enforced."""

from __future__ import annotations

from collections.abc import Sequence

from havip.api import (
    CreateSecurityGroup,
    CreateSecurityGroupPolicies,
    CreateSecurityGroupPoliciesResponse,
    CreateSecurityGroupResponse,
    DeleteSecurityGroup,
    DeleteSecurityGroupPolicies,
    DeleteSecurityGroupPoliciesResponse,
    DeleteSecurityGroupResponse,
    DescribeSecurityGroupPolicies,
    DescribeSecurityGroupPoliciesResponse,
    DescribeSecurityGroups,
    DescribeSecurityGroupsResponse,
    SecurityGroupPolicy,
    SecurityGroupPolicySet,
)
from havip.emulator.errors import ApiFailure, not_found
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_ids,
    check_name,
    check_quota,
    check_tags,
    require_row,
)
from havip.emulator.rules.filters import DescribeQuery
from havip.emulator.state.rows import SecurityGroupRow
from havip.emulator.state.world import AccountRegion

PROTOCOLS = ("TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL")

GROUPS: DescribeQuery[SecurityGroupRow] = DescribeQuery(
    values={
        "security-group-id": lambda row: [row.security_group_id],
        "security-group-name": lambda row: [row.security_group_name],
        "project-id": lambda row: [row.project_id],
    },
    id_filter="security-group-id",
    tags=lambda row: row.tag_set,
)


def create(call: ActionCall, request: CreateSecurityGroup) -> CreateSecurityGroupResponse:
    """Create a security group without policies."""
    region = call.region
    check_name(request.group_name, "GroupName")
    check_name(request.group_description, "GroupDescription", longest=100)
    tags = check_tags(request.tags)
    check_quota(
        len(region.security_groups) + 1,
        region.settings.quotas.security_groups_per_region,
        "security groups of the region",
    )
    group = SecurityGroupRow(
        security_group_id=region.world.new_id("sg", region.security_groups),
        security_group_name=request.group_name,
        security_group_desc=request.group_description,
        project_id=request.project_id or "0",
        created_time=region.now_local(),
        update_time=region.now_local(),
        tag_set=tags,
    )
    return CreateSecurityGroupResponse(security_group=region.security_groups.put(group))


def describe(call: ActionCall, request: DescribeSecurityGroups) -> DescribeSecurityGroupsResponse:
    """List security groups."""
    ids = check_ids(request.security_group_ids, "sg")
    found = GROUPS.find(call.region.security_groups, request, ids)
    return DescribeSecurityGroupsResponse(
        total_count=found.total, security_group_set=list(found.rows)
    )


def delete(call: ActionCall, request: DeleteSecurityGroup) -> DeleteSecurityGroupResponse:
    """Delete a security group that is neither in use nor referenced by another one."""
    region, group = call.region, _require(call.region, request.security_group_id)
    wanted = group.security_group_id
    used = region.enis.count("groups.security-group-id", wanted)
    named = any(
        policy.security_group_id == wanted
        for other in region.security_groups
        for policy in (*other.ingress, *other.egress)
        if other.security_group_id != wanted
    )
    if used or named:
        raise ApiFailure("ResourceInUse", f"The security group `{wanted}` is still in use.")
    region.security_groups.remove(wanted)
    return DeleteSecurityGroupResponse()


def add_policies(
    call: ActionCall, request: CreateSecurityGroupPolicies
) -> CreateSecurityGroupPoliciesResponse:
    """Insert policies of one direction, at the front or at the given index."""
    group = _require(call.region, request.security_group_id)
    side, wanted = _one_side(group, request.security_group_policy_set)
    policies = list(getattr(group, side))
    new = [_checked(call.region, policy) for policy in wanted]
    at = min((policy.policy_index or 0 for policy in wanted), default=0)
    policies[at:at] = new
    _put(call.region, group, side, policies)
    return CreateSecurityGroupPoliciesResponse()


def describe_policies(
    call: ActionCall, request: DescribeSecurityGroupPolicies
) -> DescribeSecurityGroupPoliciesResponse:
    """Return the policies of a security group with their indexes."""
    group = _require(call.region, request.security_group_id)
    if request.filters:
        raise ApiFailure(
            "UnsupportedOperation", "The emulator does not filter security group policies."
        )
    return DescribeSecurityGroupPoliciesResponse(
        security_group_policy_set=SecurityGroupPolicySet(
            version=str(group.version),
            ingress=_numbered(group.ingress),
            egress=_numbered(group.egress),
        )
    )


def drop_policies(
    call: ActionCall, request: DeleteSecurityGroupPolicies
) -> DeleteSecurityGroupPoliciesResponse:
    """Delete policies of one direction, by index or by content; all or none."""
    group = _require(call.region, request.security_group_id)
    side, wanted = _one_side(group, request.security_group_policy_set)
    policies = list(getattr(group, side))
    gone = {_position(policies, policy) for policy in wanted}
    rest = [policy for index, policy in enumerate(policies) if index not in gone]
    _put(call.region, group, side, rest)
    return DeleteSecurityGroupPoliciesResponse()


def default_group(region: AccountRegion) -> SecurityGroupRow:
    """Return the region's default security group; create it on first use."""
    for group in region.security_groups:
        if group.is_default:
            return group
    return region.security_groups.put(
        SecurityGroupRow(
            security_group_id=region.world.new_id("sg", region.security_groups),
            security_group_name="default",
            security_group_desc="System created security group",
            project_id="0",
            is_default=True,
            created_time=region.now_local(),
            update_time=region.now_local(),
            ingress=[_any()],
            egress=[_any()],
        )
    )


def _any() -> SecurityGroupPolicy:
    return _filled(SecurityGroupPolicy(protocol="ALL", cidr_block="0.0.0.0/0", action="ACCEPT"), "")


def _require(region: AccountRegion, group_id: str) -> SecurityGroupRow:
    return require_row(region.security_groups, group_id, "sg", "security group")


def _put(
    region: AccountRegion, group: SecurityGroupRow, side: str, policies: list[SecurityGroupPolicy]
) -> None:
    changes = {side: policies, "version": group.version + 1, "update_time": region.now_local()}
    region.security_groups.put(group.model_copy(update=changes))


def _one_side(
    group: SecurityGroupRow, given: SecurityGroupPolicySet
) -> tuple[str, list[SecurityGroupPolicy]]:
    if given.ingress and given.egress:
        raise ApiFailure("InvalidParameter.Coexist", "Pass either `Ingress` or `Egress`, not both.")
    if given.version is not None and given.version != str(group.version):
        raise ApiFailure(
            "UnsupportedOperation.VersionMismatch",
            f"The current version of the policies is {group.version}, not {given.version}.",
        )
    if not given.ingress and not given.egress:
        raise ApiFailure(
            "InvalidParameterValue.Empty", "`SecurityGroupPolicySet` must not be empty."
        )
    return ("ingress", given.ingress) if given.ingress else ("egress", given.egress or [])


def _checked(region: AccountRegion, policy: SecurityGroupPolicy) -> SecurityGroupPolicy:
    protocol = (policy.protocol or "ALL").upper()
    if protocol not in PROTOCOLS:
        raise ApiFailure(
            "InvalidParameterValue",
            f"`Protocol` must be one of {', '.join(PROTOCOLS)}, got `{protocol}`.",
        )
    if (policy.action or "").upper() not in ("ACCEPT", "DROP"):
        raise ApiFailure(
            "InvalidParameterValue", f"`Action` must be ACCEPT or DROP, got `{policy.action}`."
        )
    if policy.security_group_id:
        _require(region, policy.security_group_id)
    return _filled(policy, region.now_local())


def _filled(policy: SecurityGroupPolicy, moment: str) -> SecurityGroupPolicy:
    return SecurityGroupPolicy(
        protocol=(policy.protocol or "ALL").upper(),
        port=policy.port or "ALL",
        cidr_block=policy.cidr_block or "",
        ipv6_cidr_block=policy.ipv6_cidr_block or "",
        security_group_id=policy.security_group_id or "",
        service_template=policy.service_template,
        address_template=policy.address_template,
        action=(policy.action or "").upper(),
        policy_description=policy.policy_description or "",
        modify_time=moment,
    )


def _numbered(policies: Sequence[SecurityGroupPolicy]) -> list[SecurityGroupPolicy]:
    return [
        policy.model_copy(update={"policy_index": index, "priority": index})
        for index, policy in enumerate(policies)
    ]


def _position(policies: Sequence[SecurityGroupPolicy], wanted: SecurityGroupPolicy) -> int:
    if wanted.policy_index is not None:
        if not 0 <= wanted.policy_index < len(policies):
            raise not_found("policy", str(wanted.policy_index))
        return wanted.policy_index
    key = _match_key(_filled(wanted, ""))
    for index, policy in enumerate(policies):
        if _match_key(policy) == key:
            return index
    raise not_found("policy", f"{key[0]} {key[1]}")


def _match_key(policy: SecurityGroupPolicy) -> tuple[str | None, ...]:
    return (
        policy.protocol,
        policy.port,
        policy.cidr_block,
        policy.ipv6_cidr_block,
        policy.security_group_id,
        policy.action,
    )
