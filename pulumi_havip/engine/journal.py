"""The state while an operation runs: a snapshot in memory and an append-only journal on disk.

Every change of the snapshot is one line of the journal before anything else happens, and a
creation stands there with its inputs before the provider is asked for it. So a process that
is killed at any moment leaves a state file and a journal from which the next operation
continues, and 1,000 resources cost 1,000 short lines, not 1,000 state files. At the end the
whole is folded into the state file and the journal goes.

A line is a JSON object: ``base`` (the digest of the state file that it continues, first line),
``begin`` or ``end`` (the number of an operation), ``put`` (key and resource), ``drop`` (keys),
``folded`` (the digest of the state file that holds all of it, last line).
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from pulumi_havip.engine import checkpoint, urns
from pulumi_havip.engine import dependencies as graph
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.errors import StateError
from pulumi_havip.engine.resource_state import (
    Pending,
    Record,
    read_record,
    write_record,
)
from pulumi_havip.engine.store import StackFile
from pulumi_havip.engine.values import dump, has_secret


class Snapshot:
    """What the stack is known to hold: resources by key, and operations under way.

    Resources that this operation has touched come first, in the order of the first touch;
    the others follow in the order they had.
    """

    def __init__(self, records: Sequence[Record] = (), pending: Sequence[Pending] = ()) -> None:
        self._base: dict[int, Record] = {}
        self._touched: dict[int, Record] = {}
        self.pending: dict[int, Pending] = dict(enumerate(pending))
        self._next = 0
        for record in records:
            record.key = self._take()
            self._base[record.key] = record
        self.next_operation = len(pending)

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def give_key(self, record: Record) -> None:
        """Give a resource that is new here a key of its own."""
        if record.key < 0:
            record.key = self._take()

    def records(self) -> list[Record]:
        """Return the resources, each after what it needs."""
        return graph.in_order([*self._touched.values(), *self._base.values()])

    def touch(self, record: Record) -> None:
        """Take a resource in, in place of the one that has its key, if any."""
        self.give_key(record)
        self._next = max(self._next, record.key + 1)
        self._base.pop(record.key, None)
        self._touched[record.key] = record

    def amend(self, record: Record) -> None:
        """Replace the resource that has the record's key where it stands."""
        table = self._touched if record.key in self._touched else self._base
        table[record.key] = record

    def drop(self, keys: Iterable[int]) -> None:
        """Take resources out."""
        for key in keys:
            self._base.pop(key, None)
            self._touched.pop(key, None)

    def begin(self, pending: Pending) -> int:
        """Note an operation as under way and return its number."""
        self.next_operation += 1
        self.pending[self.next_operation - 1] = pending
        return self.next_operation - 1


