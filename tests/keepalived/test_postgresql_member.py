"""A machine of a PostgreSQL cluster: how its etcd starts, which Patroni it takes, redundancy."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from havip.keepalived.nodes.scripts.cluster import etcd, member, postgresql
from havip.keepalived.nodes.scripts.cluster.etcd import new_or_existing
from havip.keepalived.nodes.scripts.cluster.postgresql import PostgresqlMember


def test_an_empty_etcd_member_never_votes_as_the_one_that_it_replaces() -> None:
    states = ("new", "member", None)
    entries = ("expected", "added", "lost", "absent", None)
    for peers in itertools.product(states, repeat=2):
        for known in entries:
            choice = new_or_existing("new", peers, known)
            if choice == "new":
                assert known == "expected" or (known is None and set(peers) == {"new"})
            if choice == "existing":
                assert known == "added"
        assert new_or_existing("member", peers, None) == "existing"


def test_an_etcd_server_is_a_member_once_it_has_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etcd, "DATA", tmp_path)
    assert etcd.server_state() == "new"
    (tmp_path / "member/wal").mkdir(parents=True)
    assert etcd.server_state() == "member"


@pytest.mark.parametrize(
    ("members", "lacks"),
    [
        ([("10.0.0.1", "leader", "running"), ("10.0.0.2", "sync_standby", "streaming")], ""),
        ([("10.0.0.1", "leader", "running")], "no sync standby follows"),
        (
            [("10.0.0.1", "leader", "running"), ("10.0.0.2", "replica", "start failed")],
            "no sync standby follows",
        ),
        (
            [("10.0.0.1", "replica", "streaming"), ("10.0.0.2", "replica", "running")],
            "there is no leader",
        ),
        (None, "Patroni does not respond on either"),
    ],
)
def test_redundancy_is_lost_without_a_standby_in_step(
    members: list[tuple[str, str, str]] | None, lacks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    one = PostgresqlMember(
        {"engine": "etcd", "self": nodes[2], "nodes": nodes, "synchronous": True}
    )
    listed = [{"host": host, "role": role, "state": state} for host, role, state in members or []]

    def get(_: object, node: str, port: int, path: str) -> object:
        if port == 2379:
            return {"health": "true"}
        return {"members": listed} if members is not None else None

    monkeypatch.setattr(PostgresqlMember, "get", get)
    said = one.lacks()
    assert lacks in said
    assert bool(said) is bool(lacks)


def test_redundancy_is_lost_while_a_member_of_etcd_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    one = PostgresqlMember(
        {"engine": "etcd", "self": nodes[0], "nodes": nodes, "synchronous": True}
    )
    answers = {nodes[0]: {"health": "true"}, nodes[1]: {"health": True}}
    monkeypatch.setattr(PostgresqlMember, "get", lambda _, node, port, path: answers.get(node))
    assert "etcd does not respond on 10.0.0.3" in one.lacks()


@pytest.mark.process
@pytest.mark.parametrize(
    ("version", "api", "accepted"),
    [("3.0.2", 3, False), ("3.3.9", 3, False), ("4.1.5", 3, True), ("2.1.3", 2, True)],
)
def test_an_unsafe_patroni_version_is_rejected(
    version: str, api: int, accepted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "HOME", tmp_path)
    binary = tmp_path / "patroni"
    binary.write_text(f"#!/bin/sh\necho patroni {version}\n")
    binary.chmod(0o755)
    monkeypatch.setattr(
        PostgresqlMember, "folders", lambda _: (tmp_path / "main", tmp_path / "havip")
    )
    settings = {"engine": "etcd", "self": "a", "nodes": ["a", "b", "c"]}
    one = PostgresqlMember({**settings, "patroni": str(binary), "etcd_api": api})
    if accepted:
        one.install()
        return
    with pytest.raises(SystemExit, match=r"too old.*patroni#2689.*install 4"):
        one.install()


@pytest.mark.parametrize(
    ("files", "refused"),
    [
        ([], False),
        (["main/base/1/1259", "main/base/5/2619"], False),
        (["main/base/16384/1259"], True),
        (["main/base/5/16390", "main/base/5/1259"], True),
        (["main/base/5/16390.1"], True),
        (["main/base/16384/1259", "havip/PG_VERSION"], False),
    ],
)
def test_patroni_does_not_start_beside_data_that_is_not_of_the_cluster(
    files: list[str], refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "HOME", tmp_path)
    monkeypatch.setattr(
        PostgresqlMember, "folders", lambda _: (tmp_path / "main", tmp_path / "havip")
    )
    monkeypatch.setattr(postgresql, "_version", lambda _: "4.1.5")
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    settings = {"engine": "etcd", "self": "a", "nodes": ["a", "b", "c"]}
    one = PostgresqlMember({**settings, "patroni": "patroni", "etcd_api": 3})
    if refused:
        with pytest.raises(SystemExit, match="has data from outside the cluster: either adopt it"):
            one.install()
    else:
        one.install()
