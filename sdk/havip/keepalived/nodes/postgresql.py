"""A PostgreSQL pair behind a HAVIP: streaming replication, promotion, fencing, rejoining.

The first node starts as the primary, the second as its standby. keepalived promotes the standby
when it becomes master, and stops a primary that gives the address up; the old primary comes back
as a standby, rewound to the new one. PostgreSQL 15 or later, of Debian or Ubuntu.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import SecretStr

from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes.database import (
    clients_of,
    database_configs,
    environment,
    pair_of_two,
    replication_secret,
    units,
)
from havip.keepalived.nodes.health_checks import postgresql_check
from havip.keepalived.nodes.node import keepalived_file
from havip.keepalived.nodes.pair import router_id
from havip.keepalived.nodes.scripts import HOME, POSTGRESQL, script
from havip.keepalived.nodes.setup import NodeFile, NodeSetup

_DONE = "/var/lib/postgresql/havip-setup-done"


def postgresql_nodes(
    vip: str,
    nodes: Sequence[str],
    *,
    subnet: str,
    auth_pass: str | SecretStr,
    replication_password: str | SecretStr,
    synchronous: bool = True,
    version: int = 15,
    port: int = 5432,
    clients: str | None = None,
    interface: str = "eth0",
    virtual_router_id: int | None = None,
) -> dict[str, NodeSetup]:
    """Make the set-up of both nodes of a PostgreSQL pair.

    With `synchronous` every commit waits until the standby has it: no acknowledged row is lost
    in a failover, and while the standby is away commits wait for it. Without it commits never
    wait, and the last ones before a failover may be lost. A new pair, and a primary just
    promoted, wait for nobody until their standby streams.

    Args:
        vip: The HAVIP's address.
        nodes: The addresses of the first primary and of its standby.
        subnet: The CIDR block of the subnet.
        auth_pass: The VRRP password, one to eight characters.
        replication_password: Of the role ``havip_replication``.
        synchronous: Whether commits wait for the standby.
        version: The major version of PostgreSQL, 15 or later.
        port: The servers' port.
        clients: The CIDR block that may log in; by default the subnet.
        interface: The nodes' network interface.
        virtual_router_id: By default made from the address.

    Returns:
        The set-ups by node address.

    Raises:
        KeepalivedError: The arguments cannot work.

    Example:
        >>> pair = postgresql_nodes(
        ...     "10.0.0.2",
        ...     ["10.0.0.3", "10.0.0.4"],
        ...     subnet="10.0.0.0/24",
        ...     auth_pass="f7Kq2xZ9",
        ...     replication_password="not-a-real-one",
        ... )
        >>> pair["10.0.0.4"].commands
        (('/etc/keepalived/postgresql.sh', 'setup'),)
    """
    if version < 15:
        raise KeepalivedError(f"PostgreSQL {version} is too old: 15 or later can be rejoined")
    configs = database_configs(
        vip,
        nodes,
        auth_pass=auth_pass,
        subnet=subnet,
        check=postgresql_check(bin_dir=f"/usr/lib/postgresql/{version}/bin", port=port),
        script=POSTGRESQL,
        interface=interface,
        virtual_router_id=virtual_router_id or router_id(vip),
    )
    first, second = pair_of_two(nodes)
    secret = replication_secret(replication_password)
    known = {
        "VERSION": str(version),
        "PORT": str(port),
        "VIP": vip,
        "SYNC": "on" if synchronous else "off",
        "CLIENTS": clients_of(subnet, clients),
    }

    def setup(own: str, peer: str) -> NodeSetup:
        role = {"SELF": own, "PEER": peer, "FIRST": "on" if own == first else "off"}
        return NodeSetup(
            packages=(f"postgresql-{version}", "keepalived"),
            files=(
                keepalived_file(configs[own]),
                NodeFile(path=f"{HOME}/postgresql.conf", content=_server(own, port)),
                environment(known | role, secret),
                script(POSTGRESQL),
                *units("postgresql", POSTGRESQL, _DONE),
            ),
            commands=((POSTGRESQL, "setup"),),
            services=("havip-postgresql", "havip-postgresql-tend.timer", "keepalived"),
        )

    return {first: setup(first, second), second: setup(second, first)}


def postgresql_dsn(vip: str, *, port: int = 5432, database: str = "postgres") -> str:
    """Give the connection string of clients: to the HAVIP, to whoever may write there.

    It gives a dead server up within seconds; the system's own patience is minutes.

    Example:
        >>> postgresql_dsn("10.0.0.2", database="shop").split()[0]
        'host=10.0.0.2'
    """
    return (
        f"host={vip} port={port} dbname={database} target_session_attrs=read-write "
        "connect_timeout=2 tcp_user_timeout=1000 "
        "keepalives_idle=2 keepalives_interval=1 keepalives_count=2"
    )


def _server(own: str, port: int) -> str:
    return f"""\
# Laid out for a HAVIP pair; read after postgresql.conf.
listen_addresses = '*'
port = {port}
cluster_name = '{own}'
wal_level = replica
hot_standby = on
# An old primary can only be rewound with these hints in its log.
wal_log_hints = on
wal_keep_size = '256MB'
# The other node counts as dead after three seconds, as in VRRP.
wal_receiver_timeout = '3s'
wal_sender_timeout = '3s'
wal_retrieve_retry_interval = '500ms'
"""
