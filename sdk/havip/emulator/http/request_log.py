"""Request log of the emulator, without secrets."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

HIDDEN: Final = "(hidden)"
KEPT: Final = 10_000
"""Maximum number of logged requests; older ones are dropped."""

_HUGE: Final = 64 * 1024
_SECRET: Final = frozenset(
    {"LoginSettings", "Password", "UserData", "Token", "SecretKey", "WebIdentityToken"}
)


@dataclass(slots=True)
class Entry:
    """A logged request and its outcome.

    Attributes:
        time: Time of arrival on the cloud's clock, in seconds since the epoch.
        action: The action, empty if the request was rejected before it was known.
        service: The product called.
        region: The region header.
        account: The account of the caller, empty if the signature was rejected.
        params: The parameters, without values that may be secret.
        code: The error code of the response, empty on success.
        request_id: The RequestId of the response.
        fault: The injected fault, empty if none.
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
    """The latest requests, oldest first.

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
        """Add a request."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Clear the log."""
        self._entries.clear()


def redacted(params: Mapping[str, Any], size: int = 0) -> Mapping[str, Any]:
    """Return parameters without values that may be secret.

    Args:
        params: The parameters.
        size: Size of the body in bytes; for large ones only the names are kept.
    """
    if size > _HUGE:
        return dict.fromkeys(params, HIDDEN)
    if _SECRET.isdisjoint(params):
        return params
    return {name: HIDDEN if name in _SECRET else value for name, value in params.items()}
