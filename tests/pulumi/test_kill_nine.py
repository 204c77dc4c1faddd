"""kill -9 of real processes, in a deployment and in a destruction of twelve resources.

The engine, or the provider's process, dies at a call of the API (the cloud has served it, or has
not yet), and the engine at a write of its state, whole or torn, while the cloud loses answers,
throttles or fails. Then `up` must leave exactly what is declared, and `destroy` nothing.
"""
# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import dataclasses
import os
import random
import runpy
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from havip.emulator.http.faults import Fault
from havip.emulator.http.messages import RawRequest, RawResponse
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT, DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from pulumi_havip.engine import Result, Workspace
from pulumi_havip.engine.dynamic_server import serve_dynamic
from pulumi_havip.engine.project import load_project
from pulumi_havip.handlers import Context, ProviderSettings
from pulumi_havip.provider.serving import DEPLOYMENT
from pulumi_havip.resources.lookups import PROGRAM
from pulumi_havip.testing import CloudClock

REGION = "ap-guangzhou"
TWELVE = """
import pulumi_havip as havip

zone = "ap-guangzhou-3"
vpc = havip.Vpc("vpc", cidr_block="172.17.0.0/16")
subnet = havip.Subnet("subnet", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone)
inside = {"vpc_id": vpc.id, "subnet_id": subnet.id}
machine = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5", "zone": zone, **inside}
group = havip.PlacementGroup("group")
a, b = (
    havip.Instance(name, placement_group_ids=[group.id], **machine) for name in ("a", "b")
)
havip.NetworkInterface("eni", instance_id=a.id, **inside)
web = havip.HaVip("web", associations=[a.id], **inside)
db = havip.HaVip("db", **inside)
havip.HaVipInstanceAttachment("member", ha_vip_id=db.id, instance_id=b.id)
eip = havip.Eip("eip")
havip.HaVipEipAttachment("bound", ha_vip_id=web.id, address_ip=eip.public_ip)
havip.RouteEntry(
    "route",
    route_table_id=subnet.route_table_id,
    destination_cidr_block="192.0.2.0/24",
    gateway_id=web.id,
)
"""
# An engine that kills itself at the n-th change of its files: a write, which may be torn, a
# rename or a deletion.
WRITER = """
import os, signal, sys
from havip import _files
from havip.cli.main import main

at, how, count = int(sys.argv.pop(1)), sys.argv.pop(1), 0

class Deadly(_files.Disk):
    pass

def deadly(name):
    plain = getattr(_files.Disk, name)
    def counted(self, *given):
        global count
        count += 1
        if count == at and how == "torn" and name == "write":
            plain(self, given[0], given[1][: len(given[1]) // 2])
        if count == at and how != "after":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = plain(self, *given)
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
    setattr(Deadly, name, counted)

for name in ("write", "rename", "unlink"):
    deadly(name)
_files.DISK = Deadly()
main()
"""
FAULTS: dict[str, dict[str, Any]] = {
    "calm": {},
    "lost": {"drop": True, "effect": "after"},
    "throttled": {"code": "RequestLimitExceeded", "times": 2},
    "broken": {"status": 503, "effect": "after"},
}
CALLS = {"up": 26, "destroy": 32}  # it takes 22 and 29, and a few more where some are repeated
WRITES = {"up": 44, "destroy": 40}  # it takes 40 and 38
PARTS = 48  # of some 35 cases, each a few seconds


class Case(NamedTuple):
    """Kill of a process: the operation, the call or write, and the fault."""

    operation: str
    victim: str
    at: int
    how: str
    fault: str


def every() -> list[Case]:
    """List the whole matrix, in a mixed order: every call and every write, under every fault."""
    cases = [
        Case(operation, victim, at, how, fault)
        for operation in ("up", "destroy")
        for victim, counts, ways in (
            ("engine", CALLS, ("before", "after")),
            ("provider", CALLS, ("before", "after")),
            ("writer", WRITES, ("before", "torn", "after")),
        )
        for at in range(1, counts[operation] + 1)
        for how in ways
        for fault in FAULTS
    ]
    random.Random(5).shuffle(cases)
    return cases


