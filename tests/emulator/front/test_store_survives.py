"""The emulator's data folder keeps everything acknowledged over restarts and kills."""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import havip
from havip.api import CreateVpc, DescribeVpcs
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.errors import ApiFailure
from havip.emulator.state.access_keys import Keys
from havip.emulator.state.store import FILE_NAME, Store, StoreError

pytestmark = pytest.mark.evidence("assumed")

CALLER = Caller(account="100000000001", region="ap-guangzhou")


def opened(folder: Path) -> tuple[Store, Cloud]:
    store = Store(folder)
    try:
        cloud = Cloud(keys=Keys(master=store.master))
        store.attach(cloud)
    except BaseException:
        store.close()
        raise
    return store, cloud


def make(cloud: Cloud, name: str = "a") -> str:
    return cloud.call(CALLER, CreateVpc(vpc_name=name, cidr_block="10.0.0.0/16")).vpc.vpc_id


def vpcs(cloud: Cloud) -> list[str]:
    return [vpc.vpc_id for vpc in cloud.call(CALLER, DescribeVpcs()).vpc_set]


def test_a_restart_finds_everything(tmp_path: Path) -> None:
    store, cloud = opened(tmp_path / "new" / "data")
    made = [make(cloud, name) for name in "abc"]
    with pytest.raises(ApiFailure):
        cloud.call(CALLER, CreateVpc(vpc_name="", cidr_block="nonsense"))
    cloud.clock.advance(3600)
    before = cloud.dump()
    temporary = cloud.keys.issue("100000000001", cloud.clock.time() + 60)
    store.close()
    store, cloud = opened(tmp_path / "new" / "data")
    assert sorted(vpcs(cloud)) == sorted(made)
    assert sorted(cloud.dump()) == sorted(before)
    assert cloud.keys.find(temporary.secret_id) == temporary
    assert make(cloud) not in made
    store.close()


def test_a_reset_empties_the_folder_too(tmp_path: Path) -> None:
    store, cloud = opened(tmp_path)
    make(cloud)
    cloud.reset()
    store.close()
    store, cloud = opened(tmp_path)
    assert vpcs(cloud) == []
    store.close()


def test_others_cannot_read_it(tmp_path: Path) -> None:
    store, cloud = opened(tmp_path / "data")
    make(cloud)
    store.close()
    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_one_emulator_at_a_time(tmp_path: Path) -> None:
    store, _ = opened(tmp_path)
    with pytest.raises(StoreError, match="in use by another emulator"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def spoil(path: Path, how: str) -> None:
    if how == "noise":
        path.write_bytes(b"this is not a database" * 500)
    elif how == "half":
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    elif how == "row":
        with sqlite3.connect(path) as db:
            db.execute("UPDATE row SET row = '{' WHERE kind = 'vpc'")
        db.close()
    else:
        with sqlite3.connect(path) as db:
            db.execute(
                {"newer": "PRAGMA user_version = 99", "foreign": "PRAGMA application_id = 7"}[how]
            )
        db.close()


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("noise", "corrupt.*mv "),
        ("half", "corrupt.*mv "),
        ("cut", "corrupt.*mv "),
        ("row", "cannot be read.*mv "),
        ("newer", "newer havip.*--data"),
        ("foreign", "another application.*--data"),
    ],
)
def test_an_unusable_file_gives_the_next_step(how: str, text: str, tmp_path: Path) -> None:
    store, cloud = opened(tmp_path)
    make(cloud)
    store.close()
    path = tmp_path / FILE_NAME
    spoil(path, how)
    spoiled = path.read_bytes()
    with pytest.raises(StoreError, match=text) as caught:
        opened(tmp_path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == spoiled


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "file")


def test_changes_that_cannot_be_stored_are_rejected(tmp_path: Path) -> None:
    store, cloud = opened(tmp_path)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        make(cloud)
    assert vpcs(cloud) == []