class Journal:
    """Keeps a snapshot and, unless it is a preview, writes each change of it down.

    Args:
        snapshot: The snapshot to keep.
        vault: Seals the secrets.
        file: The stack's files; None keeps everything in memory (a preview).
        digest: The digest of the state file that the snapshot was read from.
    """

    def __init__(
        self, snapshot: Snapshot, vault: Vault, file: StackFile | None, digest: str = ""
    ) -> None:
        self.snapshot = snapshot
        self._vault = vault
        self._file = file
        self._digest = digest
        self._lock = threading.Lock()
        self._log: IO[str] | None = None
        self._dirty = False
        self._salt = ""
        self._checked = False

    def begin(self, kind: str, record: Record) -> int:
        """Write down that an operation starts, with all that its end may need."""
        with self._lock:
            self._require_vault([record])
            number = self.snapshot.next_operation
            self._write(lambda: {"begin": number, "kind": kind, "resource": self._json(record)})
            return self.snapshot.begin(Pending(kind, record.copy()))

    def end(
        self,
        number: int | None = None,
        *,
        put: Sequence[Record] = (),
        amend: Sequence[Record] = (),
        drop: Sequence[Record] = (),
        keep_pending: bool = False,
    ) -> None:
        """Write down how an operation ended, in one line.

        Args:
            number: The operation's number; None for a change that needed no beginning.
            put: Resources to take in, or to bring to the front with a new content.
            amend: Resources whose content changes where they stand.
            drop: Resources that are gone.
            keep_pending: Leave the operation as pending: its outcome is not known.
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
        """Bring an unchanged resource to the front; that is not worth a line."""
        with self._lock:
            self.snapshot.touch(record)

    def fold(self) -> None:
        """Put everything into the state file and drop the journal; nothing where nothing came."""
        if self._file is None or not self._dirty:
            return
        snapshot = self.snapshot
        deployment = checkpoint.write(
            snapshot.records(), list(snapshot.pending.values()), self._vault
        )
        content = self._file.render(deployment)
        self._write(lambda: {"folded": hashlib.sha256(content).hexdigest()})
        self._file.save(content)
        self.close()
        self._file.journal.unlink(missing_ok=True)
        self._dirty = False

    def close(self) -> None:
        """Close the journal's file."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def mark_dirty(self) -> None:
        """Have the next fold write the state file even if no change came."""
        self._dirty = True

    def _require_vault(self, records: Sequence[Record]) -> None:
        """Have a secret that could not be sealed end things before a step, and in a preview."""
        secretive = next((record for record in records if _secretive(record)), None)
        if not self._checked and secretive is not None:
            stack = secretive.type == urns.STACK_TYPE
            self._vault.require("the stack" if stack else secretive.name)
            self._checked = True

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

    def _write(self, line: Callable[[], dict[str, Any]]) -> None:
        if self._file is None:
            return
        content = line()
        try:
            self._append(self._file, content)
        except OSError as error:
            raise StateError(
                f"the journal {self._file.journal} cannot be written: {error.strerror}"
            ) from None

    def _append(self, file: StackFile, content: dict[str, Any]) -> None:
        if self._log is None:
            file.journal.parent.mkdir(parents=True, exist_ok=True)
            self._log = file.journal.open("w", encoding="utf-8")
            file.journal.chmod(0o600)
            self._log.write(dump({"base": self._digest}) + "\n")
        if self._vault.salt != self._salt:
            self._salt = self._vault.salt
            content["salt"] = self._salt
        self._log.write(dump(content) + "\n")
        self._log.flush()
        self._dirty = True


def _secretive(record: Record) -> bool:
    declared = any(name != "id" for name in record.additional_secret_outputs)
    return declared or has_secret(record.inputs) or has_secret(record.outputs)


def replay(file: StackFile, snapshot: Snapshot, vault: Vault, digest: str) -> bool:
    """Bring a snapshot to where a killed operation left the stack.

    Args:
        file: The stack's files.
        snapshot: What the state file holds.
        vault: Opens the secrets.
        digest: The digest of the state file.

    Returns:
        Whether there was a journal that continues the state file.

    Raises:
        StateError: There is a journal of another state file.
    """
    lines = _lines(file.journal)
    if not lines:
        return False
    if lines[-1].get("folded") == digest:
        return False
    if lines[0].get("base") != digest:
        raise StateError(
            f"the journal {file.journal} continues another state file than {file.path}; "
            "move it away to go on without what it holds"
        )
    for line in lines[1:]:
        _apply(line, snapshot, vault)
    return True


def journal_salt(file: StackFile) -> str:
    """Return the salt that the secrets of a left journal were sealed with."""
    lines = _lines(file.journal)
    return next((str(line["salt"]) for line in reversed(lines) if line.get("salt")), "")


def _lines(path: Path) -> list[dict[str, Any]]:
    """Read a journal; the last line may be torn, if the process was killed while writing it."""
    if not path.exists():
        return []
    whole, _, _torn = path.read_text(encoding="utf-8").rpartition("\n")
    try:
        return [json.loads(line) for line in whole.split("\n") if line]
    except ValueError as error:
        raise StateError(f"the journal {path} is corrupt: {error}") from None


def _apply(line: dict[str, Any], snapshot: Snapshot, vault: Vault) -> None:
    if "begin" in line:
        record = read_record(line["resource"], vault.unseal)
        snapshot.pending[line["begin"]] = Pending(line["kind"], record)
    if "end" in line:
        snapshot.pending.pop(line["end"], None)
    for key, source in line.get("put", ()):
        record = read_record(source, vault.unseal)
        record.key = key
        snapshot.touch(record)
    snapshot.drop(line.get("drop", ()))
