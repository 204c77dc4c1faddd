"""Run a command until standard input is closed, so that no plugin outlives a killed engine.

The file is run by its path with an interpreter that has only the standard library.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

_PATIENCE = 2.0


def _end_with_engine(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 4096):
        pass
    child.terminate()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()


def main() -> None:
    """Run the command in the arguments, and exit with its exit code."""
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_engine, args=(child,), daemon=True).start()
    code = child.wait()
    os._exit(code if code >= 0 else 1)


if __name__ == "__main__":
    main()
