"""Security groups of instances, and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig


@pytest.mark.evidence("assumed")
def test_a_default_security_group_is_made_when_needed(rig: Rig) -> None:
    """An instance that names no security group is in the region's default one, open to all."""
    one = rig.instance(rig.subnet())
    (group,) = rig.do("DescribeSecurityGroups").security_group_set
    assert group.is_default
    assert rig.read_instance(one).security_group_ids == [group.security_group_id]


@pytest.mark.evidence("official-sdk")
def test_security_groups_of_instances(rig: Rig) -> None:
    """Groups are added to and taken off instances; one in use is not deleted."""
    one = [rig.instance(rig.subnet())]
    made = rig.do("CreateSecurityGroup", group_name="g", group_description="d").security_group
    group = [made.security_group_id]
    rig.do("AssociateSecurityGroups", security_group_ids=group, instance_ids=one)
    assert group[0] in rig.read_instance(one[0]).security_group_ids
    assert group[0] in rig.primary(one[0]).group_set
    rig.refused("ResourceInUse", "DeleteSecurityGroup", security_group_id=group[0])
    rig.do("DisassociateSecurityGroups", security_group_ids=group, instance_ids=one)
    rig.do("DeleteSecurityGroup", security_group_id=group[0])


@pytest.mark.evidence("official-sdk")
def test_policies_of_security_groups(rig: Rig) -> None:
    """Policies are added before the others, told by index and version, and deleted."""
    made = rig.do("CreateSecurityGroup", group_name="g", group_description="d").security_group
    group = made.security_group_id

    def add(**policy: object) -> None:
        rig.do(
            "CreateSecurityGroupPolicies",
            security_group_id=group,
            security_group_policy_set={"ingress": [policy]},
        )

    def ports() -> list[str]:
        told = rig.do("DescribeSecurityGroupPolicies", security_group_id=group)
        return [policy.port for policy in told.security_group_policy_set.ingress]

    add(protocol="TCP", port="80", cidr_block="0.0.0.0/0", action="ACCEPT")
    add(protocol="TCP", port="443", cidr_block="0.0.0.0/0", action="accept")
    assert ports() == ["443", "80"]
    rig.refused(
        "UnsupportedOperation.VersionMismatch",
        "DeleteSecurityGroupPolicies",
        security_group_id=group,
        security_group_policy_set={"version": "1", "ingress": [{"policy_index": 0}]},
    )
    rig.do(
        "DeleteSecurityGroupPolicies",
        security_group_id=group,
        security_group_policy_set={"version": "2", "ingress": [{"policy_index": 0}]},
    )
    assert ports() == ["80"]
    both = {"ingress": [{"policy_index": 0}], "egress": [{"policy_index": 0}]}
    rig.refused(
        "InvalidParameter.Coexist",
        "DeleteSecurityGroupPolicies",
        security_group_id=group,
        security_group_policy_set=both,
    )
