"""Build what the three machines of a database cluster have in common, whichever the engine.

Two machines are behind the HAVIP. The third gives the quorum: which server may write is decided
by an engine that a majority of the three agrees on, and keepalived only follows it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from pydantic import SecretStr

from havip.keepalived.config.model import Config, VrrpScript
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes.pair import lb_pair, router_id
from havip.keepalived.nodes.scripts import MEMBER, script
from havip.keepalived.nodes.setup import NodeFile

HOME = "/etc/havip"
CERTIFICATE = f"{HOME}/cluster.crt"
KEY = f"{HOME}/cluster.key"
RUN = "/run/havip"
_PASSWORD = re.compile(r"[A-Za-z0-9_.-]{12,64}")
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n")


class Certificate(NamedTuple):
    """The certificate that all machines of a cluster share, and its private key."""

    certificate: str
    key: SecretStr


def cluster_certificate(pem: str | SecretStr) -> Certificate:
    """Parse the certificate of a cluster.

    Args:
        pem: One certificate and its private key, in PEM.

    Raises:
        KeepalivedError: It is anything else.
    """
    text = pem.get_secret_value() if isinstance(pem, SecretStr) else pem
    blocks = [(found[1], found[0]) for found in _BLOCK.finditer(text)]
    certificates = [block for kind, block in blocks if kind == "CERTIFICATE"]
    keys = [block for kind, block in blocks if kind.endswith("PRIVATE KEY")]
    if len(certificates) != 1 or len(keys) != 1:
        raise KeepalivedError(
            f"the cluster's certificate has {len(certificates)} certificates and {len(keys)} "
            "private keys: give the PEM text of one of each"
        )
    return Certificate(certificates[0], SecretStr(keys[0]))


def replication_secret(value: str | SecretStr) -> SecretStr:
    """Check a password of the cluster's own accounts.

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


def three_machines(nodes: Sequence[str], witness: str, subnet: str) -> tuple[str, str, str]:
    """Check the addresses of a cluster's machines.

    Args:
        nodes: The two behind the HAVIP.
        witness: The third.
        subnet: The CIDR block of the subnet that all are in.

    Raises:
        KeepalivedError: There are not exactly two nodes, or the third machine is one of them or
            in another subnet.
    """
    if len(nodes) != 2:
        raise KeepalivedError(
            f"a database cluster has exactly two nodes behind the HAVIP, not {len(nodes)}, and a "
            "third machine as `witness`"
        )
    if witness in nodes:
        raise KeepalivedError(
            f"the witness {witness} is a node behind the HAVIP as well: it must be a third machine"
        )
    if IPv4Address(witness) not in IPv4Network(subnet):
        raise KeepalivedError(
            f"the witness {witness} is not in the subnet {subnet}: all three must be in one"
        )
    return nodes[0], nodes[1], witness


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

    No weight and no notify script: a node whose engine says that it may not serve is in FAULT,
    gives the address up and cannot take it, also where VRRP is cut.

    Args:
        vip: The HAVIP's address.
        nodes: The addresses of the two nodes.
        auth_pass: The VRRP password.
        subnet: The CIDR block of the subnet.
        check: The check that asks the engine.
        interface: The nodes' network interface.
        virtual_router_id: The cluster's own; made from the address if None.
        garp_master_refresh: Seconds between two announcements of the holder.

    Raises:
        KeepalivedError: The addresses or the password cannot work.
    """
    configs = lb_pair(
        vip,
        nodes,
        auth_pass=auth_pass,
        subnet=subnet,
        check=check,
        interface=interface,
        virtual_router_id=virtual_router_id or router_id(vip),
        priority=100,
    )
    refresh = {"garp_master_refresh": garp_master_refresh}
    return {
        node: config.model_copy(
            update={"vrrp_instance": (config.vrrp_instance[0].model_copy(update=refresh),)}
        )
        for node, config in configs.items()
    }


def member_files(
    own: str,
    nodes: Sequence[str],
    *,
    certificate: Certificate,
    user: str,
    settings: Mapping[str, object],
) -> tuple[NodeFile, ...]:
    """Build the files by which a machine knows its cluster, and the services around them.

    Args:
        own: The machine's address.
        nodes: The addresses of all three, the witness last.
        certificate: The cluster's.
        user: The user of the engine, who answers the peers.
        settings: What else the member script needs; ``engine`` at least.
    """
    known = {**settings, "self": own, "nodes": list(nodes)}
    key = f"{HOME}/{user}.key"
    return (
        NodeFile(path=CERTIFICATE, content=certificate.certificate),
        NodeFile(path=KEY, content=certificate.key.get_secret_value(), mode="0600", secret=True),
        NodeFile(path=f"{HOME}/member.json", content=json.dumps(known, indent=1) + "\n"),
        script(MEMBER),
        unit("havip-member.service", _MEMBER.format(user=user, key=key)),
        unit("havip-redundancy.service", _REDUNDANCY),
        unit("havip-redundancy.timer", _TIMER),
    )


def key_for(user: str) -> tuple[str, ...]:
    """Return the command that gives an engine's user a copy of the cluster's private key."""
    return ("install", "-m", "0600", "-o", user, "-g", user, KEY, f"{HOME}/{user}.key")


def unit(name: str, content: str) -> NodeFile:
    """Build a unit of systemd, or a drop-in where the name has a folder."""
    return NodeFile(path=f"/etc/systemd/system/{name}", content=content)


def clients_of(subnet: str, clients: str | None) -> str:
    """Return the network that clients come from; by default the subnet.

    Raises:
        KeepalivedError: Not a CIDR block.
    """
    try:
        return str(IPv4Network(clients or subnet))
    except ValueError:
        raise KeepalivedError(f"{clients or subnet!r} is not a CIDR block") from None


KEEPALIVED_RESTART = unit(
    "keepalived.service.d/havip.conf", "[Service]\nRestart=on-failure\nRestartSec=1\n"
)
"""Debian's unit does not start a keepalived again that died."""
_MEMBER = """\
[Unit]
Description=What this machine of a database cluster has, told to the other two
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
ProtectHome=true

[Install]
WantedBy=multi-user.target
"""
_REDUNDANCY = """\
[Unit]
Description=The redundancy of the database cluster behind a HAVIP (failed: it is lost)

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
