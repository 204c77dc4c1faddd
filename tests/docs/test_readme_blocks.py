"""Every block of the README does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def test_no_block_is_of_a_kind_that_no_test_runs() -> None:
    assert {kind for kind, _ in BLOCKS} <= {"python", "console", "bash", "text"}


@pytest.mark.parametrize("text", blocks("python"))
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
