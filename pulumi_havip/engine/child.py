"""Code that runs in the engine's child processes: the program or the dynamic provider server.

The project's interpreter runs this file by its path, so it imports nothing but Pulumi's SDK. Both
kinds of children exit when their standard input is closed, so that none outlives a killed engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import runpy
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final

_SEAMS: Final = Path(__file__).with_name("pulumi_seams.py")


def _end_with_engine() -> None:
    """Wait for the engine to close standard input, or to die, and exit at once."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def _run_provider() -> None:
    threading.Thread(target=_end_with_engine, daemon=True).start()
    sys.argv = ["pulumi.dynamic"]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


class Origins:
    """Records the tracebacks of errors where they were raised.

    A task passes the traceback of its error to the first that awaits it and an empty one to all
    others (as does Python's own `asyncio.Task`), and Pulumi's SDK awaits an output once for
    each use. So the traceback is recorded when the task ends, before anything reports it.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[BaseException, TracebackType | None]] = {}

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Record the errors of all tasks of an event loop."""

        def task(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
            made = asyncio.Task(work, loop=loop, **options)
            made.add_done_callback(self._note)
            return made

        loop.set_task_factory(task)

    def _note(self, task: asyncio.Task[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._seen.setdefault(id(error), (error, error.__traceback__))

    def report(self, error: BaseException) -> traceback.TracebackException:
        """Return an error's traceback as it was when the error was raised."""
        _, arose = self._seen.get(id(error), (error, error.__traceback__))
        return traceback.TracebackException.from_exception(error.with_traceback(arose))


def user_traceback(report: traceback.TracebackException, is_users: Callable[[str], bool]) -> str:
    """Format an error and its causes, starting at the first frame of the user's code.

    Args:
        report: The error.
        is_users: Returns whether a file is the user's.
    """
    part: traceback.TracebackException | None = report
    while part is not None:
        part.stack = traceback.StackSummary.from_list(_frames(part, is_users))
        part = part.__cause__ or part.__context__
    return "".join(report.format())


def _frames(
    report: traceback.TracebackException, is_users: Callable[[str], bool]
) -> list[traceback.FrameSummary]:
    frames = list(report.stack)
    users = (index for index, frame in enumerate(frames) if is_users(frame.filename))
    first = next(users, None)
    if first is not None:
        return frames[first:]
    if report.exc_type is not None and issubclass(report.exc_type, SyntaxError):
        return []  # the error itself names the line
    return frames[-1:]


def _is_users(filename: str, program: str) -> bool:
    inside = Path(program).resolve()
    home = inside if inside.is_dir() else inside.parent
    file = Path(filename).resolve()
    own = home in file.parents and "site-packages" not in file.relative_to(home).parts
    return own and not filename.startswith("<")


def _seams() -> Any:
    """Load pulumi_seams.py by its path: the project's interpreter may lack this package."""
    return SimpleNamespace(**runpy.run_path(str(_SEAMS)))


def _configure(settings: dict[str, Any]) -> None:
    import pulumi

    _seams().unburden()
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

    loop, origins = asyncio.new_event_loop(), Origins()
    origins.watch(loop)
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(parallel, 1) * 4))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except (Exception, KeyboardInterrupt) as error:
        shown = user_traceback(origins.report(error), lambda file: _is_users(file, program))
        pulumi.log.error("the program failed:\n" + shown)
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
    """Read exactly one line: the rest of standard input is the lifeline."""
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
