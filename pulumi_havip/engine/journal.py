"""The state during an operation: a snapshot in memory and an append-only journal on disk.

Every change of the snapshot is first appended to the journal as one line, and a creation is
recorded with its inputs before the provider is called. So a process that is killed at any moment
leaves a state file and a journal from which the next operation continues, and 1,000 resources cost
1,000 short lines rather than 1,000 state files. At the end everything is folded into the state file
and the journal is deleted.

A line is a JSON object: ``base`` (the digest of the state file that it continues, first line),
``begin`` or ``end`` (the number of an operation), ``put`` (key and resource), ``drop`` (keys),
``salt`` (the salt of the secrets from here on), ``folded`` (the digest of the state file that
includes all of it, last line).
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from havip import _files as files
from pulumi_havip import urns
from pulumi_havip.engine import checkpoint
from pulumi_havip.engine import dependencies as graph
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.errors import StateError
from pulumi_havip.engine.resource_state import (
    Pending,
    Record,
    read_record,
    write_record,
)
from pulumi_havip.engine.store import StackFile, journal_error
from pulumi_havip.engine.values import dump, has_secret


class StateSnapshot:
    """Resources of a stack by key, and its pending operations.

    Resources touched by this operation come first, in the order of the first touch; the others
    follow in their previous order.
    """

    def __init__(self, records: Sequence[Record] = (), pending: Sequence[Pending] = ()) -> None:
        self._base: dict[int, Record] = {}
        self._touched: dict[int, Record] = {}
        self.pending: dict[int, Pending] = dict(enumerate(pending))
        self._keys = itertools.count()
        for record in records:
            record.key = next(self._keys)
            self._base[record.key] = record
        self.numbers = itertools.count(len(pending))
        """The numbers of the operations that begin."""

    def give_key(self, record: Record) -> None:
        """Assign a key to a resource that is new in the snapshot."""
        if record.key < 0:
            record.key = next(self._keys)

    def records(self) -> list[Record]:
        """Return the resources, each after its dependencies."""
        return graph.in_order([*self._touched.values(), *self._base.values()])

    def touch(self, record: Record) -> None:
        """Move a resource to the front, replacing the one with its key, if any."""
        self._base.pop(record.key, None)
        self._touched[record.key] = record

    def amend(self, record: Record) -> None:
        """Replace the resource with the record's key in its place."""
        table = self._touched if record.key in self._touched else self._base
        table[record.key] = record

    def drop(self, keys: Iterable[int]) -> None:
        """Remove resources by their keys."""
        for key in keys:
            self._base.pop(key, None)
            self._touched.pop(key, None)

    def begin(self, number: int, pending: Pending) -> None:
        """Record an operation as pending."""
        self.pending[number] = pending


