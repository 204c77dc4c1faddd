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
