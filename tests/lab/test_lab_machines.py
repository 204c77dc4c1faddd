"""The machines and the network of the lab, without any daemon."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from havip.lab import namespace as namespace

REASON = namespace.missing(())
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]


def inside(program: str, folder: Path) -> Any:
    """Run a program in the namespaces of a lab; it prints JSON."""
    done = subprocess.run(
        namespace.command(sys.executable, "-c", program, str(folder)),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


TEMPORARY = """
import json, sys
from pathlib import Path
from havip.lab.node import Host

folder = Path(sys.argv[1])
node, other = (Host(name, folder, own_tmp=True) for name in ("node", "other"))
node.run("touch", "/tmp/temptable-1")
seen = [host.run("ls", "/tmp") for host in (node, other)]
node.close(), other.close()
print(json.dumps(seen))
"""


def test_no_machine_sees_the_temporary_files_of_another(tmp_path: Path) -> None:
    # Servers name them after their process id, and every machine has a process of that id.
    assert inside(TEMPORARY, tmp_path) == ["temptable-1\n", ""]
    assert not Path("/tmp/temptable-1").exists()


NETWORK = """
import json, sys, time
from pathlib import Path
from types import SimpleNamespace
from havip.lab.fabric import Fabric, MOVED
from havip.lab.node import Host, wait_until

VIP, DELAY = "10.0.0.9", 0.5
GARP = '''
import socket
own, zero = socket.inet_aton("10.0.0.9"), bytes(6)
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("eth0", 0))
mac = out.getsockname()[4]
ethernet, request = bytes([255] * 6) + mac, bytes.fromhex("08060001080006040001")
out.send(ethernet + request + mac + own + zero + own)
'''
folder = Path(sys.argv[1])
fabric = Fabric(lambda *said: SimpleNamespace(accepted=True, reason="yes"), rebind_delay=DELAY)
hosts = {}
for number, name in enumerate(("one", "two"), start=1):
    hosts[name] = Host(name, folder)
    fabric.attach(hosts[name], f"10.0.0.{number}", 24, instance_id=name)


def announce(name):
    before = len(fabric.events)
    hosts[name].run(sys.executable, "-c", GARP)
    wait_until("the announcement", lambda: len(fabric.events) > before, 5)
    return fabric.events[before]


def moved():
    wait_until("the move", lambda: fabric.events[-1].reason == MOVED, 5)
    return fabric.events[-1]


seen = {}
first = announce("one")
seen["at once"] = fabric.holder(VIP)
seen["took"] = moved().at - first.at
seen["then"] = fabric.holder(VIP)
fabric.lose_announcements(2)
seen["lost"] = [announce("two").reason, announce("two").reason]
time.sleep(2 * DELAY)
seen["after lost"] = fabric.holder(VIP)
seen["heard"] = announce("two").reason
moved()
seen["in the end"] = fabric.holder(VIP)
announce("one")
announce("two")
time.sleep(2 * DELAY)
seen["the last one wins"] = fabric.holder(VIP)
print(json.dumps(seen))
[host.close() for host in hosts.values()]
"""


def test_an_address_moves_some_time_after_an_announcement_that_is_not_lost(tmp_path: Path) -> None:
    seen = inside(NETWORK, tmp_path)
    took = seen.pop("took")
    assert 0.5 <= took < 1.5
    assert seen == {
        "at once": None,
        "then": "one",
        "lost": ["lost", "lost"],
        "after lost": "one",
        "heard": "yes",
        "in the end": "two",
        "the last one wins": "two",
    }