KILLED = """
import os, sys, threading
from pathlib import Path
from havip.emulator.http.service import ServerOptions, run
from havip.emulator.state.store import Store
keep, calls = Store.keep, [0]
def kill(store, changes):
    calls[0] += 1
    if calls[0] == int(sys.argv[2]) and sys.argv[3] == "before":
        os.kill(os.getpid(), 9)
    keep(store, changes)
    if calls[0] == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
Store.keep = kill
run(ServerOptions(data=Path(sys.argv[1])), lambda line: print(line, flush=True))
"""


@pytest.mark.process
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_in_the_middle_of_a_request_loses_nothing_acknowledged(
    moment: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), "4", moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().rpartition(" ")[2].strip()
        made = []
        key = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
        with havip.Client("ap-guangzhou", credentials=key, endpoint=url) as client:
            for name in "abc":
                vpc = client.create_vpc(vpc_name=name, cidr_block="10.0.0.0/16").vpc
                made.append(vpc.vpc_id)
            with pytest.raises(havip.errors.LostAnswerError):
                client.create_vpc(vpc_name="d", cidr_block="10.0.0.0/16")
    assert process.returncode == -signal.SIGKILL
    store, cloud = opened(tmp_path)
    kept = vpcs(cloud)
    store.close()
    assert set(made) <= set(kept)
    assert len(kept) == (3 if moment == "before" else 4)


@pytest.mark.process
def test_the_command_line_of_the_server_names_no_key(tmp_path: Path) -> None:
    """A key from the environment or a file stands in no list of processes."""
    keys = tmp_path / "keys"
    keys.write_text("# ours\nAKIDfile:filesecret:100000000007\n")
    code = (
        "from pathlib import Path; import sys; "
        "from havip.emulator.http.service import ServerOptions, run; "
        "run(ServerOptions(key_file=Path(sys.argv[1])), lambda line: print(line, flush=True))"
    )
    command = [sys.executable, "-c", code, str(keys)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().rpartition(" ")[2].strip()
        key = havip.Credentials("AKIDfile", "filesecret")
        with havip.Client("ap-guangzhou", credentials=key, endpoint=url) as client:
            assert client.describe_vpcs().total_count == 0
        seen = Path(f"/proc/{process.pid}/cmdline").read_bytes() if Path("/proc").exists() else b""
        process.send_signal(signal.SIGTERM)
    assert b"filesecret" not in seen
    assert process.returncode == 0


SERVE = """
import sys
from pathlib import Path
from havip.emulator.http.service import ServerOptions, run
plan = ServerOptions(data=Path(sys.argv[1]), settings={"quotas": {"vpcs_per_region": 100_000}})
run(plan, lambda line: print(line, flush=True))
"""


@pytest.mark.soak
def test_kills_under_load_lose_nothing_acknowledged(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Four callers make VPCs while the server is killed repeatedly, at random."""
    acknowledged: list[str] = []
    rounds, callers = 30, 4
    key = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
    for _ in range(rounds):
        command = [sys.executable, "-c", SERVE, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().rpartition(" ")[2].strip()
            with havip.Client("ap-guangzhou", credentials=key, endpoint=url) as client:

                def make(_: int, client: havip.Client = client) -> None:
                    with contextlib.suppress(havip.errors.TransportError):
                        while True:
                            made = client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
                            acknowledged.append(made.vpc.vpc_id)

                with ThreadPoolExecutor(callers) as pool:
                    running = pool.map(make, range(callers))
                    threading.Timer(random.uniform(0.05, 0.5), process.kill).start()
                    list(running)
    store, cloud = opened(tmp_path)
    kept = {row.id for row in cloud.dump() if row.kind == "vpc"}
    store.close()
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + rounds * callers, "no more than what was under way"
    record_property(
        "told", f"{rounds} kills of a server under load: {len(acknowledged)} acknowledged, 0 lost"
    )
