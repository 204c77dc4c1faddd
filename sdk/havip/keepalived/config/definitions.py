"""Definitions of a keepalived.conf, put in where they are used."""

from __future__ import annotations

import re
from typing import Final

_DEFINITION: Final = re.compile(r"[ \t]*\$([A-Za-z_]\w*)=[ \t]*(.*)")
_USE: Final = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)(?=[ \t\r,)]|$))")
_COMMENT: Final = re.compile(r"(?<!\\)[#!].*")


def expand(text: str) -> str:
    r"""Put the values of definitions of one line (``$NAME=value``) in where they are used.

    What keepalived alone can know is left as it is: definitions of several lines, its own
    (``$_INSTANCE``, say) and those of included files.

    Args:
        text: The text of a keepalived.conf.

    Returns:
        The text, of as many lines.

    Example:
        >>> expand("$IP=172.17.16.3  # the HAVIP\nvirtual_ipaddress { $IP }")
        '\nvirtual_ipaddress { 172.17.16.3 }'
    """
    known: dict[str, str] = {}
    return "\n".join(_expanded(line, known) for line in text.split("\n"))


def _expanded(line: str, known: dict[str, str]) -> str:
    line = _USE.sub(lambda use: known.get(use[1] or use[2], use[0]), line)
    definition = _DEFINITION.fullmatch(line.rstrip("\r"))
    if definition is None:
        return line
    name, value = definition[1], _COMMENT.sub("", definition[2]).rstrip()
    if value.endswith("\\"):
        known.pop(name, None)
        return line
    known[name] = value
    return ""
