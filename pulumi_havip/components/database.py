"""A database cluster of three machines behind one HAVIP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi

from havip.keepalived.nodes.database import replication_secret
from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.keepalived.nodes.postgresql import PatroniSource, postgresql_dsn, postgresql_nodes
from havip.keepalived.nodes.setup import NodeSetup
from pulumi_havip.components._errors import SetupError, refusing
from pulumi_havip.components._nodes import MachineArgs, Nodes, WitnessArgs
from pulumi_havip.components._pair import Known, Network, Pair
from pulumi_havip.components.certificate import ClusterCertificate
from pulumi_havip.resources.base import Tags

_VERSION: Final = 15
"""The PostgreSQL of Debian 12."""
_VERSIONS: Final = range(14, 19)


@dataclass(frozen=True)
class _Engine:
    """Differences between the database engines.

    Attributes:
        port: Its usual port.
        database: The database that every server has.
        own: The arguments that it alone knows.
        garp_master_refresh: Seconds between two announcements of the holder.
        setups: Builds the set-up of each machine, by its address.
        dsn: Builds the connection string, from address, port and database.
        health: The health command, with ``{address}`` and ``{port}``.
    """

    port: int
    database: str
    own: tuple[str, ...]
    garp_master_refresh: int
    setups: Callable[[Known], Mapping[str, NodeSetup]]
    dsn: Callable[[str, int, str], str]
    health: str


class DatabaseFailoverCluster(Pair):
    """A database of two servers that share one HAVIP, and a third machine that gives the quorum.

    It makes the HAVIP, which only the two servers may take, and the whole set-up of the three
    machines. Which server may write is decided by an engine that a majority of the three agrees
    on: Patroni with etcd for PostgreSQL, Galera for MariaDB. keepalived only follows. No machine
    is the first, and they may start in any order; one that is replaced joins by itself.

    The third machine never has the HAVIP. For PostgreSQL it runs etcd alone and may be the
    smallest there is; for MariaDB it is a server with all data, and may be smaller.

    Example::

        database = DatabaseFailoverCluster(
            "shop",
            engine="postgresql",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            vip="172.17.16.30",
            nodes=[{"private_ip": "172.17.16.31"}, {"private_ip": "172.17.16.32"}],
            witness={"private_ip": "172.17.16.33", "instance_type": "S5.SMALL1"},
            machine={
                "image_id": "img-487zeit5",
                "instance_type": "S5.LARGE8",
                "zone": "ap-guangzhou-3",
            },
        )
        pulumi.export("connection", database.connection_string)

    A changed set-up is written to the user data of the machines, that of the one that holds the
    address last. A database machine is never replaced for it: its disk holds the data. Take the
    new files from `files` and lay them out yourself, on the standby first.

    Attributes:
        connection_string: What clients connect by: the HAVIP, without user and password.
        replication_password: The password of PostgreSQL's roles ``havip_replication`` and
            ``havip_rewind``, given or drawn. Secret.
        certificate: The certificate of the machines and its private key, in PEM. Secret.
    """

    connection_string: pulumi.Output[str]
    replication_password: pulumi.Output[str]
    certificate: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        engine: Literal["postgresql", "mariadb"],
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        nodes: Nodes,
        witness: WitnessArgs | pulumi.Input[str] | None = None,
        machine: MachineArgs | None = None,
        vip: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        synchronous: pulumi.Input[bool] | None = None,
        version: pulumi.Input[int] | None = None,
        patroni_source: PatroniSource | None = None,
        port: pulumi.Input[int] | None = None,
        clients: pulumi.Input[str] | None = None,
        database: pulumi.Input[str] | None = None,
        vrrp_password: pulumi.Input[str] | None = None,
        replication_password: pulumi.Input[str] | None = None,
        virtual_router_id: pulumi.Input[int] | None = None,
        interface: pulumi.Input[str] = "eth0",
        check_interval: pulumi.Input[int] = 1,
        check_fall: pulumi.Input[int] = 2,
        garp_master_refresh: pulumi.Input[int] | None = None,
        subnet_cidr: pulumi.Input[str] | None = None,
        check_associate: bool = True,
        protect: bool | None = True,
        tags: Tags = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a database cluster.

        Args:
            resource_name: Its name in the program.
            engine: ``postgresql`` (14 or later) or ``mariadb`` (10.6 or later).
            vpc_id: The VPC.
            subnet_id: The subnet, which all three machines are in.
            nodes: The two servers behind the HAVIP: machines to make, or instances that exist.
            witness: The third machine, which the cluster needs to decide and which never has the
                HAVIP: one to make, or the id of an instance that exists.
            machine: What the machines to make have in common.
            vip: The HAVIP's address; a free one of the subnet if left out.
            name: The HAVIP's name in the console; `resource_name` if left out.
            synchronous: PostgreSQL: whether a commit waits for the standby, as it does if left
                out. Then no acknowledged row is lost in a failover; while the standby is away,
                the primary goes on alone. If False, commits never wait, and the last ones before
                a failover may be lost. Galera always waits for the group.
            version: The major version of PostgreSQL, 15 if left out: 14 on Ubuntu 22.04, 15 on
                Debian 12, 16 on Ubuntu 24.04.
            patroni_source: Where Patroni comes from: ``pypi``, a fixed version by its hash from
                the package index that the image's pip uses (if left out), or ``packages``, the
                image's package sources, for machines that reach no index.
            port: The servers' port; the engine's usual one if left out.
            clients: The CIDR block that may log in to PostgreSQL; the subnet's if left out.
            database: The database that `connection_string` names.
            vrrp_password: The password of the nodes' VRRP, one to eight characters; drawn if
                left out, and kept.
            replication_password: The password of PostgreSQL's own roles, 12 to 64 letters,
                digits and ``_ . -``; drawn if left out, and kept.
            virtual_router_id: The nodes' VRRP id, 1 to 255; made from the address if left out,
                and unique among the pairs of the program. Pairs that other programs have in the
                VPC are not known to it.
            interface: The network interface of the nodes.
            check_interval: Seconds between two health checks of a server.
            check_fall: Failed checks until a node gives the address up.
            garp_master_refresh: Seconds between two announcements of the node that holds the
                address, 0 for none; 5 for PostgreSQL and 30 for MariaDB if left out.
            subnet_cidr: The addresses of the subnet; told from `subnet_id` if left out.
            check_associate: Whether only the nodes may take the address, as it should be. The
                international site cannot check that: there it must be False.
            protect: Whether Pulumi refuses to delete or replace anything of the cluster, since
                the machines' disks hold the data; as `opts` has it if None.
            tags: Tags of all that is made.
            opts: Options of Pulumi.

        Raises:
            SetupError: The set-up cannot work. What only becomes known while the program runs is
                refused then, before anything of the cluster is made.
        """
        super().__init__("DatabaseFailoverCluster", resource_name, tags, opts, protect=protect)
        kind = self._choose(
            engine,
            version=version,
            clients=clients,
            patroni_source=patroni_source,
            synchronous=synchronous,
        )
        network = Network(vpc_id, subnet_id, subnet_cidr, vip, check_associate)
        self._require_three(nodes, witness)
        self._read(network, nodes, machine, vrrp_password, virtual_router_id, 2, witness)
        self._require_sound(
            synchronous=synchronous,
            port=port,
            clients=clients,
            database=database,
            interface=interface,
            check_interval=check_interval,
            check_fall=check_fall,
            garp_master_refresh=garp_master_refresh,
        )
        self._require(version, self._check_version)
        self.replication_password = self._draw("replication", replication_password, 24)
        self._require(self.replication_password, self._check_replication)
        self.certificate = ClusterCertificate(
            f"{resource_name}-cluster",
            addresses=[self._once_sound(node.private_ip) for node in self._all],
            opts=pulumi.ResourceOptions(parent=self),
        ).pem
        self._make_address(name)
        port = kind.port if port is None else port
        refresh = kind.garp_master_refresh if garp_master_refresh is None else garp_master_refresh
        self._set_up(
            kind.setups,
            replication=self.replication_password,
            certificate=self.certificate,
            synchronous=synchronous,
            version=version,
            patroni_source=patroni_source,
            port=port,
            clients=clients,
            interface=interface,
            check_interval=check_interval,
            check_fall=check_fall,
            garp_master_refresh=refresh,
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
                self._owner, f"engine: {engine!r} is not supported: use {' or '.join(_ENGINES)}"
            )
        for name, value in own.items():
            if name == "synchronous" and value is True:
                continue  # what Galera does anyway
            if value is not None and name not in kind.own:
                raise SetupError(
                    self._owner, f"{name}: {engine} has no such setting here: leave it out"
                )
        source = own["patroni_source"]
        if source not in (None, "pypi", "packages"):
            raise SetupError(
                self._owner, f"patroni_source: {source!r} is not supported: use pypi or packages"
            )
        return kind

    def _require_three(self, nodes: object, witness: object) -> None:
        """Raise an error without a witness: two nodes cannot tell a dead peer from a partition."""
        count = len(nodes) if isinstance(nodes, Sequence) and not isinstance(nodes, str) else 2
        if witness is None and count == 2:
            raise SetupError(
                self._owner,
                "witness: a third machine is needed, since two cannot decide which of them may "
                "write: give it a free address of the subnet, such as "
                "{'private_ip': '172.17.16.33'}; how a pair made by havip 0.1.0 is moved without "
                "loss is in docs/howto/migrate-databases.md",
            )
        if count > 2:
            raise SetupError(
                self._owner,
                f"nodes: {count} are too many: give the two servers behind the HAVIP as `nodes` "
                "and one more machine as `witness`",
            )

    def _check_version(self, version: Any) -> None:
        if version is None:
            return
        try:
            known = int(version) in _VERSIONS and int(version) == float(version)
        except (TypeError, ValueError):
            known = False
        if not known:
            raise SetupError(
                self._owner,
                f"version: PostgreSQL {version} is not supported: use a major version from "
                f"{_VERSIONS[0]} to {_VERSIONS[-1]} that the image's package sources have",
            )

    def _check_replication(self, password: str) -> None:
        with refusing(self._owner, "replication_password"):
            replication_secret(password)


