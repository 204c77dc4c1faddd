"""Reference page of the checks of `havip doctor`, from the registry."""

from __future__ import annotations

from havip.doctor import CHECKS
from tools.generators.lint_rules import section

INTRODUCTION = """# Doctor checks

`havip doctor` runs these checks: see \
[Find out why a HAVIP would not fail over](../howto/doctor.md). `havip doctor --checks` prints the \
same list. In a fix, `{subject}` stands for the id or the file that the finding is about.

"""


def page() -> str:
    """Return the page."""
    return INTRODUCTION + "\n".join(section(CHECKS[one]) for one in sorted(CHECKS))
