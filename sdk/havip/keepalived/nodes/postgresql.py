"""A PostgreSQL cluster behind a HAVIP, with leader election by Patroni and etcd.

Two servers are behind the HAVIP; etcd runs on both and on a small third machine. keepalived keeps
the HAVIP on Patroni's leader. Requires PostgreSQL 14 or later of Debian or Ubuntu.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import SecretStr

from havip._checks import choice, count, instance
from havip.keepalived.config.model import VrrpScript
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes import patroni
from havip.keepalived.nodes.database import (
    CERTIFICATE,
    HOME,
    KEEPALIVED_RESTART,
    RUN,
    clients_of,
    cluster_certificate,
    database_configs,
    key_for,
    member_files,
    replication_secret,
    server_port,
    three_machines,
    unit,
)
from havip.keepalived.nodes.node import keepalived_file
from havip.keepalived.nodes.setup import NodeFile, NodeSetup

PatroniSource = Literal["pypi", "packages"]
"""Source of Patroni: the package index, pinned by hash, or the image's package sources."""
_OLDEST = 14
_PORTS = {2379: "etcd", 2380: "etcd", 8008: "Patroni"}


def postgresql_nodes(
    vip: str,
    nodes: Sequence[str],
    *,
    witness: str,
    subnet: str,
    auth_pass: str | SecretStr,
    replication_password: str | SecretStr,
    certificate: str | SecretStr,
    synchronous: bool = True,
    version: int = 15,
    patroni_source: PatroniSource = "pypi",
    port: int = 5432,
    clients: str | None = None,
    interface: str = "eth0",
    virtual_router_id: int | None = None,
    check_interval: int = 1,
    check_fall: int = 2,
    garp_master_refresh: int = 5,
) -> dict[str, NodeSetup]:
    """Build the set-up of the three machines of a PostgreSQL cluster.

    No machine is special, and they may start in any order. With `synchronous`, a commit is
    acknowledged when both servers have it, and only a server that was in sync is promoted: no
    acknowledged row is lost in a failover. While the standby is down, the primary continues
    alone. Otherwise commits never wait, and the latest ones before a failover may be lost.

    Args:
        vip: The HAVIP's address.
        nodes: The addresses of the two servers.
        witness: The address of the third machine, which runs only etcd.
        subnet: The CIDR block of the subnet.
        auth_pass: The VRRP password, one to eight characters.
        replication_password: The password of ``havip_replication`` and ``havip_rewind``.
        certificate: The certificate of the cluster and its private key, in PEM, for the three
            addresses. Its owner can write to etcd and stop a server.
        synchronous: Whether commits wait for the standby.
        version: The major version of PostgreSQL, 14 or later; the image must provide it.
        patroni_source: ``pypi``: a pinned version from the package index. ``packages``: any
            version from the image's package sources; it uses etcd's API version 2, since older
            ones lose rows with version 3.
        port: The servers' port.
        clients: The CIDR block of the clients; by default the subnet.
        interface: The nodes' network interface.
        virtual_router_id: Derived from the address by default.
        check_interval: Seconds between health checks.
        check_fall: Number of failed checks after which a node releases the address.
        garp_master_refresh: Seconds between announcements of the holder.

    Returns:
        The set-ups by address, the witness last.

    Raises:
        KeepalivedError: An argument is invalid.
    """
    if count("version", version) < _OLDEST:
        raise KeepalivedError(f"PostgreSQL {version} is not supported: use {_OLDEST} or later")
    choice("patroni_source", patroni_source, get_args(PatroniSource))
    instance("synchronous", synchronous, bool, "True")
    machines = three_machines(vip, nodes, witness, subnet)
    server_port(port, _PORTS)
    shared = cluster_certificate(certificate)
    configs = database_configs(
        vip,
        nodes,
        auth_pass=auth_pass,
        subnet=subnet,
        check=VrrpScript(name="checkleader", script="/bin/true"),
        interface=interface,
        virtual_router_id=virtual_router_id,
        garp_master_refresh=garp_master_refresh,
    )
    cluster = patroni.Cluster(
        vip=vip,
        machines=machines,
        version=version,
        port=port,
        clients=clients_of(subnet, clients),
        subnet=subnet,
        synchronous=synchronous,
        password=replication_secret(replication_password),
        source=patroni_source,
    )
    settings = {
        "synchronous": synchronous,
        "version": version,
        "patroni": cluster.binary("patroni"),
        "etcd_api": cluster.etcd_api,
    }

    def witness_setup(own: str) -> NodeSetup:
        return NodeSetup(
            packages=("etcd-server", "etcd-client"),
            files=(
                NodeFile(path=f"{HOME}/etcd.env", content=_etcd(own, machines, cluster.etcd_api)),
                unit("etcd.service.d/havip.conf", _ETCD_UNIT),
                *member_files(
                    own, machines, certificate=shared, user="etcd", engine="etcd", settings=settings
                ),
            ),
            commands=(key_for("etcd"),),
            services=("havip-member", "havip-redundancy.timer"),
            waiting=("etcd",),
        )  # fmt: skip

    def server(own: str) -> NodeSetup:
        base = witness_setup(own)
        check = patroni.leader_check(own, interval=check_interval, fall=check_fall)
        config = configs[own].model_copy(update={"vrrp_script": (check,)})
        instance = config.vrrp_instance[0]
        track = instance.track_script[0].model_copy(update={"name": check.name})
        config = config.model_copy(
            update={"vrrp_instance": (instance.model_copy(update={"track_script": (track,)}),)}
        )
        return NodeSetup(
            packages=(*base.packages, *cluster.packages, "keepalived", "curl"),
            files=(keepalived_file(config), KEEPALIVED_RESTART, *cluster.files(own), *base.files),
            commands=(*base.commands, key_for("postgres"), *cluster.commands),
            services=(*base.services, "keepalived"),
            waiting=(*base.waiting, "patroni"),
        )

    return {**{own: server(own) for own in machines[:2]}, witness: witness_setup(witness)}


