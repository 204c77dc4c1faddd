"""Programs that are a Python function in this process: for tests, without the start-up time.

The function uses the same protocol with the engine as a program in a process of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime.settings import reset_options

from pulumi_havip.engine.child import Origins, user_traceback
from pulumi_havip.engine.run import Run

Function = Callable[[], Any]
_PATIENCE: Final = 10.0
_GRACE: Final = 1.0


def run_function(run: Run, function: Function, address: str) -> None:
    """Run a function as the program until it returns or the operation is stopped.

    Args:
        run: The operation; an error of the function becomes its error.
        function: The program; it may be a coroutine function.
        address: The address of the engine's server.
    """
    context = contextvars.copy_context()
    failures: list[str] = []

    def body() -> None:
        failures.extend(context.run(_execute, run, function, address))
        run.wake.set()

    thread = threading.Thread(target=body, name="program", daemon=True)
    thread.start()
    run.wake.wait()
    thread.join(_PATIENCE)
    if failures and not run.stopped:
        run.fail(failures[0])


def _execute(run: Run, function: Function, address: str) -> list[str]:
    settings = run.settings
    reset_options(
        project=settings.project,
        stack=settings.stack,
        root_directory=settings.root,
        parallel=settings.parallel,
        engine_address=address,
        monitor_address=address,
        preview=settings.preview,
        organization="organization",
    )
    pulumi.runtime.set_all_config(dict(settings.config), sorted(settings.secret_keys))
    loop, origins = asyncio.new_event_loop(), Origins()
    origins.watch(loop)
    executor = ThreadPoolExecutor(max_workers=settings.parallel * 4, thread_name_prefix="sdk")
    loop.set_default_executor(executor)
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(function))
    except pulumi.RunError as error:
        return [str(error)]
    except Exception as error:
        return ["the program failed:\n" + user_traceback(origins.report(error), _is_users)]
    finally:
        _close(loop)
        executor.shutdown(wait=True)
    return []


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel pending tasks; after a failure these are all later registrations."""
    for task in asyncio.all_tasks(loop):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            loop.run_until_complete(task)
    loop.close()


def _is_users(filename: str) -> bool:
    """Return whether a file is the user's rather than Pulumi's, the engine's or Python's."""
    others = (
        pulumi.__path__[0],
        str(Path(__file__).parent),
        str(Path(asyncio.__file__).parents[1]),
    )
    return not filename.startswith(others)
