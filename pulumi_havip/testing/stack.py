"""Test stacks: deploy a program on the emulator, all in one process.

The embedded engine, the program and the provider run in the test process, the cloud is the
emulator, and waits advance its clock instead of taking time. The pytest fixture ``havip_stack``
creates them.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import runpy
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from havip import Client
from havip.emulator.cloud import Cloud
from havip.emulator.http.controls import Control
from pulumi_havip import urns
from pulumi_havip.engine import Result, Step, Workspace
from pulumi_havip.engine.dynamic_server import InlineDynamicProvider, serve_dynamic
from pulumi_havip.engine.events import QUIET, Event, Op
from pulumi_havip.engine.project import Project, load_project
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import unwrap
from pulumi_havip.handlers import Context, ProviderSettings, read_settings
from pulumi_havip.handlers.client import connect
from pulumi_havip.provider.serving import DEPLOYMENT
from pulumi_havip.resources.lookups import PROGRAM
from pulumi_havip.testing.clock import CloudClock

Program = Callable[[], object] | str | Path
"""A function that declares resources, or the folder of a project."""
REGION: Final = "ap-guangzhou"
_PUBLIC: Final = {
    "china": "https://{service}.tencentcloudapi.com",
    "intl": "https://{service}.intl.tencentcloudapi.com",
}
_PASSPHRASE: Final = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - the name of a variable
_KEPT: Final = ("vpc", "subnet", "havip", "eni", "eip", "instance", "placement-group")
"""Kinds of rows that count as resources; security groups are not managed here."""
_REAL_PART: Final = 0.01
"""Fraction of the requested sleep that really passes."""
_ONE_AT_A_TIME: Final = threading.RLock()
"""Pulumi's SDK keeps the running program in globals, so only one runs at a time."""


class StackFailedError(AssertionError):
    """An operation of a stack under test failed, or an assertion about it did.

    Attributes:
        result: The result of the operation.
    """

    def __init__(self, text: str, result: Result) -> None:
        super().__init__(text)
        self.result = result


