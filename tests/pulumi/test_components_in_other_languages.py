"""Components that the native plugin constructs, under the real Pulumi CLI.

From Python by the protocol alone, and from the programs of docs/howto/components.md.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from havip import api
from tests.pulumi.test_other_languages import (
    BINARY,
    COMPILER,
    GO,
    GO_SDK,
    PACKAGE,
    SETTINGS,
    TYPESCRIPT,
    YAML,
    install,
    outputs,
    reachable,
)

if TYPE_CHECKING:
    from tests.pulumi.conftest import Cli

PAGE = (Path(__file__).resolve().parents[2] / "docs/howto/components.md").read_text()
REMOTE = """
import pulumi


class Remote(pulumi.ComponentResource):
    def __init__(self, name, props):
        outs = dict.fromkeys(["address", "healthCommand", "vrrpPassword"])
        kind = "havip:components:LoadBalancerPair"
        super().__init__(kind, name, {**outs, **props}, None, remote=True)


class Native(pulumi.CustomResource):
    def __init__(self, kind, name, **props):
        super().__init__(f"havip:index:{kind}", name, props)


zone = "ap-guangzhou-3"
vpc = Native("Vpc", "net", cidrBlock="172.17.0.0/16")
subnet = Native("Subnet", "web", vpcId=vpc.id, cidrBlock="172.17.16.0/24", zone=zone)
server = {"name": "web1", "address": "172.17.16.21", "port": 8080}
pair = Remote("web", {
    "vpcId": vpc.id,
    "subnetId": subnet.id,
    "vip": "172.17.16.3",
    "nodes": [{"privateIp": "172.17.16.7"}, {"privateIp": "172.17.16.13"}],
    "machine": {"imageId": "img-487zeit5", "instanceType": "S5.MEDIUM4", "zone": zone},
    "services": [{"name": "web", "port": 80, "servers": [server]}],
    "eip": True,
    "replaceNodes": True,
    "tags": {"Env_x": "y"},
})
pulumi.export("address", pair.address)
"""
pytestmark = [pytest.mark.pulumi_cli, pytest.mark.soak]


def block(language: str) -> str:
    [text] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def lives_and_goes(stack: Any, members: int = 2, address: str = "172.17.16.3") -> None:
    """Preview, deploy, check that a preview has no changes, and destroy."""
    stack.run("preview")
    stack.up()
    assert outputs(stack) == {"address": address}
    [row] = stack.cli.client.send(api.DescribeHaVips()).ha_vip_set
    assert len(row.ha_vip_association_set) == members
    assert "dynamic/havip" not in stack.state()
    stack.unchanged()
    stack.run("destroy", "--yes", "--skip-preview")
    assert stack.cli.client.send(api.DescribeVpcs()).vpc_set == []


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
def test_a_pair_is_constructed_by_the_plugin(cli: Cli) -> None:
    stack = cli.project("pair", REMOTE)
    lives_and_goes(stack)


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
def test_a_wrong_argument_is_one_line(cli: Cli) -> None:
    stack = cli.project("pair", REMOTE.replace('"172.17.16.13"', '"172.17.16.7"'))
    text = stack.run("preview", ok=False)
    assert "172.17.16.7" in text
    assert "pulumi_havip/" not in text


@YAML
def test_a_pair_in_yaml(cli: Cli) -> None:
    stack = cli.project_of("pair", {"Pulumi.yaml": block("yaml")})
    install(stack)
    lives_and_goes(stack)


@YAML
def test_a_database_cluster_in_yaml(cli: Cli) -> None:
    made = """  net:
    type: havip:Vpc
    properties:
      cidrBlock: 172.17.0.0/16
  subnet:
    type: havip:Subnet
    properties:
      vpcId: ${net.id}
      cidrBlock: 172.17.16.0/24
      zone: ap-guangzhou-3
