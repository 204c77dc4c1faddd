"""Nodes and the network of the lab, without any daemon."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from havip.lab import namespace

REASON = namespace.missing(())
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]

PREAMBLE = '''
import json, sys, time
from pathlib import Path
from types import SimpleNamespace
from havip.lab.events import EventLog
from havip.lab.fabric import Fabric
from havip.lab.logs import LogCollector
from havip.lab.namespace import LabError
from havip.lab.node import Node

folder, events, logs = Path(sys.argv[1]), EventLog(), LogCollector()
VIP = "10.0.0.9"
GARP = """
import socket
own, zero = socket.inet_aton("10.0.0.9"), bytes(6)
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("eth0", 0))
mac = out.getsockname()[4]
ethernet, request = bytes([255] * 6) + mac, bytes.fromhex("08060001080006040001")
out.send(ethernet + request + mac + own + zero + own)
"""


def wait_until(what, true, seconds):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)


def start(*names):
    made = [Node(name, folder, events=events, logs=logs, megabytes=64) for name in names]
    for node in made:
        node.start()
    return made


def connect(*nodes, **more):
    fabric = Fabric(lambda *said: SimpleNamespace(accepted=True, reason="moved"), events, **more)
    fabric.add_network(gateways=["10.0.0.1", "10.0.1.1"])
    for number, node in enumerate(nodes):
        fabric.attach(node, f"10.0.{number // 2}.{number + 10}", 24, sender=node.name,
                      gateway=f"10.0.{number // 2}.1")
    return fabric


def answers(node, address):
    # One of three answers is enough: a busy machine may delay a single one.
    return node.attempt("ping", "-c3", "-i0.2", "-W1", address)[0] == 0
'''


def inside(program: str, folder: Path) -> Any:
    """Run a program in the namespaces of a lab; it prints JSON in its last line."""
    done = subprocess.run(
        namespace.command(sys.executable, "-c", PREAMBLE + program, str(folder)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_node_has_its_own_files_and_finds_them_after_a_power_failure(tmp_path: Path) -> None:
    seen = inside(
        """
one, two = start("one", "two")
one.run("sh", "-c", "echo kept > /etc/lab-test; echo gone > /run/lab-test; touch /tmp/temptable-1")
other = two.run("sh", "-c", "ls /etc/lab-test /run/lab-test /tmp/temptable-1; true")
name = one.run("hostname").strip()
one.crash()
one.start()
print(json.dumps([name, other, one.run("cat", "/etc/lab-test"), one.run("ls", "/tmp", "/run")]))
""",
        tmp_path,
    )
    assert seen[:3] == ["one", "", "kept\n"]
    assert "temptable" not in seen[3]
    assert "lab-test" not in seen[3]
    assert not Path("/etc/lab-test").exists()


def test_a_full_disk_takes_nothing_until_it_is_emptied(tmp_path: Path) -> None:
    seen = inside(
        """
(node,) = start("node")
write = ("sh", "-c", "head -c 200000 /dev/zero > /etc/lab-test")
node.write("/etc/lab-file", "before")
node.disk.fill()
full = node.attempt(*write)[2]
try:
    node.write("/etc/lab-file", "x" * 200000)
except LabError as error:
    refused = str(error)
kept = node.read("/etc/lab-file")
node.disk.empty()
taken = node.attempt(*write)[0]
more = "while :; do head -c 99999 /dev/zero >> /etc/more{} || exit; done"
for number in range(5):
    node.spawn(f"writer{number}", "sh", "-c", more.format(number))
    written = ("test", "-s", f"/etc/more{number}")
    wait_until("what it writes", lambda: node.attempt(*written)[0] == 0, 20)
    node.disk.fill()
    wait_until("its end", lambda: f"writer{number}" not in node.programs(), 20)
    node.disk.empty()
print(json.dumps([full, taken, refused, kept]))
""",
        tmp_path,
    )
    assert "No space left" in seen[0]
    assert seen[1] == 0
    assert seen[2] == "node: /etc/lab-file cannot be written: No space left on device"
    assert seen[3] == "before"


def test_a_program_that_fails_is_started_again_and_one_that_is_stopped_is_not(
    tmp_path: Path,
) -> None:
    seen = inside(
        """
