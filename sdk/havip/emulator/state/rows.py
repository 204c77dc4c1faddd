"""The rows that only the emulator has; everything else is stored as the API shows it."""

from __future__ import annotations

from pydantic import Field

from havip.api import Instance, SecurityGroup, SecurityGroupPolicy, Shape

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


class Session(Shape):
    """Which role a temporary key acts as; the key itself is not kept."""

    secret_id: str
    role_arn: str
    name: str
    principal: str
    """The account that asked for it."""
    expires: float


class ClockRow(Shape):
    """How far the cloud's clock is from the one it was given."""

    name: str = "clock"
    offset: float = 0.0
    frozen: float | None = None


class Counter(Shape):
    """A number that only grows."""

    name: str
    value: int = 0


class TaskRow(Shape):
    """Work that an asynchronous call began: what will happen, and when."""

    task_id: str
    action: str
    effect: str
    """The name of the function of `havip.emulator.effects` that does it."""
    arguments: dict[str, str] = {}
    resources: list[str] = []
    """What the task is about, as `DescribeVpcTaskResult` lists it."""
    holds: list[str] = []
    """The resources on which no other such work may begin meanwhile."""
    status: str = RUNNING
    output: str = ""
    begun: float = 0.0
    due: float = 0.0
    polls_left: int = 0
    same_as: str = ""
    """The task that this is another name of: a repeated call's answer has an id of its own."""


class TokenRow(Shape):
    """A ClientToken that was used: by which request, and what that was answered."""

    name: str
    request: str
    answer: str
    request_id: str
    used: float
