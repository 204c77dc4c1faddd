"""Property paths such as ``tags.owner``, ``range[0]`` or ``*``: parse, match, compare."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pulumi_havip.engine.events import Change
from pulumi_havip.engine.values import Secret, has_secret, same, unwrap

_PART: Final = re.compile(r'\.?([^.\[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[([0-9]+|\*)\]|\.?"([^"]*)"')
Path = tuple[str | int, ...]


def parse(text: str) -> Path:
    """Split a property path into keys, indexes and ``*``.

    Example::

        parse('tags["a.b"][0].*')   # ('tags', 'a.b', 0, '*')
    """
    parts: list[str | int] = []
    for bare, quoted, index, alone in _PART.findall(text):
        if index:
            parts.append(index if index == "*" else int(index))
        else:
            parts.append(bare or quoted.replace('\\"', '"') or alone)
    return tuple(parts)


def write(path: Sequence[str | int]) -> str:
    """Format a property path."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[\w$-]+", part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def covers(pattern: Path, path: Path) -> bool:
    """Return whether a path, or a parent of it, matches a pattern."""
    return len(path) >= len(pattern) and all(
        want in ("*", part) for want, part in zip(pattern, path, strict=False)
    )


def ignore(new: dict[str, Any], old: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Return new inputs in which the ignored properties keep their old values."""
    kept = copy.deepcopy(new) if paths else new
    for text in paths:
        _reset(kept, old, parse(text))
    return kept


def _reset(new: Any, old: Any, path: Path) -> None:
    new, old = _bare(new), _bare(old)
    if not path or not isinstance(new, (dict, list)) or type(new) is not type(old):
        return
    head, rest = path[0], path[1:]
    for key in _keys(new, old, head):
        if rest:
            if _has(new, key) and _has(old, key):
                _reset(new[key], old[key], rest)
        elif _has(old, key) and (isinstance(new, dict) or _has(new, key)):
            new[key] = old[key]
        elif isinstance(new, dict):
            new.pop(key, None)


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


def _keys(new: Any, old: Any, head: str | int) -> list[Any]:
    if head != "*":
        return [head]
    if isinstance(new, dict):
        return list(dict.fromkeys([*new, *old]))
    return list(range(min(len(new), len(old))))


def _has(holder: Any, key: Any) -> bool:
    if isinstance(holder, dict):
        return key in holder
    return isinstance(key, int) and 0 <= key < len(holder)


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[Change]:
    """Yield the differences between two values, property by property.

    Secrets are compared as a whole: their parts are never listed.
    """
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _member(old, new, key, path)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from _member(old, new, index, path)
    elif not same(unwrap(old), unwrap(new)):
        yield Change(write(path), "update", _shown(old, new), _shown(new, old))


def _member(old: Any, new: Any, key: Any, path: Path) -> Iterator[Change]:
    here = (*path, key)
    if not _has(old, key):
        yield Change(write(here), "add", None, new[key])
    elif not _has(new, key):
        yield Change(write(here), "delete", old[key], None)
    else:
        yield from differences(old[key], new[key], here)


def _shown(value: Any, other: Any) -> Any:
    """Keep a value secret if its old or new value is one."""
    return Secret(unwrap(value)) if has_secret(value) or has_secret(other) else value
