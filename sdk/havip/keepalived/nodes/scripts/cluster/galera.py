"""A MariaDB server of a Galera cluster."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import member
from .member import SECONDS, ClusterMember, environment, output, say

DATA = Path("/var/lib/mysql")
_NO_STATE = "00000000-0000-0000-0000-000000000000"
_SYSTEM = {"mysql", "performance_schema", "sys"}
_QUERY = ("mariadb", "--no-defaults", "--connect-timeout=1", "-N", "-B", "-e")
_STATUS = (
    "wsrep_cluster_status",
    "wsrep_cluster_size",
    "wsrep_local_state",
    "wsrep_ready",
    "wsrep_local_state_uuid",
    "wsrep_last_committed",
)
_SYNCED = "4"
_CHANGE = re.compile(r"(waiting|served) ([0-9a-f-]+):(\d+)")
_PACE = 3
"""Seconds between two looks at a server."""
_SURE = {"left": 2, "apart": 6, "elected": 5}
"""Number of equal looks in a row after which a server does not come back by itself."""


class GaleraMember(ClusterMember):
    """A machine of a MariaDB cluster."""

    served: frozenset[int] = frozenset()
    """Processes of a server that have been in sync with the cluster."""

    def state(self) -> str:
        """Return the state of this machine's server, from the server itself or its disk."""
        status = server_status()
        if status.get("wsrep_cluster_status") == "Primary":
            return "primary"
        change = latest_change(status)
        if change is None:
            return state_on_disk(DATA)
        if _NO_STATE in change:
            return "stale"
        return f"{'served' if self.served & _servers().keys() else 'waiting'} {change}"

    def start(self) -> None:
        """Wait until it is clear how the server starts, and write the environment of its unit."""
        adopt = member.HOME / "adopt"
        before = ""
        while True:
            own, peers = self.state(), [self.query(peer) for peer in self.peers]
            choice = found_or_join(own, peers, third=self.third, adopt=adopt.exists())
            if choice == "refuse":
                sys.exit(
                    "member: this server has data from outside the cluster, which joining would "
                    "delete: see docs/howto/migrate-databases"
                )
            before = say(f"{choice}: this machine is {own}, its peers are {peers}", before)
            if choice != "wait":
                option = "--wsrep-new-cluster" if choice == "found" else ""
                environment("galera.env", {"_WSREP_NEW_CLUSTER": option})
                adopt.unlink(missing_ok=True)
                return
            time.sleep(1)

    def adopt(self) -> None:
        """Start the cluster with the data of this machine's server."""
        (member.HOME / "adopt").touch()
        subprocess.run(["systemctl", "restart", "--no-block", "mariadb"], check=True)  # noqa: S607

    def lacks(self) -> str:
        """Return what the cluster lacks to survive the next failure; empty if it is redundant."""
        status = server_status()
        if not status:
            return "this machine's MariaDB does not respond: see journalctl -u mariadb"
        if status.get("wsrep_cluster_status") != "Primary":
            return "this machine's MariaDB is not in the primary component"
        size = status.get("wsrep_cluster_size", "0")
        if size != str(len(self.nodes)):
            return f"{size} of 3 servers are in the group"
        # A server is already in the group while it still copies the data.
        late = [peer for peer in self.peers if self.query(peer) != "primary"]
        return f"{', '.join(late)} is not synced yet" if late else ""

    def watch(self) -> None:
        """Restart this machine's server if only that can bring it back into a cluster.

        It is killed, and its unit starts it again, in three cases. Each must last, as Galera solves
        most of them by itself:

        - ``left``: A server that cannot apply a change, such as on a full disk, disconnects from
          the group, and would run on without ever joining again. The next start replaces its stale
          data.
        - ``apart``: It responds, and is not in the group although a peer serves. A server whose
          copy of the latest changes failed runs on like this. One that is cut off from the group
          does not reach the peer's report either, and one that still copies does not respond.
        - ``elected``: No server serves, and Galera waits for a group that cannot come together
          again: after losing power, the machines remember different groups, or one with a process
          that was replaced; or two servers left it for the same reason. The one with the latest
          change has every acknowledged row: it founds the cluster again, and the others join.
        """
        before, seen = "", 0
        while True:
            self.pause()
            now = self._restart_reason()
            seen = seen + 1 if now == before else 1
            before = now
            if now and seen == _SURE[now.partition(" ")[0]]:
                say(f"restarting MariaDB, which is {now}", "")
                with contextlib.suppress(OSError):
                    for server in _servers():
                        os.kill(server, signal.SIGKILL)
                    if now.startswith("elected"):
                        _mark_last(DATA / "grastate.dat")

    def pause(self) -> None:
        """Wait until the next look."""
        time.sleep(_PACE)

    def _restart_reason(self) -> str:
        status = server_status()
        match status.get("wsrep_cluster_status"):
            case "Primary":
                if status.get("wsrep_local_state") == _SYNCED:
                    self.served = frozenset(_servers())
                return ""
            case "Disconnected":
                return "left"
        states = self.states()
        if status and "primary" in states.values():
            return "apart"
        return f"elected {states[self.own]}" if elected(states) == self.own else ""


