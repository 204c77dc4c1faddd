"""YAML output: PyYAML's dumper with every text quoted that any reader could take otherwise."""

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


def dump(data: Any) -> str:
    """Return data as block-style YAML.

    Astral format characters and halves of surrogate pairs have no escape of four digits that
    every reader joins, so such texts are the only ones that PyYAML escapes by itself.
    """
    text = str(
        yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    )
    # A bare value ends with a line that scripts trip over.
    return text.removesuffix("...\n") if text.endswith("\n...\n") else text
