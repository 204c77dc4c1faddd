"""Two nodes with real keepalived, whose VRRP is cut, and an API that is slow and fails.

Run by itself in namespaces of its own (`main` says how): nodes are network namespaces on one
bridge, each with the notify script; the API is a command that moves a file's content, late or
never. Time runs four times as fast: advertisements every 0.25 s, so that a cut of 15 s stands for
one of a minute.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from havip.keepalived import Config, GlobalDefs, Peer, VirtualAddress, VrrpInstance, render
from havip.keepalived.nodes.scripts import NOTIFY_SWITCH, script

ADDRESS = "10.9.0.5"
NODES = {"a": "10.9.0.1", "b": "10.9.0.2"}
SPEED = 4
"""Speed-up of everything compared with the cloud."""
BOUND = 10.0
"""Seconds after the last fault within which address and master agree."""


@dataclass(frozen=True)
class History:
    """History of a pair.

    Attributes:
        seed: Makes the other attributes, and the delays of single calls.
        cut: Seconds without VRRP.
        deaf: The nodes that hear nothing meanwhile.
        slow: Seconds that a call of the API takes at most.
        failing: The share of calls that fail while the fault lasts.
        cuts: How often VRRP is cut.
        restarted: The nodes whose keepalived is restarted after each cut, in this order.
        killed: Whether a restart kills the notify scripts as well, without their children.
    """

    seed: int
    cut: float
    deaf: str
    slow: float
    failing: float
    cuts: int
    restarted: str
    killed: bool


def history(seed: int) -> History:
    """Return the history of a seed."""
    random = Random(seed)
    return History(
        seed,
        cut=random.choice([1, 2, 3, 4, 5, 7, 10, 20, 60]) * random.uniform(0.8, 1.0),
        deaf=random.choice(["a", "b", "ab", "ab"]),
        slow=random.choice([0.1, 0.5, 2, 5]),
        failing=random.choice([0, 0, 0.3, 0.8]),
        cuts=random.choice([1, 1, 2, 3]),
        restarted=random.choice(["", "", "a", "b", "ab", "ba", "aba", "bab"]),
        killed=random.choice([True, False]),
    )


API = """#!/bin/sh
# havip switch-ip ADDRESS --timeout SECONDS, on node $NODE: as the API does, a call takes effect
# late, and the node whose call ends last has the address.
late=$(awk -v s="$(od -An -N4 -tu4 /dev/urandom)" -v m="$(cat slow)" \\
    'BEGIN {{ srand(s); print rand() * m }}')
