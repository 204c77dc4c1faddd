"""Render the typed model as the text of keepalived.conf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from havip.keepalived.config.blocks import Block, Line
from havip.keepalived.config.model import Config, HmacKey
from havip.keepalived.config.parse import Document
from havip.keepalived.config.syntax import (
    Comment,
    Item,
    Statement,
    quote,
    write,
)

_NOT_SETTINGS = {"name", "unknown", "lines", "weight_reverse"}


def render(config: Config | Document, *, mask: bool = False) -> str:
    """Render a configuration as the text of keepalived.conf.

    Args:
        config: A typed configuration, or a parsed document, which keeps its comments and order.
        mask: Whether to replace passwords by asterisks, for display. By default the text contains
            them: treat it as a secret.

    Returns:
        The text, deterministic for a given configuration.

    Example:
        >>> from havip.keepalived import GlobalDefs
        >>> print(render(Config(global_defs=GlobalDefs(router_id="lb1"))), end="")
        global_defs {
            router_id lb1
        }
    """
    items = config.items if isinstance(config, Document) else _spaced(statements(config))
    return write(items, mask=mask)


def statements(block: Block) -> Iterator[Item]:
    """Yield the body of a block: its settings, then its unknown statements."""
    for name in type(block).model_fields:
        value = getattr(block, name)
        unset = value is None or value is False or value == ()
        if name not in _NOT_SETTINGS and not unset:
            if name == "weight" and getattr(block, "weight_reverse", False):
                yield Statement((name, str(value), "reverse"))
            else:
                yield from _setting(name, value)
    yield from block.unknown


def _setting(name: str, value: Any) -> Iterator[Item]:
    if isinstance(value, Block):
        yield _block(value)
    elif isinstance(value, tuple) and isinstance(value[0], Block):
        yield from map(_block, value)
    elif isinstance(value, tuple) and isinstance(value[0], HmacKey):
        yield from (Statement((name, *key.words())) for key in value)
    elif isinstance(value, tuple):
        yield Statement((name,), tuple(Statement(_entry(entry)) for entry in value))
    else:
        yield Statement((name,) if value is True else (name, _word(value)))


def _block(block: Block) -> Statement:
    label = getattr(block, "name", None)
    words = (block.keyword,) if label is None else (block.keyword, label)
    return Statement(words, tuple(statements(block)))


def _entry(entry: Any) -> tuple[str, ...]:
    if isinstance(entry, Line):
        return entry.words()
    return tuple(str(entry).split())


def _word(value: Any) -> str:
    if isinstance(value, SecretStr):
        return quote(value.get_secret_value())
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return quote(str(value))


def _spaced(items: Iterator[Item]) -> Iterator[Item]:
    for index, item in enumerate(items):
        if index and isinstance(item, Statement):
            yield Comment("")
        yield item
