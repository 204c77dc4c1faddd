"""The checks on a machine of a database cluster, and how it reads what it checks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from havip.doctor import CHECKS, Severity, database
from havip.doctor.database import Database, DatabaseServer
from havip.doctor.probe import LocalProbe, ProbeError
from havip.keepalived.nodes.scripts.cluster import galera as galera_server
from havip.keepalived.nodes.scripts.cluster import member
from havip.keepalived.nodes.scripts.cluster.galera import GaleraMember
from havip.keepalived.nodes.scripts.cluster.postgresql import PostgresqlMember
from pulumi_havip.components.certificate import draw_certificate

if TYPE_CHECKING:
    from tests.doctor.conftest import Ward

NODES = ("172.17.16.7", "172.17.16.13", "172.17.16.21")
LEADER = DatabaseServer(NODES[0], "primary", "running", writable=True)
STANDBY = DatabaseServer(NODES[1], "sync_standby", "streaming", writable=False)
WHOLE = Database(
    engine="postgresql",
    own=NODES[0],
    nodes=NODES,
    servers={NODES[0]: LEADER, NODES[1]: STANDBY},
    votes=NODES,
    serves=True,
    lacks="",
    certificate_ends=False,
)


def servers(*found: DatabaseServer) -> dict[str, DatabaseServer]:
    return {one.node: one for one in found}


CASES: list[tuple[str, int, dict[str, Any], str]] = [
    ("database-quorum", 0, {"votes": NODES[:1]}, f"{NODES[1]}, {NODES[2]} do not vote"),
    (
        "database-leader",
        0,
        {"servers": servers(replace(LEADER, state="starting", writable=False), STANDBY)},
        "no database server is writable",
    ),
    (
        "database-two-leaders",
        0,
        {"servers": servers(LEADER, replace(STANDBY, writable=True))},
        f"claim to be the leader: {NODES[0]} and {NODES[1]}",
    ),
    ("database-redundancy", 0, {"lacks": "no sync standby"}, "lost: no sync standby"),
    ("database-not-writable", 0, {"serves": False}, "but its database does not serve"),
    ("database-unreachable", 1, {}, "172.17.16.3 is not configured here"),
    (
        "database-restart-pending",
        0,
        {"servers": servers(replace(LEADER, restart_pending=True), STANDBY)},
        f"the server {NODES[0]} needs a restart",
    ),
    ("database-certificate", 0, {"certificate_ends": True}, "expires within 90 days"),
]


class WithDatabase:
    """A machine of a test that has a database besides."""

    def __init__(self, node: Any, found: Database | None) -> None:
        self._node, self._found = node, found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._node, name)

    def database(self) -> Database | None:
        return self._found


def found(ward: Ward, number: int, seen: Database | None) -> list[Any]:
    report = ward.diagnose(node=True, probe=WithDatabase(ward.node(number), seen))
    return [one for one in report.findings if one.rule.startswith("database-")]


def test_every_check_on_a_database_is_tested_here() -> None:
    assert {case[0] for case in CASES} == {one for one in CHECKS if one.startswith("database-")}


def test_a_healthy_cluster_and_a_machine_without_one_have_no_findings(ward: Ward) -> None:
    assert found(ward, 0, WHOLE) == []
    assert found(ward, 1, replace(WHOLE, own=NODES[1], serves=False)) == []
    assert found(ward, 0, None) == []


@pytest.mark.parametrize(
    ("check", "number", "changes", "message"), CASES, ids=[case[0] for case in CASES]
)
def test_what_is_wrong_with_a_database_is_found(
    ward: Ward, check: str, number: int, changes: dict[str, Any], message: str
) -> None:
    mine = [one for one in found(ward, number, replace(WHOLE, **changes)) if one.rule == check]
    assert len(mine) == 1
    assert message in mine[0].message
    assert mine[0].fix


def test_two_writable_galera_servers_are_healthy(ward: Ward) -> None:
    both = servers(*(DatabaseServer(node, "primary", "primary", writable=True) for node in NODES))
    galera = replace(WHOLE, engine="mariadb", servers=both)
    assert found(ward, 0, galera) == []
    assert found(ward, 1, replace(galera, own=NODES[1])) == []


def test_lost_redundancy_is_a_warning_while_the_cluster_serves(ward: Ward) -> None:
    (one,) = found(ward, 0, replace(WHOLE, lacks="something"))
    assert one.severity is Severity.WARNING


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Database | None]:
    """Read a cluster of which the engines answer what a test says."""

    def read(engine: str, answers: dict[tuple[str, int], Any], **galera: str) -> Database | None:
        settings = {"engine": engine, "self": NODES[0], "nodes": NODES, "synchronous": True}
        (tmp_path / "member.json").write_text(json.dumps(settings))
        monkeypatch.setattr(database, "SETTINGS", tmp_path / "member.json")
        monkeypatch.setattr(member, "CERTIFICATE", tmp_path / "none")
        base = member.ClusterMember
        monkeypatch.setattr(base, "get", lambda _, node, port, path: answers.get((node, port)))
        monkeypatch.setattr(base, "query", lambda _, peer: answers.get((peer, 4569)))
        monkeypatch.setattr(galera_server, "server_status", lambda: galera)
        for kind in (GaleraMember, PostgresqlMember):
            monkeypatch.setattr(kind, "state", lambda _: "primary" if galera else "member")
        return LocalProbe().database()

    return read


@pytest.mark.process
def test_a_postgresql_cluster_is_read_from_patroni_and_etcd(
    machine: Callable[..., Database],
) -> None:
    answers: dict[tuple[str, int], Any] = {
        (NODES[0], 8008): {"role": "primary", "state": "running", "pending_restart": True},
        (NODES[1], 8008): {"role": "replica", "state": "streaming"},
        (NODES[0], 2379): {"health": "true"},
        (NODES[2], 2379): {"health": "true"},
    }
    seen = machine("etcd", answers)
    assert seen.engine == "postgresql"
    assert seen.serves
    assert seen.quorum
    assert seen.votes == (NODES[0], NODES[2])
    assert seen.writable == [NODES[0]]
    assert [one.restart_pending for one in seen.servers.values()] == [True, False]
    assert f"etcd does not respond on {NODES[1]}" in seen.lacks


@pytest.mark.process
def test_a_primary_that_is_starting_does_not_serve(machine: Callable[..., Database]) -> None:
    answers = {(NODES[0], 8008): {"role": "primary", "state": "starting"}}
    seen = machine("etcd", answers)
    assert not seen.serves
    assert seen.servers[NODES[1]].state == "no reply"


@pytest.mark.process
def test_a_mariadb_cluster_is_read_from_galera(machine: Callable[..., Database]) -> None:
    status = {
        "wsrep_cluster_status": "Primary",
        "wsrep_cluster_size": "2",
        "wsrep_local_state": "4",
    }
    seen = machine("galera", {(NODES[1], 4569): "primary"}, **status)
    assert (seen.engine, seen.serves, seen.quorum) == ("mariadb", True, True)
    assert seen.votes == NODES[:2]
    assert seen.lacks == "2 of 3 servers are in the group"


def test_a_machine_without_a_cluster_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SETTINGS", tmp_path / "member.json")
    assert LocalProbe().database() is None


def test_settings_that_cannot_be_read_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SETTINGS", tmp_path / "member.json")
    (tmp_path / "member.json").write_text("{")
    with pytest.raises(ProbeError, match="the database cluster cannot be read"):
        LocalProbe().database()


def test_the_last_failover_is_reported() -> None:
    entry = [2, 83886432, "no recovery target specified", "2026-11-01T10:00:00+00:00", NODES[0]]
    assert database._last_failover([[1, 5, "x"], entry]) == f"{entry[3]} to {NODES[0]}"
    unknown: list[object] = [None, {}, [], [[1, 5, "x"]], "text"]
    for history in unknown:
        assert database._last_failover(history) == ""


def test_the_report_shows_roles_votes_and_the_last_failover(ward: Any) -> None:
    seen = replace(WHOLE, last_failover="2026-11-01T10:00:00+00:00")
    (note,) = ward.diagnose(node=True, probe=WithDatabase(ward.node(0), seen)).notes
    assert f"{NODES[0]} primary (writable) running, {NODES[1]} sync_standby streaming" in note
    assert "3 of 3 vote; last failover 2026-11-01" in note
    assert ward.diagnose(node=True, probe=ward.node(0)).notes == []


# -- from outside ---------------------------------------------------------------------------

PEERS = ("127.0.8.1", "127.0.8.2", "127.0.8.3")


def copied(folder: Path, engine: str, nodes: tuple[str, ...]) -> Path:
    """Write what an operator copies from a machine of a cluster."""
    settings = {"engine": engine, "self": nodes[0], "nodes": nodes, "synchronous": True}
    (folder / "member.json").write_text(json.dumps(settings))
    pem = draw_certificate(nodes)
    at = pem.index("-----BEGIN CERTIFICATE")
    (folder / "cluster.key").write_text(pem[:at])
    (folder / "cluster.crt").write_text(pem[at:])
    return folder


@pytest.fixture
def galera(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Serve the states of three machines by mutual TLS; a test may change what they say."""
    folder, states = copied(tmp_path, "galera", PEERS), dict.fromkeys(PEERS, "primary")
    monkeypatch.setattr(GaleraMember, "state", lambda self: states[self.own])
    files = folder / "cluster.crt", folder / "cluster.key"
    servers = []
    for peer in PEERS:
        settings = {"engine": "galera", "self": peer, "nodes": PEERS}
        servers.append(member.MemberServer(GaleraMember(settings, files)))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
    yield states
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.process
def test_galera_is_read_from_outside_with_the_certificate(
    galera: dict[str, str], tmp_path: Path
) -> None:
    seen = database.read_cluster(tmp_path)
    assert (seen.engine, seen.own, seen.lacks) == ("mariadb", "", "")
    assert seen.writable == list(seen.votes) == list(PEERS)
    galera[PEERS[1]] = "member"
    seen = database.read_cluster(tmp_path)
    assert seen.writable == [PEERS[0], PEERS[2]]
    assert seen.lacks == f"{PEERS[1]} is not synced"


