"""Mock responses for ``httpx``, sync and async: Tencent's asyncio clients are built on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from havip.emulator.http.controls import Control
from havip.emulator.http.messages import RawRequest, RawResponse
from havip.emulator.interception.guard.sitecustomize import is_cloud_host
from havip.emulator.interception.patch import Patch, answer


def patches(top: Callable[[], Control | None], httpx: Any) -> Sequence[Patch]:
    """Build the patches of the sync and the async transport of ``httpx``."""

    def handle(transport: Any, request: Any) -> Any:
        control = top()
        if control is None or not is_cloud_host(request.url.host):
            return sync.before(transport, request)
        response = answer(control, request.url.host, _raw(request, request.read()))
        if delay := _delay(httpx, control, response, request):
            time.sleep(delay)
        return _response(httpx, response, request)

    async def handle_async(transport: Any, request: Any) -> Any:
        control = top()
        if control is None or not is_cloud_host(request.url.host):
            return await awaited.before(transport, request)
        response = answer(control, request.url.host, _raw(request, await request.aread()))
        if delay := _delay(httpx, control, response, request):
            await import_module("anyio").sleep(delay)  # httpx depends on it
        return _response(httpx, response, request)

    sync = Patch(httpx.HTTPTransport, "handle_request", handle)
    awaited = Patch(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    return (sync, awaited)


def _raw(request: Any, body: bytes) -> RawRequest:
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw]
    target = request.url.raw_path.decode("ascii")
    return RawRequest(request.method, target, headers, body)


def _delay(httpx: Any, control: Control, response: RawResponse, request: Any) -> float:
    """Return the delay in real time; a fake clock is advanced immediately."""
    limit = request.extensions.get("timeout", {}).get("read")
    if limit is not None and response.delay >= limit:
        raise httpx.ReadTimeout(f"no response within {limit} s", request=request)
    fake = getattr(control.cloud.clock.base, "sleep", time.sleep)
    if response.delay and fake is not time.sleep:
        fake(response.delay)
        return 0.0
    return response.delay


def _response(httpx: Any, response: RawResponse, request: Any) -> Any:
    if response.drop:
        raise httpx.RemoteProtocolError(
            "the connection was closed without a response (an injected fault)", request=request
        )
    return httpx.Response(response.status, headers=list(response.headers), content=response.body)
