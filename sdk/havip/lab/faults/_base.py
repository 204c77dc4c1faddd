"""Base classes and registry of the faults."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError

from havip.lab.lab import Lab, Overlap
from havip.lab.namespace import LabError, NoEffectError
from havip.lab.node import Node

Undo = Callable[[], None]
REGISTRY: dict[str, type[LabFault]] = {}


class LabFault(BaseModel):
    """A fault, or an operation such as a restart."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    undone: ClassVar[str] = ""
    """Effect of undoing it, for the reference."""

    def __init_subclass__(cls) -> None:
        """Register the fault by name; a class without `undone` is abstract."""
        if "undone" in cls.__dict__:
            REGISTRY[name_of(cls)] = cls

    @property
    def name(self) -> str:
        """The name in histories."""
        return name_of(type(self))

    def resolved(self, lab: Lab) -> AnyFault:
        """Return a copy in which roles are replaced by the current nodes."""
        roles = {
            field: lab.resolve(value)
            for field in ("node", "peer")
            if (value := getattr(self, field, ""))
        }
        return self.model_copy(update=roles)

    def inject(self, lab: Lab) -> Undo:
        """Inject the fault, and return the function that undoes it.

        Each fault saves what it changes. If two of the same kind on the same node overlap, both are
        undone when the later one ends, the latest first: else the first to end would end both, and
        the other would restore what it had saved under the influence of the first.

        Raises:
            LabError: The lab does not have the node, service or feature that the fault needs.
        """
        key = f"{self.name} {getattr(self, 'node', '')}"
        undo = self.begin(lab)
        overlap = lab.overlaps.setdefault(key, Overlap())
        overlap.undos.append(undo)
        overlap.active += 1

        def end() -> None:
            overlap.active -= 1
            if not overlap.active:
                del lab.overlaps[key]
                for one in reversed(overlap.undos):
                    one()

        return end

    def begin(self, lab: Lab) -> Undo:
        """Change the lab, and return the function that restores it; called by `inject`."""
        raise NotImplementedError


AnyFault = SerializeAsAny[LabFault]


def name_of(kind: type[LabFault]) -> str:
    """Return the name of a fault class in histories.

    Example:
        >>> from havip.lab.faults.services import ServiceKilled
        >>> name_of(ServiceKilled)
        'service-killed'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def build(name: str, **parameters: object) -> LabFault:
    """Build a fault from its name and parameters.

    Raises:
        LabError: The fault is unknown, or a parameter is invalid.
    """
    if name not in REGISTRY:
        near = difflib.get_close_matches(name, REGISTRY, 1)
        meant = f"; did you mean {near[0]}?" if near else "."
        raise LabError(f"unknown fault {name}{meant} List all with: havip lab faults")
    try:
        return REGISTRY[name].model_validate(parameters)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(one) for one in first["loc"])
        known = ", ".join(REGISTRY[name].model_fields) or "none"
        raise LabError(f"{name}: {where}: {first['msg']} (parameters: {known})") from None


class OnNode(LabFault):
    """A fault of a single node."""

    node: str = Field("master", description="A node, or a role: master, backup or other.")

    def on(self, lab: Lab) -> Node:
        """Return the node, which must be powered on."""
        lab.spec(self.node)
        node = lab.nodes[self.node]
        if not node.running:
            raise NoEffectError(f"{self.name}: the node {self.node} is powered off")
        return node


def nothing() -> None:
    """Do nothing: the undo function of operations."""


def all_faults() -> Iterator[type[LabFault]]:
    """Return all faults, sorted by name."""
    return iter([REGISTRY[name] for name in sorted(REGISTRY)])
