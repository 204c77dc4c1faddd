"""Answer requests of the package ``requests``.

`HTTPAdapter.send` is replaced, which every client made with ``requests`` goes through, whenever it
was made. Below it, the adapter's way to a connection is watched, so that nothing for Tencent's
hosts gets out even where another mock undid or went round the first patch.

The package ``responses`` was tried as the ground to build on. A mock of ours inside a user's
``responses`` works with it; the other way round it does not: ``responses`` then answers for all
hosts, and refuses Tencent's, or lets them out to the network if told to pass them through. So the
patch is our own, and ``responses``, where it is installed, hands Tencent's hosts back.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse

from havip.emulator.http.controls import Control
from havip.emulator.http.messages import RawAnswer, RawRequest
from havip.emulator.interception.guard.sitecustomize import is_cloud_host
from havip.emulator.interception.patch import Patch, UnsupportedRequestError, answer

if TYPE_CHECKING:
    import responses

Top = Callable[[], Control | None]
"""Returns the newest mock that runs."""


def patches(top: Top) -> Sequence[Patch]:
    """Build the patches of ``requests``."""

    def send(
        adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> Any:
        control = top()
        if control is None or not _is_cloud(request):
            return sending.before(adapter, request, *args, **kwargs)
        timeout = kwargs.get("timeout", args[1] if len(args) > 1 else None)
        return _respond(control, adapter, request, timeout)

    def connect(
        adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> Any:
        """Stop what gets here in spite of `send`, because another mock took that patch away."""
        if top() is not None and _is_cloud(request):
            raise UnsupportedRequestError(
                f"{request.method} {request.url}: another mock of `requests` let this through "
                "while mock_havip runs; nothing was sent. Stop mocks in the reverse order of "
                "their start."
            )
        return connecting.before(adapter, request, *args, **kwargs)

    sending = Patch(HTTPAdapter, "send", send)
    connecting = Patch(HTTPAdapter, "get_connection_with_tls_context", connect)
    return (sending, connecting)


def patches_of_responses(top: Top, library: Any) -> Sequence[Patch]:
    """Build the patch of the one method of ``responses`` that sees every request: no hook does."""

    def on_request(
        mock: responses.RequestsMock,
        adapter: HTTPAdapter,
        request: requests.PreparedRequest,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Answer for Tencent's hosts where the user registered nothing for them."""
        control = top()
        if control is not None and _is_cloud(request) and not _registered(mock, request):
            return _respond(control, adapter, request, kwargs.get("timeout"))
        return patch.before(mock, adapter, request, *args, **kwargs)

    patch = Patch(library.RequestsMock, "_on_request", on_request)
    return (patch,)


def _registered(mock: responses.RequestsMock, request: requests.PreparedRequest) -> bool:
    query = dict(parse_qsl(urlsplit(request.url or "").query))
    vars(request).setdefault("params", query)  # what its matchers look at
    vars(request).setdefault("req_kwargs", {})
    return any(mocked.matches(request)[0] for mocked in mock.registered())


def _is_cloud(request: requests.PreparedRequest) -> bool:
    return is_cloud_host(urlsplit(request.url or "").hostname or "")


def _respond(
    control: Control, adapter: HTTPAdapter, request: requests.PreparedRequest, timeout: object
) -> requests.Response:
    told = answer(control, urlsplit(request.url or "").hostname or "", _raw(request))
    _wait(control, told, request, timeout)
    if told.drop:
        raise requests.ConnectionError(
            "the connection was closed without a response (an injected fault)", request=request
        )
    return adapter.build_response(request, _urllib3(request, told))


def _wait(
    control: Control, told: RawAnswer, request: requests.PreparedRequest, timeout: object
) -> None:
    limit = timeout[1] if isinstance(timeout, tuple) else timeout
    limit = getattr(limit, "read_timeout", limit)  # an object of urllib3
    if isinstance(limit, (int, float)) and told.delay >= limit:
        raise requests.ReadTimeout(f"no response within {limit} s", request=request)
    if told.delay:
        # a cloud on a fake clock advances it, and nobody waits
        getattr(control.cloud.clock.base, "sleep", time.sleep)(told.delay)


def _raw(request: requests.PreparedRequest) -> RawRequest:
    headers = [(_text(name), _text(value)) for name, value in request.headers.items()]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.append(("Host", urlsplit(request.url or "").netloc.rpartition("@")[2]))
    return RawRequest(request.method or "GET", request.path_url, headers, _bytes(request.body))


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, (bytes, bytearray, memoryview, str)):
        return body.encode() if isinstance(body, str) else bytes(body)
    return b"".join(part.encode() if isinstance(part, str) else part for part in body)


def _urllib3(request: requests.PreparedRequest, told: RawAnswer) -> HTTPResponse:
    headers = {**dict(told.headers), "Content-Length": str(len(told.body))}
    return HTTPResponse(
        body=io.BytesIO(told.body),
        headers=headers,
        status=told.status,
        reason="OK" if told.status == 200 else "Fault",
        preload_content=False,
        request_method=request.method,
    )
