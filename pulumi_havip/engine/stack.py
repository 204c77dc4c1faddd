"""A stack without its operations: create, remove, inspect, export and import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from havip import _files as files
from pulumi_havip import urns
from pulumi_havip.engine import (
    checkpoint,
    journal,
    pickled,
    state_folder,
)
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.errors import NoStackError, StateError
from pulumi_havip.engine.journal import StateSnapshot
from pulumi_havip.engine.lock import locked
from pulumi_havip.engine.project import Project, StackConfig, check_name, load_project
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.store import StackFile
from pulumi_havip.engine.values import Properties


class Loaded(NamedTuple):
    """Content of a stack's files.

    Attributes:
        snapshot: Its resources and pending operations.
        vault: Encrypts and decrypts its secrets.
        digest: The digest of the state file.
        replayed: Whether a journal contained changes that the state file lacks.
    """

    snapshot: StateSnapshot
    vault: Vault
    digest: str
    replayed: bool


class Stack:
    """One stack of one project.

    Args:
        project_dir: The folder of `Pulumi.yaml`, or a `Project` created in Python.
        stack: The stack's name.
        state_dir: The state folder, or its URL as for `pulumi login`. The default is the value of
            HAVIP_STATE, PULUMI_BACKEND_URL or `backend` in `Pulumi.yaml`, else the project's
            folder.
        environment: The environment with the passphrase; that of this process if omitted.

    Attributes:
        notice: A message for the user about changes to the state at opening; empty if none.

    Raises:
        ProjectError: The project cannot be read, or the stack name is invalid.
        UnsupportedError: The state is in a backend that this engine cannot read.
    """

    def __init__(
        self,
        project_dir: str | Path | Project,
        stack: str,
        *,
        state_dir: str | Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.project = (
            project_dir if isinstance(project_dir, Project) else load_project(Path(project_dir))
        )
        self.stack = check_name("stack", stack)
        self.environment = dict(os.environ if environment is None else environment)
        self.root = state_folder.locate(
            self.project.folder, state_dir, self.environment, self.project.backend
        )
        self.notice = state_folder.take_over(self.project.folder, self.root, self.project.name)
        self.file = StackFile(self.root, self.project.name, stack)

    def init(self, *, exist_ok: bool = False) -> None:
        """Create an empty stack.

        Args:
            exist_ok: Whether an existing stack is left alone instead of raising an error.

        Raises:
            StateError: It exists.
        """
        if exist_ok and self.file.exists():
            return
        if self.file.exists():
            raise StateError(f"the stack {self.stack} exists already ({self.file.path})")
        with locked(self.file, "init"):
            vault = Vault(self.environment, StackConfig(self.project, self.stack).salt)
            self.file.save(self.file.render(checkpoint.write([], [], vault)))

    def remove(self, *, force: bool = False) -> None:
        """Delete the stack. Its resources must be destroyed first.

        Raises:
            StateError: It does not exist, or still has resources and `force` is not set.
        """
        self._must_exist()
        with locked(self.file, "rm"):
            if not force:
                records = self._recover().snapshot.records()
                left = [item for item in records if _is_counted(item)]
                if left:
                    raise StateError(
                        f"the stack {self.stack} still holds {len(left)} resources; destroy it "
                        "first, or forget them with --force"
                    )
            self.file.remove()

    def forget(self, *names: str) -> None:
        """Remove resources from the state without deleting them in the cloud.

        Args:
            names: Their URNs, or their names where unique.

        Raises:
            StateError: A resource does not exist, or is needed by one that stays.
        """
        self._must_exist()
        with locked(self.file, "forget"):
            state = self._recover()
            records = state.snapshot.records()
            gone = {_named(records, name).urn for name in names}
            kept = [record for record in records if record.urn not in gone]
            for record in kept:
                if lost := gone.intersection(record.needs()):
                    needed, needing = urns.label(lost.pop()), urns.label(record.urn)
                    raise StateError(
                        f"{needed} cannot be forgotten: {needing} needs it; forget that as well"
                    )
            self._save(kept, state)

    def unprotect(self, *names: str) -> list[str]:
        """Remove the protection of resources in the state, as `pulumi state unprotect` does.

        Args:
            names: Their URNs, or their names, which several resources of a component often share;
                all protected resources if omitted.

        Returns:
            The URNs of the resources that were protected.

        Raises:
            StateError: A resource does not exist.
        """
        self._must_exist()
        with locked(self.file, "unprotect"):
            state = self._recover()
            records = state.snapshot.records()
            chosen = {record.urn for name in names for record in _all_named(records, name)}
            freed = [
                record
                for record in records
                if record.protect and (not names or record.urn in chosen)
            ]
            for record in freed:
                record.protect = False
            if freed:
                self._save(records, state)
            return [record.urn for record in freed]

    def resources(self) -> list[Record]:
        """Return the resources in the state.

        Raises:
            EngineError: The state cannot be read.
        """
        return self._load().snapshot.records()

    def outputs(self) -> Properties:
        """Return the outputs of the last deployment; secrets are `Secret`.

        Raises:
            EngineError: The state cannot be read.
        """
        self._must_exist()
        found = (item for item in self.resources() if item.type == urns.STACK_TYPE)
        record = next((item for item in found if not item.delete), None)
        return {} if record is None else record.outputs

    def export(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """Return the deployment in the format of `pulumi stack export`.

        Raises:
            EngineError: The stack does not exist, or its state cannot be read.
        """
        self._must_exist()
        snapshot, vault, _, _ = self._load()
        deployment = checkpoint.write(
            snapshot.records(), list(snapshot.pending.values()), vault, show_secrets=show_secrets
        )
        return {"version": checkpoint.VERSION, "deployment": deployment}

    def import_(
        self, export: Mapping[str, Any], *, force: bool = False, trust_code: bool = False
    ) -> None:
        """Replace the state with an export from this engine or the Pulumi CLI.

        Args:
            export: The export.
            force: Whether to accept an export of another stack.
            trust_code: Whether later operations may run code that the export contains.

        Raises:
            StateError: It cannot be read, belongs to another stack without `force`, or contains
                code without `trust_code`.
        """
        where = "the export"
        deployment = checkpoint.deployment_of(export, where)
        source = Vault(self.environment, checkpoint.salt_of(deployment, where))
        records, left = checkpoint.read(deployment, source, where)
        prefix = f"urn:pulumi:{self.stack}::{self.project.name}::"
        foreign = next((item.urn for item in records if not item.urn.startswith(prefix)), None)
        if foreign and not force:
            raise StateError(f"{where} is of another stack: it holds {foreign}; see --force")
        coded = [] if trust_code else pickled.with_code(records)
        if coded:
            raise StateError(
                f"{where} holds the code of {coded[0]}'s provider (and of {len(coded) - 1} more), "
                "which every later operation would run; if you know where it comes from, import it "
                "with --trust-code"
            )
        with locked(self.file, "import"):
            salt = StackConfig(self.project, self.stack).salt or source.salt
            vault = source if salt == source.salt else Vault(self.environment, salt)
            content = checkpoint.write(StateSnapshot(records).records(), left, vault)
            self._replace(self.file.render(content))

    def config(self) -> StackConfig:
        """Return the stack's configuration file.

        Raises:
            ProjectError: It cannot be read.
        """
        return StackConfig(self.project, self.stack)

    def vault(self) -> Vault:
        """Return the vault that encrypts and decrypts the stack's secrets.

        Raises:
            StateError: The state cannot be read.
        """
        deployment, _ = self.file.load()
        where = str(self.file.path)
        salt = StackConfig(self.project, self.stack).salt
        salt = salt or checkpoint.salt_of(deployment, where) or journal.journal_salt(self.file)
        return Vault(self.environment, salt)

    # -- inside -------------------------------------------------------------------------

    def _must_exist(self) -> None:
        if not self.file.exists():
            raise NoStackError(
                f"there is no stack {self.stack} of {self.project.name} in {self.root}"
            )

    def _load(self) -> Loaded:
        """Read the state file and a leftover journal."""
        deployment, digest = self.file.load()
        try:
            return self._opened(deployment, digest)
        except StateError:
            # If another process folded its journal meanwhile, the two files were read at
            # different times.
            return self._opened(*self.file.load())

    def _opened(self, deployment: dict[str, Any], digest: str) -> Loaded:
        where = f"the state file {self.file.path}"
        salt = checkpoint.salt_of(deployment, where) or journal.journal_salt(self.file)
        configured = StackConfig(self.project, self.stack).salt
        vault = Vault(self.environment, salt or configured)
        records, left = checkpoint.read(deployment, vault, where)
        snapshot = StateSnapshot(records, left)
        replayed = journal.replay(self.file, snapshot, vault, digest)
        return Loaded(snapshot, vault, digest, replayed)

    def _recover(self) -> Loaded:
        """Fold a leftover journal into the state file."""
        found = self._load()
        if not self.file.journal.exists():
            return found
        journal.recover(self.file, found.snapshot, found.vault, replayed=found.replayed)
        return self._load()

    def _save(self, records: list[Record], state: Loaded) -> None:
        left = list(state.snapshot.pending.values())
        self.file.save(self.file.render(checkpoint.write(records, left, state.vault)))

    def _replace(self, content: bytes) -> None:
        """Replace the content of the state file, and remove a journal that continues it."""
        if not self.file.journal.exists():
            self.file.save(content)
            return
        log = files.Lines.reopen(self.file.journal)
        try:
            self.file.fold(content, log)
        finally:
            log.close()


def _all_named(records: list[Record], name: str) -> list[Record]:
    """Find the resources with a URN or a name."""
    found = [item for item in records if _is_counted(item) and name in (item.urn, item.name)]
    if not found:
        raise StateError(f"the stack has no resource {name}: `export` shows what it has")
    return found


def _named(records: list[Record], name: str) -> Record:
    """Find the resource with a URN, or the only one with a name."""
    found = _all_named(records, name)
    urns_found = dict.fromkeys(item.urn for item in found)
    if len(urns_found) > 1:
        raise StateError(
            f"{name} is the name of {len(urns_found)} resources; give the URN of the one that is "
            f"meant: {', '.join(urns_found)}"
        )
    return found[0]


def _is_counted(record: Record) -> bool:
    """Return whether a resource counts for the user: neither the stack nor a provider."""
    return record.type != urns.STACK_TYPE and not record.is_provider
