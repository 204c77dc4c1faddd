"""State of a database cluster behind a HAVIP, read on one of its machines."""

from __future__ import annotations

import json
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from havip.doctor.probe import ProbeError
from havip.keepalived.nodes.scripts.cluster import etcd, galera, member
from havip.keepalived.nodes.scripts.cluster.galera import GaleraMember
from havip.keepalived.nodes.scripts.cluster.member import ClusterMember
from havip.keepalived.nodes.scripts.cluster.postgresql import PostgresqlMember

SETTINGS = Path("/etc/havip/member.json")
SOON = 90
"""Days before the expiry of the certificate from which a renewal is due."""
_LIVES = ("running", "streaming", "in archive recovery")


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A database server.

    Attributes:
        node: The address.
        role: ``leader``, ``sync_standby``, ``replica``, …, or Galera's state; empty if unknown.
        state: The state, such as ``running``, ``streaming`` or ``starting``.
        writable: Whether it is Patroni's leader, or a synced Galera server.
        restart_pending: Whether a changed setting needs a restart.
    """

    node: str
    role: str
    state: str
    writable: bool
    restart_pending: bool = False


@dataclass(frozen=True, slots=True)
class Database:
    """A database cluster.

    Attributes:
        engine: ``postgresql`` or ``mariadb``.
        own: The address of this machine; empty if it does not belong to the cluster.
        nodes: The addresses of the three machines, the witness last.
        servers: The known servers, by address.
        votes: The responding machines of the quorum.
        serves: Whether this machine's server may hold the HAVIP.
        lacks: What the cluster lacks to survive the next fault; empty if it is redundant.
        certificate_ends: Whether the certificate expires soon, or has expired.
        last_failover: Time of the last leader change, and the new leader; empty if unknown.
    """

    engine: str
    own: str
    nodes: tuple[str, ...]
    servers: dict[str, DatabaseServer]
    votes: tuple[str, ...]
    serves: bool
    lacks: str
    certificate_ends: bool
    last_failover: str = ""

    @property
    def quorum(self) -> bool:
        """True if a majority of the machines responds."""
        return 2 * len(self.votes) > len(self.nodes)

    @property
    def writable(self) -> list[str]:
        """The writable servers."""
        return [one.node for one in self.servers.values() if one.writable]

    def __str__(self) -> str:
        """Format roles, votes and the last failover in one line."""
        servers = ", ".join(
            f"{one.node} {one.role or 'unknown'}{' (writable)' if one.writable else ''} {one.state}"
            for one in self.servers.values()
        )
        votes = f"{len(self.votes)} of {len(self.nodes)} vote"
        failover = f"; last failover {self.last_failover}" if self.last_failover else ""
        return f"database ({self.engine}): {servers}; {votes}{failover}"


def read_cluster(folder: Path) -> Database:
    """Read a cluster from a machine that does not belong to it.

    Args:
        folder: A copy of ``member.json``, ``cluster.crt`` and ``cluster.key`` of one of its
            machines.

    Raises:
        ProbeError: A file is missing or cannot be read.
    """
    files = folder / "cluster.crt", folder / "cluster.key"
    try:
        settings = {**json.loads((folder / "member.json").read_text()), "self": ""}
        member.context(ssl.Purpose.SERVER_AUTH, files)
        return _read(settings, files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProbeError(
            f"{folder} is not a copy of member.json, cluster.crt and cluster.key of a machine of "
            f"the cluster: {error}"
        ) from None


def read_database() -> Database | None:
    """Read the cluster of this machine; return None if it is not in one.

    Raises:
        ProbeError: Its settings or certificate cannot be read.
    """
    try:
        return _read(json.loads(SETTINGS.read_text()), None)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise ProbeError(f"{SETTINGS.parent} is readable only by root: run as root") from None
    except (OSError, ValueError, KeyError) as error:
        raise ProbeError(f"the database cluster cannot be read: {error}") from None


def _read(settings: dict[str, Any], files: tuple[Path, Path] | None) -> Database:
    ends = _certificate_ends(files[0] if files else member.CERTIFICATE)
    if settings["engine"] == "galera":
        return _galera(GaleraMember(settings, files), ends)
    return _postgresql(PostgresqlMember(settings, files), ends)


def _galera(machine: ClusterMember, ends: bool) -> Database:
    states = machine.states()
    servers = {
        node: DatabaseServer(node, state or "", state or "no reply", state == "primary")
        for node, state in states.items()
    }
    primary = tuple(node for node, state in states.items() if state == "primary")
    if machine.own:
        serves, lacks = _serves(galera.server_status()), machine.lacks()
    else:
        late = [node for node in machine.nodes if node not in primary]
        serves, lacks = False, f"{', '.join(late)} is not synced" if late else ""
    return Database(
        engine="mariadb",
        own=machine.own,
        nodes=tuple(machine.nodes),
        servers=servers,
        votes=primary,
        serves=serves,
        lacks=lacks,
        certificate_ends=ends,
    )


def _serves(status: dict[str, str]) -> bool:
    """Return whether the status of a Galera server is that of one that takes queries."""
    synced = status.get("wsrep_local_state") in ("2", "4")
    return synced and status.get("wsrep_cluster_status") == "Primary"


def _postgresql(machine: ClusterMember, ends: bool) -> Database:
    servers = {}
    for node in machine.nodes[:-1]:
        status: dict[str, Any] | None = machine.get(node, 8008, "/patroni")
        servers[node] = _server(node, status)
    own = servers.get(machine.own)
    return Database(
        engine="postgresql",
        own=machine.own,
        nodes=tuple(machine.nodes),
        servers=servers,
        votes=tuple(node for node in machine.nodes if etcd.healthy(machine, node)),
        serves=own is not None and own.writable,
        lacks=machine.lacks(),
        certificate_ends=ends,
        last_failover=_last_failover(_history(machine)),
    )


def _history(machine: ClusterMember) -> object:
    """Read Patroni's history from the first server that responds."""
    for node in machine.nodes[:-1]:
        if (found := machine.get(node, 8008, "/history")) is not None:
            return found
    return None


def _last_failover(history: object) -> str:
    """Return time and leader of the last timeline in Patroni's history."""
    last = history[-1] if isinstance(history, list) and history else None
    if not isinstance(last, list) or len(last) < 4:
        return ""
    return f"{last[3]} to {last[4]}" if len(last) > 4 else str(last[3])


def _server(node: str, status: dict[str, Any] | None) -> DatabaseServer:
    if status is None:
        return DatabaseServer(node, "", "no reply", writable=False)
    role, state = str(status.get("role", "")), str(status.get("state", ""))
    leads = role in ("primary", "master", "leader") and state in _LIVES
    return DatabaseServer(node, role, state, leads, bool(status.get("pending_restart")))


def _certificate_ends(certificate: Path) -> bool:
    seconds = str(SOON * 86400)
    words = ["openssl", "x509", "-noout", "-checkend", seconds, "-in", str(certificate)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 1
