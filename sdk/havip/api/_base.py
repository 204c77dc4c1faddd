"""The base classes that every request, response and structure of the API is made of."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict


def wire_name(name: str) -> str:
    """Turn a Python field name into the API's: ``ha_vip_id`` into ``HaVipId``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


class Service(NamedTuple):
    """A product of the cloud: its name in hosts and signatures, and its API version."""

    name: str
    version: str


class Task(Enum):
    """How the work that an action starts is followed to its end."""

    NONE = "none"
    """The answer is the end: the action is synchronous."""
    VPC = "vpc"
    """`DescribeVpcTaskResult`, with the call's own RequestId as the TaskId."""
    ADDRESS = "address"
    """`DescribeTaskResult`, with the TaskId of the answer as an integer."""


class Shape(BaseModel):
    """A structure of the API; fields nobody knew are ignored."""

    model_config = ConfigDict(
        alias_generator=wire_name,
        populate_by_name=True,
        extra="ignore",
        defer_build=True,
        hide_input_in_errors=True,
    )


class Response(Shape):
    """The answer of an action."""

    request_id: str = ""


R = TypeVar("R", bound=Response, covariant=True)


class Request(Shape, Generic[R]):
    """The request of an action: the class name is the wire action; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    service: ClassVar[Service]
    answer: ClassVar[type[Response]]
    task: ClassVar[Task] = Task.NONE
    rate: ClassVar[int] = 20
    """Calls per second that the service allows an account."""
    reads: ClassVar[bool] = False
    """Whether the action changes nothing, so that it may be sent again at will."""
