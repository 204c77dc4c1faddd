"""Every block of the documents does what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

import pulumi_havip
from havip.cli.app import app
from havip.emulator.http.server import EmulatorServer
from havip.testing import StackFactory
from tests.docs.documents import ROOT, Block, blocks, every_block

TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
PROGRAMS = [block for block in blocks("python") if block.is_program]
TESTS = [block for block in blocks("python") if block.is_test]
SCRIPTS = [block for block in blocks("python") if not block.is_program and not block.is_test]
RUN_HERE = {"python", "console", "bash", "sh", "text", "yaml"}


def test_a_block_is_run_here_or_names_its_test() -> None:
    for block in every_block():
        if block.kind.startswith("{"):
            continue  # a directive of the site
        if block.test:
            assert (ROOT / block.test.partition("::")[0]).exists(), f"{block}: {block.test}"
        else:
            assert block.kind in RUN_HERE, f"{block}: no test is named for a {block.kind!r} block"


@pytest.mark.parametrize("block", PROGRAMS, ids=str)
def test_a_program_deploys_as_it_stands(
    block: Block, havip_stack: StackFactory, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: web\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(block.text)
    required = re.findall(r"require(?:_secret)?\(\"(\w+)\"\)", block.text)
    keys = {True: "AKIDEXAMPLE", False: "SECRETEXAMPLE"}
    stack = havip_stack(tmp_path, config={name: keys[name.endswith("Id")] for name in required})
    stack.assert_no_drift()


@pytest.mark.process
@pytest.mark.parametrize("block", TESTS, ids=str)
def test_a_test_passes(block: Block, tmp_path: Path) -> None:
    script = tmp_path / "test_block.py"
    script.write_text(block.text)
    run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(script))


@pytest.mark.process
@pytest.mark.parametrize("block", SCRIPTS, ids=str)
def test_a_script_runs_with_no_account(block: Block, tmp_path: Path) -> None:
    script = tmp_path / "block.py"
    script.write_text(block.text)
    run(sys.executable, "-W", "error", str(script))


@pytest.mark.parametrize("block", blocks("bash", "sh", "text", "console"), ids=str)
def test_a_shell_line_names_targets_commands_and_options_that_exist(block: Block) -> None:
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line.removeprefix("$ ").partition("  #")[0], comments=True)
        prompt = block.kind in ("bash", "sh") or line.startswith("$ ")
        if prompt and words[:1] == ["make"]:
            assert words[1] in TARGETS, f"{block}: {line}"
        if prompt and "havip" in words[:2] and words[: words.index("havip")] in ([], ["sudo"]):
            check_command(words[words.index("havip") + 1 :], f"{block}: {line}")


def check_command(words: list[str], where: str) -> None:
    """Check a command line of ``havip`` against the tree of its commands."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if word in ("|", ">", "&&", ";", "&"):
            break
        inner = getattr(command, "commands", {})
        if word in inner:
            command = inner[word]
        elif word.startswith("--"):
            known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
            assert word.partition("=")[0] in {*known, "--help"}, f"{where}: {word}"
        else:
            assert not inner or word.startswith("-"), f"{where}: no command {word}"


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_a_yaml_block_is_yaml(block: Block) -> None:
    assert yaml.safe_load(block.text)


@pytest.mark.process
@pytest.mark.parametrize("block", blocks("console"), ids=str)
def test_a_console_line_runs_against_the_emulator(
    block: Block, havip_server: EmulatorServer, tmp_path: Path
) -> None:
    settings = havip_server.environment | {
        "TENCENTCLOUD_REGION": "ap-guangzhou",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for line in block.text.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                line[2:],
                shell=True,
                capture_output=True,
                text=True,
                env=os.environ | settings,
                cwd=tmp_path,
            )
            assert done.returncode == 0, f"{block}: {line}: {done.stderr}"


def test_every_exported_name_stands_beside_those_of_tencents_packages() -> None:
    page = (ROOT / "docs/howto/move-from-tencent-packages.md").read_text()
    header = (
        "| here | Terraform | `tencentcloud` | `tencentcloud-iac-pulumi` |\n|---|---|---|---|\n"
    )
    table = page.partition(header)[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    assert all(len(row) == 4 for row in rows)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row[0].partition(" (")[0])}
    assert told == {name.removesuffix("_output") for name in pulumi_havip.__all__}


def run(*command: str) -> None:
    clean = {key: value for key, value in os.environ.items() if "TENCENT" not in key}
    done = subprocess.run(command, capture_output=True, text=True, env=clean)
    assert done.returncode == 0, done.stdout + done.stderr
