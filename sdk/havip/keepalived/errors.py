"""The errors of keepalived files.

UsageError
└── KeepalivedError             a keepalived.conf, or what it is made from, is wrong
    └── ParseError              a file cannot be read: file, line and reason
HavipError
└── CheckUnavailableError       this machine cannot run keepalived's own test
"""

from __future__ import annotations

from havip.errors import HavipError, UsageError


class CheckUnavailableError(HavipError):
    """keepalived's own test of a configuration cannot be run here."""


class KeepalivedError(UsageError):
    """A keepalived set-up that cannot work, or a file that is wrong."""


class ParseError(KeepalivedError):
    """A file that cannot be read: `file`, `line` and `reason` say where and why.

    `rule` is the id of the lint rule that explains it.
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
    """The mistakes of a file, in the order in which they were found."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.broken: set[int] = set()
        """The lines whose braces do not match: what belongs to which block is open there."""

    def add_broken(self, reason: str, line: int) -> None:
        """Record a brace that does not match."""
        self.broken.add(line)
        self.add(reason, line)

    def add(self, reason: str, line: int, rule: str = "syntax") -> None:
        """Record a mistake on a line, once."""
        if (reason, line) not in {(error.reason, error.line) for error in self}:
            self.append(ParseError(reason, line=line, file=self.file, rule=rule))

    def check(self) -> None:
        """Raise the first of them, if there is any."""
        if self:
            raise self[0]
