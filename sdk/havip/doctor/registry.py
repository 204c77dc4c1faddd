"""Registry of the checks of `havip.doctor`, and the sources that they cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from havip.rules import RuleRegistry

if TYPE_CHECKING:
    from havip.doctor.facts import Facts

OVERVIEW: Final = "https://cloud.tencent.com/document/product/215/36691"
CREATE: Final = "https://cloud.tencent.com/document/product/215/36694"
BIND_EIP: Final = "https://cloud.tencent.com/document/product/215/53706"
QUOTAS: Final = "https://cloud.tencent.com/document/product/215/20093"
GUIDE: Final = "https://cloud.tencent.com/document/product/215/20186"
SECURITY_GROUPS: Final = "https://cloud.tencent.com/document/product/215/20089"
MEASURED: Final = "measured with keepalived 2.2.7 on two nodes"
INFERRED: Final = "inferred from the API's documents, which do not say it in these words"

RANGE: Final = "range"
"""Checks that need the range, which the international site does not return."""
NODE: Final = "node"
"""Checks of the machine that they run on."""

DATABASE: Final = "database"
"""Requirement of a check of a database cluster, seen from one of its machines or from outside."""

CHECKS: RuleRegistry[Facts] = RuleRegistry()
"""All checks by id."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A check that could not run.

    Attributes:
        check: The id of the check.
        why: The reason.
    """

    check: str
    why: str

    def __str__(self) -> str:
        return f"skipped: {self.check}: {self.why}"
