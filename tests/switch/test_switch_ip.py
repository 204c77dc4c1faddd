"""Moving an ordinary address: what a call does, and who wins where several do it."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import pytest

import havip
from havip.emulator.http.faults import Fault
from havip.errors import (
    DeniedError,
    NotFoundError,
    TaskError,
    TransportError,
    UsageError,
    WaitTimeout,
)
from havip.switch import AbsentError, LostRaceError, Outcome, SwitchError, switch_ip

if TYPE_CHECKING:
    from tests.switch.conftest import Interrupted

Pair = Any
"""Two machines and an address, as conftest.py makes them."""


def test_the_address_moves_and_the_answer_says_from_where_to_where(pair: Pair) -> None:
    done = switch_ip(pair.client, pair.address, pair.nodes[1])
    assert done.outcome is Outcome.MOVED
    assert (done.source, done.destination) == tuple(pair.enis)
    assert (done.source_instance, done.destination_instance) == tuple(pair.nodes)
    assert pair.place() == pair.enis[1]


def test_a_repeated_call_does_nothing_at_the_price_of_one_read(pair: Pair) -> None:
    done = switch_ip(pair.client, pair.address, pair.nodes[0])
    assert done.outcome is Outcome.HERE
    assert pair.calls() == ["DescribeNetworkInterfaces"]
    assert switch_ip(pair.client, pair.address, pair.enis[0]).outcome is Outcome.HERE


def test_a_dry_run_moves_nothing(pair: Pair) -> None:
    done = switch_ip(pair.client, pair.address, pair.nodes[1], dry_run=True)
    assert (done.outcome, done.destination) == (Outcome.PLANNED, pair.enis[1])
    assert "MigratePrivateIpAddress" not in pair.calls()
    assert pair.place() == pair.enis[0]


def test_a_move_that_takes_time_is_waited_for(pair: Pair) -> None:
    pair.control.cloud.settings.task_delay = 4.0
    done = switch_ip(pair.client, pair.address, pair.nodes[1], timeout=20)
    assert done.outcome is Outcome.MOVED
    assert 4 <= done.seconds < 8


def test_it_gives_up_at_its_deadline(pair: Pair) -> None:
    pair.control.cloud.settings.task_delay = 100.0
    begun = pair.client.clock.monotonic()
    with pytest.raises(WaitTimeout, match="may end later"):
        switch_ip(pair.client, pair.address, pair.nodes[1], timeout=5)
    assert pair.client.clock.monotonic() - begun < 8


def test_an_interface_is_chosen_in_the_subnet_of_the_address(pair: Pair) -> None:
    far = pair.make_subnet("172.17.99.0/24")
    node = pair.add_node("172.17.99.7", far)
    with pytest.raises(SwitchError, match="moves within its subnet only"):
        switch_ip(pair.client, pair.address, node)
    near = pair.client.create_network_interface(
        vpc_id=pair.vpc, subnet_id=pair.subnet, network_interface_name="near"
    ).network_interface.network_interface_id
    pair.client.attach_network_interface(network_interface_id=near, instance_id=node)
    assert switch_ip(pair.client, pair.address, node).destination == near
    assert pair.place() == near


def test_the_address_moves_between_two_interfaces_of_one_machine(pair: Pair) -> None:
    second = pair.client.create_network_interface(
        vpc_id=pair.vpc, subnet_id=pair.subnet, network_interface_name="second"
    ).network_interface.network_interface_id
    pair.client.attach_network_interface(network_interface_id=second, instance_id=pair.nodes[0])
    assert switch_ip(pair.client, pair.address, pair.nodes[0]).outcome is Outcome.HERE
    assert switch_ip(pair.client, pair.address, second).outcome is Outcome.MOVED
    assert pair.place() == second


@pytest.mark.parametrize(
    ("address", "to", "error", "text"),
    [
        ("172.17.16", "node", UsageError, "is not an IPv4 address"),
        ("172.17.16.4", "web-1", UsageError, "neither an instance"),
        ("172.17.16.200", "node", AbsentError, "AssignPrivateIpAddresses"),
        ("172.17.16.7", "node", SwitchError, "is the primary address of eni-"),
        ("172.17.16.4", "ins-00000000", AbsentError, "is not there"),
    ],
)
def test_wrong_use_says_what_is_wrong(
    pair: Pair, address: str, to: str, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        switch_ip(pair.client, address, pair.nodes[1] if to == "node" else to)
    assert pair.place() == pair.enis[0]


def test_a_havip_is_rejected_with_the_reason(pair: Pair) -> None:
    vip = pair.client.create_ha_vip(
        vpc_id=pair.vpc, subnet_id=pair.subnet, ha_vip_name="x", vip="172.17.16.9"
    ).ha_vip
    with pytest.raises(AbsentError, match=f"is the HAVIP {vip.ha_vip_id}, which no call moves"):
        switch_ip(pair.client, vip.vip, pair.nodes[1])


def test_without_a_destination_the_metadata_service_is_asked(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TransportError, match="switched off by HAVIP_METADATA_URL"):
        switch_ip(pair.client, pair.address)
    monkeypatch.setenv("HAVIP_METADATA_URL", "http://127.0.0.1:1/latest/meta-data/")
    with pytest.raises(TransportError, match="outside of Tencent Cloud"):
        switch_ip(pair.client, pair.address)


def test_of_two_calls_one_after_the_other_the_later_one_has_it(pair: Pair) -> None:
    pair.add_node("172.17.16.21")
    switch_ip(pair.client, pair.address, pair.nodes[1])
    assert switch_ip(pair.client, pair.address, pair.nodes[2]).source == pair.enis[1]
    assert pair.place() == pair.enis[2]


def test_a_move_under_way_at_the_first_look_is_waited_for_and_then_undone(pair: Pair) -> None:
    pair.control.cloud.settings.task_delay = 3.0
    pair.add_node("172.17.16.21")
    pair.client.migrate_private_ip_address.start(
        source_network_interface_id=pair.enis[0],
        destination_network_interface_id=pair.enis[1],
        private_ip_address=pair.address,
    )
    done = switch_ip(pair.client, pair.address, pair.nodes[2])
    assert (done.outcome, done.source) == (Outcome.MOVED, pair.enis[1])
    assert pair.place() == pair.enis[2]


@pytest.mark.parametrize("delay", [0.0, 2.0])
def test_whenever_another_call_comes_between_one_of_them_wins_and_both_know(
    pair: Pair, interrupted: type[Interrupted], delay: float
) -> None:
    """Another node's whole run is put before each of the calls of which a run consists."""
    pair.control.cloud.settings.task_delay = delay
    pair.add_node("172.17.16.21")
    seen = set()
    for at in itertools.count(1):
        switch_ip(pair.client, pair.address, pair.nodes[0])
        rival: list[object] = []
        client = pair.second_client(interrupted(at, partial(_record_end, rival, pair)))
        mine = _end(client, pair, 1)
        if not rival:
            break
        lost = [isinstance(end, LostRaceError) for end in (mine, rival[0])]
        seen.add((*lost, pair.enis.index(pair.place())))
    # Whose run began before the other's ended, and has not got the address, is told so.
    assert seen == {(False, False, 1), (True, False, 2)}


