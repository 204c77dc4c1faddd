"""The files of a stack, in the layout of Pulumi's own file backend (`pulumi login file://…`).

In the state folder, the `.pulumi` of the backend's folder::

    meta.yaml                                     the layout's version
    stacks/PROJECT/STACK.json                     the checkpoint
    stacks/PROJECT/STACK.json.bak                 the previous checkpoint
    stacks/PROJECT/STACK.journal                  an operation that is running, or was killed
    history/PROJECT/STACK/STACK-TIME.*.json       the past operations (see `history`)
    locks/…                                       the locks of the stack (see `lock`)

The journal is specific to this engine. While there is one, the lock for the CLI stays, so that
the CLI does not continue from a state without the journal's changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from havip import _files as files
from pulumi_havip.engine import checkpoint
from pulumi_havip.engine.errors import StateError
from pulumi_havip.engine.values import dump

_META: Final = "version: 1\n"


class StackFile:
    """The files of one stack.

    Args:
        root: The state folder.
        project: The project's name.
        stack: The stack's name.
    """

    def __init__(self, root: Path, project: str, stack: str) -> None:
        self.root = root
        self.project = project
        self.stack = stack
        self.path = root / "stacks" / project / f"{stack}.json"
        self.backup = self.path.with_name(f"{stack}.json.bak")
        self.journal = self.path.with_name(f"{stack}.journal")

    def exists(self) -> bool:
        """Return whether the stack exists."""
        return self.path.exists() or self.journal.exists()

    def load(self) -> tuple[dict[str, Any], str]:
        """Return the latest deployment and the digest of its file.

        Raises:
            StateError: The file cannot be read as a checkpoint.
        """
        if not self.path.exists():
            self._refuse_packed()
            return {}, ""
        where = f"the state file {self.path}"
        try:
            raw = self.path.read_bytes()
            text = raw.decode()
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"{where} cannot be read: {error}{self._way_out()}") from None
        try:
            latest = checkpoint.latest_of(checkpoint.parse(text, where), where)
        except StateError as error:
            raise StateError(f"{error}{self._way_out()}") from None
        return latest, digest_of(raw)

    def _refuse_packed(self) -> None:
        packed = self.path.with_name(self.path.name + ".gz")
        if packed.exists():
            raise StateError(
                f"the state file {packed} is compressed, and the embedded engine reads plain ones: "
                f"unpack it with `gunzip {packed}`"
            )

    def _way_out(self) -> str:
        if not self.backup.exists():
            return ""
        return f"; the state before the last operation is kept in {self.backup}"

    def render(self, deployment: Mapping[str, Any]) -> bytes:
        """Serialize a deployment for the state file."""
        name = f"organization/{self.project}/{self.stack}"
        whole = {
            "version": checkpoint.VERSION,
            "checkpoint": {"stack": name, "latest": deployment},
        }
        return (dump(whole) + "\n").encode()

    def save(self, content: bytes) -> None:
        """Replace the state file atomically and keep the previous one as a backup.

        Raises:
            StateError: It cannot be written; the old file is unchanged.
        """
        try:
            self._save(content)
        except OSError as error:
            kept = f"; {self.journal} holds what changed" if self.journal.exists() else ""
            raise StateError(
                f"the state file {self.path} cannot be written: {error.strerror}{kept}"
            ) from None

    def _save(self, content: bytes) -> None:
        prepare(self.root)
        files.make_folder(self.path.parent)
        if self.path.exists():
            files.keep_copy(self.path, self.backup)
        files.write(self.path, content, mode=files.PRIVATE)
        for path in (self.path, self.backup):  # checksums that the CLI wrote for the old content
            attributes = path.with_name(path.name + ".attrs")
            if attributes.exists():
                files.remove(attributes)

    def fold(self, content: bytes, log: files.Lines) -> None:
        """Write the new state file, and delete the journal folded into it.

        The journal's last line names the state file that includes all of it, so that a kill in
        between leaves either the old state and a journal that continues it, or the new state and a
        completed journal.

        Args:
            content: The new state file.
            log: The journal.

        Raises:
            StateError: It cannot be written.
        """
        try:
            log.append(dump({"folded": digest_of(content)}), sync=True)
        except OSError as error:
            raise journal_error(self, error) from None
        self.save(content)
        self.drop_journal()

    def drop_journal(self) -> None:
        """Delete a journal that the state file fully includes."""
        try:
            files.remove(self.journal)
        except OSError as error:
            raise journal_error(self, error) from None

    def clean(self) -> None:
        """Delete the temporary files of killed writers; call it only while holding the lock."""
        for path in (self.path, self.backup, self.root / "meta.yaml", self.root / ".gitignore"):
            files.clean(path)
        history = self.root / "history" / self.project / self.stack
        for draft in history.glob(".*.new"):
            draft.unlink()

    def remove(self) -> None:
        """Delete the stack's files except the backup."""
        if self.path.exists():
            files.DISK.rename(str(self.path), str(self.backup))
        files.remove(self.journal)


def journal_error(file: StackFile, error: OSError) -> StateError:
    """Return the error for a journal that cannot be written."""
    return StateError(
        f"the journal {file.journal} cannot be written: {error.strerror}; make room on its disk "
        "and run it again"
    )


def digest_of(content: bytes) -> str:
    """Return the digest by which a journal refers to the state file it continues."""
    return hashlib.sha256(content).hexdigest()


def prepare(root: Path) -> None:
    """Create a state folder that the CLI can read and Git ignores."""
    files.make_folder(root)
    meta, ignored = root / "meta.yaml", root / ".gitignore"
    if not meta.exists():
        files.write(meta, _META, mode=0o644)
    if not ignored.exists() and not (root / "history").exists():
        files.write(ignored, "*\n", mode=0o644)


def stacks(root: Path, project: str) -> list[str]:
    """Return the names of a project's stacks."""
    folder = root / "stacks" / project
    names = {path.name.removesuffix(".json") for path in folder.glob("[!.]*.json")}
    return sorted(names | {path.name.removesuffix(".journal") for path in folder.glob("*.journal")})
