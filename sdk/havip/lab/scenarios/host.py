"""A machine of the lab: namespaces of its own for network, mounts, processes and name."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from havip.lab.namespace import PATH, LabError

PRIVATE = ("/run", "/etc/keepalived", "/etc/haproxy", "/etc/systemd/system")
"""Folders that every machine has for itself, empty at each start."""
KEPT = (
    "/etc/postgresql",
    "/var/lib/postgresql",
    "/var/log/postgresql",
    "/etc/mysql",
    "/var/lib/mysql",
    "/var/log/mysql",
)
"""Folders that every machine has for itself, and finds again after a power failure."""
_SPACES = ("--net", "--mount", "--uts", "--ipc", "--pid")
_START = """
set -e
hostname "$1"; disk=$2; tmp=$3; shift 3
while [ "$1" != -- ]; do mount -t tmpfs -o mode=755 tmpfs "$1"; shift; done
shift
for folder; do
    if [ ! -d "$disk/$folder" ]; then
        mkdir -p "$disk/$folder"
        chown --reference="$folder" "$disk/$folder"
        chmod --reference="$folder" "$disk/$folder"
        if [ "$folder" = /etc/mysql ]; then cp -a "$folder/." "$disk/$folder/"; fi
    fi
    mount --bind "$disk/$folder" "$folder"
done
if [ "$tmp" = own ]; then mount -t tmpfs -o mode=1777 tmpfs /tmp; fi
ip link set lo up
echo ready
sleep infinity & wait
"""
_SECONDS = 10.0


class Host:
    """A running machine; `close` is a power failure."""

    def __init__(self, name: str, logs: Path, *, own_tmp: bool = False) -> None:
        """Start the machine, on the disk that one of its name left here.

        Args:
            name: Its host name.
            logs: The folder for what its programs print, and for its disk.
            own_tmp: Whether it has a ``/tmp`` for itself. Servers need one: they name temporary
                files after their process id, and two machines of a lab have the same ids. What
                runs this project's Python needs the real one, where the project may be.
        """
        self.name = name
        self._logs = logs
        self.closed = False
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        folders = [*_there(PRIVATE), "--", *_there(KEPT)]
        disk = str(logs / f"{name}.disk")
        self._shell = subprocess.Popen(
            ["unshare", *_SPACES, "--fork", "--kill-child", "--mount-proc",  # noqa: S607
             "sh", "-c", _START, "sh", name, disk, "own" if own_tmp else "shared", *folders],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        self.pid = self._first_process()

    def _first_process(self) -> int:
        assert self._shell.stdout is not None  # noqa: S101 - it is a pipe
        if self._shell.stdout.readline().strip() != b"ready":
            raise LabError(f"the machine {self.name} did not start")
        children = Path(f"/proc/{self._shell.pid}/task/{self._shell.pid}/children").read_text()
        return int(children.split()[0])

    def write(self, path: str, content: str, mode: int = 0o644) -> None:
        """Write a file of the machine, in one of its private folders.

        Raises:
            LabError: The path is elsewhere, and would be the real machine's.
        """
        if not path.startswith(tuple(f"{folder}/" for folder in _there(PRIVATE))):
            raise LabError(
                f"{path}: the lab lays files only below {', '.join(PRIVATE)}, and only where the "
                "machine has the folder: install what belongs there"
            )
        target = Path(f"/proc/{self.pid}/root{path}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        target.chmod(mode)
        target.write_text(content)

    def run(self, *words: str, seconds: float = _SECONDS) -> str:
        """Run a command on the machine and give what it printed.

        Raises:
            LabError: It failed, or did not end in time.
        """
        try:
            done = subprocess.run(
                self._inside(words), capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise LabError(f"{self.name}: {' '.join(words)}: not done in {seconds:g} s") from None
        if done.returncode:
            reason = (done.stderr or done.stdout).strip()[-1000:]
            raise LabError(f"{self.name}: {' '.join(words)}: {reason}")
        return done.stdout

    def spawn(self, name: str, *words: str, environment: Mapping[str, str] | None = None) -> None:
        """Start a program that stays; what it prints goes to a file of its name."""
        with (self._logs / f"{self.name}-{name}.log").open("ab") as log:
            self._programs[name] = subprocess.Popen(
                self._inside(words),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PATH": PATH, **(environment or {})},
            )

    def kill(self, program: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to every process of the machine with a program's name."""
        self.run("killall", f"-{number.value}", "--wait", program)

    def log(self, name: str) -> str:
        """Give what a program has printed."""
        path = self._logs / f"{self.name}-{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        """Stop the machine at once: all its processes are killed."""
        self.closed = True
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        for process in (*self._programs.values(), self._shell):
            process.kill()
            process.wait()
        if self._shell.stdout is not None:
            self._shell.stdout.close()

    def _inside(self, words: Sequence[str]) -> list[str]:
        return ["nsenter", "--target", str(self.pid), *_SPACES, "--", *words]


def _there(folders: Sequence[str]) -> list[str]:
    return [folder for folder in folders if Path(folder).is_dir()]


def wait_until(what: str, true: Callable[[], bool], seconds: float) -> float:
    """Wait until a test holds.

    Args:
        what: What is waited for, for the error.
        true: The test, a function without arguments.
        seconds: When to give up.

    Returns:
        How many seconds it took.

    Raises:
        LabError: It did not come in time.
    """
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise LabError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.02)
    return time.monotonic() - begun
