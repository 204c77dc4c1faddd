"""Engine, program, provider and emulator in one process, which can be killed anywhere.

The engine is the product's own, from `Workspace` down; the gRPC between it, the program and the
provider is left out, so that a history of several operations takes a tenth of a second. Each
operation counts its file operations and its calls of the API as one row of events, and a kill
stops it before, inside or after one of them: from then on nothing reaches the disk or the cloud.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from havip import Client, Credentials, FakeClock, _files
from havip.api import (
    DeleteHaVip,
    DeleteRoutes,
    DisassociateHaVipInstance,
    HaVipDisassociateAddressIp,
    ReleaseAddresses,
    Request,
    TerminateInstances,
)
from havip.emulator import Control, Fault
from havip.errors import HavipError, LostAnswerError
from pulumi_havip import urns
from pulumi_havip.engine import (
    EngineError,
    Result,
    Secret,
    Workspace,
)
from pulumi_havip.engine import operations as _operations
from pulumi_havip.engine.errors import ProviderError, ProviderLostError
from pulumi_havip.engine.project import Project
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.provider_registry import ProviderRegistry
from pulumi_havip.engine.provider_responses import Abilities, Diff, ReadAnswer
from pulumi_havip.engine.run import readable
from pulumi_havip.engine.values import UNKNOWN, Properties, keep_secret, unwrap
from pulumi_havip.handlers import HANDLERS, Context, ProviderSettings, plain
from pulumi_havip.handlers import UNKNOWN as UNKNOWN_TO_HANDLERS
from pulumi_havip.handlers.client import connect

REGION: Final = "ap-guangzhou"
ACCOUNT: Final = "100000000001"
PROJECT: Final = "shop"
STACK: Final = "dev"
BEGINNING: Final = 1_790_000_000.0
"""When every history begins, in seconds since 1970."""
Program = Callable[[Any], None]
"""Registers resources with a deployment."""


class KilledError(BaseException):
    """The process was killed; nothing may catch this."""


class Kill(NamedTuple):
    """When and how a process dies: at its n-th event, ``before``, ``inside`` or ``after`` it."""

    at: int
    how: str


class Trouble(NamedTuple):
    """Fault of the n-th call of the API, or of the disk at the n-th write.

    ``lost`` and ``broken``: the answer does not come, and the effect does, also for several calls
    in a row; ``unreachable``: no call reaches the API from then on; ``refused``: an error
    of the server, without an effect; ``throttled``; ``late``: the answer does not come, and the
    effect comes when the operation is over; ``dead``: the provider's process dies; ``full``: the
    disk takes half of a write, and nothing from then on.
    """

    at: int
    kind: str


FAULTS: Final[dict[str, dict[str, Any]]] = {
    "lost": {"drop": True, "effect": "after"},
    "lost in a row": {"drop": True, "effect": "after", "times": 5},
    "unreachable": {"drop": True, "times": 10_000},
    "broken": {"status": 503, "effect": "after"},
    "refused": {"code": "InternalError", "times": 6},
    "throttled": {"code": "RequestLimitExceeded", "times": 2},
}


OUTSIDE: Final = ("HaVip", "Eip", "RouteEntry", "member", "binding", "Instance")
"""The kinds of objects that somebody else may delete."""


class Events:
    """The row of events of one process."""

    def __init__(self, kill: Kill | None) -> None:
        self.kill = kill
        self.count = 0
        self.dead = False

    def run(self, do: Callable[[], Any], tear: Callable[[], Any] | None = None) -> Any:
        """Carry an event out, unless the process dies of it or is dead."""
        if self.dead:
            raise KilledError
        self.count += 1
        if self.kill is None or self.count != self.kill.at:
            return do()
        self.dead = True
        if self.kill.how == "inside" and tear is not None:
            tear()
        elif self.kill.how == "after":
            do()
        raise KilledError


class MortalDisk(_files.Disk):
    """The disk of a process that can be killed; what is written need not reach the platters."""

    def __init__(self, events: Events, full_at: int | None = None) -> None:
        self._events = events
        self._full_at = full_at
        self._writes = 0

    def create(self, path: str, mode: int) -> int:
        return int(self._events.run(lambda: super(MortalDisk, self).create(path, mode)))

    def write(self, descriptor: int, content: bytes) -> int:
        half = content[: len(content) // 2]
        self._writes += 1
        if self._full_at is not None and self._writes >= self._full_at:
            if self._writes == self._full_at and half:
                return int(self._events.run(lambda: os.write(descriptor, half)))
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(
            self._events.run(
                lambda: os.write(descriptor, content), lambda: os.write(descriptor, half)
            )
        )

    def sync(self, descriptor: int) -> None:
        self._events.run(lambda: None)

    def truncate(self, descriptor: int, length: int) -> None:
        self._events.run(lambda: os.ftruncate(descriptor, length))

    def rename(self, source: str, target: str) -> None:
        self._events.run(lambda: super(MortalDisk, self).rename(source, target))

    def link(self, source: str, target: str) -> None:
        self._events.run(lambda: super(MortalDisk, self).link(source, target))

    def unlink(self, path: str) -> None:
        self._events.run(lambda: super(MortalDisk, self).unlink(path))

    def make_folder(self, path: str, mode: int) -> None:
        self._events.run(lambda: super(MortalDisk, self).make_folder(path, mode))


class Api:
    """Connection of one process to the cloud."""

    def __init__(self, events: Events, trouble: Trouble | None) -> None:
        self._events = events
        self._trouble = trouble
        self.calls = 0
        self.provider_dead = False
        self.late: list[Callable[[], Any]] = []

    def connect(self, settings: ProviderSettings, region: str, clock: Any) -> Client:
        client = connect(settings, region, clock)
        send: Callable[[Any], Any] = client.send
        client.send = lambda request: self._send(send, request)  # type: ignore[method-assign, misc, assignment]
        return client

    def _send(self, send: Callable[[Any], Any], request: Any) -> Any:
        self.calls += 1
        action = type(request).__name__
        trouble = self._trouble
        if trouble is not None and self.calls == trouble.at:
            if trouble.kind == "dead":
                self.provider_dead = True
            if trouble.kind == "late" and not action.startswith("Describe"):
                self.late.append(lambda: send(request))
                raise LostAnswerError(action, "the answer was lost")
        if self.provider_dead:
            raise ProviderLostError("the provider went away before it answered")
        return self._events.run(lambda: send(request))


class DirectProvider(ProviderClient):
    """The handlers behind the engine's calls, without a process and a wire between them."""

    def __init__(self, package: str, context: Context, api: Api) -> None:
        super().__init__(package, _no_process)
        self._context = context
        self._api = api

    @property
    def abilities(self) -> Abilities:
        return Abilities()

    def stop(self) -> None:
        return

    def check(
        self, urn: str, olds: Properties, news: Properties, *, unknowns: bool, seed: bytes
    ) -> tuple[Properties, list[tuple[str, str]]]:
        with self._one_line():
            found = self._handler(urn).check(self._context, _to(news), _to(olds) or None)
        inputs = _from(found.inputs)
        keep_secret(inputs, news)
        return inputs, [(item.property, item.reason) for item in found.failures]

    def diff(self, old: Any, news: Properties, *, unknowns: bool, ignore: Any) -> Diff:
        with self._one_line():
            found = self._handler(old.urn).diff(self._context, old.id, _to(old.outputs), _to(news))
        return Diff(found.changed, tuple(found.replaces), delete_before_replace=found.delete_first)

    def create(self, record: Any, *, preview: bool) -> tuple[str, Properties]:
        if preview:
            return "", dict(record.inputs)
        with self._one_line():
            made = self._handler(record.urn).create(self._context, _to(record.inputs))
        return made.id, self._told(made, record.inputs)

    def read(
        self, record: Any, resource_id: str, inputs: Properties, state: Properties
    ) -> ReadAnswer | None:
        handler, props = self._handler(record.urn), _to(state)
        with self._one_line():
            found = (
                handler.read(self._context, resource_id, props, props.get("region"))
                if resource_id
                else handler.find(self._context, props)
            )
        if found is None:
            return None
        given = _from(found.inputs)
        keep_secret(given, inputs)
        keep_secret(given, state)
        return ReadAnswer(found.id, self._told(found, state), given)

    def update(self, old: Any, new: Any, *, preview: bool, ignore: Any) -> Properties:
        if preview:
            return dict(new.inputs)
        with self._one_line():
            made = self._handler(new.urn).update(
                self._context, old.id, _to(old.outputs), _to(new.inputs)
            )
        return self._told(made, new.inputs)

    def delete(self, record: Any) -> None:
        with self._one_line():
            self._handler(record.urn).delete(self._context, record.id, _to(record.outputs))

    def _handler(self, urn: str) -> Any:
        if self._api.provider_dead:
            raise ProviderLostError("the provider went away before it answered")
        kind = urns.kind_of(urn).rpartition(":")[2]
        if kind not in HANDLERS:
            raise ProviderError(f"there is no resource type {kind!r}")
        return HANDLERS[kind]

    def _told(self, reading: Any, inputs: Properties) -> Properties:
        outputs = _from(plain(reading.state))
        keep_secret(outputs, inputs)
        return outputs

    @contextlib.contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except HavipError as error:
            raise ProviderError(str(error)) from error


