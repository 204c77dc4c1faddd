"""Common parts of the database clusters: three machines, for any engine.

Two machines are behind the HAVIP, the third one provides the quorum: an engine that needs a
majority of the three decides which server is writable, and keepalived follows it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Literal, NamedTuple

from pydantic import SecretStr

from havip._checks import count, words
from havip.keepalived.config.model import Config, VrrpScript
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes.pair import ipv4, lb_pair, router_id, unusable
from havip.keepalived.nodes.scripts import cluster_member
from havip.keepalived.nodes.scripts.cluster import member
from havip.keepalived.nodes.setup import NodeFile

HOME = "/etc/havip"
CERTIFICATE = f"{HOME}/cluster.crt"
KEY = f"{HOME}/cluster.key"
RUN = "/run/havip"
_PASSWORD = re.compile(r"[A-Za-z0-9_.-]{12,64}")
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n")


class Certificate(NamedTuple):
    """Certificate shared by all machines of a cluster, with its private key."""

    certificate: str
    key: SecretStr


def cluster_certificate(pem: str | SecretStr) -> Certificate:
    """Parse the certificate of a cluster.

    Args:
        pem: A certificate and its private key, in PEM.

    Raises:
        KeepalivedError: The text is not one certificate and one private key.
    """
    text = pem.get_secret_value() if isinstance(pem, SecretStr) else pem
    blocks = [(found[1], found[0]) for found in _BLOCK.finditer(text)]
    certificates = [block for kind, block in blocks if kind == "CERTIFICATE"]
    keys = [block for kind, block in blocks if kind.endswith("PRIVATE KEY")]
    if len(certificates) != 1 or len(keys) != 1:
        raise KeepalivedError(
            f"the cluster's certificate has {len(certificates)} certificates and {len(keys)} "
            "private keys: pass the PEM text of one of each"
        )
    return Certificate(certificates[0], SecretStr(keys[0]))


def replication_secret(value: str | SecretStr) -> SecretStr:
    """Validate the password of the cluster's internal accounts.

    Raises:
        KeepalivedError: It is not 12 to 64 letters, digits, ``_``, ``.`` or ``-``, which need no
            quoting in any of the files.
    """
    secret = value if isinstance(value, SecretStr) else SecretStr(value)
    if not _PASSWORD.fullmatch(secret.get_secret_value()):
        raise KeepalivedError(
            "the replication password must be 12 to 64 letters, digits, '_', '.' and '-'"
        )
    return secret


def three_machines(
    vip: str, nodes: Sequence[str], witness: str, subnet: str
) -> tuple[str, str, str]:
    """Validate the addresses of a cluster's machines.

    Args:
        vip: The HAVIP's address.
        nodes: The two machines behind the HAVIP.
        witness: The third machine.
        subnet: The CIDR block of their common subnet.

    Raises:
        KeepalivedError: There are not exactly two nodes, or the witness is one of them, is the
            HAVIP, or cannot be used in the subnet.
    """
    if len(nodes) != 2:
        raise KeepalivedError(
            f"a database cluster has exactly two nodes behind the HAVIP, got {len(nodes)}, and a "
            "third machine as `witness`"
        )
    third = ipv4(witness, "the witness")
    if third in nodes:
        raise KeepalivedError(
            f"the witness {third} is also a node behind the HAVIP: it must be a third machine"
        )
    if third == vip:
        raise KeepalivedError(f"the witness {third} is also the HAVIP: it needs its own address")
    if reason := unusable(third, words("subnet", subnet, "10.0.0.0/24")):
        raise KeepalivedError(f"the witness: {reason}")
    return nodes[0], nodes[1], third


def server_port(port: int, engine: Mapping[int, str]) -> int:
    """Validate the port of the database servers.

    Args:
        port: The port.
        engine: What else listens on the machines, by port.

    Raises:
        UsageError: It is not a port.
        KeepalivedError: Something else listens on it.
    """
    taken = {22: "SSH", member.PORT: "the service that reports a member's state", **engine}
    if count("port", port, 1, 65535) in taken:
        raise KeepalivedError(
            f"port: {port} is the port of {taken[port]} on these machines: choose another one"
        )
    return port


def database_configs(
    vip: str,
    nodes: Sequence[str],
    *,
    auth_pass: str | SecretStr,
    subnet: str,
    check: VrrpScript,
    interface: str,
    virtual_router_id: int | None,
    garp_master_refresh: int,
) -> dict[str, Config]:
    """Build the keepalived configurations of the two nodes behind the HAVIP.

    There are no weights and no notify scripts: a node whose engine reports that it must not serve
    is in FAULT; it releases the address and cannot take it, even if VRRP is interrupted.

    Args:
        vip: The HAVIP's address.
        nodes: The addresses of the two nodes.
        auth_pass: The VRRP password.
        subnet: The CIDR block of the subnet.
        check: The health check that queries the engine.
        interface: The nodes' network interface.
        virtual_router_id: Derived from the address by default.
        garp_master_refresh: Seconds between announcements of the holder.

    Raises:
        KeepalivedError: The addresses or the password are invalid.
    """
    return lb_pair(
        vip,
        nodes,
        auth_pass=auth_pass,
        subnet=subnet,
        check=check,
        interface=interface,
        virtual_router_id=router_id(vip) if virtual_router_id is None else virtual_router_id,
        priority=100,
        garp_master_refresh=garp_master_refresh,
    )


def member_files(
    own: str,
    nodes: Sequence[str],
    *,
    certificate: Certificate,
    user: str,
    engine: Literal["galera", "etcd"],
    settings: Mapping[str, object] | None = None,
) -> tuple[NodeFile, ...]:
    """Build the files that describe the cluster to a machine, and the units around them.

    Args:
        own: The machine's address.
        nodes: The addresses of all three, the witness last.
        certificate: The certificate of the cluster.
        user: The user that runs the engine and answers the peers.
        engine: The engine with the quorum.
        settings: Additional settings of its command.
    """
    known = {"engine": engine, **(settings or {}), "self": own, "nodes": list(nodes)}
    key = f"{HOME}/{user}.key"
    return (
        NodeFile(path=CERTIFICATE, content=certificate.certificate),
        NodeFile(path=KEY, content=certificate.key.get_secret_value(), mode="0600", secret=True),
        NodeFile(path=f"{HOME}/member.json", content=json.dumps(known, indent=1) + "\n"),
        *cluster_member(engine),
        unit("havip-member.service", _MEMBER.format(user=user, key=key)),
        unit("havip-redundancy.service", _REDUNDANCY),
        unit("havip-redundancy.timer", _TIMER),
    )


def key_for(user: str) -> tuple[str, ...]:
    """Return the command that installs the cluster's private key for the engine's user."""
    return ("install", "-m", "0600", "-o", user, "-g", user, KEY, f"{HOME}/{user}.key")


def unit(name: str, content: str) -> NodeFile:
    """Build a systemd unit, or a drop-in if the name includes a folder."""
    return NodeFile(path=f"/etc/systemd/system/{name}", content=content)


def clients_of(subnet: str, clients: str | None) -> str:
    """Return the network of the clients, by default the subnet.

    Raises:
        KeepalivedError: It is not a CIDR block.
    """
    try:
        return str(IPv4Network(clients or subnet))
    except ValueError:
        raise KeepalivedError(f"{clients or subnet!r} is not a CIDR block") from None


KEEPALIVED_RESTART = unit(
    "keepalived.service.d/havip.conf", "[Service]\nRestart=on-failure\nRestartSec=1\n"
)
"""Drop-in that restarts a keepalived that died, which Debian's unit does not do."""
_MEMBER = """\
[Unit]
Description=State of this database cluster member, reported to its peers
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User={user}
Environment=HAVIP_KEY={key}
ExecStart=/etc/havip/member serve
Restart=always
RestartSec=1
NoNewPrivileges=true
ProtectSystem=strict
# An elected MariaDB server is marked in its data folder.
ReadWritePaths=-/var/lib/{user}
ProtectHome=true

[Install]
WantedBy=multi-user.target
"""
_REDUNDANCY = """\
[Unit]
Description=Redundancy of the database cluster behind a HAVIP (failed if lost)

[Service]
Type=oneshot
ExecStart=/etc/havip/member redundant
"""
_TIMER = """\
[Unit]
Description=Check the redundancy of the database cluster behind a HAVIP

[Timer]
OnBootSec=120
OnUnitInactiveSec=15
AccuracySec=1

[Install]
WantedBy=timers.target
"""
