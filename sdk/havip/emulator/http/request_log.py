"""Log of the emulator's requests for tests, without secrets."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

HIDDEN: Final = "(hidden)"
KEPT: Final = 10_000
"""Number of requests that are kept; older ones are dropped."""

_HUGE: Final = 64 * 1024
_SECRET: Final = frozenset(
    {"LoginSettings", "Password", "UserData", "Token", "SecretKey", "WebIdentityToken"}
)


@dataclass(slots=True)
class Entry:
    """One request and how it ended.

    Attributes:
        time: When it came, in seconds since 1970 of the cloud's clock.
        action: The action, empty where the request did not get so far as to name one.
        service: The product that was called.
        region: The region of the header.
        account: Who called, empty where the signature was refused.
        params: The parameters; the values of those that may hold secrets are not kept.
        code: The error code of the answer, empty where it succeeded.
        request_id: The RequestId of the answer.
        fault: What an ordered fault did to it, empty where none struck.
    """

    time: float
    request_id: str
    action: str = ""
    service: str = ""
    region: str = ""
    account: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    fault: str = ""


class RequestLog:
    """The last requests, oldest first.

    Example::

        [entry.action for entry in control.requests if not entry.code]
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        """Keep one request."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Clear the log."""
        self._entries.clear()


def redacted(params: Mapping[str, Any], size: int = 0) -> Mapping[str, Any]:
    """Return parameters without the values of those that may hold secrets.

    Args:
        params: The parameters.
        size: How many bytes they were; of huge ones only the names are kept.
    """
    if size > _HUGE:
        return dict.fromkeys(params, HIDDEN)
    if _SECRET.isdisjoint(params):
        return params
    return {name: HIDDEN if name in _SECRET else value for name, value in params.items()}
