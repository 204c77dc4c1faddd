"""Every block of the README does what it says."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pulumi_havip
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.testing import StackFactory

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def test_no_block_is_of_a_kind_that_no_test_runs() -> None:
    here = {"python", "console", "bash", "text"}
    with_the_pulumi_cli = {"yaml", "typescript", "go"}  # tests/pulumi/test_other_languages.py
    assert {kind for kind, _ in BLOCKS} <= here | with_the_pulumi_cli


def programs() -> list[str]:
    """Return the blocks that are programs of stacks."""
    return [text for text in blocks("python") if "pulumi.export(" in text]


@pytest.mark.parametrize("text", programs())
def test_a_program_deploys_as_it_stands(
    text: str, havip_stack: StackFactory, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: web\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(text)
    stack = havip_stack(tmp_path)
    assert stack.outputs == {"address": "172.17.16.3"}
    assert len(stack.client.describe_ha_vips().ha_vip_set) == 1


def test_the_key_of_the_emulator_is_told() -> None:
    settings = f"TENCENTCLOUD_SECRET_ID={DEFAULT_SECRET_ID}", f"_KEY={DEFAULT_SECRET_KEY}\n"
    assert all(setting in README for setting in settings)


@pytest.mark.parametrize("text", [text for text in blocks("python") if text not in programs()])
def test_a_python_block_runs_with_no_account(text: str, tmp_path: Path) -> None:
    script = tmp_path / "block.py"
    script.write_text(text)
    clean = {key: value for key, value in os.environ.items() if "TENCENT" not in key}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], capture_output=True, text=True, env=clean
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", blocks("bash"))
def test_a_make_block_names_targets_there_are(text: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for line in text.splitlines():
        if line.startswith("make "):
            assert line.split()[1] in targets


def test_the_parts_printed_from_the_code_are_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generated", ROOT / "tests/docs/generated.py")
    assert spec
    assert spec.loader
    generated = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generated)
    assert generated.filled(README) == README, "run: python tests/docs/generated.py"


@pytest.mark.parametrize("text", blocks("console"))
def test_a_console_block_runs_against_the_emulator(text: str, havip_server: EmulatorServer) -> None:
    settings = havip_server.environment | {
        "TENCENTCLOUD_REGION": "ap-guangzhou",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for line in text.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                line[2:], shell=True, capture_output=True, text=True, env=os.environ | settings
            )
            assert done.returncode == 0, f"{line}: {done.stderr}"


def test_every_exported_name_stands_beside_those_of_tencents_packages() -> None:
    header = "| here | `tencentcloud` | `tencentcloud-iac-pulumi` |\n|---|---|---|\n"
    table = README.partition(header)[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    assert all(len(row) == 3 for row in rows)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row[0].partition(" (")[0])}
    assert told == {name.removesuffix("_output") for name in pulumi_havip.__all__}
