"""The file system of a node: the machine's own, with every change kept on the node's disk.

Where the kernel allows it (as root) a node sees an overlay over the whole machine: it may write
anywhere, its writes survive a power failure, and the machine is not touched. Without root, some
folders are the node's own and the rest is the machine's, which the user cannot write anyway.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import havip

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
"""The folders of a node that are its own where there is no overlay."""
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
    """Return whether this process can mount an overlay over the machine's file system."""
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
    """Files that a node wrote: a file system in memory that outlives the node, not the lab."""

    def __init__(self, folder: Path, *, megabytes: int = 2048) -> None:
        """Mount the disk at a folder, which is made."""
        self.folder = folder
        self._megabytes = megabytes
        folder.mkdir(parents=True)
        _mount("-t", "tmpfs", "-o", f"mode=755,size={megabytes}m", "tmpfs", str(folder))
        for name in ("upper", "work", "root"):
            (folder / name).mkdir()

    def name(self, hosts: str) -> None:
        """Set the names that the node resolves; it must not run. No other name server is asked."""
        (self.folder / "upper/etc").mkdir(exist_ok=True)
        (self.folder / "upper/etc/hosts").write_text(f"127.0.0.1 localhost\n{hosts}")
        (self.folder / "upper/etc/resolv.conf").write_text("")

    def fill(self) -> None:
        """Leave no free space: the file system shrinks to what is used."""
        used = os.statvfs(self.folder)
        blocks = used.f_blocks - used.f_bfree
        size = max(1, blocks) * used.f_frsize
        _mount("-o", f"remount,size={size}", str(self.folder))

    def empty(self) -> None:
        """Release the free space."""
        _mount("-o", f"remount,size={self._megabytes}m", str(self.folder))

    def wipe(self) -> None:
        """Delete everything that the node has written; it must not run."""
        for name in ("upper", "work"):
            shutil.rmtree(self.folder / name)
            (self.folder / name).mkdir()

    def command(self, name: str, command: list[str]) -> list[str]:
        """Return the command that a node starts with: mount all, then run another command."""
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
        # Last, since the disk itself may be below one of them.
        return [*lines, "tmpfs /run tmpfs mode=755", "tmpfs /tmp tmpfs mode=1777"]


def _needed_from_elsewhere() -> list[str]:
    """List the folders of Python and of this product that a node could not see otherwise."""
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
