"""The provider's own errors; those of the API stay as they are.

havip.errors.HavipError
└── ResourceError       the resource cannot be made, read, changed or deleted as things stand
    ├── ElsewhereError  it may exist in another region or account than the one looked at
    └── HeldError       a guest holds the HAVIP that is to go
"""

from __future__ import annotations

from havip.errors import HavipError


class ResourceError(HavipError):
    """A resource cannot be handled as things stand; the text says how to go on."""


class ElsewhereError(ResourceError):
    """What is absent here was made in another region or account, so it may exist there."""


class HeldError(ResourceError):
    """A HAVIP cannot be deleted while a guest holds it; the text names the instance."""
