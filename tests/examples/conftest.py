"""The example stacks, on the embedded engine in this process and the emulated cloud."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import io
import json
import runpy
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import havip
from havip import FakeClock
from havip.emulator.control import Control
from havip.emulator.keys import DEFAULT_ACCOUNT
from havip.emulator.mock import mock_havip
from havip.emulator.settings import Settings as CloudSettings
from pulumi_havip.engine import Result, Workspace
from pulumi_havip.engine.inline import serve_dynamic
from pulumi_havip.engine.project import load_project
from pulumi_havip.functions import PROGRAM
from pulumi_havip.handlers import Context, Settings
from pulumi_havip.serving import DEPLOYMENT

EXAMPLES = Path(__file__).parents[2] / "examples"
REGION = "ap-guangzhou"


class CloudClock(FakeClock):
    """A clock whose sleeps move the emulated cloud on as well."""

    def __init__(self, control: Control) -> None:
        super().__init__(control.cloud.clock.time())
        self._cloud = control.cloud

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._cloud.clock.advance(max(0.0, seconds))


class Example:
    """A copy of an example's folder, and the cloud it is deployed to."""

    def __init__(self, folder: Path, control: Control) -> None:
        self.folder, self.control = folder, control
        self.config: dict[str, str] = {}
        self.said: list[Any] = []
        self.client = havip.Client(REGION)

    def workspace(self) -> Workspace:
        """Begin an operation: the provider and the program's look-ups start anew."""
        for shared in (DEPLOYMENT, PROGRAM):
            settings = Settings.model_validate({"region": REGION, "pacing": False})
            shared.use(Context(settings, clock=CloudClock(self.control)))
        self.control.requests.clear()
        project = load_project(self.folder)
        main = str(self.folder / "__main__.py")
        return Workspace(
            dataclasses.replace(project, program=lambda: runpy.run_path(main)),
            "dev",
            config=self.config,
            environment={"PULUMI_CONFIG_PASSPHRASE": "examples"},
            sink=self.said.append,
            servers={"pulumi-python": serve_dynamic},
        )

    def secret(self, key: str, value: str) -> None:
        """Write a secret into the stack's configuration, as `config set --secret` does."""
        workspace = self.workspace()
        workspace.config().set(key, value, workspace.vault())

    def preview(self) -> Result:
        return _succeeded(self.workspace().preview())

    def up(self, **config: str) -> Result:
        self.config |= config
        return _succeeded(self.workspace().up())

    def destroy(self) -> Result:
        return _succeeded(self.workspace().destroy())

    def live(self) -> dict[str, Any]:
        """Take it from nothing through a deployment to a preview without changes.

        Gives the outputs, secrets in plain.
        """
        preview = self.preview()
        assert preview.changed
        made = self.up().counts["create"]
        assert f"Summary {made} created" in (self.folder / "README.md").read_text()
        again = self.preview()
        assert not again.changed, [step for step in again.steps if step.op != "same"]
        return self.outputs()

    def die(self) -> None:
        """Destroy it as its README says, and check that it is protected until then."""
        before = self.left(), self.client.describe_ha_vips().ha_vip_set
        result = self.workspace().destroy()
        assert "protect" in result.error
        assert (self.left(), self.client.describe_ha_vips().ha_vip_set) == before
        self.up(protect="false")
        self.destroy()

    def outputs(self) -> dict[str, Any]:
        """Give the outputs, secrets in plain."""
        deployment = self.workspace().export(show_secrets=True)["deployment"]
        (stack,) = [
            item for item in deployment["resources"] if item["type"] == "pulumi:pulumi:Stack"
        ]
        return {name: _opened(value) for name, value in stack["outputs"].items()}

    def kept(self) -> str:
        """Give all that the stack's state and the engine's events hold, as text."""
        files = [path for path in (self.folder / ".havip").rglob("*") if path.is_file()]
        texts = [path.read_text(errors="replace") for path in files]
        return "\n".join([*texts, *map(repr, self.said)])

    def booted_with(self) -> dict[str, str]:
        """Give the user data that each instance of the cloud has, by its name."""
        rows = self.control.cloud.region(DEFAULT_ACCOUNT, REGION).instances
        return {row.instance_name: base64.b64decode(row.user_data).decode() for row in rows}

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


def _succeeded(result: Result) -> Result:
    assert result.ok, result.error
    return result


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
def example(control: Control, tmp_path: Path) -> Callable[[str], Example]:
    """Copy an example out of the repository, as its users do."""

    def copy(name: str) -> Example:
        folder = tmp_path / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
        return Example(folder, control)

    return copy


@pytest.fixture
def script(control: Control) -> Callable[..., tuple[int, str, str]]:
    """Run a script of examples/sdk as a command; gives its exit code and what it printed."""

    def run(name: str, *arguments: str) -> tuple[int, str, str]:
        module: Mapping[str, Any] = runpy.run_path(str(EXAMPLES / "sdk" / f"{name}.py"))
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = module["main"](list(arguments))
            except SystemExit as end:
                code = end.code
        return int(code or 0), out.getvalue(), err.getvalue()

    return run
