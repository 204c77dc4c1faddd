"""Static files of the dashboard and the security headers of its responses."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


class Asset(NamedTuple):
    """A static file."""

    body: bytes
    content_type: str


@cache
def assets() -> Mapping[str, Asset]:
    """Load the static files by their path below the folder; licenses are not served."""
    return dict(_below(resources.files(__package__) / "assets", ""))


@cache
def page_headers() -> Mapping[str, str]:
    """Build the headers of every response.

    The policy loads nothing from other origins, allows inline scripts only for the import map,
    forbids framing, and enforces trusted types, so that no script can turn text into markup.
    """
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' '{_import_map_hash()}'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _import_map_hash() -> str:
    found = _IMPORT_MAP.search(assets()["index.html"].body.decode())
    if found is None:
        raise AssertionError("index.html has no import map")
    digest = hashlib.sha256(found[1].encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _below(folder: resources.abc.Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _below(entry, f"{prefix}{entry.name}/")
            continue
        kind = _TYPES.get(entry.name.rpartition(".")[2])
        if kind is not None:
            found.append((f"{prefix}{entry.name}", Asset(entry.read_bytes(), kind)))
    return found
