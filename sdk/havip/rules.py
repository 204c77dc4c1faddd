"""Rules, and what they find: the framework behind ``keepalived lint`` and ``doctor``.

A rule is a generator function that is registered with its reason, its fix and its source; it looks
at one subject (a parsed file, the facts about a HAVIP) and yields a `Problem` for each breach.

Example:
    >>> RULES = Registry[str]()
    >>> loud = {"reason": "It is loud.", "fix": "Use lower case.", "source": "the style guide"}
    >>> @RULES.rule("upper", Severity.WARNING, **loud)
    ... def _upper(text: str) -> Iterator[Problem]:
    ...     if text.isupper():
    ...         yield Problem(f"{text} is in upper case", line=1)
    >>> [str(found) for found in RULES["upper"].findings("EXIT", "a.txt")]
    ['warning: a.txt:1: EXIT is in upper case [upper] It is loud. Fix: Use lower case.']
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

S = TypeVar("S")


class Severity(StrEnum):
    """Severity of a finding."""

    ERROR = "error"
    """The pair will not fail over, or will not do what its configuration says."""
    WARNING = "warning"
    """It works until something else happens."""


class Problem(NamedTuple):
    """A breach of a rule, as the rule's function reports it.

    Attributes:
        message: What is wrong, in a few words.
        line: The line of the file; 0 if unknown.
        subject: The file or the id that it is about; the one under test if left out.
        fix: How to fix this one; the rule's own advice if left out.
        severity: How bad this one is; as the rule says if left out.
    """

    message: str
    line: int = 0
    subject: str = ""
    fix: str = ""
    severity: Severity | None = None


_RENAMED: Final = {
    "level": "severity",
    "file": "subject",
    "check": "rule",
    "what": "message",
    "why": "reason",
}
"""Attributes of 0.1.0 and their names since."""


class _Renamed:
    """Answers to the attribute names of 0.1.0."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            new = _RENAMED.get(name)
            if new is None or new not in self.__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            warnings.warn(
                f"{type(self).__name__}.{name} is called {new} now",
                DeprecationWarning,
                stacklevel=2,
            )
            return getattr(self, new)


@dataclass(frozen=True, slots=True)
class Finding(_Renamed):
    """A rule that does not hold, and where.

    Attributes:
        rule: The id of the rule.
        severity: Whether it is an error or a warning.
        subject: The file, or the id of the HAVIP, VPC or interface, that it is about.
        line: The line of the file; 0 if unknown.
        message: What is wrong.
        reason: Why that matters.
        fix: How to fix it.
        source: Where the rule comes from.
        since: The first version of keepalived for which the rule holds; empty for any.
    """

    rule: str
    severity: Severity
    subject: str
    line: int
    message: str
    reason: str
    fix: str
    source: str
    since: str = ""

    @property
    def where(self) -> str:
        """The subject, with the line where there is one."""
        return f"{self.subject}:{self.line}" if self.line else self.subject

    def __str__(self) -> str:
        return (
            f"{self.severity}: {self.where}: {self.message} [{self.rule}] "
            f"{self.reason} Fix: {self.fix}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, for JSON."""
        return asdict(self) | {"severity": self.severity.value}


Look: TypeAlias = Callable[[S], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule(_Renamed, Generic[S]):
    """A rule.

    Attributes:
        id: Its name.
        severity: How bad its findings are.
        reason: Why it holds.
        fix: How to fix a breach; ``{subject}`` stands for what the finding is about.
        source: Where it comes from.
        since: The first version of keepalived for which it holds; empty for any.
        needs: What must be known besides the subject itself; empty for nothing.
    """

    id: str
    severity: Severity
    reason: str
    fix: str
    source: str
    since: str
    needs: str
    look: Look[S] = field(repr=False)

    def findings(self, subject: S, name: str = "") -> Iterator[Finding]:
        """Yield a finding for each breach.

        Args:
            subject: What the rule looks at.
            name: The file or id that a problem is about where it does not say so itself.
        """
        for problem in self.look(subject):
            yield self.finding(problem, name)

    def finding(self, problem: Problem, name: str = "") -> Finding:
        """Return the finding for one breach of this rule."""
        about = problem.subject or name
        return Finding(
            rule=self.id,
            severity=problem.severity or self.severity,
            subject=about,
            line=problem.line,
            message=problem.message,
            reason=self.reason,
            fix=problem.fix or self.fix.replace("{subject}", about),
            source=self.source,
            since=self.since,
        )


class RuleRegistry(dict[str, Rule[S]]):
    """The rules on one kind of subject, by id."""

    def rule(
        self,
        id: str,
        severity: Severity,
        *,
        reason: str,
        fix: str,
        source: str,
        since: str = "",
        needs: str = "",
    ) -> Callable[[Look[S]], Look[S]]:
        """Register the function below; the arguments are those of `Rule`."""

        def register(look: Look[S]) -> Look[S]:
            if id in self:
                raise ValueError(f"two rules have the id {id!r}")
            self[id] = Rule(id, severity, reason, fix, source, since, needs, look)
            return look

        return register
