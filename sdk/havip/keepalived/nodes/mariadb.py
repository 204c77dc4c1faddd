"""A MariaDB pair behind a HAVIP: replication by GTID, promotion, fencing, rejoining.

A server always starts read-only; keepalived makes the one that becomes master writable, and
takes that from one that gives the address up. What comes back follows the new primary from where
it stands. MariaDB 10.6 or later, of Debian or Ubuntu.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

from pydantic import SecretStr

from havip.keepalived.nodes.database import (
    database_configs,
    environment,
    pair_of_two,
    replication_secret,
    units,
)
from havip.keepalived.nodes.health_checks import MARIADB_CHECK
from havip.keepalived.nodes.node import keepalived_file
from havip.keepalived.nodes.pair import router_id
from havip.keepalived.nodes.scripts import HOME, MARIADB, script
from havip.keepalived.nodes.setup import NodeFile, NodeSetup

_DONE = "/var/lib/mysql/havip-setup-done"
_ACCOUNT = f"{HOME}/replication.cnf"
_CHECK = MARIADB_CHECK.model_copy(update={"script": f"{MARIADB} check"})


def mariadb_nodes(
    vip: str,
    nodes: Sequence[str],
    *,
    subnet: str,
    auth_pass: str | SecretStr,
    replication_password: str | SecretStr,
    synchronous: bool = True,
    port: int = 3306,
    interface: str = "eth0",
    virtual_router_id: int | None = None,
) -> dict[str, NodeSetup]:
    """Make the set-up of both nodes of a MariaDB pair.

    With `synchronous` a commit is acknowledged when the standby has it in its log (semi-synchronous
    replication that does not fall back): no acknowledged row is lost in a failover, and while the
    standby is away commits wait for it. Without it commits never wait, and the last ones before
    a failover may be lost. A new pair, and a primary just promoted, wait for nobody until their
    standby follows.

    Args:
        vip: The HAVIP's address.
        nodes: The addresses of the first primary and of its standby.
        subnet: The CIDR block of the subnet.
        auth_pass: The VRRP password, one to eight characters.
        replication_password: Of the account ``havip_replication``.
        synchronous: Whether commits wait for the standby.
        port: The servers' port.
        interface: The nodes' network interface.
        virtual_router_id: By default made from the address.

    Returns:
        The set-ups by node address.

    Raises:
        KeepalivedError: The arguments cannot work.

    Example:
        >>> pair = mariadb_nodes(
        ...     "10.0.0.2",
        ...     ["10.0.0.3", "10.0.0.4"],
        ...     subnet="10.0.0.0/24",
        ...     auth_pass="f7Kq2xZ9",
        ...     replication_password="not-a-real-one",
        ... )
        >>> pair["10.0.0.4"].services
        ('havip-mariadb-tend.timer', 'keepalived')
    """
    configs = database_configs(
        vip,
        nodes,
        auth_pass=auth_pass,
        subnet=subnet,
        check=_CHECK,
        script=MARIADB,
        interface=interface,
        virtual_router_id=virtual_router_id or router_id(vip),
    )
    first, second = pair_of_two(nodes)
    secret = replication_secret(replication_password)
    known = {"PORT": str(port), "VIP": vip, "SYNC": "on" if synchronous else "off"}

    def setup(own: str, peer: str) -> NodeSetup:
        role = {"SELF": own, "PEER": peer, "FIRST": "on" if own == first else "off"}
        return NodeSetup(
            packages=("mariadb-server", "keepalived", "psmisc"),
            files=(
                keepalived_file(configs[own]),
                NodeFile(path=f"{HOME}/mariadb.cnf", content=_server(own, port)),
                _account(secret),
                environment(known | role, secret),
                script(MARIADB),
                *units("mariadb", MARIADB, _DONE, starts=False),
            ),
            commands=((MARIADB, "setup"),),
            services=("havip-mariadb-tend.timer", "keepalived"),
        )

    return {first: setup(first, second), second: setup(second, first)}


def _account(password: SecretStr) -> NodeFile:
    content = f"[client]\nuser = havip_replication\npassword = {password.get_secret_value()}\n"
    return NodeFile(path=_ACCOUNT, content=content, mode="0600", secret=True)


def _server(own: str, port: int) -> str:
    return f"""\
# Laid out for a HAVIP pair; read after the distribution's files.
[mariadbd]
bind_address = 0.0.0.0
port = {port}
server_id = {int(IPv4Address(own))}
report_host = {own}
# Who may write is decided when the address comes, not when the server starts.
read_only = ON
log_bin = havip
log_slave_updates = ON
gtid_strict_mode = ON
sync_binlog = 1
innodb_flush_log_at_trx_commit = 1
slave_net_timeout = 2
# A commit waits for the standby; half an hour is longer than anybody waits.
rpl_semi_sync_master_wait_point = AFTER_SYNC
rpl_semi_sync_master_timeout = 1800000
# After a crash, what no standby has acknowledged is taken out of the log again.
rpl_semi_sync_slave_enabled = ON
init_rpl_role = SLAVE
"""
