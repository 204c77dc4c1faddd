"""Display the results of ``havip lab``: progress, tables and files."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havip.cli._output import console, hint
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip.lab.history import History
    from havip.lab.judge import Judgment, StepResult
    from havip.lab.namespace import LabError

_MANY = 25


def joined(errors: Sequence[str]) -> list[str]:
    """Return one line per reason, with the histories that it ended."""
    found: dict[str, list[str]] = {}
    for error in errors:
        name, _, reason = error.partition(": ")
        found.setdefault(reason, []).append(name)
    return [f"{', '.join(names)}: {reason}" for reason, names in found.items()]


@contextmanager
def progress(total: int) -> Iterator[Any]:
    """Show the progress: a bar on a terminal, otherwise an occasional line."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(),
                  transient=True) as progress:  # fmt: skip
        task = progress.add_task("playing", total=total)
        over = failed = 0

        def done(history: History, result: Judgment | LabError) -> None:
            nonlocal over, failed
            over += 1
            progress.update(task, advance=1, description=history.name)
            failures = (
                [str(result).removeprefix(f"{history.name}: ")]
                if isinstance(result, Exception) else result.failures
            )  # fmt: skip
            failed += bool(failures)
            if not sys.stderr.isatty() and total >= _MANY:
                if failures:
                    hint(f"{history.name}: {'; '.join(failures)}".partition("\n")[0])
                if over % _MANY == 0:
                    hint(f"{over} of {total} histories played, {failed} failed")

        yield done


def write_failing(
    first: Path, done: Callable[[History, Judgment | LabError], None]
) -> Callable[[History, Judgment | LabError], None]:
    """Return a callback like `done` that also writes each failing history to a numbered file."""
    numbers = itertools.count(2)

    def write(history: History, result: Judgment | LabError) -> None:
        if not isinstance(result, Exception) and result.failures:
            path = first.with_stem(f"{first.stem}-{next(numbers)}")
            write_history(path, history, [*result.failures, *result.log.splitlines()])
        done(history, result)

    return write


def write_history(path: Path, history: History, failures: Sequence[str]) -> None:
    """Write a failing history for 'run', with its failures as comments."""
    write_file(path, "".join(f"# {one}\n" for one in failures) + history.to_yaml())


def show_results(results: Sequence[Judgment]) -> None:
    """Print a table with one row per fault."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("FAULT", "ON", "OUTAGE", "BOUND", "HELD BY", "DROPPED", "TAKEN BACK", "RESULT"):
        table.add_column(title)
    for result in results:
        for number, step in enumerate(result.steps):
            last = number == len(result.steps) - 1
            table.add_row(*_cells(step), _verdict(result) if last else "")
    console(markup=True, whole=True).print(table)


def _cells(step: StepResult) -> list[str]:
    from havip.lab.report import seconds

    drops = ", ".join(f"{count} x {reason}" for reason, count in step.drops.items())
    held = " > ".join(one or "nobody" for one in step.held_by)
    return [
        f"{step.fault} {step.text}".strip(),
        step.node or "-",
        seconds(step.outage),
        seconds(step.bound),
        held,
        drops or "nothing",
        "yes" if step.taken_back else "no",
    ]


def _verdict(result: Judgment) -> str:
    if result.ok:
        return "[green]as expected[/green]"
    return "[red]" + "; ".join(result.failures).replace("[", r"\[") + "[/red]"


def show_cases(rows: Sequence[Sequence[str]]) -> None:
    """Print the table of a comparison; its first row has the titles."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in rows[0]:
        table.add_column(title)
    for row in rows[1:]:
        table.add_row(*row)
    console(whole=True).print(table)


def brief(result: Judgment) -> dict[str, Any]:
    """Return a result without the long lists that only the HTML report uses."""
    data: dict[str, Any] = result.model_dump(mode="json", exclude={"requests", "adverts", "events"})
    return data


def check_files(*paths: Path | None) -> None:
    """Reject a file that cannot be written, before labs run for minutes."""
    for path in filter(None, paths):
        if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            raise UsageError(f"{path}: cannot be written: not a file in a writable folder")


def write_file(path: Path, text: str) -> None:
    """Write a file and name it.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path.write_text(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    hint(f"wrote {path}")
