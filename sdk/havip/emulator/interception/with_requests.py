"""Mock responses for the package ``requests``.

`HTTPAdapter.send` is replaced, which every ``requests`` client goes through, whenever it was
created. The adapter's method that obtains a connection is guarded too, so that nothing reaches
Tencent's hosts even if another mock undoes or bypasses the first patch.

Building on the package ``responses`` was tried. A mock of ours inside a user's ``responses`` works;
the reverse does not: ``responses`` then handles all hosts, and either rejects Tencent's or lets
their requests out to the network. So the patch is our own, and ``responses``, where installed,
passes Tencent's hosts back.
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
from havip.emulator.http.messages import RawRequest, RawResponse
from havip.emulator.interception.guard.sitecustomize import is_cloud_host
from havip.emulator.interception.patch import Patch, UnsupportedRequestError, answer

if TYPE_CHECKING:
    import responses

Top = Callable[[], Control | None]
"""Returns the newest active mock."""


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
        """Block requests that reach this point because another mock undid the patch of `send`."""
        if top() is not None and _is_cloud(request):
            raise UnsupportedRequestError(
                f"{request.method} {request.url}: another mock of `requests` let this through "
                "while mock_havip is active; nothing was sent. Stop mocks in the reverse order of "
                "their start."
            )
        return connecting.before(adapter, request, *args, **kwargs)

    sending = Patch(HTTPAdapter, "send", send)
    connecting = Patch(HTTPAdapter, "get_connection_with_tls_context", connect)
    return (sending, connecting)


def patches_of_responses(top: Top, library: Any) -> Sequence[Patch]:
    """Build the patch of the method of ``responses`` that sees every request: no hook does."""

    def on_request(
        mock: responses.RequestsMock,
        adapter: HTTPAdapter,
        request: requests.PreparedRequest,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Handle requests to Tencent's hosts for which the user registered no response."""
        control = top()
        if control is not None and _is_cloud(request) and not _registered(mock, request):
            return _respond(control, adapter, request, kwargs.get("timeout"))
        return patch.before(mock, adapter, request, *args, **kwargs)

    patch = Patch(library.RequestsMock, "_on_request", on_request)
    return (patch,)


def _registered(mock: responses.RequestsMock, request: requests.PreparedRequest) -> bool:
    query = dict(parse_qsl(urlsplit(request.url or "").query))
    vars(request).setdefault("params", query)  # read by its matchers
    vars(request).setdefault("req_kwargs", {})
    return any(mocked.matches(request)[0] for mocked in mock.registered())


def _is_cloud(request: requests.PreparedRequest) -> bool:
    return is_cloud_host(urlsplit(request.url or "").hostname or "")


def _respond(
    control: Control, adapter: HTTPAdapter, request: requests.PreparedRequest, timeout: object
) -> requests.Response:
    response = answer(control, urlsplit(request.url or "").hostname or "", _raw(request))
    _wait(control, response, request, timeout)
    if response.drop:
        raise requests.ConnectionError(
            "the connection was closed without a response (an injected fault)", request=request
        )
    return adapter.build_response(request, _urllib3(request, response))


def _wait(
    control: Control, response: RawResponse, request: requests.PreparedRequest, timeout: object
) -> None:
    limit = timeout[1] if isinstance(timeout, tuple) else timeout
    limit = getattr(limit, "read_timeout", limit)  # urllib3.Timeout
    if isinstance(limit, (int, float)) and response.delay >= limit:
        raise requests.ReadTimeout(f"no response within {limit} s", request=request)
    if response.delay:
        # advances a fake clock instead of waiting
        getattr(control.cloud.clock.base, "sleep", time.sleep)(response.delay)


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


def _urllib3(request: requests.PreparedRequest, response: RawResponse) -> HTTPResponse:
    headers = {**dict(response.headers), "Content-Length": str(len(response.body))}
    return HTTPResponse(
        body=io.BytesIO(response.body),
        headers=headers,
        status=response.status,
        reason="OK" if response.status == 200 else "Fault",
        preload_content=False,
        request_method=request.method,
    )
