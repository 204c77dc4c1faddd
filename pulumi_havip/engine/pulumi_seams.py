"""Seams to the inside of Pulumi's SDK, all of them, and what each one saves.

None of it is applied in a user's own process: the program's process, which the engine starts and
which ends with the program, calls `unburden` before the program is loaded. An SDK that has its
inside elsewhere is merely slower; `tests/engine/test_engine_seams.py` fails then. The file is run
by its path with the project's interpreter, so it imports nothing but Pulumi's SDK.
"""

from __future__ import annotations

import asyncio
import functools
import linecache
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, Final

_ROUND: Final = 1.0
"""Seconds after which what came up in the meantime is waited for too."""


def unburden() -> None:
    """Apply every seam to the SDK of this process."""
    for seam in (spare_debug_messages, keep_sources, read_types_once, wait_for_many):
        seam()


def spare_debug_messages() -> None:
    """Drop the four or five debug messages of each resource.

    The SDK sends each by a call that it waits for, and the engine shows none.
    """
    import pulumi

    pulumi.log.debug = _do_nothing


def keep_sources() -> None:
    """Leave the files of a stack trace unread, which the SDK takes for every resource."""
    linecache.checkcache = _do_nothing


def read_types_once() -> None:
    """Read the annotations of a resource class once, not for each of its resources."""
    import pulumi

    types: Any = getattr(pulumi, "_types", None)
    if hasattr(types, "resource_types"):
        types.resource_types = functools.cache(types.resource_types)


def wait_for_many() -> None:
    """Ensure that the SDK waits for a program's outputs many at a time.

    It waits for any one of all that are open, thousands of times over, so that a program's time
    grew with the square of its resources.
    """
    import pulumi

    waiting: Any = getattr(pulumi.runtime, "stack", None)
    if hasattr(waiting, "asyncio"):
        waiting.asyncio = SimpleNamespace(**vars(asyncio) | {"wait": wait})


async def wait(
    tasks: Iterable[asyncio.Task[Any]], **_options: Any
) -> tuple[set[asyncio.Task[Any]], set[asyncio.Task[Any]]]:
    """Wait for the last of some tasks, an error, or a moment.

    The SDK takes up in its next round what came up or is open by then.
    """
    return await asyncio.wait(tasks, timeout=_ROUND, return_when=asyncio.FIRST_EXCEPTION)


def _do_nothing(*_args: Any, **_options: Any) -> None:
    """Stand in for what is not needed here."""
