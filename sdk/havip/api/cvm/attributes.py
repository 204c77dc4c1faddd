"""Attributes of an instance that are read separately: its user data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Response, Shape
from havip.api._services import CvmRequest

__all__ = [
    "Attribute",
    "DescribeInstancesAttributes",
    "DescribeInstancesAttributesResponse",
    "InstanceAttribute",
]


class Attribute(Shape):
    """The requested attributes of an instance.

    Args:
        user_data: Script or cloud-init data in base64; may be secret.
    """

    user_data: Annotated[str, Field(repr=False)] = ""


class InstanceAttribute(Shape):
    """An instance with the requested attributes.

    Args:
        instance_id: Id of the instance, such as ``ins-1a2b3c4d``.
        attributes: The attributes.
    """

    instance_id: str = ""
    attributes: Attribute | None = None


class DescribeInstancesAttributesResponse(Response):
    """The response of `DescribeInstancesAttributes`.

    Args:
        instance_set: The instances with their attributes.
    """

    instance_set: list[InstanceAttribute] = []


class DescribeInstancesAttributes(CvmRequest[DescribeInstancesAttributesResponse]):
    """Read the user data of instances, which `DescribeInstances` does not show.

    Args:
        attributes: Attributes to read: ``UserData``.
        instance_ids: Ids of instances.
    """

    reads = True

    attributes: list[str]
    instance_ids: list[str]
