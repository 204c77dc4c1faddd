"""Bytes to the service and back: pooled, bounded connections that threads can share."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import NewConnectionError

from havip.errors import LostAnswerError, TransportError, UnreachableError, UsageError, one_line


class Reply(NamedTuple):
    """What came back: the status, the headers (names in any case) and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests through one `requests` adapter, without a session.

    The adapter's own `send` is what the `responses` package and `havip.emulator` replace, and
    it is looked up at each call: a mock that starts later covers a client made earlier.

    Args:
        connections: How many connections to one host are open at most; more threads wait.
        connect_timeout: Seconds to wait for a connection.
        read_timeout: Seconds to wait for bytes of the answer.
        proxies: URL of a proxy by scheme, as in `requests`; the environment's if left out.
        ca: Path of the certificates to trust; the environment's, then `requests`' if left out.
    """

    def __init__(
        self,
        *,
        connections: int = 16,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        proxies: Mapping[str, str] | None = None,
        ca: str | os.PathLike[str] | None = None,
    ) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._own_proxies = None if proxies is None else dict(proxies)
        self._ca = None if ca is None else os.fspath(ca)
        self._lock = threading.Lock()
        self._adapter: HTTPAdapter | None = None
        self._pid = 0
        self._routes: dict[str, tuple[dict[str, str], bool | str]] = {}

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        timeout: float | None = None,
    ) -> Reply:
        """Send one request, once, and read the whole answer whatever its status.

        Args:
            method: The HTTP method.
            url: Where to, path included.
            headers: All headers; none but Content-Length are added.
            body: The bytes to send.
            timeout: Seconds after which this attempt is given up, if shorter than the own ones.

        Raises:
            UnreachableError: Nothing was sent.
            LostAnswerError: It was sent, or may have been, and no whole answer came.
        """
        proxies, verify = self._route(url)
        limit = self._read_timeout if timeout is None else min(timeout, self._read_timeout)
        try:
            answer = self._open().send(
                _prepare(method, url, headers, body),
                timeout=(min(limit, self._connect_timeout), limit),
                verify=verify,
                proxies=proxies,
            )
            return Reply(answer.status_code, answer.headers, answer.content)
        except requests.RequestException as error:
            raise _fault(error, url, select_proxy(url, proxies), limit) from error
        except OSError as error:
            raise UsageError(
                f"cannot use the CA bundle {verify}: {one_line(str(error))}"
            ) from error

    def close(self) -> None:
        """Close the idle connections; the next request opens new ones."""
        with self._lock:
            adapter, self._adapter = self._adapter, None
        if adapter is not None:
            adapter.close()

    def _open(self) -> HTTPAdapter:
        """Give the adapter; a forked process gets its own, as sockets cannot be shared."""
        adapter = self._adapter
        if adapter is not None and self._pid == os.getpid():
            return adapter
        with self._lock:
            if self._adapter is None or self._pid != os.getpid():
                self._adapter = HTTPAdapter(
                    pool_maxsize=self._connections, pool_block=True, max_retries=0
                )
                self._pid = os.getpid()
            return self._adapter

    def _route(self, url: str) -> tuple[dict[str, str], bool | str]:
        """Find the proxies and the trusted certificates for a URL; asked once for each."""
        route = self._routes.get(url)
        if route is None:
            proxies = self._own_proxies
            if proxies is None:
                proxies = dict(get_environ_proxies(url))
            environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            route = self._routes[url] = (proxies, self._ca or environment or True)
        return route


def _prepare(
    method: str, url: str, headers: Mapping[str, str], body: bytes
) -> requests.PreparedRequest:
    """Put a request together by hand: what is signed is what is sent, and it costs a third."""
    request = requests.PreparedRequest()
    request.method = method
    request.url = url
    request.headers = CaseInsensitiveDict(headers)
    request.headers["Content-Length"] = str(len(body))
    request.body = body
    return request


_TLS_FAILED: Final = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "[X509")
_TLS_SLOW: Final = "handshake operation timed out"


def _fault(
    error: requests.RequestException, url: str, proxy: str | None, seconds: float
) -> TransportError | UsageError:
    """Tell from an exception of `requests` whether anything can have been sent."""
    causes = _causes(error)
    where, reason = urlsplit(url)._replace(path="").geturl(), _reason(causes)
    told = " ".join(str(cause) for cause in causes)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return UsageError(f"cannot use the address {where}: {reason}")
    if isinstance(error, requests.exceptions.ProxyError):
        return _unreachable(f"{where} through the proxy {_host(proxy)}", reason, "Proxy")
    if any(mark in told for mark in _TLS_FAILED):
        return _unreachable(where, f"TLS failed: {reason}", "Tls")
    if isinstance(error, requests.exceptions.ConnectTimeout) or _TLS_SLOW in told:
        return _unreachable(where, "no connection in time")
    if any(isinstance(cause, NewConnectionError) for cause in causes):
        return _unreachable(where, reason)
    if isinstance(error, requests.exceptions.ReadTimeout):
        reason = f"no answer within {seconds:g} s"
    return LostAnswerError(f"the answer of {where} was lost: {reason}")


def _unreachable(where: str, reason: str, kind: str = "") -> UnreachableError:
    """Make the error for a request that was never sent."""
    advice = {
        "": "check the endpoint, the network and the proxy settings",
        "Proxy": "check the proxy settings (HTTPS_PROXY, NO_PROXY, proxies=)",
        "Tls": "check that it speaks https, and whose certificate it has (ca=, REQUESTS_CA_BUNDLE)",
    }[kind]
    error = UnreachableError(f"cannot reach {where}: {reason}; {advice}")
    if kind:
        error.code = f"{UnreachableError.code}.{kind}"
    return error


def _host(proxy: str | None) -> str:
    """Write a proxy without the name and password that its URL may hold."""
    return urlsplit(proxy or "").hostname or "that is configured"


def _reason(causes: list[BaseException]) -> str:
    """Find the words of the innermost cause that has some; they are never empty."""
    for found in reversed(causes):
        if isinstance(found, ssl.SSLCertVerificationError):
            return one_line(found.verify_message) or "certificate refused"
        if isinstance(found, OSError) and found.strerror:
            return one_line(found.strerror)
    return one_line(str(causes[-1])) or type(causes[-1]).__name__


def _causes(error: BaseException) -> list[BaseException]:
    """List an exception and those that it wraps, the innermost last."""
    seen: list[BaseException] = []
    inner: BaseException | None = error
    while inner is not None and inner not in seen:
        seen.append(inner)
        wrapped = [getattr(inner, "reason", None), *reversed(inner.args)]
        inner = next(
            (one for one in wrapped if isinstance(one, BaseException)),
            inner.__cause__ or inner.__context__,
        )
    return seen
