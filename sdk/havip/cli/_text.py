"""Escaping of text from the cloud for terminals; all output of the command passes through here.

A name can contain anything that its author typed: escape sequences that clear the screen or
change the window title, C1 controls, bidirectional overrides that disguise a name, lone surrogates.
They are not removed but escaped, so that they are visible.
"""

from __future__ import annotations

import codecs
import json
import math
import sys
import unicodedata
from typing import Any, Final

_KEPT: Final = frozenset("\n\t")
_DELETE: Final = "\x7f"
"""The one ASCII control character that JSON does not escape."""
_STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def is_safe(char: str) -> bool:
    """Return whether a character is safe to write to a terminal."""
    return char in _KEPT or unicodedata.category(char) not in _STEERING


def printable(text: str) -> str:
    """Return a text with unsafe characters escaped."""
    if text.isprintable():
        return text
    return "".join(char if is_safe(char) else _escape(char) for char in text)


def printable_line(text: str) -> str:
    """Return a text as one line, with unsafe characters, line breaks and tabs escaped."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def json_text(data: Any, *, indent: int | None = 2) -> str:
    """Serialize data as JSON with unsafe characters escaped.

    Nothing is lost, except that a number that JSON does not have becomes null.
    """
    ascii_only = not _writes_unicode()
    try:
        text = json.dumps(data, indent=indent, ensure_ascii=ascii_only, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(data), indent=indent, ensure_ascii=ascii_only)
    return text if text.isascii() and _DELETE not in text else _escaped_units(text)


def _finite(data: Any) -> Any:
    """Copy data, with None in place of NaN and infinity."""
    if isinstance(data, dict):
        return {name: _finite(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def yaml_text(data: Any) -> str:
    """Serialize data as YAML that parsers of 1.1 and 1.2 read identically.

    The versions disagree on which plain words are numbers or booleans (``on``, ``0o17``, ``1e3``),
    so every text except plain names is quoted.
    """
    from havip.cli._yaml import dump

    text = dump(data, unicode=_writes_unicode())
    return text if text.isascii() and _DELETE not in text else _escaped_units(text)


def _writes_unicode() -> bool:
    """Return whether standard output is UTF-8, which readers of JSON and YAML expect."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return codecs.lookup(encoding).name == "utf-8"


def _escaped_units(text: str) -> str:
    """Escape unsafe characters as JSON and double-quoted YAML do, by UTF-16 units."""
    return "".join(char if is_safe(char) else _units(char) for char in text)


def _units(char: str) -> str:
    raw = char.encode("utf-16-be", "surrogatepass")
    pairs = (raw[at : at + 2] for at in range(0, len(raw), 2))
    return "".join(f"\\u{int.from_bytes(pair, 'big'):04x}" for pair in pairs)


def _escape(char: str) -> str:
    code = ord(char)
    form = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return form if code < 0x10000 else f"\\U{code:08x}"
