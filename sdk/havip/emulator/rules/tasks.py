"""Asynchronous tasks: when they take effect, and their status until then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.effects import EFFECTS, Effect
from havip.emulator.state.rows import (
    FAILED,
    RUNNING,
    SUCCESS,
    TaskRow,
)
from havip.emulator.state.table import oldest
from havip.emulator.state.world import AccountRegion


def begin(
    call: ActionCall,
    function: Effect,
    resources: Sequence[str],
    *,
    holds: Sequence[str] = (),
    task_id: str = "",
    delay: float | None = None,
    **arguments: str,
) -> TaskRow:
    """Start a task; without a delay it finishes immediately.

    Args:
        call: The call that started it.
        function: The effect, one of `rules.effects`.
        resources: Ids of the affected resources.
        holds: Ids of resources on which no other task may start until this one has finished.
        task_id: Id for polling; the call's request id by default.
        delay: Seconds, overriding the ``task_delay`` of the settings.
        arguments: Arguments of the effect.
    """
    region = call.region
    _delete_expired(region)
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


def settle(region: AccountRegion, *, polled: bool = False) -> None:
    """Finish the tasks that are due.

    Args:
        region: The region.
        polled: Whether this is a read call, which counts for the ``task_polls`` setting.
    """
    for task in region.tasks.rows_with("status", RUNNING):
        if polled and task.polls_left:
            task = task.model_copy(update={"polls_left": task.polls_left - 1})  # noqa: PLW2901
            region.tasks.put(task)
        if _is_due(region, task):
            _finish(region, task)


def _is_due(region: AccountRegion, task: TaskRow) -> bool:
    return task.due <= region.now and not task.polls_left


def _finish(region: AccountRegion, task: TaskRow) -> TaskRow:
    output = region.settings.failing_tasks.get(task.action)
    EFFECTS[task.effect](region, output is None, **task.arguments)
    end: dict[str, Any] = {"status": SUCCESS if output is None else FAILED, "output": output or ""}
    return region.tasks.put(task.model_copy(update=end))


def _delete_expired(region: AccountRegion) -> None:
    """Delete the finished tasks whose retention has expired."""
    old = region.now - region.settings.task_retention
    for task in oldest(region.tasks, lambda task: task.begun < old):
        if task.status != RUNNING:
            region.tasks.remove(task.task_id)