operations: Any = _operations


def _no_process() -> Any:
    raise AssertionError("no process is started here")


def _to(props: Properties) -> Properties:
    found: Properties = _swap(unwrap(dict(props)), UNKNOWN, UNKNOWN_TO_HANDLERS)
    return found


def _from(props: Any) -> Properties:
    found: Properties = _swap(props, UNKNOWN_TO_HANDLERS, UNKNOWN)
    return found


def _swap(value: Any, old: Any, new: Any) -> Any:
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: _swap(item, old, new) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_swap(item, old, new) for item in value]
    return value


class World:
    """A stack in a folder, the cloud, and the processes that work on them, one after another.

    Args:
        control: The emulator, which answers this process.
        site: The site of the account.
    """

    def __init__(self, control: Control, site: str = "china") -> None:
        self.control = control
        self.site = site
        self.folder = Path(tempfile.mkdtemp(prefix="history-", dir=_memory()))
        self.drawn = 0
        self.late: list[Callable[[], Any]] = []
        self.drifted: set[str] = set()
        """The stacks that have not read since somebody else has deleted something."""
        self.protected: set[str] = set()
        """The stacks in which something has been protected: not every change of them is possible."""
        self.events = 0
        """Number of events of the last operation."""
        self.calls = 0
        # A search follows from its seed alone: ids, time and the jitter of retries as well.
        control.reset()
        control.faults.clear()
        control.cloud.seed(0)
        self.clock = control.cloud.clock.base = FakeClock(BEGINNING)
        random.seed(0)

    def close(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self,
        operation: str,
        program: Program,
        *,
        kill: Kill | None = None,
        trouble: Trouble | None = None,
        stack: str = STACK,
        **options: Any,
    ) -> Result | EngineError | None:
        """Run an operation of a stack in a separate process.

        Returns:
            What it came to; None where it was killed.
        """
        events = Events(kill)
        api = Api(events, trouble)
        fault = FAULTS.get(trouble.kind) if trouble is not None else None
        if fault is not None and trouble is not None:
            self.control.faults.add(Fault(nth=trouble.at, **fault))
        full_at = trouble.at if trouble is not None and trouble.kind == "full" else None
        with self._process(events, api, full_at) as workspace:
            try:
                method = getattr(workspace(program, stack), operation)
                found = method(**options)
                return found if isinstance(found, Result) else None
            except KilledError:
                return None
            except EngineError as error:
                return error
            finally:
                self.events, self.calls = events.count, api.calls
                self.control.faults.clear()
                for late in api.late:  # what was under way when the process ended
                    with contextlib.suppress(HavipError):
                        late()

    def delete_outside(self, kind: str) -> None:
        """Delete an object of a kind as somebody else does, if there is one that can be."""
        region = self.control.cloud.region(ACCOUNT, REGION)
        keys = Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
        client = Client(REGION, credentials=keys, clock=self.clock)
        routes = [
            DeleteRoutes(route_table_id=table.route_table_id, routes=[route])
            for table in region.route_tables
            for route in table.route_set
            if route.route_type == "USER"
        ]
        members = [item for row in region.havips for item in row.ha_vip_association_set]
        bound = [row.ha_vip_id for row in region.havips if row.address_ip]
        calls: dict[str, list[Request[Any]]] = {
            "HaVip": [DeleteHaVip(ha_vip_id=row.ha_vip_id) for row in region.havips],
            "Eip": [ReleaseAddresses(address_ids=[row.address_id]) for row in region.eips],
            "RouteEntry": [*routes],
            "member": [DisassociateHaVipInstance(ha_vip_association_set=[m]) for m in members],
            "binding": [HaVipDisassociateAddressIp(ha_vip_id=id) for id in bound],
            "Instance": [
                TerminateInstances(instance_ids=[i.instance_id]) for i in region.instances
            ],
        }
        for call in calls[kind][:1]:
            self.drifted = {"dev", "prod"}
            with contextlib.suppress(HavipError):
                client.send(call)

    def look(self, stack: str = STACK) -> Workspace:
        """Return a stack, for a look at what its files hold."""
        return self._workspace(lambda _: None, stack)

    def _workspace(self, program: Program, stack: str) -> Workspace:
        project = Project(self.folder, PROJECT, program, sys.executable)  # type: ignore[arg-type]
        environment = {"PULUMI_CONFIG_PASSPHRASE": "histories"}
        servers = {urns.DYNAMIC_PACKAGE: _no_process}  # else a process would be started ahead
        return Workspace(project, stack, environment=environment, servers=servers)

    @contextlib.contextmanager
    def _process(
        self, events: Events, api: Api, full_at: int | None = None
    ) -> Iterator[Callable[[Program, str], Workspace]]:
        """Replace the engine's disk, provider and program by those of this process."""

        def draw() -> str:
            self.drawn += 1
            return f"00000000-0000-4000-8000-{self.drawn:012d}"

        given = {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE"}
        settings = ProviderSettings.model_validate(
            {"region": REGION, "site": self.site, "pacing": False, **given}
        )

        def context() -> Context:
            """Return the context of a provider process, which knows nothing of the others."""
            made = Context(settings, api.connect, clock=self.clock, draw=draw)
            made.warn = lambda _text: None
            return made

        deployments: list[Any] = []

        @contextlib.contextmanager
        def serving(_run: Any, deployment: Any) -> Iterator[str]:
            deployments.append(deployment)
            yield ""

        def run_program(run: Any, project: Project, _address: str, _crew: Any) -> None:
            try:
                project.program(deployments[-1])  # type: ignore[operator, call-arg]
            except EngineError as error:
                run.fail(readable(error, ""))

        def make(self: ProviderRegistry, record: Any) -> ProviderClient:
            package = record.type.removeprefix(urns.PROVIDER_PREFIX)
            provider = DirectProvider(package, context(), api)
            provider.configure_with(record)
            self._made.append(provider)
            return provider

        kept = (operations.serving, operations.run_program, operations._interruptible)
        real = (ProviderRegistry.make, _files.DISK)
        operations.serving, operations.run_program = serving, run_program
        # A signal ends the search, and is not the Ctrl-C that an operation under way reports.
        operations._interruptible = lambda _run: contextlib.nullcontext()
        ProviderRegistry.make = make  # type: ignore[method-assign]
        _files.DISK = MortalDisk(events, full_at)
        try:
            yield self._workspace
        finally:
            operations.serving, operations.run_program, operations._interruptible = kept
            ProviderRegistry.make, _files.DISK = real  # type: ignore[method-assign]


def _memory() -> str | None:
    """Return a folder in memory, where the machine has one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def secret(value: str) -> Secret:
    """Return a secret value, as a program declares it."""
    return Secret(value)
