"""Endpoints: the host of each service, the region, and the site."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from havip._checks import words
from havip._transport.urls import shown_url, split_url
from havip.errors import UsageError


class Site(StrEnum):
    """The two sites of Tencent Cloud; an account belongs to one of them."""

    CHINA = "china"
    INTL = "intl"


_NAMED: Final = {
    ("", Site.CHINA): "https://{service}.tencentcloudapi.com",
    ("", Site.INTL): "https://{service}.intl.tencentcloudapi.com",
    ("regional", Site.CHINA): "https://{service}.{region}.tencentcloudapi.com",
    ("internal", Site.CHINA): "https://{service}.internal.tencentcloudapi.com",
}
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")


class Target(NamedTuple):
    """An address to post to, with its Host header, which is part of the signature."""

    url: str
    host: str


def check_site(site: str) -> Site:
    """Return the site with a name.

    Raises:
        UsageError: The site does not exist.
    """
    try:
        return Site(site)
    except ValueError:
        raise UsageError(f"site={site!r} is not known: use 'china' or 'intl'") from None


def check_region(region: str) -> str:
    """Return a well-formed region id; only the service knows whether the region exists.

    Raises:
        UsageError: It is malformed.
    """
    if not _REGION.fullmatch(words("region", region, "ap-guangzhou")):
        raise UsageError(f"region {region!r} is not of the form of a region id, as ap-guangzhou")
    return region


def endpoint_of_environment() -> str:
    """Return the endpoint from ``HAVIP_ENDPOINT`` or the two variables of Terraform's provider.

    Those are ``TENCENTCLOUD_DOMAIN``, the part of a host name after the service, and
    ``TENCENTCLOUD_PROTOCOL``, HTTP or HTTPS. The result is empty if none of them is set.

    Raises:
        UsageError: One is set but empty. A script may have left it so because the emulator was
            not ready yet, and must not reach the real cloud then.
    """
    for name, example in (
        ("HAVIP_ENDPOINT", "http://127.0.0.1:8080"),
        ("TENCENTCLOUD_DOMAIN", "tencentcloudapi.com"),
    ):
        value = os.environ.get(name)
        if value is None:
            continue
        if not value.strip():
            raise UsageError(
                f"{name} is set and empty: give it a value such as {example}, or unset it to "
                "reach the public endpoint of Tencent Cloud"
            )
        if name == "HAVIP_ENDPOINT":
            return value
        scheme = os.environ.get("TENCENTCLOUD_PROTOCOL") or "https"
        return f"{scheme.lower()}://{{service}}.{value}"
    return ""


def is_loopback(endpoint: str) -> bool:
    """Return whether an endpoint is on this machine, like that of an emulator."""
    try:
        host = urlsplit(endpoint).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def target(endpoint: str, site: Site, service: str, region: str) -> Target:
    """Return the address of a service.

    Args:
        endpoint: Empty for the nearest public endpoint; ``regional`` or ``internal``; or a URL,
            in which ``{service}`` and ``{region}`` are replaced.
        site: The site of the account.
        service: The service, such as ``vpc``.
        region: The region of the call.

    Raises:
        UsageError: The endpoint has another form.
    """
    form = _NAMED.get((endpoint, site), endpoint)
    if "://" not in form:
        raise UsageError(_bad(endpoint, f"is not known on the site {site}"))
    if not (form.isascii() and form.isprintable()) or " " in form:  # urlsplit drops line breaks
        raise UsageError(_bad(form, "has characters that no URL has"))
    url = form.replace("{service}", service).replace("{region}", region)
    parts = split_url(url)
    if parts is None:
        raise UsageError(_bad(endpoint, "is malformed: check its host and port"))
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise UsageError(_bad(endpoint, "has no http(s) scheme or no host"))
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError(_bad(parts.hostname, "holds more than scheme, host and port"))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    return Target(f"{parts.scheme}://{host}/", host)


def _bad(endpoint: str, why: str) -> str:
    """Return the error message for an unusable endpoint."""
    return (
        f"endpoint {shown_url(endpoint)!r} {why}: use 'regional', 'internal' "
        "or a URL such as http://127.0.0.1:8080"
    )
