"""Faults of services, keepalived included."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import ClassVar, Literal

from pydantic import Field

from havip.lab.faults._base import OnNode, Undo, nothing
from havip.lab.lab import Lab
from havip.lab.namespace import LabError
from havip.lab.node import Node
from havip.lab.topology import KEEPALIVED_CONF

_BEFORE = f"{KEEPALIVED_CONF}.before"
_STOP_TIME = 10.0
"""Seconds after which a service that does not stop is killed."""


class OnService(OnNode):
    """A fault of a service on a node."""

    service: str = Field("", description="The service; by default the first one of the node.")

    def named(self, lab: Lab) -> str:
        """Return the name of the service.

        Raises:
            LabError: The node does not have the service.
        """
        services = lab.spec(self.node).services
        name = self.service or next(iter(services), "")
        if name not in services:
            raise LabError(
                f"{self.name}: {self.node} has no service {name!r}; it has {', '.join(services)}"
            )
        return name


class ServiceKilled(OnService):
    """A service is killed (SIGKILL) with all its processes.

    By default it stays down even if its unit has Restart=.
    """

    undone: ClassVar[str] = "The service is started if it is not running."
    stays_down: bool = Field(True, description="Whether the unit's Restart= is suppressed.")

    def begin(self, lab: Lab) -> Undo:
        """Kill every process of the service."""
        node, name = self.on(lab), self.named(lab)
        undo = _starter(lab, self.node, name)
        service = lab.spec(self.node).services[name]
        if self.stays_down:
            node.kill(name, service.process_name)
        else:
            node.signal(service.process_name, signal.SIGSTOP)
            node.signal(service.process_name, signal.SIGKILL)
        return undo


class ServiceHung(OnService):
    """A service hangs: all its processes are stopped (SIGSTOP)."""

    undone: ClassVar[str] = "They are continued (SIGCONT)."

    def begin(self, lab: Lab) -> Undo:
        """Stop every process of the service."""
        node, name = self.on(lab), self.named(lab)
        process = lab.spec(self.node).services[name].process_name
        node.signal(process, signal.SIGSTOP)
        return lambda: _signal(node, process, signal.SIGCONT)


class ServiceStopped(OnService):
    """A service is stopped (SIGTERM), and stays stopped."""

    undone: ClassVar[str] = "The service is started."

    def begin(self, lab: Lab) -> Undo:
        """Send SIGTERM to the service."""
        node, name = self.on(lab), self.named(lab)
        undo = _starter(lab, self.node, name)
        node.stop(name, signal.SIGTERM)
        return undo


class PackageReinstalled(OnService):
    """The package of a service is reinstalled: the service is stopped, its program replaced.

    This is what maintainer scripts do; the program file has a new inode afterwards. On a full disk
    it stays the old one, as when dpkg cannot unpack a package.
    """

    undone: ClassVar[str] = "The service is started, as the maintainer script finally does."

    def begin(self, lab: Lab) -> Undo:
        """Stop the service and replace its program."""
        node, name = self.on(lab), self.named(lab)
        undo = _starter(lab, self.node, name)
        program = lab.spec(self.node).services[name].command[0]
        node.stop(name, signal.SIGTERM)
        node.run("sh", "-c", f'file=$(readlink -f "$(command -v {program})") && '
                 '{ cp -p "$file" "$file.new" || { rm "$file.new"; exit 0; }; } && '
                 'mv "$file.new" "$file"', seconds=30)  # fmt: skip
        return undo


class KeepalivedStopped(OnNode):
    """keepalived is stopped (SIGTERM): it releases the address and advertises priority 0."""

    undone: ClassVar[str] = "keepalived is started."

    def begin(self, lab: Lab) -> Undo:
        """Send SIGTERM to keepalived."""
        node = self.on(lab)
        undo = _starter(lab, self.node, "keepalived")
        node.stop("keepalived", signal.SIGTERM)
        return undo


class KeepalivedKilled(OnNode):
    """keepalived is killed (SIGKILL): the address stays configured on the interface.

    Killing a part of it has other effects. When the parent dies, the kernel terminates the VRRP
    child in order (PR_SET_PDEATHSIG), which releases the address as on an orderly stop. A child
    alone is restarted by its parent, which removes the leftover address from the interface
    without informing the backup.
    """

    undone: ClassVar[str] = "keepalived is started if it is not running."
    process: Literal["all", "parent", "children"] = Field(
        "all", description="The processes to kill: all, parent or children."
    )

    def begin(self, lab: Lab) -> Undo:
        """Kill keepalived, or a part of it."""
        node = self.on(lab)
        if self.process != "all":
            node.signal("keepalived", signal.SIGKILL, self.process)
            return lambda: _start_absent(lab, self.node, "keepalived")
        undo = _starter(lab, self.node, "keepalived")
        node.kill("keepalived", "keepalived")
        return undo


class KeepalivedHung(OnNode):
    """keepalived hangs (SIGSTOP): it sends nothing, and the address stays configured."""

    undone: ClassVar[str] = "It is continued (SIGCONT)."

    def begin(self, lab: Lab) -> Undo:
        """Stop keepalived and its child."""
        node = self.on(lab)
        node.signal("keepalived", signal.SIGSTOP)
        return lambda: _signal(node, "keepalived", signal.SIGCONT)


class KeepalivedRestarted(OnNode):
    """keepalived is restarted, as by ``systemctl restart keepalived``."""

    undone: ClassVar[str] = "There is nothing to undo."

    def begin(self, lab: Lab) -> Undo:
        """Stop keepalived, wait for it to exit, and start it."""
        node = self.on(lab)
        start = _starter(lab, self.node, "keepalived")
        node.stop("keepalived", signal.SIGTERM)
        start()
        return nothing


class KeepalivedReloaded(OnNode):
    """keepalived reloads a modified configuration (SIGHUP).

    On a full disk the file stays the old one, as when an editor cannot save it.
    """

    undone: ClassVar[str] = "The original file is restored, and keepalived reloads it."
    replace: dict[str, str] = Field(
        {}, description="Texts in keepalived.conf and their replacements."
    )

    def begin(self, lab: Lab) -> Undo:
        """Modify the file, and send SIGHUP."""
        node = self.on(lab)
        after = node.read(KEEPALIVED_CONF)
        for old, new in self.replace.items():
            if old not in after:
                raise LabError(f"{self.name}: {old!r} is not in the keepalived.conf of {self.node}")
            after = after.replace(old, new)
        node.run("ln", "-f", KEEPALIVED_CONF, _BEFORE)
        with suppress(LabError):
            node.write(KEEPALIVED_CONF, after, 0o600)
        node.stop("keepalived", signal.SIGHUP)
        return lambda: self._end(node) if node.running else None

    def _end(self, node: Node) -> None:
        # Renaming needs no space; a machine that was replaced in the meantime has no such file.
        node.attempt("mv", "-f", _BEFORE, KEEPALIVED_CONF)
        node.stop("keepalived", signal.SIGHUP)


def _starter(lab: Lab, node: str, service: str) -> Undo:
    """Return the function that restarts a service after a fault has ended it."""
    boot, pid = lab.nodes[node].pid, lab.nodes[node].programs().get(service)

    def start() -> None:
        machine = lab.nodes[node]
        if not machine.running:
            return
        # After a reboot, another process may have the same number.
        if pid is not None and machine.pid == boot and machine.programs().get(service) == pid:
            _end(lab, machine, service, pid)
        _start_absent(lab, node, service)

    return start


def _start_absent(lab: Lab, node: str, service: str) -> None:
    machine, spec = lab.nodes[node], lab.spec(node).services[service]
    if not machine.running or service in machine.programs():
        return
    name = spec.process_name

    def ended() -> bool:
        return machine.attempt("killall", "-0", name)[0] != 0

    # As systemd, start nothing beside what a killed parent has left: keepalived would refuse.
    if not spec.process and not lab.events.wait(ended, _STOP_TIME):
        machine.kill(service, name)
    lab.start_service(node, service)


def _end(lab: Lab, machine: Node, service: str, pid: int) -> None:
    """Wait until a service has stopped; kill it after the timeout, as systemd does."""
    if not lab.events.wait(lambda: machine.programs().get(service) != pid, _STOP_TIME):
        # systemd kills the whole group: a hanging child would continue next to its successor.
        machine.kill(service, lab.spec(machine.name).services[service].process_name)
        lab.wait(f"the end of {service}", lambda: machine.programs().get(service) != pid, 10)


def _signal(node: Node, process: str, number: signal.Signals) -> None:
    if node.running:
        node.signal(process, number)
