"""Raw HTTP responses, and their size limit."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final, NamedTuple

DEFAULT_MAX_BYTES: Final = 8 * 1024 * 1024
"""Default size limit: about twenty times the largest page of the services."""


class Reply(NamedTuple):
    """An HTTP response: status, headers (case-insensitive names) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TooLargeError(Exception):
    """A response exceeds the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit:,} bytes")


class EncodingError(Exception):
    """A response has an unexpected content encoding, or is damaged."""


def decoded(body: bytes, encoding: str, limit: int) -> bytes:
    """Decompress a body with bounded memory.

    Args:
        body: The body as received.
        encoding: Its ``Content-Encoding``; empty for none.
        limit: Maximum size in bytes, before and after decompression.

    Raises:
        TooLargeError: The body is larger.
        EncodingError: The body is not in that encoding, or the encoding is not supported.
    """
    if len(body) > limit:
        raise TooLargeError(limit)
    name = encoding.strip().lower()
    if not name or name == "identity" or not body:
        return body
    if name not in _WINDOW_BITS:
        raise EncodingError(f"the content encoding {encoding[:40]!r} is not supported")
    for bits in _WINDOW_BITS[name]:
        inflater = zlib.decompressobj(bits)
        try:
            content = inflater.decompress(body, limit + 1)
        except zlib.error as error:
            failure = error
            continue
        if len(content) > limit:
            raise TooLargeError(limit)
        if not inflater.eof:
            raise EncodingError(f"the {name} data is cut off")
        return content
    raise EncodingError(f"the body is not {name} data ({failure})")


_WINDOW_BITS: Final = {
    "gzip": (16 + zlib.MAX_WBITS,),
    "x-gzip": (16 + zlib.MAX_WBITS,),
    "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS),  # some servers omit zlib's header
}
