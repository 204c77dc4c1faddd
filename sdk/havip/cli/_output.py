"""Output of results: tables for people, JSON or YAML for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from havip._checks import shown
from havip.cli._text import json_text, printable_line, yaml_text
from havip.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

T = TypeVar("T")
Columns = Sequence[tuple[str, Callable[[T], str]]]


class Format(StrEnum):
    """Output format of a command's result."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


def console(*, markup: bool = False, whole: bool = False) -> Console:
    """Return the console for results; without a terminal, output is plain and unwrapped.

    Args:
        markup: Whether text contains rich markup; resource names never do.
        whole: Whether long lines are wrapped in a terminal instead of truncated.
    """
    from havip.cli._console import SafeConsole

    width = None if sys.stdout.isatty() and not whole else 10_000
    return SafeConsole(highlight=False, markup=markup, emoji=markup, width=width)


def say(text: str) -> None:
    """Print a line of text as it is; a terminal wraps it."""
    console().print(text, soft_wrap=True)


def count(number: int, what: str) -> str:
    """Format a number of things."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def show_data(data: Any, form: Format, query: str | None = None) -> None:
    """Print plain data as JSON or YAML; YAML is also used instead of a table.

    Args:
        data: The data, with the API's names.
        form: The output format.
        query: A JMESPath expression that selects a part of the data.

    Raises:
        UsageError: The expression is invalid.
    """
    found = data if query is None else select(data, query)
    if isinstance(found, str) and form is Format.TABLE:
        say(found)
    elif form is Format.JSON:
        print(json_text(found))  # noqa: T201
    else:
        print(yaml_text(found), end="")  # noqa: T201


def select(data: Any, query: str) -> Any:
    """Return the part of data selected by a JMESPath expression.

    Raises:
        UsageError: The expression is invalid.
    """
    import jmespath

    try:
        return jmespath.search(query, data)
    except (jmespath.exceptions.JMESPathError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise UsageError(
            f"--query {shown(query)} is not a valid JMESPath expression: {reason}; "
            "example: '[].HaVipId'"
        ) from None


def hint(text: str) -> None:
    """Print a line to stderr, which is not part of the result."""
    print(printable_line(text), file=sys.stderr)  # noqa: T201


def show_rows(
    rows: Iterable[T],
    columns: Columns[T],
    form: Format,
    empty: str = "",
    query: str | None = None,
    plain: Callable[[T], Any] | None = None,
) -> None:
    """Print models as a table, or as JSON with the API's names.

    Ids are meant to be copied, so a narrow terminal wraps lines instead of truncating columns.

    Args:
        rows: The models.
        columns: The column titles, and the functions that format a model for them.
        form: The output format.
        empty: The text to print instead of an empty table.
        query: A JMESPath expression on the list of models; its result is printed as data.
        plain: Converts a row to plain data; by default a model, with the API's names.
    """
    rows = list(rows)
    if form is not Format.TABLE or query is not None:
        show_data([(plain or wire)(row) for row in rows], form, query)
        return
    if empty and not rows:
        say(empty)
        return
    titles = [title for title, _ in columns]
    show_table(titles, ([read(row) or "-" for _, read in columns] for row in rows))


def show_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table with one line per row, whatever its cells contain.

    Args:
        titles: The column titles.
        rows: The cells of each row.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(printable_line(title), no_wrap=True)
    for row in rows:
        table.add_row(*map(printable_line, row))
    console(whole=True).print(table)


def wire(model: Any) -> Any:
    """Convert a model to plain data with the API's names."""
    return model.model_dump(mode="json", by_alias=True)
