"""Network faults: links, VRRP, announcements."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from havip.lab.fabric import VRRP
from havip.lab.faults._base import LabFault, OnNode, Undo
from havip.lab.lab import Lab


class NicDown(OnNode):
    """The network interface is set down inside the node."""

    undone: ClassVar[str] = "It is up again, with its routes."

    def begin(self, lab: Lab) -> Undo:
        """Set the interface down."""
        node, nic = self.on(lab), lab.spec(self.node).interface
        node.run("ip", "link", "set", nic, "down")
        return lambda: _nic_up(lab, self.node, nic)


class PortDown(OnNode):
    """The port of the node is set down: the node loses its link."""

    undone: ClassVar[str] = "The port is up again."

    def begin(self, lab: Lab) -> Undo:
        """Set the port down."""
        self.on(lab)
        lab.fabric.unplug(self.node)
        return lambda: _if_plugged(lab, self.node)


class NodeIsolated(OnNode):
    """A node is cut off from everything, although its link is up."""

    undone: ClassVar[str] = "It is connected again."

    def begin(self, lab: Lab) -> Undo:
        """Drop all packets of the node."""
        self.on(lab)
        lab.fabric.isolate(self.node)
        return lambda: lab.fabric.isolate(self.node, on=False)


class LinkLost(OnNode):
    """The link between two nodes is lost in both directions; each still reaches all others."""

    undone: ClassVar[str] = "They reach each other again."
    node: str = Field("master", description="One node, or a role.")
    peer: str = Field("backup", description="The other node, or a role.")

    def begin(self, lab: Lab) -> Undo:
        """Cut the pair."""
        lab.fabric.cut(self.node, self.peer)
        return lambda: lab.fabric.heal(self.node, self.peer)


class VrrpLost(OnNode):
    """Only VRRP is lost between two nodes, in both directions or in one."""

    undone: ClassVar[str] = "Advertisements arrive again."
    node: str = Field("master", description="The node whose advertisements are lost, or a role.")
    peer: str = Field("backup", description="The node that does not receive them, or a role.")
    one_way: bool = Field(False, description="Whether the peer's advertisements still arrive.")

    def begin(self, lab: Lab) -> Undo:
        """Drop protocol 112 between the pair."""
        ways = not self.one_way
        lab.fabric.cut(self.node, self.peer, protocol=VRRP, both=ways)
        return lambda: lab.fabric.heal(self.node, self.peer, protocol=VRRP, both=ways)


class VrrpRefused(OnNode):
    """The security group of a node blocks protocol 112."""

    undone: ClassVar[str] = "The rule is restored."
    node: str = Field("backup", description="The node that receives no advertisements, or a role.")

    def begin(self, lab: Lab) -> Undo:
        """Drop incoming protocol 112."""
        lab.spec(self.node)
        lab.fabric.refuse(self.node, VRRP)
        return lambda: lab.fabric.refuse(self.node, VRRP, on=False)


class AnnouncementsLost(LabFault):
    """The network loses gratuitous ARPs."""

    undone: ClassVar[str] = "No more are lost."
    count: int = Field(-1, ge=-1, description="Number to lose from now on; -1 for all.")

    def begin(self, lab: Lab) -> Undo:
        """Drop announcements."""
        lab.fabric.lose_next = self.count
        return lambda: setattr(lab.fabric, "lose_next", 0)


class NetworkSlow(LabFault):
    """The network moves an address with a delay: the guide says up to 10 s, once 1 to 2 min."""

    undone: ClassVar[str] = "The previous delay is restored."
    delay: float = Field(10, ge=0, description="Seconds from the announcement to the move.")

    def begin(self, lab: Lab) -> Undo:
        """Set the delay."""
        before, lab.fabric.delay = lab.fabric.delay, self.delay
        return lambda: setattr(lab.fabric, "delay", before)


def _nic_up(lab: Lab, name: str, nic: str) -> None:
    node = lab.nodes[name]
    if node.running:
        node.run("ip", "link", "set", nic, "up")
        lab.fabric.route(node, nic, lab.topology.gateway)


def _if_plugged(lab: Lab, name: str) -> None:
    if lab.nodes[name].running:
        lab.fabric.unplug(name, on=False)
