"""Reference page of the command: all commands with their arguments and options, from typer."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer.main

from havip.cli.app import app

INTRODUCTION = """# The `havip` command

Put global options before the name of a command: `havip --debug ls`. \
[Exit codes](exit-codes.md) are the same for all commands.

"""


def page() -> str:
    """Return the page."""
    return INTRODUCTION + "\n".join(_section(*one) for one in _commands(root(), "havip")) + "\n"


def root() -> Any:
    """Return the command with its subcommands."""
    return typer.main.get_command(app)


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield a command and its subcommands, except hidden ones."""
    yield path, command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            yield from _commands(inner, f"{path} {name}")


def _section(path: str, command: Any) -> str:
    text = inspect.cleandoc(command.help or "")
    rows = [_row(param) for param in command.params if not getattr(param, "hidden", False)]
    table = ["| argument or option | meaning |", "| --- | --- |", *rows] if rows else []
    return "\n".join([f"## `{path}`", "", text, "", *table, ""])


def _row(param: Any) -> str:
    if param.param_type_name == "argument":
        name = f"`{(param.metavar or param.name).upper()}`"
    else:
        names = [*param.opts, *getattr(param, "secondary_opts", [])]
        name = ", ".join(f"`{one}`" for one in names)
    text = " ".join((getattr(param, "help", "") or "").split()).replace("|", "\\|")
    return f"| {name} | {text} |"
