"""How results are shown: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

T = TypeVar("T", bound="BaseModel")
Columns = Sequence[tuple[str, Callable[[T], str]]]


class Format(StrEnum):
    """The form that a command's result is printed in."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


def console(*, markup: bool = False, whole: bool = False) -> Console:
    """Return the console for results; piped output is plain and never cut to a width.

    Args:
        markup: Whether text is rich's markup; names of resources never are.
        whole: Whether a terminal's width cuts nothing either, but breaks the lines.
    """
    from rich.console import Console

    width = None if sys.stdout.isatty() and not whole else 10_000
    return Console(highlight=False, markup=markup, emoji=markup, width=width)


def say(text: str) -> None:
    """Print a line of text as it is; a terminal breaks it where the line is full."""
    console().print(text, soft_wrap=True)


def count(number: int, what: str) -> str:
    """Write a number of things."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def show_data(data: Any, form: Format) -> None:
    """Print plain data as JSON or YAML; a table falls back to YAML, which people read best."""
    if form is Format.JSON:
        print(json.dumps(data, indent=2, ensure_ascii=False))  # noqa: T201
        return
    import yaml

    print(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), end="")  # noqa: T201


def hint(text: str) -> None:
    """Tell a person something that is no part of the result: programs read the other stream."""
    print(text, file=sys.stderr)  # noqa: T201


def show_rows(rows: Iterable[T], columns: Columns[T], form: Format, empty: str = "") -> None:
    """Print models as a table, or as the API's own JSON.

    Ids are there to be copied, so a narrow terminal breaks the lines and cuts no column.

    Args:
        rows: The models.
        columns: The titles of a table, and how a model fills them.
        form: How to print them.
        empty: What to tell people in place of a table without rows.
    """
    rows = list(rows)
    if form is not Format.TABLE:
        show_data([wire(row) for row in rows], form)
        return
    if empty and not rows:
        say(empty)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, _ in columns:
        table.add_column(title, no_wrap=True)
    for row in rows:
        table.add_row(*(read(row) or "-" for _, read in columns))
    console(whole=True).print(table)


def wire(model: BaseModel) -> Any:
    """Return a model in the API's own names."""
    return model.model_dump(mode="json", by_alias=True)