def _record_end(ends: list[object], pair: Pair) -> None:
    ends.append(_end(pair.second_client(), pair, 2))


def _end(client: havip.Client, pair: Pair, node: int) -> object:
    try:
        return switch_ip(client, pair.address, pair.nodes[node])
    except LostRaceError as lost:
        return lost


def test_the_loser_of_a_race_is_told_who_has_the_address(
    pair: Pair, interrupted: type[Interrupted]
) -> None:
    pair.add_node("172.17.16.21")

    def rival() -> None:
        switch_ip(pair.second_client(), pair.address, pair.nodes[2])

    client = pair.second_client(interrupted(3, rival))  # after the look, before the move
    with pytest.raises(LostRaceError, match=f"{pair.enis[2]} of {pair.nodes[2]}, whose call"):
        switch_ip(client, pair.address, pair.nodes[1])
    assert pair.place() == pair.enis[2]


def test_two_runs_for_one_machine_both_end_well(pair: Pair, interrupted: type[Interrupted]) -> None:
    def other() -> None:
        switch_ip(pair.second_client(), pair.address, pair.nodes[1])

    client = pair.second_client(interrupted(3, other))
    assert switch_ip(client, pair.address, pair.nodes[1]).outcome is Outcome.MOVED
    assert pair.place() == pair.enis[1]


