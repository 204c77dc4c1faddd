"""The emulator in place of the cloud, and what drives it.

`LifeCycle` drives one handler at a time, `Cli` the real Pulumi CLI.
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
from havip.emulator.http.controls import Control
from havip.emulator.mock import mock_havip
from havip.emulator.state.settings import Settings as CloudSettings
from pulumi_havip.testing import LifeCycle


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
def life(control: Control) -> LifeCycle:
    return LifeCycle(control)


@pytest.fixture
def place(life: LifeCycle) -> dict[str, Any]:
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
