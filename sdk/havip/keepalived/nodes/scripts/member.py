#!/usr/bin/python3
"""Member script of a database cluster of three machines: start of the engine, and status.

Installed as /etc/havip/member; runs on Python 3.10 without other packages. The engines elect the
leader and decide what a server may write. But before they start, something must decide whether a
server bootstraps the cluster, joins it or returns to it, and a wrong decision loses rows: this
script decides by what all three machines have on their disks, never by which one came first.

    member serve       report the state of this machine to its peers (a service; mutual TLS), and
                       restart a MariaDB server that cannot return to its cluster by itself
    member start       decide how the engine starts (before each start of its service)
    member patroni     install the required Patroni (before each start of its service)
    member adopt       start the cluster with this server's data (by an operator, to migrate)
    member status      print the state of every machine
    member redundant   fail if the cluster has lost its redundancy (a timer)
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("HAVIP_HOME", "/etc/havip"))
RUN = Path(os.environ.get("HAVIP_RUN", "/run/havip"))
CERTIFICATE = HOME / "cluster.crt"
KEY = Path(os.environ.get("HAVIP_KEY", HOME / "cluster.key"))
PORT = 4569
_SECONDS = 1.5
_NO_STATE = "00000000-0000-0000-0000-000000000000"
_SYSTEM = {"mysql", "performance_schema", "sys"}
_QUERY = ("mariadb", "--no-defaults", "--connect-timeout=1", "-N", "-B", "-e")
_GRASTATE = Path("/var/lib/mysql/grastate.dat")
_STATUS = (
    "wsrep_cluster_status",
    "wsrep_cluster_size",
    "wsrep_local_state",
    "wsrep_ready",
    "wsrep_local_state_uuid",
    "wsrep_last_committed",
)
_PACE = 3
"""Seconds between two looks at a MariaDB server."""
_SURE = {"left": 2, "elected": 5}
"""Number of equal looks in a row after which a server does not come back by itself."""


def found_or_join(own: str, peers: Sequence[str | None], *, third: bool, adopt: bool) -> str:
    """Decide how a Galera server starts.

    Args:
        own: State of this machine: ``new`` (no data), ``foreign`` (data from before the cluster),
            ``member`` (data of the cluster), ``last`` (the same, and the last one to stop), or
            ``stale`` (data of the cluster that lacks a change, and will be replaced).
        peers: States reported by the two others, including ``primary`` (serving) and ``waiting``
            (running, but not serving); None: no reply.
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


def new_or_existing(own: str, peers: Sequence[str | None], known: str | None) -> str:
    """Decide how an etcd server starts.

    Args:
        own: State of this machine: ``new`` or ``member``.
        peers: States reported by the two others; None: no reply.
        known: This machine's entry in the running cluster: ``expected`` (never started),
            ``added`` (to be started), ``lost`` (its data is gone), ``absent``; None: no cluster.

    Returns:
        ``new``, ``existing``, ``replace`` (the entry must be replaced first) or ``wait``.
    """
    if own == "member":
        return "existing"
    if known is not None:
        return {"expected": "new", "added": "existing"}.get(known, "replace")
    return "new" if all(one == "new" for one in peers) else "wait"


class ClusterMember:
    """This machine, its peers and their common certificate.

    Args:
        settings: The content of member.json.
        files: The certificate and its key, if they are not where this machine has them.
    """

    def __init__(self, settings: dict[str, Any], files: tuple[Path, Path] | None = None) -> None:
        self._files = files
        self.engine: str = settings["engine"]
        self.own: str = settings["self"]
        self.nodes: list[str] = settings["nodes"]
        self.settings = settings
        self.peers = [node for node in self.nodes if node != self.own]
        self.third = self.own == self.nodes[-1]

    def context(self, purpose: ssl.Purpose) -> ssl.SSLContext:
        """Return a TLS context that presents and trusts only the cluster's certificate."""
        certificate, key = self._files or (CERTIFICATE, KEY)
        made = ssl.create_default_context(purpose, cafile=str(certificate))
        made.load_cert_chain(certificate, key)
        made.verify_mode = ssl.CERT_REQUIRED
        return made

    def query(self, peer: str) -> str | None:
        """Query the state of a peer; return None without a reply."""
        context = self.context(ssl.Purpose.SERVER_AUTH)
        try:
            with (
                socket.create_connection((peer, PORT), timeout=_SECONDS) as plain,
                context.wrap_socket(plain, server_hostname=peer) as secure,
            ):
                return secure.recv(128).decode("ascii", "replace").strip() or None
        except OSError:
            return None

    def state(self) -> str:
        """Return the state of this machine."""
        return galera_state() if self.engine == "galera" else etcd_state()

    def states(self) -> dict[str, str | None]:
        """Return the state of every machine."""
        return {one: self.state() if one == self.own else self.query(one) for one in self.nodes}


