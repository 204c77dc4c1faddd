"""Play one history in the namespaces of a lab: history on stdin, result on stdout.

Started by `havip.lab.runs`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from havip.emulator.errors import ApiFailure
from havip.errors import HavipError
from havip.lab.history import History, play


def main() -> None:
    """Play the history on standard input in the folder given on the command line."""
    history = History.model_validate_json(sys.stdin.read())
    try:
        result = play(history, Path(sys.argv[1]))
    except (HavipError, ApiFailure) as error:
        print(json.dumps({"error": str(error)}))  # noqa: T201
        return
    print(result.model_dump_json())  # noqa: T201


if __name__ == "__main__":
    main()
