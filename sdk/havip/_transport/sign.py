"""Request signatures: TC3-HMAC-SHA256, as documented for API 3.0."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Coroutine, Mapping
from functools import lru_cache
from typing import Final

from havip.errors import CredentialError

ALGORITHM: Final = "TC3-HMAC-SHA256"
CONTENT_TYPE: Final = "application/json"
SKIP: Final = "SKIP"
"""The Authorization header of an unsigned call."""
_PARTS: Final = ("secret_id", "secret_key", "token")


def check_key(key: object, provider: object) -> None:
    """Check that a credential provider returned a key.

    Raises:
        CredentialError: It is something else, which is not shown.
    """
    if all(hasattr(key, part) for part in _PARTS):
        return
    if isinstance(key, Coroutine):
        key.close()
    raise CredentialError(
        f"the credential provider {type(provider).__name__} returned a {type(key).__name__} "
        "instead of havip.Credentials(secret_id, secret_key)"
    )


def authorization(
    *,
    secret_id: str,
    secret_key: str,
    service: str,
    host: str,
    timestamp: int,
    body: bytes,
    content_type: str = CONTENT_TYPE,
) -> str:
    """Build the Authorization header of a POST; content type and host are the signed headers.

    Args:
        secret_id: Id of the key.
        secret_key: The key.
        service: Product in the credential scope, such as ``vpc``.
        host: The Host header, byte for byte as sent, including the port.
        timestamp: The X-TC-Timestamp header: seconds since 1970, UTC.
        body: The body.
        content_type: The Content-Type header, byte for byte as sent.
    """
    headers = {"content-type": content_type, "host": host}
    request, names = canonical_request("POST", "", headers, body)
    signature = sign(secret_key, service, timestamp, request)
    return (
        f"{ALGORITHM} Credential={secret_id}/{utc_date(timestamp // 86400)}/{service}/tc3_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )


def canonical_request(
    method: str, query: str, headers: Mapping[str, str], body: bytes
) -> tuple[str, str]:
    """Build the canonical form of a request; the second part lists the signed headers.

    Args:
        method: GET or POST.
        query: The raw query string; empty for a POST.
        headers: The headers to sign; names in any case, values as sent.
        body: The body; empty for a GET.
    """
    lowered = sorted((name.lower(), value.strip()) for name, value in headers.items())
    lines = "".join(f"{name}:{value}\n" for name, value in lowered)
    names = ";".join(name for name, _ in lowered)
    digest = hashlib.sha256(body).hexdigest()
    return f"{method}\n/\n{query}\n{lines}\n{names}\n{digest}", names


def sign(secret_key: str, service: str, timestamp: int, request: str) -> str:
    """Sign a canonical request; the result is hexadecimal."""
    date = utc_date(timestamp // 86400)
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"{ALGORITHM}\n{timestamp}\n{date}/{service}/tc3_request\n{digest}"
    return hmac.digest(signing_key(secret_key, date, service), text.encode(), "sha256").hex()


@lru_cache(maxsize=8)
def utc_date(day: int) -> str:
    """Format a day number since 1970 as the UTC date in a signature."""
    return time.strftime("%Y-%m-%d", time.gmtime(day * 86400))


@lru_cache(maxsize=64)
def signing_key(secret_key: str, date: str, service: str) -> bytes:
    """Derive the key of one day and service; cached, as it takes three of the four HMACs."""
    key = hmac.digest(f"TC3{secret_key}".encode(), date.encode(), "sha256")
    key = hmac.digest(key, service.encode(), "sha256")
    return hmac.digest(key, b"tc3_request", "sha256")
