"""The help of every command, as eighty columns show it."""

from __future__ import annotations

from collections.abc import Callable
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
