"""``havip wait`` and ``havip watch``: following a HAVIP, on a clock that takes no time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from havip import FakeClock
from havip.cli._moves import Moves
from havip.cli.wait import changes

if TYPE_CHECKING:
    from tests.cli.conftest import Stage

Shell = Callable[..., Any]


class Diary(FakeClock):
    """A clock that runs scheduled actions."""

    def __init__(self, start: float) -> None:
        super().__init__(start)
        self.entries: list[tuple[float, Callable[[], object]]] = []

    def at(self, seconds: float, do: Callable[[], object]) -> None:
        """Schedule an action after some seconds of sleep."""
        self.entries.append((self.monotonic() + seconds, do))

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        due = [do for when, do in self.entries if when <= self.monotonic()]
        self.entries = [entry for entry in self.entries if entry[0] > self.monotonic()]
        for do in due:
            do()


@pytest.fixture
def clock(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Diary:
    """The clock of every client that a command makes."""
    made = Diary(stage.control.cloud.clock.time())
    monkeypatch.setattr("havip._transport.clock.SystemClock", lambda: made)
    return made


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("held", []),
        ("held", ["--by", "node"]),
        ("unheld", ["--for", "unheld"]),
        ("bound", ["--for", "bound"]),
        ("unbound", ["--for", "unbound"]),
        ("gone", ["--for", "gone"]),
    ],
)
def test_wait_ends_when_the_condition_holds(
    stage: Stage, shell: Shell, clock: Diary, until: str, words: list[str]
) -> None:
    vip, eip, node = stage.havip(), stage.eip(), stage.nodes[0]

    def bind() -> None:
        stage.client.ha_vip_associate_address_ip(ha_vip_id=vip.ha_vip_id, address_ip=eip)

    if until == "unheld":
        stage.take(node, vip)
    if until == "unbound":
        bind()
    happens: dict[str, Callable[[], object]] = {
        "held": lambda: stage.take(node, vip),
        "unheld": lambda: stage.control.cloud.release(vip.ha_vip_id),
        "bound": bind,
        "unbound": lambda: stage.client.ha_vip_disassociate_address_ip(ha_vip_id=vip.ha_vip_id),
        "gone": lambda: stage.client.delete_ha_vip(ha_vip_id=vip.ha_vip_id),
    }
    clock.at(5, happens[until])
    begun = clock.monotonic()
    done = shell("wait", vip.vip, *[word.replace("node", node) for word in words])
    assert (done.code, done.err) == (0, "")
    by = f" by {node}" if "--by" in words else ""
    assert done.out == f"{vip.ha_vip_id} ({vip.vip}) is {until}{by}\n"
    assert 5 <= clock.monotonic() - begun < 8


def test_wait_gives_up_in_time_with_its_own_code(stage: Stage, shell: Shell, clock: Diary) -> None:
    vip = stage.havip()
    stage.take(stage.nodes[0], vip)
    done = shell("wait", vip.vip, "--by", stage.nodes[1], "--timeout", "9")
    first, second = stage.nodes
    assert (done.code, done.out) == (6, "")
    assert done.err == (
        f"havip: {vip.ha_vip_id} ({vip.vip}) is not held by {second} after 9 s; last seen "
        f"AVAILABLE, held by {first}, without an EIP; see why with: havip doctor {vip.ha_vip_id}, "
        "or wait longer with --timeout\n"
    )


@pytest.mark.parametrize(
    ("until", "how"),
    [
        ("unheld", "stop keepalived on node"),
        ("bound", "bind one with: havip eip bind ID ADDRESS"),
        ("gone", "delete it with: havip rm ID"),
    ],
)
def test_a_failed_wait_gives_the_next_step(
    stage: Stage, shell: Shell, clock: Diary, until: str, how: str
) -> None:
    vip, (node, _) = stage.havip(), stage.nodes
    stage.take(node, vip)
    done = shell("wait", vip.vip, "--for", until, "--timeout", "3")
    assert done.code == 6
    expected = how.replace("ID", vip.ha_vip_id).replace("node", node)
    assert f"; {expected}, or wait longer with --timeout\n" in done.err


def test_a_wait_for_a_free_address_says_how_to_unbind_it(
    stage: Stage, shell: Shell, clock: Diary
) -> None:
    vip, eip = stage.havip(), stage.eip()
    stage.client.ha_vip_associate_address_ip(ha_vip_id=vip.ha_vip_id, address_ip=eip)
    done = shell("wait", vip.vip, "--for", "unbound", "--timeout", "3")
    assert f"held by nobody, with the EIP {eip}; unbind it with: havip eip unbind" in done.err


def test_a_havip_deleted_during_a_wait_is_not_found(
    stage: Stage, shell: Shell, clock: Diary
) -> None:
    vip = stage.havip()
    clock.at(2, lambda: stage.client.delete_ha_vip(ha_vip_id=vip.ha_vip_id))
    done = shell("wait", vip.vip, "--timeout", "5")
    assert (done.code, done.err) == (
        3,
        f"havip: {vip.ha_vip_id} ({vip.vip}) was deleted in the meantime\n",
    )


def test_a_deleted_havip_is_not_waited_for(stage: Stage, shell: Shell) -> None:
    done = shell("wait", "havip-00000000", "--for", "gone")
    assert (done.code, done.out) == (0, "havip-00000000 is gone\n")
    assert shell("wait", "havip-00000000").code == 3


def test_wait_rejects_contradicting_conditions(stage: Stage, shell: Shell) -> None:
    done = shell("wait", "10.0.0.4", "--for", "gone", "--by", "ins-1a2b3c4d")
    assert (done.code, "requires --for held" in done.err) == (2, True)
    assert [entry.action for entry in stage.control.requests] == []


def story(stage: Stage, clock: Diary, vip: Any) -> None:
    """Move a HAVIP from one machine to the other, bind it, and delete another one."""
    other = stage.havip("other")
    stage.take(stage.nodes[0], vip)
    clock.at(2, lambda: stage.take(stage.nodes[1], vip))
    clock.at(4, lambda: stage.client.delete_ha_vip(ha_vip_id=other.ha_vip_id))


def test_watch_prints_a_line_for_each_change(stage: Stage, shell: Shell, clock: Diary) -> None:
    vip = stage.havip()
    story(stage, clock, vip)
    done = shell("watch", "--interval", "1", "--duration", "6")
    assert done.code == 0
    lines = [line.split("  ", 1)[1] for line in done.out.splitlines()]
    first, second = stage.nodes
    here = f"{vip.ha_vip_id}  {vip.vip}"
    assert f"{here}  held by {first}  EIP -" in lines[:2]
    assert lines[2] == f"{here}  {first} → {second}  EIP -"
    assert lines[3].endswith("  deleted")
    assert len(lines) == 4


def test_watch_prints_json(stage: Stage, shell: Shell, clock: Diary) -> None:
    vip = stage.havip()
    story(stage, clock, vip)
    words = ("watch", vip.vip, "--interval", "1", "--duration", "6", "-o")
    told = [json.loads(line) for line in shell(*words, "json").out.splitlines()]
    assert [(one["event"], one["was_held_by"], one["holder"]) for one in told] == [
        ("found", "", stage.nodes[0]),
        ("changed", stage.nodes[0], stage.nodes[1]),
    ]
    assert set(told[0]) == {
        *("time", "event", "ha_vip_id", "vip", "holder", "was_held_by", "eip"),
    }
    (now,) = yaml.safe_load(shell(*words, "yaml").out)
    assert now["holder"] == stage.nodes[1]


def take_in_turn(stage: Stage, clock: Diary, vip: Any, times: tuple[int, ...]) -> None:
    """Announce an address from both machines, one after the other."""
    stage.take(stage.nodes[0], vip)
    for number, at in enumerate(times, start=1):
        clock.at(at, partial(stage.take, stage.nodes[number % 2], vip))


def test_watch_reports_a_split_brain(stage: Stage, shell: Shell, clock: Diary) -> None:
    vip = stage.havip()
    take_in_turn(stage, clock, vip, (3, 6, 9, 12, 15))
    done = shell("watch", vip.vip, "--interval", "1", "--duration", "20")
    (line,) = [line for line in done.out.splitlines() if "split brain" in line]
    both = " and ".join(stage.nodes)
    assert line.endswith(f"split brain: {both} take it from each other, 3 moves in 6 s")


def test_rare_moves_are_not_flapping(stage: Stage, shell: Shell, clock: Diary) -> None:
    vip = stage.havip()
    take_in_turn(stage, clock, vip, (3, 40, 80, 120))
    done = shell("watch", vip.vip, "--interval", "1", "--duration", "130")
    assert len(done.out.splitlines()) == 5


def test_frequent_moves_are_flapping() -> None:
    moves = Moves("ins-a")
    found = [moves.record(at, to) for at, to in ((4, ""), (8, "ins-a"), (12, ""), (16, "ins-a"))]
    assert found == [None, None, ("flapping", ("ins-a",), 3, 8), None]


def test_watch_reports_a_public_address(stage: Stage, shell: Shell, clock: Diary) -> None:
    vip, eip = stage.havip(), stage.eip()
    stage.client.ha_vip_associate_address_ip(ha_vip_id=vip.ha_vip_id, address_ip=eip)
    done = shell("watch", vip.vip, "--duration", "0")
    assert done.out.endswith(f"{vip.vip}  held by nobody  EIP {eip}\n")


def test_a_watch_has_no_end_of_its_own(stage: Stage, clock: Diary) -> None:
    vip = stage.havip()
    client = stage.client
    client.clock = clock
    seen = changes(client, [vip.ha_vip_id], 60, None)
    assert next(seen)["event"] == "found"
    clock.at(3000, lambda: stage.take(stage.nodes[0], vip))
    assert next(seen)["holder"] == stage.nodes[0]
    assert len(clock.slept) == 50


def test_a_watch_without_havips_says_that_it_waits(
    stage: Stage, shell: Shell, clock: Diary
) -> None:
    clock.at(2, stage.havip)
    done = shell("watch", "--interval", "1", "--duration", "4")
    assert done.err == "no HAVIP in ap-guangzhou yet: waiting for the first\n"
    assert len(done.out.splitlines()) == 1


def test_a_watched_havip_must_exist(stage: Stage, shell: Shell) -> None:
    assert shell("watch", "havip-00000000").code == 3
    assert shell("watch", "--interval", "0").code == 2


@pytest.mark.process
def test_ctrl_c_ends_a_watch_with_130(havip_server: Any, bare: None) -> None:
    """A real process at a real server, interrupted when it has printed its first line."""
    import havip
    from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

    key = havip.Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
    client = havip.Client("ap-guangzhou", credentials=key, endpoint=havip_server.url)
    vpc = client.create_vpc(vpc_name="v", cidr_block="10.0.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="s", cidr_block="10.0.0.0/24", zone="ap-guangzhou-3"
    ).subnet.subnet_id
    vip = client.create_ha_vip(vpc_id=vpc, subnet_id=subnet, ha_vip_name="web").ha_vip
    environment = {
        **os.environ,
        "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
        "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
        "TENCENTCLOUD_REGION": "ap-guangzhou",
        "HAVIP_ENDPOINT": havip_server.url,
    }
    command = [sys.executable, "-c", "from havip.cli.main import main; main()", "watch"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stdout
        assert vip.ha_vip_id in watch.stdout.readline()
        watch.send_signal(signal.SIGINT)
        out, err = watch.communicate(timeout=20)
    assert (watch.returncode, out) == (130, "")
    assert "Traceback" not in err
