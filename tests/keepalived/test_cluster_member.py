"""Start of a cluster's server, over every combination of what the three machines have."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.keepalived.nodes.scripts import member
from havip.keepalived.nodes.scripts.member import found_or_join, new_or_existing
from pulumi_havip.components.certificate import draw_certificate

ON_DISK = ("new", "foreign", "member", "last", "stale")
SEEN = (*ON_DISK, "primary", "waiting 6f1c:9", None)


def decisions(states: tuple[str, ...], silent: set[int]) -> list[str]:
    """Return the action of each of three machines in `states`, some unseen by the others."""
    seen = [None if at in silent else state for at, state in enumerate(states)]
    return [
        found_or_join(
            own, [one for other, one in enumerate(seen) if other != at], third=at == 2, adopt=False
        )
        for at, own in enumerate(states)
    ]


def test_a_cluster_is_never_founded_where_another_machine_has_its_data() -> None:
    tried = 0
    for states in itertools.product(ON_DISK, repeat=3):
        for silent in ({*at} for n in range(4) for at in itertools.combinations(range(3), n)):
            tried += 1
            for at, choice in enumerate(decisions(states, silent)):
                others = [one for other, one in enumerate(states) if other != at]
                if choice == "found" and states[at] == "new":
                    assert others == ["new", "new"], (states, silent)
                if choice == "found":
                    assert states[at] in ("new", "last")
    assert tried == 5**3 * 8


def test_two_machines_never_found_a_cluster_at_once() -> None:
    # Galera marks one server as the last one to leave: of two marks, one is not to be believed.
    for states in itertools.product(ON_DISK, repeat=3):
        if states.count("last") < 2:
            assert decisions(states, set()).count("found") <= 1, states


def test_no_cluster_is_bootstrapped_beside_a_running_one() -> None:
    for own, other in itertools.product(ON_DISK, SEEN):
        for third, adopt in itertools.product([True, False], repeat=2):
            choice = found_or_join(own, ["primary", other], third=third, adopt=adopt)
            assert choice == ("refuse" if own == "foreign" else "join")


def test_data_from_before_the_cluster_is_never_overwritten() -> None:
    for peers in itertools.product(SEEN, repeat=2):
        for third in (True, False):
            assert found_or_join("foreign", peers, third=third, adopt=False) == "refuse"
            adopted = found_or_join("foreign", peers, third=third, adopt=True)
            assert adopted in ("found", "wait", "refuse")
            if adopted == "found":
                assert set(peers) <= {"new", "foreign"}


def test_three_new_machines_become_a_cluster_in_any_order() -> None:
    for order in itertools.permutations(range(3)):
        states: dict[int, str | None] = dict.fromkeys(range(3))
        for at in order:
            states[at] = "new"
            for _ in range(3):
                for one, own in list(states.items()):
                    if own != "new":
                        continue
                    peers = [states[other] for other in states if other != one]
                    choice = found_or_join("new", peers, third=one == 2, adopt=False)
                    assert choice in ("found", "join", "wait")
                    if choice != "wait":
                        states[one] = "primary"
        assert set(states.values()) == {"primary"}


def test_a_machine_that_is_replaced_waits_for_one_that_serves() -> None:
    for third in (True, False):
        for other in ("member", "last", None):
            assert found_or_join("new", [other, "member"], third=third, adopt=False) == "wait"
            assert found_or_join("new", [other, "primary"], third=third, adopt=False) == "join"


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


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, "new"),
        ({"mysql/user.frm": ""}, "new"),
        ({"shop/orders.frm": ""}, "foreign"),
        ({"grastate.dat": f"uuid: {'0' * 8}-0000-0000-0000-{'0' * 12}\n"}, "new"),
        (
            {
                "grastate.dat": f"uuid: {'0' * 8}-0000-0000-0000-{'0' * 12}\nseqno: -1\n",
                "shop/orders.frm": "",
            },
            "stale",
        ),
        ({"grastate.dat": "uuid: 6f1c\nseqno: -1\nsafe_to_bootstrap: 0\n"}, "member"),
        ({"grastate.dat": "uuid: 6f1c\nseqno: 17\nsafe_to_bootstrap: 1\n"}, "last"),
        ({"grastate.dat": "uuid: 6f1c\nsafe_to_bootstrap: 0\n", "shop/orders.frm": ""}, "member"),
    ],
)
def test_what_a_server_has_is_read_from_its_disk(
    files: dict[str, str], state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "galera_status", dict)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    assert member.galera_state(tmp_path) == state


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return the processes that get a signal; the server is process 4711."""
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *call: calls.append(call))
    monkeypatch.setattr(member, "_servers", lambda: {4711: "mariadbd"})
    monkeypatch.setattr(member, "_GRASTATE", tmp_path / "grastate.dat")
    (tmp_path / "grastate.dat").write_text("uuid: 6f1c\nseqno: -1\nsafe_to_bootstrap: 0\n")
    return calls


