"""Persistent storage of the emulator: one SQLite file, written before each response.

The file is in WAL mode with ``synchronous = NORMAL``: a commit has reached the operating system
before the response is sent, so it survives a kill -9 of the process. A power loss may lose the last
commits but leaves the file consistent; waiting for the disk in every call would cost more than that
is worth for an emulator.
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
_APPLICATION: Final = 0x68617669  # "havi": identifies our files
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
    """The interface of a cloud that a store uses."""

    on_commit: Callable[[Sequence[RowChange]], None] | None

    def load(self, rows: Iterable[RowChange]) -> None:
        """Add rows."""
        ...


class StoreError(HavipError):
    """The data folder cannot be used; the message has the reason and the next step."""


class Store:
    """Persistent rows of a cloud in a folder.

    Example::

        store = Store(Path("emulator-data"))
        cloud = Cloud(keys=Keys(master=store.master))
        store.attach(cloud)     # restores the rows and persists later changes

    Args:
        folder: The data folder; created if missing.

    Raises:
        StoreError: The file is corrupt, foreign, too new, in use, or not accessible.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        with self._wrapped_errors():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite would make it world-readable, but temporary keys are derived from its contents.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            # the cloud's lock serializes access
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
        """The secret that temporary keys are derived from; see `Keys`."""
        value: bytes = self._db.execute(
            "SELECT value FROM secret WHERE name = 'master'"
        ).fetchone()[0]
        return value

    def attach(self, cloud: Storable) -> None:
        """Load the stored rows into a cloud, and persist its changes from now on.

        Raises:
            StoreError: A stored row is invalid.
        """
        with self._wrapped_errors():
            rows = [
                RowChange(*row) for row in self._db.execute("SELECT * FROM row ORDER BY serial")
            ]
        try:
            cloud.load(rows)
        except (ValueError, KeyError, TypeError) as error:
            raise self._error(
                f"contains a row that cannot be read ({_first_line(error)})"
            ) from None
        cloud.on_commit = self.keep

    def keep(self, changes: Sequence[RowChange]) -> None:
        """Write rows, all or none; on return they survive a kill of the process."""
        gone = [change[:4] for change in changes if change.row is None]
        with self._transaction():
            self._db.executemany(_DROP, gone)
            self._db.executemany(_PUT, [change for change in changes if change.row is not None])

    def close(self) -> None:
        """Close the file; committed rows are safe without it."""
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
        # This first read shows whether it is an SQLite file at all, and locks out other processes.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        empty = not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != _APPLICATION and not empty:
            raise self._error("belongs to another application; choose another folder with --data")
        if version > _FORMAT:
            raise self._error(
                f"was written by a newer havip (format {version}, this one reads {_FORMAT}); "
                "upgrade havip, or choose another folder with --data"
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
    def _wrapped_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise self._error("is in use by another emulator; stop it first") from None
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
