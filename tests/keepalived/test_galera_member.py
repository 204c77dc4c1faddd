"""A server of a Galera cluster: its start, and its return, over every combination of states."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.keepalived.nodes.scripts.cluster import galera
from havip.keepalived.nodes.scripts.cluster.galera import GaleraMember, found_or_join
from pulumi_havip.components.certificate import draw_certificate

NO_STATE = "00000000-0000-0000-0000-000000000000"
ON_DISK = ("new", "foreign", "member", "last", "stale")
SEEN = (*ON_DISK, "primary", "waiting 6f1c:9", "served 6f1c:9", None)
MACHINES = {"engine": "galera", "self": "a", "nodes": ["a", "b", "c"]}


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


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, "new"),
        ({"mysql/user.frm": ""}, "new"),
        ({"shop/orders.frm": ""}, "foreign"),
        ({"grastate.dat": f"uuid: {NO_STATE}\n"}, "new"),
        (
            {
                "grastate.dat": f"uuid: {NO_STATE}\nseqno: -1\n",
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
    monkeypatch.setattr(galera, "server_status", dict)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(galera, "_servers", dict)
    monkeypatch.setattr(galera, "DATA", tmp_path)
    assert GaleraMember(MACHINES).state() == state


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return the processes that get a signal; the server is process 4711."""
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *call: calls.append(call))
    monkeypatch.setattr(galera, "_servers", lambda: {4711: "mariadbd"})
    monkeypatch.setattr(galera, "DATA", tmp_path)
    (tmp_path / "grastate.dat").write_text("uuid: 6f1c\nseqno: -1\nsafe_to_bootstrap: 0\n")
    return calls


