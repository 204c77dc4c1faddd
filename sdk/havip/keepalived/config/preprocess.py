"""Preprocess a file as keepalived does: comments, conditions and definitions.

Each resulting line keeps the line number of the source file, so that problems are reported where
they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

_CONDITION: Final = re.compile(r"@(\^?)(\S*)[ \t]+(.*)", re.DOTALL)
_DEFINITION: Final = re.compile(r"\$([A-Za-z_]\w*)=[ \t]*(.*)", re.ASCII | re.DOTALL)
_USE: Final = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)(?=[ \t,)]|$))", re.ASCII)
_ESCAPED: Final = re.compile(r"\\.")
_BRACE: Final = re.compile(r'(?:[^"{}]|"[^"]*")*([{}])')
_MOST_USES: Final = 100
"""Maximum number of expansions in one line, against recursive definitions."""


class SourceLine(NamedTuple):
    """A line of a file with its number."""

    number: int
    text: str


@dataclass(slots=True)
class _Definition:
    """The value of a definition, as a list of lines."""

    lines: list[str]
    open: bool = False


def split_comment(line: str) -> tuple[str, str]:
    r"""Split a line into its content and its comment.

    A comment begins at ``#`` or ``!`` outside of double quotes, unless escaped by a backslash.

    Example:
        >>> split_comment('  state BACKUP  # both')
        ('state BACKUP', '# both')
    """
    quoted, at = False, 0
    while at < len(line):
        mark = line[at]
        if mark == "\\":
            at += 2
            continue
        if mark == '"':
            quoted = not quoted
        elif mark in "#!" and not quoted:
            return line[:at].strip(" \t"), line[at:]
        at += 1
    return line.strip(" \t"), ""


def quotes_are_closed(line: str) -> bool:
    r"""Return whether the double quotes of a line are closed.

    keepalived counts them twice, once without those behind a backslash: both must be even.

    Example:
        >>> quotes_are_closed(r'script "/bin/echo \"a"')
        False
    """
    content, _ = split_comment(line)
    return not content.count('"') % 2 and not _ESCAPED.sub("", content).count('"') % 2


def config_ids(text: str) -> list[str]:
    r"""Return the ids in the conditions of a file (``@ID``, ``@^ID``), in order of appearance.

    Example:
        >>> config_ids("@a state MASTER\n@^a state BACKUP")
        ['a']
    """
    found = re.findall(r"^[^#!\n]*?(?:^|[\s{}])@\^?([^\s^]+)[ \t]", text, re.MULTILINE)
    return list(dict.fromkeys(found))


def preprocess(text: str, config_id: str | None = None) -> list[SourceLine]:
    r"""Expand definitions, and remove lines whose conditions do not apply.

    Values that only keepalived knows are not expanded: sequences and lists (``~SEQ``), its own
    definitions (``$_INSTANCE``), and those of included files.

    Args:
        text: The text of a keepalived.conf.
        config_id: The id passed to keepalived (``-i``).

    Returns:
        The remaining lines without comments; a multi-line definition expands to several lines
        with the same number.

    Example:
        >>> preprocess("$IP=172.17.16.3  # the HAVIP\nunicast_src_ip $IP")
        [Line(number=2, text='unicast_src_ip 172.17.16.3')]
    """
    lines = (SourceLine(number, line) for number, line in enumerate(text.split("\n"), start=1))
    return list(_Preprocessor(config_id).run(lines))


class _Preprocessor:
    def __init__(self, config_id: str | None) -> None:
        self._id = config_id
        self._known: dict[str, _Definition] = {}
        self._open: _Definition | None = None

    def run(self, lines: Iterable[SourceLine]) -> Iterator[SourceLine]:
        for number, raw in lines:
            line = raw.rstrip("\r")
            if not line:
                self._open = None
                continue
            text, _ = split_comment(line)
            if self._open is not None:
                self._extend(self._open, text)
            else:
                yield from (SourceLine(number, one) for one in self._read(text, 0) if one)

    def _extend(self, definition: _Definition, text: str) -> None:
        if text.endswith("\\"):
            definition.lines.append(text[:-1].rstrip(" \t"))
        else:
            definition.lines.append(text)
            self._open = None

    def _read(self, text: str, uses: int) -> Iterator[str]:
        condition = _CONDITION.match(text) if text.startswith("@") else None
        if text.startswith("@"):
            if condition is None or (condition[2] != self._id) != bool(condition[1]):
                return
            yield from self._read(condition[3], uses)
        elif definition := _DEFINITION.fullmatch(text):
            self._define(definition[1], definition[2])
        else:
            yield from self._replace(text, uses)

    def _define(self, name: str, value: str) -> None:
        if value.endswith("\\"):
            first = value[:-1].rstrip(" \t")
            self._open = self._known[name] = _Definition([first] if first else [])
        else:
            self._known[name] = _Definition([value])

    def _replace(self, text: str, uses: int) -> Iterator[str]:
        for use in _USE.finditer(text):
            found = self._known.get(use[1] or use[2])
            several = found is not None and len(found.lines) != 1
            if found is None or (several and use.end() != len(text)) or uses >= _MOST_USES:
                continue
            first, *rest = found.lines or [""]
            replaced, _ = split_comment(text[: use.start()] + first + text[use.end() :])
            yield from self._read(replaced, uses + 1)
            for line in rest:
                yield from self._read(line, uses + 1)
            return
        yield from self._split(text)

    def _split(self, text: str) -> Iterator[str]:
        """Split a line at its first brace, and process the rest."""
        brace = _BRACE.match(text)
        if brace is None:
            yield text
            return
        yield from (text[: brace.start(1)].rstrip(" \t"), brace[1])
        yield from self._read(text[brace.end() :].strip(" \t"), 0)