def found_or_join(own: str, peers: Sequence[str | None], *, third: bool, adopt: bool) -> str:
    """Decide how a Galera server starts.

    Args:
        own: State of this machine: ``new`` (no data), ``foreign`` (data from before the cluster),
            ``member`` (data of the cluster), ``last`` (the same, and the last one to stop), or
            ``stale`` (data of the cluster that is incomplete, and will be replaced).
        peers: States reported by the two others, including ``primary`` (serving), and ``waiting``
            or ``served`` (running, but not serving now); None: no reply.
        third: Whether this is the witness, which bootstraps the cluster if nobody has data.
        adopt: Whether an operator has declared this machine's data to be that of the cluster.

    Returns:
        ``found``, ``join``, ``wait`` or ``refuse``.
    """
    if own == "foreign":
        if not adopt or "primary" in peers:
            return "refuse"
        return "found" if all(one in ("new", "foreign") for one in peers) else "wait"
    if "primary" in peers:
        return "join"
    if own == "last":
        # It has all rows. One peer must confirm that no server is serving, in case of a partition.
        return "found" if any(peers) else "wait"
    if own == "member":
        return "join"
    if own == "stale":
        return "wait"
    return "found" if third and all(one == "new" for one in peers) else "wait"


def elected(states: dict[str, str | None]) -> str | None:
    """Return the machine that founds the cluster again if no server serves and none can return.

    It must have every acknowledged row. This is certain if each machine reports one of these:

    - ``waiting UUID:NUMBER`` or ``served UUID:NUMBER``: It runs outside of a cluster, with this
      latest change. ``served``: It has not stopped since it was in sync with the others.
    - ``stale``: Its data is incomplete, which Galera only allows while another server has all.
    - ``new``: It has no data. Clients do not write to the witness. The rows of another machine are
      on a server that received them, and has them if no server left has stopped since.

    Args:
        states: State of each machine, the witness last; None: no reply.

    Returns:
        The one with the latest change, the first of several; None if it is not certain.
    """
    changes = {
        node: (found[2], int(found[3]))
        for node, state in states.items()
        if (found := _CHANGE.fullmatch(state or ""))
    }
    if len({cluster for cluster, _ in changes.values()}) != 1:
        return None
    chosen = max(changes, key=changes.__getitem__)
    served = all(str(states[node]).startswith("served") for node in changes)
    for node, state in states.items():
        replaced = state == "new" and (served or node == list(states)[-1])
        if node not in changes and state != "stale" and not replaced:
            return None
    return chosen


def state_on_disk(data: Path) -> str:
    """Return the state of a server that does not run, as `found_or_join` expects it.

    Args:
        data: The data folder.
    """
    tables = any(one.parent.name not in _SYSTEM for one in data.glob("*/*.frm"))
    try:
        text = (data / "grastate.dat").read_text()
    except FileNotFoundError:
        return "foreign" if tables else "new"
    if _NO_STATE in text:
        return "stale" if tables else "new"
    return "last" if re.search(r"^safe_to_bootstrap:\s*1", text, re.M) else "member"


def _mark_last(state: Path) -> None:
    """Mark this server as the one that may found the cluster again, as Galera does."""
    new = state.with_suffix(".new")
    new.write_text(
        re.sub(r"^safe_to_bootstrap:.*", "safe_to_bootstrap: 1", state.read_text(), flags=re.M)
    )
    new.replace(state)


def server_status() -> dict[str, str]:
    """Query the server's view of the group; return an empty result without a reply."""
    names = ",".join(f"'{one}'" for one in _STATUS)
    found = output([*_QUERY, f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})"])
    return dict(line.split("\t", 1) for line in found.splitlines() if "\t" in line)


def latest_change(status: dict[str, str]) -> str | None:
    """Return the latest change of a running server, as ``UUID:NUMBER``; None if unknown.

    Args:
        status: Its status; empty if it does not respond.

    Returns:
        The change; with an empty UUID, the server has started without data that counts, and waits
        for a copy.
    """
    if status:
        found = f"{status['wsrep_local_state_uuid']}:{status['wsrep_last_committed']}"
        return None if _NO_STATE in found else found
    if _listens():  # it has started, so that it may have made changes since
        return None
    options = " ".join(_servers().values())
    match = re.search(r"--wsrep_start_position=([0-9a-f-]+:-?\d+)", options)
    return match[1] if match else None


def _listens() -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(SECONDS)
        try:
            probe.connect("/run/mysqld/mysqld.sock")
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True
        return True


def _servers() -> dict[int, str]:
    """Return the running MariaDB servers and their command lines, without those of containers."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_text(errors="replace").split("\0")
            if words[0].rpartition("/")[2] in ("mariadbd", "mysqld"):
                numbers = re.search(r"^NSpid:(.*)", (process / "status").read_text(), re.M)
                if numbers and len(numbers[1].split()) == 1:
                    found[int(process.name)] = " ".join(words)
    return found


def main() -> None:
    """Run the command of this machine."""
    GaleraMember(member.settings()).run(sys.argv[1:])
