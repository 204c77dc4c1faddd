"""The rows that only the emulator has; everything else is stored as the API shows it."""

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
    """An instance, with what the API takes but does not show."""

    user_data: str = Field(default="", repr=False)
    public_address: str = ""
    """The ordinary public address it was bought with, if any."""


class SecurityGroupRow(SecurityGroup):
    """A security group with its policies, first ones first."""

    ingress: list[SecurityGroupPolicy] = []
    egress: list[SecurityGroupPolicy] = []
    version: int = 0


class RoleSession(Shape):
    """Which role a temporary key acts as; the key itself is not kept."""

    secret_id: str
    role_arn: str
    name: str
    principal: str
    """The account that asked for it."""
    expires: float = Field(allow_inf_nan=False)


class ClockRow(Shape):
    """Offset of the cloud's clock from the given one."""

    name: str = "clock"
    offset: float = Field(default=0.0, ge=-LATEST, le=LATEST, allow_inf_nan=False)
    frozen: float | None = Field(default=None, ge=0, le=LATEST, allow_inf_nan=False)


class Counter(Shape):
    """A number that only grows."""

    name: str
    value: int = 0


class TaskRow(Shape):
    """Work that an asynchronous call began: what will happen, and when."""

    task_id: str
    action: str
    effect: str
    """The name of the function of `havip.emulator.rules.effects` that does it."""
    arguments: dict[str, str] = {}
    resources: list[str] = []
    """Resources of the task, as `DescribeVpcTaskResult` lists them."""
    holds: list[str] = []
    """The resources on which no other such work may begin meanwhile."""
    status: str = RUNNING
    output: str = ""
    begun: float = Field(default=0.0, allow_inf_nan=False)
    due: float = Field(default=0.0, allow_inf_nan=False)
    polls_left: int = 0
    same_as: str = ""
    """The task that this is another name of: a repeated call's answer has an id of its own."""


class TokenRow(Shape):
    """A ClientToken that was used: by which request, and what that was answered."""

    name: str
    request: str
    answer: str
    request_id: str
    used: float = Field(allow_inf_nan=False)


def vip_of(havip: HaVip) -> Sequence[str]:
    """List the address of a HAVIP."""
    return (havip.vip,)


def members_of(havip: HaVip) -> Sequence[str]:
    """List the members of the range of a HAVIP."""
    return [member.instance_id for member in havip.ha_vip_association_set]


def addresses_of(eni: NetworkInterface) -> Sequence[str]:
    """List the private addresses of an ENI, the primary one first."""
    return [item.private_ip_address or "" for item in eni.private_ip_address_set]


def instance_of(eni: NetworkInterface) -> Sequence[str]:
    """List the instance that an ENI is attached to, if any."""
    return (eni.attachment.instance_id,) if eni.attachment else ()


def vpc_if_secondary(eni: NetworkInterface) -> Sequence[str]:
    """List the VPC of a secondary ENI; primary ENIs do not count against the quota."""
    return () if eni.primary else (eni.vpc_id,)


def held_by(task: TaskRow) -> Sequence[str]:
    """List the resources that are busy because of a task."""
    return task.holds if task.status == RUNNING else ()


def groups_of_eni(eni: NetworkInterface) -> Sequence[str]:
    """List the security groups of an ENI."""
    return eni.group_set


def groups_of_instance(instance: InstanceRow) -> Sequence[str]:
    """List the security groups of an instance."""
    return instance.security_group_ids


def placement_groups_of(instance: InstanceRow) -> Sequence[str]:
    """List the placement groups of an instance."""
    return instance.disaster_recover_group_ids
