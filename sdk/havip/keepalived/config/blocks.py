"""Base classes of the models of keepalived.conf."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from havip._parameters import ParameterModel
from havip.errors import UsageError
from havip.keepalived.config.syntax import Item
from havip.keepalived.errors import KeepalivedError


class Part(ParameterModel):
    """Base of all models: immutable, without unknown fields, and with inputs hidden in errors.

    The constructor raises a `KeepalivedError`, in one line, for invalid parameters.
    """

    _usage_error: ClassVar[type[UsageError]] = KeepalivedError
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Line(Part):
    """An entry of a list in braces, on one line; built from its text, words or fields."""

    @model_validator(mode="before")
    @classmethod
    def _parsed(cls, data: Any) -> Any:
        words = tuple(data.split()) or ("",) if isinstance(data, str) else data
        return cls._fields(*words) if isinstance(words, tuple) else data

    @classmethod
    def _fields(cls, first: str, *rest: str) -> dict[str, Any]:
        """Return the fields of the words of a line."""
        raise NotImplementedError

    def words(self) -> tuple[str, ...]:
        """Return the words of the line, quoted where necessary."""
        raise NotImplementedError

    def __str__(self) -> str:
        return " ".join(self.words())


class Block(Part):
    """A statement with a body in braces."""

    keyword: ClassVar[str] = ""
    unknown: tuple[Item, ...] = Field(default=(), repr=False)
    """Statements in the body without a field, preserved as they were written."""
    lines: dict[str, int] = Field(default_factory=dict, repr=False)
    """Line numbers of the settings in the source file, by field name."""

    def __eq__(self, other: object) -> bool:
        """Compare the settings, regardless of their line numbers."""
        if type(other) is not type(self):
            return NotImplemented
        return _settings(self) == _settings(other)

    __hash__ = None  # type: ignore[assignment]


def _settings(block: BaseModel) -> dict[str, Any]:
    return {name: value for name, value in block.__dict__.items() if name != "lines"}
