"""Patches of the internals of Pulumi's SDK, all in one place, with what each one saves.

None of them is applied in a user's own process: only the program's process, which the engine starts
and which ends with the program, calls `unburden`, before it loads the program. With an SDK whose
internals differ, the program is merely slower; `tests/engine/test_engine_seams.py` fails then. The
file is run by its path with the project's interpreter, so it imports nothing but Pulumi's SDK.
"""

from __future__ import annotations

import asyncio
import functools
import linecache
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, Final

_ROUND: Final = 1.0
"""Seconds after which tasks that were created in the meantime are waited for too."""


def unburden() -> None:
    """Apply all patches to the SDK of this process."""
    for seam in (spare_debug_messages, keep_sources, read_types_once, wait_for_many):
        seam()


def spare_debug_messages() -> None:
    """Drop the four or five debug messages of each resource.

    The SDK sends each with a blocking call, and the engine shows none of them.
    """
    import pulumi

    pulumi.log.debug = _do_nothing


def keep_sources() -> None:
    """Skip reading source files for the stack trace that the SDK takes for every resource."""
    linecache.checkcache = _do_nothing


def read_types_once() -> None:
    """Read the annotations of a resource class once instead of for each resource."""
    import pulumi

    types: Any = getattr(pulumi, "_types", None)
    if hasattr(types, "resource_types"):
        types.resource_types = functools.cache(types.resource_types)


def wait_for_many() -> None:
    """Wait for many of a program's outputs at a time.

    The SDK waits for any one of all open outputs, thousands of times over, so that a program's run
    time grows with the square of its resources.
    """
    import pulumi

    waiting: Any = getattr(pulumi.runtime, "stack", None)
    if hasattr(waiting, "asyncio"):
        waiting.asyncio = SimpleNamespace(**vars(asyncio) | {"wait": wait})


async def wait(
    tasks: Iterable[asyncio.Task[Any]], **_options: Any
) -> tuple[set[asyncio.Task[Any]], set[asyncio.Task[Any]]]:
    """Wait until all tasks are done, one fails, or `_ROUND` seconds have passed.

    The SDK handles tasks that were created or are still open then in its next round.
    """
    return await asyncio.wait(tasks, timeout=_ROUND, return_when=asyncio.FIRST_EXCEPTION)


def _do_nothing(*_args: Any, **_options: Any) -> None:
    """Replace an SDK function that is not needed here."""
