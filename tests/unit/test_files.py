"""P9: a file is the old or the new one after a kill at any byte or on a full disk, and readable."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from havip import _files

OLD, NEW = "old: 负载\n" * 3, "new: 均衡\n" * 4


class KilledError(BaseException):
    """The process was killed."""


class Disk(_files.Disk):
    """A disk that ends the process, or is full, from a certain byte or operation on."""

    def __init__(
        self, *, room: int | None = None, operations: int | None = None, cuts: bool = True
    ) -> None:
        self.room, self.left, self.cuts = room, operations, cuts
        self.done: list[str] = []

    def _count(self, name: str) -> None:
        self.done.append(name)
        if self.left is not None:
            if self.left == 0:
                raise KilledError
            self.left -= 1

    def create(self, path: str, mode: int) -> int:
        self._count("create")
        return super().create(path, mode)

    def write(self, descriptor: int, content: bytes) -> int:
        self._count("write")
        if self.room is None:
            return super().write(descriptor, content[:7])  # the system may write a part
        fits = content[: self.room]
        self.room -= len(fits)
        if fits:
            return super().write(descriptor, fits)
        raise OSError(errno.ENOSPC, "No space left on device")

    def sync(self, descriptor: int) -> None:
        self._count("sync")
        super().sync(descriptor)

    def rename(self, source: str, target: str) -> None:
        self._count("rename")
        super().rename(source, target)

    def truncate(self, descriptor: int, length: int) -> None:
        self._count("truncate")
        if not self.cuts:
            raise OSError(errno.EIO, "Input/output error")
        super().truncate(descriptor, length)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    kept = _files.DISK
    path = tmp_path / "state.json"
    _files.write(path, OLD)
    yield path
    _files.DISK = kept


def test_a_kill_at_any_operation_leaves_the_old_or_the_new_file(file: Path) -> None:
    seen = set()
    for at in range(100):
        _files.write(file, OLD)
        _files.DISK = disk = Disk(operations=at)
        try:
            _files.write(file, NEW)
        except KilledError:
            found = file.read_text()
            assert found in (OLD, NEW), at
            seen.add(found)
            _files.DISK = _files.Disk()
            _files.clean(file)
            assert [path.name for path in file.parent.iterdir()] == ["state.json"]
            continue
        break
    assert seen == {OLD, NEW}
    order = [name for name in disk.done if name != "write"]
    assert order == ["create", "sync", "rename", "sync"]
    assert file.read_text() == NEW
    _files.DISK = disk = Disk()
    _files.remove(file)
    assert disk.done == ["sync"]  # of the folder: the file must not come back


def test_a_full_disk_at_any_byte_leaves_the_old_file_and_nothing_else(file: Path) -> None:
    for room in range(len(NEW.encode())):
        _files.DISK = Disk(room=room)
        with pytest.raises(OSError, match="No space"):
            _files.write(file, NEW)
        assert file.read_text() == OLD
        assert [path.name for path in file.parent.iterdir()] == ["state.json"]


def test_a_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    modes = set()

    class Watch(_files.Disk):
        def write(self, descriptor: int, content: bytes) -> int:
            modes.add(stat.S_IMODE(os.fstat(descriptor).st_mode))
            return super().write(descriptor, content)

    kept, _files.DISK = _files.DISK, Watch()
    try:
        path = tmp_path / "credential"
        _files.write(path, "secret")
        assert modes == {0o600}
        path.chmod(0o640)
        _files.write(path, "other")
        assert modes == {0o600, 0o640}
        _files.write(path, "again", mode=_files.PRIVATE)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        _files.DISK = kept


def test_a_mode_that_is_asked_for_is_not_narrowed_by_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        _files.write(tmp_path / "meta.yaml", "version: 1\n", mode=0o644)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "meta.yaml").stat().st_mode) == 0o644


def test_what_is_written_is_flushed_and_no_descriptor_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, flushed = Path("/proc/self/fd"), []
    monkeypatch.setattr(os, "fsync", lambda fd: flushed.append(opened.joinpath(str(fd)).readlink()))
    before = {path.name for path in opened.iterdir()}
    _files.write(tmp_path / "a", OLD)
    folder, draft = flushed.pop(), flushed.pop()
    assert (folder, draft.parent, flushed) == (tmp_path, tmp_path, [])
    assert draft.name.startswith(".a.")
    lines = _files.Lines(tmp_path / "new" / "journal")
    lines.append("a", sync=True)
    assert flushed[-1] == tmp_path / "new" / "journal"
    lines.close()
    _files.Lines.reopen(tmp_path / "new" / "journal").close()
    assert {path.name for path in opened.iterdir()} == before


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text(OLD)
    link.symlink_to(target)
    _files.write(link, NEW)
    assert link.is_symlink()
    assert target.read_text() == NEW


def test_a_copy_is_kept_also_where_there_are_no_hard_links(tmp_path: Path) -> None:
    class NoLinks(_files.Disk):
        def link(self, source: str, target: str) -> None:
            raise OSError(errno.EPERM, "no")

    path, copy = tmp_path / "a", tmp_path / "a.bak"
    for disk in (_files.Disk(), NoLinks()):
        _files.write(path, OLD)
        _files.write(copy, NEW, mode=0o644)
        kept, _files.DISK = _files.DISK, disk
        try:
            _files.keep_copy(path, copy)
            _files.write(path, NEW)
        finally:
            _files.DISK = kept
        assert (copy.read_text(), path.read_text()) == (OLD, NEW)
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


LINES = ["{}", '{"name":"负载均衡"}', '{"b":2}']


def test_a_file_of_lines_that_is_cut_at_any_byte_is_read_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    whole = ("\n".join(LINES) + "\n").encode()
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        assert _files.read_lines(path) == LINES[: whole[:length].count(b"\n")]
        lines = _files.Lines.reopen(path)
        lines.append("more")
        lines.close()
        assert _files.read_lines(path) == [*LINES[: whole[:length].count(b"\n")], "more"]


def test_a_line_that_does_not_fit_is_cut_off_and_the_next_one_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    for room in range(len(LINES[1].encode()) + 1):
        lines = _files.Lines(path)
        lines.append(LINES[0])
        kept, _files.DISK = _files.DISK, Disk(room=room)
        try:
            with pytest.raises(OSError, match="No space"):
                lines.append(LINES[1])
            assert path.read_text() == LINES[0] + "\n"
            _files.DISK = disk = Disk()
            lines.append(LINES[2])
            assert {*disk.done} == {"write"}  # it was cut before
        finally:
            _files.DISK = kept
        lines.close()
        assert _files.read_lines(path) == [LINES[0], LINES[2]]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_that_cannot_be_cut_off_at_once_is_cut_off_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    lines = _files.Lines(path)
    lines.append(LINES[0])
    kept, _files.DISK = _files.DISK, Disk(room=9, cuts=False)
    try:
        with pytest.raises(OSError, match="No space"):
            lines.append(LINES[1])
        assert path.read_text() == LINES[0] + "\n" + LINES[1][:9]
    finally:
        _files.DISK = kept
    lines.append(LINES[2])
    lines.append("{}")
    lines.close()
    assert _files.read_lines(path) == [LINES[0], LINES[2], "{}"]


def test_lines_that_must_last_are_on_the_disk_before_the_call_returns(tmp_path: Path) -> None:
    lines = _files.Lines(tmp_path / "journal")
    kept, _files.DISK = _files.DISK, Disk()
    try:
        lines.append("a")
        lines.append("b", sync=True)
        assert isinstance(_files.DISK, Disk)
        assert _files.DISK.done == ["write", "write", "sync"]
    finally:
        _files.DISK = kept
        lines.close()


def test_removing_what_is_not_there_is_fine_and_new_folders_are_made(tmp_path: Path) -> None:
    _files.remove(tmp_path / "a" / "b")
    _files.make_folder(tmp_path / "a" / "b")
    _files.make_folder(tmp_path / "a" / "b")
    path = tmp_path / "a" / "b" / "c"
    _files.write(path, b"x")
    _files.remove(path)
    assert list(path.parent.iterdir()) == []


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        _files.write(pipe, NEW)
        assert os.read(reader, 10_000).decode() == NEW
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_an_open_file_of_a_process_is_appended_to(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    with (tmp_path / "log").open("w+") as log:
        log.write(OLD)
        log.flush()
        for descriptor in (writer, log.fileno()):
            _files.write(Path(f"/dev/fd/{descriptor}"), NEW)
        log.seek(0)
        assert log.read() == OLD + NEW
    assert os.read(reader, 10_000).decode() == NEW
    os.close(reader)
    os.close(writer)


def test_the_copy_of_a_linked_file_keeps_its_content(tmp_path: Path) -> None:
    target, link, copy = tmp_path / "target", tmp_path / "link", tmp_path / "copy"
    target.write_text(OLD)
    link.symlink_to(target)
    _files.keep_copy(link, copy)
    _files.write(link, NEW)
    assert not copy.is_symlink()
    assert (copy.read_text(), target.read_text()) == (OLD, NEW)
