"""A primary and a standby database behind one HAVIP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi

from havip.keepalived.nodes.database import replication_secret
from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.keepalived.nodes.postgresql import postgresql_dsn, postgresql_nodes
from havip.keepalived.nodes.setup import NodeSetup
from pulumi_havip.components._errors import SetupError, refusing
from pulumi_havip.components._nodes import MachineArgs, Nodes
from pulumi_havip.components._pair import Known, Network, Pair
from pulumi_havip.resources.base import Tags

_VERSION: Final = 15
"""The PostgreSQL of Debian 12."""


@dataclass(frozen=True)
class _Engine:
    """What differs between the kinds of databases.

    Attributes:
        port: Its usual port.
        database: The database that every server has.
        own: The arguments that it alone knows.
        setups: Makes the set-up of each node, by its address.
        dsn: Gives the connection string, from address, port and database.
        health: The health command, with ``{address}`` and ``{port}``.
    """

    port: int
    database: str
    own: tuple[str, ...]
    setups: Callable[[Known], Mapping[str, NodeSetup]]
    dsn: Callable[[str, int, str], str]
    health: str


class DatabaseFailoverCluster(Pair):
    """A primary database and its standby that share one HAVIP.

    It makes the HAVIP, which only its two nodes may take, and the nodes' whole set-up: streaming
    replication, promotion of the standby when the address comes to it, and fencing of the old
    primary, which is stopped or made read-only when it gives the address up and comes back as a
    standby. The first node begins as the primary.

    Example::

        database = DatabaseFailoverCluster(
            "shop",
            engine="postgresql",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            vip="172.17.16.30",
            nodes=[{"private_ip": "172.17.16.31"}, {"private_ip": "172.17.16.32"}],
            machine={
                "image_id": "img-487zeit5",
                "instance_type": "S5.LARGE8",
                "zone": "ap-guangzhou-3",
            },
        )
        pulumi.export("connection", database.connection_string)

    A changed set-up is written to the user data of the machines, that of the one that holds the
    address last. A database machine is never made anew for it: its disk holds the data. Take the
    new files from `files` and lay them out yourself, on the standby first.

    Attributes:
        connection_string: What clients connect by: the HAVIP, without user and password.
        replication_password: The password of the account ``havip_replication``, given or drawn.
            Secret.
    """

    connection_string: pulumi.Output[str]
    replication_password: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        engine: Literal["postgresql", "mariadb"],
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        nodes: Nodes,
        machine: MachineArgs | None = None,
        vip: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        synchronous: pulumi.Input[bool] = True,
        version: pulumi.Input[int] | None = None,
        port: pulumi.Input[int] | None = None,
        clients: pulumi.Input[str] | None = None,
        database: pulumi.Input[str] | None = None,
        vrrp_password: pulumi.Input[str] | None = None,
        replication_password: pulumi.Input[str] | None = None,
        virtual_router_id: pulumi.Input[int] | None = None,
        interface: pulumi.Input[str] = "eth0",
        subnet_cidr: pulumi.Input[str] | None = None,
        check_associate: bool = True,
        protect: bool | None = True,
        tags: Tags = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a pair of databases.

        Args:
            resource_name: Its name in the program.
            engine: ``postgresql`` (15 or later) or ``mariadb`` (10.6 or later).
            vpc_id: The VPC.
            subnet_id: The subnet, which all of the pair is in.
            nodes: The first primary and its standby: machines to make, or instances that exist.
            machine: What the machines to make have in common.
            vip: The HAVIP's address; a free one of the subnet if left out.
            name: The HAVIP's name in the console; `resource_name` if left out.
            synchronous: Whether a commit waits for the standby. Then no acknowledged row is lost
                in a failover, and while the standby is away, commits wait. Without it commits
                never wait, and the last ones before a failover may be lost.
            version: The major version of PostgreSQL, 15 if left out.
            port: The servers' port; the engine's usual one if left out.
            clients: The CIDR block that may log in to PostgreSQL; the subnet's if left out.
            database: The database that `connection_string` names.
            vrrp_password: The password of the nodes' VRRP, one to eight characters; drawn if
                left out, and kept.
            replication_password: The password of the account ``havip_replication``, 12 to 64
                letters, digits and ``_ . -``; drawn if left out, and kept.
            virtual_router_id: The nodes' VRRP id, 1 to 255; made from the address if left out,
                and unique among the pairs of the program. Pairs that other programs have in the
                VPC are not known to it.
            interface: The network interface of the nodes.
            subnet_cidr: The addresses of the subnet; told from `subnet_id` if left out.
            check_associate: Whether only the nodes may take the address, as it should be. The
                international site cannot check that: there it must be False.
            protect: Whether Pulumi refuses to delete or replace anything of the cluster, since
                the machines' disks hold the data; as `opts` has it if None.
            tags: Tags of all that is made.
            opts: Options of Pulumi.

        Raises:
            SetupError: The set-up cannot work. What only becomes known while the program runs is
                refused then, before anything of the pair is made.
        """
        super().__init__("DatabaseFailoverCluster", resource_name, tags, opts, protect=protect)
        kind = self._choose(engine, version=version, clients=clients)
        network = Network(vpc_id, subnet_id, subnet_cidr, vip, check_associate)
        self._read(network, nodes, machine, vrrp_password, virtual_router_id, most=2)
        self._require_sound(
            synchronous=synchronous,
            port=port,
            clients=clients,
            database=database,
            interface=interface,
        )
        self.replication_password = self._draw("replication", replication_password, 24)
        self._require(self.replication_password, self._check_replication)
        self._make_address(name)
        port = kind.port if port is None else port
        self._set_up(
            kind.setups,
            replication=self.replication_password,
            synchronous=synchronous,
            version=version,
            port=port,
            clients=clients,
            interface=interface,
        )
        self._make_nodes()
        self.connection_string = pulumi.Output.all(
            self.address, port, kind.database if database is None else database
        ).apply(lambda known: kind.dsn(known[0], int(known[1]), known[2]))
        self.health_command = pulumi.Output.all(address=self.address, port=port).apply(
            lambda known: kind.health.format(address=known["address"], port=int(known["port"]))
        )
        self.register_outputs(
            {
                "address": self.address,
                "connectionString": self.connection_string,
                "haVipId": self.ha_vip_id,
                "virtualRouterId": self.virtual_router_id,
                "healthCommand": self.health_command,
            }
        )

    def _choose(self, engine: str, **own: Any) -> _Engine:
        kind = _ENGINES.get(engine)
        if kind is None:
            raise SetupError(
                self._owner, f"engine: {engine!r} is not known: take {' or '.join(_ENGINES)}"
            )
        for name, value in own.items():
            if value is not None and name not in kind.own:
                raise SetupError(
                    self._owner, f"{name}: {engine} has no such setting here: leave it out"
                )
        if isinstance(own["version"], int) and own["version"] < _VERSION:
            raise SetupError(
                self._owner,
                f"version: an old primary of PostgreSQL {own['version']} cannot be rejoined: "
                f"take {_VERSION} or later",
            )
        return kind

    def _check_replication(self, password: str) -> None:
        with refusing(self._owner, "replication_password"):
            replication_secret(password)


