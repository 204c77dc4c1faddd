"""Errors of components: one line with the property, the problem and the next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pulumi
from pydantic import ValidationError

from havip.errors import HavipError


class SetupError(pulumi.RunError):
    """Invalid component configuration; Pulumi prints its one line and no traceback.

    Args:
        owner: The component, such as ``LoadBalancerPair 'web'``.
        reason: The property, what is wrong with it, and how to go on.
    """

    def __init__(self, owner: str, reason: str) -> None:
        super().__init__(f"{owner}: {' '.join(reason.split())}")


@contextmanager
def refusing(owner: str, property: str = "") -> Iterator[None]:
    """Convert an error raised inside the block to a `SetupError` for one property.

    Args:
        owner: The component.
        property: The property; empty if the error itself names it.

    Raises:
        SetupError: Instead of the original error.
    """
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = "".join(f"[{x}]" if isinstance(x, int) else f".{x}" for x in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        where = (property + place).lstrip(".")
        raise SetupError(owner, f"{where}: {reason}" if where else reason) from None
    except HavipError as error:
        raise SetupError(owner, f"{property}: {error}" if property else str(error)) from None
