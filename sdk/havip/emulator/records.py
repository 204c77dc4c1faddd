"""The rows that only the emulator has; everything else is stored as the API shows it."""

from __future__ import annotations

from pydantic import Field

from havip.api._base import Shape


class Session(Shape):
    """Which role a temporary key acts as; the key itself is not kept."""

    secret_id: str
    role_arn: str
    name: str
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
    """The name of the function in `havip.emulator.effects` that does it."""
    arguments: dict[str, str] = Field(default_factory=dict)
    holds: list[str] = Field(default_factory=list)
    """The resources on which no other such work may begin meanwhile."""
    status: str = "RUNNING"
    output: str = ""
    begun: float = 0.0
    due: float = 0.0
    polls_left: int = 0


class TokenRow(Shape):
    """A ClientToken that was used: by which request, and what that was answered."""

    name: str
    request: str
    answer: str
    used: float
