"""What the engine's child processes run: the user's program, or the dynamic-provider server.

The file is run by its path with the project's interpreter, so it imports nothing but Pulumi's
SDK. Both children end when their standard input ends, so that none outlives a killed engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import linecache
import logging
import os
import runpy
import sys
import threading
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

_FEW: Final = 256
"""So many outputs are waited for as the SDK does."""
_ROUND: Final = 1.0
"""Seconds after which what came up in the meantime is waited for too."""


def _end_with_engine() -> None:
    """Wait for the engine to close standard input, or to die, and end at once."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def _run_provider() -> None:
    threading.Thread(target=_end_with_engine, daemon=True).start()
    sys.argv = ["pulumi.dynamic"]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


def _user_traceback(error: BaseException, program: str) -> str:
    """Format an exception from the first frame of the user's own code on."""
    report = traceback.TracebackException.from_exception(error)
    inside = Path(program).resolve()
    home = inside if inside.is_dir() else inside.parent
    frames = list(report.stack)
    for index, frame in enumerate(frames):
        if not frame.filename.startswith("<") and home in Path(frame.filename).resolve().parents:
            report.stack = traceback.StackSummary.from_list(frames[index:])
            break
    else:
        if isinstance(error, SyntaxError):  # it names the line itself, and no frame is the user's
            report.stack = traceback.StackSummary()
    return "".join(report.format())


def _do_nothing(*_args: Any, **_options: Any) -> None:
    """Stand in for what is not needed here."""


async def _wait_for_many(
    tasks: Iterable[asyncio.Task[Any]], **_options: Any
) -> tuple[set[asyncio.Task[Any]], set[asyncio.Task[Any]]]:
    """Stand in for the `asyncio.wait` by which the SDK waits for a program's outputs.

    It waits for any one of all that are open, thousands of times over, so that a program's
    time grew with the square of its resources. Here a wait for many ends with the last of
    them, with an error, or soon; the SDK takes up in its next round what came up or is open by
    then. A wait for few is the SDK's own: it sees an error where it arises, not only where it
    has been passed on to, and the report then names the line of the program.
    """
    waited = set(tasks)
    if len(waited) <= _FEW:
        return await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    return await asyncio.wait(waited, timeout=_ROUND, return_when=asyncio.FIRST_EXCEPTION)


def _unburden() -> None:
    """Take off the SDK what costs much with many resources and serves nobody here.

    It tells the engine four or five things of each resource by calls that it waits for, and
    the engine shows none of them. It takes a stack trace of each, for which every file on the
    stack is looked at again, and reads the annotations of its class anew. And it waits as
    `_wait_for_many` says. With 1,000 resources that was most of a preview's time.
    """
    import pulumi

    pulumi.log.debug = _do_nothing
    linecache.checkcache = _do_nothing
    types: Any = pulumi._types  # not public: an SDK without it is merely slower
    if hasattr(types, "resource_types"):
        types.resource_types = functools.cache(types.resource_types)
    patient = SimpleNamespace(**vars(asyncio) | {"wait": _wait_for_many})
    setattr(pulumi.runtime.stack, "asyncio", patient)  # noqa: B010 - not a public name


def _configure(settings: dict[str, Any]) -> None:
    import pulumi

    _unburden()
    pulumi.runtime.set_all_config(settings["config"], settings["secret_keys"])
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=settings["monitor"],
            engine=settings["engine"],
            project=settings["project"],
            stack=settings["stack"],
            organization="organization",
            root_directory=settings["root"],
            parallel=settings["parallel"],
            dry_run=settings["dry_run"],
        )
    )


def _execute(program: str, parallel: int) -> int:
    import pulumi

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(parallel, 1) * 4))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except Exception as error:
        pulumi.log.error("the program failed:\n" + _user_traceback(error, program))
    else:
        return 0
    return 1


def _run_program() -> None:
    import pulumi  # noqa: F401 - loaded before the orders come, as it takes a while

    orders = _first_line()
    if not orders:
        return
    settings = json.loads(orders)
    threading.Thread(target=_end_with_engine, daemon=True).start()
    sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123 - the program's own standard input
    sys.argv = [settings["program"]]
    _configure(settings)
    code = _execute(settings["program"], settings["parallel"])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


def _first_line() -> bytes:
    """Read one line and not a byte more: the rest of standard input is the lifeline."""
    line = bytearray()
    while (byte := os.read(0, 1)) not in {b"", b"\n"}:
        line += byte
    return bytes(line)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())
    if sys.argv[1] == "provider":
        _run_provider()
    else:
        _run_program()
