"""The response of a server as bytes, and the limit of its size."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final, NamedTuple

DEFAULT_MAX_BYTES: Final = 8 * 1024 * 1024
"""Largest response: some twenty times the largest page that the services answer."""


class Reply(NamedTuple):
    """Response of a server: status, headers (names in any case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TooLargeError(Exception):
    """A response exceeds the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit:,} bytes")


class EncodingError(Exception):
    """A response has a content encoding that was not asked for, or is damaged."""


def decoded(body: bytes, encoding: str, limit: int) -> bytes:
    """Decompress a body, never into more bytes than allowed.

    Args:
        body: The body as it was received.
        encoding: Its ``Content-Encoding``; empty for none.
        limit: Most bytes that it may have, before and after.

    Raises:
        TooLargeError: It has more.
        EncodingError: It is not in that encoding, or the encoding is not supported.
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
    "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS),  # with zlib's header, or as some send it, without
}
