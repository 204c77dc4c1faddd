"""Topology of a lab, as plain data that any program or person can write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from havip.keepalived.nodes.setup import NodeFile, NodeSetup
from havip.lab.services import KNOWN, ServiceSpec

_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_TAKEN = ("client", "lab", "master", "backup", "other")
KEEPALIVED_CONF = "/etc/keepalived/keepalived.conf"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WebSpec(_Data):
    """A web server that answers every page with its name."""

    address: str
    port: int = 8080


class RowLoad(_Data):
    """A client that writes rows into a database behind the address, and how to judge them.

    Attributes:
        client: The command on the client that reads SQL on its standard input, one statement a
            line, and prints the value that ``RETURNING n`` gives.
        prepare: Commands on the node that holds the address, once it does: they create the table
            ``lab`` with one number ``n`` a row.
        rows: The command on a node that prints the numbers of all rows, one a line.
        writable: The command on a node that succeeds where the server takes writes.
        healthy: The command on a node that succeeds where the server is part of a redundant
            cluster.
        one_writer: Whether two writable servers break promise P4; Galera's may be many.
    """

    client: list[str]
    prepare: list[list[str]] = []
    rows: list[str]
    writable: list[str]
    healthy: list[str]
    one_writer: bool = True


class NodeSpec(_Data):
    """A node: its address, what is laid on it, and what it runs.

    Attributes:
        address: Its primary address.
        files: Its files.
        commands: Commands that set it up, once, in this order, before the services start.
        services: What it runs, in this order: names of `havip.lab.services.KNOWN`, or
            definitions.
        holds: Whether it may hold the address: it has a keepalived.
        page: Whether a web server that no check knows answers on the port of the topology.
        interface: The name of its network interface.
        megabytes: The size of its disk.
        patience: Seconds that one command of the set-up may take.
    """

    address: str
    files: list[NodeFile] = []
    commands: list[list[str]] = []
    services: dict[str, ServiceSpec] = {}
    holds: bool = True
    page: bool = False
    interface: str = "eth0"
    megabytes: int = 2048
    patience: float = 120

    @model_validator(mode="before")
    @classmethod
    def _known(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("services"), list):
            unknown = [one for one in data["services"] if one not in KNOWN]
            if unknown:
                raise ValueError(
                    f"no service is called {unknown[0]}; known: {', '.join(KNOWN)} (define others "
                    "as NAME: {command: [...]})"
                )
            return {**data, "services": {one: KNOWN[one] for one in data["services"]}}
        return data

    @property
    def keepalived_conf(self) -> str:
        """The text of its keepalived.conf, or ""."""
        return next((one.content for one in self.files if one.path == KEEPALIVED_CONF), "")

    @classmethod
    def of(
        cls, address: str, setup: NodeSetup, *,
        services: Mapping[str, ServiceSpec] | None = None,
        prepare: Sequence[Sequence[str]] = (),
    ) -> NodeSpec:  # fmt: skip
        """Build the node of a set-up that `havip.keepalived.nodes` made.

        Args:
            address: Its primary address.
            setup: Its packages (which this machine has), files, commands and services.
            services: How to run services that are not in `KNOWN`.
            prepare: What a package does when it is installed.
        """
        known = {**KNOWN, **(services or {})}
        return cls(
            address=address,
            files=list(setup.files),
            commands=[list(one) for one in (*prepare, *setup.commands)],
            services={one: known[one] for one in setup.services if one in known},
        )


class Topology(_Data):
    """A subnet with nodes behind one address, web servers, and a client.

    Attributes:
        address: The address that the nodes hold and the client asks.
        havip: The address of the cloud's HAVIP, "" without one; by default `address`.
        members: The nodes of the HAVIP's range; by default all that may hold it.
        secondary: The node that has `address` as an ordinary secondary address at first.
        first: The node that has to hold the address before the others start; "" leaves it open.
        subnet: The CIDR block.
        nodes: The nodes, by name.
        web: Web servers, by name.
        port: The port that the client asks for a page; 0 asks for none.
        rows: The load of a database, instead of pages.
        client: The client's address; by default a free one of the subnet.
        delay: Seconds that the network takes to move an address.
        api: Whether nodes reach the API and the metadata service.
        clocks: Whether the clock of a node can be set (by libfaketime).
        patience: Seconds until the first answer, on a machine that does nothing else.
    """

    address: str
    havip: str | None = None
    members: list[str] | None = None
    secondary: str = ""
    first: str = ""
    subnet: str
    nodes: dict[str, NodeSpec]
    web: dict[str, WebSpec] = {}
    port: int = 80
    rows: RowLoad | None = None
    client: str = ""
    delay: float = 0
    api: bool = False
    clocks: bool = False
    patience: float = 20

    @model_validator(mode="after")
    def _can_work(self) -> Topology:
        network = _network(self.subnet)
        for name in (*self.nodes, *self.web):
            if not _HOST_NAME.fullmatch(name) or name in _TAKEN:
                raise ValueError(
                    f"{name!r} cannot be the name of a node: expected up to 40 small letters, "
                    f"digits and hyphens, and none of {', '.join(_TAKEN)}"
                )
        if self.havip is None:
            self.havip = "" if self.secondary else self.address
        if self.members is None:
            self.members = self.holders
        if not self.client:
            self.client = _free(network, self._addresses().values())
        taken: dict[str, str] = {}
        for name, address in self._addresses().items():
            try:
                inside = IPv4Address(address) in network
            except AddressValueError:
                raise ValueError(f"{name}: {address!r} is not an IPv4 address") from None
            if not inside and name not in self.web:
                raise ValueError(f"{name}: {address} is not in the subnet {self.subnet}")
            if address in taken:
                raise ValueError(f"{taken[address]} and {name} have the same address {address}")
            taken[address] = name
        for one in (*self.members, *filter(None, [self.secondary, self.first])):
            if one not in self.nodes:
                raise ValueError(f"no node is called {one}; there are {', '.join(self.nodes)}")
        return self

    @property
    def holders(self) -> list[str]:
        """The nodes that may hold the address."""
        return [name for name, one in self.nodes.items() if one.holds]

    @property
    def gateway(self) -> str:
        """The address of the subnet's gateway."""
        return str(IPv4Network(self.subnet)[1])

    def _addresses(self) -> dict[str, str]:
        named = {name: one.address for name, one in self.nodes.items()}
        named |= {name: one.address for name, one in self.web.items()}
        other = {"the HAVIP": self.havip} if self.havip not in (None, "", self.address) else {}
        client = {"the client": self.client} if self.client else {}
        return {"the address": self.address, **named, **other, **client}


def _network(subnet: str) -> IPv4Network:
    try:
        network = IPv4Network(subnet)
    except ValueError as error:
        raise ValueError(f"the subnet {subnet!r} is not a network: {error}") from None
    if not 16 <= network.prefixlen <= 28:
        raise ValueError(f"the subnet {subnet} has a prefix of {network.prefixlen}, not 16 to 28")
    return network


def _free(network: IPv4Network, taken: Iterable[str]) -> str:
    used = set(taken) | {str(network[1])}
    candidates = (
        [network[100], *network.hosts()] if network.num_addresses > 128 else network.hosts()
    )
    for one in candidates:
        if str(one) not in used:
            return str(one)
    raise ValueError(f"the subnet {network} has no free address for the client")
