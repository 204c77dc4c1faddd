"""File system of a node: the host's, with all changes on the node's own disk.

As root, if the kernel allows it, a node has an overlay over the whole host: it may write anywhere,
its changes survive a power loss, and the host is not modified. Otherwise some folders belong to the
node and the rest is the host's, which the user cannot write anyway.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import havip
from havip.lab.namespace import LabError

FOLDERS = (
    "/etc/keepalived",
    "/etc/haproxy",
    "/etc/nginx",
    "/etc/systemd/system",
    "/etc/default",
    "/etc/etcd",
    "/etc/patroni",
    "/etc/postgresql",
    "/etc/mysql",
    "/var/lib/postgresql",
    "/var/lib/mysql",
    "/var/lib/etcd",
    "/var/log",
)
"""Folders that each node has for itself if there is no overlay."""
_ATTEMPTS = 16
_VOLATILE = (Path("/run"), Path("/tmp"))  # noqa: S108
_START = """
set -e
hostname "$1"; root=$2; table=$3; shift 3
ip link set lo up
mount --all --fstab "$table"
if [ "$root" != / ]; then
    mknod -m 666 "$root/dev/null" c 1 3; mknod -m 666 "$root/dev/zero" c 1 5
    mknod -m 666 "$root/dev/full" c 1 7; mknod -m 666 "$root/dev/random" c 1 8
    mknod -m 666 "$root/dev/urandom" c 1 9; mknod -m 666 "$root/dev/tty" c 5 0
    ln -s /proc/self/fd "$root/dev/fd"; ln -s pts/ptmx "$root/dev/ptmx"
    ln -s fd/0 "$root/dev/stdin"; ln -s fd/1 "$root/dev/stdout"; ln -s fd/2 "$root/dev/stderr"
    mkdir "$root/run/.machine"
    cd "$root"
    pivot_root . run/.machine
    umount -l run/.machine
    cd /
    rmdir /run/.machine
fi
mkdir -p /run/lock
exec "$@"
"""


@functools.cache
def overlay_works() -> bool:
    """Return whether this process can mount an overlay over the host's file system."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory(prefix="havip-lab-") as folder:
        script = (
            'mount -t tmpfs tmpfs "$1" && cd "$1" && mkdir u w m && mount -t overlay overlay '
            '-o "lowerdir=/,upperdir=$1/u,workdir=$1/w" "$1/m"'
        )
        done = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", folder],  # noqa: S607
            capture_output=True,
            check=False,
        )
    return done.returncode == 0


class NodeDisk:
    """Disk of a node: a file system in memory that survives the node, but not the lab."""

    def __init__(self, folder: Path, *, megabytes: int = 2048) -> None:
        """Create the folder and mount the disk on it."""
        self.folder = folder
        self._megabytes = megabytes
        folder.mkdir(parents=True)
        _mount("-t", "tmpfs", "-o", f"mode=755,size={megabytes}m", "tmpfs", str(folder))
        for name in ("upper", "work", "root"):
            (folder / name).mkdir()

    def name(self, hosts: str) -> None:
        """Set the hosts file of a stopped node; it uses no other name service."""
        (self.folder / "upper/etc").mkdir(exist_ok=True)
        (self.folder / "upper/etc/hosts").write_text(f"127.0.0.1 localhost\n{hosts}")
        (self.folder / "upper/etc/resolv.conf").write_text("")

    def fill(self) -> None:
        """Fill the disk: shrink the file system to its used size.

        Raises:
            LabError: A server writes faster than the file system shrinks.
        """
        for attempt in range(_ATTEMPTS):  # a server may write between the look and the change
            used = os.statvfs(self.folder)
            blocks = used.f_blocks - used.f_bfree + (1 << attempt) - 1
            with contextlib.suppress(subprocess.CalledProcessError):
                _mount("-o", f"remount,size={max(1, blocks) * used.f_frsize}", str(self.folder))
                return
        raise LabError(f"the disk {self.folder.stem} could not be filled")

    def empty(self) -> None:
        """Release the free space."""
        _mount("-o", f"remount,size={self._megabytes}m", str(self.folder))

    def wipe(self) -> None:
        """Delete everything that the node has written; it must be stopped."""
        for name in ("upper", "work"):
            shutil.rmtree(self.folder / name)
            (self.folder / name).mkdir()

    def command(self, name: str, command: list[str]) -> list[str]:
        """Return the start command of a node: mount everything, then run another command."""
        overlay = overlay_works()
        root = self.folder / "root" if overlay else Path("/")
        lines = self._overlay(root) if overlay else self._folders()
        table = self.folder / "fstab"
        table.write_text("".join(f"{line}\n" for line in lines))
        return ["sh", "-c", _START, "sh", name, str(root), str(table), *command]

    def _overlay(self, root: Path) -> list[str]:
        at = self.folder
        layers = f"lowerdir=/,upperdir={at}/upper,workdir={at}/work,xino=off"
        lines = [
            f"overlay {root} overlay {layers}",
            f"proc {root}/proc proc nosuid,nodev,noexec",
            f"sysfs {root}/sys sysfs nosuid,nodev,noexec,ro",
            f"tmpfs {root}/run tmpfs mode=755",
            f"tmpfs {root}/tmp tmpfs mode=1777",  # noqa: S108
            f"tmpfs {root}/dev tmpfs mode=755,size=1m",
            f"tmpfs {root}/dev/shm tmpfs mode=1777,X-mount.mkdir",  # noqa: S108
            f"devpts {root}/dev/pts devpts newinstance,ptmxmode=0666,mode=620,X-mount.mkdir",
        ]
        return lines + [
            f"{one} {root}{one} none bind,ro,X-mount.mkdir" for one in _needed_from_elsewhere()
        ]

    def _folders(self) -> list[str]:
        lines = []
        for folder in filter(os.path.isdir, FOLDERS):
            own = self.folder / "upper" / folder[1:]
            if not own.is_dir():
                own.parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-a", folder, str(own)], check=False, capture_output=True)  # noqa: S607
            lines.append(f"{own} {folder} none bind")
        own_names = (self.folder / "upper/etc" / one for one in ("hosts", "resolv.conf"))
        lines += [f"{one} /etc/{one.name} none bind" for one in own_names]
        # Last, since the disk itself may be mounted below one of them.
        return [*lines, "tmpfs /run tmpfs mode=755", "tmpfs /tmp tmpfs mode=1777"]


def _needed_from_elsewhere() -> list[str]:
    """List the folders of Python and havip that a node would not see otherwise."""
    mine = [Path(sys.prefix), Path(sys.base_prefix), Path(havip.__file__).resolve().parent.parent]
    device = Path("/").stat().st_dev
    hidden = [
        one
        for one in mine
        if one.stat().st_dev != device or any(one.is_relative_to(away) for away in _VOLATILE)
    ]
    return sorted({str(one) for one in hidden})


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)  # noqa: S607
