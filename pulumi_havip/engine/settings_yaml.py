"""The YAML of Pulumi's files: values as the CLI reads them, and changes of single entries."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import yaml

_CORE: Final = "tag:yaml.org,2002:"
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>[0-9]+))"
)
_BASES: Final = {"x": 16, "b": 2, "o": 8, "d": 10}
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONGEST: Final = 400
"""Digits of a number; with more of them it is beyond all floats, and stays text."""


def _number(text: str) -> int | float | None:
    """Return the number that the CLI's YAML library reads in a plain scalar, or None."""
    if text[:1] not in set("+-.0123456789"):
        return None
    plain = text if text.startswith(".") else text.replace("_", "")
    if len(plain) > _LONGEST:
        return None
    if found := _INTEGER.fullmatch(plain):
        kind = str(found.lastgroup)
        value = int(found["sign"] + found[kind], _BASES[kind])
        if -(2**63) <= value < 2**64:
            return value
    return _float(plain) if _FLOAT.fullmatch(plain) else None


def _float(plain: str) -> int | float | None:
    value = float(plain)
    if abs(value) == float("inf"):
        return None
    if value.is_integer() and abs(value) < 1e21:  # written without a point, as JSON does in Go
        return int(Decimal(repr(value)))
    return value


class _NumberResolver(yaml.resolver.Resolver):
    """Recognizes the CLI's forms of numbers."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return the tag of a node."""
        if kind is yaml.ScalarNode and implicit[0]:
            number = _number(value)
            if number is not None:
                return _CORE + ("int" if isinstance(number, int) else "float")
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]


class _SettingsLoader(_NumberResolver, yaml.SafeLoader):
    """Reads on, yes, 12:30 and dates as text; settings are JSON or text."""

    # Not libyaml's: that one takes the process down with it where lists are nested deeply.
    yaml_implicit_resolvers: dict[str, Any] = {}


def _construct(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    number = _number(node.value)
    if number is None:
        raise yaml.constructor.ConstructorError(
            None, None, f"{node.value!r} is not a number", node.start_mark
        )
    return number


for _tag, _words, _first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", "<<", "<"),
):
    _SettingsLoader.add_implicit_resolver(_CORE + _tag, re.compile(f"^(?:{_words})$"), list(_first))
for _tag in ("int", "float"):
    _SettingsLoader.add_constructor(_CORE + _tag, _construct)


class _SettingsDumper(_NumberResolver, yaml.SafeDumper):
    """Quotes texts that any version of YAML reads as something else."""


def load(text: str) -> Any:
    """Parse a document.

    Raises:
        yaml.YAMLError: It is invalid.
    """
    return yaml.load(text, Loader=_SettingsLoader)  # noqa: S506 - a subclass of SafeLoader


def dump(source: Any, *, ascii_only: bool = False) -> str:
    """Format a document."""
    return yaml.dump(
        source, Dumper=_SettingsDumper, sort_keys=False, allow_unicode=not ascii_only, width=10_000
    )


def put(
    text: str,
    section: str,
    key: str,
    value: Any,
    same_key: Callable[[str], bool] | None = None,
    ascii_only: bool = False,
) -> str:
    """Set one entry of a document, and leave its other lines as they are.

    It does not cover every form of YAML: the caller has to compare what the new text says.

    Args:
        text: The document, a mapping in block style.
        section: The mapping with the entry; empty for the document itself.
        key: The entry's key.
        value: Its new value; None removes it.
        same_key: Returns whether a key in the text is the entry's; only the same text if omitted.
        ascii_only: Whether other characters are escaped.
    """
    document = yaml.compose(text, Loader=_SettingsLoader)
    mapping, same_key = document, same_key or key.__eq__
    if section:
        inner = _entry(document, section.__eq__)
        if inner is None or not isinstance(inner[1], yaml.MappingNode) or not inner[1].value:
            key, value, same_key = section, {key: value}, section.__eq__
        else:
            mapping = inner[1]
    entry = _entry(mapping, same_key)
    if value is None:
        return text if entry is None else _without(text, *entry)
    lines = dump({key: value}, ascii_only=ascii_only).rstrip("\n")
    if entry is None:
        return _added(text, mapping, lines)
    start = entry[0].start_mark
    return text[: start.index] + _indented(lines, start.column) + text[_end(entry[1], text) :]


def _without(text: str, key: yaml.Node, value: yaml.Node) -> str:
    """Remove the lines of an entry."""
    first = key.start_mark.index - key.start_mark.column
    last = text.find("\n", _end(value, text))
    return text[:first] + (text[last + 1 :] if last >= 0 else "")


def _added(text: str, mapping: Any, lines: str) -> str:
    """Append an entry to a mapping."""
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        return f"{text.rstrip()}\n{lines}\n".lstrip("\n")
    column = mapping.value[0][0].start_mark.column
    at = text.find("\n", _end(mapping, text))
    at = at if at >= 0 else len(text)
    return f"{text[:at]}\n{' ' * column}{_indented(lines, column)}{text[at:]}"


def _entry(mapping: Any, matches: Callable[[str], bool]) -> tuple[yaml.Node, yaml.Node] | None:
    """Return key and value of the last entry with a key."""
    entries = mapping.value if isinstance(mapping, yaml.MappingNode) else []
    return next((pair for pair in reversed(entries) if matches(str(pair[0].value))), None)


def _end(node: yaml.Node, text: str) -> int:
    """Return where a node ends, without the comments and blank lines that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text)
    return len(text[: node.end_mark.index].rstrip())


def _indented(lines: str, column: int) -> str:
    return lines.replace("\n", "\n" + " " * column)
