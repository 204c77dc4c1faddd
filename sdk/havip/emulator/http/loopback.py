"""Loopback checks of peers and Host headers, against remote access and DNS rebinding."""

from __future__ import annotations

import ipaddress
import re

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.IGNORECASE)


def is_loopback(address: str) -> bool:
    """Return whether a text is a loopback IP address; host names are not."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


def names_loopback(host: str) -> bool:
    """Return whether a Host header is a loopback name or address."""
    match = _HOST.fullmatch(host)
    name = match["name"].strip("[]").lower() if match else ""
    return name == "localhost" or is_loopback(name)