# -- Galera ---------------------------------------------------------------------------------


def galera_state(data: Path = Path("/var/lib/mysql")) -> str:
    """Return the state of a MariaDB server, from the server if it is running, or its disk."""
    status = galera_status()
    if status.get("wsrep_cluster_status") == "Primary":
        return "primary"
    if change := galera_change(status):
        return f"waiting {change}"
    tables = any(one.parent.name not in _SYSTEM for one in data.glob("*/*.frm"))
    try:
        text = (data / "grastate.dat").read_text()
    except FileNotFoundError:
        return "foreign" if tables else "new"
    if _NO_STATE in text:
        return "stale" if tables else "new"
    return "last" if re.search(r"^safe_to_bootstrap:\s*1", text, re.M) else "member"


def galera_status() -> dict[str, str]:
    """Query the server's view of the group; return an empty result without a reply."""
    names = ",".join(f"'{one}'" for one in _STATUS)
    output = _output([*_QUERY, f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})"])
    return dict(line.split("\t", 1) for line in output.splitlines() if "\t" in line)


def galera_watch(member: ClusterMember, pause: Callable[[float], None] = time.sleep) -> None:
    """Restart this machine's server if only that can bring it back into a cluster.

    It is killed, and its unit starts it again, in two cases. Both must last, as Galera solves most
    of them by itself:

    - ``left``: A server that cannot apply a change, such as on a full disk, disconnects from the
      group, and would run on without ever joining again. The next start replaces its stale data.
    - ``elected``: All three servers run and none of them serves, because the machines remember
      different groups after losing power. The one with the latest change has every acknowledged
      row: it founds the cluster again, and the others join.
    """
    before, seen = "", 0
    while True:
        pause(_PACE)
        now = _restart_reason(member)
        seen = seen + 1 if now == before else 1
        before = now
        if now and seen == _SURE[now.partition(" ")[0]]:
            _say(f"restarting MariaDB, which is {now}", "")
            with contextlib.suppress(OSError):
                for server in _servers():
                    os.kill(server, signal.SIGKILL)
                if now != "left":
                    _mark_last()


def _restart_reason(member: ClusterMember) -> str:
    match galera_status().get("wsrep_cluster_status"):
        case "Primary":
            return ""
        case "Disconnected":
            return "left"
    states = member.states()
    return f"elected {states[member.own]}" if elected(states) == member.own else ""


def elected(states: dict[str, str | None]) -> str | None:
    """Return the machine that founds the cluster again if none of three running servers serves.

    Args:
        states: State of each machine, including ``waiting UUID:NUMBER`` for a running server
            outside of a cluster, with its latest change; None: no reply.

    Returns:
        The one with the latest change, the first of several; None if one of the three may serve,
        may have a later change, or has that of another cluster.
    """
    found = [re.fullmatch(r"waiting ([0-9a-f-]+):(\d+)", one or "") for one in states.values()]
    changes = [(one[1], int(one[2])) for one in found if one]
    if len(changes) < len(states) or len({cluster for cluster, _ in changes}) > 1:
        return None
    return max(zip(states, changes, strict=True), key=lambda one: one[1])[0]


def _mark_last() -> None:
    """Mark this server as the one that may found the cluster again, as Galera does."""
    text = _GRASTATE.read_text()
    new = _GRASTATE.with_suffix(".new")
    new.write_text(re.sub(r"^safe_to_bootstrap:.*", "safe_to_bootstrap: 1", text, flags=re.M))
    new.replace(_GRASTATE)


def galera_change(status: dict[str, str]) -> str | None:
    """Return the latest change of a running server, as ``UUID:NUMBER``; None if unknown.

    Args:
        status: Its status; empty if it does not respond.
    """
    if status:
        found = f"{status['wsrep_local_state_uuid']}:{status['wsrep_last_committed']}"
    elif _listens():  # it has started, so that it may have made changes since
        return None
    else:
        options = " ".join(_servers().values())
        match = re.search(r"--wsrep_start_position=([0-9a-f-]+:\d+)", options)
        found = match[1] if match else ""
    return None if not found or _NO_STATE in found else found


