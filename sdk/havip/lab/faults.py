"""The faults and operations of the lab. Each is a model whose fields are its parameters.

A fault begins, and gives back what undoes it. The name in a history is that of the class, in
lower case with hyphens: `ServiceKilled` is ``service-killed``.
"""

from __future__ import annotations

import difflib
import re
import signal
from collections.abc import Callable, Iterator
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError

from havip.emulator import Fault as ApiFault
from havip.lab.fabric import VRRP
from havip.lab.lab import Lab
from havip.lab.namespace import LabError
from havip.lab.node import Node
from havip.lab.topology import KEEPALIVED_CONF

Undo = Callable[[], None]
REGISTRY: dict[str, type[Fault]] = {}


class Fault(BaseModel):
    """A fault or an operation."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    undone: ClassVar[str] = ""
    """What undoing it does, for the reference."""

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
        """Let it happen, and return what undoes it.

        Raises:
            LabError: It cannot happen here: no such node, service, or part of the topology.
        """
        raise NotImplementedError


AnyFault = SerializeAsAny[Fault]


def name_of(kind: type[Fault]) -> str:
    """Return the name of a fault in histories.

    Example:
        >>> name_of(ServiceKilled)
        'service-killed'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def build(name: str, **parameters: object) -> Fault:
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


class _OnNode(Fault):
    node: str = Field("master", description="A node, or a role: master, backup, other.")

    def on(self, lab: Lab) -> Node:
        """Return the node, which must have power."""
        lab.spec(self.node)
        node = lab.nodes[self.node]
        if not node.running:
            raise LabError(f"{self.name}: the node {self.node} has no power")
        return node


class _OnService(_OnNode):
    service: str = Field("", description="The service; by default the first of the node.")

    def named(self, lab: Lab) -> str:
        """Return the name of the service.

        Raises:
            LabError: The node has no such service.
        """
        services = lab.spec(self.node).services
        name = self.service or next(iter(services), "")
        if name not in services:
            raise LabError(
                f"{self.name}: {self.node} has no service {name!r}; it has {', '.join(services)}"
            )
        return name


class ServiceKilled(_OnService):
    """A service is killed (SIGKILL) with all its processes.

    One that its unit starts again comes back by itself, unless it is told to stay down.
    """

    undone: ClassVar[str] = "The service is started, where it does not run."
    stays_down: bool = Field(True, description="Whether the unit's Restart= is left out.")

    def begin(self, lab: Lab) -> Undo:
        """Kill every process of the service."""
        node, name = self.on(lab), self.named(lab)
        service = lab.spec(self.node).services[name]
        if self.stays_down:
            node.stop(name, signal.SIGKILL)
        node.signal(service.process_name, signal.SIGKILL)
        return lambda: _start(lab, self.node, name)


class ServiceHung(_OnService):
    """A service hangs: all its processes are stopped (SIGSTOP)."""

    undone: ClassVar[str] = "They go on (SIGCONT)."

    def begin(self, lab: Lab) -> Undo:
        """Stop every process of the service."""
        node, name = self.on(lab), self.named(lab)
        process = lab.spec(self.node).services[name].process_name
        node.signal(process, signal.SIGSTOP)
        return lambda: _signal(node, process, signal.SIGCONT)


class ServiceStopped(_OnService):
    """A service is stopped in order, and stays so."""

    undone: ClassVar[str] = "The service is started."

    def begin(self, lab: Lab) -> Undo:
        """Send SIGTERM to the service."""
        node, name = self.on(lab), self.named(lab)
        node.stop(name, signal.SIGTERM)
        return lambda: _start(lab, self.node, name)


