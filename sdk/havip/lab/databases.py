"""Topologies of the database clusters, built from the same set-up as for real machines."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.keepalived.nodes.postgresql import postgresql_nodes
from havip.keepalived.nodes.setup import NodeSetup
from havip.lab.namespace import LabError
from havip.lab.services import ServiceSpec
from havip.lab.topology import NodeSpec, RowLoad, Topology

VIP, WITNESS = "172.17.16.3", "172.17.16.33"
NODES = ("172.17.16.31", "172.17.16.32")
MACHINES = (*NODES, WITNESS)
SUBNET = "172.17.16.0/24"
_NAMES = ("db1", "db2", "witness")
_PASSWORD = "f7Kq2xZ9"  # noqa: S105 - of a cluster that lives for minutes
_AS = "exec setpriv --reuid={0} --regid={0} --init-groups --"


def _member(user: str) -> ServiceSpec:
    return ServiceSpec(
        command=("/etc/havip/member", "serve"),
        user=user,
        restart=1,
        environment={"HAVIP_KEY": f"/etc/havip/{user}.key"},
    )


def _shell(*lines: str) -> tuple[str, ...]:
    return ("sh", "-c", "\n".join(("set -ef", *lines)))


MARIADB_SERVICES: Mapping[str, ServiceSpec] = {
    "havip-member": _member("mysql"),
    # Equivalent of the distribution's unit with the set-up's drop-in.
    "mariadb": ServiceSpec(
        command=_shell(
            "/etc/havip/member start",
            ". /run/havip/galera.env",
            "at=$(setpriv --reuid=mysql --regid=mysql --init-groups -- galera_recovery)",
            _AS.format("mysql") + " mariadbd $_WSREP_NEW_CLUSTER $at",
        ),
        process="mariadbd",
        runtime=("mysqld:mysql",),
        restart=2,
    ),
}
POSTGRESQL_SERVICES: Mapping[str, ServiceSpec] = {
    "havip-member": _member("etcd"),
    "etcd": ServiceSpec(
        command=_shell(
            "/etc/havip/member start",
            "set -a",
            ". /etc/havip/etcd.env",
            ". /run/havip/etcd.env",
            _AS.format("etcd") + " etcd",
        ),
        process="etcd",
        restart=2,
    ),
    "patroni": ServiceSpec(
        command=_shell(
            "/etc/havip/member patroni",
            _AS.format("postgres") + " /opt/havip/patroni/bin/patroni /etc/havip/patroni.yml",
        ),
        process="postgres",
        runtime=("postgresql:postgres",),
        restart=2,
        environment={"HOME": "/var/lib/postgresql"},
    ),
}
"""The process of ``patroni`` is the server: killing it leaves Patroni running."""


def draw_certificate(addresses: Sequence[str]) -> str:
    """Generate the certificate of a cluster and its private key, in PEM, with ``openssl``.

    Args:
        addresses: The addresses of the machines.

    Raises:
        LabError: openssl is missing or failed.
    """
    names = ",".join(f"IP:{one}" for one in (*addresses, "127.0.0.1"))
    words = [
        *("openssl", "req", "-x509", "-nodes", "-days", "7300", "-subj", "/CN=havip-cluster"),
        *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-keyout", "/dev/stdout", "-out", "/dev/stdout"),
        *("-addext", f"subjectAltName={names}"),
        *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
        *("-addext", "extendedKeyUsage=serverAuth,clientAuth"),
    ]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise LabError(f"openssl failed to create a certificate: {error}") from None
    return done.stdout


def mariadb_cluster() -> Topology:
    """Build a MariaDB cluster of three machines."""
    setups = mariadb_nodes(
        VIP,
        NODES,
        witness=WITNESS,
        subnet=SUBNET,
        auth_pass=_PASSWORD,
        certificate=draw_certificate(MACHINES),
    )
    local = ["mariadb", "--no-defaults", "-N", "-B", "-e"]
    rows = RowLoad(
        client=["mariadb", "--no-defaults", "--unbuffered", "-N", "-B", "--connect-timeout=2",
                "-D", "lab", "-u", "app", "-pmade-up", "-h", VIP],
        prepare=[
            [*local, "CREATE DATABASE lab; CREATE TABLE lab.lab (n int primary key)"],
            [*local, "CREATE USER app IDENTIFIED BY 'made-up'; "
                     "GRANT INSERT, SELECT ON lab.* TO app"],
        ],
        rows=[*local, "SELECT n FROM lab.lab"],
        writable=["/etc/keepalived/galera-check.sh"],
        healthy=["sh", "-c", "/etc/havip/member redundant && /etc/keepalived/galera-check.sh"],
        # Galera is multi-master: several writable servers are no split brain.
        one_writer=False,
        servers=list(_NAMES),
    )  # fmt: skip
    return _topology(setups, MARIADB_SERVICES, rows)


def postgresql_cluster(*, version: int = 15) -> Topology:
    """Build a PostgreSQL cluster of three machines.

    Args:
        version: The major version installed on this machine.
    """
    setups = postgresql_nodes(
        VIP, NODES, witness=WITNESS, subnet=SUBNET, auth_pass=_PASSWORD,
        certificate=draw_certificate(MACHINES),
        replication_password="made-up-for-the-lab", version=version,  # noqa: S106
    )  # fmt: skip
    local = ["runuser", "-u", "postgres", "--", "psql", "-X", "-At", "-q", "-c"]
    # A server that is cut off still reports to be the primary: only an acknowledged commit counts.
    probe = "timeout 1 runuser -u postgres -- psql -X -q -c 'INSERT INTO probe VALUES (1)'"
    rows = RowLoad(
        client=["env", "PGPASSWORD=made-up", "psql", "-X", "-At", "-q",
                f"host={VIP} user=app dbname=postgres target_session_attrs=read-write "
                "connect_timeout=2 tcp_user_timeout=1000"],
        prepare=[
            [*local, "CREATE TABLE lab (n int primary key); CREATE TABLE probe (n int)"],
            [*local, "CREATE ROLE app LOGIN PASSWORD 'made-up'; GRANT ALL ON lab TO app"],
        ],
        rows=[*local, "SELECT n FROM lab"],
        writable=["sh", "-c", probe],
        healthy=["/etc/havip/member", "redundant"],
    )  # fmt: skip
    return _topology(setups, POSTGRESQL_SERVICES, rows)


def _topology(
    setups: Mapping[str, NodeSetup], services: Mapping[str, ServiceSpec], rows: RowLoad
) -> Topology:
    nodes = {}
    for name, (address, setup) in zip(_NAMES, setups.items(), strict=True):
        # The lab starts both kinds in the same way: its services do not block each other.
        every = setup.model_copy(update={"services": (*setup.waiting, *setup.services)})
        spec = NodeSpec.of(address, every, services=services)
        nodes[name] = spec.model_copy(update={"holds": name != "witness"})
    return Topology(address=VIP, subnet=SUBNET, nodes=nodes, port=0, rows=rows, timeout=60)