def _listens() -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_SECONDS)
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


def galera_start(member: ClusterMember) -> None:
    """Wait until it is clear how the server starts, and write the environment of its unit."""
    adopt = HOME / "adopt"
    before = ""
    while True:
        own, peers = member.state(), [member.query(peer) for peer in member.peers]
        choice = found_or_join(own, peers, third=member.third, adopt=adopt.exists())
        if choice == "refuse":
            sys.exit(
                "member: this server has data from outside the cluster, which joining would "
                "delete: see docs/howto/migrate-databases"
            )
        before = _say(f"{choice}: this machine is {own}, its peers are {peers}", before)
        if choice != "wait":
            option = "--wsrep-new-cluster" if choice == "found" else ""
            _environment("galera.env", {"_WSREP_NEW_CLUSTER": option})
            adopt.unlink(missing_ok=True)
            return
        time.sleep(1)


# -- etcd -----------------------------------------------------------------------------------


def etcd_state(data: Path = Path("/var/lib/etcd/havip")) -> str:
    """Return whether an etcd server has already been a member."""
    return "member" if (data / "member" / "wal").is_dir() else "new"


def etcd_start(member: ClusterMember) -> None:
    """Wait until it is clear how the server starts, and write the environment of its unit."""
    before = ""
    while True:
        own, entry = member.state(), None
        listings = [_members(member, peer) for peer in member.peers] if own == "new" else []
        running = next((one for one in listings if one is not None), None)
        if running is not None:
            entry = next((one for one in running if _url(member) in one["peerURLs"]), {})
        peers = [member.query(peer) for peer in member.peers] if own == "new" else []
        choice = new_or_existing(own, peers, None if entry is None else _known(entry))
        before = _say(f"{choice}: this machine is {own}, its peers are {peers}", before)
        if choice in ("new", "existing"):
            _environment("etcd.env", {"ETCD_INITIAL_CLUSTER_STATE": choice})
            return
        if choice == "replace":
            _replace(member, entry or {})
        time.sleep(1)


def _known(entry: dict[str, Any]) -> str:
    if not entry:
        return "absent"
    if not entry.get("name"):
        return "added"
    return "lost" if entry.get("clientURLs") else "expected"


def _url(member: ClusterMember) -> str:
    return f"https://{member.own}:2380"


def _members(member: ClusterMember, peer: str) -> list[dict[str, Any]] | None:
    """Return the member list of a peer, which needs no quorum; None without a reply."""
    context = member.context(ssl.Purpose.SERVER_AUTH)
    connection = http.client.HTTPSConnection(peer, 2380, timeout=_SECONDS, context=context)
    try:
        connection.request("GET", "/members")
        response = connection.getresponse()
        listed: list[dict[str, Any]] = json.loads(response.read(1 << 20))
        return listed if response.status == 200 else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _replace(member: ClusterMember, entry: dict[str, Any]) -> None:
    endpoints = ",".join(f"https://{peer}:2379" for peer in member.peers)
    ctl = ["etcdctl", "--endpoints", endpoints, "--cacert", str(CERTIFICATE)]
    ctl += ["--cert", str(CERTIFICATE), "--key", str(KEY), "member"]
    if entry:
        number = entry["id"]
        _output([*ctl, "remove", number if isinstance(number, str) else f"{number:x}"], 10)
    _output([*ctl, "add", f"node-{member.own}", f"--peer-urls={_url(member)}"], 10)


def patroni_install(member: ClusterMember) -> None:
    """Install Patroni if it is missing, and reject versions that lose rows.

    Patroni before 3.0.3 overwrites the leader key in etcd's API version 3 unconditionally: a
    partitioned primary becomes leader again with its old data (patroni#2689).
    """
    binary = member.settings["patroni"]
    requirements = HOME / "patroni.txt"
    if requirements.exists() and _version(binary) != _wanted(requirements.read_text()):
        venv = Path(binary).parents[1]
        words = ["python3", "-m", "venv", "--clear", "--system-site-packages", str(venv)]
        subprocess.run(words, check=True)
        pip = [f"{venv}/bin/pip", "install", "--no-deps", "--no-cache-dir", "--require-hashes"]
        subprocess.run([*pip, "--only-binary=:all:", "-r", str(requirements)], check=True)
    if _foreign(member):
        sys.exit(
            "member: this machine's PostgreSQL has data from outside the cluster: either adopt it "
            "(/etc/havip/member adopt) or move it away: see docs/howto/migrate-databases"
        )
    found = _version(binary)
    if not found:
        sys.exit(f"member: {binary} does not run: is Patroni installed?")
    if member.settings["etcd_api"] == 3 and tuple(map(int, found.split(".")[:2])) < (4, 0):
        sys.exit(
            f"member: Patroni {found} is too old for etcd's API version 3, where it loses "
            "acknowledged rows (patroni#2689): install 4.0 or later"
        )