class PackageReinstalled(_OnService):
    """The package of a service is reinstalled: it is stopped, its program replaced.

    As a package's maintainer scripts do it; the program file is a new one afterwards.
    """

    undone: ClassVar[str] = "The service is started, as the maintainer script does at its end."

    def begin(self, lab: Lab) -> Undo:
        """Stop the service and replace its program."""
        node, name = self.on(lab), self.named(lab)
        program = lab.spec(self.node).services[name].command[0]
        node.stop(name, signal.SIGTERM)
        node.run("sh", "-c", f'file=$(readlink -f "$(command -v {program})") && '
                 'cp -p "$file" "$file.new" && mv "$file.new" "$file"', seconds=30)  # fmt: skip
        return lambda: _start(lab, self.node, name)


class KeepalivedStopped(_OnNode):
    """keepalived is stopped in order (SIGTERM): it gives the address up and says so."""

    undone: ClassVar[str] = "keepalived is started."

    def begin(self, lab: Lab) -> Undo:
        """Send SIGTERM to keepalived."""
        self.on(lab).stop("keepalived", signal.SIGTERM)
        return lambda: _start(lab, self.node, "keepalived")


class KeepalivedKilled(_OnNode):
    """keepalived is killed (SIGKILL): nobody takes the address off the interface."""

    undone: ClassVar[str] = "keepalived is started."

    def begin(self, lab: Lab) -> Undo:
        """Kill keepalived and its child."""
        node = self.on(lab)
        node.stop("keepalived", signal.SIGKILL)
        node.signal("keepalived", signal.SIGKILL)
        return lambda: _start(lab, self.node, "keepalived")


class KeepalivedHung(_OnNode):
    """keepalived hangs (SIGSTOP): it sends nothing, and the address stays where it is."""

    undone: ClassVar[str] = "It goes on (SIGCONT)."

    def begin(self, lab: Lab) -> Undo:
        """Stop keepalived and its child."""
        node = self.on(lab)
        node.signal("keepalived", signal.SIGSTOP)
        return lambda: _signal(node, "keepalived", signal.SIGCONT)


class KeepalivedRestarted(_OnNode):
    """keepalived is restarted, as ``systemctl restart keepalived`` does it."""

    undone: ClassVar[str] = "Nothing is left to undo."

    def begin(self, lab: Lab) -> Undo:
        """Stop keepalived in order, wait for its end, and start it."""
        node = self.on(lab)
        node.stop("keepalived", signal.SIGTERM)
        lab.wait("the end of keepalived", lambda: "keepalived" not in node.programs(), 10)
        _start(lab, self.node, "keepalived")
        return _nothing


class KeepalivedReloaded(_OnNode):
    """keepalived reloads a changed file (SIGHUP)."""

    undone: ClassVar[str] = "The file of before is put back, and keepalived reloads it."
    replace: dict[str, str] = Field(
        {}, description="Texts of keepalived.conf, and what stands in place of each from now on."
    )

    def begin(self, lab: Lab) -> Undo:
        """Change the file and send SIGHUP."""
        node = self.on(lab)
        before = after = node.read(KEEPALIVED_CONF)
        for old, new in self.replace.items():
            if old not in after:
                raise LabError(f"{self.name}: {old!r} is not in the keepalived.conf of {self.node}")
            after = after.replace(old, new)
        _reload(node, after)
        return lambda: _reload(node, before) if node.running else None


class NodeCrashed(_OnNode):
    """A node loses its power."""

    undone: ClassVar[str] = "It boots again, with its disk as it was left."

    def begin(self, lab: Lab) -> Undo:
        """Kill every process of the node at once."""
        lab.spec(self.node)
        lab.crash(self.node)
        return lambda: lab.boot(self.node)


class NodeRebooted(_OnNode):
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


class NodePaused(_OnNode):
    """A node is paused, as by its hypervisor: all its processes stop, its network stays."""

    undone: ClassVar[str] = "They go on."

    def begin(self, lab: Lab) -> Undo:
        """Stop every process but the first."""
        node = self.on(lab)
        node.signal("*", signal.SIGSTOP)
        return lambda: _continue(node)


