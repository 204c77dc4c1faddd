"""Play one history inside the namespaces of a lab: the history on stdin, the result on stdout.

`havip.lab.runs` starts it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from havip.emulator.errors import ApiFailure
from havip.errors import HavipError
from havip.lab.history import History, play


def main() -> None:
    """Play the history that standard input has, in the folder that the command line names."""
    history = History.model_validate_json(sys.stdin.read())
    try:
        result = play(history, Path(sys.argv[1]))
    except (HavipError, ApiFailure) as error:
        print(json.dumps({"error": str(error)}))  # noqa: T201
        return
    print(result.model_dump_json())  # noqa: T201


if __name__ == "__main__":
    main()
