"""urllib3 connections whose reads and writes share one deadline and one size limit.

The timeouts of requests and urllib3 apply to each read, so a server that sends a byte now and then
holds a call forever. Here each step of a request (name resolution, connect, TLS, sending, each read
of headers and body) gets what is left of the request's total timeout.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401 - else the first lookup imports it, perhaps during a fork
import io
import socket
import threading
from http.client import HTTPResponse
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Self

from requests import Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager

from havip._transport.clock import SYSTEM_CLOCK
from havip._transport.reply import TooLargeError

if TYPE_CHECKING:
    from urllib3 import ProxyManager

HEADROOM: Final = 256 * 1024
"""Bytes that headers and chunk sizes may add to a body."""


class Exchange:
    """One request and its response; its ``with`` block bounds all connections of the thread.

    Args:
        seconds: Total timeout.
        max_bytes: Maximum size of the body.
    """

    __slots__ = ("_end", "_outer", "limit", "rest")

    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._end = SYSTEM_CLOCK.monotonic() + seconds
        self.limit = max_bytes
        self.rest = 2 * max_bytes + HEADROOM

    def left(self) -> float:
        """Return the seconds left.

        Raises:
            TimeoutError: No time is left.
        """
        left = self._end - SYSTEM_CLOCK.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def count(self, received: int) -> None:
        """Count received bytes.

        Raises:
            ReceivedTooMuchError: The limit is exceeded.
        """
        self.rest -= received
        if self.rest < 0:
            raise ReceivedTooMuchError(self.limit)

    def __enter__(self) -> Self:
        self._outer = _LOCAL.exchange
        _LOCAL.exchange = self
        return self

    def __exit__(self, *_: object) -> None:
        _LOCAL.exchange = self._outer


class ReceivedTooMuchError(TooLargeError, OSError):
    """A response exceeded the limit while being received; an OSError so that urllib3 closes."""


class _Local(threading.local):
    exchange: Exchange | None = None


_LOCAL: Final = _Local()


class _BoundedReader(io.RawIOBase):
    """Reads a socket within the limits of the thread's exchange."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        current = _LOCAL.exchange
        if current is None:
            return self._raw.readinto(buffer)
        self._sock.settimeout(current.left())
        received = self._raw.readinto(buffer)
        current.count(received or 0)
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), sock))

    def begin(self) -> None:
        """Read status and headers; malformed header lines are ignored silently.

        urllib3 would log them as a warning with a traceback, which programs without logging
        configuration print to the terminal.
        """
        super().begin()
        if self.msg.defects or self.msg.get_payload():
            self.msg.defects.clear()
            self.msg.set_payload("")