def _common(known: Known) -> dict[str, Any]:
    return {
        "vip": known["vip"],
        "nodes": known["nodes"],
        "subnet": known["cidr"],
        "auth_pass": known["auth_pass"],
        "replication_password": known["replication"],
        "synchronous": known["synchronous"],
        "port": int(known["port"]),
        "interface": known["interface"],
        "virtual_router_id": known["router_id"],
    }


def _postgresql(known: Known) -> Mapping[str, NodeSetup]:
    version = int(known["version"] or _VERSION)
    return postgresql_nodes(**_common(known), version=version, clients=known["clients"])


def _mariadb(known: Known) -> Mapping[str, NodeSetup]:
    return mariadb_nodes(**_common(known))


_ENGINES: Final = {
    "postgresql": _Engine(
        port=5432,
        database="postgres",
        own=("version", "clients"),
        setups=_postgresql,
        dsn=lambda address, port, database: postgresql_dsn(address, port=port, database=database),
        health="pg_isready -q -t 3 -h {address} -p {port}",
    ),
    "mariadb": _Engine(
        port=3306,
        database="mysql",
        own=(),
        setups=_mariadb,
        dsn=lambda address, port, database: (
            f"mysql://{address}:{port}/{database}?connect_timeout=2"
        ),
        health="mariadb-admin --no-defaults --connect-timeout=3 -h {address} -P {port} ping",
    ),
}
