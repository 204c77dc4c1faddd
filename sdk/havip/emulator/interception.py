"""Standing in for the network: what `mock_havip` does to the package ``requests``.

`HTTPAdapter.send` is replaced, which every client made with ``requests`` goes through, whenever it
was made. Tencent's hosts are answered in process; every other host goes on to what was there when
the first mock started. Below it, the adapter's way to a connection is watched, so that nothing for
Tencent's hosts gets out even where another mock undid or went round the first patch.

The package ``responses`` was tried as the ground to build on. A mock of ours inside a user's
``responses`` works with it; the other way round it does not: ``responses`` then answers for all
hosts, and refuses Tencent's, or lets them out to the network if told to pass them through. So the
patch is our own, and ``responses``, where it is installed, hands Tencent's hosts back.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse

from havip.emulator.http.controls import Control
from havip.emulator.http.gateway import ROOT_DOMAIN
from havip.emulator.http.messages import RawAnswer, RawRequest
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.errors import HavipError

if TYPE_CHECKING:
    import responses

DEFAULT_REGION: Final = "ap-guangzhou"
_KEY: Final[Mapping[str, str]] = {
    "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
    "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
}
_REGION: Final = "TENCENTCLOUD_REGION"
_ELSEWHERE: Final = ("HAVIP_ENDPOINT", "TENCENTCLOUD_DOMAIN", "TENCENTCLOUD_PROTOCOL")
"""What leads clients to other hosts than Tencent's, and so out of the mock."""


class UnsupportedRequestError(HavipError):
    """A request went to Tencent's API that the mock cannot answer; nothing was sent."""


class Patch:
    """One attribute of a class that is ours while a mock runs.

    Args:
        owner: The class.
        name: The attribute.
        ours: What stands in for it.
    """

    def __init__(self, owner: Any, name: str, ours: Callable[..., Any]) -> None:
        self._owner, self._name, self._ours = owner, name, ours
        self.before: Callable[..., Any] = getattr(owner, name)

    def apply(self) -> None:
        """Put ours in place of what is there now."""
        found = getattr(self._owner, self._name)
        if found is not self._ours:
            self.before = found
            setattr(self._owner, self._name, self._ours)

    def undo(self) -> None:
        """Put back what was there.

        Whoever patched on top of ours and still stands keeps a way through: with no mock running
        ours passes everything on.
        """
        if getattr(self._owner, self._name) is self._ours:
            setattr(self._owner, self._name, self.before)


