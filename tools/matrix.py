"""Run the offline tests with each supported Python: `make matrix`.

A missing Python version is reported rather than skipped silently: uv installs those that it can
reach. The exit code is 1 if a test failed, or if only the oldest Python was found.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

SUPPORTED: Final = ("3.11", "3.12", "3.13", "3.14")
OFFLINE: Final = "not soak and not live and not lab and not pulumi_cli"


def run(home: Path, version: str) -> str:
    """Run the tests with one Python version; return the outcome as text."""
    uv, venv = str(home / "bin" / "uv"), home / version
    create = [uv, "venv", "--quiet", "--clear", "--python", version, str(venv)]
    made = subprocess.run(create, check=False, capture_output=True, text=True)
    if made.returncode:
        return f"not found ({made.stderr.strip().splitlines()[-1]})"
    python = str(venv / "bin" / "python")
    install = [uv, "pip", "install", "--quiet", "-p", python, "--no-deps"]
    for what in (["-r", "requirements/dev.txt"], ["-e", "."]):
        if subprocess.run([*install, *what], check=False).returncode:
            return "cannot be installed"
    path = f"{venv / 'bin'}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    test = [python, "-m", "pytest", "-n", "2", "-m", OFFLINE]
    tests = subprocess.run(test, check=False, env={"PATH": path})
    return "FAILED" if tests.returncode else "passed"


def main(home: Path) -> int:
    """Run the matrix and print its table."""
    results = {version: run(home, version) for version in SUPPORTED}
    for version, result in results.items():
        print(f"Python {version}: {result}")
    passed = sum(result == "passed" for result in results.values())
    broken = any(result in ("FAILED", "cannot be installed") for result in results.values())
    return 1 if broken or passed < 2 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