(node,) = start("node")
node.spawn("failing", "sh", "-c", "echo once; exit 3", restart=0.1)
wait_until("three starts", lambda: node.log("failing").count("once") >= 3, 10)
node.stop("failing")
node.spawn("stopped", "sleep", "100", restart=0.1)
node.stop("stopped")
wait_until("its end", lambda: "stopped" not in node.programs(), 10)
time.sleep(0.3)
print(json.dumps([node.programs(), [one.text for one in events.find("service")][:3]]))
""",
        tmp_path,
    )
    assert "stopped" not in seen[0]
    assert seen[1] == ["started", "exited with 3", "restarted"]


def test_each_fault_of_the_network_is_felt_and_undone(tmp_path: Path) -> None:
    seen = inside(
        """
one, two, far = start("one", "two", "far")
fabric = connect(one, two, far)
said = {"subnet": answers(one, "10.0.0.11"), "other subnet": answers(one, "10.0.1.12")}
faults = {
    "cut": (lambda: fabric.cut("one", "two"), lambda: fabric.heal("one", "two")),
    "protocol": (lambda: fabric.cut("one", "two", protocol=1),
                 lambda: fabric.heal("one", "two", protocol=1)),
    "isolated": (lambda: fabric.isolate("two"), lambda: fabric.isolate("two", on=False)),
    "refused": (lambda: fabric.refuse("two", 1), lambda: fabric.refuse("two", 1, on=False)),
    "unplugged": (lambda: fabric.unplug("two"), lambda: fabric.unplug("two", on=False)),
}
for name, (begin, undo) in faults.items():
    begin()
    during, other = answers(one, "10.0.0.11"), answers(one, "10.0.1.12")
    undo()
    said[name] = [during, other, answers(one, "10.0.0.11")]
fabric.cut("one", "two")
fabric.cut("one", "two")
fabric.heal("one", "two")
said["still cut"] = not answers(one, "10.0.0.11")
fabric.heal("one", "two")
said["mended"] = answers(one, "10.0.0.11")
print(json.dumps(said))
""",
        tmp_path,
    )
    assert seen.pop("still cut"), "of two faults that overlap one is over"
    assert seen.pop("mended")
    assert seen.pop("subnet")
    assert seen.pop("other subnet")
    assert set(seen) == {"cut", "protocol", "isolated", "refused", "unplugged"}
    assert all(felt == [False, True, True] for felt in seen.values())


def test_an_address_moves_some_time_after_an_announcement_that_is_not_lost(tmp_path: Path) -> None:
    seen = inside(
        """
one, two = start("one", "two")
fabric = connect(one, two, delay=0.5)


def announce(node):
    before = len(events)
    node.run(sys.executable, "-c", GARP)
    wait_until("the announcement", lambda: len(events) > before, 5)
    return [event for event in events if event.kind in ("announcement", "drop")][-1]


def moved():
    wait_until("the move", lambda: list(events)[-1].kind == "rebind", 5)
    return list(events)[-1]


seen = {}
first = announce(one)
seen["at once"] = fabric.holder(VIP)
seen["took"] = moved().at - first.at
seen["then"] = fabric.holder(VIP)
fabric.lose_next = 2
seen["lost"] = [announce(two).text, announce(two).text]
time.sleep(1)
seen["after lost"] = fabric.holder(VIP)
seen["heard"] = announce(two).text
moved()
seen["in the end"] = fabric.holder(VIP)
announce(one)
announce(two)
time.sleep(1)
seen["the last one wins"] = fabric.holder(VIP)
fabric.isolate("one")
seen["cut off"] = announce(one).text
print(json.dumps(seen))
""",
        tmp_path,
    )
    assert 0.5 <= seen.pop("took") < 3
    assert seen == {
        "at once": None,
        "then": "one",
        "lost": ["lost", "lost"],
        "after lost": "one",
        "heard": "moved",
        "in the end": "two",
        "the last one wins": "two",
        "cut off": "cut-off",
    }


ORDERLY = """
import ctypes, os, signal, sys
os.fork() and signal.pause()
signal.signal(signal.SIGTERM, lambda *_: (open("/run/in-order", "w"), os._exit(0)))
ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG, as keepalived's child does
open("/run/waits", "w")
signal.pause()
"""


def test_a_killed_program_has_no_child_that_ends_in_order(tmp_path: Path) -> None:
    (tmp_path / "orderly.py").write_text(ORDERLY)
    seen = inside(
        """
