"""Errors of components: one line that names the property, the problem and the next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pulumi
from pydantic import ValidationError

from havip.errors import HavipError


class SetupError(pulumi.RunError):
    """A set-up that cannot work; Pulumi prints its one line and no traceback.

    Args:
        owner: The component, such as ``LoadBalancerPair 'web'``.
        reason: The property, what is wrong with it, and how to go on.
    """

    def __init__(self, owner: str, reason: str) -> None:
        super().__init__(f"{owner}: {' '.join(reason.split())}")


@contextmanager
def refusing(owner: str, property: str = "") -> Iterator[None]:
    """Report an error from below a component as an error of one of its properties.

    Args:
        owner: The component.
        property: The property; empty where the error itself names it.

    Raises:
        SetupError: In place of it.
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
        raise SetupError(owner, f"{property}: {error}") from None
