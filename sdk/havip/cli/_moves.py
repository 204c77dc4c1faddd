"""Recent moves of HAVIPs, and detection of flapping and split brain."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

WINDOW: Final = 60.0
"""Length of the sliding window in seconds."""
MANY: Final = 3
"""Number of moves within the window that counts as flapping."""


class MoveAlert(NamedTuple):
    """Too many moves of a HAVIP.

    Attributes:
        kind: ``split-brain`` if two holders alternate, else ``flapping``.
        holders: The holders in the order of their first move.
        moves: The number of moves.
        seconds: The period of the moves in seconds.
    """

    kind: str
    holders: tuple[str, ...]
    moves: int
    seconds: float


class Moves:
    """The recent moves of one HAVIP.

    Example:
        >>> moves = Moves("ins-a")
        >>> [moves.record(at, to) for at, to in ((2, "ins-b"), (6, "ins-a"))]
        [None, None]
        >>> moves.record(11, "ins-b").kind
        'split-brain'
    """

    def __init__(self, holder: str) -> None:
        self._holders = deque([holder])
        self._times: deque[float] = deque()
        self._reported_at = float("-inf")

    def record(self, at: float, holder: str) -> MoveAlert | None:
        """Record a move; return the diagnosis, at most once per window."""
        self._times.append(at)
        self._holders.append(holder)
        while at - self._times[0] > WINDOW:
            self._times.popleft()
            self._holders.popleft()
        if len(self._times) < MANY or at - self._reported_at < WINDOW:
            return None
        self._reported_at = at
        held = tuple(dict.fromkeys(one for one in self._holders if one))
        # Two alternating holders both announce the address; otherwise it is released in between.
        alternate = len(held) == 2 and "" not in self._holders
        kind = "split-brain" if alternate else "flapping"
        return MoveAlert(kind, held, len(self._times), at - self._times[0])