def _common(known: Known) -> dict[str, Any]:
    *nodes, witness = known["nodes"]
    return {
        "vip": known["vip"],
        "nodes": nodes,
        "witness": witness,
        "subnet": known["cidr"],
        "auth_pass": known["auth_pass"],
        "certificate": known["certificate"],
        "port": int(known["port"]),
        "interface": known["interface"],
        "virtual_router_id": known["router_id"],
        **{
            name: int(known[name])
            for name in ("check_interval", "check_fall", "garp_master_refresh")
        },
    }


def _postgresql(known: Known) -> Mapping[str, NodeSetup]:
    return postgresql_nodes(
        **_common(known),
        replication_password=known["replication"],
        synchronous=known["synchronous"] is not False,
        version=int(known["version"] or _VERSION),
        patroni_source=known["patroni_source"] or "pypi",
        clients=known["clients"],
    )


def _mariadb(known: Known) -> Mapping[str, NodeSetup]:
    return mariadb_nodes(**_common(known))


_ENGINES: Final = {
    "postgresql": _Engine(
        port=5432,
        database="postgres",
        own=("version", "clients", "patroni_source", "synchronous"),
        garp_master_refresh=5,
        setups=_postgresql,
        dsn=lambda address, port, database: postgresql_dsn(address, port=port, database=database),
        health="pg_isready -q -t 3 -h {address} -p {port}",
    ),
    "mariadb": _Engine(
        port=3306,
        database="mysql",
        own=(),
        garp_master_refresh=30,
        setups=_mariadb,
        dsn=lambda address, port, database: (
            f"mysql://{address}:{port}/{database}?connect_timeout=2"
        ),
        health="mariadb-admin --no-defaults --connect-timeout=3 -h {address} -P {port} ping",
    ),
}
