"""Engine, program, provider and emulator in one process, which can be killed anywhere.

The engine is the product's own, from `Workspace` down; the gRPC between it, the program and the
provider is left out, so that a history of several operations takes a tenth of a second. Each
operation counts its file operations and its calls of the API as one row of events, and a kill
stops it before, inside or after one of them: from then on nothing reaches the disk or the cloud.
"""

# mypy: disable-error-code="import-not-found,no-any-return"

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from direct_provider import DirectProvider, no_process
from killable import Api, Events, Kill, KilledError, MortalDisk, Trouble

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
from havip.errors import HavipError
from pulumi_havip import urns
from pulumi_havip.engine import (
    EngineError,
    Result,
    Secret,
    Workspace,
)
from pulumi_havip.engine import operations as _operations
from pulumi_havip.engine.project import Project
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.provider_registry import ProviderRegistry
from pulumi_havip.engine.run import readable
from pulumi_havip.handlers import Context, ProviderSettings

REGION: Final = "ap-guangzhou"
ACCOUNT: Final = "100000000001"
PROJECT: Final = "shop"
STACK: Final = "dev"
FOREIGN: Final = "eip-3hfubzcz"
"""The EIP that is there before every history, and belongs to nobody's stack."""
BEGINNING: Final = 1_790_000_000.0
"""When every history begins, in seconds since 1970."""
Program = Callable[[Any], None]
"""Registers resources with a deployment."""


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


operations: Any = _operations


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
        """The stacks in which something has been protected, so that an up may be refused."""
        self.retained: set[str] = set()
        """Ids of the EIPs that were to be left in the cloud when the state was last read."""
        self.identities: dict[str, tuple[Any, ...] | None] = {}
        """Identity of each object when it was made, by its id; see `Plan.identity`."""
        self.events = 0
        """Number of events of the last operation."""
        self.calls = 0
        # A search follows from its seed alone: ids, time and the jitter of retries as well.
        control.reset()
        control.faults.clear()
        control.cloud.seed(0)
        self.clock = control.cloud.clock.base = FakeClock(BEGINNING)
        random.seed(0)
        (made,) = self._client().allocate_addresses().address_set
        if made != FOREIGN:
            raise AssertionError(f"the first EIP is {made}")
        self.foreign = control.cloud.region(ACCOUNT, REGION).eips.rows()[FOREIGN]

    def bring_back(self) -> None:
        """Create the foreign EIP again, where an operation has deleted it as it should."""
        eips = self.control.cloud.region(ACCOUNT, REGION).eips
        if FOREIGN not in eips:
            eips.put(self.foreign)

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
            "Eip": [
                ReleaseAddresses(address_ids=[row.address_id])
                for row in region.eips
                if row.address_id != FOREIGN
            ],
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
                self._client().send(call)

    def _client(self) -> Client:
        keys = Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
        return Client(REGION, credentials=keys, clock=self.clock)

    def look(self, stack: str = STACK) -> Workspace:
        """Return a stack, for a look at what its files hold."""
        return self._workspace(lambda _: None, stack)

    def _workspace(self, program: Program, stack: str) -> Workspace:
        project = Project(self.folder, PROJECT, program, sys.executable)  # type: ignore[arg-type]
        environment = {"PULUMI_CONFIG_PASSPHRASE": "histories"}
        servers = {urns.DYNAMIC_PACKAGE: no_process}  # else a process would be started ahead
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

        def interruptible(run: Any) -> Any:
            """Allow an event to interrupt the operation; a signal ends the search instead."""
            events.interrupt = run.interrupt
            return contextlib.nullcontext()

        operations._interruptible = interruptible
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