def _folders(member: ClusterMember) -> tuple[Path, Path]:
    """Return the data folders of the package's own server and of Patroni's."""
    home = Path("/var/lib/postgresql") / str(member.settings["version"])
    return home / "main", home / "havip"


def _foreign(member: ClusterMember) -> bool:
    """Return whether the package's own server has user data but Patroni's has no data."""
    theirs, ours = _folders(member)
    if ours.is_dir() and any(ours.iterdir()):
        return False
    names = (one.name.partition(".")[0] for one in theirs.glob("base/**/*"))
    return any(name.isdigit() and int(name) >= _FIRST_OF_USERS for name in names)


_FIRST_OF_USERS = 16384
"""First object id that is not reserved for PostgreSQL itself."""


def postgresql_adopt(member: ClusterMember) -> None:
    """Start Patroni as leader with the data of the package's own server, a former primary."""
    theirs, ours = _folders(member)
    if not _foreign(member):
        sys.exit(f"member: nothing to adopt: {theirs} has no user data, or {ours} has data")
    if (theirs / "standby.signal").exists():
        sys.exit("member: this server is a standby: run adopt on the former primary")
    stop = ["pg_ctlcluster", str(member.settings["version"]), "main", "stop", "-m", "fast"]
    if (theirs / "postmaster.pid").exists():
        subprocess.run(stop, check=True)
    # Patroni has its own settings, which those of ALTER SYSTEM would override.
    kept = theirs / "postgresql.auto.conf"
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join(one for one in lines if not _PATRONIS.match(one)))
    (theirs / "postgresql.conf").touch()
    subprocess.run(["chown", "postgres:", theirs / "postgresql.conf", kept], check=True)  # noqa: S607
    if ours.is_dir():
        ours.rmdir()
    # mv also preserves the owner if it has to copy to another file system.
    subprocess.run(["mv", "-T", theirs, ours], check=True)  # noqa: S607
    subprocess.run(["systemctl", "restart", "--no-block", "patroni"], check=True)  # noqa: S607
    until = time.monotonic() + 120
    while _sql("SELECT pg_is_in_recovery()") != "f":
        if time.monotonic() > until:
            sys.exit("member: the server did not become leader: see journalctl -u patroni")
        time.sleep(1)
    config = (HOME / "patroni.yml").read_text()
    found = re.search(r"username: havip_replication\n\s+password: (\S+)", config)
    _sql(_ROLES.format(password=found[1] if found else ""))
    print("member: the server is the leader with its own data")  # noqa: T201


_PATRONIS = re.compile("synchronous_standby_names|primary_conninfo|primary_slot_name")
_ROLES = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'havip_replication') THEN
        CREATE ROLE havip_replication; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'havip_rewind') THEN
        CREATE ROLE havip_rewind; END IF;
