"""The emulator in place of the cloud, and what drives it.

`Life` is a small engine for one handler at a time, `Cli` the real Pulumi CLI.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import havip
from havip import FakeClock
from havip.emulator.cloud import Cloud
from havip.emulator.http.controls import Control
from havip.emulator.http.faults import Fault
from havip.emulator.mock import mock_havip
from havip.emulator.state.settings import Settings as CloudSettings
from pulumi_havip.handlers import HANDLERS, Context, Properties, ProviderSettings, Reading, plain
from pulumi_havip.handlers.natural_keys import NaturalKeys

REGION = "ap-guangzhou"
STACK = "urn:pulumi:dev::shop"


class CloudClock(FakeClock):
    """A clock whose sleeps move the emulated cloud on as well."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud.clock.time())
        self._cloud = cloud

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._cloud.clock.advance(max(0.0, seconds))


class Row:
    """A resource as it stands in a state."""

    def __init__(self, kind: str, urn: str, reading: Reading[Any], inputs: Properties) -> None:
        self.kind, self.urn, self.id = kind, urn, reading.id
        self.outputs: Properties = plain(reading.state)
        self.inputs = inputs

    def __getattr__(self, name: str) -> Any:
        return self.outputs[name]


class Life:
    """Drives handlers in the order of Pulumi's engine, and notes each step."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.cloud = control.cloud
        self.clock = CloudClock(control.cloud)
        self.steps: list[str] = []
        self.deploy()

    def deploy(self, **settings: Any) -> Context:
        """Begin a new deployment: a provider process of its own."""
        given = {"region": REGION, "pacing": False, **settings}
        self.ctx = Context(ProviderSettings.model_validate(given), clock=self.clock)
        return self.ctx

    def urn(self, kind: str, name: str) -> str:
        return f"{STACK}::pulumi-python:dynamic/havip:{kind}::{name}"

    def check(self, kind: str, label: str, old: Row | None = None, /, **props: Any) -> Any:
        hints = {"urn": self.urn(kind, label), **props.pop("hints", {})}
        news = {key: value for key, value in props.items() if value is not None}
        return HANDLERS[kind].check(self.ctx, {**news, "hints": hints}, old.inputs if old else None)

    def create(self, kind: str, label: str, /, **props: Any) -> Row:
        checked = self.check(kind, label, **props)
        assert checked.failures == ()
        made = HANDLERS[kind].create(self.ctx, checked.inputs)
        self.steps.append(f"create {kind}")
        return Row(kind, self.urn(kind, label), made, checked.inputs)

    def diff(self, row: Row, /, **props: Any) -> Any:
        checked = self.check(row.kind, row.urn.rpartition("::")[2], row, **props)
        assert checked.failures == ()
        return HANDLERS[row.kind].diff(self.ctx, row.id, row.outputs, checked.inputs)

    def up(self, row: Row, /, **props: Any) -> Row:
        """Change a resource to new arguments: nothing, an update, or a replacement."""
        name = row.urn.rpartition("::")[2]
        result = self.diff(row, **props)
        if not result.changed:
            self.steps.append("same")
            return row
        if not result.replaces:
            checked = self.check(row.kind, name, row, **props)
            changed = HANDLERS[row.kind].update(self.ctx, row.id, row.outputs, checked.inputs)
            self.steps.append("update")
            return Row(row.kind, row.urn, changed, checked.inputs)
        if result.delete_first:
            self.delete(row, replaced=True)
            return self.create(row.kind, name, **props)
        made = self.create(row.kind, name, **props)
        self.delete(row, replaced=True)
        return made

    def delete(self, row: Row, *, replaced: bool = False) -> None:
        """Delete a resource, which the program of the deployment does not declare any more."""
        if not replaced:
            self.ctx.keys = NaturalKeys()
        HANDLERS[row.kind].delete(self.ctx, row.id, row.outputs)
        self.steps.append(f"delete {row.kind}")

    def read(self, row: Row) -> Row:
        """Refresh a resource, which must exist."""
        found = HANDLERS[row.kind].read(self.ctx, row.id, row.outputs)
        assert found is not None
        return Row(row.kind, row.urn, found, found.inputs)

    def gone(self, row: Row) -> bool:
        """Return whether a refresh finds that a resource does not exist."""
        return HANDLERS[row.kind].read(self.ctx, row.id, row.outputs) is None

    def handler(self, kind: str) -> Any:
        """Return the handler of a type of resource."""
        return HANDLERS[kind]

    def place_of(self, table: str) -> dict[str, Any]:
        """Return the arguments that put a HAVIP into the subnet of a route table."""
        rows = self.cloud.region("100000000001", REGION).subnets
        [subnet] = rows.find("route-table-id", (table,)).values()
        return {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id}

    def calls(self, *actions: str) -> list[str]:
        """List the calls since the log was cleared, or those of some actions."""
        names = [entry.action for entry in self.control.requests]
        return [name for name in names if not actions or name in actions]

    def fault(self, **given: Any) -> None:
        """Order something to go wrong."""
        self.control.faults.add(Fault(**given))

    def network(self) -> tuple[Row, Row]:
        """Create a VPC and a subnet that holds 172.17.16.3."""
        vpc = self.create("Vpc", "net", cidr_block="172.17.0.0/16")
        subnet = self.create(
            "Subnet", "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
        )
        self.control.requests.clear()
        self.steps.clear()
        return vpc, subnet

    def instance(self, subnet: Row, label: str, /, **props: Any) -> Row:
        """Start an instance in a subnet."""
        return self.node({"vpc_id": subnet.vpc_id, "subnet_id": subnet.id}, label, **props)

    def node(self, place: dict[str, Any], label: str, /, **props: Any) -> Row:
        """Start an instance where a HAVIP of such arguments is."""
        given = {
            "zone": f"{REGION}-3",
            "instance_type": "S5.MEDIUM2",
            "image_id": "img-487zeit5",
            "vpc_id": place["vpc_id"],
            "subnet_id": place["subnet_id"],
        }
        return self.create("Instance", label, **{**given, **props})


@pytest.fixture
def cloud_settings() -> CloudSettings:
    return CloudSettings(seed=1)


@pytest.fixture
def control(cloud_settings: CloudSettings) -> Iterator[Control]:
    mock = mock_havip(settings=cloud_settings)
    mock.start()
    try:
        yield mock.control
    finally:
        mock.stop()


@pytest.fixture
def life(control: Control) -> Life:
    return Life(control)


@pytest.fixture
def place(life: Life) -> dict[str, Any]:
    """Arguments of a HAVIP in a subnet that exists."""
    vpc, subnet = life.network()
    hints = {"subnet_cidr": subnet.cidr_block}
    return {"vpc_id": vpc.id, "subnet_id": subnet.id, "hints": hints}


# -- the real Pulumi CLI, against the emulator's own process -------------------------------------


class Cli:
    """The CLI with a backend, a cloud and a plugin of its own."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        plugin = folder / "bin" / "pulumi-resource-havip"
        plugin.parent.mkdir()
        plugin.write_text(
            f"#!{sys.executable}\n"
            "from pulumi_havip.provider.plugin.provider import main\n\nmain()\n"
        )
        plugin.chmod(0o755)
        (folder / "state").mkdir()
        self.environment = {
            **os.environ,
            "PATH": f"{plugin.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "passphrase",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_PYTHON_CMD": sys.executable,
            "TENCENTCLOUD_REGION": "ap-guangzhou",
            "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
            "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
            "HAVIP_ENDPOINT": endpoint,
        }
        self.client = havip.Client(
            "ap-guangzhou",
            endpoint=endpoint,
            credentials=havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"),
        )

    def project(self, name: str, program: str) -> Project:
        """Create a project in Python."""
        settings = f"name: {name}\nruntime: python\n"
        return Project(self, name, {"Pulumi.yaml": settings, "__main__.py": program})

    def project_of(self, name: str, files: dict[str, str]) -> Project:
        """Create a project in any language."""
        return Project(self, name, files)


