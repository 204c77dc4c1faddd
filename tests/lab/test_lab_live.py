"""A lab that stays, and what is left of one that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from havip.lab import labs, live, namespace, topologies
from havip.lab.control import send_command
from havip.lab.labs import LabFolder
from havip.lab.namespace import LabError

REASON = namespace.missing(("keepalived", "haproxy", "killall"))
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
PATIENCE = 60.0


@pytest.fixture(scope="module")
def lab() -> Iterator[LabFolder]:
    started = live.start(topologies.build("pair"), f"test-{os.getpid()}", "a test")
    yield started
    labs.take_down(started)


def eventually(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def processes(path: Path) -> list[int]:
    """The processes that know a lab's folder, by their command lines."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(path).encode() in one.read_bytes():
                found.append(int(one.parent.name))
        except OSError:
            continue
    return [one for one in found if one != os.getpid()]


def links() -> set[str]:
    return {one.name for one in Path("/sys/class/net").iterdir()}


def test_a_fault_is_started_inspected_and_ended(lab: LabFolder, tmp_path: Path) -> None:
    before = send_command(lab.control, "status")
    assert before["network"] == before["api"]
    held = before["network"]
    assert send_command(lab.control, "fault", name="service-killed", node="master").startswith(
        "1: "
    )

    def moved() -> bool:
        return bool(send_command(lab.control, "status")["network"] != held)

    assert eventually(moved)
    assert eventually(lambda: bool(send_command(lab.control, "probe", seconds=0.5)["answered"]))
    during = send_command(lab.control, "status")
    assert during["faults"] == {"1": f"service-killed {held}"}
    assert "haproxy" not in during["nodes"][held]["runs"]
    with pytest.raises(LabError, match="there is no active fault 9"):
        send_command(lab.control, "heal", number=9)
    assert send_command(lab.control, "heal") == [f"service-killed {held}"]
    after = send_command(lab.control, "status")
    assert after["faults"] == {}
    assert "haproxy" in after["nodes"][held]["runs"]
    assert "checkhaproxy" in send_command(
        lab.control, "logs", node=held, service="keepalived", lines=200
    )
    text = send_command(lab.control, "report")
    assert "service-killed" in text
    assert "http-equiv" not in text
    assert "src=" not in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"do": "fault", "name": "node-crasht"}, "did you mean node-crashed?"),
        ({"do": "fault", "name": "node-crashed", "node": "lb9"}, "unknown node lb9"),
        ({"do": "fault", "name": "service-killed", "service": "apache"}, "no service 'apache'"),
        ({"do": "fault", "name": "api-down"}, "do not use the API"),
        ({"do": "logs", "node": "lb1", "service": "x"}, "has no service x"),
        ({"do": "dance"}, "invalid request"),
    ],
)  # fmt: skip
def test_invalid_requests_to_a_running_lab_are_rejected_in_one_line(
    lab: LabFolder, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(LabError) as caught:
        send_command(lab.control, **arguments)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_shell_is_on_the_node(lab: LabFolder) -> None:
    command = live.shell(lab, "lb2")
    done = subprocess.run(command, input="hostname; cat /etc/hosts\n", capture_output=True,
                          text=True, timeout=PATIENCE)  # fmt: skip
    assert done.stdout.splitlines()[0] == "lb2"
    assert "172.17.16.7 lb1" in done.stdout


def test_two_labs_side_by_side_do_not_meet_and_nothing_is_left_of_the_one_taken_down(
    lab: LabFolder,
) -> None:
    before = links()
    other = live.start(topologies.build("pair-fast"), f"test-{os.getpid()}-2", "a test")
    try:
        send_command(other.control, "fault", name="power-lost")
        assert send_command(other.control, "status")["nodes"]["lb1"]["power"] is False
        mine = send_command(lab.control, "status")
        assert mine["nodes"]["lb1"]["power"]
        assert mine["network"]
        with pytest.raises(LabError, match="running: run havip lab down"):
            live.start(topologies.build("pair"), lab.name, "a test")
        assert processes(other.path)
    finally:
        begun = time.monotonic()
        labs.take_down(other)
        print(f"down in {time.monotonic() - begun:.3f} s")
    assert send_command(lab.control, "status")["network"] == mine["network"]
    assert not other.path.exists()
    assert eventually(lambda: processes(other.path) == [])
    assert links() == before
    assert str(other.path) not in Path("/proc/mounts").read_text()


def test_nothing_is_left_of_a_command_that_is_killed_but_a_folder_that_down_removes() -> None:
    program = "from havip.lab import runs, shipped\nruns.run(shipped.load('power-of-the-master'))"
    process = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)

    def mine() -> list[LabFolder]:
        return [one for one in labs.labs() if one.pid == process.pid]

    assert eventually(lambda: bool(mine()) and len(processes(mine()[0].path)) > 2)
    (left,) = mine()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert eventually(lambda: processes(left.path) == [])
    assert left.path.exists()
    assert not left.alive
    labs.take_down(left)
    assert not left.path.exists()


def test_a_topology_that_cannot_start_leaves_nothing(tmp_path: Path) -> None:
    topology = topologies.build("pair")
    broken = topology.model_copy(deep=True)
    (conf, *_rest) = broken.nodes["lb1"].files
    bad = conf.model_copy(update={"content": "vrrp_instance X {\n  interface nowhere\n"})
    broken.nodes["lb1"].files[0] = bad
    name = f"test-{os.getpid()}-broken"
    with pytest.raises(LabError) as caught:
        live.start(broken, name, "a test")
    assert "\n" not in str(caught.value)
    assert "lb1" in str(caught.value)
    assert not (labs.base() / name).exists()