@pytest.mark.process
def test_patroni_is_read_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[tuple[str, str], Any] = {
        (NODES[0], "/patroni"): {"role": "replica", "state": "streaming"},
        (NODES[1], "/patroni"): {"role": "primary", "state": "running"},
        (NODES[1], "/history"): [[1, 2, "reason", "2026-11-01T10:00:00+00:00", "db-b"]],
        **{(node, "/health"): {"health": "true"} for node in NODES},
    }
    base = member.ClusterMember
    monkeypatch.setattr(base, "get", lambda _, node, port, path: answers.get((node, path)))
    seen = database.read_cluster(copied(tmp_path, "etcd", NODES))
    assert seen.writable == [NODES[1]]
    assert seen.quorum
    assert "2026-11-01T10:00:00+00:00 to db-b" in str(seen)


@pytest.mark.parametrize("lost", ["member.json", "cluster.crt", "cluster.key"])
def test_a_folder_that_is_not_a_copy_is_refused_in_one_line(tmp_path: Path, lost: str) -> None:
    (copied(tmp_path, "galera", NODES) / lost).write_text("[]")
    with pytest.raises(ProbeError, match=r"is not a copy of member\.json") as caught:
        database.read_cluster(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_from_outside_the_cluster_is_held_against_the_holder_in_the_cloud(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outside = replace(WHOLE, own="", serves=False)

    def findings(seen: Database) -> list[str]:
        monkeypatch.setattr("havip.doctor.report.read_cluster", lambda _: seen)
        report = ward.diagnose(cluster=tmp_path)
        assert str(seen) in report.notes
        return [one.rule for one in report.findings if one.rule.startswith("database-")]

    assert findings(outside) == []
    moved = servers(replace(LEADER, writable=False), replace(STANDBY, writable=True))
    assert findings(replace(outside, servers=moved)) == ["database-not-writable"]
    assert findings(replace(outside, votes=NODES[:1])) == ["database-quorum"]
    assert findings(replace(outside, lacks="no sync standby")) == ["database-redundancy"]