(node,) = start("node")
program = (folder / "orderly.py").read_text()
node.write("/usr/local/bin/orderly", f"#!{sys.executable} -IS\\n{program}", 0o755)
count = "ls /run/in-order /run/waits 2>/dev/null; rm -f /run/in-order /run/waits"
def files():
    return node.run("sh", "-c", count + "; true").split()
def waits():
    return node.attempt("test", "-e", "/run/waits")[0] == 0
kills = []
for number in range(20):
    node.spawn("orderly", "/usr/local/bin/orderly")
    wait_until("the child", waits, 20)
    node.kill("orderly", "orderly")
    wait_until("its end", lambda: not node.signal("orderly", 0), 20)
    kills += files()
node.spawn("orderly", "/usr/local/bin/orderly")
wait_until("the child", waits, 20)
node.signal("orderly", 9, "parent")
wait_until("its end", lambda: not node.signal("orderly", 0), 20)
print(json.dumps([kills, files()]))
""",
        tmp_path,
    )
    assert seen == [["/run/waits"] * 20, ["/run/in-order", "/run/waits"]]


def test_a_service_whose_main_process_dies_ends_the_others_as_its_unit_says(
    tmp_path: Path,
) -> None:
    seen = inside(
        """
(node,) = start("node")
program = "(trap 'echo in order; exit' TERM; echo ready; while :; do sleep 0.1; done) & sleep 1000"
for name, mode in (("group", "control-group"), ("alone", "process")):
    node.write(f"/etc/systemd/system/{name}.service",
               f'[Service]\\nKillMode={mode}\\nExecStartPre=touch /run/{name}-before\\n'
               f'ExecStart=/bin/sh -c "{program}"\\n')
node.write("/etc/systemd/system/forking.service",
           "[Service]\\nType=forking\\nExecStart=/bin/sh -c 'sleep 1000 &'\\n")
node.write("/etc/systemd/system/late.service",
           "[Service]\\nType=oneshot\\nExecStart=sh -c 'sleep 1000; false'\\n")
from havip.lab.stack import machine
node.spawn("systemd", sys.executable, "-I", "-S", "-c", machine._MANAGER, machine._HOME)
node.write("/usr/bin/systemctl", machine._SYSTEMCTL, 0o755)
found = {}
for name in ("group", "alone"):
    wait_until("the manager", lambda: node.attempt("systemctl", "start", name)[0] == 0, 20)
    log = f"/var/log/services/{name}.service.log"
    wait_until("the child", lambda: "ready" in node.read(log), 20)
    main = node.run("systemctl", "show", "-p", "MainPID", "--value", name).strip()
    node.run("kill", "-9", main)
    wait_until("its end", lambda: node.attempt("systemctl", "is-failed", name)[0] == 0, 20)
    found[name] = node.read(log).split("\\n")[:-1]
    found[f"{name} before"] = node.attempt("test", "-e", f"/run/{name}-before")[0]
found["forking"] = node.attempt("systemctl", "start", "forking")[0]
found["no-block"] = [node.attempt("systemctl", "start", "--no-block", name)[0]
                     for name in ("late", "nothing")]
print(json.dumps(found))
""",
        tmp_path,
    )
    assert [seen.pop(one) for one in ("group before", "alone before", "forking")] == [0, 0, 0]
    assert seen["no-block"] == [0, 5]
    assert [one for one in seen["group"] if one != "Terminated"] == ["ready", "in order"]
    assert seen["alone"] == ["ready"]
