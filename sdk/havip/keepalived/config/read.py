"""Build the typed model from the statements of a file.

Statements that keepalived rejects are recorded as complaints and skipped; the rest is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from havip.keepalived.config.blocks import Block, Line
from havip.keepalived.config.field_types import READING
from havip.keepalived.config.grammar import is_include, mistakes
from havip.keepalived.config.model import Config
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.config.values import is_on
from havip.keepalived.errors import Complaints

B = TypeVar("B", bound=Block)
_OWN = {"name", "unknown", "lines"}
_SEVERAL = {"script", "user", "script_user", "process", "weight", "notify", "notify_master"} | {
    "notify_backup",
    "notify_fault",
    "notify_stop",
    "notify_master_rx_lower_pri",
}
"""Settings with several words; keepalived uses only the first word of all others."""
_UNFIT = "is empty or contains an invalid character"


def read_config(items: Iterable[Item], file: str) -> Config:
    """Build the typed model from the items of a file.

    Args:
        items: The items at the top level of the file.
        file: The file name for messages.

    Raises:
        ParseError: A setting has an invalid value.
    """
    complaints = Complaints(file)
    config = _build(items, complaints, strict=True)
    complaints.check()
    return config


def build_config(items: Iterable[Item], complaints: Complaints) -> Config:
    """Build the model from as much of a file as possible.

    It may have values that keepalived accepts but that cannot be rendered.

    Args:
        items: The items at the top level of the file.
        complaints: Collects the statements that keepalived rejects.
    """
    return _build(items, complaints, strict=False)


def _build(items: Iterable[Item], complaints: Complaints, *, strict: bool) -> Config:
    kept = tuple(items)
    found = list(mistakes(kept))
    for mistake in found:
        complaints.add(mistake.message, mistake.line, mistake.rule)
    refused = {id(one.statement) for one in found if one.rule != "interface-impossible"}
    reader = _ModelReader(refused, complaints if strict else None)
    return reader.build(Config, reader.settings(Config, kept)) or Config()


class _ModelReader:
    """Builds models without the rejected statements.

    Args:
        refused: The rejected statements by their `id`.
        unusable: Collects values that cannot be rendered; None to keep them in the model.
    """

    def __init__(self, refused: set[int], unusable: Complaints | None) -> None:
        self._refused = refused
        self._unusable = unusable
        self._context = READING if unusable is None else None

    def settings(self, model: type[Block], items: Iterable[Item]) -> dict[str, Any]:
        """Return the field values of a block by name."""
        found: dict[str, Any] = {"unknown": (), "lines": {}}
        first: dict[str, Statement] = {}
        for item in items:
            if not isinstance(item, Statement):
                continue
            if item.name == "preempt":
                found.pop("nopreempt", None)
            info = model.model_fields.get(item.name)
            if info is None or item.name in _OWN:
                found["unknown"] += (item,)
                continue
            found["lines"][item.name] = item.line
            if id(item) in self._refused and not _is_list(info):
                continue
            if item.body is None and not item.values and info.annotation is not bool:
                continue
            # keepalived merges repeated blocks such as global_defs.
            again = _block_of(info.annotation) is not None and not _is_list(info)
            whole = _joined_blocks(first.get(item.name), item) if again else item
            first[item.name] = whole
            value = self._value(info, whole)
            if isinstance(value, tuple):
                value = (*found.get(item.name, ()), *value)
            found[item.name] = value
        return found

    def _value(self, info: FieldInfo, statement: Statement) -> Any:
        block = _block_of(info.annotation)
        if _is_list(info):
            if block is not None:
                made = self._block(block, statement)
                return (made,) if made else ()
            entries = self._entries(statement)
            if _is_of_lines(info):
                return tuple(entries)
            return tuple(" ".join(words) for words in entries)
        if block is not None:
            return self._block(block, statement)
        if not statement.values:
            return True if info.annotation is bool else ""
        if info.annotation is bool:
            return statement.name != "strict_mode" or is_on((statement.name, *statement.values))
        words = statement.words[1:]
        return _joined(words if statement.name in _SEVERAL else words[:1])

    def _block(self, model: type[Block], statement: Statement) -> Block | None:
        found = self.settings(model, statement.statements)
        found["lines"][""] = statement.line
        if "name" in model.model_fields:
            if len(statement.words) < 2:
                return None
            found["name"] = statement.values[0]
        return self.build(model, found)

    def _entries(self, statement: Statement) -> Iterator[tuple[str, ...]]:
        """Yield the words of each line of a list; for a sync group, each word as a line.

        From a rejected line keepalived uses the first word, an address or a name, unless that word
        is the problem.
        """
        if statement.body is None and statement.name == "key":
            yield statement.values
        elif statement.body is None:
            yield from ((word,) for word in statement.values)
        for line in statement.statements:
            if line.words[0].startswith(("@", "$", "~")) or is_include(line):
                continue
            if id(line) in self._refused:
                yield (line.name,)
                continue
            words = (line.name, *line.values)
            yield from ((word,) for word in words) if statement.name == "group" else (words,)

    def build(self, model: type[B], found: dict[str, Any]) -> B | None:
        """Build a model from the valid settings; return None if a required one is missing."""
        while True:
            try:
                return model.model_validate(found, context=self._context)
            except ValidationError as error:
                problems = error.errors(
                    include_url=False, include_input=False, include_context=False
                )
            where = f"{model.keyword} {found.get('name', '')}".strip()
            gone: set[tuple[str, Any]] = set()
            for one in problems:
                setting = str(one["loc"][0]) if one["loc"] else ""
                if self._unusable is not None:
                    reason = f"{where}: {setting}: {_reason(one)}"
                    self._unusable.add(reason, _line(found, setting))
                if found.get(setting) is not None:
                    gone.add((setting, one["loc"][1] if len(one["loc"]) > 1 else None))
            if not gone:
                return None
            _leave_out(found, gone)


def _joined_blocks(first: Statement | None, item: Statement) -> Statement:
    """Append the body of a block to that of the previous block with the same keyword."""
    if first is None:
        return item
    return replace(first, body=(*(first.body or ()), *(item.body or ())))


def _reason(error: Any) -> str:
    if error["type"] == "string_pattern_mismatch":
        return _UNFIT
    reason = str(error["msg"]).removeprefix("Value error, ")
    return f"{reason[:1].lower()}{reason[1:]}"


def _line(found: dict[str, Any], setting: str) -> int:
    lines: dict[str, int] = found["lines"]
    return lines.get(setting) or lines.get("", 1)


def _leave_out(found: dict[str, Any], gone: set[tuple[str, Any]]) -> None:
    """Remove settings, or the list entries with the given indexes."""
    for name in {name for name, _ in gone}:
        value = found.pop(name)
        numbers = {number for other, number in gone if other == name}
        if isinstance(value, tuple) and all(isinstance(number, int) for number in numbers):
            kept = tuple(one for at, one in enumerate(value) if at not in numbers)
            if kept:
                found[name] = kept


def _joined(words: tuple[str, ...]) -> str:
    """Join words into one command line; replace double quotes by single quotes."""
    if len(words) == 1:
        return Statement(("", *words)).values[0]
    return " ".join(f"'{word[1:-1]}'" if word.startswith('"') else word for word in words)


def _is_list(info: FieldInfo) -> bool:
    return getattr(info.annotation, "__origin__", None) is tuple


def _is_of_lines(info: FieldInfo) -> bool:
    kind = get_args(info.annotation)[0]
    kind = getattr(kind, "__origin__", kind)
    return isinstance(kind, type) and issubclass(kind, Line)


def _block_of(annotation: Any) -> type[Block] | None:
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, Block) else None
    return next(filter(None, map(_block_of, get_args(annotation))), None)
