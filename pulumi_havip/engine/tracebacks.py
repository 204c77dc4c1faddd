"""Traceback of a failed dynamic provider, shortened to the lines that matter.

Pulumi's server of dynamic providers answers an error with the whole traceback. A person needs
its last line, and the lines above it only where they lead into code of the provider's author:
not into Pulumi's SDK, this package or Python itself.
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
"""An exception class that is called just that tells nothing."""


def read(text: str) -> tuple[str, str]:
    """Parse a provider's error.

    Args:
        text: What the provider answered.

    Returns:
        What went wrong, in one line where it came with a traceback, and the traceback from the
        first line of its author's on; empty where it has none.
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
    """Return where the message begins, after the lines of code under the last frame."""
    end = frame + 1
    while end < len(lines) and lines[end].startswith("  "):
        end += 1
    return end
