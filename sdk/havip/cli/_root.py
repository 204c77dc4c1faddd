"""Options of ``havip`` itself and names of commands: logs, the whole help, aliases."""

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
    """Formats a record as one that steers no terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def log_calls() -> None:
    """Log the calls of the SDK to stderr; what is secret is masked there already."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_SafeFormatter("%(asctime)s %(name)s %(message)s"))
    logger = logging.getLogger("havip")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


def with_hint(alias: str, command: Callable[..., None]) -> Callable[..., None]:
    """Return a command under another tool's name for it, which says the documented name."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        hint(f"hint: 'havip {alias}' is called 'havip {command.__name__}'")
        command(*args, **options)

    return run


def print_all_help(context: typer.Context) -> None:
    """Print the help of every command, in the order of the alphabet."""
    print(f"{context.get_help()}\n")  # noqa: T201
    for name, command in sorted(getattr(context.command, "commands", {}).items()):
        if not command.hidden:
            inner = command.make_context(name, [], parent=context, resilient_parsing=True)
            print("=" * 72)  # noqa: T201
            print_all_help(inner)