class NodeReplaced(_OnNode):
    """A node is replaced by a new machine, as a stack update does it: nothing of it is kept."""

    undone: ClassVar[str] = "Nothing is left to undo."

    def begin(self, lab: Lab) -> Undo:
        """Wipe the node's disk and set it up again."""
        lab.spec(self.node)
        lab.replace(self.node)
        return _nothing


class PowerLost(Fault):
    """All nodes lose their power at once."""

    undone: ClassVar[str] = "They boot again, all at once."

    def begin(self, lab: Lab) -> Undo:
        """Crash every node."""
        for name in lab.nodes:
            lab.crash(name)
        return lambda: lab.boot_all(list(lab.nodes))


class WitnessLost(Fault):
    """The node that cannot hold the address, and only votes, loses its power."""

    undone: ClassVar[str] = "It boots again."
    node: str = Field("other", description="The witness; the role other finds it.")

    def begin(self, lab: Lab) -> Undo:
        """Crash the witness."""
        lab.crash(self.node)
        return lambda: lab.boot(self.node)


class NicDown(_OnNode):
    """The network interface is taken down inside the node."""

    undone: ClassVar[str] = "It is up again, with its routes."

    def begin(self, lab: Lab) -> Undo:
        """Take the interface down."""
        node, nic = self.on(lab), lab.spec(self.node).interface
        node.run("ip", "link", "set", nic, "down")
        return lambda: _nic_up(lab, self.node, nic)


class PortDown(_OnNode):
    """The port that the node is connected to goes down: the node sees its link go."""

    undone: ClassVar[str] = "The port is up again."

    def begin(self, lab: Lab) -> Undo:
        """Take the port down."""
        self.on(lab)
        lab.fabric.unplug(self.node)
        return lambda: _if_plugged(lab, self.node)


class NodeIsolated(_OnNode):
    """A node is cut from everything, and sees its link up: nothing comes, nothing arrives."""

    undone: ClassVar[str] = "It is connected again."

    def begin(self, lab: Lab) -> Undo:
        """Lose all packets of the node."""
        self.on(lab)
        lab.fabric.isolate(self.node)
        return lambda: lab.fabric.isolate(self.node, on=False)


class LinkLost(_OnNode):
    """The link between two nodes is lost, both ways; each still reaches all others."""

    undone: ClassVar[str] = "They reach each other again."
    node: str = Field("master", description="One node, or a role.")
    peer: str = Field("backup", description="The other node, or a role.")

    def begin(self, lab: Lab) -> Undo:
        """Cut the pair."""
        lab.fabric.cut(self.node, self.peer)
        return lambda: lab.fabric.mend(self.node, self.peer)


class VrrpLost(_OnNode):
    """VRRP alone is lost between two nodes, both ways or one way."""

    undone: ClassVar[str] = "Adverts arrive again."
    node: str = Field("master", description="The node whose adverts are lost, or a role.")
    peer: str = Field("backup", description="The node that does not hear them, or a role.")
    one_way: bool = Field(False, description="Whether the peer's adverts still arrive.")

    def begin(self, lab: Lab) -> Undo:
        """Cut protocol 112."""
        ways = not self.one_way
        lab.fabric.cut(self.node, self.peer, protocol=VRRP, both=ways)
        return lambda: lab.fabric.mend(self.node, self.peer, protocol=VRRP, both=ways)


class VrrpRefused(_OnNode):
    """The security group of a node does not let protocol 112 in."""

    undone: ClassVar[str] = "The rule is back."
    node: str = Field("backup", description="The node that hears no adverts, or a role.")

    def begin(self, lab: Lab) -> Undo:
        """Drop protocol 112 on its way in."""
        lab.spec(self.node)
        lab.fabric.refuse(self.node, VRRP)
        return lambda: lab.fabric.refuse(self.node, VRRP, on=False)