class _Bounded(HTTPConnection):
    """The bounded steps of plain and TLS connections."""

    response_class = _BoundedResponse

    def putheader(self, header: Any, *values: Any) -> None:
        """Add a header; the base class takes five times as long for the same bytes."""
        line = f"{header}: {values[0]}"
        if len(values) != 1 or "\r" in line or "\n" in line:
            super().putheader(header, *values)  # rejects line breaks
        else:
            self._output(line.encode("latin-1"))  # type: ignore[attr-defined]  # http.client's own

    def _new_conn(self) -> socket.socket:
        """Connect to the first address that responds, within the time left."""
        failure: OSError | None = None
        for family, kind, protocol, _, address in self._resolve():
            sock: socket.socket | None = None
            try:
                sock = socket.socket(family, kind, protocol)
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(min(_left(), float(self.timeout or _left())))
                sock.connect(address)
                sock.settimeout(_left())
            except OSError as error:
                if sock is not None:
                    sock.close()
                failure = error
            else:
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"connection to {self.host} timed out") from failure
        raise NewConnectionError(self, f"no connection: {failure}") from failure

    def _resolve(self) -> list[Any]:
        """Resolve the host name in a thread, since the system's resolver has no timeout."""
        found: list[Any] = []

        def resolve() -> None:
            try:
                found.append(socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM))
            except (socket.gaierror, UnicodeError) as error:
                found.append(error)
            except OSError as error:  # glibc tells the lack of file descriptors as EBUSY
                why = (
                    f"the resolver failed, maybe of too many open files: {error.strerror or error}"
                )
                found.append(socket.gaierror(socket.EAI_AGAIN, why))

        if _is_address(self._dns_host):
            resolve()
        else:
            thread = threading.Thread(target=resolve, name="havip-resolve", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                raise NewConnectionError(self, f"no thread to resolve the name: {error}") from None
            thread.join(min(_left(), float(self.timeout or _left())))
        if not found:
            raise ConnectTimeoutError(self, f"the name {self.host} was not resolved in time")
        if isinstance(found[0], UnicodeError):
            raise NameResolutionError(
                self.host, self, socket.gaierror(socket.EAI_NONAME, "no such name")
            )
        if isinstance(found[0], socket.gaierror):
            raise NameResolutionError(self.host, self, found[0]) from found[0]
        addresses: list[Any] = found[0]
        return addresses

    def send(self, data: Any) -> None:
        """Send within the time left."""
        if self.sock is not None:
            self.sock.settimeout(_left())
        super().send(data)


class _BoundedTls(_Bounded, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Bounded


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedTls


_POOLS: Final[dict[str, Any]] = {"http": _PlainPool, "https": _TlsPool}
_NO_DELAY: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
_KEEPALIVE: Final = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 30), ("TCP_KEEPCNT", 4))
        if hasattr(socket, name)  # platform-dependent
    ),
]


def socket_options(*, keepalive: bool) -> list[tuple[int, int, int]]:
    """Return the options of a connection's socket.

    Args:
        keepalive: Whether an idle connection is kept open by TCP keepalive.
    """
    return [_NO_DELAY, *_KEEPALIVE] if keepalive else [_NO_DELAY]


class BoundedAdapter(HTTPAdapter):
    """The adapter of requests, with bounded connections.

    Args:
        connections: Maximum number of idle connections to one host.
        keepalive: Whether TCP keepalive keeps them open.
    """

    def __init__(self, connections: int, *, keepalive: bool) -> None:
        self._options = socket_options(keepalive=keepalive)
        self._pools: dict[str, Any] = {}
        self._targets: dict[str, str] = {}
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Build the pools for direct connections."""
        super().init_poolmanager(*args, **options, socket_options=self._options)
        self._bound(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> ProxyManager:
        """Build the pools for connections through a proxy; SOCKS uses urllib3's own."""
        if proxy in self.proxy_manager:
            known: ProxyManager = super().proxy_manager_for(proxy, **options)
            return known
        manager: ProxyManager = super().proxy_manager_for(
            proxy, **options, socket_options=self._options
        )
        if not proxy.lower().startswith("socks"):
            self._bound(manager)
        return manager

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the pool of a URL; its certificates and proxies never change."""
        pool = self._pools.get(request.url)
        if pool is None or pool.pool is None:  # closed: urllib3 keeps a limited number of hosts
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._pools[request.url] = pool
        return pool

    def request_url(self, request: Any, proxies: Any) -> str:
        """Return the target of the request line, which is constant for a URL."""
        found = self._targets.get(request.url)
        if found is None:
            found = self._targets[request.url] = super().request_url(request, proxies)
        return found

    def build_response(self, req: Any, resp: Any) -> Response:
        """Build a response without cookies and character set, which are never used here."""
        response = Response()
        response.status_code, response.reason = resp.status, resp.reason
        response.headers, response.raw = resp.headers, resp
        response.request, response.url = req, req.url
        return response

    def _bound(self, manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = _POOLS


def _left() -> float:
    """Return the seconds left in the thread's exchange."""
    current = _LOCAL.exchange
    return 30.0 if current is None else current.left()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
