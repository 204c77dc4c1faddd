"""A database cluster behind a HAVIP, as one of its machines sees it: Patroni, etcd and Galera."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from havip.doctor.probe import ProbeError
from havip.keepalived.nodes.scripts import member as cluster

SETTINGS = Path("/etc/havip/member.json")
SOON = 90
"""Days before the end of the certificate from which on its renewal is due."""
_LIVES = ("running", "streaming", "in archive recovery")


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A database server.

    Attributes:
        node: Its address.
        role: ``leader``, ``sync_standby``, ``replica``, …, or Galera's state in words; empty
            where it does not answer.
        state: What it does, such as ``running``, ``streaming`` or ``starting``.
        writable: Whether it is the one that Patroni lets write; any that serves, of Galera's.
        restart_pending: Whether a changed setting waits for its restart.
    """

    node: str
    role: str
    state: str
    writable: bool
    restart_pending: bool = False


@dataclass(frozen=True, slots=True)
class Database:
    """A cluster.

    Attributes:
        engine: ``postgresql`` or ``mariadb``.
        own: The address of this machine.
        nodes: The addresses of the three, the witness last.
        servers: The servers that are known, by address.
        votes: The machines of the quorum that answer.
        serves: Whether this machine's server may have the HAVIP.
        lacks: What the cluster lacks to survive the next fault; empty where it is whole.
        certificate_ends: Whether the certificate ends soon, or has ended.
        last_failover: Time of the last change of the leader, and the new one; empty if unknown.
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
        """Whether a majority of the machines answers."""
        return 2 * len(self.votes) > len(self.nodes)

    @property
    def writable(self) -> list[str]:
        """The servers that may write."""
        return [one.node for one in self.servers.values() if one.writable]

    def __str__(self) -> str:
        """Return roles, votes and the last failover in a line."""
        servers = ", ".join(
            f"{one.node} {one.role or 'unknown'}{' (writable)' if one.writable else ''} {one.state}"
            for one in self.servers.values()
        )
        votes = f"{len(self.votes)} of {len(self.nodes)} vote"
        failover = f"; last failover {self.last_failover}" if self.last_failover else ""
        return f"database ({self.engine}): {servers}; {votes}{failover}"


def read_database() -> Database | None:
    """Read the cluster of this machine; None where it has none.

    Raises:
        ProbeError: Its settings or its certificate are not to be read.
    """
    try:
        member = cluster.ClusterMember(json.loads(SETTINGS.read_text()))
        ends = _certificate_ends()
        read = _galera if member.engine == "galera" else _postgresql
        return read(member, ends)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise ProbeError(f"{SETTINGS.parent} is for root to read: run as root") from None
    except (OSError, ValueError, KeyError) as error:
        raise ProbeError(f"the database cluster cannot be read: {error}") from None


def _galera(member: cluster.ClusterMember, ends: bool) -> Database:
    status = cluster.galera_status()
    states = {**member.states(), member.own: member.state()}
    servers = {
        node: DatabaseServer(node, state or "", state or "does not answer", state == "primary")
        for node, state in states.items()
    }
    serves = status.get("wsrep_cluster_status") == "Primary" and status.get(
        "wsrep_local_state"
    ) in ("2", "4")
    return Database(
        engine="mariadb",
        own=member.own,
        nodes=tuple(member.nodes),
        servers=servers,
        votes=tuple(node for node, state in states.items() if state == "primary"),
        serves=serves,
        lacks=cluster.redundancy(member),
        certificate_ends=ends,
    )


def _postgresql(member: cluster.ClusterMember, ends: bool) -> Database:
    servers = {}
    for node in member.nodes[:-1]:
        told: dict[str, Any] | None = cluster.get(member, node, 8008, "/patroni")
        servers[node] = _server(node, told)
    own = servers.get(member.own)
    return Database(
        engine="postgresql",
        own=member.own,
        nodes=tuple(member.nodes),
        servers=servers,
        votes=tuple(node for node in member.nodes if cluster.healthy(member, node)),
        serves=own is not None and own.writable,
        lacks=cluster.redundancy(member),
        certificate_ends=ends,
        last_failover=_last_failover(cluster.get(member, member.own, 8008, "/history")),
    )


def _last_failover(history: object) -> str:
    """Return the time and the leader of the last timeline, from Patroni's history."""
    last = history[-1] if isinstance(history, list) and history else None
    if not isinstance(last, list) or len(last) < 4:
        return ""
    return f"{last[3]} to {last[4]}" if len(last) > 4 else str(last[3])


def _server(node: str, told: dict[str, Any] | None) -> DatabaseServer:
    if told is None:
        return DatabaseServer(node, "", "does not answer", writable=False)
    role, state = str(told.get("role", "")), str(told.get("state", ""))
    leads = role in ("primary", "master", "leader") and state in _LIVES
    return DatabaseServer(node, role, state, leads, bool(told.get("pending_restart")))


def _certificate_ends() -> bool:
    seconds = str(SOON * 86400)
    words = ["openssl", "x509", "-noout", "-checkend", seconds, "-in", str(cluster.CERTIFICATE)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 1
