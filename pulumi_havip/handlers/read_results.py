"""Results of creations, reads and updates, also incomplete ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from havip.errors import HavipError
from pulumi_havip.handlers.errors import UnfinishedError
from pulumi_havip.handlers.model import State
from pulumi_havip.handlers.values import Properties

S = TypeVar("S", bound=State)
GONE: Final[Properties] = {}
"""Result of a read where the resource is gone and its parent still exists."""


@dataclass(frozen=True)
class Reading(Generic[S]):
    """Result of a creation, a read or an update.

    Attributes:
        id: The resource's id.
        state: All of its properties as they are in the cloud.
        inputs: Those of them that are its arguments, for the next comparison.
    """

    id: str
    state: S
    inputs: Properties


class PartialError(HavipError):
    """Something was made and is not as it should be; it belongs into the state all the same.

    Attributes:
        reading: What there is of it.
    """

    def __init__(self, reading: Reading[Any], error: UnfinishedError) -> None:
        super().__init__(str(error))
        self.reading = reading
