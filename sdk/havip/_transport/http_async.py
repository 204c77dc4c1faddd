"""Asynchronous HTTP transport based on httpx, with bounded time and size."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

from havip._transport.clock import SYSTEM_CLOCK, Clock, SystemClock, current_deadline
from havip._transport.reply import EncodingError, Reply, TooLargeError, decoded
from havip._transport.urls import check_proxy
from havip.errors import CredentialError, HavipError, UsageError, one_line

try:
    import httpx
except ImportError:
    raise UsageError("havip.AsyncClient needs httpx: pip install 'havip[async]'") from None

_SENDING: Final = "send_request_headers.started"


class Asynchronous:
    """The I/O of an asynchronous client.

    Connections belong to the event loop in which they were opened: each loop has its own.

    Args:
        clock: Clock used for sleeping; the system clock sleeps in the event loop.
        connections: Maximum number of connections.
        connect_timeout: Timeout in seconds for a connection.
        timeout: Timeout in seconds for one request; the caller passes it.
        proxies: Proxy URL by scheme; those of the environment if None.
        ca: Path of the CA bundle.
        max_bytes: Maximum size of a response.
        keepalive: Whether to use TCP keepalive.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        connections: int,
        connect_timeout: float,
        timeout: float,  # noqa: ARG002 - each request is given its own
        proxies: Mapping[str, str] | None,
        ca: str | None,
        max_bytes: int,
        keepalive: bool,
    ) -> None:
        self._clock = clock
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._proxies = proxies
        self._ca = ca
        self._max_bytes = max_bytes
        self._keepalive = keepalive
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
            WeakKeyDictionary()
        )

    async def request(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout: float,
    ) -> Reply:
        """Send one POST request, without retries, and read the whole response whatever its status.

        Args:
            url: The URL.
            headers: All headers; only Content-Length is added.
            body: The body.
            timeout: Total timeout in seconds.

        Raises:
            UnreachableError: The request was not sent.
            LostAnswerError: The request was or may have been sent, but no complete response came.
            BadAnswerError: The response is too large.
        """
        client = self._open()
        end = SYSTEM_CLOCK.monotonic() + timeout
        sent = False

        async def trace(event: str, _: Any) -> None:
            nonlocal sent
            sent = sent or event.endswith(_SENDING)

        limits = httpx.Timeout(timeout, connect=min(timeout, self._connect_timeout), pool=timeout)
        request = httpx.Request(
            "POST",
            url,
            headers={**headers, "Content-Length": str(len(body))},
            content=body,
            extensions={"timeout": limits.as_dict(), "trace": trace},
        )
        try:
            async with asyncio.timeout(timeout):
                response = await client.send(request, stream=True)
                try:
                    raw = await self._read(response, end)
                finally:
                    await response.aclose()
            encoding = response.headers.get("Content-Encoding", "")
            return Reply(
                response.status_code, response.headers, decoded(raw, encoding, self._max_bytes)
            )
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            TimeoutError,
            TooLargeError,
            EncodingError,
            OSError,
            ExceptionGroup,
        ) as error:
            raise _fault(error, url, timeout, self._connections, sent=sent) from error

    async def credentials(self, provider: Any) -> Any:
        """Return the credentials of a provider; a provider that would block runs in a thread."""
        held = getattr(provider, "held", None)
        found = held() if callable(held) else None
        if found is not None:
            return found
        deadline = current_deadline()
        try:
            async with asyncio.timeout(None if deadline is None else max(0.0, deadline.left())):
                return await asyncio.to_thread(provider.get)
        except TimeoutError:
            raise CredentialError(
                "no credentials in the time of the call; give it more (retry=, timeout=)"
            ) from None

    async def sleep(self, seconds: float) -> None:
        """Sleep in the event loop; a test's clock sleeps by itself."""
        if isinstance(self._clock, SystemClock):
            await asyncio.sleep(seconds)
        else:
            self._clock.sleep(seconds)
            await asyncio.sleep(0)

    async def aclose(self) -> None:
        """Close the connections of this event loop."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def _open(self) -> httpx.AsyncClient:
        """Return the client of this event loop and process."""
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            try:
                client = self._clients[loop] = self._build()
            except UsageError:
                raise
            except (httpx.InvalidURL, ValueError, ImportError) as error:
                raise UsageError(
                    f"cannot use the proxy settings: {one_line(str(error))}; check proxies=, or "
                    "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY"
                ) from None
        return client

    def _build(self) -> httpx.AsyncClient:
        from havip._transport.sockets import socket_options

        limits = httpx.Limits(
            max_connections=self._connections, max_keepalive_connections=self._connections
        )
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        verify = _context(self._ca or bundle or "")
        options = socket_options(keepalive=self._keepalive)
        mounts: dict[str, httpx.AsyncBaseTransport | None] = {}
        for pattern, proxy in self._proxies_of_environment().items():
            mounts[pattern] = (
                None
                if not proxy
                else httpx.AsyncHTTPTransport(
                    verify=verify,
                    limits=limits,
                    proxy=check_proxy(proxy),
                    socket_options=options,
                )
            )
        transport = httpx.AsyncHTTPTransport(verify=verify, limits=limits, socket_options=options)
        return httpx.AsyncClient(
            transport=transport, mounts=mounts, trust_env=False, follow_redirects=False
        )

    def _proxies_of_environment(self) -> dict[str, str | None]:
        """Return the proxy for each URL pattern; None for direct connections."""
        if self._proxies is not None:
            return {f"{scheme}://": url for scheme, url in self._proxies.items()}
        from httpx._utils import get_environment_proxies

        found: dict[str, str | None] = get_environment_proxies()
        return found

    async def _read(self, response: httpx.Response, end: float) -> bytes:
        """Read the body as it is sent, within the limits of time and size."""
        if response.is_stream_consumed:  # a mock's response, already in memory
            content: bytes = response.content
            return content
        chunks, size = [], 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if SYSTEM_CLOCK.monotonic() > end:  # many tiny chunks of one read never suspend
                raise TimeoutError
            if size > self._max_bytes:
                raise TooLargeError(self._max_bytes)
            chunks.append(chunk)
        return b"".join(chunks)


@cache
def _context(bundle: str) -> ssl.SSLContext:
    """Return the TLS context for a CA bundle, or for certifi's; cached because loading is slow."""
    try:
        if bundle:
            return ssl.create_default_context(cafile=bundle)
        context: ssl.SSLContext = httpx.create_ssl_context()
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot use the CA bundle {bundle!r}: {one_line(str(error))}") from None
    return context


def _fault(
    error: BaseException, url: str, timeout: float, connections: int, *, sent: bool
) -> HavipError:
    """Return the error of havip for an exception of httpx."""
    import socket

    from havip._transport import faults

    where = faults.origin(url)
    if isinstance(error, TooLargeError):
        return faults.too_large(where, error)
    if isinstance(error, EncodingError):
        return faults.unreadable(where, error)
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return UsageError(f"cannot use the address {where}: {one_line(str(error))}")
    if isinstance(error, httpx.PoolTimeout):
        return faults.no_slot(url, timeout, connections)
    causes = faults.causes_of(error)
    reason = faults.reason_of(causes)
    if isinstance(error, httpx.ProxyError):
        return faults.unreachable(f"{where} through the proxy", reason, "Proxy")
    if sent:
        if isinstance(error, TimeoutError | httpx.TimeoutException):
            reason = f"no whole answer within {timeout:.3g} s"
        return faults.lost(where, reason)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return faults.unreachable(where, f"TLS failed: {reason}", "Tls")
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return faults.unresolved(where, cause)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        reason = "no connection in time"
    return faults.unreachable(where, reason)