class StackUnderTest:
    """A stack under test, with the emulated cloud that it is deployed to.

    Example::

        def test_the_pair_has_its_address(havip_stack):
            stack = havip_stack("infra/web", config={"nodes": "2"})
            assert stack.outputs["address"] == "172.17.16.3"
            assert stack.client.describe_ha_vips().total_count == 1
            stack.assert_no_drift()
            stack.assert_clean_destroy()

    Args:
        program: A function that declares resources, or the folder of a project (left unchanged).
        control: The emulator, which must intercept this process's calls, as with `mock_havip`.
        folder: An empty folder for the state.
        config: Configuration of the stack, such as ``{"havip:region": "ap-guangzhou"}``.
        secrets: Configuration that is secret.
        stack: The stack's name; a folder's ``Pulumi.STACK.yaml`` is read if it exists.

    Attributes:
        control: The emulator's controls: faults, limits, the request log.
        config: The configuration; changes apply from the next operation on.
        result: The result of the last operation.
        events: All events of the engine so far.

    Raises:
        ProjectError: The folder is not a Pulumi project in Python.
    """

    def __init__(
        self,
        program: Program,
        control: Control,
        folder: Path,
        *,
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        stack: str = "test",
    ) -> None:
        self.control = control
        self.config = dict(config or {})
        self.result = Result("")
        self.events: list[Event] = []
        self._stack = stack
        folder.mkdir(parents=True, exist_ok=True)
        self._home: Path | None = None
        if callable(program):
            self._project = Project(folder, "test", program, sys.executable)
        else:
            self._home = Path(program).resolve()
            self._project = _borrowed(self._home, folder, stack)
        self._came: set[str] = set()
        self._context: Callable[[], Context] | None = None
        for key, value in (secrets or {}).items():
            self.set_secret(key, value)

    # -- inspection ----------------------------------------------------------------------

    @property
    def cloud(self) -> Cloud:
        """The emulated cloud: state, clock, and ``announce`` for guests."""
        return self.control.cloud

    @cached_property
    def client(self) -> Client:
        """A client of that cloud, in the stack's region; its waits take no time."""
        return connect(*self._provider_settings())

    @property
    def outputs(self) -> dict[str, Any]:
        """Outputs of the last operation, with secrets in plaintext."""
        outputs: dict[str, Any] = unwrap(self.result.outputs)
        return outputs

    @property
    def steps(self) -> list[Step]:
        """The steps of the last operation, except those of default providers."""
        return [step for step in self.result.steps if not step.internal]

    @property
    def resources(self) -> list[Record]:
        """Resources in the state, except the stack itself and providers."""
        found = self.workspace().resources()
        return [row for row in found if row.type != urns.STACK_TYPE and not row.is_provider]

    def resource(self, name: str, kind: str = "") -> Record:
        """Return the only resource with a name.

        Example::

            stack.resource("web", "HaVip").outputs["vip"]

        Args:
            name: Its name in the program.
            kind: The last part of its type, if several resources have that name.

        Raises:
            LookupError: No resource has the name, or several do.
        """
        found = [row for row in self.resources if row.name == name and row.type.endswith(kind)]
        if len(found) != 1:
            there = ", ".join(f"{row.type.rpartition(':')[2]} {row.name}" for row in self.resources)
            raise LookupError(f"{len(found)} resources are named {kind} {name!r}; there is {there}")
        return found[0]

    def set_secret(self, key: str, value: str) -> None:
        """Set a secret in the stack's configuration, as ``config set --secret`` does."""
        workspace = self.workspace()
        workspace.config().set(key, value, workspace.vault())

    # -- operations ---------------------------------------------------------------------

    def preview(self, *, refresh: bool = False) -> Result:
        """Return what `up` would do.

        Args:
            refresh: Whether to refresh all resources first.

        Raises:
            StackFailedError: The preview failed.
        """
        return self._run(lambda workspace: workspace.preview(refresh=refresh))

    def up(self) -> Result:
        """Deploy the program.

        Raises:
            StackFailedError: The deployment failed; what was created until then is in the state.
        """
        return self._run(lambda workspace: workspace.up())

    def refresh(self) -> Result:
        """Update the state to what exists.

        Raises:
            StackFailedError: The refresh failed.
        """
        return self._run(lambda workspace: workspace.refresh())

    def destroy(self) -> Result:
        """Delete all resources of the stack.

        Raises:
            StackFailedError: The deletion failed.
        """
        return self._run(lambda workspace: workspace.destroy())

    # -- assertions ---------------------------------------------------------------------

    def assert_no_drift(self) -> None:
        """Check that the cloud matches the program, so that `up` has nothing to do.

        A failover of a HAVIP to another node is not drift.

        Raises:
            StackFailedError: Something differs; the message lists the differences.
        """
        result = self.preview(refresh=True)
        differing = [step for step in self.steps if step.op not in {*QUIET, Op.REFRESH}]
        if differing:
            what = "; ".join(map(_described, differing))
            raise StackFailedError(f"the stack has drifted: {what}", result)

    def assert_clean_destroy(self) -> None:
        """Destroy the stack, and check that nothing of it is left in the cloud.

        Resources created by a client or another stack may remain.

        Raises:
            StackFailedError: The deletion failed, or something is left; the message lists it.
        """
        result = self.destroy()
        if left := sorted(_held(self.cloud) & self._came):
            raise StackFailedError(f"left behind by the destroy: {', '.join(left)}", result)

    # -- inside -------------------------------------------------------------------------

    def workspace(self) -> Workspace:
        """Return the engine's workspace, for operations without a method here (``import_``, …)."""
        environment = {_PASSPHRASE: "test", **os.environ}
        return Workspace(
            self._project,
            self._stack,
            state_dir=self._project.folder,
            config=self.config,
            environment=environment,
            sink=self.events.append,
            servers={urns.DYNAMIC_PACKAGE: self._serve},
        )

    def _serve(self) -> tuple[InlineDynamicProvider, int]:
        """Serve a deployment; the preview before an `up` gets a context of its own."""
        if self._context is not None:
            DEPLOYMENT.use(self._context())
        return serve_dynamic()

    def _provider_settings(self) -> tuple[ProviderSettings, str, CloudClock]:
        """Read the provider's settings, ignoring the environment: no call may leave the test."""
        workspace = self.workspace()
        values, _ = workspace.config().values(workspace.vault(), self.config)
        region = values.get("havip:region") or os.environ.get("TENCENTCLOUD_REGION") or REGION
        settings = read_settings(values.get, {})
        public = _PUBLIC[settings.site]
        fixed = {"region": region, "endpoint": public, "pacing": False}
        clock = CloudClock(self.cloud, real_part=_REAL_PART)
        return settings.model_copy(update=fixed), region, clock

    def _run(self, operation: Callable[[Workspace], Result]) -> Result:
        with _ONE_AT_A_TIME, _at_home(self._home):
            settings, _, clock = self._provider_settings()
            self._context = functools.partial(Context, settings, clock=clock)
            for shared in (DEPLOYMENT, PROGRAM):
                shared.use(self._context())
            before = _held(self.cloud)
            try:
                self.result = result = operation(self.workspace())
            finally:
                self._came |= _held(self.cloud) - before
                self._context = None
                DEPLOYMENT.use(None)
                PROGRAM.use(None)
        if not result.ok:
            raise StackFailedError(f"{result.operation}: {result.error}", result)
        return result