def watch(looks: Sequence[tuple[str | None, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch the first of three machines over several looks at their states."""
    one = member.ClusterMember({"engine": "galera", "self": "a", "nodes": ["a", "b", "c"]})
    states = iter(looks)
    now: dict[str, str | None] = {}

    def status() -> dict[str, str]:
        now.update(zip("abc", next(states), strict=True))
        return {"wsrep_cluster_status": "Disconnected"} if now["a"] == "left" else {}

    monkeypatch.setattr(member, "galera_status", status)
    monkeypatch.setattr(member.ClusterMember, "states", lambda _: now)
    with pytest.raises(StopIteration):
        member.galera_watch(one, pause=lambda seconds: None)


LEFT = ("left", "primary", "primary")
STUCK = ("waiting 6f1c:9", "waiting 6f1c:8", "waiting 6f1c:9")


@pytest.mark.parametrize(
    ("looks", "kills"),
    [
        ([LEFT] * 2, 1),
        ([LEFT, ("primary",) * 3, LEFT], 0),
        ([STUCK] * 5, 1),
        ([*[STUCK] * 4, ("waiting 6f1c:9", "waiting 6f1c:8", "primary"), *[STUCK] * 4], 0),
        ([("waiting 6f1c:9", "waiting 6f1c:10", "waiting 6f1c:9")] * 9, 0),
        ([("waiting 6f1c:9", None, "waiting 6f1c:9")] * 9, 0),
        ([("primary",) * 3] * 9, 0),
    ],
    ids=["left", "left, but back", "stuck", "formed in time", "behind", "one silent", "well"],
)
def test_only_a_server_that_does_not_come_back_by_itself_is_restarted(
    looks: list[tuple[str | None, ...]], kills: int, killed: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    watch(looks, monkeypatch)
    assert killed == [(4711, signal.SIGKILL)] * kills


def test_only_an_elected_server_may_found_the_cluster_again(
    killed: list[tuple[int, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for looks, state in (([LEFT] * 2, "member"), ([STUCK] * 5, "last")):
        with monkeypatch.context() as patch:
            watch(looks, patch)
        with monkeypatch.context() as patch:
            patch.setattr(member, "galera_status", dict)
            patch.setattr(member, "_servers", dict)
            assert member.galera_state(tmp_path) == state
    assert len(killed) == 2


def test_the_service_may_mark_the_data_of_an_elected_server() -> None:
    (setup, *_) = mariadb_nodes(
        "10.0.0.3",
        ["10.0.0.4", "10.0.0.5"],
        witness="10.0.0.6",
        subnet="10.0.0.0/24",
        auth_pass="f7Kq2xZ9",
        certificate=draw_certificate(["10.0.0.4", "10.0.0.5", "10.0.0.6"]),
    ).values()
    (service,) = (one for one in setup.files if one.path.endswith("/havip-member.service"))
    assert f"ReadWritePaths=-{member._GRASTATE.parent}" in service.content.splitlines()


def test_the_elected_machine_has_the_latest_change_of_all_three() -> None:
    seen = (*SEEN, "waiting 6f1c:10", "waiting 6f1c:12", "waiting 77aa:9")
    elections = 0
    for states in itertools.product(seen, repeat=3):
        chosen = member.elected(dict(zip("abc", states, strict=True)))
        if chosen is None:
            continue
        elections += 1
        changes = [int(one.rpartition(":")[2]) for one in states if one]
        assert all(one and one.startswith("waiting") for one in states)
        assert len({one.partition(":")[0] for one in states if one}) == 1
        assert changes["abc".index(chosen)] == max(changes)
    assert elections == 3**3 + 1


@pytest.mark.parametrize(
    ("status", "listens", "options", "change"),
    [
        ({"wsrep_local_state_uuid": "6f1c", "wsrep_last_committed": "9"}, True, "", "6f1c:9"),
        ({}, False, "mariadbd --wsrep_start_position=6f1c:7,0-1-7", "6f1c:7"),
        ({}, True, "mariadbd --wsrep_start_position=6f1c:7", None),
        (
            {},
            False,
            f"mariadbd --wsrep_start_position={'0' * 8}-0000-0000-0000-{'0' * 12}:-1",
            None,
        ),
        ({}, False, "", None),
    ],
    ids=["responds", "starts", "hangs", "has no data", "does not run"],
)
def test_the_change_of_a_server_that_hangs_is_unknown(
    status: dict[str, str], listens: bool, options: str, change: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(member, "_listens", lambda: listens)
    monkeypatch.setattr(member, "_servers", lambda: {4711: options} if options else {})
    assert member.galera_change(status) == change


def test_an_etcd_server_is_a_member_once_it_has_a_log(tmp_path: Path) -> None:
    assert member.etcd_state(tmp_path) == "new"
    (tmp_path / "member/wal").mkdir(parents=True)
    assert member.etcd_state(tmp_path) == "member"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[member.ClusterMember]:
    """A machine that answers on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setattr(member, "PORT", free.getsockname()[1])
    certify(tmp_path, monkeypatch)
    monkeypatch.setattr(member, "galera_state", lambda: "member")
    one = member.ClusterMember(
        {"engine": "galera", "self": "127.0.0.1", "nodes": ["127.0.0.1", "10.0.0.2", "10.0.0.3"]}
    )
    with member._MemberServer(one) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield one
        server.shutdown()
        thread.join()


def certify(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = draw_certificate([])
    at = pem.index("-----BEGIN CERTIFICATE")
    (folder / "cluster.key").write_text(pem[:at])
    (folder / "cluster.crt").write_text(pem[at:])
    monkeypatch.setattr(member, "CERTIFICATE", folder / "cluster.crt")
    monkeypatch.setattr(member, "KEY", folder / "cluster.key")


def test_peers_are_told_what_a_machine_has(served: member.ClusterMember) -> None:
    assert served.query("127.0.0.1") == "member"


def test_a_peer_with_another_certificate_gets_no_answer(
    served: member.ClusterMember, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    certify(tmp_path / "other", monkeypatch)
    assert served.query("127.0.0.1") is None


def test_a_peer_without_a_certificate_gets_no_answer(served: member.ClusterMember) -> None:
    assert _told_without_certificate() == b""


def _told_without_certificate() -> bytes:
    context = ssl._create_unverified_context()
    try:
        with (
            socket.create_connection(("127.0.0.1", member.PORT)) as plain,
            context.wrap_socket(plain) as secure,
        ):
            return secure.recv(64)
    except OSError:
        return b""


def test_silent_connections_do_not_block_other_peers(served: member.ClusterMember) -> None:
    idle = [socket.create_connection(("127.0.0.1", member.PORT)) for _ in range(8)]
    try:
        assert served.query("127.0.0.1") == "member"
    finally:
        for one in idle:
            one.close()


def test_redundancy_is_lost_while_a_server_of_the_group_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = member.ClusterMember({"engine": "galera", "self": "a", "nodes": ["a", "b", "c"]})

    def lacks(status: dict[str, str]) -> str:
        monkeypatch.setattr(member, "galera_status", lambda: status)
        return member.redundancy(one)

    answers = {"b": "primary", "c": "primary"}
    monkeypatch.setattr(member.ClusterMember, "query", lambda self, peer: answers.get(peer))
    whole = {"wsrep_cluster_status": "Primary", "wsrep_cluster_size": "3"}
    assert lacks(whole) == ""
    assert lacks(whole | {"wsrep_cluster_size": "2"}) == "2 of 3 servers are in the group"
    assert "not in the primary component" in lacks({"wsrep_cluster_status": "non-Primary"})
    assert "does not respond" in lacks({})
    answers["c"] = "new"  # it copies the data
    assert lacks(whole) == "c is not synced yet"


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
    one = member.ClusterMember(
        {"engine": "etcd", "self": nodes[2], "nodes": nodes, "synchronous": True}
    )
    listed = [{"host": host, "role": role, "state": state} for host, role, state in members or []]

    def get(_: object, node: str, port: int, path: str) -> object:
        if port == 2379:
            return {"health": "true"}
        return {"members": listed} if members is not None else None

    monkeypatch.setattr(member, "get", get)
    said = member.redundancy(one)
    assert lacks in said
    assert bool(said) is bool(lacks)


def test_redundancy_is_lost_while_a_member_of_etcd_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    one = member.ClusterMember(
        {"engine": "etcd", "self": nodes[0], "nodes": nodes, "synchronous": True}
    )
    answers = {nodes[0]: {"health": "true"}, nodes[1]: {"health": True}}
    monkeypatch.setattr(member, "get", lambda _, node, port, path: answers.get(node))
    assert "etcd does not respond on 10.0.0.3" in member.redundancy(one)


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
    monkeypatch.setattr(member, "_folders", lambda _: (tmp_path / "main", tmp_path / "havip"))
    settings = {"engine": "etcd", "self": "a", "nodes": ["a", "b", "c"]}
    one = member.ClusterMember({**settings, "patroni": str(binary), "etcd_api": api})
    if accepted:
        member.patroni_install(one)
        return
    with pytest.raises(SystemExit, match=r"too old.*patroni#2689.*install 4"):
        member.patroni_install(one)


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
    monkeypatch.setattr(member, "_folders", lambda _: (tmp_path / "main", tmp_path / "havip"))
    monkeypatch.setattr(member, "_version", lambda _: "4.1.5")
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    settings = {"engine": "etcd", "self": "a", "nodes": ["a", "b", "c"]}
    one = member.ClusterMember({**settings, "patroni": "patroni", "etcd_api": 3})
    if refused:
        with pytest.raises(SystemExit, match="has data from outside the cluster: either adopt it"):
            member.patroni_install(one)
    else:
        member.patroni_install(one)


def test_settings_are_those_that_the_set_ups_write(tmp_path: Path) -> None:
    from havip.keepalived.nodes.mariadb import mariadb_nodes

    machines = ["172.17.16.31", "172.17.16.32", "172.17.16.33"]
    setups = mariadb_nodes(
        "172.17.16.3",
        machines[:2],
        witness=machines[2],
        subnet="172.17.16.0/24",
        auth_pass="f7Kq2xZ9",
        certificate=draw_certificate(machines),
    )
    for own, setup in setups.items():
        one = member.ClusterMember(json.loads(setup.file("/etc/havip/member.json")))
        assert (one.own, one.third) == (own, own == machines[2])
        assert one.peers == [other for other in machines if other != own]
