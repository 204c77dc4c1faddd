"""Row types that only the emulator has; other rows are stored in the shapes of the API."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from havip.api import (
    HaVip,
    Instance,
    NetworkInterface,
    SecurityGroup,
    SecurityGroupPolicy,
    Shape,
)
from havip.emulator.state.clock import LATEST

RUNNING = "RUNNING"
SUCCESS = "SUCCESS"
FAILED = "FAILED"


class InstanceRow(Instance):
    """An instance, with attributes that the API accepts but does not return."""

    user_data: str = Field(default="", repr=False)
    public_address: str = ""
    """The ordinary public address assigned at launch, if any."""


class SecurityGroupRow(SecurityGroup):
    """A security group with its policies in order of priority."""

    ingress: list[SecurityGroupPolicy] = []
    egress: list[SecurityGroupPolicy] = []
    version: int = 0


class RoleSession(Shape):
    """The role of a temporary key; the key itself is not stored."""

    secret_id: str
    role_arn: str
    name: str
    principal: str
    """The account that requested it."""
    expires: float = Field(allow_inf_nan=False)


class ClockRow(Shape):
    """Offset of the cloud's clock, and the time at which it is frozen."""

    name: str = "clock"
    offset: float = Field(default=0.0, ge=-LATEST, le=LATEST, allow_inf_nan=False)
    frozen: float | None = Field(default=None, ge=0, le=LATEST, allow_inf_nan=False)


class Counter(Shape):
    """A persistent counter."""

    name: str
    value: int = 0


class TaskRow(Shape):
    """An asynchronous task: its effect and when it is due."""

    task_id: str
    action: str
    effect: str
    """The name of the function in `havip.emulator.rules.effects`."""
    arguments: dict[str, str] = {}
    resources: list[str] = []
    """Affected resources, as `DescribeVpcTaskResult` lists them."""
    holds: list[str] = []
    """Resources on which no other task may start meanwhile."""
    status: str = RUNNING
    output: str = ""
    begun: float = Field(default=0.0, allow_inf_nan=False)
    due: float = Field(default=0.0, allow_inf_nan=False)
    polls_left: int = 0
    same_as: str = ""
    """Task of which this is an alias: the response to a repeated call has its own RequestId."""


class TokenRow(Shape):
    """A used ClientToken, with its request and response."""

    name: str
    request: str
    answer: str
    request_id: str
    used: float = Field(allow_inf_nan=False)


def vip_of(havip: HaVip) -> Sequence[str]:
    """Return the address of a HAVIP."""
    return (havip.vip,)


def members_of(havip: HaVip) -> Sequence[str]:
    """Return the range members of a HAVIP."""
    return [member.instance_id for member in havip.ha_vip_association_set]


def addresses_of(eni: NetworkInterface) -> Sequence[str]:
    """Return the private addresses of an ENI, the primary one first."""
    return [item.private_ip_address or "" for item in eni.private_ip_address_set]


def instance_of(eni: NetworkInterface) -> Sequence[str]:
    """Return the instance that an ENI is attached to, if any."""
    return (eni.attachment.instance_id,) if eni.attachment else ()


def vpc_if_secondary(eni: NetworkInterface) -> Sequence[str]:
    """Return the VPC of a secondary ENI; primary ENIs do not count against the quota."""
    return () if eni.primary else (eni.vpc_id,)


def held_by(task: TaskRow) -> Sequence[str]:
    """Return the resources held by a task while it is running."""
    return task.holds if task.status == RUNNING else ()


def groups_of_eni(eni: NetworkInterface) -> Sequence[str]:
    """Return the security groups of an ENI."""
    return eni.group_set


def groups_of_instance(instance: InstanceRow) -> Sequence[str]:
    """Return the security groups of an instance."""
    return instance.security_group_ids


def placement_groups_of(instance: InstanceRow) -> Sequence[str]:
    """Return the placement groups of an instance."""
    return instance.disaster_recover_group_ids
