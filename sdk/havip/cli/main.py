"""The entry point of ``havip``: one program, one way to fail."""

from __future__ import annotations

import importlib
import sys

from havip.errors import HavipError


def main() -> None:
    """Run ``havip`` and exit; an error of ours is one line on stderr."""
    try:
        app = importlib.import_module("havip.cli.app").app
    except ImportError as missing:
        sys.exit(f"havip: {missing.name} is not installed; run: pip install 'havip[cli]'")
    from havip.cli._exit import Exit, exit_code

    try:
        app()
    except HavipError as error:
        print(f"havip: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        print("havip: interrupted", file=sys.stderr)  # noqa: T201
        sys.exit(Exit.INTERRUPTED)
