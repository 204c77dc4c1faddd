"""Intercept what this process and its children send to Tencent's API while `mock_havip` runs.

Tencent's hosts are answered in process for ``requests`` and ``httpx``, which all of Tencent's own
Python clients use; every other way to them (aiohttp, urllib3, plain sockets) is refused. Other
hosts are left alone.

- `active`: the mocks that run, and the patches that are applied while there are any.
- `with_requests`, `with_httpx`: how these libraries are answered.
- `boundary`: refuses everything else.
- `children`: environment and local server for processes that are started meanwhile.
"""

from __future__ import annotations

from havip.emulator.interception.active import ACTIVE
from havip.emulator.interception.patch import UnsupportedRequestError

__all__ = ["ACTIVE", "UnsupportedRequestError"]
