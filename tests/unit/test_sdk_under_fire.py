"""A hundred threads on one client while the server is killed and started again underneath."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import pytest
import requests

import havip
from havip import Retry, api, errors

THREADS = 100
START = "from havip.cli.main import main; main()"


class Emulator:
    """The emulator as a process that keeps its state in a folder; it can be killed."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.port = 0
        self.kills = 0
        self.start()

    @property
    def url(self) -> str:
        """Return its base URL, the same through all restarts."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it on its port; returns when it answers."""
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", START, "emulator", "--port", str(self.port)),
                *("--data", str(self._data), "--quota", "havips_per_vpc=100000"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert "ready on" in line
        self.port = int(line.rpartition(":")[2])
        self.order_faults()

    def order_faults(self) -> None:
        """Order faults that lose responses of completed work, which a kill alone seldom manages."""
        lost = [
            {"action": action, "nth": number, "drop": True, "effect": effect}
            for action in ("CreateHaVip", "DeleteHaVip")
            for number, effect in zip(range(2, 90, 4), cycle(["after", "before"]), strict=False)
        ]
        answer = requests.post(f"{self.url}/_havip/faults", json={"add": lost}, timeout=10)
        assert answer.ok, answer.text

    def kill(self) -> None:
        """Kill it in the middle of whatever it does."""
        self._process.kill()
        self.wait()
        self.kills += 1

    def stop(self) -> None:
        """Stop it."""
        self._process.terminate()
        self.wait()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Progress:
    """Counts what succeeded, and wakes who waits for a count."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def more(self) -> None:
        """Count one."""
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def reach(self, count: int) -> None:
        """Wait for a count."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.count >= count, timeout=120)


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    made = Emulator(tmp_path / "state")
    yield made
    made.stop()


def delete(client: havip.Client, havip_id: str) -> None:
    """Delete surely: after a lost answer it may be gone already, and then it is done."""
    while True:
        try:
            client.delete_ha_vip.start(ha_vip_id=havip_id)
        except errors.NotFoundError:
            return
        except errors.TransportError as error:
            if not error.in_doubt:
                raise
        else:
            return


def run(emulator: Emulator, rounds: int, kills: int) -> None:
    """Create and delete in all threads, kill meanwhile, and compare what is left with what should.

    Args:
        emulator: The server.
        rounds: How many HAVIPs each thread makes; it deletes every second.
        kills: How often the server is killed.
    """
    # An outage may take a while here: the usual rules, without a limit of attempts.
    rules = {code: rule._replace(tries=None) for code, rule in Retry().rules.items()}
    client = havip.Client(
        "ap-guangzhou",
        credentials=havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"),
        endpoint=emulator.url,
        retry=Retry(first=0.1, longest=1.0, deadline=300.0, rules=rules),
    )
    vpc_id = client.create_vpc(vpc_name="net", cidr_block="10.0.0.0/16").vpc.vpc_id
    subnet_id = client.create_subnet(
        vpc_id=vpc_id, subnet_name="all", cidr_block="10.0.0.0/16", zone="ap-guangzhou-3"
    ).subnet.subnet_id
    progress = Progress()
    kept: dict[str, str] = {}

    def work(thread: int) -> None:
        for number in range(rounds):
            name = f"{thread}-{number}"
            made = client.create_ha_vip(vpc_id=vpc_id, subnet_id=subnet_id, ha_vip_name=name)
            progress.more()
            if number % 2 == 1:
                delete(client, made.ha_vip.ha_vip_id)
            else:
                kept[name] = made.ha_vip.ha_vip_id

    with client, ThreadPoolExecutor(THREADS) as threads:
        works = [threads.submit(work, thread) for thread in range(THREADS)]
        for number in range(kills):
            progress.reach((number + 1) * THREADS * rounds // (kills + 1))
            emulator.kill()
            emulator.start()
        for one in works:
            one.result(300)
        pages = client.pages(api.DescribeHaVips())
        there = [vip for page in pages for vip in page.ha_vip_set]

    doubled = [name for name, count in Counter(v.ha_vip_name for v in there).items() if count > 1]
    assert doubled == []
    assert {vip.ha_vip_name: vip.ha_vip_id for vip in there} == kept, "one was lost or is too much"
    assert len({vip.vip for vip in there}) == len(there), "two have one address"
    assert emulator.kills == kills


@pytest.mark.process
def test_nothing_is_lost_or_doubled_when_the_server_is_killed(emulator: Emulator) -> None:
    run(emulator, rounds=2, kills=2)


@pytest.mark.soak
def test_nothing_is_lost_or_doubled_in_a_long_storm(emulator: Emulator) -> None:
    run(emulator, rounds=30, kills=20)
