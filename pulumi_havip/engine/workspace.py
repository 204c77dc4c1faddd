"""A stack of a project, and the operations on it: the engine's public face."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pulumi_havip.engine import checkpoint, journal, urns
from pulumi_havip.engine.crew import Crew
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.errors import NoStackError, StateError
from pulumi_havip.engine.events import Result, Sink
from pulumi_havip.engine.journal import Journal, Snapshot
from pulumi_havip.engine.project import Project, StackConfig, load_project
from pulumi_havip.engine.record import Record
from pulumi_havip.engine.server import Start
from pulumi_havip.engine.settings import Settings, Targets
from pulumi_havip.engine.store import StackFile
from pulumi_havip.engine.values import Properties

PARALLEL: Final = 16


class Workspace:
    """One stack of one project.

    Example::

        stack = Workspace("examples/lb-ha-pair", "dev", config={"havip:region": "ap-guangzhou"})
        result = stack.up()
        assert result.ok, result.error
        print(result.outputs["address"])

    Args:
        project_dir: The folder that holds `Pulumi.yaml`, or a `Project` made in Python.
        stack: The stack's name.
        state_dir: Where state is kept: HAVIP_STATE, else `.havip` in the project.
        config: Configuration on top of that of `Pulumi.STACK.yaml`.
        environment: The environment of the program and the providers; that of this process
            where it is left out. The passphrase is looked for in it too.
        sink: Takes the events as they come.
        servers: What starts a package's provider in place of a process of its own; with
            ``{"pulumi-python": inline.serve_dynamic}`` dynamic ones are served here, for tests.

    Raises:
        ProjectError: The project cannot be read.
    """

    def __init__(
        self,
        project_dir: str | Path | Project,
        stack: str,
        *,
        state_dir: str | Path | None = None,
        config: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        sink: Sink | None = None,
        servers: Mapping[str, Start] | None = None,
    ) -> None:
        self.project = (
            project_dir if isinstance(project_dir, Project) else load_project(Path(project_dir))
        )
        self.stack = stack
        self.environment = dict(os.environ if environment is None else environment)
        chosen = state_dir or self.environment.get("HAVIP_STATE")
        root = Path(chosen) if chosen else self.project.folder / ".havip"
        self.root = root.resolve()
        self.file = StackFile(self.root, self.project.name, stack)
        self._given = dict(config or {})
        self._sink = sink
        self._servers = dict(servers or {})

    # -- operations ---------------------------------------------------------------------

    def preview(
        self,
        *,
        targets: Sequence[str] = (),
        target_dependents: bool = False,
        replace: Sequence[str] = (),
        parallel: int = PARALLEL,
        refresh: bool = False,
    ) -> Result:
        """Say what `up` would do, and change nothing.

        Raises:
            EngineError: It could not begin; what fails on the way is in the result.
        """
        return self._operate(
            "preview",
            self._plan(targets, target_dependents, replace, parallel, preview=True),
            refresh=refresh,
        )

    def up(
        self,
        *,
        targets: Sequence[str] = (),
        target_dependents: bool = False,
        replace: Sequence[str] = (),
        parallel: int = PARALLEL,
        refresh: bool = False,
        forget_pending: bool = False,
    ) -> Result:
        """Bring the stack to what the program declares.

        Args:
            targets: URNs to limit it to; ``*`` and ``**`` are wildcards.
            target_dependents: Whether what depends on a target is a target too.
            replace: URNs of resources to replace whatever their diff says.
            parallel: How many provider calls run at once.
            refresh: Whether to read everything first.
            forget_pending: Take for granted that what an operation that was killed had begun
                had no effect.

        Raises:
            EngineError: It could not begin; what fails on the way is in the result.
        """
        return self._operate(
            "up",
            self._plan(targets, target_dependents, replace, parallel),
            refresh=refresh,
            forget_pending=forget_pending,
        )

    def refresh(
        self,
        *,
        targets: Sequence[str] = (),
        parallel: int = PARALLEL,
        preview: bool = False,
        forget_pending: bool = False,
    ) -> Result:
        """Bring the state in line with what is there; the program is not run.

        Raises:
            EngineError: It could not begin; what fails on the way is in the result.
        """
        self._must_exist()
        return self._operate(
            "refresh",
            self._plan(targets, False, (), parallel, preview=preview),
            forget_pending=forget_pending,
        )

    def destroy(
        self,
        *,
        targets: Sequence[str] = (),
        target_dependents: bool = False,
        parallel: int = PARALLEL,
        preview: bool = False,
        forget_pending: bool = False,
    ) -> Result:
        """Delete everything that the stack holds; the program is not run.

        Raises:
            EngineError: It could not begin; what fails on the way is in the result.
        """
        self._must_exist()
        return self._operate(
            "destroy",
            self._plan(targets, target_dependents, (), parallel, preview=preview),
            forget_pending=forget_pending,
        )

    # -- state --------------------------------------------------------------------------

    def init(self) -> None:
        """Make an empty stack.

        Raises:
            StateError: It exists.
        """
        if self.file.exists():
            raise StateError(f"the stack {self.stack} exists already ({self.file.path})")
        with self.file.lock("init"):
            vault = Vault(self.environment, StackConfig(self.project, self.stack).salt)
            self.file.save(self.file.render(checkpoint.write([], [], vault)))

    def remove(self, *, force: bool = False) -> None:
        """Forget the stack; what it still holds must be destroyed first.

        Raises:
            StateError: It does not exist, or still holds resources and is not forced.
        """
        self._must_exist()
        with self.file.lock("rm"):
            left = [item for item in self.resources() if _is_counted(item)]
            if left and not force:
                raise StateError(
                    f"the stack {self.stack} still holds {len(left)} resources; destroy it first"
                )
            self.file.remove()

    def resources(self) -> list[Record]:
        """Return what the state holds.

        Raises:
            EngineError: It cannot be read.
        """
        snapshot, _, _ = self._load()
        return snapshot.records()

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
        """Return the deployment as `pulumi stack export` writes it.

        Raises:
            EngineError: The stack does not exist, or its state cannot be read.
        """
        self._must_exist()
        snapshot, vault, _ = self._load()
        deployment = checkpoint.write(
            snapshot.records(), list(snapshot.pending.values()), vault, show_secrets=show_secrets
        )
        return {"version": checkpoint.VERSION, "deployment": deployment}

    def import_(self, export: Mapping[str, Any], *, force: bool = False) -> None:
        """Replace the state by an export, of this engine or of the Pulumi CLI.

        Raises:
            StateError: It cannot be read, or belongs to another stack and is not forced.
        """
        where = "the export"
        deployment = checkpoint.deployment_of(export, where)
        source = Vault(self.environment, checkpoint.salt_of(deployment, where))
        records, left = checkpoint.read(deployment, source, where)
        prefix = f"urn:pulumi:{self.stack}::{self.project.name}::"
        foreign = next((item.urn for item in records if not item.urn.startswith(prefix)), None)
        if foreign and not force:
            raise StateError(f"{where} is of another stack: it holds {foreign}; see --force")
        with self.file.lock("import"):
            self.file.journal.unlink(missing_ok=True)
            salt = StackConfig(self.project, self.stack).salt or source.salt
            vault = source if salt == source.salt else Vault(self.environment, salt)
            content = checkpoint.write(Snapshot(records).records(), left, vault)
            self.file.save(self.file.render(content))

    def config(self) -> StackConfig:
        """Return the stack's configuration file.

        Raises:
            ProjectError: It cannot be read.
        """
        return StackConfig(self.project, self.stack)

    def vault(self) -> Vault:
        """Return what seals and opens the stack's secrets.

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

    def _plan(
        self,
        targets: Sequence[str],
        dependents: bool,
        replace: Sequence[str],
        parallel: int,
        *,
        preview: bool = False,
    ) -> Settings:
        return Settings(
            project=self.project.name,
            stack=self.stack,
            preview=preview,
            parallel=parallel,
            targets=Targets(targets, dependents=dependents),
            replace=Targets(replace),
            root=str(self.project.folder),
        )

    def _load(self) -> tuple[Snapshot, Vault, str]:
        """Read the state file and what a killed operation left beside it."""
        deployment, digest = self.file.load()
        where = f"the state file {self.file.path}"
        salt = checkpoint.salt_of(deployment, where) or journal.journal_salt(self.file)
        configured = StackConfig(self.project, self.stack).salt
        vault = Vault(self.environment, salt or configured)
        records, left = checkpoint.read(deployment, vault, where)
        snapshot = Snapshot(records, left)
        journal.replay(self.file, snapshot, vault, digest)
        return snapshot, vault, digest

    def _recover(self) -> tuple[Snapshot, Vault, str]:
        """Fold what a killed operation left into the state file."""
        snapshot, vault, digest = self._load()
        if not self.file.journal.exists():
            return snapshot, vault, digest
        records, left = snapshot.records(), list(snapshot.pending.values())
        content = self.file.render(checkpoint.write(records, left, vault))
        self.file.save(content)
        self.file.journal.unlink()
        return self._load()

    def _operate(self, operation: str, plan: Settings, **options: bool) -> Result:
        environment = self._environment()
        crew = self._crew(environment, runs_program=operation in {"preview", "up"})
        try:
            values, secret = self.config().values(self.vault(), self._given)
            settings = replace(plan, config=values, secret_keys=frozenset(secret))
            if plan.preview:
                return self._perform(operation, settings, self._load(), crew, options)
            with self.file.lock(operation):
                state = self._recover()
                if operation == "up" and not state[1].given:
                    foretold = self._refuse_secrets(settings, crew, options)
                    if foretold.interrupted:
                        return foretold
                return self._perform(operation, settings, state, crew, options)
        finally:
            crew.dismiss()

    def _refuse_secrets(self, settings: Settings, crew: Crew, options: dict[str, bool]) -> Result:
        """Refuse a deployment that would come to a secret it cannot seal half-way.

        Without a passphrase the program is previewed to find out, unseen; what else may fail
        there shows in the deployment.
        """
        state = self._load()
        plan = replace(copy.deepcopy(settings), preview=True)
        quick = options | {"refresh": False}
        result = self._perform("preview", plan, state, crew, quick, seen=False)
        if state[1].refusal is not None:
            raise state[1].refusal
        return result

    def _crew(self, environment: Mapping[str, str], *, runs_program: bool) -> Crew:
        """Start what will be needed ahead: while it loads, the state is read and opened."""
        raw = self.file.path.read_bytes() if self.file.path.exists() else b""
        known = urns.DYNAMIC_PACKAGE.encode() in raw
        likely = known or (runs_program and b'"resources"' not in raw)
        return Crew(
            self.project,
            environment,
            program=runs_program and not callable(self.project.program),
            provider=likely and urns.DYNAMIC_PACKAGE not in self._servers,
        )

    def _perform(
        self,
        operation: str,
        settings: Settings,
        state: tuple[Snapshot, Vault, str],
        crew: Crew,
        options: dict[str, bool],
        *,
        seen: bool = True,
    ) -> Result:
        # Pulumi's SDK is loaded here and not before: commands that only read the state do
        # without, and those that run a program load it while their processes do.
        from pulumi_havip.engine.operations import Order, perform
        from pulumi_havip.engine.registry import Surroundings

        snapshot, vault, digest = state
        log = Journal(snapshot, vault, None if settings.preview else self.file, digest)
        surroundings = Surroundings(
            self.project.python, self.project.folder, self._environment(), crew, self._servers
        )
        order = Order(operation, settings, **options)
        return perform(order, self.project, log, surroundings, self._sink if seen else None)

    def _environment(self) -> dict[str, str]:
        """The children's environment: the passphrase is the engine's alone."""
        hidden = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"}
        kept = {key: value for key, value in self.environment.items() if key not in hidden}
        return kept | {"PULUMI_PROJECT": self.project.name, "no_grpc_proxy": "127.0.0.1"}


def _is_counted(record: Record) -> bool:
    """Tell whether a resource is one that a user counts: no stack and no provider."""
    return record.type != urns.STACK_TYPE and not record.is_provider