class Project:
    """One program and its stack."""

    def __init__(self, cli: Cli, name: str, files: dict[str, str]) -> None:
        self.cli = cli
        self.folder = cli.folder / name
        self.folder.mkdir()
        for file, text in files.items():
            (self.folder / file).write_text(textwrap.dedent(text))
        self.run("stack", "init", "dev")

    def run(self, *arguments: str, ok: bool = True) -> str:
        return self.call("pulumi", *arguments, "--non-interactive", ok=ok)

    def call(self, *command: str, ok: bool = True) -> str:
        """Run any command in the folder."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.cli.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout + done.stderr

    def up(self, **config: str) -> str:
        given = [item for key, value in config.items() for item in ("-c", f"{key}={value}")]
        return self.run("up", "--yes", "--skip-preview", *given)

    def unchanged(self) -> None:
        self.run("preview", "--expect-no-changes")

    def state(self) -> str:
        return self.run("stack", "export")

    def ids(self) -> dict[str, str]:
        rows = json.loads(self.state())["deployment"]["resources"]
        return {row["type"].rpartition(":")[2]: row["id"] for row in rows if row.get("id")}


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    command = [sys.executable, "-c", "from havip.cli.main import main; main()", "emulator"]
    server = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        endpoint = server.stdout.readline().split()[-1]
        yield Cli(tmp_path, endpoint)
    finally:
        server.terminate()
        server.communicate(timeout=20)