class Site:
    """A project in a folder, the emulator it is deployed to, and the processes to be killed."""

    def __init__(self, server: EmulatorServer, folder: Path) -> None:
        self.server, self.folder, self.project = server, folder, folder / "project"
        self.project.mkdir()
        (self.project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (self.project / "__main__.py").write_text(TWELVE)
        self._handle = server.control.gateway.handle
        server.control.configure(daily_eip_quota=False)
        assert self.within("up").ok
        self.check_up("before anything was killed")
        self._rows = server.cloud.dump()
        shutil.copytree(self.project / ".pulumi", folder / "deployed")

    def run(self, case: Case) -> bool:
        """Kill, then recover; return whether the moment of the kill was reached."""
        self._begin(case)
        code, said = self._killed(case)
        hit = self.count >= case.at if case.victim != "writer" else code == -9
        wanted = {"provider": 1}.get(case.victim, -9) if hit else 0
        assert code == wanted, f"{case}: exit code {code}: {said}"
        self.server.control.faults.clear()
        result = self.within("up")
        assert result.ok, f"{case}: {result.error}"
        self.check_up(case)
        result = self.within("destroy")
        assert result.ok, f"{case}: {result.error}"
        assert self._ids() == {}, case
        assert self._count() == (0, 0, 0), case
        return hit

    def _begin(self, case: Case) -> None:
        self.server.control.reset()
        shutil.rmtree(self.project / ".pulumi", ignore_errors=True)
        if case.operation == "destroy":
            self.server.control.load(self._rows)
            shutil.copytree(self.folder / "deployed", self.project / ".pulumi")
        if FAULTS[case.fault]:
            nth = random.Random(repr(case)).randint(1, case.at)
            self.server.control.faults.add(Fault(nth=nth, **FAULTS[case.fault]))

    def _killed(self, case: Case) -> tuple[int, str]:
        """Run the operation in separate processes, and kill one of them."""
        order = ["stack", case.operation, "--stack", "dev", "--yes", "--cwd", str(self.project)]
        command = [str(Path(sys.executable).with_name("havip")), *order]
        if case.victim == "writer":
            command = [sys.executable, "-c", WRITER, str(case.at), case.how, *order]
        environment = {
            **os.environ,
            "HAVIP_ENDPOINT": self.server.url,
            "HAVIP_PACING": "false",
            "TENCENTCLOUD_REGION": REGION,
            "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
        }
        pipe = subprocess.PIPE
        self.count, self._seen = 0, set[psutil.Process]()
        engine = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
        if case.victim != "writer":
            self.server.control.gateway.handle = (  # type: ignore[method-assign]  # the trap
                lambda raw: self._trap(case, engine, raw)
            )
        try:
            out, said = engine.communicate(timeout=60)
        finally:
            engine.kill()
            self.server.control.gateway.handle = self._handle  # type: ignore[method-assign]
        _, alive = psutil.wait_procs(self._seen, timeout=10)
        assert not alive, f"{case}: {alive} outlived the engine"
        return engine.returncode, out + said

    def _trap(self, case: Case, engine: subprocess.Popen[str], raw: RawRequest) -> RawResponse:
        """Serve a call; at the one in question, before or after it, the victim dies."""
        self.count += 1
        if self.count != case.at:
            return self._handle(raw)
        children = psutil.Process(engine.pid).children()
        self._seen.update(children)
        if case.how == "after":
            self._handle(raw)
        if case.victim == "engine":
            engine.kill()
        else:
            (provider,) = (child for child in children if child.cmdline()[-1] == "provider")
            provider.kill()
        return RawResponse(b"", drop=True)

    def within(self, operation: str) -> Result:
        """Run an operation in this process."""
        settings = ProviderSettings.model_validate(
            {
                "region": REGION,
                "endpoint": self.server.url,
                "secret_id": DEFAULT_SECRET_ID,
                "secret_key": DEFAULT_SECRET_KEY,
                "pacing": False,
            }
        )
        for shared in (DEPLOYMENT, PROGRAM):
            shared.use(Context(settings, clock=CloudClock(self.server.cloud, real_part=0.01)))
        main = str(self.project / "__main__.py")
        workspace = Workspace(
            dataclasses.replace(load_project(self.project), program=lambda: runpy.run_path(main)),
            "dev",
            servers={"pulumi-python": serve_dynamic},
        )
        self.workspace = workspace
        result: Result = getattr(workspace, operation)()
        return result

    def check_up(self, case: object) -> None:
        """Check that the cloud holds what the program declares, once, and that the state knows."""
        mine = [row for row in self.workspace.resources() if "havip:" in row.type]
        names = sorted(row.name for row in mine)
        assert len(names) == len(set(names)) == 12, f"{case}: {names}"
        there, kinds = self._ids(), {row.id: row.type.rpartition(":")[2] for row in mine}
        known = {id: kind for id, kind in kinds.items() if "#" not in id}
        assert there == known, f"{case}: in the cloud {there}, in the state {known}"
        assert self._count() == (2, 1, 1), case
        assert not self.within("preview").changed, case
        exported = self.workspace.export()["deployment"]
        assert not exported.get("pending_operations"), case

    def _ids(self) -> dict[str, str]:
        """Return the kind of everything in the cloud, by id."""
        region = self.server.cloud.region(DEFAULT_ACCOUNT, REGION)
        found = {row.vpc_id: "Vpc" for row in region.vpcs}
        found |= {row.subnet_id: "Subnet" for row in region.subnets}
        found |= {
            row.disaster_recover_group_id: "PlacementGroup" for row in region.placement_groups
        }
        found |= {row.instance_id: "Instance" for row in region.instances}
        found |= {row.ha_vip_id: "HaVip" for row in region.havips}
        found |= {row.address_id: "Eip" for row in region.eips}
        found |= {
            row.network_interface_id: "NetworkInterface" for row in region.enis if not row.primary
        }
        return found

    def _count(self) -> tuple[int, int, int]:
        """Count members of ranges, bound addresses and routes."""
        region = self.server.cloud.region(DEFAULT_ACCOUNT, REGION)
        havips = list(region.havips)
        routes = [route for table in region.route_tables for route in table.route_set]
        return (
            sum(len(row.ha_vip_association_set) for row in havips),
            sum(bool(row.address_ip) for row in havips),
            sum(route.route_type == "USER" for route in routes),
        )


@pytest.fixture
def site(havip_server: EmulatorServer, tmp_path: Path) -> Iterator[Site]:
    yield Site(havip_server, tmp_path)
    DEPLOYMENT.use(None)
    PROGRAM.use(None)


def tell(cases: list[Case], hits: int, began: float) -> str:
    kinds = {(case.victim, case.operation) for case in cases}
    each = (time.monotonic() - began) / len(cases)
    return (
        f"kill -9: {hits} kills of {len(cases)} cases ({len(kinds)} of 6 kinds), nothing left, "
        f"{each:.1f} s each; the whole matrix has {len(every())}"
    )


@pytest.mark.process
def test_a_sample_of_kills(site: Site, record_property: Callable[[str, object], None]) -> None:
    began = time.monotonic()
    cases = [
        Case("up", "engine", 17, "after", "lost"),
        Case("up", "provider", 12, "after", "throttled"),
        Case("destroy", "provider", 9, "before", "broken"),
        Case("up", "writer", 14, "torn", "calm"),
    ]
    hits = sum(map(site.run, cases))
    assert hits == len(cases)
    record_property("told", tell(cases, hits, began))


def test_the_matrix_is_complete() -> None:
    cases = every()
    calls, writes = sum(CALLS.values()), sum(WRITES.values())
    assert len(cases) == len(set(cases)) == (2 * 2 * calls + 3 * writes) * len(FAULTS)
    assert sorted(cases) == sorted(case for part in range(PARTS) for case in part_of(part))


def part_of(part: int) -> list[Case]:
    return every()[part::PARTS]


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_every_kill(site: Site, part: int, record_property: Callable[[str, object], None]) -> None:
    began, cases = time.monotonic(), part_of(part)
    hits, wrong = 0, []
    for case in cases:
        try:
            hits += site.run(case)
        except AssertionError as error:  # report the others too
            wrong.append(str(error))
    assert not wrong, "\n".join(wrong)
    assert hits > len(cases) / 2
    record_property("told", tell(cases, hits, began))
