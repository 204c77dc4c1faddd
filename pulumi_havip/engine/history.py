"""The history of a stack, in the file format that `pulumi stack history` reads."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from typing import Final

from havip import _files as files
from pulumi_havip.engine.checkpoint import ENGINE
from pulumi_havip.engine.events import Op, Result
from pulumi_havip.engine.store import StackFile

_KINDS: Final = {"up": "update", "refresh": "refresh", "destroy": "destroy"}
_COUNTED: Final = {Op.CREATE, Op.UPDATE, Op.DELETE, Op.REPLACE, Op.SAME, Op.IMPORT, Op.READ}


def note(file: StackFile, result: Result) -> None:
    """Write the result of an operation to the history; errors in writing are ignored.

    Args:
        file: The stack's files.
        result: The result of the operation.
    """
    kind = _KINDS.get(result.operation)
    if kind is None or not file.path.exists():
        return
    ended = time.time()
    entry: Mapping[str, object] = {
        "kind": kind,
        "startTime": int(ended - result.duration),
        "message": "",
        "environment": {"exec.kind": ENGINE},
        "config": {},
        "version": 0,
        "result": "succeeded" if result.ok else "failed",
        "endTime": int(ended),
        "resourceChanges": {str(op): n for op, n in result.counts.items() if op in _COUNTED},
    }
    folder = file.root / "history" / file.project / file.stack
    name = f"{file.stack}-{time.time_ns()}"
    with contextlib.suppress(OSError):
        files.make_folder(folder)
        checkpoint = folder / f"{name}.checkpoint.json"
        files.keep_copy(file.path, checkpoint)
        files.write(folder / f"{name}.history.json", json.dumps(entry), mode=files.PRIVATE)
