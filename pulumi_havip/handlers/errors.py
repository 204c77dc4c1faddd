"""The provider's own errors; errors of the API are passed on unchanged.

havip.errors.HavipError
└── ResourceError       the resource cannot be created, read, updated or deleted
        ├── ElsewhereError  it may exist in another region or account
        ├── HeldError       a machine holds the HAVIP that is to be deleted
        ├── InDoubtError    it may exist or still be created, and retrying could create a second one
        └── UnfinishedError it was created, but a later step failed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from havip.errors import HavipError
from pulumi_havip.handlers.property_names import render


class ResourceError(HavipError):
    """A resource cannot be handled in its current state; the message gives the next step."""

    def __str__(self) -> str:
        return render(super().__str__())


class ElsewhereError(ResourceError):
    """The absent resource was created in another region or account, and may exist there."""


class HeldError(ResourceError):
    """A HAVIP cannot be deleted while a machine holds it; the message names the instance."""


class InDoubtError(ResourceError):
    """A creation may still be in progress, and retrying it could create a second resource."""


class UnfinishedError(ResourceError):
    """A resource was created, and a later step of its creation failed.

    Attributes:
        id: The id of the resource.
        cause: The error of the later step.
    """

    def __init__(self, id: str, cause: HavipError) -> None:
        super().__init__(f"{id} was made, but not finished: {cause}")
        self.id = id
        self.cause = cause


def gone_meanwhile(name: str) -> ResourceError:
    """Build the error for a resource that no longer exists after its update."""
    return ResourceError(f"{name} was deleted while it was changed: run `pulumi refresh`")


def message_of(error: BaseException, naming: Callable[[str], str] = str) -> str:
    """Return an error's text in one line, with property names as `naming` writes them."""
    raw = error.args[0] if isinstance(error, ResourceError) and error.args else str(error)
    return render(" ".join(str(raw).split()), naming)


def without_subject(error: BaseException, names: Iterable[str]) -> str:
    """Return an error's text in one line, without the resource's name at its start.

    Args:
        error: The error.
        names: The names that may be at its start, the longest first.
    """
    text = message_of(error)
    for name in names:
        if text.startswith(f"{name}: "):
            return text.removeprefix(f"{name}: ")
    return text
