"""Entry point of ``havip``, with uniform error handling."""

from __future__ import annotations

import contextlib
import copy
import errno
import importlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from havip.cli._exit import Exit, exit_code
from havip.cli._text import printable, printable_line
from havip.errors import HavipError

if TYPE_CHECKING:
    from typer import Typer

EXTRAS = {
    "async": ("httpx",),
    "pulumi": ("pulumi", "grpc", "google"),
    "emulator": ("aiohttp",),
    "exporter": ("prometheus_client", "bcrypt"),
    "lab": ("jinja2", "markupsafe"),
}
"""Import names that each extra installs; all others belong to the extra ``cli``."""


def main() -> None:
    """Run ``havip`` and exit; errors are one line on stderr."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller, as by `>&-`
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # escape unencodable characters instead of failing
            stream.reconfigure(errors="backslashreplace")
    try:
        app = importlib.import_module("havip.cli.app").app
        _needed(app, sys.argv[1:2])()
    except ImportError as missing:
        _say(_missing(missing))
        sys.exit(1)
    except Exception as error:
        code = exit_code(error)
        if code is None and os.environ.get("HAVIP_DEBUG"):
            raise
        text = str(error) if code is not None else _unexpected(error)
        _say(printable_line(text) if isinstance(error, HavipError) else text)
        sys.exit(Exit.FAILED if code is None else code)


def _unexpected(error: Exception) -> str:
    """Return the one line in which even an error of the system, or a bug, ends."""
    if isinstance(error, OSError):
        where = error.filename or ("cannot write" if error.errno == errno.ENOSPC else "")
        return f"{str(where)[:200]}: {error.strerror or error}".removeprefix(": ")
    return f"internal error, {type(error).__name__}: {error} (set HAVIP_DEBUG=1 for the traceback)"


def _needed(app: Typer, words: list[str]) -> Typer:
    """Return the application, with a single group if the first word names one.

    Typer builds every command before it looks for one, in a tenth of a second.
    """
    named = [group for group in app.registered_groups if [group.name] == words]
    if not named:
        return app
    needed = copy.copy(app)
    needed.registered_groups, needed.registered_commands = named, []
    return needed


def _missing(error: ImportError) -> str:
    """Return the error message for a missing module, with the extra that installs it."""
    if not isinstance(error, ModuleNotFoundError):
        return str(error)
    name = (error.name or "").partition(".")[0]
    extra = next((extra for extra, brings in EXTRAS.items() if name in brings), "cli")
    return f"{name} is not installed; run: pip install 'havip[{extra}]'"


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # on a full disk, the exit code still tells the error
        print(f"havip: {printable(text)}", file=sys.stderr)  # noqa: T201
