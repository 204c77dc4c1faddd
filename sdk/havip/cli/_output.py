"""Output of results: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from havip.cli._text import json_text, printable, yaml_text
from havip.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

T = TypeVar("T")
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
    from havip.cli._console import SafeConsole

    width = None if sys.stdout.isatty() and not whole else 10_000
    return SafeConsole(highlight=False, markup=markup, emoji=markup, width=width)


def say(text: str) -> None:
    """Print a line of text as it is; a terminal breaks it where the line is full."""
    console().print(text, soft_wrap=True)


def count(number: int, what: str) -> str:
    """Return a number of things as words."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def show_data(data: Any, form: Format, query: str | None = None) -> None:
    """Print plain data as JSON or YAML; a table falls back to YAML, which people read best.

    Args:
        data: The data, in the API's names.
        form: The form to print.
        query: A JMESPath expression that selects a part of it.

    Raises:
        UsageError: The expression is not JMESPath.
    """
    found = data if query is None else select(data, query)
    if isinstance(found, str) and form is Format.TABLE:
        say(found)
    elif form is Format.JSON:
        print(json_text(found))  # noqa: T201
    else:
        print(yaml_text(found), end="")  # noqa: T201


def select(data: Any, query: str) -> Any:
    """Return the part of some data that a JMESPath expression selects.

    Raises:
        UsageError: The expression is not JMESPath.
    """
    import jmespath

    try:
        return jmespath.search(query, data)
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise UsageError(
            f"--query {query!r} is not JMESPath: {reason}; an example: '[].HaVipId'"
        ) from None


def hint(text: str) -> None:
    """Print a line for a person that is not part of the result: programs read the other stream."""
    print(printable(text), file=sys.stderr)  # noqa: T201


def show_rows(
    rows: Iterable[T],
    columns: Columns[T],
    form: Format,
    empty: str = "",
    query: str | None = None,
    plain: Callable[[T], Any] | None = None,
) -> None:
    """Print models as a table, or as the API's own JSON.

    Ids are there to be copied, so a narrow terminal breaks the lines and cuts no column.

    Args:
        rows: The models.
        columns: The titles of a table, and how a model fills them.
        form: How to print them.
        empty: What to tell people in place of a table without rows.
        query: A JMESPath expression on the list of them; its result is printed as data.
        plain: Returns a row as plain data; that of a model is in the API's names.
    """
    rows = list(rows)
    if form is not Format.TABLE or query is not None:
        show_data([(plain or wire)(row) for row in rows], form, query)
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


def wire(model: Any) -> Any:
    """Return a model in the API's own names."""
    return model.model_dump(mode="json", by_alias=True)
