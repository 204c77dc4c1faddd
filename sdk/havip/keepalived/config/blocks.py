"""Bases of the models of keepalived.conf: statements in braces, and lines in them."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from havip.keepalived.config.syntax import Item


class Part(BaseModel):
    """Base of every model: immutable, no unknown field, no input in an error's text."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Line(Part):
    """An entry of a list in braces, one line each; made from its text or from its fields."""

    def words(self) -> tuple[str, ...]:
        """Return the words of the line, quoted where need be."""
        raise NotImplementedError

    def __str__(self) -> str:
        return " ".join(self.words())


class Block(Part):
    """A statement with settings in braces."""

    keyword: ClassVar[str] = ""
    unknown: tuple[Item, ...] = Field(default=(), repr=False)
    """Statements in these braces that no field knows, kept as they were written."""
    lines: dict[str, int] = Field(default_factory=dict, repr=False)
    """The line of each setting in the file this was read from, by field name."""

    def __eq__(self, other: object) -> bool:
        """Compare what is set, wherever it stood."""
        if type(other) is not type(self):
            return NotImplemented
        return _settings(self) == _settings(other)

    __hash__ = None  # type: ignore[assignment]


def _settings(block: BaseModel) -> dict[str, Any]:
    return {name: value for name, value in block.__dict__.items() if name != "lines"}
