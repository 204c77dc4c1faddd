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
"""PostgreSQL version of Debian 12."""
_VERSIONS: Final = range(14, 19)


@dataclass(frozen=True)
class _Engine:
    """Differences between the database engines.

    Attributes:
        port: Its default port.
        database: The database that exists on every server.
        own: The arguments that only this engine has.
        garp_master_refresh: Seconds between two gratuitous ARPs of the holder.
        setups: Builds the set-up of each machine, by its address.
        dsn: Builds the connection string from address, port and database.
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
    """A database of two servers that share one HAVIP, and a witness for the quorum.

    It creates the HAVIP, which only the two servers may bind, and the whole set-up of the three
    machines. The primary is elected by a majority of the three: by Patroni with etcd for
    PostgreSQL, by Galera for MariaDB. keepalived follows the election. The machines may start in
    any order, and one that is replaced joins by itself.

    The witness never holds the HAVIP. For PostgreSQL it runs only etcd, and the smallest instance
    type is enough. For MariaDB it is a server with all data, and may be smaller than the others.

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

    A changed set-up is written to the user data of the machines, the holder of the address last.
    A database machine is never replaced for it, since its disk holds the data. Copy the new files
    from `files` to the machines yourself, standby first.

    Attributes:
        connection_string: The connection string for clients, without user and password.
        replication_password: The password of PostgreSQL's roles ``havip_replication`` and
            ``havip_rewind``, given or generated. Secret.
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
            nodes: The two servers behind the HAVIP: machines to create, or existing instances.
            witness: The third machine, which the cluster needs for its quorum and which never holds
                the HAVIP: one to create, or the id of an existing instance.
            machine: The properties shared by the machines to create.
            vip: The HAVIP's address; a free one of the subnet if omitted.
            name: The HAVIP's name in the console; `resource_name` if omitted.
            synchronous: PostgreSQL only: whether a commit waits for the standby (default True). If
                so, no acknowledged row is lost in a failover; while the standby is away, the
                primary continues alone. If False, commits never wait, and the last ones before a
                failover may be lost. Galera always waits for the group.
            version: The major version of PostgreSQL, 15 if omitted: 14 on Ubuntu 22.04, 15 on
                Debian 12, 16 on Ubuntu 24.04.
            patroni_source: The source of Patroni: ``pypi`` (the default), a pinned version with its
                hash from the package index that the image's pip uses, or ``packages``, the image's
                package sources, for machines that reach no index.
            port: The servers' port; the engine's default port if omitted.
            clients: The CIDR block that may log in to PostgreSQL; the subnet's if omitted.
            database: The database that `connection_string` names.
            vrrp_password: The VRRP password of the nodes, one to eight characters; generated and
                kept if omitted.
            replication_password: The password of PostgreSQL's own roles, 12 to 64 letters,
                digits and ``_ . -``; generated and kept if omitted.
            virtual_router_id: The nodes' VRRP id, 1 to 255. If omitted, it is derived from the
                address and unique among the pairs of the program; pairs of other programs in the
                VPC are not taken into account.
            interface: The network interface of the nodes.
            check_interval: Seconds between two health checks of a server.
            check_fall: Failed checks until a node releases the address.
            garp_master_refresh: Seconds between two gratuitous ARPs of the holder, 0 for none; if
                omitted, 5 for PostgreSQL and 30 for MariaDB.
            subnet_cidr: The CIDR block of the subnet; looked up by `subnet_id` if omitted.
            check_associate: Whether only the nodes may bind the address (recommended). The
                international site cannot enforce that; set it to False there.
            protect: Whether Pulumi refuses to delete or replace anything of the cluster, since
                the machines' disks hold the data; `opts.protect` applies if None.
            tags: Tags of everything that is created.
            opts: Pulumi resource options.

        Raises:
            SetupError: The set-up is invalid. What is only known while the program runs is checked
                then, before anything of the cluster is created.
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
        port = kind.port if port is None else port
        refresh = kind.garp_master_refresh if garp_master_refresh is None else garp_master_refresh
        settings = {
            "replication": self.replication_password,
            "synchronous": synchronous,
            "version": version,
            "patroni_source": patroni_source,
            "port": port,
            "clients": clients,
            "interface": interface,
            "check_interval": check_interval,
            "check_fall": check_fall,
            "garp_master_refresh": refresh,
        }
        self._require_set_up(kind.setups, certificate=None, **settings)
        self.certificate = ClusterCertificate(
            f"{resource_name}-cluster",
            addresses=[self._once_sound(node.private_ip) for node in self._all],
            opts=pulumi.ResourceOptions(parent=self),
        ).pem
        self._make_address(name)
        self._set_up(kind.setups, certificate=self.certificate, **settings)
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
                continue  # Galera always does this
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
        """Raise an error if the witness is missing: two nodes alone have no quorum."""
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
