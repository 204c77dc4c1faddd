"""Local emulator of the HAVIP API, with the rules and error codes of the real service.

Use it inside a test, without a network::

    from havip.emulator import mock_havip

    with mock_havip() as cloud:
        client = havip.Client("ap-guangzhou")
        ...
        cloud.announce("ins-1a2b3c4d", "10.0.0.8")      # simulates a gratuitous ARP

Use it as an HTTP server, for any client (extra ``havip[emulator]``)::

    from havip.emulator import EmulatorServer

    with EmulatorServer() as server:
        client = havip.Client("ap-guangzhou", endpoint=server.url)

`Cloud` holds the state and the rules, `Settings` every behavior that the API documents leave open,
`Control` the faults, rate limits and request log of a mock or a server.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from havip.emulator.cloud import Caller, Cloud
from havip.emulator.errors import ApiFailure
from havip.emulator.http.controls import Control
from havip.emulator.http.faults import Fault
from havip.emulator.interception import UnsupportedRequestError
from havip.emulator.mock import MockHavip, mock_havip
from havip.emulator.state.access_keys import Key, Keys
from havip.emulator.state.events import EventSubscription, HaVipEvent
from havip.emulator.state.settings import Quotas, Settings

if TYPE_CHECKING:
    from havip.emulator.http.server import EmulatorServer

__all__ = [
    "ApiFailure",
    "Caller",
    "Cloud",
    "Control",
    "EmulatorServer",
    "EventSubscription",
    "Fault",
    "HaVipEvent",
    "Key",
    "Keys",
    "MockHavip",
    "Quotas",
    "Settings",
    "UnsupportedRequestError",
    "mock_havip",
]

_RENAMED = {"Refusal": ApiFailure, "UnservedError": UnsupportedRequestError}
"""Names of 0.1.0, removed in 1.0."""


def __getattr__(name: str) -> Any:
    """Import the server on first use, as it needs the extra; resolve the names of 0.1.0."""
    if name == "EmulatorServer":
        from havip.emulator.http.server import EmulatorServer

        return EmulatorServer
    if name in _RENAMED:
        new = _RENAMED[name]
        warnings.warn(
            f"havip.emulator.{name} is now havip.emulator.{new.__name__}; "
            "the old name will be removed in havip 1.0",
            DeprecationWarning,
            stacklevel=2,
        )
        return new
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
