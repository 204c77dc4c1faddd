"""YAML output: PyYAML's dumper with all ambiguous texts quoted."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z_]*(?:[-./][A-Za-z0-9_]+)*|\d+(?:\.\d+){3}(?:/\d+)?")
_WORDS: Final = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


class _Dumper(yaml.SafeDumper):
    """Writes texts in double quotes unless they are plain names."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    plain = bool(_PLAIN.fullmatch(text)) and text.lower() not in _WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def dump(data: Any, *, unicode: bool = True) -> str:
    """Serialize data as block-style YAML.

    Texts with non-BMP format characters or lone surrogates are left to PyYAML, since not all
    parsers combine four-digit escapes.
    """
    text = str(
        yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=unicode, width=float("inf"))
    )
    # PyYAML ends a document that is a single scalar with an extra line "...".
    return text.removesuffix("...\n") if text.endswith("\n...\n") else text
