"""The example stacks, on the embedded engine in this process and the emulated cloud."""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import runpy
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from havip.emulator.http.controls import Control
from havip.emulator.mock import mock_havip
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT
from havip.emulator.state.settings import Settings as CloudSettings
from pulumi_havip.engine import Result
from pulumi_havip.testing import StackFailedError, StackUnderTest

EXAMPLES = Path(__file__).parents[2] / "examples"
REGION = "ap-guangzhou"


class Example(StackUnderTest):
    """A copy of an example's folder, and the cloud it is deployed to."""

    def __init__(self, folder: Path, state: Path, control: Control) -> None:
        super().__init__(folder, control, state, stack="dev")
        self.folder, self.state = folder, state

    def up(self, **config: str) -> Result:
        self.config |= config
        return super().up()

    def live(self) -> dict[str, Any]:
        """Deploy from nothing to a preview without changes.

        Gives the outputs, secrets in plain.
        """
        preview = self.preview()
        assert preview.changed
        made = self.up().counts["create"]
        assert f"Summary {made} created" in (self.folder / "README.md").read_text()
        again = self.preview()
        assert not again.changed, [step for step in again.steps if step.op != "same"]
        return self.outputs

    def die(self) -> None:
        """Destroy it as its README says, and check that it is protected until then."""
        before = self.left(), self.client.describe_ha_vips().ha_vip_set
        with pytest.raises(StackFailedError, match="protect"):
            self.destroy()
        assert (self.left(), self.client.describe_ha_vips().ha_vip_set) == before
        self.up(protect="false")
        self.destroy()

    def kept(self) -> str:
        """Return all that the stack's state and the engine's events hold, as text."""
        files = [path for path in self.state.rglob("*") if path.is_file()]
        texts = [path.read_text(errors="replace") for path in files]
        return "\n".join([*texts, *map(repr, self.events)])

    def booted_with(self) -> dict[str, str]:
        """Return the user data of each instance of the cloud, by its name."""
        rows = self.control.cloud.region(DEFAULT_ACCOUNT, REGION).instances
        return {row.instance_name: _unpacked(row.user_data) for row in rows}

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


RunScript = Callable[..., tuple[int, str, str]]
"""Runs a script with arguments: its exit code and what it printed."""


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    monkeypatch.setattr("pulumi_havip.engine.crypto._ROUNDS", 1000)  # a million take a second
    mock = mock_havip(settings=CloudSettings(seed=1))
    mock.start()
    try:
        yield mock.control
    finally:
        mock.stop()


@pytest.fixture
def example(control: Control, tmp_path: Path) -> Callable[[str], Example]:
    """Copy an example out of the repository, as its users do."""

    def copy(name: str) -> Example:
        folder = tmp_path / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
        return Example(folder, tmp_path / f"{name}-state", control)

    return copy


@pytest.fixture
def script(control: Control) -> RunScript:
    """Run a script of examples/sdk as a command; return its exit code and what it printed."""

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


def _unpacked(user_data: str) -> str:
    data = base64.b64decode(user_data)
    return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()