class Journal:
    """Keeps a snapshot and, except in a preview, records each change of it.

    Args:
        snapshot: The snapshot to keep.
        vault: Encrypts the secrets.
        file: The stack's files; None keeps everything in memory (a preview).
        digest: The digest of the state file that the snapshot was read from.
    """

    def __init__(
        self, snapshot: StateSnapshot, vault: Vault, file: StackFile | None, digest: str = ""
    ) -> None:
        self.snapshot = snapshot
        self._vault = vault
        self._file = file
        self._digest = digest
        self._lock = threading.Lock()
        self._log: files.Lines | None = None
        self._dirty = False
        self._salt = ""

    def begin(self, kind: str, record: Record, *, instead_of: int | None = None) -> int:
        """Record that an operation starts, with everything needed to recover it.

        Args:
            kind: The kind of operation, as in `Pending`.
            record: The resource, with the inputs of the operation.
            instead_of: The number of an earlier attempt that this one continues.
        """
        with self._lock:
            self._require_vault([record])
            number = next(self.snapshot.numbers)

            def line() -> dict[str, Any]:
                begun = {"begin": number, "kind": kind, "resource": self._json(record)}
                return begun if instead_of is None else begun | {"end": instead_of}

            # The record must survive a power failure: from here on the resource may exist.
            self._write(line, sync=kind == "creating")
            self.snapshot.begin(number, Pending(kind, record.copy()))
            if instead_of is not None:
                self.snapshot.pending.pop(instead_of, None)
            return number

    def end(
        self,
        number: int | None = None,
        *,
        put: Sequence[Record] = (),
        amend: Sequence[Record] = (),
        drop: Sequence[Record] = (),
        keep_pending: bool = False,
    ) -> None:
        """Record how an operation ended, in one line.

        Args:
            number: The operation's number; None for a change without a `begin`.
            put: Resources to add, or to move to the front with new content.
            amend: Resources whose content changes in place.
            drop: Resources that no longer exist.
            keep_pending: Keep the operation pending because its outcome is unknown.
        """
        with self._lock:
            if self._file is None:
                self._require_vault([*put, *amend])
            for record in put:
                self.snapshot.give_key(record)
            ended = None if keep_pending else number
            self._write(lambda: self._end_line(ended, [*put, *amend], drop))
            if ended is not None:
                self.snapshot.pending.pop(ended, None)
            for record in put:
                self.snapshot.touch(record)
            for record in amend:
                self.snapshot.amend(record)
            self.snapshot.drop(record.key for record in drop)

    def settle(self, record: Record) -> None:
        """Move an unchanged resource to the front; this alone is not journaled."""
        with self._lock:
            self.snapshot.touch(record)

    def fold(self) -> None:
        """Write the snapshot to the state file and delete the journal; do nothing without changes.

        Raises:
            StateError: It cannot be written; the journal keeps the changes.
        """
        if self._file is None or not self._dirty:
            return
        content = self._file.render(render(self.snapshot, self._vault))
        self._file.fold(content, self._opened(self._file))
        self._dirty = False

    def close(self) -> None:
        """Close the journal's file."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def _require_vault(self, records: Sequence[Record]) -> None:
        """Raise an error for a secret that cannot be encrypted, before a step and in a preview."""
        secretive = next((record for record in records if _secretive(record)), None)
        if secretive is not None:
            stack = secretive.type == urns.STACK_TYPE
            self._vault.require("the stack" if stack else secretive.name)

    def _json(self, record: Record) -> dict[str, Any]:
        return write_record(record, self._vault.seal)

    def _end_line(
        self, number: int | None, put: Sequence[Record], drop: Sequence[Record]
    ) -> dict[str, Any]:
        line: dict[str, Any] = {} if number is None else {"end": number}
        if put:
            line["put"] = [[record.key, self._json(record)] for record in put]
        if drop:
            line["drop"] = [record.key for record in drop]
        return line

    def _write(self, line: Callable[[], dict[str, Any]], *, sync: bool = False) -> None:
        if self._file is None:
            return
        content = line()
        try:
            log = self._opened(self._file)
            if self._vault.salt != self._salt:
                content["salt"] = self._vault.salt
            log.append(dump(content), sync=sync)
        except OSError as error:
            raise journal_error(self._file, error) from None
        self._salt = self._vault.salt
        self._dirty = True

    def _opened(self, file: StackFile) -> files.Lines:
        if self._log is None:
            log = files.Lines(file.journal)
            try:
                log.append(dump({"base": self._digest}))
            except OSError:
                log.close()
                raise
            self._log = log
        return self._log


def render(snapshot: StateSnapshot, vault: Vault) -> dict[str, Any]:
    """Return the deployment for a snapshot."""
    return checkpoint.write(snapshot.records(), list(snapshot.pending.values()), vault)


def _secretive(record: Record) -> bool:
    declared = any(name != "id" for name in record.additional_secret_outputs)
    return declared or has_secret(record.inputs) or has_secret(record.outputs)


def replay(file: StackFile, snapshot: StateSnapshot, vault: Vault, digest: str) -> bool:
    """Apply the journal of a killed operation to a snapshot.

    Args:
        file: The stack's files.
        snapshot: What the state file holds.
        vault: Decrypts the secrets.
        digest: The digest of the state file.

    Returns:
        Whether there was a journal that continues the state file.

    Raises:
        StateError: There is a journal of another state file, or it cannot be read.
    """
    lines = _lines(file.journal)
    if not lines or lines[-1].get("folded") == digest:
        return False
    if lines[0].get("base") != digest:
        raise StateError(
            f"the journal {file.journal} continues another state file than {file.path}; "
            "move it away to go on without what it holds"
        )
    for number, line in enumerate(lines[1:], 2):
        try:
            _apply(line, snapshot, vault)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _corrupt(
                file.journal, number, "its fields are of no form that is known"
            ) from None
    return True


def recover(file: StackFile, snapshot: StateSnapshot, vault: Vault, *, replayed: bool) -> None:
    """Fold the journal of a killed operation into the state file.

    Args:
        file: The stack's files.
        snapshot: The combined content of state file and journal.
        vault: Encrypts the secrets.
        replayed: Whether the journal held changes that the state file lacks.

    Raises:
        StateError: It cannot be written; both files are unchanged.
    """
    if not replayed:
        file.drop_journal()
        return
    try:
        log = files.Lines.reopen(file.journal)
    except OSError as error:
        raise journal_error(file, error) from None
    try:
        file.fold(file.render(render(snapshot, vault)), log)
    finally:
        log.close()


def journal_salt(file: StackFile) -> str:
    """Return the salt of the secrets in a leftover journal."""
    lines = _lines(file.journal)
    return next((str(line["salt"]) for line in reversed(lines) if line.get("salt")), "")


def _lines(path: Path) -> list[dict[str, Any]]:
    """Read a journal, ignoring a last line torn by a kill or a full disk."""
    try:
        lines = files.read_lines(path)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"the journal {path} cannot be read: {error}") from None
    return [_parsed(path, number, line) for number, line in enumerate(lines, 1) if line]


def _parsed(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _corrupt(path, number, str(error)) from None
    if not isinstance(found, dict):
        raise _corrupt(path, number, "it is not an object")
    return found


def _corrupt(path: Path, number: int, why: str) -> StateError:
    return StateError(
        f"the journal {path} is corrupt in line {number}: {why}; move it away to go on without "
        "what it holds"
    )


def _apply(line: dict[str, Any], snapshot: StateSnapshot, vault: Vault) -> None:
    if "begin" in line:
        record = read_record(line["resource"], vault.unseal)
        snapshot.begin(int(line["begin"]), Pending(str(line["kind"]), record))
    if "end" in line:
        snapshot.pending.pop(line["end"], None)
    for key, source in line.get("put", ()):
        record = read_record(source, vault.unseal)
        record.key = int(key)
        snapshot.touch(record)
    snapshot.drop(line.get("drop", ()))
