"""JSON output of an operation: one line per event, or one object for a preview."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import IO, Any, Final

from pulumi_havip import urns
from pulumi_havip.engine.crypto import plain_seal
from pulumi_havip.engine.display import plain
from pulumi_havip.engine.events import (
    Ended,
    Event,
    Message,
    MessageSeverity,
    Op,
    Started,
    Step,
    StepEnded,
    StepStarted,
)
from pulumi_havip.engine.resource_state import Record, write_record
from pulumi_havip.engine.values import Secret


class JsonLines:
    """Writes each event as a line of JSON; use it as the sink of a workspace.

    The field ``event`` is ``started``, ``step-started``, ``step-ended``, ``message`` or
    ``ended``; the other fields are those of the event.

    Args:
        file: The output file.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def __call__(self, event: Event) -> None:
        """Write an event."""
        self._file.write(json.dumps(_as_json(event), ensure_ascii=False) + "\n")
        self._file.flush()


class PreviewJson:
    """Writes a preview as one JSON object at its end, like `pulumi preview --json`.

    Args:
        file: The output file.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def __call__(self, event: Event) -> None:
        """Collect an event, and write the object at the last one."""
        if not isinstance(event, Ended):
            return
        result = event.result
        steps = [step for step in result.steps if not step.internal]
        olds = {step.urn: step.old for step in steps if step.old is not None}
        found: dict[str, Any] = {
            "steps": [_previewed(step, olds.get(step.urn)) for step in steps if _shown(step)],
            "diagnostics": [
                {"urn": item.urn, "message": item.text, "severity": str(item.severity)}
                for item in result.messages
                if item.severity is not MessageSeverity.DEBUG
            ],
            "duration": int(result.duration * 1e9),
            "changeSummary": {
                str(op): count for op, count in result.counts.items() if op not in _PARTS
            },
        }
        if not found["diagnostics"]:
            del found["diagnostics"]
        if result.error:
            found["error"] = result.error
        self._file.write(json.dumps(found, indent=4, ensure_ascii=False) + "\n")
        self._file.flush()


_PARTS: Final = frozenset(
    {
        Op.CREATE_REPLACEMENT,
        Op.IMPORT_REPLACEMENT,
        Op.READ_REPLACEMENT,
        Op.DELETE_REPLACED,
        Op.DISCARD_REPLACED,
        Op.REMOVE_PENDING_REPLACE,
    }
)
"""The steps of a replacement, which the CLI shows as one."""


def _shown(step: Step) -> bool:
    """Return whether the CLI shows a step: what stays the same is not, but for the stack."""
    if step.op is Op.SAME:
        return step.new is not None and step.new.type == urns.STACK_TYPE
    return step.op not in _PARTS


def _previewed(step: Step, old: Record | None) -> dict[str, Any]:
    found: dict[str, Any] = {"op": step.op, "urn": step.urn}
    for name, record in (("oldState", old), ("newState", _foretold(step, old))):
        if record is not None:
            hidden = record.copy(inputs=_hidden(record.inputs), outputs=_hidden(record.outputs))
            found[name] = write_record(hidden, plain_seal)
    record = step.new or old
    if step.op is not Op.SAME and record is not None and record.provider:
        found["provider"] = record.provider
    if step.replace_keys:
        found["replaceReasons"] = list(step.replace_keys)
    if step.changes and old is not None:
        found["diffReasons"] = list(
            dict.fromkeys(re.split(r"[.\[]", c.path)[0] for c in step.changes)
        )
        found["detailedDiff"] = {
            change.path: {"kind": change.kind, "inputDiff": True} for change in step.changes
        }
    else:
        found["detailedDiff"] = None
    return found


def _foretold(step: Step, old: Record | None) -> Record | None:
    """Return a resource's new state as it is known before the step."""
    new = step.new
    if new is not None and step.op is Op.CREATE:
        return new.copy(outputs={}, id="", created="", modified="")
    if new is not None and old is not None and step.op is Op.UPDATE:
        return new.copy(outputs={}, id="", modified=old.modified)
    return new if new is None or new.custom else new.copy(outputs={})


def _hidden(value: Any) -> Any:
    """Return a value without its secrets; what is unknown stays so."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list) else value


def _as_json(event: Event) -> dict[str, Any]:
    if isinstance(event, Started):
        return {"event": "started"} | asdict(event)
    if isinstance(event, StepStarted):
        return {"event": "step-started"} | _step(event.step)
    if isinstance(event, StepEnded):
        return {"event": "step-ended"} | _step(event.step)
    if isinstance(event, Message):
        return {"event": "message"} | asdict(event)
    result = event.result
    return {
        "event": "ended",
        "operation": result.operation,
        "error": result.error,
        "duration": round(result.duration, 3),
        "counts": dict(result.counts),
        "outputs": plain(result.outputs),
    }


def _step(step: Step) -> dict[str, Any]:
    found: dict[str, Any] = {"op": step.op, "urn": step.urn, "id": step.id}
    if step.result:
        found["result"] = step.result
    if step.replace_keys:
        found["replace_keys"] = list(step.replace_keys)
    if step.changes:
        found["changes"] = [
            {"path": c.path, "kind": c.kind, "old": plain(c.old), "new": plain(c.new)}
            for c in step.changes
        ]
    if step.error:
        found["error"] = step.error
    return found | {"duration": round(step.duration, 3)}