def _borrowed(home: Path, folder: Path, stack: str) -> Project:
    """Load a project whose state and configuration are kept in another folder.

    Its program runs in this process, so its virtualenv is not used.
    """
    found = next((home / n for n in ("Pulumi.yaml", "Pulumi.yml") if (home / n).exists()), None)
    if found is None:
        return load_project(home)  # raises the error for what is missing
    source = yaml.safe_load(found.read_text(encoding="utf-8"))
    source["main"] = str(home / str(source.get("main") or "."))
    if isinstance(source.get("runtime"), dict):
        source["runtime"] = source["runtime"].get("name")
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(source), encoding="utf-8")
    configured = home / f"Pulumi.{stack}.yaml"
    if configured.exists():
        shutil.copy(configured, folder)
    project = load_project(folder)
    main = Path(source["main"])
    main = main / "__main__.py" if main.is_dir() else main
    return Project(
        folder, project.name, lambda: runpy.run_path(str(main)), project.python, project.config
    )


@contextlib.contextmanager
def _at_home(home: Path | None) -> Iterator[None]:
    """Import a program's modules and read its files; unload the modules afterwards."""
    if home is None:
        yield
        return
    known, path = set(sys.modules), str(home)
    sys.path.insert(0, path)
    try:
        with contextlib.chdir(home):
            yield
    finally:
        sys.path.remove(path)
        for name in set(sys.modules) - known:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(path + os.sep):
                del sys.modules[name]


def _described(step: Step) -> str:
    changed = ", ".join(
        f"{change.path}: {change.old!r} -> {change.new!r}" for change in step.changes
    )
    what = f"{step.op} {step.type.rpartition(':')[2]} {step.name}"
    return f"{what} ({changed})" if changed else what


def _held(cloud: Cloud) -> set[str]:
    """List the contents of the cloud: resources and their attachments."""
    found: set[str] = set()
    for change in cloud.dump():
        row = json.loads(change.row or "{}")
        where = f"{change.id} in {change.region}"
        if change.kind in _KEPT and not _passes_by(change.kind, row):
            found.add(f"{change.kind} {where}")
        if change.kind == "route-table":
            found |= {
                f"route {route['DestinationCidrBlock']} of {where}"
                for route in row["RouteSet"]
                if route["RouteType"] == "USER"
            }
        if change.kind == "havip":
            found |= {
                f"member {member['InstanceId']} of {where}" for member in row["HaVipAssociationSet"]
            }
            found |= {f"address {row['AddressIp']} of {where}"} if row["AddressIp"] else set()
    return found


def _passes_by(kind: str, row: Mapping[str, Any]) -> bool:
    """Return whether something is deleted along with another object, or has already ended."""
    if kind == "instance":
        return row.get("InstanceState") in {"SHUTDOWN", "TERMINATED"}
    return kind == "eni" and bool(row.get("Primary"))
