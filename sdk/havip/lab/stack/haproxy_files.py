"""Parse the haproxy files of nodes for ports and servers."""

from __future__ import annotations

import re

_BIND = re.compile(r"^\s*bind\s+(?!127\.)(?:[^\s:]*):(\d+)", re.MULTILINE)
_SERVER = re.compile(r"^\s*server\s+\S+\s+(\d+\.\d+\.\d+\.\d+):(\d+)", re.MULTILINE)


def served_port(text: str) -> int:
    r"""Return the first port on which a haproxy.cfg accepts external connections, or 0.

    Example:
        >>> served_port("frontend web\n    bind *:8080\n")
        8080
    """
    found = _BIND.search(text)
    return int(found[1]) if found else 0


def servers(text: str) -> list[tuple[str, int]]:
    r"""Return address and port of each server in a haproxy.cfg.

    Example:
        >>> servers("backend b\n  server w1 10.0.0.5:80 check\n")
        [('10.0.0.5', 80)]
    """
    return [(address, int(port)) for address, port in _SERVER.findall(text)]
