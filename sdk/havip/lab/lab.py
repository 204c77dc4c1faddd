"""A running lab, as faults, loads and the judge see it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from havip.emulator import EmulatorServer
from havip.lab.cloud import LabCloud
from havip.lab.events import EventLog
from havip.lab.fabric import Fabric
from havip.lab.logs import LogCollector
from havip.lab.namespace import LabError, NoEffectError
from havip.lab.node import Node
from havip.lab.probes import AddressProbe

if TYPE_CHECKING:
    from havip.lab.topology import NodeSpec, Topology

API_PORT = 8765
CALM = 1.0
"""Seconds granted for consequences that should follow immediately."""
ROLES = ("master", "backup", "other")
"""Role names, which are resolved to the nodes that currently have them."""
_TELLING = re.compile(r"Line \d+\)|ALERT|rror|nknown|nable to|annot|denied|failed|refused")
_DATE = re.compile(r"^\w{3} \w{3} +\d+ [\d:]+ \d{4}: ")
_BARE = "exited with permanent error"
"""Final message of keepalived, after the one that has the reason."""


@dataclass
class Overlap:
    """Faults that are undone together, with the number of those that have not ended."""

    active: int = 0
    undos: list[Callable[[], None]] = field(default_factory=list)


class Lab(ABC):
    """A lab that runs in the namespaces of this process.

    Attributes:
        folder: The folder of disks and logs.
        cloud: The emulator.
        events: The event log.
        logs: Collects the output of programs.
        fabric: The network.
        nodes: The nodes by name, without web servers and client.
        web: The web servers by name.
        client: The machine that sends requests.
        api: The API server for the nodes, if there is one.
    """

    def __init__(
        self, folder: Path, *, cloud: LabCloud, events: EventLog, logs: LogCollector,
        fabric: Fabric, nodes: Mapping[str, Node], web: Mapping[str, Node], client: Node,
        api: EmulatorServer | None = None,
    ) -> None:  # fmt: skip
        """Set the parts of the lab; see the attributes."""
        self.folder, self.cloud, self.api = folder, cloud, api
        self.events, self.logs, self.fabric = events, logs, fabric
        self.nodes, self.web, self.client = nodes, web, client
        self.probe = AddressProbe(client, folder / "answers")
        self.overlaps: dict[str, Overlap] = {}
        """The active faults by kind and node; those of one key are undone together."""

    @property
    @abstractmethod
    def topology(self) -> Topology:
        """The topology."""

    @abstractmethod
    def start(self) -> None:
        """Start every node."""

    @abstractmethod
    def wait_started(self, seconds: float) -> None:
        """Wait until the services of every node have started.

        Raises:
            LabError: A service exited or took too long.
        """

    @abstractmethod
    def start_service(self, name: str, service: str) -> None:
        """Start a service of a node."""

    @abstractmethod
    def crash(self, name: str) -> None:
        """Power off a node."""

    @abstractmethod
    def boot(self, name: str) -> None:
        """Boot a node again from its disk, and start its services."""

    @abstractmethod
    def replace(self, name: str) -> None:
        """Replace a node by a new machine that has only the files of the topology."""

    @abstractmethod
    def delivered_to(self) -> str | None:
        """Return the node that the network delivers the address to."""

    @abstractmethod
    def holder(self) -> str | None:
        """Return the node that holds the address according to the cloud."""

    @abstractmethod
    def tail(self, lines: int = 12) -> str:
        """Return the end of each node's logs."""

    @abstractmethod
    def close(self) -> None:
        """Power off all machines, and stop listening."""

    def spec(self, name: str) -> NodeSpec:
        """Return the specification of a node.

        Raises:
            LabError: The node does not exist.
        """
        if name not in self.topology.nodes:
            raise LabError(f"unknown node {name}; known: {', '.join(self.topology.nodes)}")
        return self.topology.nodes[name]

    def boot_all(self, names: Sequence[str]) -> None:
        """Boot several nodes in parallel."""
        with ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(self.boot, name) for name in names]:
                future.result()

    def masters(self) -> list[str]:
        """Return the nodes that have the address on an interface."""
        return [one for one in self.nodes if self.topology.address in self.nodes[one].addresses]

    def resolve(self, name: str) -> str:
        """Return the node that currently has a role.

        Args:
            name: The name of a node; or ``master``, ``backup`` (the first node that could take over
                the address), ``other`` (a node that cannot hold the address).

        Raises:
            LabError: The node does not exist, or no node has the role.
        """
        if name not in ROLES:
            self.spec(name)
            return name
        holders, now = self.topology.holders, self.delivered_to()
        found = {
            "master": [one for one in holders if one == now] or self.masters(),
            "backup": [one for one in holders if one != now and one not in self.masters()]
            or [one for one in holders if one != now],
            "other": [one for one in self.nodes if one not in holders],
        }[name]
        if not found:
            raise NoEffectError(f"no node currently has the role {name}")
        return found[0]

    def wait(self, what: str, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until a condition holds.

        Raises:
            LabError: It did not hold in time; the message has the reasons found in the logs.
        """
        if not self.events.wait(condition, seconds):
            raise self._failure(f"{what} did not happen within {seconds:.0f} s")

    def wait_ready(self, seconds: float) -> None:
        """Wait until a node has the address, and briefly for network and cloud to agree.

        Raises:
            LabError: No node took the address; the message has the end of every log.
        """
        self.wait("a node taking the address", lambda: bool(self.masters()), seconds)
        # A network that does not follow is a result to report, not an error.
        self.events.wait(self.agreed, CALM)

    def _failure(self, what: str, *names: str) -> LabError:
        """Build an error from a message and the reasons found in the logs."""
        reasons = [reason for name in names or self.nodes for reason in self._reasons(name)]
        error = LabError(f"{what}{': ' if reasons else ''}{'; '.join(dict.fromkeys(reasons))}")
        error.add_note(self.tail())
        return error

    def _reasons(self, name: str) -> list[str]:
        """Return the lines of a node's logs that explain a failure."""
        found = []
        for service in self.spec(name).services:
            lines = [_DATE.sub("", one) for one in self.nodes[name].log(service).splitlines()]
            telling = [one for one in lines if _TELLING.search(one) and _BARE not in one]
            found += [f"{name}: {one.strip()}" for one in telling][-2:]
        return found

    def agreed(self) -> bool:
        """Return whether exactly one node has the address, and network and cloud agree."""
        masters = self.masters()
        return (
            len(masters) == 1 and self.delivered_to() == masters[0] and self.holder() == masters[0]
        )


def election_bound(advert_int: float, priority: int, *, version: int = 2) -> float:
    """Compute the seconds after which a backup takes over from a silent master.

    Args:
        advert_int: Seconds between two advertisements.
        priority: The priority of the backup.
        version: The VRRP version: in 2 the skew is up to one second, in 3 up to one interval.

    Example:
        >>> election_bound(1, 80)
        3.6875
        >>> round(election_bound(0.2, 80, version=3), 4)
        0.7375
    """
    return 3 * advert_int + skew(advert_int, priority, version=version)


def skew(advert_int: float, priority: int, *, version: int = 2) -> float:
    """Compute the skew time in seconds, by which a higher priority wins an election."""
    return (256 - priority) / 256 * (1 if version == 2 else advert_int)
