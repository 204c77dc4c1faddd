"""Programs of components, on the embedded engine in this process and the emulated cloud."""

from __future__ import annotations

import base64
import gzip
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import havip
import pulumi_havip
from havip.emulator.http.controls import Control
from havip.emulator.mock import mock_havip
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT
from havip.emulator.state.settings import Settings as CloudSettings
from pulumi_havip.engine import Result, Workspace
from pulumi_havip.engine.dynamic_server import serve_dynamic
from pulumi_havip.engine.project import Project
from pulumi_havip.handlers import Context, ProviderSettings
from pulumi_havip.provider.serving import DEPLOYMENT
from pulumi_havip.resources.lookups import PROGRAM
from pulumi_havip.testing import CloudClock

REGION = "ap-guangzhou"
MACHINE = {
    "image_id": "img-487zeit5",
    "instance_type": "S5.MEDIUM4",
    "zone": f"{REGION}-3",
}
NODES = [{"private_ip": "172.17.16.7"}, {"private_ip": "172.17.16.13"}]
Program = Callable[[], object]


class Stage:
    """A stack whose program is a function, and the cloud it is deployed to."""

    machine: Mapping[str, Any] = MACHINE
    nodes = NODES

    def __init__(self, folder: Path, control: Control) -> None:
        self.folder, self.control = folder, control
        self.said: list[Any] = []
        self.settings: dict[str, Any] = {"region": REGION, "pacing": False}
        self.client = havip.Client(REGION)

    def network(self, number: int = 16, **changes: Any) -> dict[str, Any]:
        """Declare a VPC and a subnet; call it inside of a program."""
        vpc = pulumi_havip.Vpc(f"net-{number}", cidr_block="172.17.0.0/16")
        subnet = pulumi_havip.Subnet(
            f"web-{number}",
            vpc_id=vpc.id,
            cidr_block=f"172.17.{number}.0/24",
            zone=f"{REGION}-3",
        )
        return {"vpc_id": vpc.id, "subnet_id": subnet.id, **changes}

    def existing(self, *addresses: str) -> tuple[str, str, list[str]]:
        """Create a VPC, a subnet and instances that no program knows; return their ids."""
        client = self.client
        vpc = client.create_vpc(vpc_name="there", cidr_block="172.17.0.0/16").vpc.vpc_id
        subnet = client.create_subnet(
            vpc_id=vpc, subnet_name="there", cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
        ).subnet.subnet_id
        return vpc, subnet, [self.instance(vpc, subnet, address) for address in addresses]

    def instance(self, vpc: str, subnet: str, address: str) -> str:
        (id,) = self.client.run_instances(
            placement=havip.api.Placement(zone=f"{REGION}-3"),
            instance_type="S5.MEDIUM2",
            image_id="img-487zeit5",
            virtual_private_cloud=havip.api.VirtualPrivateCloud(
                vpc_id=vpc, subnet_id=subnet, private_ip_addresses=[address]
            ),
        ).instance_id_set
        return id

    def workspace(self, program: Program) -> Workspace:
        """Begin an operation: the provider and the program's look-ups restart."""
        for shared in (DEPLOYMENT, PROGRAM):
            settings = ProviderSettings.model_validate(self.settings)
            shared.use(Context(settings, clock=CloudClock(self.control.cloud, real_part=0.01)))
        self.control.requests.clear()
        return Workspace(
            Project(self.folder, "shop", program, sys.executable),
            "dev",
            environment={"PULUMI_CONFIG_PASSPHRASE": "components"},
            sink=self.said.append,
            servers={"pulumi-python": serve_dynamic},
        )

    def preview(self, program: Program) -> Result:
        result = self.workspace(program).preview()
        assert result.ok, result.error
        return result

    def up(self, program: Program) -> Result:
        result = self.workspace(program).up()
        assert result.ok, result.error
        return result

    def refresh(self, program: Program) -> Result:
        result = self.workspace(program).refresh()
        assert result.ok, result.error
        return result

    def destroy(self, program: Program) -> Result:
        result = self.workspace(program).destroy()
        assert result.ok, result.error
        return result

    def refused(self, program: Program) -> str:
        """Deploy an invalid program; return the error after checking that nothing was created."""
        seen = self.workspace(program).preview()
        result = self.workspace(program).up()
        assert not result.ok
        assert "\n" not in result.error
        assert self.calls("CreateHaVip", "RunInstances", "AllocateAddresses") == []
        assert not seen.ok, f"the preview did not see: {result.error}"
        return result.error

    def calls(self, *actions: str) -> list[Any]:
        """Return the calls of the last operation to some actions."""
        return [entry for entry in self.control.requests if entry.action in actions]

    def booted_with(self) -> dict[str, str]:
        """Return the user data of each instance of the cloud, by its name."""
        rows = self.control.cloud.region(DEFAULT_ACCOUNT, REGION).instances
        return {
            row.instance_name: _unpacked(row.user_data)
            for row in rows
            if row.instance_state == "RUNNING"
        }

    def left(self) -> dict[str, int]:
        """Count what is in the cloud."""
        client = self.client
        return {
            "havips": client.describe_ha_vips().total_count,
            "eips": client.describe_addresses().total_count,
            "instances": client.describe_instances().total_count,
            "groups": client.describe_disaster_recover_groups().total_count,
            "subnets": client.describe_subnets().total_count,
            "vpcs": client.describe_vpcs().total_count,
        }

    def plain(self, program: Program) -> dict[str, Any]:
        """Return the stack's outputs with secrets in plaintext."""
        deployment = self.workspace(program).export(show_secrets=True)["deployment"]
        (stack,) = [
            item for item in deployment["resources"] if item["type"] == "pulumi:pulumi:Stack"
        ]
        return {name: _opened(value) for name, value in stack["outputs"].items()}

    def kept(self) -> str:
        """Return all that the stack's files and the engine's events hold, as text."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        texts = [path.read_text(errors="replace") for path in files]
        return "\n".join([*texts, *map(repr, self.said)])


def _unpacked(user_data: str) -> str:
    data = base64.b64decode(user_data)
    return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()


def _opened(value: Any) -> Any:
    if isinstance(value, dict) and "plaintext" in value:
        return json.loads(value["plaintext"])
    return value


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    monkeypatch.setattr("pulumi_havip.engine.crypto._ROUNDS", 1000)  # a million take a second
    mock = mock_havip(settings=CloudSettings(seed=1))
    mock.start()
    try:
        yield mock.control
    finally:
        mock.stop()
        DEPLOYMENT.use(None)
        PROGRAM.use(None)


@pytest.fixture
def stage(control: Control, tmp_path: Path) -> Stage:
    return Stage(tmp_path, control)
