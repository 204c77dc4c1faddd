"""Results of creations, reads and updates, including incomplete ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from havip.errors import HavipError
from pulumi_havip.handlers.errors import UnfinishedError
from pulumi_havip.handlers.model import State
from pulumi_havip.handlers.values import Properties

S = TypeVar("S", bound=State)
GONE: Final[Properties] = {}
"""Result of a read if the resource is absent while its parent still exists."""


@dataclass(frozen=True)
class Reading(Generic[S]):
    """Result of a creation, a read or an update.

    Attributes:
        id: The resource's id.
        state: All properties as they are in the cloud.
        inputs: The properties that are arguments, for the next comparison.
    """

    id: str
    state: S
    inputs: Properties


class PartialError(HavipError):
    """A resource was created but is not finished; it must be stored in the state.

    Attributes:
        reading: The resource as far as it is known.
    """

    def __init__(self, reading: Reading[Any], error: UnfinishedError) -> None:
        super().__init__(str(error))
        self.reading = reading
