"""The program that the Pulumi CLI runs: the one of a case that the environment names."""

import os

from cases import CASES

CASES[os.environ["CASE"]].programs[int(os.environ["PROGRAM"])]()
