"""Terraform with Tencent's provider, in front of the emulator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from havip.api import CreateSubnet, CreateVpc
from havip.emulator import mock_havip
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.http.controls import Control
from havip.emulator.http.request_log import Entry
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT, DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

VARIABLE = "HAVIP_TERRAFORM_PROVIDER"
PROVIDER = os.environ.get(VARIABLE, "")
TERRAFORM = shutil.which("terraform")
NAME = "terraform-provider-tencentcloud"
REGION = "ap-guangzhou"
STACKS = Path(__file__).parent
NO_CHANGES = 0
"""Exit code of ``plan -detailed-exitcode`` without changes."""
Names = dict[str, Any]
FORMS: Names = json.loads((STACKS / "calls.json").read_text(encoding="utf-8"))["forms"]
"""The parameters of the provider's calls, by action."""


class Emulator(Protocol):
    """Server of the emulated cloud."""

    @property
    def control(self) -> Control: ...

    @property
    def cloud(self) -> Cloud: ...

    @property
    def url(self) -> str: ...


class Mock(NamedTuple):
    """A mock, with the server that it runs for child processes."""

    control: Control

    @property
    def cloud(self) -> Cloud:
        return self.control.cloud

    @property
    def url(self) -> str:
        return os.environ["HAVIP_MOCK_ENDPOINT"]


class Terraform:
    """Terraform in a folder with one of the stacks; it knows what each command called.

    Args:
        folder: Where Terraform runs.
        server: The emulator, which is its proxy of HTTP and HTTPS.
        stack: The name of a file of `STACKS`.
        variables: What the stack is given.
    """

    def __init__(self, folder: Path, server: Emulator, stack: str, **variables: Any) -> None:
        self.server = server
        self.variables = variables
        self.folder = folder / stack
        self.folder.mkdir()
        shutil.copy(STACKS / f"{stack}.tf", self.folder)
        self.environment = _environment(folder, server.url)
        self.entries: list[Entry] = []

    def run(self, *arguments: str, wanted: int = 0) -> str:
        """Run a command; its calls are then in `entries`."""
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(self.variables))
        self.server.control.requests.clear()
        done = subprocess.run(
            [str(TERRAFORM), *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.entries = list(self.server.control.requests)
        assert done.returncode == wanted, done.stdout + done.stderr
        check_forms(self.entries)
        return done.stdout + done.stderr

    def apply(self, *arguments: str, wanted: int = 0) -> str:
        return self.run("apply", "-auto-approve", "-no-color", *arguments, wanted=wanted)

    def destroy(self, *arguments: str) -> str:
        return self.run("destroy", "-auto-approve", "-no-color", *arguments)

    def plan(self, wanted: int = NO_CHANGES) -> dict[str, str]:
        """Plan, and return what is to be done by the address of each resource."""
        told = self.run("plan", "-json", "-detailed-exitcode", wanted=wanted)
        lines = [json.loads(line) for line in told.splitlines()]
        changes = [line["change"] for line in lines if line["type"] == "planned_change"]
        return {change["resource"]["addr"]: change["action"] for change in changes}

    def state(self) -> dict[str, Names]:
        """Return the attributes of everything in the state, by ``type.name`` without the vendor."""
        told = json.loads((self.folder / "terraform.tfstate").read_text(encoding="utf-8"))
        return {
            f"{kind['type'].removeprefix('tencentcloud_')}.{kind['name']}": one["attributes"]
            for kind in told["resources"]
            for one in kind["instances"]
        }

    @property
    def actions(self) -> list[str]:
        """The actions that the last command called, in their order."""
        return [entry.action for entry in self.entries]


def _environment(folder: Path, url: str) -> dict[str, str]:
    plugins, rc = folder / "plugins", folder / "terraformrc"
    if not plugins.exists():
        assert Path(PROVIDER).is_file(), f"{VARIABLE} names no file: {PROVIDER}"
        plugins.mkdir()
        (plugins / NAME).symlink_to(Path(PROVIDER).resolve())
        overrides = f'dev_overrides {{ "tencentcloudstack/tencentcloud" = "{plugins}" }}'
        rc.write_text(f"provider_installation {{\n  {overrides}\n}}\n")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "CHECKPOINT_DISABLE": "1",
        "HTTP_PROXY": url,
        "HTTPS_PROXY": url,
        "TF_CLI_CONFIG_FILE": str(rc),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TENCENTCLOUD_PROTOCOL": "HTTP",
        "TENCENTCLOUD_READ_RETRY_TIMEOUT": "1",
        "TENCENTCLOUD_REGION": REGION,
        "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
        "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
    }


def form(value: Any) -> str:
    """Write what parameters look like: their names and kinds, of filters their names."""
    if isinstance(value, dict):
        return " ".join(f"{name}={form(value[name])}" for name in sorted(value))
    if isinstance(value, list) and value and isinstance(value[0], dict) and "Values" in value[0]:
        return "+".join(sorted(item["Name"] for item in value))
    if isinstance(value, list):
        return f"[{form(value[0])}]" if value else "[]"
    return {bool: "switch", int: "number", str: "text"}[type(value)]


def check_forms(entries: list[Entry]) -> None:
    """Check that calls look like those that were recorded of the provider."""
    for entry in entries:
        assert form(dict(entry.params)) in FORMS.get(entry.action, ()), entry


Start = Callable[..., Terraform]
"""Starts with a stack: the name of a file of `STACKS`, and what it is given."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, on a machine that has Terraform and the provider."""
    if not PROVIDER:
        pytest.skip(f"{VARIABLE} does not say where the binary {NAME} is")
    if not TERRAFORM:
        pytest.skip("terraform is not on PATH")
    return tmp_path


@pytest.fixture
def terraform(folder: Path, havip_server: EmulatorServer) -> Start:
    return lambda stack, **variables: Terraform(folder, havip_server, stack, **variables)


@pytest.fixture
def mocked_stack(folder: Path) -> Iterator[Terraform]:
    """``stack.tf`` with the mock in place of a server."""
    mock = mock_havip()
    with mock:
        yield Terraform(folder, Mock(mock.control), "stack")


@pytest.fixture
def caller() -> Caller:
    return Caller(account=DEFAULT_ACCOUNT, region=REGION)


@pytest.fixture
def network(havip_server: EmulatorServer, caller: Caller) -> Names:
    """A VPC with a subnet that Terraform did not make."""
    cloud = havip_server.cloud
    vpc = cloud.call(caller, CreateVpc(vpc_name="lab", cidr_block="10.0.0.0/16")).vpc
    wanted = CreateSubnet(
        vpc_id=vpc.vpc_id, subnet_name="lab", cidr_block="10.0.1.0/24", zone=f"{caller.region}-3"
    )
    return {"vpc_id": vpc.vpc_id, "subnet_id": cloud.call(caller, wanted).subnet.subnet_id}
