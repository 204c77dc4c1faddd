"""Asynchronous work: when it has its effect, and what is told of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from havip.api import ACTIONS
from havip.emulator.actions.registry import Call
from havip.emulator.errors import Refusal
from havip.emulator.state.region import Region
from havip.emulator.state.rows import (
    FAILED,
    RUNNING,
    SUCCESS,
    TaskRow,
)
from havip.emulator.state.table import oldest

Effect = Callable[..., None]
"""``effect(region, succeeded, **arguments)``: does the work, or takes back its preparation."""

EFFECTS: dict[str, Effect] = {}
_BUSY = (
    "UnsupportedOperation.MutexOperationTaskRunning",
    "OperationDenied.MutexTaskRunning",
    "UnsupportedOperation.InvalidState",
)


def effect(function: Effect) -> Effect:
    """Register a function as what a task does in the end; its name is kept with the task.

    Example::

        @effect
        def delete_ha_vip(region: Region, succeeded: bool, ha_vip_id: str) -> None: ...
    """
    EFFECTS[function.__name__] = function
    return function


def begin(
    call: Call,
    function: Effect,
    resources: Sequence[str],
    *,
    holds: Sequence[str] = (),
    task_id: str = "",
    delay: float | None = None,
    **arguments: str,
) -> TaskRow:
    """Begin a task; without a delay it is over at once.

    Args:
        call: the call that began it.
        function: what it does in the end, an `effect`.
        resources: the ids it is about.
        holds: the ids on which no other task may begin meanwhile.
        task_id: how it is asked for; the call's request id by default.
        delay: seconds, where the settings' ``task_delay`` does not apply.
        arguments: what the effect is given.
    """
    region = call.region
    _forget_old(region)
    task = TaskRow(
        task_id=task_id or call.caller.request_id,
        action=call.action,
        effect=function.__name__,
        arguments=arguments,
        resources=list(resources),
        holds=list(holds),
        begun=region.now,
        due=region.now + (region.settings.task_delay if delay is None else delay),
        polls_left=region.settings.task_polls if delay is None else 0,
    )
    if _is_due(region, task):
        return _finish(region, task)
    return region.tasks.put(task)


def settle(region: Region, *, polled: bool = False) -> None:
    """Finish what is due.

    Args:
        region: where.
        polled: whether a reading call is being answered, which some settings count.
    """
    for task in region.tasks.rows_with("status", RUNNING):
        if polled and task.polls_left:
            task = task.model_copy(update={"polls_left": task.polls_left - 1})  # noqa: PLW2901
            region.tasks.put(task)
        if _is_due(region, task):
            _finish(region, task)


def is_busy(region: Region, *ids: str) -> bool:
    """Whether a task that is not over holds any of the resources."""
    return any(region.tasks.count("holds", wanted) for wanted in ids)


def refuse_if_busy(call: Call, *ids: str) -> None:
    """Refuse while other work is under way on the resources.

    Raises:
        Refusal: with the code that the action documents for this.
    """
    if is_busy(call.region, *ids):
        documented = ACTIONS[call.action].errors
        code = next((code for code in _BUSY if code in documented), "UnsupportedOperation")
        raise Refusal(code, f"Another task is running on `{ids[0]}`; try again when it is over.")


def _is_due(region: Region, task: TaskRow) -> bool:
    return task.due <= region.now and not task.polls_left


def _finish(region: Region, task: TaskRow) -> TaskRow:
    output = region.settings.failing_tasks.get(task.action)
    EFFECTS[task.effect](region, output is None, **task.arguments)
    end: dict[str, Any] = {"status": SUCCESS if output is None else FAILED, "output": output or ""}
    return region.tasks.put(task.model_copy(update=end))


def _forget_old(region: Region) -> None:
    """Drop the oldest tasks that nobody can ask for any more."""
    old = region.now - region.settings.task_retention
    for task in oldest(region.tasks, lambda task: task.begun < old):
        if task.status != RUNNING:
            region.tasks.remove(task.task_id)
