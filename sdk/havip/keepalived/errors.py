"""The errors of keepalived files.

HavipError
└── KeepalivedError: anything wrong with a keepalived.conf or with what it is made from
    └── ParseError: a file that cannot be read, with its line
"""

from __future__ import annotations

from havip.errors import HavipError


class KeepalivedError(HavipError):
    """A keepalived set-up that cannot work, or a file that is wrong."""


class ParseError(KeepalivedError):
    """A file that cannot be read: `file`, `line` and `reason` say where and why."""

    def __init__(self, reason: str, *, line: int, file: str = "keepalived.conf") -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.reason = reason
        self.line = line
        self.file = file
