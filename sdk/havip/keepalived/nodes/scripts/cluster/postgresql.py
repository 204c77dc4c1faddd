"""A machine of a PostgreSQL cluster: etcd on all three, Patroni on two of them."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import etcd, member
from .member import ClusterMember, output

_LIVES = ("running", "streaming")
_FIRST_OF_USERS = 16384
"""First object id that is not reserved for PostgreSQL itself."""
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


class PostgresqlMember(ClusterMember):
    """A machine of a PostgreSQL cluster."""

    def run(self, words: Sequence[str]) -> None:
        """Run a subcommand."""
        if list(words) == ["patroni"]:
            self.install()
        else:
            super().run(words)

    def state(self) -> str:
        """Return the state of this machine's etcd server."""
        return etcd.server_state()

    def start(self) -> None:
        """Wait until it is clear how etcd starts, and write the environment of its unit."""
        etcd.start(self)

    def lacks(self) -> str:
        """Return what the cluster lacks to survive the next failure; empty if it is redundant."""
        silent = [one for one in self.nodes if not etcd.healthy(self, one)]
        if silent:
            return f"etcd does not respond on {', '.join(silent)}: see journalctl -u etcd"
        for node in self.nodes[:-1]:
            status = self.get(node, 8008, "/cluster")
            if status:
                break
        else:
            return "Patroni does not respond on either data node: see journalctl -u patroni"
        roles = {one["host"]: one["role"] for one in status["members"] if one["state"] in _LIVES}
        if "leader" not in roles.values():
            return "there is no leader"
        wanted = "sync_standby" if self.settings["synchronous"] else "replica"
        if not {wanted, "quorum_standby"} & set(roles.values()):
            return f"no {wanted.replace('_', ' ')} follows the primary: patronictl list"
        return ""

    def install(self) -> None:
        """Install Patroni if it is missing, and reject versions that lose rows.

        Patroni before 3.0.3 overwrites the leader key in etcd's API version 3 unconditionally: a
        partitioned primary becomes leader again with its old data (patroni#2689).
        """
        binary = self.settings["patroni"]
        requirements = member.HOME / "patroni.txt"
        if requirements.exists() and _version(binary) != _wanted(requirements.read_text()):
            venv = Path(binary).parents[1]
            words = ["python3", "-m", "venv", "--clear", "--system-site-packages", str(venv)]
            subprocess.run(words, check=True)
            pip = [f"{venv}/bin/pip", "install", "--no-deps", "--no-cache-dir", "--require-hashes"]
            subprocess.run([*pip, "--only-binary=:all:", "-r", str(requirements)], check=True)
        if self._foreign():
            sys.exit(
                "member: this machine's PostgreSQL has data from outside the cluster: either adopt "
                "it (/etc/havip/member adopt) or move it away: see docs/howto/migrate-databases"
            )
        found = _version(binary)
        if not found:
            sys.exit(f"member: {binary} does not run: is Patroni installed?")
        if self.settings["etcd_api"] == 3 and tuple(map(int, found.split(".")[:2])) < (4, 0):
            sys.exit(
                f"member: Patroni {found} is too old for etcd's API version 3, where it loses "
                "acknowledged rows (patroni#2689): install 4.0 or later"
            )

    def adopt(self) -> None:
        """Start Patroni as leader with the data of the package's own server, a former primary."""
        theirs, ours = self.folders()
        if not self._foreign():
            sys.exit(f"member: nothing to adopt: {theirs} has no user data, or {ours} has data")
        if (theirs / "standby.signal").exists():
            sys.exit("member: this server is a standby: run adopt on the former primary")
        stop = ["pg_ctlcluster", str(self.settings["version"]), "main", "stop", "-m", "fast"]
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
        config = (member.HOME / "patroni.yml").read_text()
        found = re.search(r"username: havip_replication\n\s+password: (\S+)", config)
        _sql(_ROLES.format(password=found[1] if found else ""))
        print("member: the server is the leader with its own data")  # noqa: T201

    def folders(self) -> tuple[Path, Path]:
        """Return the data folders of the package's own server and of Patroni's."""
        home = Path("/var/lib/postgresql") / str(self.settings["version"])
        return home / "main", home / "havip"

    def _foreign(self) -> bool:
        """Return whether the package's own server has user data but Patroni's has no data."""
        theirs, ours = self.folders()
        if ours.is_dir() and any(ours.iterdir()):
            return False
        names = (one.name.partition(".")[0] for one in theirs.glob("base/**/*"))
        return any(name.isdigit() and int(name) >= _FIRST_OF_USERS for name in names)


def _sql(text: str) -> str:
    """Run SQL as superuser; return the output, or "" on failure."""
    done = subprocess.run(
        ["runuser", "-u", "postgres", "--", "psql", "-X", "-At", "-q"],  # noqa: S607
        input=text, capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    return "" if done.returncode else done.stdout.strip()


def _version(binary: str) -> str:
    found = re.search(r"\d+(\.\d+)+", output([binary, "--version"], 20))
    return found[0] if found else ""


def _wanted(requirements: str) -> str:
    found = re.search(r"^patroni==(\S+)", requirements, re.M)
    return found[1] if found else ""


def main() -> None:
    """Run the command of this machine."""
    PostgresqlMember(member.settings()).run(sys.argv[1:])