"""
    program = CLUSTER.replace("resources:\n", f"resources:\n{made}")
    program = program.replace("engine: mariadb\n", "engine: mariadb\n      protect: false\n")
    program = program.replace("vpc-1a2b3c4d", "${net.id}").replace(
        "subnet-1a2b3c4d", "${subnet.id}"
    )
    stack = cli.project_of(
        "pair", {"Pulumi.yaml": f"{program}outputs:\n  address: ${{cluster.address}}\n"}
    )
    install(stack)
    lives_and_goes(stack, address="172.17.16.30")


CLUSTER = """name: pair
runtime: yaml
resources:
  cluster:
    type: havip:components:DatabaseFailoverCluster
    properties:
      engine: mariadb
      vpcId: vpc-1a2b3c4d
      subnetId: subnet-1a2b3c4d
      subnetCidr: 172.17.16.0/24
      vip: 172.17.16.30
      vrrpPassword: f7Kq2xZ9
      nodes:
        - privateIp: 172.17.16.31
        - privateIp: 172.17.16.32
      witness:
        privateIp: 172.17.16.33
      machine:
        imageId: img-487zeit5
        instanceType: S5.MEDIUM4
        zone: ap-guangzhou-3
"""
WRONG = {
    "two machines": (
        "      witness:\n        privateIp: 172.17.16.33\n",
        "",
        "witness: a third machine",
    ),
    "an engine without support": ("engine: mariadb", "engine: oracle", "engine: 'oracle'"),
    "a version without support": (
        "engine: mariadb",
        "engine: postgresql\n      version: 12",
        "version: PostgreSQL 12 is not supported",
    ),
    "nodes in different subnets": ("172.17.16.32", "172.17.17.32", "outside of the subnet"),
    "a witness in the range": ("172.17.16.33", "172.17.16.32", "is also nodes[1]"),
    "the gateway": ("172.17.16.30", "172.17.16.1", "vip: 172.17.16.1 is reserved"),
    "the broadcast address": ("172.17.16.30", "172.17.16.255", "vip: 172.17.16.255 is reserved"),
    "a password of nine bytes": ("f7Kq2xZ9", "ärgerlic", "it has 9 bytes"),
}


@YAML
@pytest.mark.parametrize("case", WRONG)
def test_bad_input_in_yaml_is_refused_in_the_preview(cli: Any, case: str) -> None:
    old, new, said = WRONG[case]
    assert old in CLUSTER
    stack = cli.project_of("pair", {"Pulumi.yaml": CLUSTER.replace(old, new)})
    install(stack)
    text = " ".join(stack.run("preview", ok=False).split())
    assert said in text
    assert "Traceback" not in text, text
    assert "exited prematurely" not in text, text


@TYPESCRIPT
def test_a_pair_in_typescript(cli: Cli) -> None:
    stack = cli.project_of(
        "pair",
        {
            "Pulumi.yaml": SETTINGS.format("nodejs", ""),
            "package.json": json.dumps(PACKAGE),
            "tsconfig.json": json.dumps({"compilerOptions": COMPILER, "files": ["index.ts"]}),
            "index.ts": block("typescript"),
        },
    )
    reachable(stack, "npm", "view", "@pulumi/pulumi", "version")
    install(stack)
    stack.run("package", "add", "havip")
    stack.call("npx", "tsc", "--noEmit", "-p", ".")
    lives_and_goes(stack)


@GO
def test_a_pair_in_go(cli: Cli) -> None:
    stack = cli.project_of(
        "pair",
        {
            "Pulumi.yaml": SETTINGS.format("go", BINARY),
            "go.mod": f"module web\n\ngo 1.25\n\nrequire {' '.join(GO_SDK)}\n",
            "main.go": block("go"),
        },
    )
    install(stack)
    reachable(stack, "go", "mod", "download", "@".join(GO_SDK))
    stack.run("package", "add", "havip")
    stack.call("go", "vet", ".")
    stack.call("go", "build", "-o", "shop", ".")
    lives_and_goes(stack)
