"""Global options of ``havip``: logging, complete help, aliases."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from typing import Any

import typer

from havip.cli._output import hint
from havip.cli._text import printable


class _SafeFormatter(logging.Formatter):
    """Formats log records without unsafe characters."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def log_calls() -> None:
    """Log the SDK's calls to stderr; the SDK masks secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_SafeFormatter("%(asctime)s %(name)s %(message)s"))
    logger = logging.getLogger("havip")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


def with_hint(alias: str, command: Callable[..., None]) -> Callable[..., None]:
    """Return a command under an alias, with a hint at its documented name."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        hint(f"hint: the command 'havip {alias}' is called 'havip {command.__name__}'")
        command(*args, **options)

    return run


def print_all_help(context: typer.Context) -> None:
    """Print the help of every command in alphabetical order."""
    print(f"{context.get_help()}\n")  # noqa: T201
    for name, command in sorted(getattr(context.command, "commands", {}).items()):
        if not command.hidden:
            inner = command.make_context(name, [], parent=context, resilient_parsing=True)
            print("=" * 72)  # noqa: T201
            print_all_help(inner)
