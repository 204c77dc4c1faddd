"""Block connections to Tencent's hosts by other means: aiohttp, urllib3, plain sockets.

Wraps the functions of the standard library that Python clients use to resolve names and connect.
aiohttp and httpcore are blocked one step earlier, as they may use a resolver or proxy of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from havip.emulator.http.controls import Control
from havip.emulator.interception.guard import sitecustomize as guard
from havip.emulator.interception.patch import Patch, UnsupportedRequestError

Top = Callable[[], Control | None]


def patches(top: Top) -> Sequence[Patch]:
    """Build the patches of the standard library."""
    return [_guarded(top, *boundary) for boundary in guard.boundaries()]


def _guarded(top: Top, owner: Any, name: str, hosts: guard.Hosts) -> Patch:
    def guarded(*arguments: Any, **options: Any) -> Any:
        if top() is not None:
            for host in hosts(*arguments, **options):
                _check(host)
        return patch.before(*arguments, **options)

    patch = Patch(owner, name, guarded)
    guarded.__name__ = name
    return patch


def patches_of_aiohttp(top: Top, library: Any) -> Sequence[Patch]:
    """Build the patch of aiohttp, which may use its own resolver."""

    async def connect(connector: Any, request: Any, *arguments: Any, **options: Any) -> Any:
        if top() is not None:
            _check(request.url.host)
        return await patch.before(connector, request, *arguments, **options)

    patch = Patch(library.BaseConnector, "connect", connect)
    return (patch,)


def patches_of_httpcore(top: Top, library: Any) -> Sequence[Patch]:
    """Build the patches of httpcore, whose pools may send a request to a proxy."""

    def handle(pool: Any, request: Any) -> Any:
        if top() is not None:
            _check(request.url.host)
        return sync.before(pool, request)

    async def handle_async(pool: Any, request: Any) -> Any:
        if top() is not None:
            _check(request.url.host)
        return await awaited.before(pool, request)

    sync = Patch(library.ConnectionPool, "handle_request", handle)
    awaited = Patch(library.AsyncConnectionPool, "handle_async_request", handle_async)
    return (sync, awaited)


def _check(host: object) -> None:
    if guard.is_cloud_host(host):
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        raise UnsupportedRequestError(
            f"{name}: mock_havip supports only requests of the packages `requests` and `httpx`; "
            "nothing was sent. For other clients use EmulatorServer, or the fixture havip_server."
        )
