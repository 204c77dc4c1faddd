"""Blocking HTTP transport based on requests: a shared connection pool, bounded time and size."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError, ProtocolError

from havip._transport import sockets
from havip._transport.clock import Clock
from havip._transport.faults import fault, no_slot
from havip._transport.locks import ForkLock
from havip._transport.reply import DEFAULT_MAX_BYTES, EncodingError, Reply, TooLargeError, decoded
from havip._transport.urls import check_proxy, check_url


class Transport:
    """Sends requests through one `requests` adapter, without a session.

    `responses` and `havip.emulator` replace the adapter's own `send`; it is looked up at each call,
    so a mock that starts later also covers existing clients.

    Args:
        connections: Maximum number of concurrent requests; further threads wait.
        connect_timeout: Timeout in seconds for a connection.
        timeout: Total timeout in seconds for one request, including the wait for a free
            connection and reading the response.
        proxies: Proxy URL by scheme, as in `requests`; those of the environment if omitted.
        ca: Path of the CA bundle; that of the environment, then of `requests`, if omitted.
        max_bytes: Maximum size of a response, before and after decompression.
        keepalive: Whether TCP keepalive keeps idle connections open through NAT.
    """

    def __init__(
        self,
        *,
        connections: int = 16,
        connect_timeout: float = 5.0,
        timeout: float = 30.0,
        proxies: Mapping[str, str] | None = None,
        ca: str | None = None,
        max_bytes: int = DEFAULT_MAX_BYTES,
        keepalive: bool = True,
    ) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._timeout = timeout
        self._own_proxies = None if proxies is None else dict(proxies)
        self._ca = ca
        self._max_bytes = max_bytes
        self._keepalive = keepalive
        self._lock = ForkLock()
        self._pool: _ConnectionPool | None = None
        self._routes: dict[str, tuple[dict[str, str], bool | str]] = {}

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        timeout: float | None = None,
    ) -> Reply:
        """Send one request, without retries, and read the whole response whatever its status.

        Args:
            method: The HTTP method.
            url: The URL.
            headers: All headers; only Content-Length is added.
            body: The body.
            timeout: Total timeout in seconds, if it differs from that of the transport.

        Raises:
            UnreachableError: The request was not sent.
            LostAnswerError: The request was or may have been sent, but no complete response came.
            BadAnswerError: The response is too large.
            UsageError: The address, the proxy or the CA bundle is invalid.
        """
        limit = self._timeout if timeout is None else timeout
        proxies, verify = self._route(url)
        pool = self._open()
        with sockets.Exchange(limit, self._max_bytes) as exchange:
            if not pool.slots.acquire(timeout=limit):
                raise no_slot(url, limit, self._connections)
            try:
                answer = pool.adapter.send(
                    _prepare(method, url, headers, body),
                    timeout=(min(exchange.left(), self._connect_timeout), limit),
                    verify=verify,
                    proxies=proxies,
                )
                content = _read(answer, self._max_bytes)
            except (
                requests.RequestException,
                HTTPError,
                OSError,
                TooLargeError,
                EncodingError,
            ) as error:
                raise fault(error, url, select_proxy(url, proxies), verify, limit) from error
            finally:
                pool.slots.release()
        return Reply(answer.status_code, answer.headers, content)

    def close(self) -> None:
        """Close the idle connections; the next request opens new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None and pool.pid == os.getpid():
            pool.adapter.close()

    def _open(self) -> _ConnectionPool:
        """Return the pool; a forked process gets its own, since sockets cannot be shared."""
        pool = self._pool
        if pool is not None and pool.pid == os.getpid():
            return pool
        with self._lock:
            if self._pool is None or self._pool.pid != os.getpid():
                adapter = sockets.BoundedAdapter(self._connections, keepalive=self._keepalive)
                slots = threading.BoundedSemaphore(self._connections)
                self._pool = _ConnectionPool(os.getpid(), adapter, slots)
            return self._pool

    def _route(self, url: str) -> tuple[dict[str, str], bool | str]:
        """Return the proxies and the CA bundle for a URL; computed once per URL."""
        route = self._routes.get(url)
        if route is None:
            own, scheme = self._own_proxies, urlsplit(check_url(url)).scheme
            proxy = select_proxy(url, get_environ_proxies(url) if own is None else own)
            proxies = {scheme: check_proxy(proxy)} if proxy else {}
            environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            route = self._routes[url] = (proxies, self._ca or environment or True)
        return route


class _ConnectionPool(NamedTuple):
    """The connections of one process."""

    pid: int
    adapter: HTTPAdapter
    slots: threading.BoundedSemaphore


class Blocking:
    """The I/O of a blocking client: its coroutines never suspend.

    Args:
        transport: Sends the requests.
        clock: Clock used for sleeping.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def request(
        self, url: str, headers: Mapping[str, str], body: bytes, timeout: float
    ) -> Reply:
        """Send a POST request."""
        return self._transport.request("POST", url, headers, body, timeout)

    async def credentials(self, provider: Any) -> Any:
        """Return the credentials of a provider."""
        return provider.get()

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        self._clock.sleep(seconds)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class _Headers(CaseInsensitiveDict[str]):
    """Headers whose copy, made by urllib3 for each request, is a plain dict."""

    def copy(self) -> Any:
        """Return the names and values."""
        return dict(self.items())


def _prepare(
    method: str, url: str, headers: Mapping[str, str], body: bytes
) -> requests.PreparedRequest:
    """Build a request by hand: it is sent exactly as signed, and takes a third of the time."""
    request = requests.PreparedRequest()
    request.method = method
    request.url = url
    request.headers = _Headers({**headers, "Content-Length": str(len(body))})
    request.body = body
    return request


def _read(answer: requests.Response, max_bytes: int) -> bytes:
    """Read the body with bounded memory.

    Some mocks of `requests` have a body that is not urllib3's.
    """
    raw = answer.raw
    if not isinstance(raw, HTTPResponse):
        return decoded(answer.content, "", max_bytes)
    length = raw.headers.get("Content-Length", "")
    try:
        if length.isdecimal() and len(length) < 20:
            if int(length) > max_bytes:
                raise TooLargeError(max_bytes)
            body = raw.read(decode_content=False)
        else:  # of unknown length, or in chunks that may claim any length
            body = b"".join(iter(lambda: raw.read(_PIECE, decode_content=False), b""))
        return decoded(body, raw.headers.get("Content-Encoding", ""), max_bytes)
    except TooLargeError:
        raw.close()
        raise
    except ValueError as error:  # of http.client, which accepts the size -5 of a chunk
        raw.close()
        raise ProtocolError(f"malformed body: {error}") from error


_PIECE: Final = 64 * 1024
__all__: Final = ["Blocking", "Reply", "Transport"]
