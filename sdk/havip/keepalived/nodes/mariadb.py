"""A MariaDB cluster behind a HAVIP: Galera with three full servers.

Every server has all rows, and a commit is acknowledged when the whole group has received it.
keepalived keeps the HAVIP on a synced server. Requires MariaDB 10.6 or later of Debian or Ubuntu.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import SecretStr

from havip.keepalived.config.model import VrrpScript
from havip.keepalived.nodes.database import (
    CERTIFICATE,
    HOME,
    KEEPALIVED_RESTART,
    RUN,
    Certificate,
    cluster_certificate,
    database_configs,
    key_for,
    member_files,
    server_port,
    three_machines,
    unit,
)
from havip.keepalived.nodes.node import keepalived_file
from havip.keepalived.nodes.scripts import GALERA_CHECK, script
from havip.keepalived.nodes.setup import NodeFile, NodeSetup

_PACKAGES = ("mariadb-server", "mariadb-backup", "galera-4", "rsync", "socat")
_KEY = f"{HOME}/mysql.key"
_PORTS = {4444: "Galera's copies", 4567: "Galera", 4568: "Galera's copies"}


def mariadb_nodes(
    vip: str,
    nodes: Sequence[str],
    *,
    witness: str,
    subnet: str,
    auth_pass: str | SecretStr,
    certificate: str | SecretStr,
    port: int = 3306,
    interface: str = "eth0",
    virtual_router_id: int | None = None,
    check_interval: int = 1,
    check_fall: int = 2,
    garp_master_refresh: int = 30,
) -> dict[str, NodeSetup]:
    """Build the set-up of the three machines of a MariaDB cluster.

    No machine is special, and they may start in any order: the witness bootstraps the cluster if
    both others report that they have no data, and never if one of them has some. A replaced
    machine copies all data from another one.

    Args:
        vip: The HAVIP's address.
        nodes: The addresses of the two servers behind it.
        witness: The address of the third server, which has all data but never the HAVIP.
        subnet: The CIDR block of the subnet.
        auth_pass: The VRRP password, one to eight characters.
        certificate: The certificate of the cluster and its private key, in PEM, for the three
            addresses. Its owner can join the group.
        port: The servers' port.
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
    machines = three_machines(vip, nodes, witness, subnet)
    server_port(port, _PORTS)
    shared = cluster_certificate(certificate)
    check = VrrpScript(
        name="checkgalera",
        script=GALERA_CHECK,
        interval=check_interval,
        timeout=check_interval,
        fall=check_fall,
        rise=1,
    )
    configs = database_configs(
        vip,
        nodes,
        auth_pass=auth_pass,
        subnet=subnet,
        check=check,
        interface=interface,
        virtual_router_id=virtual_router_id,
        garp_master_refresh=garp_master_refresh,
    )

    def server(own: str) -> NodeSetup:
        return NodeSetup(
            packages=_PACKAGES,
            files=(*_files(own, machines, shared, vip, port),),
            commands=(key_for("mysql"),),
            services=("havip-member", "havip-redundancy.timer"),
            waiting=("mariadb",),
        )

    def behind(own: str) -> NodeSetup:
        base = server(own)
        return NodeSetup(
            packages=(*base.packages, "keepalived"),
            files=(
                keepalived_file(configs[own]),
                script(GALERA_CHECK),
                KEEPALIVED_RESTART,
                *base.files,
            ),
            commands=base.commands,
            services=(*base.services, "keepalived"),
            waiting=base.waiting,
        )

    return {**{own: behind(own) for own in machines[:2]}, witness: server(witness)}


def _files(
    own: str, machines: Sequence[str], shared: Certificate, vip: str, port: int
) -> tuple[NodeFile, ...]:
    name = f"havip-{vip}"
    return (
        NodeFile(
            # Overrides the distribution's files without modifying them: upgrades do not prompt.
            path="/etc/mysql/mariadb.conf.d/70-havip.cnf",
            content=_SERVER.format(
                own=own, port=port, name=name, nodes=",".join(machines), options=_OPTIONS,
                certificate=CERTIFICATE, key=_KEY,
            ),
        ),
        unit("mariadb.service.d/havip.conf", _UNIT),
        *member_files(
            own, machines, certificate=shared, user="mysql", engine="galera"
        ),
    )  # fmt: skip


_OPTIONS = ";".join(
    (
        f"socket.ssl_ca={CERTIFICATE}",
        f"socket.ssl_cert={CERTIFICATE}",
        f"socket.ssl_key={_KEY}",
        "evs.keepalive_period=PT0.5S",
        "evs.inactive_check_period=PT0.25S",
        "evs.suspect_timeout=PT2S",
        "evs.inactive_timeout=PT4S",
        "evs.install_timeout=PT4S",
        "evs.join_retrans_period=PT0.5S",
        "gmcast.peer_timeout=PT2S",
        "gcache.size=256M",
        "gcache.recover=yes",
        "pc.recovery=true",
        # A change that one server could apply is kept, even if the two others fail in the same way.
        "gcs.vote_policy=1",
    )
)
_SERVER = """\
# A server of a Galera cluster behind a HAVIP; read after the distribution's files.
[mariadbd]
bind_address = 0.0.0.0
port = {port}
binlog_format = ROW
default_storage_engine = InnoDB
innodb_autoinc_lock_mode = 2
# All servers may lose power at once.
innodb_flush_log_at_trx_commit = 1
wsrep_on = ON
wsrep_provider = /usr/lib/galera/libgalera_smm.so
wsrep_cluster_name = {name}
wsrep_cluster_address = gcomm://{nodes}
wsrep_node_name = {own}
wsrep_node_address = {own}
# Copies without blocking the donor, which may be the only server left.
wsrep_sst_method = mariabackup
wsrep_sst_auth = mysql:
wsrep_slave_threads = 2
wsrep_provider_options = "{options}"

[sst]
# Both ends of a copy authenticate with the cluster's certificate.
encrypt = 4
tca = {certificate}
tcert = {certificate}
tkey = {key}
"""
_UNIT = f"""\
[Unit]
StartLimitIntervalSec=0

[Service]
EnvironmentFile=-{RUN}/galera.env
ExecStartPre=+/etc/havip/member start
Restart=on-failure
RestartSec=2
# A new server waits for its peers, and copies all data before it is ready.
TimeoutStartSec=infinity
"""
