"""What a check is, what it finds, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from havip.keepalived.lint import Level

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


class Problem(NamedTuple):
    """Something that a check found.

    Attributes:
        subject: The id of what it is about.
        what: What is wrong with it, in a few words.
        fix: How to mend this one; the check's own advice if left out.
        level: How bad this one is; as the check says if left out.
    """

    subject: str
    what: str
    fix: str = ""
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that does not hold.

    Attributes:
        check: The id of the check.
        level: Whether it is an error or a warning.
        subject: The id of the HAVIP, VPC, interface or file that it is about.
        what: What is wrong.
        why: Why that matters.
        fix: How to mend it.
        source: Who says so.
    """

    check: str
    level: Level
    subject: str
    what: str
    why: str
    fix: str
    source: str

    def __str__(self) -> str:
        return (
            f"{self.level}: {self.subject}: {self.what} [{self.check}] {self.why} Fix: {self.fix}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Give the finding as plain data, for JSON."""
        return asdict(self) | {"level": self.level.value}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A check that could not be made, and why."""

    check: str
    why: str

    def __str__(self) -> str:
        return f"skipped: {self.check}: {self.why}"


Look = Callable[["Facts"], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its id, why it holds, how to mend what breaks it, and who says so.

    Attributes:
        id: Its name.
        level: How bad a finding of it is.
        why: Why it matters.
        fix: How to mend it; ``{subject}`` is the id of what was found.
        source: Who says so.
        ranges: Whether it needs the range of a HAVIP, which the international site does not tell.
        local: Whether it looks at this machine, and is made on a node alone.
    """

    id: str
    level: Level
    why: str
    fix: str
    source: str
    ranges: bool
    local: bool
    look: Look = field(repr=False)

    def findings(self, facts: Facts) -> Iterator[Finding]:
        """Look at the facts."""
        for problem in self.look(facts):
            yield Finding(
                check=self.id,
                level=problem.level or self.level,
                subject=problem.subject,
                what=problem.what,
                why=self.why,
                fix=(problem.fix or self.fix).format(subject=problem.subject),
                source=self.source,
            )


CHECKS: dict[str, Check] = {}
"""All checks by their id."""


def check(
    id: str,
    level: Level,
    *,
    why: str,
    fix: str,
    source: str,
    ranges: bool = False,
    local: bool = False,
) -> Callable[[Look], Look]:
    """Register the function below as a check; its arguments are those of `Check`."""

    def register(look: Look) -> Look:
        CHECKS[id] = Check(id, level, why, fix, source, ranges, local, look)
        return look

    return register