luck=$(awk -v s="$(od -An -N4 -tu4 /dev/urandom)" 'BEGIN {{ srand(s); print int(rand() * 100) }}')
if [ "$(cat holder)" = "$NODE" ]; then echo here; exit 0; fi
sleep "$late"
if [ "$luck" -lt "$(cat failing)" ]; then echo failed; exit 5; fi
echo "$NODE" >"holder.$NODE.new"
mv "holder.$NODE.new" holder
echo "$(date +%s.%N) $NODE" >>moves
"""


class Pair:
    """The two nodes, in a separate folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "holder").write_text("nobody\n")
        self.api(slow=0.05, failing=0)
        command = folder / "havip"
        command.write_text(API.format())
        command.chmod(0o755)
        notify = folder / "notify-switch.sh"
        notify.write_text(script(NOTIFY_SWITCH).content)
        notify.chmod(0o755)
        _sh("ip link add br0 type bridge && ip link set br0 up")
        for node, own in NODES.items():
            self._start(node, own)

    def _start(self, node: str, own: str) -> None:
        home = self.folder / node
        home.mkdir()
        _sh(
            f"ip netns add {node} && ip link add v{node} type veth peer name eth0 netns {node} && "
            f"ip link set v{node} master br0 up && ip -n {node} link set lo up && "
            f"ip -n {node} addr add {own}/24 dev eth0 && ip -n {node} link set eth0 up && "
            f"ip netns exec {node} nft add table ip cut && "
            f"ip netns exec {node} nft add chain ip cut in "
            "'{ type filter hook input priority 0; }'"
        )
        wrapper = home / "notify"
        wrapper.write_text(
            f"#!/bin/sh\ncd {self.folder}\nexport NODE={node} HAVIP_RUN={home}/run "
            f"HAVIP_COMMAND={self.folder}/havip HAVIP_SWITCH_PAUSE={1 / SPEED} "
            f"HAVIP_SWITCH_AGAIN={3 / SPEED} HAVIP_SWITCH_GUARD={6 / SPEED} "
            "HAVIP_SWITCH_TRIES=600\n"
            f'exec {self.folder}/notify-switch.sh {ADDRESS} "$@"\n'
        )
        wrapper.chmod(0o755)
        config = home / "keepalived.conf"
        config.write_text(render(_config(node, str(wrapper))))
        self._start_keepalived(node)

    def _start_keepalived(self, node: str) -> None:
        home = self.folder / node
        config = home / "keepalived.conf"
        options = [f"-f{config}", f"-p{home}/p", f"-r{home}/r", f"-c{home}/c"]
        command = ["ip", "netns", "exec", node, "keepalived", "-n", "-l", *options]
        with (home / "log").open("ab") as log:
            self.running[node] = subprocess.Popen(command, stdout=log, stderr=log)

    def restart(self, node: str, *, killing: bool) -> None:
        """Restart keepalived, and kill the scripts that run, or leave them."""
        self.running[node].terminate()
        for process in Path("/proc").glob("[0-9]*") if killing else ():
            with suppress(OSError):
                runs = b"notify-switch.sh" in (process / "cmdline").read_bytes()
                if runs and f"NODE={node}".encode() in (process / "environ").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        self.running[node].wait()
        self._start_keepalived(node)

    def api(self, *, slow: float, failing: float) -> None:
        """Set how the API behaves from now on."""
        (self.folder / "slow").write_text(str(slow))
        (self.folder / "failing").write_text(str(round(failing * 100)))

    def deafen(self, nodes: str) -> None:
        """Block VRRP to some nodes."""
        for node in NODES:
            drop = f"ip netns exec {node} nft flush chain ip cut in"
            if node in nodes:
                drop += f" && ip netns exec {node} nft add rule ip cut in ip protocol 112 drop"
            _sh(drop)

    @property
    def masters(self) -> list[str]:
        """The nodes that have the address configured."""
        said = {
            node: subprocess.run(
                ["ip", "-n", node, "-o", "addr", "show", "to", ADDRESS],
                capture_output=True,
                check=True,
            ).stdout
            for node in NODES
        }
        return [node for node, out in said.items() if out]

    @property
    def agrees(self) -> bool:
        """Return whether exactly one node is master and the API has the address there."""
        return self.masters == [(self.folder / "holder").read_text().strip()]

    def settled(self, seconds: float) -> float | None:
        """Wait until all agree, and go on agreeing; return after how long, or None."""
        begun = since = time.monotonic()
        while (now := time.monotonic()) - begun < seconds:
            if not self.agrees:
                since = now
            elif now - since > BOUND / SPEED / 2:
                return since - begun
            time.sleep(0.02)
        return None


def _config(node: str, notify: str) -> Config:
    (peer,) = (address for other, address in NODES.items() if other != node)
    instance = VrrpInstance(
        name="VI_1",
        state="BACKUP",
        interface="eth0",
        virtual_router_id=51,
        version=3,
        nopreempt=True,
        priority=80,
        advert_int=1 / SPEED,
        unicast_src_ip=NODES[node],
        unicast_peer=(Peer(address=peer),),
        virtual_ipaddress=(VirtualAddress(address=ADDRESS),),
        notify=notify,
        notify_master_rx_lower_pri=None if os.environ.get("WITHOUT_RX") else notify,
    )
    definitions = GlobalDefs(enable_script_security=True, script_user="root")
    return Config(global_defs=definitions, vrrp_instance=(instance,))


def _sh(command: str) -> None:
    subprocess.run(["sh", "-ec", command], check=True, capture_output=True)


def play(pair: Pair, one: History) -> dict[str, object]:
    """Play a history, and return it with its outcome."""
    random = Random(one.seed)
    for _ in range(one.cuts):
        pair.api(slow=one.slow / SPEED, failing=one.failing)
        pair.deafen(one.deaf)
        time.sleep(one.cut / SPEED)
        pair.deafen("")
        for node in one.restarted:
            time.sleep(random.choice([0, 0.5, 2, 4]) / SPEED)
            pair.restart(node, killing=one.killed)
        time.sleep(random.uniform(0, 3) / SPEED)
    pair.api(slow=min(one.slow, 0.5) / SPEED, failing=0)
    took = pair.settled(6 * BOUND / SPEED)
    return asdict(one) | {
        "agreed_after": None if took is None else round(took * SPEED, 1),
        "masters": pair.masters,
        "holder": (pair.folder / "holder").read_text().strip(),
    }


def main(arguments: list[str]) -> None:
    """Play the histories of some seeds: FOLDER FIRST COUNT, in namespaces made for it."""
    folder, first, count = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    _sh("mount -t tmpfs tmpfs /run && ip link set lo up")
    pair = Pair(folder)
    if pair.settled(30) is None:
        sys.exit("the pair did not come up")
    for seed in range(first, first + count):
        print(json.dumps(play(pair, history(seed))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
