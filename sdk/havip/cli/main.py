"""Entry point of ``havip``, with uniform error handling."""

from __future__ import annotations

import copy
import errno
import importlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from havip.cli._text import printable
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
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller, as by `>&-`
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # escape unencodable characters instead of failing
            stream.reconfigure(errors="backslashreplace")
    try:
        app = importlib.import_module("havip.cli.app").app
        from havip.cli._exit import exit_code

        _needed(app, sys.argv[1:2])()
    except ImportError as missing:
        _say(_missing(missing))
        sys.exit(1)
    except HavipError as error:
        _say(str(error))
        sys.exit(exit_code(error))
    except OSError as error:
        if os.environ.get("HAVIP_DEBUG"):
            raise
        where = error.filename or ("cannot write" if error.errno == errno.ENOSPC else "")
        _say(f"{str(where)[:200]}: {error.strerror or error}".removeprefix(": "))
        sys.exit(1)
    except Exception as bug:
        # Even an unexpected error ends in one line.
        if os.environ.get("HAVIP_DEBUG"):
            raise
        _say(f"internal error, {type(bug).__name__}: {bug} (set HAVIP_DEBUG=1 for the traceback)")
        sys.exit(1)


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
    print(f"havip: {printable(text)}", file=sys.stderr)  # noqa: T201
