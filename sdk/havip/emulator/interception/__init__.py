"""Intercept requests of this process and its children to Tencent's API under `mock_havip`.

Requests to Tencent's hosts through ``requests`` and ``httpx``, which all of Tencent's own Python
clients use, are handled in process; other ways to them (aiohttp, urllib3, plain sockets) raise an
error. Other hosts are not affected.

- `active`: the stack of active mocks, and the patches applied while it is not empty.
- `with_requests`, `with_httpx`: responses for these libraries.
- `boundary`: blocks every other way.
- `children`: environment and local server for child processes.
"""

from __future__ import annotations

from havip.emulator.interception.active import ACTIVE
from havip.emulator.interception.patch import UnsupportedRequestError

__all__ = ["ACTIVE", "UnsupportedRequestError"]
