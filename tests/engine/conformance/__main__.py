"""The program that the Pulumi CLI runs: the one of a case that the environment names."""
# mypy: disable-error-code="import-not-found"

import os

from cases import CASES

programs = CASES[os.environ["CASE"]].programs
programs[int(os.environ.get("PROGRAM", "0"))]()
