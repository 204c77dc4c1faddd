"""The examples' machines, booted: real systemd and cloud-init, and the user data of the stack.

Unlike the lab's nodes they do what a CVM does with its user data, and nothing is played for
them. It takes root, debootstrap and systemd-nspawn, and Debian's packages once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from havip.keepalived.nodes.patroni import REQUIREMENT
from havip.keepalived.nodes.setup import NodeSetup, user_data

_NSPAWN = ("systemd-nspawn", "--quiet", "--register=no", "--keep-unit")
_BASE = ("cloud-init", "systemd-sysv", "dbus", "iproute2", "iputils-ping", "curl")
_PATRONI = f"""
echo '{REQUIREMENT.strip()}' >/root/patroni.txt
python3 -m venv --system-site-packages /opt/havip/patroni
/opt/havip/patroni/bin/pip install --quiet --no-deps --require-hashes -r /root/patroni.txt
"""
"""Commands of the set-up on a machine that reaches a package index, which these do not."""
_SILENT = "#!/bin/sh\nexit 101\n"
"""A policy-rc.d that keeps packages from starting their services while the tree is made."""


def missing() -> str | None:
    """Return why machines cannot boot here; None if they can."""
    if os.geteuid() != 0:
        return "machines boot as root only"
    for tool in ("debootstrap", "systemd-nspawn", "ip"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed: sh sdk/havip/lab/install-deps.sh --soak"
    return None


def run(*words: str | Path, seconds: float = 60) -> str:
    """Run a command to its end; return what it printed."""
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}"
    return done.stdout


def until(what: str, is_so: Callable[[], object], seconds: float) -> None:
    """Wait for something of the real world."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.5)


def make_tree(root: Path, packages: Iterable[str]) -> Path:
    """Build a Debian tree that has the packages, as an image with a mirror beside it has."""
    run("debootstrap", "--variant=minbase", "bookworm", root, seconds=900)
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text(_SILENT)
    policy.chmod(0o755)
    install = "apt-get install -qy --no-install-recommends"
    for line in ("apt-get update -q", f"{install} {' '.join([*_BASE, *packages])}", _PATRONI):
        inside = (*_NSPAWN, "--setenv=DEBIAN_FRONTEND=noninteractive", "-D", root)
        run(*inside, "sh", "-c", line, seconds=900)
    policy.unlink()
    (root / "etc/cloud/cloud.cfg.d/99-seed.cfg").write_text(
        "datasource_list: [NoCloud]\nlocale: C.UTF-8\n"
    )
    return root


class Network:
    """A bridge in a network namespace of its own, and one namespace a machine on it."""

    def __init__(self, name: str) -> None:
        self.name, self._spaces = name, [name]
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", name, "link", "set", "br0", "up")

    def plug(self, address: str) -> str:
        """Create a namespace with an eth0 on the bridge; return its name."""
        last = address.rpartition(".")[2]
        space, port = f"{self.name}-{last}", f"port{last}"
        run("ip", "netns", "add", space)
        self._spaces.append(space)
        veth = ("type", "veth", "peer", "name", "eth0", "netns", space)
        run("ip", "-n", self.name, "link", "add", port, *veth)
        run("ip", "-n", self.name, "link", "set", port, "master", "br0", "up")
        run("ip", "-n", space, "address", "add", f"{address}/24", "dev", "eth0")
        for link in ("lo", "eth0"):
            run("ip", "-n", space, "link", "set", link, "up")
        return space

    def close(self) -> None:
        """Remove all of it."""
        for space in self._spaces:
            run("ip", "netns", "delete", space)


