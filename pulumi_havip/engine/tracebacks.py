"""Shorten the traceback of a failed dynamic provider to the relevant lines.

Pulumi's server of dynamic providers returns the whole traceback of an error. A user needs its last
line, and only those frames above it that are in the provider author's code rather than in Pulumi's
SDK, this package or Python itself.
"""

from __future__ import annotations

import re
from typing import Final

_HEADER: Final = "Traceback (most recent call last):"
_FRAME: Final = '  File "'
_OTHERS: Final = re.compile(
    r"[/\\]pulumi[/\\](dynamic|runtime|provider|\w+\.py)"  # the SDK
    r"|[/\\]pulumi_havip[/\\]"
    r"|[/\\]lib[/\\]python3\.\d+[/\\](?!(site|dist)-packages)"
    r'|^  File "<',
    re.IGNORECASE,
)

_NAMELESS: Final = re.compile(r"^(?:\w+\.)*Error: ")
"""Exception classes named just ``Error``, whose name carries no information."""


def read(text: str) -> tuple[str, str]:
    """Parse a provider's error message.

    Args:
        text: The provider's message.

    Returns:
        The error, in one line if there was a traceback, and the traceback from the first frame of
            the author's code on; empty without one.
    """
    text = text.strip()
    if not text.startswith(_HEADER):
        return text, ""
    lines = text.splitlines()
    frames = [index for index, line in enumerate(lines) if line.startswith(_FRAME)]
    end = _end_of(lines, frames[-1]) if frames else 1
    what = " ".join(line.strip() for line in lines[end:] if line.strip())
    what = _NAMELESS.sub("", what)
    first = next((index for index in frames if not _OTHERS.search(lines[index])), None)
    if first is None:
        return what, ""
    return what, "\n".join([_HEADER, *lines[first:]])


def _end_of(lines: list[str], frame: int) -> int:
    """Return where the message starts, after the source lines of the last frame."""
    end = frame + 1
    while end < len(lines) and lines[end].startswith("  "):
        end += 1
    return end
