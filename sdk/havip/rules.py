"""Rules and findings: the framework of ``havip keepalived lint`` and ``havip doctor``.

A rule is a generator function that is registered with its reason, fix and source. It checks one
subject (a parsed file, the facts about a HAVIP) and yields a `Problem` for each violation.

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
    """It works until some further event."""


class Problem(NamedTuple):
    """A violation, as yielded by a rule's function.

    Attributes:
        message: The problem, in a few words.
        line: The line of the file; 0 if unknown.
        subject: The file or id that it is about; the one being checked if omitted.
        fix: The fix for this problem; the rule's own if omitted.
        severity: The severity of this problem; the rule's own if omitted.
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
"""Attributes of 0.1.0, with their names since."""


class _Renamed:
    """Deprecated attribute names of 0.1.0."""

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
    """A violation of a rule, with its location.

    Attributes:
        rule: The id of the rule.
        severity: The severity.
        subject: The file, or the id of the HAVIP, VPC or interface, that it is about.
        line: The line of the file; 0 if unknown.
        message: The problem.
        reason: Why it matters.
        fix: How to fix it.
        source: The source of the rule.
        since: The first version of keepalived that the rule applies to; empty for any.
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
        """The subject, with the line if it is known."""
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
    """A rule, with its documentation.

    Attributes:
        id: Its id.
        severity: The severity of its findings.
        reason: Why it matters.
        fix: How to fix a violation; ``{subject}`` stands for the subject of the finding.
        source: The source of the rule.
        since: The first version of keepalived that it applies to; empty for any.
        needs: Further facts that the rule needs; empty for none.
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
        """Yield a finding for each violation.

        Args:
            subject: The subject to check.
            name: The file or id for problems that do not name one.
        """
        for problem in self.look(subject):
            yield self.finding(problem, name)

    def finding(self, problem: Problem, name: str = "") -> Finding:
        """Return the finding for a problem."""
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
    """The rules for one kind of subject, by id."""

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
        """Register the decorated function; the arguments are those of `Rule`."""

        def register(look: Look[S]) -> Look[S]:
            if id in self:
                raise ValueError(f"two rules have the id {id!r}")
            self[id] = Rule(id, severity, reason, fix, source, since, needs, look)
            return look

        return register