class Machine:
    """One machine: a layer over the tree, its user data, and the container that boots it."""

    def __init__(self, folder: Path, tree: Path, network: Network, address: str) -> None:
        self.address, self.space = address, network.plug(address)
        self.root, self._log = folder / "root", folder / "console.log"
        layers = {name: folder / name for name in ("upper", "work")}
        for made in (self.root, *layers.values()):
            made.mkdir(parents=True)
        options = f"lowerdir={tree},upperdir={layers['upper']},workdir={layers['work']}"
        run("mount", "-t", "overlay", "overlay", "-o", options, self.root)

    def give(self, setup: NodeSetup) -> None:
        """Write the user data of a set-up where cloud-init looks for it."""
        seed = self.root / "var/lib/cloud/seed/nocloud"
        seed.mkdir(parents=True)
        (seed / "user-data").write_text(user_data(setup))
        (seed / "meta-data").write_text(f"instance-id: {self.space}\n")

    def start(self) -> None:
        """Switch it on."""
        inside = f"--network-namespace-path=/run/netns/{self.space}"
        with self._log.open("a") as log:
            self._container = subprocess.Popen(
                [*_NSPAWN, "--boot", "--capability=CAP_NET_ADMIN", inside, "-D", self.root],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until(f"the start of {self.address}", self._first_process, 60)

    def cut(self) -> None:
        """Cut its power; what it wrote stays."""
        for process in self._first_process():
            os.kill(int(process), signal.SIGKILL)  # all others end with it
        self._container.wait(30)
        for address in self._floating():
            run("ip", "-n", self.space, "address", "delete", address, "dev", "eth0")

    def set_up(self, seconds: float) -> list[str]:
        """Wait until cloud-init is through; return what went wrong in it."""
        result = self.root / "var/lib/cloud/data/result.json"
        until(f"the end of cloud-init on {self.address}", result.exists, seconds)
        told: Any = json.loads(result.read_text())
        return list(told["v1"]["errors"])

    def do(self, *words: str, seconds: float = 60) -> str:
        """Run a command on it; return what it printed."""
        enter = ("nsenter", "-t", *self._first_process(), "-m", "-u", "-i", "-n", "-p")
        return run(*enter, *words, seconds=seconds)

    def holds(self, address: str) -> bool:
        """Return whether it has an address besides its own."""
        return any(one.startswith(f"{address}/") for one in self._floating())

    def close(self) -> None:
        """Remove it, with what it wrote."""
        self.cut()
        run("umount", self.root)

    def _first_process(self) -> list[str]:
        """Return the id of its systemd; nothing before its start and after its end."""
        ask = ["pgrep", "-x", "-P", str(self._container.pid), "systemd"]
        return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.split()

    def _floating(self) -> list[str]:
        told = run("ip", "-n", self.space, "-4", "-brief", "address", "show", "eth0").split()[2:]
        return [one for one in told if not one.startswith(f"{self.address}/")]


REASON = missing()
pytestmark = [
    pytest.mark.soak,
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
VIPS = {"lb-ha-pair": "172.17.16.3", "db-postgresql": "172.17.16.30", "db-mariadb": "172.17.16.30"}
ROLES = {
    "lb-ha-pair": ("systemctl is-active haproxy", "active", "active"),
    "db-postgresql": (
        "runuser -u postgres -- psql -Atc 'SELECT pg_is_in_recovery()'; "
        "/etc/havip/member redundant && echo whole",
        "f\nwhole",
        "t\nwhole",
    ),
    "db-mariadb": (
        "/etc/keepalived/galera-check.sh && /etc/havip/member redundant && echo whole",
        "whole",
        "whole",
    ),
}
"""Command of each machine, and its output on the holder and on the other."""

FAILED = "systemctl --failed --plain --no-legend | grep -v systemd- || true"
"""Services that failed; what of systemd itself fails in a container is not meant."""


@pytest.fixture(scope="module")
def setups(stack: Any) -> dict[str, dict[str, NodeSetup]]:
    return {name: stack(name) for name in VIPS}


@pytest.fixture(scope="module")
def tree(setups: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    nodes = [setup for machines in setups.values() for setup in machines.values()]
    packages = sorted({package for setup in nodes for package in setup.packages})
    return make_tree(tmp_path_factory.mktemp("debian") / "tree", packages)


@pytest.fixture(params=list(VIPS))
def pair(
    request: pytest.FixtureRequest, setups: Any, tree: Path, tmp_path: Path
) -> Iterator[tuple[str, list[Machine]]]:
    """The name of an example and its machines, switched on together as a stack does."""
    with ExitStack() as power:
        network = Network(f"havip-{os.getpid()}")
        power.callback(network.close)
        machines: list[Machine] = []
        for address, setup in setups[request.param].items():
            machine = Machine(tmp_path / address, tree, network, address)
            machine.give(setup)
            machine.start()
            power.callback(machine.close)
            machines.append(machine)
        yield request.param, machines


def test_machines_set_themselves_up_fail_over_and_return(pair: tuple[str, list[Machine]]) -> None:
    name, every = pair
    machines = every[:2]  # those behind the HAVIP
    command, leads, follows = ROLES[name]

    def roles() -> dict[str, bool]:
        """Return by address whether the machine reports that it holds the HAVIP."""
        held = {one.address: one.holds(VIPS[name]) for one in machines}
        said = {one.address: one.do("sh", "-c", f"{command} || true") for one in machines}
        fits = all(said[one].strip() == (leads if held[one] else follows) for one in said)
        return held if fits and sum(held.values()) == 1 else {}

    assert [error for machine in every for error in machine.set_up(240)] == []
    until("one holder, and each in its role", roles, 120)
    until("no failed service", lambda: not any(one.do("sh", "-c", FAILED) for one in every), 60)
    first, second = sorted(machines, key=lambda one: not one.holds(VIPS[name]))
    first.cut()
    until("the takeover", lambda: second.holds(VIPS[name]), 45)
    first.start()
    until("both in their roles again", roles, 120)
    assert second.holds(VIPS[name])
    if len(every) == 3:
        for machine in every:
            machine.cut()
        for machine in every:
            machine.start()
        until("both in their roles after a power failure of all", roles, 120)
