"""Results of asynchronous tasks."""

from __future__ import annotations

from havip.api import (
    DescribeTaskResult,
    DescribeTaskResultResponse,
    DescribeVpcTaskResult,
    DescribeVpcTaskResultResponse,
    VpcTaskResultDetailInfo,
)
from havip.emulator.errors import ApiFailure, not_found
from havip.emulator.rules.calls import ActionCall
from havip.emulator.state.rows import TaskRow
from havip.emulator.state.world import AccountRegion


def describe_vpc_task(
    call: ActionCall, request: DescribeVpcTaskResult
) -> DescribeVpcTaskResultResponse:
    """Return the state of a task by the request id of the call that started it."""
    task = _task(call.region, request.task_id)
    if task is None or task.task_id.isdigit():
        raise not_found("task", request.task_id)
    details = [
        VpcTaskResultDetailInfo(resource_id=resource, status=task.status)
        for resource in task.resources
    ]
    return DescribeVpcTaskResultResponse(status=task.status, output=task.output, result=details)


def describe_task(call: ActionCall, request: DescribeTaskResult) -> DescribeTaskResultResponse:
    """Return the state of an EIP task by its number."""
    if request.task_id is None:
        raise ApiFailure("MissingParameter", "The request is missing the parameter `TaskId`.")
    task = _task(call.region, str(request.task_id))
    if task is None:
        raise ApiFailure("InvalidParameter", f"The task `{request.task_id}` does not exist.")
    return DescribeTaskResultResponse(task_id=request.task_id, result=task.status)


def _task(region: AccountRegion, task_id: str) -> TaskRow | None:
    task = region.tasks.get(task_id)
    return region.tasks.get(task.same_as) if task is not None and task.same_as else task
