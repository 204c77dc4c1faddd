"""One state folder, used by the embedded engine and the Pulumi CLI in turns."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havip.emulator import EmulatorServer

pytestmark = [
    pytest.mark.soak,
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"),
]
ONE = """
import pulumi, pulumi_havip as havip
vpc = havip.Vpc("one", cidr_block="10.0.0.0/16")
pulumi.export("id", vpc.id)
pulumi.export("secret", pulumi.Output.secret("hush"))
"""
TWO = ONE + 'havip.Vpc("two", cidr_block="10.1.0.0/16")\n'


def test_a_stack_goes_from_one_to_the_other_and_back(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: both\nruntime: python\n")
    with EmulatorServer() as server:
        run = runner(tmp_path, server)
        (tmp_path / "__main__.py").write_text(ONE)
        run("havip", "stack", "init", "-s", "dev")
        run("havip", "stack", "up", "-s", "dev", "--yes")
        run("pulumi", "login", f"file://{tmp_path}")
        at = ("--stack", "dev", "--non-interactive")
        run("pulumi", "preview", "--expect-no-changes", *at)
        assert "succeeded" in run("pulumi", "stack", "history", "--stack", "dev")
        (tmp_path / "__main__.py").write_text(TWO)
        run("pulumi", "up", "--yes", "--skip-preview", *at)
        run("havip", "stack", "preview", "-s", "dev", "--expect-no-changes")
        run("havip", "stack", "refresh", "-s", "dev", "--yes", "--expect-no-changes")
        assert run("havip", "stack", "output", "-s", "dev", "secret", "--show-secrets") == "hush\n"
        run("pulumi", "refresh", "--yes", "--skip-preview", "--expect-no-changes", *at)
        run("havip", "stack", "destroy", "-s", "dev", "--yes")
        run("pulumi", "stack", "rm", "dev", "--yes", "--non-interactive")
        assert run("havip", "stack", "ls") == ""
        assert server.cloud.region("100000000001", "ap-guangzhou").vpcs.ids() == []


PREVIEWED = """
import pulumi, pulumi_havip as havip
class Net(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("shop:index:Net", "net")
        opts = pulumi.ResourceOptions(parent=self)
        self.vpc = havip.Vpc("net", cidr_block="10.0.0.0/16", tags={"team": TEAM}, opts=opts)
        self.register_outputs({})
net = Net()
zone = "ap-guangzhou-3"
subnet = havip.Subnet("web", vpc_id=net.vpc.id, cidr_block="10.0.0.0/24", zone=zone)
havip.HaVip("web", vpc_id=net.vpc.id, subnet_id=subnet.id, vip=VIP)
pulumi.export("secret", pulumi.Output.secret("hush"))
"""
CHANGED = "havip.Eip('new')\n"
GONE = "import pulumi\n"


def test_a_preview_as_json_is_the_clis_field_by_field(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: both\nruntime: python\n")
    program = tmp_path / "__main__.py"
    program.write_text("")
    first = f"TEAM, VIP = 'a', '10.0.0.5'\n{PREVIEWED}"
    with EmulatorServer() as server:
        run = runner(tmp_path, server)
        run("havip", "stack", "init", "-s", "dev")
        run("pulumi", "login", f"file://{tmp_path}")
        for number, text in enumerate(
            (first, first, f"TEAM, VIP = 'b', '10.0.0.6'\n{PREVIEWED}{CHANGED}", GONE)
        ):
            program.write_text(text)
            ours = _steps(run("havip", "stack", "preview", "-s", "dev", "--json"))
            at = ("--stack", "dev", "--non-interactive")
            theirs = _steps(run("pulumi", "preview", *at, "--json"))
            assert ours.keys() == theirs.keys(), number
            for step, told in ours.items():
                assert told == theirs[step], (number, step)
            if number == 0:
                run("havip", "stack", "up", "-s", "dev", "--yes")
        run("havip", "stack", "destroy", "-s", "dev", "--yes")


def _steps(text: str) -> dict[str, Any]:
    """Return a preview without what differs by chance, and the details that only ours has."""
    found: dict[str, Any] = json.loads(text)
    for step in found["steps"]:
        for name in ("detailedDiff", "diffReasons"):
            step.pop(name, None)
        for state in ("oldState", "newState"):
            told = step.get(state, {})
            for name in ("sourcePosition", "stackTrace", "dependencies"):
                told.pop(name, None)
            for values in (told.get("inputs", {}), told.get("outputs", {})):
                values.pop("creation_id", None)
            if step["op"] == "replace":
                told.pop("created", None)
                told.pop("modified", None)
    steps = {f"{step['op']} {step['urn']}": step for step in found["steps"]}
    return {**steps, "changeSummary": found["changeSummary"]}


def runner(folder: Path, server: EmulatorServer) -> Callable[..., str]:
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "HAVIP_"))},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HAVIP_ENDPOINT": server.url,
        "TENCENTCLOUD_REGION": "ap-guangzhou",
        "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
        "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
        "PULUMI_CONFIG_PASSPHRASE": "both",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def run(*words: str) -> str:
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    return run
