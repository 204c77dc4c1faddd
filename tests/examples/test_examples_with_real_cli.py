"""Example stacks under the real Pulumi CLI, against the emulator's own process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import havip

pytestmark = [
    pytest.mark.soak,
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"),
]
EXAMPLES = Path(__file__).parents[2] / "examples"


class Stack:
    """An example that `pulumi new` copied, and all that the CLI printed about it."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        self.endpoint = endpoint
        self.printed = ""
        (folder / "state").mkdir()
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "passphrase",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
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

    def pulumi(self, *words: str, ok: bool = True, secret: bool = False) -> str:
        where = self.folder / "shop"
        done = subprocess.run(
            ["pulumi", *words, "--non-interactive"],
            cwd=where if where.exists() else self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        if not secret:
            self.printed += done.stdout + done.stderr
        return done.stdout + (done.stderr if not secret else "")

    def copy(self, example: str) -> None:
        """Create a project from an example, as the READMEs say."""
        source = self.folder / "clone" / example
        shutil.copytree(EXAMPLES / example, source, ignore=shutil.ignore_patterns("__pycache__"))
        target = str(self.folder / "shop")
        self.pulumi("new", str(source), "--generate-only", "--yes", "--dir", target, "-n", "shop")
        # What `pulumi install` would make, from a registry, has the same packages.
        (self.folder / "shop" / "venv").symlink_to(sys.prefix)
        self.pulumi("stack", "init", "dev")

    def kept(self) -> str:
        """Return the text of every file of the backend, and of the project's settings."""
        files = [*(self.folder / "state").rglob("*"), *(self.folder / "shop").glob("*.yaml")]
        return "\n".join(path.read_text(errors="replace") for path in files if path.is_file())

    def control(self, verb: str, **arguments: Any) -> Any:
        """Turn one of the emulator's controls."""
        answer = requests.post(f"{self.endpoint}/_havip/{verb}", json=arguments, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def left(self) -> int:
        client = self.client
        counts = (client.describe_ha_vips, client.describe_instances, client.describe_vpcs)
        return sum(count().total_count for count in counts)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    command = [sys.executable, "-c", "from havip.cli.main import main; main()", "emulator"]
    server = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield Stack(tmp_path, server.stdout.readline().split()[-1])
    finally:
        server.terminate()
        server.communicate(timeout=20)


@pytest.mark.parametrize("name", ["db-postgresql", "db-mariadb", "lb-ha-pair", "havip-route"])
def test_a_copied_example_goes_through_its_life_cycle_and_shows_no_password(
    stack: Stack, name: str
) -> None:
    stack.copy(name)
    stack.pulumi("preview", "--diff")
    stack.pulumi("up", "--yes", "--skip-preview")
    stack.pulumi("preview", "--expect-no-changes")
    stack.pulumi("refresh", "--yes", "--skip-preview")
    deployment: Any = json.loads(stack.pulumi("stack", "export", "--show-secrets", secret=True))
    drawn = [
        json.loads(item["outputs"]["value"]["plaintext"])
        for item in deployment["deployment"]["resources"]
        if item["type"].endswith(":Password")
    ]
    assert len(drawn) == (2 if name.startswith("db") else 1)
    refused = stack.pulumi("destroy", "--yes", ok=False)
    assert "protected" in refused
    before = stack.left()
    assert before == (5 if name.startswith("db") else 4)
    stack.pulumi("config", "set", "protect", "false")
    stack.pulumi("up", "--yes", "--skip-preview")
    stack.pulumi("destroy", "--yes", "--skip-preview")
    assert stack.left() == 0
    for password in drawn:
        assert password not in stack.printed
        assert password not in stack.kept()


def test_the_node_that_holds_the_address_is_replaced_last(stack: Stack) -> None:
    stack.copy("lb-ha-pair")
    program = stack.folder / "shop" / "__main__.py"
    text = program.read_text().replace("eip=True,", "replace_nodes=True, settle_seconds=0,")
    program.write_text(text)
    stack.pulumi("config", "set", "protect", "false")
    stack.pulumi("up", "--yes", "--skip-preview")
    for advert_int, (other, holder) in [(2, ("lb-a", "lb-b")), (3, ("lb-b", "lb-a"))]:
        rows = stack.client.describe_instances().instance_set
        (id,) = [row.instance_id for row in rows if row.instance_name == holder]
        stack.control("announce", sender=id, vip="172.17.16.3")
        stack.pulumi("preview", "--expect-no-changes")
        program.write_text(text.replace("services=", f"advert_int={advert_int}, services="))
        stack.control("requests", clear=True)
        stack.pulumi("up", "--yes", "--skip-preview")
        calls = stack.control("requests")["requests"]
        made = [call["params"] for call in calls if call["action"] == "RunInstances"]
        assert [params["InstanceName"] for params in made] == [other, holder]
    stack.pulumi("destroy", "--yes", "--skip-preview")
    assert stack.left() == 0


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (
            "address",
            "10.0.0.1",
            "vip: 10.0.0.1 is outside of the subnet 172.17.16.0/24: take one from 172.17.16.2 to "
            "172.17.16.254, since a HAVIP moves within one subnet only",
        ),
        ("address", "172.17.16.7", "nodes[0].private_ip: 172.17.16.7 is also vip: give each its"),
    ],
)
def test_a_refusal_is_one_line(stack: Stack, key: str, value: str, reason: str) -> None:
    stack.copy("lb-ha-pair")
    stack.pulumi("config", "set", key, value)
    printed = stack.pulumi("preview", ok=False)
    assert f"LoadBalancerPair 'lb': {reason}" in printed
    assert "Traceback" not in printed
