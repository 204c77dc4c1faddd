"""Tencent's Terraform provider itself, where its binary is at hand.

It is in no package registry, so it is looked for where ``HAVIP_TERRAFORM_PROVIDER`` says: the
folder of the binary ``terraform-provider-tencentcloud``; ``terraform`` must be on PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from havip.emulator.server import EmulatorServer

FOLDER = os.environ.get("HAVIP_TERRAFORM_PROVIDER", "")
TERRAFORM = shutil.which("terraform")

pytestmark = [
    pytest.mark.evidence("terraform"),
    pytest.mark.skipif(
        not (FOLDER and TERRAFORM),
        reason="HAVIP_TERRAFORM_PROVIDER names no folder, or terraform is not on PATH",
    ),
]

STACK = """
terraform { required_providers { tencentcloud = { source = "tencentcloudstack/tencentcloud" } } }
provider "tencentcloud" {}
variable "name" { default = "web" }
resource "tencentcloud_vpc" "vpc" {
  name       = "lab"
  cidr_block = "10.0.0.0/16"
}
resource "tencentcloud_subnet" "subnet" {
  name              = "lab"
  vpc_id            = tencentcloud_vpc.vpc.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "ap-guangzhou-3"
}
resource "tencentcloud_ha_vip" "havip" {
  name      = var.name
  vpc_id    = tencentcloud_vpc.vpc.id
  subnet_id = tencentcloud_subnet.subnet.id
  vip       = "10.0.1.9"
}
resource "tencentcloud_eip" "eip" { name = "front" }
resource "tencentcloud_ha_vip_eip_attachment" "bound" {
  havip_id   = tencentcloud_ha_vip.havip.id
  address_ip = tencentcloud_eip.eip.public_ip
}
"""


class Terraform:
    """Terraform in a folder, brought to the emulator as its proxy of plain HTTP."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        (folder / "main.tf").write_text(STACK)
        (folder / "terraformrc").write_text(
            "provider_installation {\n"
            f'  dev_overrides {{ "tencentcloudstack/tencentcloud" = "{FOLDER}" }}\n'
            "  direct {}\n}\n"
        )
        kept = {name: value for name, value in os.environ.items() if name.upper() != "NO_PROXY"}
        self._environment = {
            **kept,
            "CHECKPOINT_DISABLE": "1",
            "HTTP_PROXY": url,
            "TF_CLI_CONFIG_FILE": str(folder / "terraformrc"),
            "TENCENTCLOUD_PROTOCOL": "HTTP",
            "TENCENTCLOUD_REGION": "ap-guangzhou",
            "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
            "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
        }

    def run(self, *arguments: str, wanted: int = 0) -> str:
        done = subprocess.run(
            [str(TERRAFORM), *arguments],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == wanted, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def terraform(tmp_path: Path, havip_server: EmulatorServer) -> Terraform:
    return Terraform(tmp_path, havip_server.url)


def test_a_stack_is_made_kept_renamed_and_destroyed(
    terraform: Terraform, havip_server: EmulatorServer
) -> None:
    terraform.run("apply", "-auto-approve")
    terraform.run("plan", "-detailed-exitcode")  # 0: no changes
    terraform.run("apply", "-auto-approve", "-var", "name=renamed")
    terraform.run("plan", "-detailed-exitcode", "-var", "name=renamed")
    terraform.run("destroy", "-auto-approve")
    actions = {entry.action for entry in havip_server.control.requests}
    assert {"ModifyHaVipAttribute", "HaVipAssociateAddressIp", "DeleteHaVip"} <= actions


def test_a_havip_is_imported(terraform: Terraform) -> None:
    terraform.run("apply", "-auto-approve")
    shown = terraform.run("state", "show", "-no-color", "tencentcloud_ha_vip.havip")
    havip_id = next(word.strip('"') for word in shown.split() if word.startswith('"havip-'))
    terraform.run("state", "rm", "tencentcloud_ha_vip.havip")
    terraform.run("import", "tencentcloud_ha_vip.havip", havip_id)
    terraform.run("plan", "-detailed-exitcode")
