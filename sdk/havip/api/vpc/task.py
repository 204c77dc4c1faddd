"""The tasks of asynchronous calls."""

from __future__ import annotations

from havip.api._base import Response, Shape
from havip.api._services import VpcRequest

__all__ = [
    "DescribeTaskResult",
    "DescribeTaskResultResponse",
    "DescribeVpcTaskResult",
    "DescribeVpcTaskResultResponse",
    "VpcTaskResultDetailInfo",
]


class VpcTaskResultDetailInfo(Shape):
    """Outcome of a task for one resource.

    Args:
        resource_id: Id of the resource.
        status: Its final status.
    """

    resource_id: str = ""
    status: str = ""


class DescribeVpcTaskResultResponse(Response):
    """The response of `DescribeVpcTaskResult`.

    Args:
        status: ``RUNNING``, ``SUCCESS`` or ``FAILED``.
        output: Message of the task.
        result: Outcome for each resource, in calls on several.
    """

    status: str = ""
    output: str = ""
    result: list[VpcTaskResultDetailInfo] = []


class DescribeVpcTaskResult(VpcRequest[DescribeVpcTaskResultResponse]):
    """Query the progress of an asynchronous VPC call.

    The task's id is the request id of the call that started it.

    Args:
        task_id: The request id of the call that started the task.
    """

    reads = True
    source = "https://cloud.tencent.com/document/api/215/59037"

    task_id: str


class DescribeTaskResultResponse(Response):
    """The response of `DescribeTaskResult`.

    Args:
        task_id: Id of the task, a number.
        result: ``RUNNING``, ``SUCCESS`` or ``FAILED``.
    """

    task_id: int = 0
    result: str = ""


class DescribeTaskResult(VpcRequest[DescribeTaskResultResponse]):
    """Query the progress of an asynchronous call on elastic IPs.

    The call's response has its task id as a string; here it is a number.

    Args:
        task_id: Id of the task, as a number.
        deal_name: Number of the billing order; this or the task's id must be given.
    """

    reads = True
    source = "https://cloud.tencent.com/document/api/215/36271"

    task_id: int | None = None
    deal_name: str | None = None
