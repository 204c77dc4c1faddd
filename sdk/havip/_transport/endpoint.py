"""Where calls go: the host of each service, the region, and the site."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from havip.errors import UsageError


class Site(StrEnum):
    """Which of Tencent Cloud's two sites an account belongs to."""

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
    """An address to post to, and its Host header, which is part of what is signed."""

    url: str
    host: str


def check_site(site: str) -> Site:
    """Take the name of a site.

    Raises:
        UsageError: There is no such site.
    """
    try:
        return Site(site)
    except ValueError:
        raise UsageError(f"site={site!r} is not known: take 'china' or 'intl'") from None


def check_region(region: str) -> str:
    """Take a region id; whether it exists is the service's to say.

    Raises:
        UsageError: It cannot be one.
    """
    if not _REGION.fullmatch(region):
        raise UsageError(f"region {region!r} is not of the form of a region id, as ap-guangzhou")
    return region


def endpoint_of_environment() -> str:
    """Read where calls go from ``HAVIP_ENDPOINT``, or from the two variables of Terraform.

    Those are ``TENCENTCLOUD_DOMAIN``, what follows the service in a host, and
    ``TENCENTCLOUD_PROTOCOL``, HTTP or HTTPS. Empty where nothing is set.
    """
    endpoint = os.environ.get("HAVIP_ENDPOINT")
    domain = os.environ.get("TENCENTCLOUD_DOMAIN")
    if endpoint or not domain:
        return endpoint or ""
    scheme = os.environ.get("TENCENTCLOUD_PROTOCOL") or "https"
    return f"{scheme.lower()}://{{service}}.{domain}"


def is_loopback(endpoint: str) -> bool:
    """Tell whether an endpoint is on this machine, as an emulator is."""
    try:
        host = urlsplit(endpoint).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def target(endpoint: str, site: Site, service: str, region: str) -> Target:
    """Find the address of a service.

    Args:
        endpoint: Empty for the nearest public one; ``regional`` or ``internal``; or a URL,
            in which ``{service}`` and ``{region}`` are filled in.
        site: The site of the account.
        service: The service, such as ``vpc``.
        region: The region of the call.

    Raises:
        UsageError: The endpoint is none of these.
    """
    form = _NAMED.get((endpoint, site), endpoint)
    if "://" not in form:
        raise UsageError(_bad(endpoint, f"is not known on the site {site}"))
    url = form.replace("{service}", service).replace("{region}", region)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(_bad(endpoint, f"is malformed ({error})")) from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise UsageError(_bad(endpoint, "has no http(s) scheme or no host"))
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise UsageError(_bad(parts.hostname, "holds more than scheme, host and port"))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return Target(f"{parts.scheme}://{host}/", host)


def _bad(endpoint: str, why: str) -> str:
    """Say what an endpoint has to look like."""
    return (
        f"endpoint {endpoint!r} {why}: take 'regional', 'internal' "
        "or a URL such as http://127.0.0.1:8080"
    )