def watch(looks: Sequence[tuple[str | None, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch the first of three machines over several looks at their states."""
    one = GaleraMember(MACHINES)
    states = iter(looks)
    now: dict[str, str | None] = {}

    def status() -> dict[str, str]:
        now.update(zip("abc", next(states), strict=True))
        if now["a"] == "left":
            return {"wsrep_cluster_status": "Disconnected"}
        waits = str(now["a"]).startswith("waiting")
        return {"wsrep_cluster_status": "non-Primary"} if waits else {}

    monkeypatch.setattr(galera, "server_status", status)
    monkeypatch.setattr(GaleraMember, "states", lambda _: now)
    monkeypatch.setattr(GaleraMember, "pause", lambda _: None)
    with pytest.raises(StopIteration):
        one.watch()


LEFT = ("left", "primary", "primary")
APART = ("waiting 6f1c:9", "primary", "primary")
STUCK = ("waiting 6f1c:9", "waiting 6f1c:8", "waiting 6f1c:9")


@pytest.mark.parametrize(
    ("looks", "kills"),
    [
        ([LEFT] * 2, 1),
        ([LEFT, ("primary",) * 3, LEFT], 0),
        ([APART] * 6, 1),
        ([*[APART] * 5, ("waiting 6f1c:9", None, None), *[APART] * 5], 0),
        ([(None, "primary", "primary")] * 9, 0),
        ([STUCK] * 5, 1),
        ([*[STUCK] * 4, ("waiting 6f1c:9", "waiting 6f1c:8", "primary"), *[STUCK] * 4], 0),
        ([("waiting 6f1c:9", "waiting 6f1c:10", "waiting 6f1c:9")] * 9, 0),
        ([("waiting 6f1c:9", None, "waiting 6f1c:9")] * 9, 0),
        ([("primary",) * 3] * 9, 0),
    ],
    ids=[
        "left",
        "left, but back",
        "apart",
        "cut off",
        "copies",
        "stuck",
        "formed in time",
        "behind",
        "one silent",
        "well",
    ],
)
def test_only_a_server_that_does_not_come_back_by_itself_is_restarted(
    looks: list[tuple[str | None, ...]], kills: int, killed: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    watch(looks, monkeypatch)
    assert killed == [(4711, signal.SIGKILL)] * kills


def test_a_server_has_served_only_as_long_as_its_process_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = GaleraMember(MACHINES)
    change = {"wsrep_local_state_uuid": "6f1c", "wsrep_last_committed": "9"}

    def look(component: str, state: str, process: int) -> str:
        status = {"wsrep_cluster_status": component, "wsrep_local_state": state, **change}
        monkeypatch.setattr(galera, "server_status", lambda: status)
        monkeypatch.setattr(galera, "_servers", lambda: {process: "mariadbd"})
        monkeypatch.setattr(GaleraMember, "query", lambda *_: None)
        looks = iter([None])
        monkeypatch.setattr(GaleraMember, "pause", lambda _: next(looks))
        with pytest.raises(StopIteration):
            one.watch()
        return one.state()

    assert look("non-Primary", "0", 7) == "waiting 6f1c:9"
    look("Primary", "1", 7)  # it still copies the data
    assert look("non-Primary", "0", 7) == "waiting 6f1c:9"
    assert look("Primary", "4", 7) == "primary"
    assert look("non-Primary", "0", 7) == "served 6f1c:9"
    assert look("non-Primary", "0", 8) == "waiting 6f1c:9"


def test_only_an_elected_server_may_found_the_cluster_again(
    killed: list[tuple[int, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for looks, state in (([LEFT] * 2, "member"), ([STUCK] * 5, "last")):
        with monkeypatch.context() as patch:
            watch(looks, patch)
        with monkeypatch.context() as patch:
            patch.setattr(galera, "server_status", dict)
            patch.setattr(galera, "_servers", dict)
            assert GaleraMember(MACHINES).state() == state
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
    assert f"ReadWritePaths=-{galera.DATA}" in service.content.splitlines()


def test_the_elected_machine_has_the_latest_change_of_all_three() -> None:
    seen = (*SEEN, "waiting 6f1c:10", "served 6f1c:12", "waiting 77aa:9")
    elections = 0
    for states in itertools.product(seen, repeat=3):
        chosen = galera.elected(dict(zip("abc", states, strict=True)))
        if chosen is None:
            continue
        elections += 1
        data = [one for one in states if one and ":" in one]
        own = states["abc".index(chosen)]
        assert own in data
        assert {*states} <= {*data, "stale", "new"}
        assert len({one.split()[1].partition(":")[0] for one in data}) == 1
        assert own.rpartition(":")[2] == str(max(int(one.rpartition(":")[2]) for one in data))
        if "new" in states[:2]:  # clients may have written to it
            assert all(one.startswith("served") for one in data)
    three, two, one = 4**3 + 1, (4**2 + 1) * 4 + 2 * 2**2, 3 * 5 + 2 * 12
    assert elections == three + two + one  # by the number of machines with data


@pytest.mark.parametrize(
    ("status", "listens", "options", "change"),
    [
        ({"wsrep_local_state_uuid": "6f1c", "wsrep_last_committed": "9"}, True, "", "6f1c:9"),
        ({}, False, "mariadbd --wsrep_start_position=6f1c:7,0-1-7", "6f1c:7"),
        ({}, True, "mariadbd --wsrep_start_position=6f1c:7", None),
        ({}, False, f"mariadbd --wsrep_start_position={NO_STATE}:-1", f"{NO_STATE}:-1"),
        ({"wsrep_local_state_uuid": NO_STATE, "wsrep_last_committed": "-1"}, True, "", None),
        ({}, False, "", None),
    ],
    ids=["responds", "starts", "hangs", "has no data", "has left", "does not run"],
)
def test_the_change_of_a_server_that_hangs_is_unknown(
    status: dict[str, str], listens: bool, options: str, change: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(galera, "_listens", lambda: listens)
    monkeypatch.setattr(galera, "_servers", lambda: {4711: options} if options else {})
    assert galera.latest_change(status) == change


def test_redundancy_is_lost_while_a_server_of_the_group_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = GaleraMember(MACHINES)

    def lacks(status: dict[str, str]) -> str:
        monkeypatch.setattr(galera, "server_status", lambda: status)
        return one.lacks()

    answers = {"b": "primary", "c": "primary"}
    monkeypatch.setattr(GaleraMember, "query", lambda self, peer: answers.get(peer))
    whole = {"wsrep_cluster_status": "Primary", "wsrep_cluster_size": "3"}
    assert lacks(whole) == ""
    assert lacks(whole | {"wsrep_cluster_size": "2"}) == "2 of 3 servers are in the group"
    assert "not in the primary component" in lacks({"wsrep_cluster_status": "non-Primary"})
    assert "does not respond" in lacks({})
    answers["c"] = "new"  # it copies the data
    assert lacks(whole) == "c is not synced yet"
