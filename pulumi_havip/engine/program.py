"""Run the user's program in a separate process with a fresh interpreter."""

from __future__ import annotations

import json
import threading

from pulumi_havip.engine import inline
from pulumi_havip.engine.events import MessageSeverity
from pulumi_havip.engine.process_pool import ProcessPool
from pulumi_havip.engine.project import Project
from pulumi_havip.engine.run import Run


def run_program(run: Run, project: Project, address: str, pool: ProcessPool) -> None:
    """Run the program until it ends or the operation is stopped.

    Args:
        run: The operation; an error of the program becomes its error.
        project: The project.
        address: The address of the engine's server.
        pool: Provides the process.
    """
    if callable(project.program):
        inline.run_function(run, project.program, address)
        return
    child = pool.program()
    child.listen(lambda line: None if run.stopped else run.say(MessageSeverity.INFO, line))
    child.tell(_orders(run, project, address).encode())

    def watch() -> None:
        child.wait()
        run.wake.set()

    waiting = threading.Thread(target=watch, daemon=True)
    waiting.start()
    try:
        run.wake.wait()
        code = 0 if run.stopped else child.wait()
    finally:
        child.kill()
        waiting.join()
    if code:
        told = run.program_error
        run.fail(told or f"the program ended with exit code {code}", told=bool(told))


def _orders(run: Run, project: Project, address: str) -> str:
    settings = run.settings
    orders = {
        "program": str(project.program),
        "root": str(project.folder),
        "monitor": address,
        "engine": address,
        "project": settings.project,
        "stack": settings.stack,
        "parallel": settings.parallel,
        "dry_run": settings.preview,
        "config": dict(settings.config),
        "secret_keys": sorted(settings.secret_keys),
    }
    return json.dumps(orders)