def postgresql_dsn(vip: str, *, port: int = 5432, database: str = "postgres") -> str:
    """Return the connection string for clients, which connects to the primary at the HAVIP.

    Its timeouts detect a dead server within seconds, the system's defaults within minutes.

    Example:
        >>> postgresql_dsn("10.0.0.2", database="shop").split()[0]
        'host=10.0.0.2'
    """
    return (
        f"host={vip} port={port} dbname={database} target_session_attrs=read-write "
        "connect_timeout=2 tcp_user_timeout=1000 "
        "keepalives_idle=2 keepalives_interval=1 keepalives_count=2"
    )


def _etcd(own: str, machines: Sequence[str], api: int) -> str:
    cluster = ",".join(f"node-{one}=https://{one}:2380" for one in machines)
    values = {
        "NAME": f"node-{own}",
        "DATA_DIR": "/var/lib/etcd/havip",
        "LISTEN_PEER_URLS": f"https://{own}:2380",
        "LISTEN_CLIENT_URLS": f"https://{own}:2379,https://127.0.0.1:2379",
        "INITIAL_ADVERTISE_PEER_URLS": f"https://{own}:2380",
        "ADVERTISE_CLIENT_URLS": f"https://{own}:2379",
        "INITIAL_CLUSTER": cluster,
        "INITIAL_CLUSTER_TOKEN": "havip",
        "CERT_FILE": CERTIFICATE,
        "KEY_FILE": f"{HOME}/etcd.key",
        "TRUSTED_CA_FILE": CERTIFICATE,
        "CLIENT_CERT_AUTH": "true",
        "PEER_CERT_FILE": CERTIFICATE,
        "PEER_KEY_FILE": f"{HOME}/etcd.key",
        "PEER_TRUSTED_CA_FILE": CERTIFICATE,
        "PEER_CLIENT_CERT_AUTH": "true",
        # A member that returns from a network partition must not force an election.
        "PRE_VOTE": "true",
        "HEARTBEAT_INTERVAL": "100",
        "ELECTION_TIMEOUT": "1000",
        "AUTO_COMPACTION_MODE": "periodic",
        "AUTO_COMPACTION_RETENTION": "1h",
        **({"ENABLE_V2": "true"} if api == 2 else {}),
    }
    return "".join(f"ETCD_{name}={value}\n" for name, value in values.items())


_ETCD_UNIT = f"""\
[Unit]
StartLimitIntervalSec=0

[Service]
EnvironmentFile={HOME}/etcd.env
EnvironmentFile=-{RUN}/etcd.env
ExecStartPre=+/etc/havip/member start
Restart=always
RestartSec=2
# A new member waits for its peers.
TimeoutStartSec=infinity
"""
