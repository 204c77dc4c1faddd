"""The help of every command, as eighty columns show it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from havip.cli.app import app

Shell = Callable[..., Any]


def every(group: Any, *words: str) -> list[tuple[str, ...]]:
    """List every command and group by the words that lead to it."""
    below = getattr(group, "commands", {}).items()
    return [words, *(found for name, one in below for found in every(one, *words, name))]


EVERY = every(typer.main.get_command(app))


@pytest.fixture
def told(shell: Shell, bare: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return the help of a command at a width."""

    def ask(*words: str, columns: int = 80) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERMINAL_WIDTH", str(columns))
        done = shell(*words, "--help")
        assert (done.code, done.err) == (0, "")
        return str(done.out)

    return ask


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_is_plain_untruncated_text(told: Callable[..., str], words: tuple[str, ...]) -> None:
    text = told(*words)
    assert "`" not in text
    _, _, commands = text.partition("\nCommands:\n")
    assert "..." not in commands, "a summary that does not fit into a line"
    assert max(map(len, text.splitlines())) <= 80


def test_the_key_of_the_emulator_can_be_read_in_its_help(told: Callable[..., str]) -> None:
    assert "AKIDEXAMPLE:SECRETEXAMPLE" in told("emulator")
    assert "TENCENTCLOUD_REGION" in told("create")


@pytest.mark.process
def test_a_group_loads_neither_the_api_nor_the_other_commands(tmp_path: Path) -> None:
    """A preview of a small stack takes a second, of which each of these would be a tenth."""
    code = (
        "import sys; sys.argv = ['havip', 'stack', 'ls']\n"
        "from havip.cli.main import main\n"
        "import typer.main\n"
        "build, built = typer.main.get_command_from_info, []\n"
        "def note(command_info, **given):\n"
        "    built.append(command_info.callback.__module__)\n"
        "    return build(command_info, **given)\n"
        "typer.main.get_command_from_info = note\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print('havip.api' in sys.modules, 'havip.credentials' in sys.modules, sorted({*built}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == (
        "False False ['havip.cli.stack', 'havip.cli.stack_config']"
    )
