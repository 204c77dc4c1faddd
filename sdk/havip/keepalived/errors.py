"""Errors of keepalived files.

UsageError
└── KeepalivedError             a keepalived.conf, or an argument of its set-up, is invalid
    └── ParseError              a file cannot be parsed: file, line and reason
HavipError
└── CheckUnavailableError       keepalived's config test cannot run on this machine
"""

from __future__ import annotations

from havip.errors import HavipError, UsageError


class CheckUnavailableError(HavipError):
    """keepalived's config test cannot run on this machine."""


class KeepalivedError(UsageError):
    """An invalid keepalived set-up or file."""


class ParseError(KeepalivedError):
    """A file cannot be parsed; see `file`, `line` and `reason`.

    `rule` is the id of the corresponding lint rule.
    """

    def __init__(
        self, reason: str, *, line: int, file: str = "keepalived.conf", rule: str = "syntax"
    ) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.reason = reason
        self.line = line
        self.file = file
        self.rule = rule


class Complaints(list[ParseError]):
    """The errors of a file, in the order of detection."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.broken: set[int] = set()
        """Lines with unbalanced braces, where the nesting is ambiguous."""

    def add_broken(self, reason: str, line: int) -> None:
        """Record an unbalanced brace."""
        self.broken.add(line)
        self.add(reason, line)

    def add(self, reason: str, line: int, rule: str = "syntax") -> None:
        """Record an error on a line; ignore duplicates."""
        if (reason, line) not in {(error.reason, error.line) for error in self}:
            self.append(ParseError(reason, line=line, file=self.file, rule=rule))

    def check(self) -> None:
        """Raise the first error, if any."""
        if self:
            raise self[0]