def test_many_threads_at_once_leave_the_address_in_one_place(pair: Pair) -> None:
    pair.control.cloud.settings.task_delay = 0.7
    for number in range(4):
        pair.add_node(f"172.17.16.{30 + number}")
    ends: dict[str, object] = {}
    ready = threading.Barrier(len(pair.nodes))

    def go(node: str) -> None:
        ready.wait()
        try:
            ends[node] = switch_ip(pair.second_client(), pair.address, node, timeout=120)
        except LostRaceError as lost:
            ends[node] = lost

    threads = [threading.Thread(target=go, args=[node]) for node in pair.nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(ends) == set(pair.nodes)
    where = pair.place()
    winner = pair.nodes[pair.enis.index(where)]
    assert not isinstance(ends[winner], LostRaceError)


def test_an_address_that_was_moved_away_and_back_is_moved_again(pair: Pair) -> None:
    code = "UnauthorizedOperation.AttachmentNotFound"
    pair.control.faults.add(Fault(action="MigratePrivateIpAddress", code=code, times=1))
    assert switch_ip(pair.client, pair.address, pair.nodes[1]).outcome is Outcome.MOVED
    assert pair.place() == pair.enis[1]


def test_work_on_the_interface_is_waited_for(pair: Pair) -> None:
    """What keeps an interface busy is not always another move of this address."""
    pair.control.cloud.settings.task_delay = 2.0
    pair.client.assign_private_ip_addresses.start(
        network_interface_id=pair.enis[1],
        private_ip_addresses=[
            havip.api.PrivateIpAddressSpecification(private_ip_address="172.17.16.77")
        ],
    )
    assert switch_ip(pair.client, pair.address, pair.nodes[1]).outcome is Outcome.MOVED
    assert pair.place() == pair.enis[1]


def test_a_busy_interface_is_given_up_at_the_deadline(pair: Pair) -> None:
    code = "UnsupportedOperation.MutexOperationTaskRunning"
    pair.control.faults.add(Fault(action="MigratePrivateIpAddress", code=code, times=None))
    begun = pair.client.clock.monotonic()
    with pytest.raises(WaitTimeout, match=r"move of .* to ins-.*Mutex"):
        switch_ip(pair.client, pair.address, pair.nodes[1], timeout=6)
    assert pair.client.clock.monotonic() - begun < 10


@pytest.mark.parametrize("timeout", [0, 1, 6, 30])
@pytest.mark.parametrize(
    "action", ["DescribeNetworkInterfaces", "DescribeHaVips", "MigratePrivateIpAddress"]
)
def test_a_throttling_api_is_given_up_at_the_deadline(
    pair: Pair, action: str, timeout: float
) -> None:
    pair.control.faults.add(Fault(action=action, code="RequestLimitExceeded", times=None))
    address = "172.17.16.99" if action == "DescribeHaVips" else pair.address
    begun = pair.client.clock.monotonic()
    with pytest.raises(WaitTimeout):
        switch_ip(pair.client, address, pair.nodes[1], timeout=timeout)
    assert pair.client.clock.monotonic() - begun <= timeout + 1
    assert pair.place() == pair.enis[0] if action == "MigratePrivateIpAddress" else True


def test_a_metadata_service_that_hangs_is_given_up_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # connects, and never answers
        monkeypatch.setenv("HAVIP_METADATA_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        client = havip.Client("ap-guangzhou")
        begun = time.monotonic()
        with pytest.raises(WaitTimeout, match="this machine"):
            switch_ip(client, "172.17.16.4", timeout=0.2)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_lost_answer_is_read_back_and_never_taken_for_a_failure(
    pair: Pair, effect: Literal["before", "after"]
) -> None:
    pair.control.faults.add(Fault(action="MigratePrivateIpAddress", drop=True, effect=effect))
    assert switch_ip(pair.client, pair.address, pair.nodes[1]).outcome is Outcome.MOVED
    assert pair.place() == pair.enis[1]
    sent = pair.calls().count("MigratePrivateIpAddress")
    assert sent == (2 if effect == "before" else 1)


def test_a_failed_task_is_an_error_with_its_reason(pair: Pair) -> None:
    pair.control.cloud.settings.failing_tasks = {"MigratePrivateIpAddress": "no room"}
    with pytest.raises(TaskError, match="no room"):
        switch_ip(pair.client, pair.address, pair.nodes[1])
    assert pair.place() == pair.enis[0]


@pytest.mark.parametrize(
    ("code", "error"),
    [("UnauthorizedOperation", DeniedError), ("ResourceNotFound", NotFoundError)],
)
def test_errors_unrelated_to_concurrent_calls_are_raised(
    pair: Pair, code: str, error: type[Exception]
) -> None:
    pair.control.faults.add(Fault(action="MigratePrivateIpAddress", code=code, times=None))
    with pytest.raises(error):
        switch_ip(pair.client, pair.address, pair.nodes[1], timeout=5)
    assert pair.calls().count("MigratePrivateIpAddress") == 1
