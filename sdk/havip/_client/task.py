"""Following the asynchronous task that an action begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from havip import api
from havip._client.polling import Pauses
from havip._transport.caller import run
from havip.api._base import Request, Response, Task
from havip.errors import BadAnswerError, HavipError, NotFoundError, TaskError, WaitTimeout

if TYPE_CHECKING:
    from havip.client import Client

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
NOT_FOUND = 5
"""Looks at which the task may be missing because it is not visible yet."""
LONGEST_ID = 20
"""Digits of the largest 64-bit number."""


def follow(
    client: Client, request: type[Request[Any]], answer: Response, timeout: float | None = None
) -> None:
    """Wait until the task of a call has ended.

    Args:
        client: Client used for polling.
        request: The request class of the call.
        answer: Its response.
        timeout: Timeout in seconds; the client's own if omitted.

    Raises:
        TaskError: The task ended as FAILED.
        WaitTimeout: The task did not end within the timeout.
    """
    run(client._core.finish(request, answer, timeout))


class TaskWatch:
    """Polls one task until it ends.

    Args:
        action: The action that started the task.
        task: The kind of the task.
        task_id: Its id.
    """

    def __init__(self, action: str, task: Task, task_id: str) -> None:
        self._action = action
        self._task = task
        self._task_id = task_id
        self._status = ""
        self._not_found = 0

    @classmethod
    def of(cls, request: type[Request[Any]], answer: Response) -> TaskWatch | None:
        """Build the watch for a response; None if the service started no task.

        Raises:
            BadAnswerError: The id of the task is malformed.
        """
        action, task = request.__name__, request.task
        if task is Task.VPC:
            return cls(action, task, answer.request_id) if answer.request_id else None
        task_id = str(getattr(answer, "task_id", None) or "")
        if task is Task.NONE or not task_id:
            return None
        if not (task_id.isascii() and task_id.isdigit() and len(task_id) <= LONGEST_ID):
            raise BadAnswerError(f"{action}: the id of its task is not a number: {task_id[:40]!r}")
        return cls(action, task, task_id)

    def pauses(self) -> Pauses:
        """Return the pauses between two looks."""
        return Pauses(FIRST_PAUSE, LONGEST_PAUSE)

    async def look(self, send: Callable[[Request[Any]], Awaitable[Any]]) -> bool | None:
        """Query the task; return True if it has succeeded.

        Raises:
            TaskError: The task ended as FAILED.
        """
        if self._task is Task.VPC:
            found = await send(api.DescribeVpcTaskResult(task_id=self._task_id))
            self._status, output = found.status, found.output
        else:  # the id is a number here, but a string in the response of the call
            found = await send(api.DescribeTaskResult(task_id=int(self._task_id)))
            self._status, output = found.result, ""
        if self._status == "FAILED":
            raise TaskError(self._action, self._task_id, output)
        return True if self._status == "SUCCESS" else None

    def tolerates(self, error: HavipError) -> bool:
        """Return whether to continue after an error: the task may not be visible yet."""
        if isinstance(error, NotFoundError) and not self._status:
            self._not_found += 1
            return self._not_found <= NOT_FOUND
        return False

    def late(self, limit: float) -> Callable[[HavipError | None], HavipError]:
        """Return a function that builds the error at the deadline."""
        return lambda error: WaitTimeout(
            f"{self._action}: task {self._task_id} is {self._status or 'in no known state'} after "
            f"{limit:g} s"
            + (f", and the last look failed: {error}" if error else "")
            + "; it may end later, look again before doing it again"
        )
