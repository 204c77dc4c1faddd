"""Run one operation (preview, up, refresh or destroy) on a stack."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pulumi_havip import urns
from pulumi_havip.engine import (
    deletion as removal,
)
from pulumi_havip.engine import (
    pending_operations as pending,
)
from pulumi_havip.engine import refresh
from pulumi_havip.engine.deployment import Deployment
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.events import MessageSeverity, Result, Sink, Started
from pulumi_havip.engine.journal import Journal
from pulumi_havip.engine.monitor import serving
from pulumi_havip.engine.process_pool import ProcessPool
from pulumi_havip.engine.program import run_program
from pulumi_havip.engine.project import Project
from pulumi_havip.engine.provider_registry import ProcessEnvironment, ProviderRegistry
from pulumi_havip.engine.run import Run
from pulumi_havip.engine.settings import OperationOptions
from pulumi_havip.engine.values import Properties

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """Operation to run.

    Attributes:
        operation: ``preview``, ``up``, ``refresh`` or ``destroy``.
        settings: The settings of the operation.
        refresh: Whether to refresh all resources before the program runs.
        forget_pending: Whether to assume that pending operations had no effect.
    """

    operation: str
    settings: OperationOptions
    refresh: bool = False
    forget_pending: bool = False


def perform(
    order: Order,
    project: Project,
    journal: Journal,
    process_environment: ProcessEnvironment,
    sink: Sink | None,
) -> Result:
    """Run an operation and return its result.

    Args:
        order: The operation to run.
        project: The project.
        journal: Keeps the state.
        process_environment: The environment of the processes.
        sink: Receives the events.
    """
    registry = ProviderRegistry(process_environment)
    run = Run(order.operation, order.settings, journal, registry, sink)
    registry.hear = lambda line: run.say(MessageSeverity.INFO, line)
    run.tell(Started(order.operation, order.settings.project, order.settings.stack))
    with _interruptible(run):
        try:
            _guard(run, lambda: _work(run, order, project, process_environment.pool))
        finally:
            run.drain()
            registry.stop()
            _close(run, journal)
    return run.finish()


def _close(run: Run, journal: Journal) -> None:
    try:
        journal.fold()
    except EngineError as error:
        run.fail(str(error))
    finally:
        journal.close()


def _guard(run: Run, work: Callable[[], None]) -> None:
    try:
        work()
    except EngineError as error:
        run.fail(str(error), told=bool(run.result.error))
    except Exception as error:
        # Whatever the exception is, the state must be saved, and the user gets one line rather than
        # a traceback.
        _LOG.debug("the engine itself failed", exc_info=True)
        run.fail(f"the engine itself failed: {error!r}")
    given = ((run.settings.targets, "as a target"), (run.settings.replace, "with --replace"))
    for patterns, how in given:
        for pattern in patterns.unmatched():
            if run.result.ok:
                run.note_error(f"the stack has no resource {pattern}, which was given {how}")


def _work(run: Run, order: Order, project: Project, pool: ProcessPool) -> None:
    if run.journal.snapshot.pending:
        with serving(run, None):
            pending.settle(run, forget=order.forget_pending)
    if order.operation in {"destroy", "refresh"}:
        pending.end_attempts(run)
    if order.operation == "destroy":
        with serving(run, None):
            removal.remove(run, lambda _: True)
        return
    if order.operation == "refresh" or order.refresh:
        with serving(run, None):
            refresh.refresh(run)
        run.result.outputs = _stack_outputs(run)
    if order.operation != "refresh":
        run.check()
        _deploy(run, project, pool)


def _deploy(run: Run, project: Project, pool: ProcessPool) -> None:
    deployment = Deployment(run)
    with serving(run, deployment) as address:
        run_program(run, project, address, pool)
        run.drain()
        if not run.stopped:
            pending.refuse_doubts(run)
            run.result.protects = deployment.protects
            wanted = removal.not_registered(deployment.seen, deployment.aliases.taken)
            removal.remove(run, wanted)
        deployment.finish_outputs()
    if run.result.ok:
        pending.end_attempts(run)


def _stack_outputs(run: Run) -> Properties:
    records = run.journal.snapshot.records()
    found = (item.outputs for item in records if item.type == urns.STACK_TYPE)
    return dict(next(found, {}))


@contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    """Stop in order at the first Ctrl-C, immediately at the second; the state is kept."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: object) -> None:
        work = run.registry.stop if run.result.interrupted else run.interrupt
        threading.Thread(target=work, daemon=True).start()

    before = {
        number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
