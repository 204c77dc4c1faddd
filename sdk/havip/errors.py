"""The errors of havip.

HavipError
└── (filled in below as rooms need them)
"""

from __future__ import annotations


class HavipError(Exception):
    """Any error that havip raises on purpose; its text is one line for a person."""
