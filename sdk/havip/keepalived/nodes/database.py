"""What the nodes of a pair of database servers have in common, whichever the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network

from pydantic import SecretStr

from havip.keepalived.config.model import Config, VrrpScript
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes.pair import lb_pair
from havip.keepalived.nodes.scripts import HOME
from havip.keepalived.nodes.setup import NodeFile

ENVIRONMENT = f"{HOME}/database.env"
_PASSWORD = re.compile(r"[A-Za-z0-9_.-]{12,64}")


def pair_of_two(nodes: Sequence[str]) -> tuple[str, str]:
    """Take the addresses of the first primary and of its standby.

    Raises:
        KeepalivedError: There are not exactly two.
    """
    if len(nodes) != 2:
        raise KeepalivedError(f"a database pair has exactly two nodes, not {len(nodes)}")
    return nodes[0], nodes[1]


def replication_secret(value: str | SecretStr) -> SecretStr:
    """Take a password of the replication role.

    Raises:
        KeepalivedError: It is not 12 to 64 of the letters, digits and ``_ . -``, which files of
            every kind hold without quoting.
    """
    secret = value if isinstance(value, SecretStr) else SecretStr(value)
    if not _PASSWORD.fullmatch(secret.get_secret_value()):
        raise KeepalivedError(
            "the replication password must be 12 to 64 letters, digits, '_', '.' and '-'"
        )
    return secret


def database_configs(
    vip: str,
    nodes: Sequence[str],
    *,
    auth_pass: str | SecretStr,
    subnet: str,
    check: VrrpScript,
    script: str,
    interface: str,
    virtual_router_id: int,
) -> dict[str, Config]:
    """Make the keepalived configurations of a database pair: who leaves is fenced.

    Args:
        vip: The HAVIP's address.
        nodes: The addresses of the two nodes.
        auth_pass: The VRRP password.
        subnet: The CIDR block of the subnet.
        check: The health check of the engine.
        script: The engine's script, which knows the verbs ``promote`` and ``fence``.
        interface: The nodes' network interface.
        virtual_router_id: The pair's own.

    Raises:
        KeepalivedError: The addresses or the password cannot work.
    """
    configs = lb_pair(
        vip,
        pair_of_two(nodes),
        auth_pass=auth_pass,
        subnet=subnet,
        check=check,
        interface=interface,
        virtual_router_id=virtual_router_id,
    )
    notifies = {
        "notify_master": f"{script} promote",
        "notify_backup": f"{script} fence",
        "notify_fault": f"{script} fence",
        "notify_stop": f"{script} fence",
    }
    return {
        node: config.model_copy(
            update={"vrrp_instance": (config.vrrp_instance[0].model_copy(update=notifies),)}
        )
        for node, config in configs.items()
    }


def environment(values: Mapping[str, str], password: SecretStr) -> NodeFile:
    """Make the file from which the engine's script knows its node; root alone may read it."""
    lines = [f"HAVIP_{name}={value}" for name, value in values.items()]
    lines.append(f"HAVIP_REPLICATION_PASSWORD={password.get_secret_value()}")
    return NodeFile(path=ENVIRONMENT, content="\n".join(lines) + "\n", mode="0600", secret=True)


def clients_of(subnet: str, clients: str | None) -> str:
    """Take the network that clients come from; by default the subnet.

    Raises:
        KeepalivedError: Not a CIDR block.
    """
    try:
        return str(IPv4Network(clients or subnet))
    except ValueError:
        raise KeepalivedError(f"{clients or subnet!r} is not a CIDR block") from None


def units(engine: str, script: str, done: str, *, starts: bool = True) -> tuple[NodeFile, ...]:
    """Make the systemd units of a database node.

    The server starts in the role that it has, keepalived only behind it and never before the
    set-up is done, and a timer tends the replication.

    Args:
        engine: The name in the units' names.
        script: The engine's script.
        done: The file whose presence says that the set-up is done.
        starts: Whether the script starts the server, instead of the package's own unit.
    """
    system = "/etc/systemd/system"
    start = NodeFile(
        path=f"{system}/havip-{engine}.service",
        content=_START.format(engine=engine, script=script, done=done),
    )
    after = f"havip-{engine}" if starts else engine
    return (
        *((start,) if starts else ()),
        NodeFile(
            path=f"{system}/havip-{engine}-tend.service",
            content=_TEND.format(engine=engine, script=script),
        ),
        NodeFile(path=f"{system}/havip-{engine}-tend.timer", content=_TIMER.format(engine=engine)),
        NodeFile(
            path=f"{system}/keepalived.service.d/havip.conf",
            content=_AFTER.format(after=after, done=done),
        ),
    )


_START = """\
[Unit]
Description=The {engine} server behind a HAVIP, in the role that it has
Wants=network-online.target
After=network-online.target
Before=keepalived.service
ConditionPathExists={done}

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=infinity
ExecStart={script} start

[Install]
WantedBy=multi-user.target
"""
_TEND = """\
[Unit]
Description=Tend the replication of the {engine} server behind a HAVIP

[Service]
Type=oneshot
ExecStart={script} tend
"""
_TIMER = """\
[Unit]
Description=Tend the replication of the {engine} server behind a HAVIP, every five seconds

[Timer]
OnBootSec=30
OnUnitActiveSec=5
AccuracySec=1

[Install]
WantedBy=timers.target
"""
_AFTER = """\
[Unit]
After={after}.service
ConditionPathExists={done}
"""
