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
    """A node loses its power."""

    undone: ClassVar[str] = "It boots again, with its disk as it was left."

    def begin(self, lab: Lab) -> Undo:
        """Kill every process of the node at once."""
        lab.spec(self.node)
        lab.crash(self.node)
        return lambda: lab.boot(self.node)


class NodeRebooted(OnNode):
    """A node is rebooted in order: its services are stopped, last started first."""

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
    """A node is paused, as by its hypervisor: all its processes stop, its network stays."""

    undone: ClassVar[str] = "They go on."

    def begin(self, lab: Lab) -> Undo:
        """Stop every process but the first."""
        node = self.on(lab)
        node.signal("*", signal.SIGSTOP)
        return lambda: _continue(node)


class NodeReplaced(OnNode):
    """A node is replaced by a new machine, as a stack update does it: nothing of it is kept."""

    undone: ClassVar[str] = "Nothing is left to undo."

    def begin(self, lab: Lab) -> Undo:
        """Wipe the node's disk and set it up again."""
        lab.spec(self.node)
        lab.replace(self.node)
        return nothing


class PowerLost(LabFault):
    """All nodes lose their power at once."""

    undone: ClassVar[str] = "They boot again, all at once."

    def begin(self, lab: Lab) -> Undo:
        """Crash every node."""
        for name in lab.nodes:
            lab.crash(name)
        return lambda: lab.boot_all(list(lab.nodes))


class WitnessLost(LabFault):
    """The node that cannot hold the address, and only votes, loses its power."""

    undone: ClassVar[str] = "It boots again."
    node: str = Field("other", description="The witness; the role other finds it.")

    def begin(self, lab: Lab) -> Undo:
        """Crash the witness."""
        lab.crash(self.node)
        return lambda: lab.boot(self.node)


class ClockJumped(OnNode):
    """The clock of a node jumps. The monotonic clock, which VRRP uses, does not."""

    undone: ClassVar[str] = "It tells the time again."
    seconds: float = Field(3600, description="By how much, forwards or (negative) back.")

    def begin(self, lab: Lab) -> Undo:
        """Write the offset that libfaketime adds."""
        if not lab.topology.clocks:
            raise LabError(f"{self.name}: this topology was built without clocks: true")
        node = self.on(lab)
        node.write("/run/clock", f"{self.seconds:+g}\n")
        return lambda: node.write("/run/clock", "+0\n") if node.running else None


class DiskFull(OnNode):
    """The disk of a node is full."""

    undone: ClassVar[str] = "It has its free space again."

    def begin(self, lab: Lab) -> Undo:
        """Shrink the file system to what is used."""
        disk = self.on(lab).disk
        disk.fill()
        return disk.empty


def _continue(node: Node) -> None:
    if node.running:
        node.signal("*", signal.SIGCONT)
