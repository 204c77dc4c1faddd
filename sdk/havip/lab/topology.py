"""Topology of a lab, as plain data."""

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
    """A web server that responds to every request with its name."""

    address: str
    port: int = 8080


class RowLoad(_Data):
    """A client that writes rows into a database behind the address, and how to judge them.

    Attributes:
        client: Command on the client that reads SQL from standard input, one statement per line,
            and prints the value returned by ``RETURNING n``.
        prepare: Commands on the first holder of the address that create the table ``lab`` with
            one number ``n`` per row.
        rows: Command on a node that prints the numbers of all rows, one per line.
        writable: Command on a node that succeeds if the server accepts writes.
        healthy: Command on a node that succeeds if the server is part of a redundant cluster.
        one_writer: Whether two writable servers violate promise P4; not so for Galera.
        servers: The nodes that must have the same rows in the end; empty for those that may hold
            the address.
    """

    client: list[str]
    prepare: list[list[str]] = []
    rows: list[str]
    writable: list[str]
    healthy: list[str]
    one_writer: bool = True
    servers: list[str] = []


class NodeSpec(_Data):
    """A node: address, files and services.

    Attributes:
        address: The primary address.
        files: The files.
        commands: One-time set-up commands, run in order before the services start.
        services: The services in start order: names of `havip.lab.services.KNOWN`, or
            definitions.
        holds: Whether it may hold the address: it runs keepalived.
        page: Whether a web server without a health check serves the topology's port.
        interface: The name of the network interface.
        megabytes: The size of the disk.
        timeout: Timeout in seconds for a set-up command.
    """

    address: str
    files: list[NodeFile] = []
    commands: list[list[str]] = []
    services: dict[str, ServiceSpec] = {}
    holds: bool = True
    page: bool = False
    interface: str = "eth0"
    megabytes: int = 2048
    timeout: float = 120

    @model_validator(mode="before")
    @classmethod
    def _known(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("services"), list):
            unknown = [one for one in data["services"] if one not in KNOWN]
            if unknown:
                raise ValueError(
                    f"unknown service {unknown[0]}; known: {', '.join(KNOWN)} (define others "
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
        """Build a node from a set-up of `havip.keepalived.nodes`.

        Args:
            address: The primary address.
            setup: Packages (installed on this machine), files, commands and services.
            services: Definitions of the services that are not in `KNOWN`.
            prepare: Commands that replace the packages' installation scripts.
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
        address: The address that the nodes hold and the client requests.
        havip: The address of the cloud's HAVIP, "" for none; by default `address`.
        members: The nodes in the HAVIP's range; by default all that may hold it.
        secondary: The node that has `address` as an ordinary secondary address at first.
        first: The node that must hold the address before the others start; "" for any.
        subnet: The CIDR block.
        nodes: The nodes, by name.
        web: The web servers, by name.
        port: The port on which the client requests a page; 0 for none.
        rows: The load of a database, instead of page requests.
        client: The client's address; by default a free one of the subnet.
        delay: Seconds until the network moves an address.
        api: Whether nodes can reach the API and the metadata service.
        clocks: Whether the nodes' clocks can be changed (with libfaketime).
        timeout: Timeout in seconds for the first response, on an idle machine.
        stack: Whether it describes a deployed stack, whose nodes have clocks of the machine.
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
    timeout: float = 20
    stack: bool = False

    @model_validator(mode="after")
    def _can_work(self) -> Topology:
        if self.stack:
            return self  # the cloud has validated it
        network = _network(self.subnet)
        for name in (*self.nodes, *self.web):
            if not _HOST_NAME.fullmatch(name) or name in _TAKEN:
                raise ValueError(
                    f"{name!r} is not a valid node name: expected up to 40 lower-case letters, "
                    f"digits and hyphens, and not {', '.join(_TAKEN)}"
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
                raise ValueError(f"unknown node {one}; known: {', '.join(self.nodes)}")
        return self

    @property
    def holders(self) -> list[str]:
        """The nodes that may hold the address."""
        return [name for name, one in self.nodes.items() if one.holds]

    @property
    def moved_by_api(self) -> bool:
        """True if the address is an ordinary one that nodes move by calls of the API."""
        return self.api and bool(self.secondary)

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
