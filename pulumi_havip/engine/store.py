"""Where the state of stacks lies on disk: one file a stack, a backup, a journal and a lock.

The layout is that of Pulumi's file backend, under `.havip`::

    .havip/stacks/PROJECT/STACK.json           the checkpoint
    .havip/stacks/PROJECT/STACK.json.bak       the one before it
    .havip/stacks/PROJECT/STACK.journal        an operation that is under way, or was killed
    .havip/locks/PROJECT/STACK.lock            who works on the stack
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pulumi_havip.engine import checkpoint
from pulumi_havip.engine.errors import LockedError, StateError
from pulumi_havip.engine.resource_state import now
from pulumi_havip.engine.values import dump


class StackFile:
    """The files of one stack.

    Args:
        root: The folder that holds `.havip`'s contents.
        project: The project's name.
        stack: The stack's name.
    """

    def __init__(self, root: Path, project: str, stack: str) -> None:
        self.project = project
        self.stack = stack
        self.path = root / "stacks" / project / f"{stack}.json"
        self.backup = self.path.with_name(f"{stack}.json.bak")
        self.journal = self.path.with_name(f"{stack}.journal")
        self._lock = root / "locks" / project / f"{stack}.lock"

    def exists(self) -> bool:
        """Tell whether the stack was ever made."""
        return self.path.exists() or self.journal.exists()

    def load(self) -> tuple[dict[str, Any], str]:
        """Return the latest deployment and the digest of the file it came from.

        Raises:
            StateError: The file cannot be read as a checkpoint.
        """
        if not self.path.exists():
            return {}, ""
        try:
            raw = self.path.read_bytes()
            text = raw.decode()
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"the state file {self.path} cannot be read: {error}") from None
        try:
            latest = checkpoint.latest_of(
                checkpoint.parse(text, f"the state file {self.path}"), f"the state file {self.path}"
            )
        except StateError as error:
            raise StateError(f"{error}{self._way_out()}") from None
        return latest, hashlib.sha256(raw).hexdigest()

    def _way_out(self) -> str:
        if not self.backup.exists():
            return ""
        return f"; the state before the last operation is kept in {self.backup}"

    def render(self, deployment: Mapping[str, Any]) -> bytes:
        """Write the file's content for a deployment."""
        name = f"organization/{self.project}/{self.stack}"
        whole = {
            "version": checkpoint.VERSION,
            "checkpoint": {"stack": name, "latest": deployment},
        }
        return (dump(whole) + "\n").encode()

    def save(self, content: bytes) -> None:
        """Replace the state file in one step and keep the one before it.

        Raises:
            StateError: It cannot be written.
        """
        try:
            self._save(content)
        except OSError as error:
            kept = f"; {self.journal} holds what changed" if self.journal.exists() else ""
            raise StateError(
                f"the state file {self.path} cannot be written: {error.strerror}{kept}"
            ) from None

    def _save(self, content: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            spare = self.backup.with_name(self.backup.name + ".new")
            shutil.copy(self.path, spare)
            spare.replace(self.backup)
        fresh = self.path.with_name(self.path.name + ".new")
        with fresh.open("wb") as file:
            fresh.chmod(0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def remove(self) -> None:
        """Delete the stack's files; the backup stays."""
        if self.path.exists():
            self.path.replace(self.backup)
        self.journal.unlink(missing_ok=True)

    @contextmanager
    def lock(self, operation: str) -> Iterator[None]:
        """Hold the stack alone; the lock goes with the process, however it ends.

        Raises:
            LockedError: Another process holds it; the text says which.
        """
        with self._open_lock() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LockedError(self._held_by()) from None
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "operation": operation, "since": now()}))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def _open_lock(self) -> IO[str]:
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            return self._lock.open("a+")
        except OSError as error:
            raise StateError(f"the lock {self._lock} cannot be made: {error.strerror}") from None

    def _held_by(self) -> str:
        try:
            holder = json.loads(self._lock.read_text())
            who = f"{holder['operation']} (process {holder['pid']}, since {holder['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another operation"
        return f"the stack {self.stack} is locked by {who}; wait for it to end"


def stacks(root: Path, project: str) -> list[str]:
    """Return the names of a project's stacks."""
    folder = root / "stacks" / project
    names = {path.name.removesuffix(".json") for path in folder.glob("*.json")}
    return sorted(names | {path.name.removesuffix(".journal") for path in folder.glob("*.journal")})
