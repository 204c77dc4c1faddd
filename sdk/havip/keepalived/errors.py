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
    """A file that cannot be read: `file`, `line` and `reason` say where and why."""

    def __init__(self, reason: str, *, line: int, file: str = "keepalived.conf") -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.reason = reason
        self.line = line
        self.file = file


class Complaints(list[ParseError]):
    """All that is wrong with a file, in the order in which it was found."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file

    def add(self, reason: str, line: int) -> None:
        """Take up what is wrong on a line, once."""
        if (reason, line) not in {(error.reason, error.line) for error in self}:
            self.append(ParseError(reason, line=line, file=self.file))

    def check(self) -> None:
        """Refuse the file for the first of them, if there is any."""
        if self:
            raise self[0]
