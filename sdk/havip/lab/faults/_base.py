"""Base of all faults: a name, parameters, its effect, and its reversal.

A fault begins, and gives back what undoes it. The name in a history is that of the class, in
lower case with hyphens: `ServiceKilled` is ``service-killed``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError

from havip.lab.lab import Lab
from havip.lab.namespace import LabError, NoEffectError
from havip.lab.node import Node

Undo = Callable[[], None]
REGISTRY: dict[str, type[LabFault]] = {}


class LabFault(BaseModel):
    """A fault or an operation."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    undone: ClassVar[str] = ""
    """Effect of undoing it, for the reference."""

    def __init_subclass__(cls) -> None:
        """Register a fault under its name; a class without a text for undoing is a base."""
        if "undone" in cls.__dict__:
            REGISTRY[name_of(cls)] = cls

    @property
    def name(self) -> str:
        """The name in a history."""
        return name_of(type(self))

    def resolved(self, lab: Lab) -> AnyFault:
        """Return the fault with the nodes that its roles mean now."""
        roles = {
            field: lab.resolve(value)
            for field in ("node", "peer")
            if (value := getattr(self, field, ""))
        }
        return self.model_copy(update=roles)

    def begin(self, lab: Lab) -> Undo:
        """Inject it, and return what undoes it.

        Raises:
            LabError: It cannot happen here: no such node, service, or part of the topology.
        """
        raise NotImplementedError


AnyFault = SerializeAsAny[LabFault]


def name_of(kind: type[LabFault]) -> str:
    """Return the name of a fault in histories.

    Example:
        >>> from havip.lab.faults.services import ServiceKilled
        >>> name_of(ServiceKilled)
        'service-killed'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def build(name: str, **parameters: object) -> LabFault:
    """Build a fault from its name and its parameters.

    Raises:
        LabError: There is no such fault, or a parameter is wrong.
    """
    if name not in REGISTRY:
        near = difflib.get_close_matches(name, REGISTRY, 1)
        meant = f"; did you mean {near[0]}?" if near else "."
        raise LabError(f"no fault is called {name}{meant} List them with: havip lab faults")
    try:
        return REGISTRY[name].model_validate(parameters)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(one) for one in first["loc"])
        known = ", ".join(REGISTRY[name].model_fields) or "none"
        raise LabError(f"{name}: {where}: {first['msg']} (parameters: {known})") from None


class OnNode(LabFault):
    """A fault of one node."""

    node: str = Field("master", description="A node, or a role: master, backup, other.")

    def on(self, lab: Lab) -> Node:
        """Return the node, which must have power."""
        lab.spec(self.node)
        node = lab.nodes[self.node]
        if not node.running:
            raise NoEffectError(f"{self.name}: the node {self.node} has no power")
        return node


def nothing() -> None:
    """Undo what needs no undoing."""


def all_faults() -> Iterator[type[LabFault]]:
    """Return every fault, in the order of names."""
    return iter([REGISTRY[name] for name in sorted(REGISTRY)])
