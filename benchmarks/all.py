"""Run all benchmarks, each against its peer in the same run; exit with 1 if a bar is missed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the other programs in this folder one by one, and print which missed a bar."""
    missed = []
    for program in sorted(HERE.glob("*.py")):
        if program.name == Path(__file__).name or program.name.startswith("_"):
            continue
        print(f"\n== {program.stem}", flush=True)
        if subprocess.run([sys.executable, str(program)], check=False).returncode:
            missed.append(program.stem)
    print(f"\nbars missed in: {', '.join(missed)}" if missed else "\nevery bar held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
