"""Programs that are a Python function, run in this process: for tests, a start-up cheaper.

The function speaks with the engine by the same protocol as a program of its own process.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import importlib.util
import logging
import threading
import types
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime.proto import engine_pb2, provider_pb2_grpc
from pulumi.runtime.settings import SETTINGS, reset_options

from pulumi_havip.engine import rpc
from pulumi_havip.engine.child import Origins, user_traceback
from pulumi_havip.engine.run import Run

Function = Callable[[], Any]
_PATIENCE: Final = 10.0
_GRACE: Final = 1.0


def run_function(run: Run, function: Function, address: str) -> None:
    """Run a function as the program, to its end or until the operation is stopped.

    Args:
        run: The operation; an error of the function becomes its error.
        function: The program; it may be a coroutine function.
        address: Where the engine serves.
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
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
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
    SETTINGS.engine = _Undisturbed(SETTINGS.engine)
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


class _Undisturbed:
    """The engine, spared the SDK's debug messages: it shows none, and the program waits for each.

    They were half of what a small program took. Where the program has its own process,
    `launch.py` spares them.
    """

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def Log(self, request: engine_pb2.LogRequest) -> None:  # noqa: N802 - the protocol's name
        """Pass on what is shown."""
        if request.severity != engine_pb2.DEBUG:
            self._engine.Log(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what the program left waiting, which after a failure is every later registration."""
    for task in asyncio.all_tasks(loop):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            loop.run_until_complete(task)
    loop.close()


def _is_users(filename: str) -> bool:
    """Return whether a file is the user's, not one of Pulumi's SDK, the engine or Python itself."""
    others = (
        pulumi.__path__[0],
        str(Path(__file__).parent),
        str(Path(asyncio.__file__).parents[1]),
    )
    return not filename.startswith(others)


class InlineDynamicProvider:
    """The SDK's server of dynamic providers, in this process.

    It is the SDK's own class, taken from a module that starts a server of its own when it is
    imported; so its source is run without that last line.
    """

    def __init__(self) -> None:
        self._server = rpc.server(4)
        servicer = _load().DynamicResourceProviderServicer()
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, self._server)
        self.port = int(rpc.listen(self._server).rpartition(":")[2])
        self._server.start()

    def stop(self) -> None:
        """Stop the program."""
        self._server.stop(_GRACE).wait()


def serve_dynamic() -> tuple[InlineDynamicProvider, int]:
    """Serve dynamic providers in this process, for a workspace's `servers`."""
    server = InlineDynamicProvider()
    return server, server.port


def _load() -> types.ModuleType:
    module = types.ModuleType("pulumi.dynamic.__inline__")
    exec(_compiled(), module.__dict__)  # noqa: S102
    return module


@functools.cache
def _compiled() -> types.CodeType:
    spec = importlib.util.find_spec("pulumi.dynamic.__main__")
    assert spec is not None  # noqa: S101 - it is part of the SDK
    assert spec.loader is not None  # noqa: S101
    source = spec.loader.get_source(spec.name)  # type: ignore[attr-defined]
    body, found, rest = source.rpartition("\nmain()")
    if not found or rest.strip():
        raise RuntimeError("pulumi.dynamic.__main__ no longer ends with main()")
    return compile(body, spec.origin or spec.name, "exec")
