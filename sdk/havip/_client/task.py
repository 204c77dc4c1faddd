"""Asynchronous work of the service, followed to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from havip.api import DescribeTaskResult, DescribeVpcTaskResult
from havip.api._base import Request, Response, Task
from havip.errors import TaskError, WaitTimeout

if TYPE_CHECKING:
    from havip.client import Client

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0


def follow(
    client: Client, request: type[Request[Any]], answer: Response, timeout: float | None = None
) -> None:
    """Wait until the task of a call has ended.

    Args:
        client: Whom to ask.
        request: The request class of the call.
        answer: Its answer.
        timeout: Seconds to wait at most; the client's own if left out.

    Raises:
        TaskError: The task ended as FAILED.
        WaitTimeout: It had not ended in time.
    """
    task_id = _task_id(request.task, answer)
    if not task_id:
        return
    look = _vpc_task if request.task is Task.VPC else _address_task
    limit = client.task_timeout if timeout is None else timeout
    _poll(client, request.__name__, task_id, look, limit)


def _task_id(task: Task, answer: Response) -> str:
    """Find the id of the task; empty where the service did not begin one."""
    if task is Task.VPC:
        return answer.request_id
    if task is Task.ADDRESS:
        return str(getattr(answer, "task_id", None) or "")
    return ""


def _poll(
    client: Client,
    action: str,
    task_id: str,
    look: Callable[[Client, str], tuple[str, str]],
    limit: float,
) -> None:
    """Ask for the task until it has ended, ever more slowly."""
    clock = client.clock
    begun = clock.monotonic()
    pause = FIRST_PAUSE
    while True:
        status, output = look(client, task_id)
        if status == "SUCCESS":
            return
        if status == "FAILED":
            raise TaskError(action, task_id, output)
        if clock.monotonic() - begun >= limit:
            raise WaitTimeout(
                f"{action}: task {task_id} is {status or 'in no state'} after {limit:g} s; "
                "it may end later, look again before doing it again"
            )
        clock.sleep(min(pause, limit))
        pause = min(LONGEST_PAUSE, pause * 1.5)


def _vpc_task(client: Client, task_id: str) -> tuple[str, str]:
    """Ask for a task that is named by the RequestId of its call."""
    found = client.send(DescribeVpcTaskResult(task_id=task_id))
    return found.status, found.output


def _address_task(client: Client, task_id: str) -> tuple[str, str]:
    """Ask for a task of an EIP action; its id is a number here and a text in the call's answer."""
    found = client.send(DescribeTaskResult(task_id=int(task_id)))
    return found.result, ""