class Active:
    """The mocks that run, newest last, and what they change while there are any."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._stack: list[Control] = []
        self._environment: dict[str, str] = {}
        self._elsewhere: dict[str, str] = {}

    def top(self) -> Control | None:
        """Give the newest."""
        stack = self._stack
        return stack[-1] if stack else None

    def push(self, control: Control) -> None:
        """Let one begin to answer."""
        with self._lock:
            self._stack.append(control)
            if len(self._stack) == 1:
                for patch in _patches():
                    patch.apply()
                self._fill_environment()

    def remove(self, control: Control) -> None:
        """Take out the newest entry of a mock, which need not be the newest of all."""
        with self._lock:
            index = max(i for i, known in enumerate(self._stack) if known is control)
            del self._stack[index]
            if not self._stack:
                for patch in _patches():
                    patch.undo()
                self._empty_environment()

    def _fill_environment(self) -> None:
        missing = {} if any(name in os.environ for name in _KEY) else dict(_KEY)
        if _REGION not in os.environ:
            missing[_REGION] = DEFAULT_REGION
        self._environment = missing
        os.environ.update(missing)
        self._elsewhere = {n: os.environ.pop(n) for n in _ELSEWHERE if n in os.environ}

    def _empty_environment(self) -> None:
        for name, value in self._environment.items():
            if os.environ.get(name) == value:
                del os.environ[name]
        for name, value in self._elsewhere.items():
            os.environ.setdefault(name, value)


ACTIVE: Final = Active()


def _send(
    adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
) -> Any:
    control = ACTIVE.top()
    if control is None or not _is_ours(request):
        return _SEND.before(adapter, request, *args, **kwargs)
    timeout = kwargs.get("timeout", args[1] if len(args) > 1 else None)
    return _answer(control, adapter, request, timeout)


def _connect(
    adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
) -> Any:
    """Stop what gets here in spite of `_send`: another mock took the patch away, or lets it out."""
    if ACTIVE.top() is not None and _is_ours(request):
        raise UnsupportedRequestError(
            f"{request.method} {request.url}: another mock of `requests` let this through while "
            "mock_havip runs; nothing was sent. Stop mocks in the reverse order of their start."
        )
    return _CONNECT.before(adapter, request, *args, **kwargs)


def _is_ours(request: requests.PreparedRequest) -> bool:
    host = (urlsplit(request.url or "").hostname or "").rstrip(".")
    return host == ROOT_DOMAIN or host.endswith(f".{ROOT_DOMAIN}")


def _answer(
    control: Control, adapter: HTTPAdapter, request: requests.PreparedRequest, timeout: object
) -> requests.Response:
    host = urlsplit(request.url or "").hostname or ""
    if host.partition(".")[0] not in control.gateway.services:
        raise UnsupportedRequestError(
            f"{request.method} {request.url}: mock_havip does not serve this product, only "
            f"{', '.join(sorted(control.gateway.services))}; nothing was sent"
        )
    answer = control.gateway.handle(_raw(request))
    _wait(control, answer, request, timeout)
    if answer.drop:
        raise requests.ConnectionError(
            "the connection was closed without an answer (a fault that was ordered)",
            request=request,
        )
    return adapter.build_response(request, _urllib3(request, answer))


def _wait(
    control: Control, answer: RawAnswer, request: requests.PreparedRequest, timeout: object
) -> None:
    patience = timeout[1] if isinstance(timeout, tuple) else timeout
    if isinstance(patience, (int, float)) and answer.delay >= patience:
        raise requests.ReadTimeout(f"no answer within {patience} s", request=request)
    if answer.delay:
        # a cloud on a fake clock moves it on, and nobody waits
        getattr(control.cloud.clock.base, "sleep", time.sleep)(answer.delay)


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


def _urllib3(request: requests.PreparedRequest, answer: RawAnswer) -> HTTPResponse:
    headers = {**dict(answer.headers), "Content-Length": str(len(answer.body))}
    return HTTPResponse(
        body=io.BytesIO(answer.body),
        headers=headers,
        status=answer.status,
        reason="OK" if answer.status == 200 else "Fault",
        preload_content=False,
        request_method=request.method,
    )


def _on_request(
    mock: responses.RequestsMock,
    adapter: HTTPAdapter,
    request: requests.PreparedRequest,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Answer for Tencent's hosts where the user registered nothing for them with `responses`."""
    control = ACTIVE.top()
    if control is not None and _is_ours(request) and not _registered(mock, request):
        return _answer(control, adapter, request, kwargs.get("timeout"))
    return _responses_patch().before(mock, adapter, request, *args, **kwargs)


def _registered(mock: responses.RequestsMock, request: requests.PreparedRequest) -> bool:
    query = dict(parse_qsl(urlsplit(request.url or "").query))
    vars(request).setdefault("params", query)  # what its matchers look at
    vars(request).setdefault("req_kwargs", {})
    return any(mocked.matches(request)[0] for mocked in mock.registered())


_SEND: Final = Patch(HTTPAdapter, "send", _send)
_CONNECT: Final = Patch(HTTPAdapter, "get_connection_with_tls_context", _connect)


@cache
def _responses_patch() -> Patch:
    """Give the patch of the one method of ``responses`` that sees every request: it has no hook.

    Raises:
        ImportError: `responses` is not installed.
    """
    from responses import RequestsMock

    return Patch(RequestsMock, "_on_request", _on_request)


@cache
def _patches() -> Sequence[Patch]:
    try:
        return (_SEND, _CONNECT, _responses_patch())
    except ImportError:
        return (_SEND, _CONNECT)
