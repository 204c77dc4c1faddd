"""Read files, standard input and JSON that the user gives to a command."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from havip.errors import UsageError

STDIN = "-"
"""The name of standard input in place of a file."""


def read_input(file: str | Path) -> str:
    """Return the text of a file, or of standard input.

    Raises:
        UsageError: It cannot be read, or is not UTF-8.
    """
    where = "standard input" if str(file) == STDIN else file
    try:
        return sys.stdin.read() if str(file) == STDIN else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{where}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{where}: is not UTF-8 text; save it in that encoding") from None


def parse_json(text: str, where: str) -> Any:
    """Parse JSON.

    Args:
        text: The JSON.
        where: Where it is from, for error messages.

    Raises:
        UsageError: It is not JSON, or is nested too deeply.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise UsageError(f"{where}: the JSON is nested too deeply") from None
    except ValueError as error:
        raise UsageError(f"{where}: invalid JSON: {error}") from None
