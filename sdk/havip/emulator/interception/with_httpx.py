"""Answer requests of ``httpx``, sync and async: Tencent's asyncio clients are built on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from havip.emulator.http.controls import Control
from havip.emulator.http.messages import RawAnswer, RawRequest
from havip.emulator.interception.guard.sitecustomize import is_cloud_host
from havip.emulator.interception.patch import Patch, answer


def patches(top: Callable[[], Control | None], httpx: Any) -> Sequence[Patch]:
    """Build the patches of the two transports of ``httpx``."""

    def handle(transport: Any, request: Any) -> Any:
        control = top()
        if control is None or not is_cloud_host(request.url.host):
            return sync.before(transport, request)
        told = answer(control, request.url.host, _raw(request, request.read()))
        if delay := _delay(httpx, control, told, request):
            time.sleep(delay)
        return _response(httpx, told, request)

    async def handle_async(transport: Any, request: Any) -> Any:
        control = top()
        if control is None or not is_cloud_host(request.url.host):
            return await awaited.before(transport, request)
        told = answer(control, request.url.host, _raw(request, await request.aread()))
        if delay := _delay(httpx, control, told, request):
            await import_module("anyio").sleep(delay)  # httpx depends on it
        return _response(httpx, told, request)

    sync = Patch(httpx.HTTPTransport, "handle_request", handle)
    awaited = Patch(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    return (sync, awaited)


def _raw(request: Any, body: bytes) -> RawRequest:
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw]
    target = request.url.raw_path.decode("ascii")
    return RawRequest(request.method, target, headers, body)


def _delay(httpx: Any, control: Control, told: RawAnswer, request: Any) -> float:
    """Return how long to wait in real time; a fake clock is advanced at once."""
    limit = request.extensions.get("timeout", {}).get("read")
    if limit is not None and told.delay >= limit:
        raise httpx.ReadTimeout(f"no response within {limit} s", request=request)
    fake = getattr(control.cloud.clock.base, "sleep", time.sleep)
    if told.delay and fake is not time.sleep:
        fake(told.delay)
        return 0.0
    return told.delay


def _response(httpx: Any, told: RawAnswer, request: Any) -> Any:
    if told.drop:
        raise httpx.RemoteProtocolError(
            "the connection was closed without a response (an injected fault)", request=request
        )
    return httpx.Response(told.status, headers=list(told.headers), content=told.body)
