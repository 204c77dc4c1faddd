"""Events that an operation emits while it runs, and its result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pulumi_havip import urns
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import Properties


class Op(StrEnum):
    """Operation of a step on a resource, named as in Pulumi's engine."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    CREATE_REPLACEMENT = "create-replacement"
    DELETE_REPLACED = "delete-replaced"
    READ = "read"
    READ_REPLACEMENT = "read-replacement"
    REFRESH = "refresh"
    DISCARD = "discard"
    DISCARD_REPLACED = "discard-replaced"
    REMOVE_PENDING_REPLACE = "remove-pending-replace"
    IMPORT = "import"
    IMPORT_REPLACEMENT = "import-replacement"


QUIET = frozenset({Op.SAME, Op.READ, Op.DISCARD, Op.REMOVE_PENDING_REPLACE})
"""Steps that change nothing the stack manages."""


@dataclass(frozen=True, slots=True)
class Change:
    """A property that differs.

    Attributes:
        path: The property, such as ``tags.owner`` or ``range[0]``.
        kind: ``add``, ``update`` or ``delete``, with the suffix ``-replace`` if it forces a
            replacement.
        old: The old value; a `Secret` hides its value.
        new: The new value.
    """

    path: str
    kind: str
    old: Any = None
    new: Any = None


@dataclass(slots=True)
class Step:
    """One step of an operation.

    Attributes:
        op: The kind of the step.
        urn: The resource.
        result: The result of a refresh: ``same``, ``update`` or ``delete``.
        id: The resource's id, empty while it is unknown.
        replace_keys: The properties that force a replacement.
        changes: The properties that differ.
        error: The error message, empty on success.
        duration: Seconds it took.
        old: The old resource, if any.
        new: The new resource; in a preview, the planned one.
    """

    op: Op
    urn: str
    id: str = ""
    result: Op | None = None
    replace_keys: Sequence[str] = ()
    changes: Sequence[Change] = ()
    error: str = ""
    duration: float = 0.0
    old: Record | None = field(default=None, repr=False)
    new: Record | None = field(default=None, repr=False)

    @property
    def type(self) -> str:
        """The resource's type."""
        return urns.kind_of(self.urn)

    @property
    def name(self) -> str:
        """The resource's name."""
        return urns.name_of(self.urn)

    @property
    def internal(self) -> bool:
        """True if the step is about a default provider, which a user never wrote."""
        return urns.is_provider(self.type) and self.name.startswith("default")


class MessageSeverity(StrEnum):
    """Severity of a message."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Started:
    """An operation starts."""

    operation: str
    project: str
    stack: str


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step starts."""

    step: Step


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step succeeded, or failed (`Step.error`)."""

    step: Step


@dataclass(frozen=True, slots=True)
class Message:
    """A message for the user, from the program, a provider or the engine."""

    severity: MessageSeverity
    text: str
    urn: str = ""


@dataclass(slots=True)
class Result:
    """Result of an operation.

    Attributes:
        operation: ``preview``, ``up``, ``refresh`` or ``destroy``.
        steps: All steps, in the order in which they ended.
        outputs: The stack's outputs; secret values are `Secret`, unknown ones `UNKNOWN`.
        messages: The messages.
        duration: Seconds it took.
        error: The error message, empty on success.
        interrupted: Whether the user stopped it.
        protected: Whether a protected resource prevented the operation.
        protects: Whether the program protects each resource that it declares, by URN; None if no
            program ran to its end.
    """

    operation: str
    steps: list[Step] = field(default_factory=list)
    outputs: Properties = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    duration: float = 0.0
    error: str = ""
    interrupted: bool = False
    protected: bool = False
    protects: Mapping[str, bool] | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """True if it succeeded."""
        return not self.error

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of resources by kind of step, default providers left out.

        The steps of a refresh before an `up` are counted in `found` instead.
        """
        return self._count(lambda step: self.operation == "refresh" or step.op is not Op.REFRESH)

    @property
    def found(self) -> Mapping[str, int]:
        """Number of resources by the result of a refresh, also of one before an `up`."""
        return self._count(lambda step: step.op is Op.REFRESH)

    def _count(self, counts: Callable[[Step], bool]) -> Mapping[str, int]:
        return Counter(
            step.result or step.op
            for step in self.steps
            if not step.internal and not step.error and counts(step)
        )

    @property
    def changed(self) -> bool:
        """True if any resource differs, or differed, from its declaration."""
        return any(
            (step.result or step.op) not in QUIET for step in self.steps if not step.internal
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """An operation ended."""

    result: Result


Event = Started | StepStarted | StepEnded | Message | Ended
Sink = Callable[[Event], None]
"""Receives events as they occur; called from several threads, one call at a time."""
