"""Detect code in the state of dynamic resources.

A dynamic provider is pickled into each of its resources. A class of an importable module is pickled
by its name, a class of the program itself by its code, which every later operation runs. In a state
from somebody else, that is somebody else's code.
"""

from __future__ import annotations

import base64
import binascii
import pickletools
from collections.abc import Iterable
from typing import Final

from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import unwrap

_CALLS: Final = frozenset({"REDUCE", "INST", "OBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4"})
"""Opcodes that call something with arguments, as unpickled code does."""


def runs_code(text: object) -> bool:
    """Return whether unpickling a `__provider` property runs more than a class's constructor.

    Unreadable pickles count as code, since their effect is unknown.
    """
    if not isinstance(text, str):
        return True
    try:
        opcodes = [code.name for code, _, _ in pickletools.genops(base64.b64decode(text))]
    except (ValueError, binascii.Error, IndexError, KeyError, OverflowError):
        return True
    return not _CALLS.isdisjoint(opcodes)


def with_code(records: Iterable[Record]) -> list[str]:
    """Return the names of the resources whose state holds code."""
    return [
        record.name
        for record in records
        for held in [unwrap(record.inputs).get("__provider")]
        if held is not None and runs_code(held)
    ]
