"""Server-side verification of TC3-HMAC-SHA256 signatures.

Implemented from the published method and independently of the client's signing code, so that a
mistake in one cannot hide in the other. Source: the API 3.0 signature page (TC3).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

from havip.emulator.errors import ApiFailure
from havip.emulator.state.access_keys import Key

MAX_SKEW: Final = 300
"""Maximum difference in seconds between the timestamp of a request and the server's clock."""
UNSIGNED: Final = "UNSIGNED-PAYLOAD"

_AS_SENT = ("content-type", "host")
_ALGORITHM = "TC3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 +Credential=(?P<id>[^/,\s]{1,256})/(?P<date>\d{4}-\d{2}-\d{2})"
    r"/(?P<service>[a-z0-9_-]{1,64})/tc3_request *, *"
    r"SignedHeaders=(?P<names>[^,\s]{1,1024}) *, *"
    r"Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)


class Claim(NamedTuple):
    """Parsed Authorization header, before it is verified."""

    secret_id: str
    date: str
    service: str
    signed: tuple[str, ...]
    signature: str


class Signed(NamedTuple):
    """Parts of a request that its signature covers.

    Attributes:
        method: ``GET`` or ``POST``.
        query: The query string as sent, undecoded.
        headers: The headers, by lower-case name.
        body: The body as sent.
    """

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def read_claim(authorization: str) -> Claim:
    """Parse an Authorization header.

    Raises:
        ApiFailure: ``AuthFailure.InvalidAuthorization`` if the header is missing or malformed.
    """
    if not authorization:
        raise ApiFailure(
            "AuthFailure.InvalidAuthorization",
            "The Authorization header is missing. Sign requests in headers with "
            "TC3-HMAC-SHA256; the older HmacSHA1 and HmacSHA256 are not supported.",
        )
    match = _AUTHORIZATION.fullmatch(authorization)
    if match is None:
        raise ApiFailure(
            "AuthFailure.InvalidAuthorization",
            "The Authorization header is not of the form `TC3-HMAC-SHA256 "
            "Credential=ID/DATE/SERVICE/tc3_request, SignedHeaders=content-type;host, "
            "Signature=HEX`.",
        )
    secret_id, date, service, names, signature = match.groups()
    return Claim(secret_id, date, service, _signed_names(names.lower()), signature)


@lru_cache(maxsize=64)
def _signed_names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(";"))
    if "content-type" not in names or "host" not in names or len(set(names)) != len(names):
        raise ApiFailure(
            "AuthFailure.InvalidAuthorization",
            "SignedHeaders must include content-type and host, and must not repeat a header.",
        )
    return names


def check_moment(timestamp: str, date: str, now: float) -> None:
    """Check the time of a request against the server's clock.

    Args:
        timestamp: The header ``X-TC-Timestamp``, in seconds since the epoch.
        date: The date of the credential scope, which must be the UTC date of the timestamp.
        now: The server's time, in seconds since the epoch.

    Raises:
        ApiFailure: ``AuthFailure.SignatureExpire`` if they are more than five minutes apart.
    """
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 11):
        raise ApiFailure(
            "InvalidParameterValue", "X-TC-Timestamp is not a number of seconds since 1970."
        )
    moment = int(timestamp)
    if abs(now - moment) > MAX_SKEW:
        raise ApiFailure(
            "AuthFailure.SignatureExpire",
            f"The timestamp {moment} is {abs(now - moment):.0f} s off the server's clock "
            f"({now:.0f}), more than {MAX_SKEW} s. Correct the clock of the client.",
        )
    if date != _utc_date(moment):
        raise ApiFailure(
            "AuthFailure.SignatureFailure",
            f"The date {date} of the credential is not the UTC date of the timestamp.",
        )


def check_key(key: Key | None, token: str, now: float) -> Key:
    """Check that a key exists, has not expired, and came with its token.

    Args:
        key: The key that was found for the id, if any.
        token: The header ``X-TC-Token``, empty if absent.
        now: The cloud's time, which decides whether a key has expired.

    Raises:
        ApiFailure: ``AuthFailure.SecretIdNotFound`` or ``AuthFailure.TokenFailure``.
    """
    expired = key is not None and key.expires is not None and key.expires <= now
    if key is None or (expired and not key.token):
        raise ApiFailure(
            "AuthFailure.SecretIdNotFound",
            "The SecretId is not found, please ensure that your SecretId is correct.",
        )
    sent = token.encode("utf-8", "surrogateescape")
    if (sent or key.token) and not hmac.compare_digest(key.token.encode(), sent):
        raise ApiFailure("AuthFailure.TokenFailure", "The token does not belong to this SecretId.")
    if expired:
        raise ApiFailure("AuthFailure.TokenFailure", "The temporary key has expired.")
    return key


def check_signature(key: Key, claim: Claim, signed: Signed) -> None:
    """Recompute the signature of a request and compare it.

    Raises:
        ApiFailure: ``AuthFailure.SignatureFailure`` if the signatures differ.
    """
    timestamp = signed.headers.get("x-tc-timestamp", "")
    secret = signing_key(key.secret_key, claim.date, claim.service)
    scope = f"{_ALGORITHM}\n{timestamp}\n{claim.date}/{claim.service}/tc3_request\n"
    for canonical in _canonical_forms(claim, signed):
        text = scope + sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
        wanted = hmac.digest(secret, text.encode("utf-8", "surrogateescape"), "sha256").hex()
        if hmac.compare_digest(wanted, claim.signature):
            return
    raise ApiFailure(
        "AuthFailure.SignatureFailure",
        "The signature does not match the request. Check the secret key, and that body, "
        "Content-Type and Host are sent as they were signed.",
    )


@lru_cache(maxsize=1024)
def signing_key(secret_key: str, date: str, service: str) -> bytes:
    """Derive the signing key of a date and service from a secret key."""
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _canonical_forms(claim: Claim, signed: Signed) -> Iterator[str]:
    """Yield the canonical forms that clients use: header values as sent, or in lower case.

    The documents use lower-case header values, but the official SDKs sign Content-Type and Host as
    sent; both are accepted, as by the real service.
    """
    values = []
    for name in claim.signed:
        value = signed.headers.get(name)
        if value is None:
            raise ApiFailure(
                "AuthFailure.InvalidAuthorization",
                f"SignedHeaders names `{_shorten(name)}`, which is missing from the request.",
            )
        values.append((name, value))
    head = f"{signed.method}\n/\n{signed.query}\n"
    tail = f"\n{';'.join(claim.signed)}\n{_hash_of_body(signed)}"
    for keep in (_AS_SENT, (), claim.signed):
        lines = [f"{name}:{v if name in keep else v.lower()}\n" for name, v in values]
        yield f"{head}{''.join(lines)}{tail}"


def _hash_of_body(signed: Signed) -> str:
    if signed.headers.get("x-tc-content-sha256") == UNSIGNED:
        return sha256(UNSIGNED.encode()).hexdigest()
    return sha256(signed.body).hexdigest()


@lru_cache(maxsize=64)
def _date_of_day(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%d")


def _utc_date(moment: int) -> str:
    return _date_of_day(moment // 86_400)


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
