"""A running operation: its events, steps, limits, and how it stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from pulumi_havip import urns
from pulumi_havip.engine.errors import EngineError, ProviderError, StoppedError
from pulumi_havip.engine.events import (
    Ended,
    Event,
    Message,
    MessageSeverity,
    Result,
    Sink,
    Step,
    StepEnded,
    StepStarted,
)
from pulumi_havip.engine.journal import Journal
from pulumi_havip.engine.provider_registry import ProviderRegistry
from pulumi_havip.engine.resource_state import Pending
from pulumi_havip.engine.secret_filter import SecretFilter
from pulumi_havip.engine.settings import OperationOptions
from pulumi_havip.engine.values import Properties


def readable(error: EngineError, urn: str) -> str:
    """Return an error's text, with the resource and the failure before the cause."""
    text = str(error).strip()
    if not isinstance(error, ProviderError):
        return text
    said = f"{urns.name_of(urn)}: {text}" if urn else text
    return f"{said}\n{error.trace}" if error.trace else said


def in_our_terms(text: str, stack: str) -> str:
    """Replace CLI commands in a text of Pulumi's SDK with those of this engine."""
    return text.replace("`pulumi config set ", f"`havip stack config set -s {stack} ")


class CreationAttempt(NamedTuple):
    """An earlier attempt at a creation, by this operation or one that was killed.

    Attributes:
        number: Its number in the journal.
        inputs: Its inputs.
    """

    number: int
    inputs: Properties


class Run:
    """A running operation.

    Args:
        operation: Its name, such as ``up``.
        settings: Its options.
        journal: Keeps the state.
        registry: The providers.
        sink: Receives the events.
    """

    def __init__(
        self,
        operation: str,
        settings: OperationOptions,
        journal: Journal,
        registry: ProviderRegistry,
        sink: Sink | None = None,
    ) -> None:
        self.settings = settings
        self.journal = journal
        self.registry = registry
        self.result = Result(operation)
        self.retried: dict[str, CreationAttempt] = {}
        """Earlier creation attempts that created nothing so far, by URN."""
        self.doubts: dict[str, list[tuple[int, Pending, ProviderError]]] = {}
        """Pending operations whose outcome the state's provider could not determine, by URN."""
        self.deleting: set[str] = set()
        """The URNs of resources being deleted, which delete others along with them."""
        self.program_error = ""
        """The last error logged by the program; whether it is fatal shows when the program ends."""
        self._masked = SecretFilter(settings.config[key] for key in settings.secret_keys)
        self._sink = sink
        self._telling = threading.Lock()
        self._slots = threading.Semaphore(max(settings.parallel, 1))
        self._stop = threading.Event()
        self.wake = threading.Event()
        """Set when the operation is stopped or its program has ended."""
        self._idle = threading.Condition()
        self._working = 0
        self._began = time.monotonic()

    # -- events -------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """Emit an event, with the secret settings masked in its texts."""
        with self._telling:
            if isinstance(event, StepEnded):
                event.step.error = self._masked(event.step.error)
                self.result.steps.append(event.step)
            elif isinstance(event, Message):
                event = replace(event, text=self._masked(event.text))
                self.result.messages.append(event)
            elif isinstance(event, Ended):
                event.result.error = self._masked(event.result.error)
            if self._sink is not None:
                self._sink(event)

    def say(self, severity: MessageSeverity, text: str, urn: str = "") -> None:
        """Emit a message for the user."""
        text = in_our_terms(text, self.settings.stack)
        self.tell(Message(severity, text.rstrip("\n"), urn))

    def finish(self) -> Result:
        """Emit the final event and return the result."""
        self.result.duration = time.monotonic() - self._began
        self.tell(Ended(self.result))
        return self.result

    # -- stopping -----------------------------------------------------------------------

    @property
    def stopped(self) -> bool:
        """True if nothing new may be started."""
        return self._stop.is_set()

    def fail(self, reason: str, urn: str = "", *, told: bool = False) -> None:
        """Stop the operation with an error; the first error becomes that of the result."""
        reason = in_our_terms(reason, self.settings.stack)
        if not told:
            self.say(MessageSeverity.ERROR, reason, urn)
        with self._telling:
            self.result.error = self.result.error or reason
        self._stop.set()
        self.wake.set()

    def interrupt(self) -> None:
        """Stop the operation at the user's request; running steps are waited for."""
        self.result.interrupted = True
        self.say(MessageSeverity.WARNING, "interrupted; waiting for the steps under way to end")
        self.fail("interrupted", told=True)

    def note_error(self, reason: str, urn: str = "") -> None:
        """Record an error: the operation continues, and fails at its end."""
        self.say(MessageSeverity.ERROR, reason, urn)
        with self._telling:
            self.result.error = self.result.error or reason

    def check(self) -> None:
        """Raise an error if the operation is stopped.

        Raises:
            StoppedError: The operation is stopped.
        """
        if self.stopped:
            raise StoppedError("the operation is stopped")

    @contextmanager
    def work(self) -> Iterator[None]:
        """Mark work that must finish before the result is final."""
        with self._idle:
            self._working += 1
        try:
            yield
        finally:
            with self._idle:
                self._working -= 1
                self._idle.notify_all()

    def earlier_inputs(self, urn: str) -> Properties:
        """Return the inputs of an earlier creation attempt, empty if there was no attempt."""
        attempt = self.retried.get(urn)
        return {} if attempt is None else attempt.inputs

    def drain(self) -> None:
        """Wait until all work is finished."""
        with self._idle:
            self._idle.wait_for(lambda: self._working == 0)

    # -- steps --------------------------------------------------------------------------

    @contextmanager
    def step(self, step: Step, *, slot: bool = False) -> Iterator[None]:
        """Run a step: wait for a slot, and emit its start and its end.

        Args:
            step: The step.
            slot: Whether it counts against the limit of parallel steps.

        Raises:
            StoppedError: The operation was stopped before the step started.
            EngineError: What the step's body raised; reported as the step's error.
        """
        if slot:
            self._slots.acquire()
        try:
            self.check()
            self.tell(StepStarted(step))
            began = time.monotonic()
            try:
                yield
            except EngineError as error:
                step.error = str(error)
                raise
            finally:
                step.duration = time.monotonic() - began
                self.tell(StepEnded(step))
        finally:
            if slot:
                self._slots.release()
