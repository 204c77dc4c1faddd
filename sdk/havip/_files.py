"""The one way to write and to read files that hold state, configuration or credentials.

A file is the old or the new one after a kill or on a full disk, never a part of either: the new
content goes to a new file, with its mode from the start, which is flushed to the disk and then
takes the old one's name. A file that grows by lines (a journal) is cut back where a line could
not be written whole, and a line that a kill has torn is dropped when it is read.

Every call to the operating system goes through `DISK`, so that tests can stop before, inside and
after each of them.
"""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
from pathlib import Path
from typing import Final, Self

PRIVATE: Final = 0o600
_NEW: Final = ".new"


class Disk:
    """The file operations of the operating system that change something."""

    def create(self, path: str, mode: int) -> int:
        """Create a file that does not exist yet, and return its descriptor."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, mode)
        os.fchmod(descriptor, mode)  # whatever the umask takes away
        return descriptor

    def write(self, descriptor: int, content: bytes) -> int:
        """Write a part of the content, and return how much of it."""
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        """Wait until what was written is on the disk."""
        os.fsync(descriptor)

    def truncate(self, descriptor: int, length: int) -> None:
        """Cut a file off."""
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
"""Carries out the file operations; tests replace it."""


def write(path: Path, content: bytes | str, *, mode: int | None = None) -> None:
    """Write a whole file, so that it is the old or the new one whatever happens.

    Args:
        path: The file; where it is a symbolic link, what it leads to is written.
        content: The new content; text is written as UTF-8.
        mode: Its permissions; those of the file that is there if left out, else 0600.

    Raises:
        OSError: It could not be written; the old file is as it was.
    """
    path = Path(os.path.realpath(path))
    data = content.encode() if isinstance(content, str) else content
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
    """Keep the content of a file under a second name, in place of what has that name."""
    draft = _draft(copy)
    try:
        DISK.link(str(path), draft)
    except OSError:  # some file systems have no hard links
        write(copy, path.read_bytes(), mode=PRIVATE)
        return
    DISK.rename(draft, str(copy))


def remove(path: Path) -> None:
    """Delete a file, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        DISK.unlink(str(path))
    if path.parent.exists():
        _sync_folder(path.parent)


def clean(path: Path) -> None:
    """Delete what killed writers of a file left; call it where nobody else writes the file."""
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
    """Read the whole lines of a file; one that a kill or a full disk has torn is left out.

    Raises:
        OSError: It cannot be read.
        UnicodeDecodeError: A whole line is not UTF-8.
    """
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return whole.decode().split("\n") if whole else []


class Lines:
    """A new file that grows by lines, each of which is written whole or not at all.

    Args:
        path: The file; one that is there is replaced.
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
        """Open a file to go on with it, behind its last whole line."""
        lines = cls.__new__(cls)
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        lines._descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        lines._length = len(whole) + 1 if whole else 0
        lines._torn = bool(torn) or not whole
        os.lseek(lines._descriptor, lines._length, os.SEEK_SET)
        return lines

    def append(self, line: str, *, sync: bool = False) -> None:
        """Append a line.

        Args:
            line: The line, without its end.
            sync: Whether to wait until it is on the disk.

        Raises:
            OSError: It could not be written; the file ends with the line before it.
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


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[DISK.write(descriptor, bytes(view)) :]


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # some file systems cannot
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            DISK.sync(descriptor)
        finally:
            os.close(descriptor)
