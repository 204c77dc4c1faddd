"""URLs in settings: parsed without errors that quote them, since they may contain passwords."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from havip.errors import UsageError

_USERINFO: Final = re.compile(r"^([a-z][a-z0-9+.-]*://)?.*@", re.IGNORECASE | re.DOTALL)
_PROXY_SCHEMES: Final = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def split_url(url: str) -> SplitResult | None:
    """Return the parts of a URL, or None if it is malformed.

    The exceptions of `urlsplit` quote parts of a URL. None of them becomes the context of an error
    that the caller raises.
    """
    if not url.isprintable() or " " in url:  # urlsplit drops line breaks
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def shown_url(url: str) -> str:
    """Return a URL without a user name and password."""
    return _USERINFO.sub(r"\1***@", url)


def check_url(url: str) -> str:
    """Return an HTTP URL.

    Raises:
        UsageError: It is malformed, or has another scheme or no host.
    """
    parts = split_url(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"cannot use the address {shown_url(url)!r}: it is not an http(s) URL")
    return url


def check_proxy(url: str) -> str:
    """Return the URL of a proxy, with a scheme; no error message shows any part of it.

    Raises:
        UsageError: It is malformed.
    """
    full = url if "://" in url else f"http://{url}"
    if wrong := _wrong_with_proxy(full):
        raise UsageError(
            f"cannot use the proxy of proxies=, HTTPS_PROXY, HTTP_PROXY or ALL_PROXY: its URL "
            f"{wrong}; use the form http://user:password@proxy.example:3128, with special "
            "characters of user name and password as %XX"
        )
    return full


def _wrong_with_proxy(url: str) -> str:
    """Return what is wrong with the URL of a proxy; empty if nothing is."""
    parts = split_url(url)
    if parts is None or "@" in f"{parts.path}{parts.query}{parts.fragment}" or not _parses(url):
        return "is malformed"
    if parts.scheme.lower() not in _PROXY_SCHEMES:
        return "has none of the schemes http, https and socks5"
    if not parts.hostname:
        return "has no host"
    try:
        unquote(parts.netloc.rpartition("@")[0]).encode("latin-1")  # as the header requires
    except UnicodeEncodeError:
        return "has a user name or password with characters beyond Latin-1"
    return ""


def _parses(url: str) -> bool:
    """Return whether urllib3 can use a URL, too."""
    from urllib3.exceptions import LocationParseError  # here since endpoints need no urllib3
    from urllib3.util import parse_url

    try:
        return bool(parse_url(url).host)
    except LocationParseError:
        return False
