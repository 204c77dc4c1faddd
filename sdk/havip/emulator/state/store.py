"""Storage that outlives the emulator: one SQLite file, written before a call is answered.

The file is in WAL mode with ``synchronous = NORMAL``: a commit is in the operating system's hands
when the answer leaves, which a kill -9 of the process cannot take back. After a loss of power the
last commits may be gone while the file stays whole; waiting for the disk at every call would cost
an emulator more than that is worth.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from havip.emulator.state.table import RowChange
from havip.errors import HavipError

FILE_NAME: Final = "havip.db"
_APPLICATION: Final = 0x68617669  # "havi": tells our files from other people's
_FORMAT: Final = 1

_SCHEMA = f"""
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE row (
    account TEXT, region TEXT, kind TEXT, id TEXT, serial INTEGER NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (account, region, kind, id)
) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_FORMAT};
"""
_PUT = "INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?, ?, ?)"
_DROP = "DELETE FROM row WHERE account = ? AND region = ? AND kind = ? AND id = ?"


class Storable(Protocol):
    """A cloud, as far as a store is concerned."""

    on_commit: Callable[[Sequence[RowChange]], None] | None

    def load(self, rows: Iterable[RowChange]) -> None:
        """Add rows."""
        ...


class StoreError(HavipError):
    """The data folder cannot be used; the text says why and how to go on."""


class Store:
    """The rows of a cloud in a folder.

    Example::

        store = Store(Path("emulator-data"))
        cloud = Cloud(keys=Keys(master=store.master))
        store.attach(cloud)     # what was kept is there again, and what comes is kept

    Args:
        folder: Where the file lies; made where it is missing.

    Raises:
        StoreError: The file is corrupt, not ours, of a newer version, in use, or not readable.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        with self._trouble():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite would make it readable to all; it holds what temporary keys are made from.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            # the lock of the cloud lets one thread in at a time
            self._db = sqlite3.connect(
                self.path, timeout=0, isolation_level=None, check_same_thread=False
            )
            try:
                self._open()
            except BaseException:
                self._db.close()
                raise

    @property
    def master(self) -> bytes:
        """The secret that temporary keys are made from; see `Keys`."""
        value: bytes = self._db.execute(
            "SELECT value FROM secret WHERE name = 'master'"
        ).fetchone()[0]
        return value

    def attach(self, cloud: Storable) -> None:
        """Load what was kept into a cloud, and keep what it does from now on.

        Raises:
            StoreError: A row that was kept cannot be read.
        """
        with self._trouble():
            rows = [
                RowChange(*row) for row in self._db.execute("SELECT * FROM row ORDER BY serial")
            ]
        try:
            cloud.load(rows)
        except (ValueError, KeyError, TypeError) as error:
            raise self._error(f"holds a row that cannot be read ({_first_line(error)})") from None
        cloud.on_commit = self.keep

    def keep(self, changes: Sequence[RowChange]) -> None:
        """Write rows, all or none; they are safe from a kill when this returns."""
        gone = [change[:4] for change in changes if change.row is None]
        with self._transaction():
            self._db.executemany(_DROP, gone)
            self._db.executemany(_PUT, [change for change in changes if change.row is not None])

    def close(self) -> None:
        """Close the file; nothing is lost without it."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _open(self) -> None:
        # the first statement that reads tells whether this is SQLite at all; one process at a time
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        empty = not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != _APPLICATION and not empty:
            raise self._error("is a database of something else; name another folder with --data")
        if version > _FORMAT:
            raise self._error(
                f"was written by a newer havip (format {version}, this one reads {_FORMAT}); "
                "update havip, or name another folder with --data"
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        if empty:
            self._create()
        found = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise self._error(f"is corrupt ({_first_line(found)})")

    def _create(self) -> None:
        with self._transaction():
            for statement in filter(str.strip, _SCHEMA.split(";\n")):
                self._db.execute(statement)
            self._db.execute("INSERT INTO secret VALUES ('master', ?)", (secrets.token_bytes(32),))

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise self._error("is in use by another emulator; stop that one first") from None
            raise self._error(f"cannot be opened ({_first_line(error)})") from None
        except sqlite3.DatabaseError as error:
            raise self._error(f"is corrupt ({_first_line(error)})") from None
        except OSError as error:
            raise self._error(f"cannot be opened ({error.strerror})") from None

    def _error(self, what: str) -> StoreError:
        text = f"the emulator's data file {self.path} {what}"
        if "corrupt" in what or "cannot be read" in what:
            text += f"; move it away to start empty: mv {self.path} {self.path}.broken"
        return StoreError(text)


def _first_line(error: object) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
