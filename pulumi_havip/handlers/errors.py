"""The provider's own errors; those of the API stay as they are.

havip.errors.HavipError
└── ResourceError       the resource cannot be made, read, changed or deleted as things stand
    ├── ElsewhereError  it may exist in another region or account than the one looked at
    ├── HeldError       a guest holds the HAVIP that is to go
    ├── InDoubtError    it may have been made, or be made any moment, and cannot be sent again
    └── UnfinishedError it was made, but is not as it should be
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from havip.errors import HavipError
from pulumi_havip.handlers.property_names import render


class ResourceError(HavipError):
    """A resource cannot be handled as things stand; the text says how to go on."""

    def __str__(self) -> str:
        return render(super().__str__())


class ElsewhereError(ResourceError):
    """The absent resource was created in another region or account, and may exist there."""


class HeldError(ResourceError):
    """A HAVIP cannot be deleted while a guest holds it; the text names the instance."""


class InDoubtError(ResourceError):
    """A creation may still be under way, and sending it again could make a second one."""


class UnfinishedError(ResourceError):
    """Something was made, and a later step of its creation failed.

    Attributes:
        id: The id of what was made.
        cause: What failed.
    """

    def __init__(self, id: str, cause: HavipError) -> None:
        super().__init__(f"{id} was made, but not finished: {cause}")
        self.id = id
        self.cause = cause


def gone_meanwhile(name: str) -> ResourceError:
    """Build the error for a resource that does not exist any more after its update."""
    return ResourceError(f"{name} was deleted while it was changed: run `pulumi refresh`")


def message_of(error: BaseException, naming: Callable[[str], str] = str) -> str:
    """Return an error's text in one line, with property names as `naming` writes them."""
    raw = error.args[0] if isinstance(error, ResourceError) and error.args else str(error)
    return render(" ".join(str(raw).split()), naming)


def without_subject(error: BaseException, names: Iterable[str]) -> str:
    """Return an error's text in one line, without the resource's name in front of it.

    Args:
        error: The error.
        names: The names under which it may stand there, the longest first.
    """
    text = message_of(error)
    for name in names:
        if text.startswith(f"{name}: "):
            return text.removeprefix(f"{name}: ")
    return text
