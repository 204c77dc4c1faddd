"""Pin all dependencies, with hashes: `make lock`.

requirements/run.txt has the dependencies of the product and its build, requirements/dev.txt these
and those of tests, documents, benchmarks and releases. Both are valid for every supported Python
and system, and contain no package index.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "requirements"
RUN: Final = ("--all-extras",)
DEV: Final = ("--group", "dev", "--group", "docs", "--group", "bench", "--group", "release")
FORM: Final = ("--universal", "--generate-hashes", "--no-header", "--no-annotate")
OLDEST: Final = "3.11.7"


def lock(name: str, *what: str, upgrade: bool) -> None:
    """Write one file of pinned requirements; existing pins are kept unless `upgrade` is set."""
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet"]
    sources = ["pyproject.toml", "requirements/build.in"]
    command = [*uv, *sources, *what, *FORM, "-p", OLDEST, "-o", f"requirements/{name}"]
    subprocess.run([*command, *(["--upgrade"] if upgrade else [])], check=True, cwd=ROOT)


def main(arguments: list[str]) -> None:
    """Write both files, with the same versions for shared dependencies."""
    upgrade = "--upgrade" in arguments
    lock("dev.txt", *RUN, *DEV, upgrade=upgrade)
    lock("run.txt", *RUN, "-c", "requirements/dev.txt", upgrade=upgrade)


if __name__ == "__main__":
    main(sys.argv[1:])
