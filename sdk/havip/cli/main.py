"""The entry point of ``havip``: one program, one way to fail."""

from __future__ import annotations

import importlib
import os
import sys

from havip.errors import HavipError


def main() -> None:
    """Run ``havip`` and exit; any error is one line on stderr."""
    try:
        app = importlib.import_module("havip.cli.app").app
    except ModuleNotFoundError as missing:
        sys.exit(f"havip: {missing.name} is not installed; run: pip install 'havip[all]'")
    from havip.cli._exit import exit_code

    try:
        app()
    except ModuleNotFoundError as missing:
        sys.exit(f"havip: {missing.name} is not installed; run: pip install 'havip[all]'")
    except HavipError as error:
        _say(str(error))
        sys.exit(exit_code(error))
    except Exception as bug:
        # The border of the process: what nobody foresaw still ends in one line.
        if os.environ.get("HAVIP_DEBUG"):
            raise
        _say(f"internal error, {type(bug).__name__}: {bug} (see all of it with HAVIP_DEBUG=1)")
        sys.exit(1)


def _say(text: str) -> None:
    print(f"havip: {text}", file=sys.stderr)  # noqa: T201
