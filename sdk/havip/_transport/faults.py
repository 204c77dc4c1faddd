"""Convert exceptions of HTTP libraries to errors of havip, by whether the request was sent."""

from __future__ import annotations

import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NewConnectionError

from havip._transport.reply import EncodingError, TooLargeError
from havip.errors import (
    BadAnswerError,
    HavipError,
    LostAnswerError,
    UnreachableError,
    UsageError,
    one_line,
)

_TLS_FAILED: Final = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "[X509")
_TLS_SLOW: Final = "handshake operation timed out"
_NO_NAME: Final = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


def fault(
    error: BaseException, url: str, proxy: str | None, verify: bool | str, limit: float
) -> HavipError:
    """Return the error of havip for an exception of `requests` or urllib3.

    Args:
        error: The exception.
        url: The URL of the request.
        proxy: The URL of the proxy, if any.
        verify: The path of the CA bundle, or True.
        limit: The timeout of the request in seconds.
    """
    causes = causes_of(error)
    where = origin(url)
    for cause in causes:
        if isinstance(cause, TooLargeError):
            return too_large(where, cause)
    if isinstance(error, EncodingError):
        return unreadable(where, error)
    if isinstance(error, OSError) and not isinstance(
        error, requests.RequestException | TimeoutError
    ):
        return UsageError(f"cannot use the CA bundle {str(verify)!r}: {one_line(str(error))}")
    told = " ".join(str(cause) for cause in causes)
    reason = reason_of(causes)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema) or any(
        isinstance(cause, LocationParseError) for cause in causes
    ):
        return UsageError(f"cannot use the address {where}: {reason}")
    if isinstance(error, requests.exceptions.ProxyError):
        return unreachable(f"{where} through the proxy {_host(proxy)}", reason, "Proxy")
    if any(mark in told for mark in _TLS_FAILED):
        return unreachable(where, f"TLS failed: {reason}", "Tls")
    if names := [cause for cause in causes if isinstance(cause, socket.gaierror)]:
        return unresolved(where, names[-1])
    if _TLS_SLOW in told or (
        any(isinstance(cause, ConnectTimeoutError) for cause in causes)
        and not any(isinstance(cause, NewConnectionError) for cause in causes)
    ):
        return unreachable(where, "no connection in time")
    if any(isinstance(cause, NewConnectionError) for cause in causes):
        return unreachable(where, reason)
    if any(isinstance(cause, TimeoutError) for cause in causes) or isinstance(
        error, requests.exceptions.Timeout
    ):
        reason = f"no whole answer within {limit:.3g} s"
    return lost(where, reason)


def no_slot(url: str, limit: float, connections: int) -> UnreachableError:
    """Return the error for a request that waited too long for a free connection."""
    error = UnreachableError(
        f"cannot reach {origin(url)}: all {connections} connections were busy for {limit:.3g} s; "
        "allow more (connections=) or use fewer threads"
    )
    error.code = "Unreachable.Timeout"
    return error


def unreachable(where: str, reason: str, kind: str = "") -> UnreachableError:
    """Return the error for a request that was never sent."""
    error = UnreachableError(f"cannot reach {where}: {reason}; {_ADVICE[kind]}")
    if kind:
        error.code = f"{UnreachableError.code}.{kind}"
    return error


_ADVICE: Final = {
    "": "check the endpoint, the network and the proxy settings",
    "Name": "check the endpoint and the region for typing errors, and the name service",
    "Resolver": "check the name service of this machine (/etc/resolv.conf) and the network",
    "Proxy": "check the proxy settings (HTTPS_PROXY, NO_PROXY, proxies=)",
    "Tls": "check that it speaks https, and whose certificate it has (ca=, REQUESTS_CA_BUNDLE)",
}


def unresolved(where: str, error: socket.gaierror) -> UnreachableError:
    """Return the error for a failed name resolution, permanent or temporary."""
    kind = "Name" if error.errno in _NO_NAME else "Resolver"
    return unreachable(where, one_line(error.strerror or str(error)), kind)


def lost(where: str, reason: str) -> LostAnswerError:
    """Return the error for a request whose response was lost."""
    return LostAnswerError(f"the answer of {where} was lost: {reason}")


def too_large(where: str, error: TooLargeError) -> BadAnswerError:
    """Return the error for a response that is larger than allowed."""
    return BadAnswerError.too_large(
        f"the answer of {where} is too large: {error}; check the endpoint, or allow more "
        "(max_response_bytes=)"
    )


def unreadable(where: str, error: EncodingError) -> BadAnswerError:
    """Return the error for a response in an encoding that cannot be read."""
    return BadAnswerError(f"the answer of {where} cannot be read: {error}; check the endpoint")


def origin(url: str) -> str:
    """Return scheme, host and port of a URL, without a user name and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _host(proxy: str | None) -> str:
    """Return the host of a proxy, without the credentials that its URL may contain."""
    return urlsplit(proxy or "").hostname or "that is configured"


def reason_of(causes: list[BaseException]) -> str:
    """Return the message of the innermost cause that has one; never empty."""
    for found in reversed(causes):
        if isinstance(found, ssl.SSLCertVerificationError):
            return one_line(found.verify_message) or "certificate refused"
        if isinstance(found, OSError) and found.strerror:
            return one_line(found.strerror)
    return one_line(str(causes[-1])) or type(causes[-1]).__name__


def causes_of(error: BaseException) -> list[BaseException]:
    """Return an exception and the exceptions it wraps, the innermost last."""
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
