"""From the statements of a file to the typed model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from havip.keepalived.config.model import Block, Config
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.errors import Complaints

B = TypeVar("B", bound=Block)
_OWN = {"name", "unknown", "lines"}
_UNFIT = "is empty or has a character that it cannot have"


def read_config(items: Iterable[Item], file: str) -> Config:
    """Make the typed model of the items of a file.

    Args:
        items: The items at the top of the file.
        file: Its name, for messages.

    Raises:
        ParseError: A value that the setting cannot have.
    """
    complaints = Complaints(file)
    config = build_config(items, complaints)
    complaints.check()
    return config


def build_config(items: Iterable[Item], complaints: Complaints) -> Config:
    """Make the model of as much as can be read of a file, and complain of the rest."""
    found = _settings(Config, items, complaints)
    return _build(Config, found, 1, complaints) or Config()


def _read_block(model: type[Block], statement: Statement, complaints: Complaints) -> Block | None:
    found = _settings(model, statement.statements, complaints)
    found["lines"][""] = statement.line
    if "name" in model.model_fields:
        if len(statement.words) != 2:
            complaints.add(f"'{statement.name}' takes one name before its brace", statement.line)
            return None
        found["name"] = statement.values[0]
    return _build(model, found, statement.line, complaints)


def _settings(model: type[Block], items: Iterable[Item], complaints: Complaints) -> dict[str, Any]:
    found: dict[str, Any] = {"unknown": (), "lines": {}}
    for item in items:
        if not isinstance(item, Statement):
            continue
        info = model.model_fields.get(item.name)
        if info is None or item.name in _OWN:
            found["unknown"] += (item,)
            continue
        found["lines"][item.name] = item.line
        value = _value(info, item, complaints)
        if isinstance(value, tuple):
            value = (*found.get(item.name, ()), *value)
        found[item.name] = value
    return found


def _value(info: FieldInfo, statement: Statement, complaints: Complaints) -> Any:
    block = _block_of(info.annotation)
    if _is_list(info):
        if block is not None:
            made = _read_block(block, statement, complaints)
            return (made,) if made else ()
        return tuple(_entries(statement))
    if block is not None:
        return _read_block(block, statement, complaints)
    if not statement.values:
        return True if info.annotation is bool else ""
    return _joined(statement.words[1:])


def _entries(statement: Statement) -> Iterator[str]:
    """The lines of a list; of a sync group's, every word."""
    if statement.body is None:
        yield from statement.values
    for line in statement.statements:
        if statement.name == "group":
            yield from (line.name, *line.values)
        else:
            yield " ".join((line.name, *line.values))


def _joined(words: tuple[str, ...]) -> str:
    """Several words as one command line, with single quotes where a word had double ones."""
    if len(words) == 1:
        return Statement(("", *words)).values[0]
    return " ".join(f"'{word[1:-1]}'" if word.startswith('"') else word for word in words)


def _is_list(info: FieldInfo) -> bool:
    return getattr(info.annotation, "__origin__", None) is tuple


def _block_of(annotation: Any) -> type[Block] | None:
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, Block) else None
    return next(filter(None, map(_block_of, get_args(annotation))), None)


def _build(model: type[B], found: dict[str, Any], line: int, complaints: Complaints) -> B | None:
    try:
        return model(**found)
    except ValidationError as error:
        where = f"{model.keyword} {found.get('name', '')}".strip()
        for one in error.errors(include_url=False, include_input=False, include_context=False):
            setting = str(one["loc"][0]) if one["loc"] else ""
            unfit = one["type"] == "string_pattern_mismatch"
            reason = _UNFIT if unfit else one["msg"].removeprefix("Value error, ")
            complaints.add(
                f"{where}: {setting}: {reason[:1].lower()}{reason[1:]}",
                found["lines"].get(setting, line),
            )
        return None
