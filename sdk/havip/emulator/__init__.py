"""The emulator: HAVIP's API served locally, with the rules and errors of the cloud.

In a test, in place of the network::

    from havip.emulator import mock_havip

    with mock_havip() as cloud:
        client = havip.Client("ap-guangzhou")
        ...
        cloud.announce("ins-1a2b3c4d", "10.0.0.8")      # as a guest's gratuitous ARP does

Behind a port, for any client (extra ``havip[emulator]``)::

    from havip.emulator import EmulatorServer

    with EmulatorServer() as server:
        client = havip.Client("ap-guangzhou", endpoint=server.url)

`Cloud` is the state and the rules, `Settings` every choice that the documents leave open,
`Control` the faults, rate limits and request log of a mock or a server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from havip.emulator.control import Control
from havip.emulator.errors import Refusal
from havip.emulator.mock import MockHavip, UnservedError, mock_havip
from havip.emulator.rules.faults import Fault
from havip.emulator.state.access_keys import Key, Keys
from havip.emulator.state.cloud import Caller, Cloud
from havip.emulator.state.settings import Quotas, Settings

if TYPE_CHECKING:
    from havip.emulator.http.server import EmulatorServer

__all__ = [
    "Caller",
    "Cloud",
    "Control",
    "EmulatorServer",
    "Fault",
    "Key",
    "Keys",
    "MockHavip",
    "Quotas",
    "Refusal",
    "Settings",
    "UnservedError",
    "mock_havip",
]


def __getattr__(name: str) -> Any:
    """Load the server when it is asked for: it alone needs the extra ``havip[emulator]``."""
    if name == "EmulatorServer":
        from havip.emulator.http.server import EmulatorServer

        return EmulatorServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
