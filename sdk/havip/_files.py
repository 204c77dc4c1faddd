"""Atomic writes and safe reads of files with state, configuration or credentials.

After a kill or on a full disk, a file has either its old or its new content: the new content is
written to a new file, with its mode from the start, flushed to disk and renamed. A file that grows
by lines (a journal) is truncated if a line could not be written completely, and a line torn by a
kill is ignored when the file is read.

All modifying system calls go through `DISK`, so that tests can stop before, inside and after each.
"""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import stat
from pathlib import Path
from typing import Final, Self

PRIVATE: Final = 0o600
_NEW: Final = ".new"
_DESCRIPTORS: Final = ("/dev/std", "/dev/fd/", "/proc/")
"""Paths of open files, which other processes write as well."""


class Disk:
    """The system calls that modify files."""

    def create(self, path: str, mode: int) -> int:
        """Create a file that does not exist yet, and return its descriptor."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, mode)
        os.fchmod(descriptor, mode)  # regardless of the umask
        return descriptor

    def write(self, descriptor: int, content: bytes) -> int:
        """Write a part of the content, and return the number of bytes written."""
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        """Flush a file to disk."""
        os.fsync(descriptor)

    def truncate(self, descriptor: int, length: int) -> None:
        """Truncate a file."""
        os.ftruncate(descriptor, length)

    def rename(self, source: str, target: str) -> None:
        """Rename a file, replacing the target."""
        os.replace(source, target)

    def link(self, source: str, target: str) -> None:
        """Create a hard link to a file."""
        os.link(source, target)

    def unlink(self, path: str) -> None:
        """Delete a file."""
        os.unlink(path)

    def make_folder(self, path: str, mode: int) -> None:
        """Create a folder."""
        os.mkdir(path, mode)


DISK = Disk()
"""Runs the file operations; tests replace it."""


def write(path: Path, content: bytes | str, *, mode: int | None = None) -> None:
    """Write a whole file atomically, or into what is not a regular file, such as a pipe.

    Args:
        path: The file; if it is a symbolic link, its target is written.
        content: The new content; text is written as UTF-8.
        mode: Its permissions; if omitted, those of the existing file, else 0600.

    Raises:
        OSError: It could not be written; the old file is unchanged.
    """
    data = content.encode() if isinstance(content, str) else content
    if _is_stream(path):
        _write_into(path, data)
        return
    path = Path(os.path.realpath(path))
    if mode is None:
        mode = path.stat().st_mode & 0o777 if path.exists() else PRIVATE
    draft = _draft(path)
    try:
        descriptor = DISK.create(draft, mode)
        try:
            _write_all(descriptor, data)
            DISK.sync(descriptor)
        finally:
            os.close(descriptor)
        DISK.rename(draft, str(path))
    except OSError:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise
    _sync_folder(path.parent)


def keep_copy(path: Path, copy: Path) -> None:
    """Keep a file under a second name, replacing what has that name."""
    draft = _draft(copy)
    try:
        DISK.link(os.path.realpath(path), draft)  # not a symbolic link itself
    except OSError:  # some file systems have no hard links
        write(copy, path.read_bytes(), mode=PRIVATE)
        return
    DISK.rename(draft, str(copy))


def remove(path: Path) -> None:
    """Delete a file, if it exists."""
    with contextlib.suppress(FileNotFoundError):
        DISK.unlink(str(path))
    if path.parent.exists():
        _sync_folder(path.parent)


def clean(path: Path) -> None:
    """Delete temporary files of killed writers; call it only while nobody else writes the file."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*{_NEW}"):
        with contextlib.suppress(OSError):
            draft.unlink()


def make_folder(path: Path, *, mode: int = 0o777) -> None:
    """Create a folder and its missing parents."""
    if path.is_dir():
        return
    if not path.parent.is_dir():
        make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        DISK.make_folder(str(path), mode)


def read_lines(path: Path) -> list[str]:
    """Read the complete lines of a file, ignoring a last line torn by a kill or a full disk.

    Raises:
        OSError: It cannot be read.
        UnicodeDecodeError: A complete line is not UTF-8.
    """
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return whole.decode().split("\n") if whole else []


class Lines:
    """A new file that grows by lines, each written completely or not at all.

    Args:
        path: The file; an existing one is replaced.
        mode: Its permissions.
    """

    def __init__(self, path: Path, *, mode: int = PRIVATE) -> None:
        make_folder(path.parent)
        remove(path)
        self._descriptor = DISK.create(str(path), mode)
        self._length = 0
        self._torn = False

    @classmethod
    def reopen(cls, path: Path) -> Self:
        """Open a file for appending after its last complete line."""
        lines = cls.__new__(cls)
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        lines._descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        lines._length = len(whole) + 1 if whole else 0
        lines._torn = bool(torn)
        os.lseek(lines._descriptor, lines._length, os.SEEK_SET)
        return lines

    def append(self, line: str, *, sync: bool = False) -> None:
        """Append a line.

        Args:
            line: The line, without the line break.
            sync: Whether to flush it to disk.

        Raises:
            OSError: It could not be written; the file ends with the previous line.
        """
        data = line.encode() + b"\n"
        if self._torn:
            self._cut()
        try:
            _write_all(self._descriptor, data)
        except OSError:
            self._torn = True
            with contextlib.suppress(OSError):
                self._cut()
            raise
        self._length += len(data)
        if sync:
            DISK.sync(self._descriptor)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _cut(self) -> None:
        DISK.truncate(self._descriptor, self._length)
        os.lseek(self._descriptor, self._length, os.SEEK_SET)
        self._torn = False


def _draft(path: Path) -> str:
    return str(path.with_name(f".{path.name}.{secrets.token_hex(4)}{_NEW}"))


def _is_stream(path: Path) -> bool:
    """Return whether a file cannot be replaced: a device, a pipe, an open file of a process."""
    if str(path).startswith(_DESCRIPTORS):
        return True
    return path.exists() and not stat.S_ISREG(path.stat().st_mode)


def _write_into(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        _write_all(descriptor, data)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[DISK.write(descriptor, bytes(view)) :]


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not supported by some file systems
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            DISK.sync(descriptor)
        finally:
            os.close(descriptor)
