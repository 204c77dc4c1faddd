"""`Workspace`: preview, up, refresh and destroy on a stack. The engine's public API."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pulumi_havip import urns
from pulumi_havip.engine import history, store
from pulumi_havip.engine.errors import NoStackError, ProjectError
from pulumi_havip.engine.events import (
    Ended,
    Event,
    Message,
    MessageSeverity,
    Op,
    Result,
    Sink,
    Started,
)
from pulumi_havip.engine.journal import Journal
from pulumi_havip.engine.lock import locked
from pulumi_havip.engine.process_pool import ProcessPool
from pulumi_havip.engine.project import Project, check_name, full_key
from pulumi_havip.engine.provider import Start
from pulumi_havip.engine.settings import OperationOptions, Targets
from pulumi_havip.engine.stack import Loaded, Stack
from pulumi_havip.engine.values import Properties

PARALLEL: Final = 16


class Workspace(Stack):
    """One stack of one project, and the operations on it.

    Example::

        stack = Workspace("examples/lb-ha-pair", "dev", config={"havip:region": "ap-guangzhou"})
        result = stack.up()
        assert result.ok, result.error
        print(result.outputs["address"])

    Args:
        project_dir: The folder of `Pulumi.yaml`, or a `Project` created in Python.
        stack: The stack's name.
        state_dir: The state folder, or its URL as for `pulumi login`. The default is the value of
            HAVIP_STATE, PULUMI_BACKEND_URL or `backend` in `Pulumi.yaml`, else the project's
            folder.
        config: Configuration values that override those of `Pulumi.STACK.yaml`.
        environment: The environment of the program and the providers, and of the passphrase; that
            of this process if omitted.
        sink: Receives the events as they occur.
        servers: In-process substitutes for provider processes, by package. With
            ``{"pulumi-python": serve_dynamic}`` dynamic providers run in this process, for tests.

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
        super().__init__(project_dir, stack, state_dir=state_dir, environment=environment)
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
        forget_pending: bool = False,
    ) -> Result:
        """Return what `up` would do, without changing anything.

        Raises:
            EngineError: It could not start; later failures are in the result.
        """
        self._must_be_known()
        return self._operate(
            "preview",
            self._plan(targets, target_dependents, replace, parallel, preview=True),
            refresh=refresh,
            forget_pending=forget_pending,
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
        create: bool = False,
    ) -> Result:
        """Deploy what the program declares.

        The first stack of a project is created implicitly. Any further one must exist, or `create`
        must be set, since its name may be a typo.

        Args:
            targets: URNs to limit the operation to; ``*`` and ``**`` are wildcards.
            target_dependents: Whether dependents of a target are targets too.
            replace: URNs of resources to replace regardless of their diff.
            parallel: Maximum number of concurrent provider calls.
            refresh: Whether to refresh all resources first.
            forget_pending: Whether to assume that the pending operations of a killed run had no
                effect.
            create: Whether to create the stack even if the project has others.

        Raises:
            EngineError: It could not start; later failures are in the result.
        """
        if not create:
            self._must_be_known()
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
        """Update the state to what exists. The program is not run.

        Raises:
            EngineError: It could not start; later failures are in the result.
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
        """Delete all resources of the stack.

        The program is run, as in a preview, only if the state protects a resource: resources that
        the program no longer protects are deleted. If it cannot be run, or declares nothing, the
        state decides.

        Raises:
            EngineError: It could not start; later failures are in the result.
        """
        self._must_exist()
        return self._operate(
            "destroy",
            self._plan(targets, target_dependents, (), parallel, preview=preview),
            forget_pending=forget_pending,
        )

    # -- inside -------------------------------------------------------------------------

    def _plan(
        self,
        targets: Sequence[str],
        dependents: bool,
        replace: Sequence[str],
        parallel: int,
        *,
        preview: bool = False,
    ) -> OperationOptions:
        return OperationOptions(
            project=self.project.name,
            stack=self.stack,
            preview=preview,
            parallel=parallel,
            targets=Targets(targets, dependents=dependents),
            replace=Targets(replace),
            root=str(self.project.folder),
        )

    def _operate(self, operation: str, plan: OperationOptions, **options: bool) -> Result:
        environment = self._environment()
        pool = self._process_pool(environment, runs_program=operation in {"preview", "up"})
        try:
            values, secret = self.config().values(self.vault(), self._given)
            if operation in {"preview", "up"}:
                self._refuse_missing(values)
            given = frozenset(full_key(self.project.name, key) for key in self._given)
            settings = replace(
                plan, config=values, secret_keys=frozenset(secret), given=given - secret
            )
            if operation == "destroy":
                settings = self._released(settings, pool)
            if plan.preview:
                return self._perform(operation, settings, self._load(), pool, options)
            with locked(self.file, operation):
                state = self._recover()
                guarded = any(record.protect for record in state.snapshot.records())
                if operation == "up" and (guarded or not state.vault.given):
                    foretold = self._foretell(settings, pool, options)
                    if foretold.interrupted:
                        return foretold
                    if foretold.protected:
                        return self._refused(foretold)
                result = self._perform(operation, settings, state, pool, options)
                history.note(self.file, result)
                return result
        finally:
            pool.dismiss()

    def _must_be_known(self) -> None:
        others = [] if self.file.exists() else store.stacks(self.root, self.project.name)
        if others:
            raise NoStackError(
                f"there is no stack {self.stack} of {self.project.name} in {self.root}, which has "
                f"{', '.join(others)}; make it with `havip stack init -s {self.stack}`, or with "
                "`up --create`"
            )

    def _refuse_missing(self, values: Mapping[str, str]) -> None:
        missing = sorted(self.project.required - values.keys())
        if missing:
            raise ProjectError(
                f"the stack {self.stack} has no value for {', '.join(missing)}, which Pulumi.yaml "
                f"declares; set it with `havip stack config set -s {self.stack} {missing[0]} VALUE`"
            )

    def _released(self, settings: OperationOptions, pool: ProcessPool) -> OperationOptions:
        """Return settings with the protected resources that the program no longer protects."""
        guarded = {record.urn for record in self._load().snapshot.records() if record.protect}
        if not guarded or self.project.required - settings.config.keys():
            return settings
        plan = replace(copy.deepcopy(settings), preview=True, targets=Targets())
        protects = self._perform("preview", plan, self._load(), pool, {}, seen=False).protects
        declared = [urn for urn in protects or () if not urns.is_stack(urn)]
        if protects is None or all(urns.is_provider(urns.kind_of(urn)) for urn in declared):
            return settings
        return replace(settings, released=frozenset(u for u in guarded if not protects.get(u)))

    def _foretell(
        self, settings: OperationOptions, pool: ProcessPool, options: dict[str, bool]
    ) -> Result:
        """Preview a deployment silently if it could stop half-way.

        The reasons are a secret that it cannot encrypt, or a protected resource in its way. All
        other failures show in the deployment itself.
        """
        state = self._load()
        plan = replace(copy.deepcopy(settings), preview=True)
        quick = options | {"refresh": False}
        result = self._perform("preview", plan, state, pool, quick, seen=False)
        if state.vault.refusal is not None:
            raise state.vault.refusal
        return result

    def _refused(self, foretold: Result) -> Result:
        """Return the result of a deployment that failed before its first step."""
        same = [step for step in foretold.steps if step.op is Op.SAME]
        result = Result("up", same, error=foretold.error, protected=True)
        result.messages.append(Message(MessageSeverity.ERROR, foretold.error))
        told: list[Event] = [Started("up", self.project.name, self.stack)]
        for event in [*told, *result.messages, Ended(result)]:
            if self._sink is not None:
                self._sink(event)
        return result

    def _process_pool(self, environment: Mapping[str, str], *, runs_program: bool) -> ProcessPool:
        """Start processes ahead: they load while the state is read and decrypted."""
        raw = self.file.path.read_bytes() if self.file.path.exists() else b""
        known = urns.DYNAMIC_PACKAGE.encode() in raw
        likely = known or (runs_program and b'"resources"' not in raw)
        return ProcessPool(
            self.project,
            environment,
            program=runs_program and not callable(self.project.program),
            provider=likely and urns.DYNAMIC_PACKAGE not in self._servers,
        )

    def _perform(
        self,
        operation: str,
        settings: OperationOptions,
        state: Loaded,
        pool: ProcessPool,
        options: dict[str, bool],
        *,
        seen: bool = True,
    ) -> Result:
        # Pulumi's SDK is imported only here: commands that just read the state do not need it, and
        # those that run a program import it while their processes do.
        from pulumi_havip.engine.operations import Order, perform
        from pulumi_havip.engine.provider_registry import ProcessEnvironment

        file = None if settings.preview else self.file
        log = Journal(state.snapshot, state.vault, file, state.digest)
        process_environment = ProcessEnvironment(
            self.project.python,
            self.project.folder,
            self._environment(),
            pool,
            self._servers,
            self._outputs_of,
        )
        order = Order(operation, settings, **options)
        return perform(order, self.project, log, process_environment, self._sink if seen else None)

    def _outputs_of(self, project: str, stack: str) -> Properties:
        """Return the outputs of another stack in the same state folder."""
        folder, python = self.project.folder, self.project.python
        other = Project(folder, check_name("project", project), folder, python)
        return Stack(other, stack, state_dir=self.root, environment=self.environment).outputs()

    def _environment(self) -> dict[str, str]:
        """Environment of child processes, without the passphrase that only the engine needs."""
        hidden = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"}
        kept = {key: value for key, value in self.environment.items() if key not in hidden}
        return kept | {"PULUMI_PROJECT": self.project.name, "no_grpc_proxy": "127.0.0.1"}