class AnnouncementsLost(Fault):
    """The network loses gratuitous ARP."""

    undone: ClassVar[str] = "No more is lost."
    count: int = Field(-1, ge=-1, description="How many are lost from now on; -1: all.")

    def begin(self, lab: Lab) -> Undo:
        """Lose announcements."""
        lab.fabric.lose_next = self.count
        return lambda: setattr(lab.fabric, "lose_next", 0)


class NetworkSlow(Fault):
    """The network takes its time to move an address: the guide says up to 10 s, once 1 to 2 min."""

    undone: ClassVar[str] = "It is as fast as before."
    delay: float = Field(10, ge=0, description="Seconds from announcement to move.")

    def begin(self, lab: Lab) -> Undo:
        """Set the delay."""
        before, lab.fabric.delay = lab.fabric.delay, self.delay
        return lambda: setattr(lab.fabric, "delay", before)


class RangeChanged(_OnNode):
    """A node is taken out of the HAVIP's range under way."""

    undone: ClassVar[str] = "It is in the range again."
    node: str = Field("backup", description="The node that leaves the range, or a role.")

    def begin(self, lab: Lab) -> Undo:
        """Take it out by an API call."""
        lab.cloud.leave_range(self.node)
        return lambda: lab.cloud.join_range(self.node)


class _OnApi(Fault):
    def order(self, lab: Lab, fault: ApiFault) -> Undo:
        """Let the API fail until it is undone."""
        if lab.api is None:
            raise LabError(f"{self.name}: the nodes of this topology do not call the API")
        faults = lab.api.control.faults
        faults.add(fault)
        return faults.clear


class ApiDown(_OnApi):
    """The API does not answer: every connection is closed."""

    undone: ClassVar[str] = "The API answers again."

    def begin(self, lab: Lab) -> Undo:
        """Drop every call."""
        return self.order(lab, ApiFault(drop=True, times=None))


class ApiSlow(_OnApi):
    """The API answers late."""

    undone: ClassVar[str] = "It answers at once again."
    delay: float = Field(3, gt=0, description="Seconds by which an answer comes later.")

    def begin(self, lab: Lab) -> Undo:
        """Delay every call."""
        return self.order(lab, ApiFault(latency=self.delay, times=None))


class ApiThrottled(_OnApi):
    """The API refuses calls for their rate (RequestLimitExceeded)."""

    undone: ClassVar[str] = "It takes calls again."

    def begin(self, lab: Lab) -> Undo:
        """Refuse every call."""
        return self.order(lab, ApiFault(code="RequestLimitExceeded", times=None))


class ClockJumped(_OnNode):
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


class DiskFull(_OnNode):
    """The disk of a node is full."""

    undone: ClassVar[str] = "It has its free space again."

    def begin(self, lab: Lab) -> Undo:
        """Shrink the file system to what is used."""
        disk = self.on(lab).disk
        disk.fill()
        return disk.empty


def _start(lab: Lab, node: str, service: str) -> None:
    machine = lab.nodes[node]
    if machine.running and service not in machine.programs():
        lab.start_service(node, service)


def _signal(node: Node, process: str, number: signal.Signals) -> None:
    if node.running:
        node.signal(process, number)


def _continue(node: Node) -> None:
    if node.running:
        node.signal("*", signal.SIGCONT)


def _reload(node: Node, content: str) -> None:
    node.write(KEEPALIVED_CONF, content, 0o600)
    node.stop("keepalived", signal.SIGHUP)


def _nic_up(lab: Lab, name: str, nic: str) -> None:
    node = lab.nodes[name]
    if node.running:
        node.run("ip", "link", "set", nic, "up")
        lab.fabric.route(node, nic, lab.topology.gateway)


def _if_plugged(lab: Lab, name: str) -> None:
    if lab.nodes[name].running:
        lab.fabric.unplug(name, on=False)


def _nothing() -> None:
    """Undo what needs no undoing."""


def all_faults() -> Iterator[type[Fault]]:
    """Return every fault, in the order of names."""
    return iter([REGISTRY[name] for name in sorted(REGISTRY)])
