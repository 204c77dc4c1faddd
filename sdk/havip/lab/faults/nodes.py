"""Faults of whole nodes: power, disk, clock."""

from __future__ import annotations

import signal
from typing import ClassVar

from pydantic import Field

from havip.lab.faults._base import LabFault, OnNode, Undo, nothing
from havip.lab.lab import Lab
from havip.lab.namespace import LabError
from havip.lab.node import Node


class NodeCrashed(OnNode):
    """A node loses power."""

    undone: ClassVar[str] = "It boots again from its disk."

    def begin(self, lab: Lab) -> Undo:
        """Kill every process of the node at once."""
        lab.spec(self.node)
        lab.crash(self.node)
        return lambda: lab.boot(self.node)


class NodeRebooted(OnNode):
    """A node is rebooted: its services are stopped in reverse order."""

    undone: ClassVar[str] = "It boots again."

    def begin(self, lab: Lab) -> Undo:
        """Stop the services, then the node."""
        node = self.on(lab)
        for name in reversed(lab.spec(self.node).services):
            node.stop(name, signal.SIGTERM)
            lab.events.wait(lambda name=name: name not in node.programs(), 10)  # type: ignore[misc]
        lab.crash(self.node)
        return lambda: lab.boot(self.node)


class NodePaused(OnNode):
    """A node is paused, as by its hypervisor: its processes stop, its interface stays up."""

    undone: ClassVar[str] = "They go on."

    def begin(self, lab: Lab) -> Undo:
        """Stop every process but the first."""
        node = self.on(lab)
        node.signal("*", signal.SIGSTOP)
        return lambda: _continue(node)


class NodeReplaced(OnNode):
    """A node is replaced by a new machine, as a stack update does it: nothing is kept."""

    undone: ClassVar[str] = "There is nothing to undo."

    def begin(self, lab: Lab) -> Undo:
        """Wipe the node's disk and set it up again."""
        lab.spec(self.node)
        lab.replace(self.node)
        return nothing


class PowerLost(LabFault):
    """All nodes lose power at the same time."""

    undone: ClassVar[str] = "They boot again at the same time."

    def begin(self, lab: Lab) -> Undo:
        """Crash every node."""
        for name in lab.nodes:
            lab.crash(name)
        return lambda: lab.boot_all(list(lab.nodes))


class WitnessLost(LabFault):
    """The witness, which votes but cannot hold the address, loses power."""

    undone: ClassVar[str] = "It boots again."
    node: str = Field("other", description="The witness; the default role finds it.")

    def begin(self, lab: Lab) -> Undo:
        """Crash the witness."""
        lab.crash(self.node)
        return lambda: lab.boot(self.node)


class ClockJumped(OnNode):
    """The clock of a node jumps. The monotonic clock, which VRRP uses, does not."""

    undone: ClassVar[str] = "The clock is correct again."
    seconds: float = Field(3600, description="Seconds to jump forward, or (negative) backward.")

    def begin(self, lab: Lab) -> Undo:
        """Write the offset for libfaketime."""
        if not lab.topology.clocks:
            raise LabError(f"{self.name}: the topology must set clocks: true")
        node = self.on(lab)
        node.write("/run/clock", f"{self.seconds:+g}\n")
        return lambda: node.write("/run/clock", "+0\n") if node.running else None


class DiskFull(OnNode):
    """The disk of a node is full."""

    undone: ClassVar[str] = "The free space is available again."

    def begin(self, lab: Lab) -> Undo:
        """Shrink the file system to its used size."""
        disk = self.on(lab).disk
        disk.fill()
        return disk.empty


def _continue(node: Node) -> None:
    if node.running:
        node.signal("*", signal.SIGCONT)