END $$;
ALTER ROLE havip_replication LOGIN REPLICATION PASSWORD '{password}';
ALTER ROLE havip_rewind LOGIN PASSWORD '{password}';
GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean) TO havip_rewind;
GRANT EXECUTE ON FUNCTION pg_stat_file(text, boolean) TO havip_rewind;
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO havip_rewind;
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO havip_rewind;
"""


def _sql(text: str) -> str:
    """Run SQL as superuser; return the output, or "" on failure."""
    done = subprocess.run(
        ["runuser", "-u", "postgres", "--", "psql", "-X", "-At", "-q"],  # noqa: S607
        input=text, capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    return "" if done.returncode else done.stdout.strip()


def _version(binary: str) -> str:
    found = re.search(r"\d+(\.\d+)+", _output([binary, "--version"], 20))
    return found[0] if found else ""


def _wanted(requirements: str) -> str:
    found = re.search(r"^patroni==(\S+)", requirements, re.M)
    return found[1] if found else ""


# -- status and monitoring ------------------------------------------------------------------


def redundancy(member: ClusterMember) -> str:
    """Return what the cluster lacks to survive the next failure; empty if it is redundant."""
    if member.engine == "galera":
        status = galera_status()
        if not status:
            return "this machine's MariaDB does not respond: see journalctl -u mariadb"
        if status.get("wsrep_cluster_status") != "Primary":
            return "this machine's MariaDB is not in the primary component"
        size = status.get("wsrep_cluster_size", "0")
        if size != str(len(member.nodes)):
            return f"{size} of 3 servers are in the group"
        # A server is already in the group while it still copies the data.
        late = [peer for peer in member.peers if member.query(peer) != "primary"]
        return f"{', '.join(late)} is not synced yet" if late else ""
    listed = [one for one in member.nodes if healthy(member, one)]
    if len(listed) < len(member.nodes):
        silent = ", ".join(one for one in member.nodes if one not in listed)
        return f"etcd does not respond on {silent}: see journalctl -u etcd"
    return _replicates(member)


def healthy(member: ClusterMember, node: str) -> bool:
    """Return whether the etcd of a machine responds and has a leader."""
    status = get(member, node, 2379, "/health")
    return isinstance(status, dict) and str(status.get("health")).lower() == "true"


def _replicates(member: ClusterMember) -> str:
    for node in member.nodes[:-1]:
        status = get(member, node, 8008, "/cluster")
        if status:
            break
    else:
        return "Patroni does not respond on either data node: see journalctl -u patroni"
    roles = {one["host"]: one["role"] for one in status["members"] if one["state"] in _LIVES}
    if "leader" not in roles.values():
        return "there is no leader"
    wanted = "sync_standby" if member.settings["synchronous"] else "replica"
    if not {wanted, "quorum_standby"} & set(roles.values()):
        return f"no {wanted.replace('_', ' ')} follows the primary: patronictl list"
    return ""


_LIVES = ("running", "streaming")


def get(member: ClusterMember, node: str, port: int, path: str) -> Any:
    """Request a JSON document from a machine with mutual TLS; return None on failure."""
    context = member.context(ssl.Purpose.SERVER_AUTH)
    connection = http.client.HTTPSConnection(node, port, timeout=_SECONDS, context=context)
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read(1 << 20))
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


# -- the service, and helpers ---------------------------------------------------------------


class _Answer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _MemberServer)  # noqa: S101
        if not server.room.acquire(blocking=False):
            return
        try:
            self.request.settimeout(_SECONDS)
            with (
                contextlib.suppress(OSError),
                server.secure.wrap_socket(self.request, server_side=True) as secure,
            ):
                secure.sendall(server.member.state().encode() + b"\n")
        finally:
            server.room.release()


class _MemberServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, member: ClusterMember) -> None:
        self.member = member
        self.secure = member.context(ssl.Purpose.CLIENT_AUTH)
        self.room = threading.BoundedSemaphore(16)
        super().__init__((member.own, PORT), _Answer)


def _output(words: Sequence[str], seconds: float = 3) -> str:
    """Run a command; return its output, or "" on failure."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=seconds, check=False,
            env={**os.environ, "ETCDCTL_API": "3"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout


def _environment(name: str, values: dict[str, str]) -> None:
    RUN.mkdir(mode=0o755, parents=True, exist_ok=True)
    text = "".join(f"{key}={value}\n" for key, value in values.items())
    (RUN / name).write_text(text)


def _say(text: str, before: str) -> str:
    if text != before:
        print(f"member: {text}", file=sys.stderr, flush=True)  # noqa: T201
    return text


def main(words: Sequence[str]) -> None:
    """Run a subcommand."""
    member = ClusterMember(json.loads((HOME / "member.json").read_text()))
    match list(words):
        case ["serve"]:
            if member.engine == "galera":
                threading.Thread(target=galera_watch, args=[member], daemon=True).start()
            with _MemberServer(member) as server:
                server.serve_forever()
        case ["start"]:
            galera_start(member) if member.engine == "galera" else etcd_start(member)
        case ["patroni"]:
            patroni_install(member)
        case ["adopt"] if member.engine == "etcd":
            postgresql_adopt(member)
        case ["adopt"]:
            (HOME / "adopt").touch()
            words = ["systemctl", "restart", "--no-block", "mariadb"]
            subprocess.run(words, check=True)
        case ["status"]:
            for node, state in member.states().items():
                print(f"{node} {state or 'no reply'}")  # noqa: T201
        case ["redundant"]:
            if lacks := redundancy(member):
                sys.exit(f"member: redundancy is lost: {lacks}")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
