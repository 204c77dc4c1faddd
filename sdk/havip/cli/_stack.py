"""Options, errors and prompts that the commands of ``havip stack`` share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from havip.cli._exit import Exit
from havip.cli._options import confirm, need_somebody

if TYPE_CHECKING:
    from pulumi_havip.engine import Result, Workspace
    from pulumi_havip.engine.events import Event, Sink

Folder = Annotated[Path, typer.Option("-C", "--cwd", help="The project's folder.")]
Stack = Annotated[str, typer.Option("-s", "--stack", envvar="PULUMI_STACK", help="The stack.")]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        envvar="HAVIP_STATE",
        help="Folder that state is kept in, as for pulumi login file://…. [the project's]",
    ),
]
Given = Annotated[
    list[str] | None,
    typer.Option("-c", "--config", metavar="KEY=VALUE", help="Configuration for this run."),
]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write events as lines of JSON.")]
AsPreview = Annotated[
    bool, typer.Option("--json", help="Write one JSON object, as pulumi preview --json does.")
]
Diff = Annotated[bool, typer.Option("--diff/--no-diff", help="List the properties that differ.")]
Sames = Annotated[bool, typer.Option("--show-sames", help="List unchanged resources too.")]
Parallel = Annotated[int, typer.Option("-p", "--parallel", min=1, help="Provider calls at once.")]
Target = Annotated[
    list[str] | None,
    typer.Option("-t", "--target", metavar="URN", help="Limit it to this URN (* and ** allowed)."),
]
Dependents = Annotated[
    bool, typer.Option("--target-dependents", help="Take what depends on a target in too.")
]
Replace = Annotated[
    list[str] | None,
    typer.Option("--replace", metavar="URN", help="Replace this resource in any case."),
]
Refresh = Annotated[bool, typer.Option("-r", "--refresh", help="Read everything first.")]
Create = Annotated[bool, typer.Option("--create", help="Make the stack if it does not exist.")]
NoChanges = Annotated[
    bool, typer.Option("--expect-no-changes", help="Fail where anything differs.")
]
Forget = Annotated[
    bool,
    typer.Option(
        "--forget-pending",
        help="Take for granted that what a killed run had begun had no effect.",
    ),
]
ShowSecrets = Annotated[bool, typer.Option("--show-secrets", help="Show secrets in plain.")]


@dataclass(frozen=True)
class ConfigOptions:
    """The options that choose a stack whose state does not matter."""

    stack: Stack
    cwd: Folder = Path()

    def open(self) -> Workspace:
        """Open the stack."""
        return StackOptions(self.stack, self.cwd).open()


@dataclass(frozen=True)
class StackOptions:
    """The options that choose a stack of a project."""

    stack: Stack
    cwd: Folder = Path()
    state: State = None

    def open(self, config: list[str] | None = None, sink: Sink | None = None) -> Workspace:
        """Open the stack.

        Args:
            config: Configuration for this run, each entry of the form ``KEY=VALUE``.
            sink: Called with each event of an operation.
        """
        from pulumi_havip.engine import Workspace

        given = {}
        for entry in config or ():
            key, equals, value = entry.partition("=")
            if not equals:
                raise typer.BadParameter(f"{entry!r}: write KEY=VALUE", param_hint="--config")
            given[key] = value
        workspace = Workspace(self.cwd, self.stack, state_dir=self.state, config=given, sink=sink)
        if workspace.notice:
            typer.echo(workspace.notice, err=True)
        return workspace


@dataclass(frozen=True)
class DisplayOptions:
    """The options of how an operation is shown."""

    diff: Diff = True
    show_sames: Sames = False


@dataclass(frozen=True)
class StepOptions:
    """The options of which steps an operation takes, and how many at once."""

    parallel: Parallel = 16
    target: Target = None

    def arguments(self) -> dict[str, Any]:
        """Return them as arguments of an operation of `Workspace`."""
        return {"parallel": self.parallel, "targets": self.target or ()}


@dataclass(frozen=True)
class DeploymentOptions(StepOptions):
    """The options of which steps a deployment or its preview takes."""

    target_dependents: Dependents = False
    replace: Replace = None
    refresh: Refresh = False

    def arguments(self) -> dict[str, Any]:
        """Return them as arguments of an operation of `Workspace`."""
        return {
            **super().arguments(),
            "target_dependents": self.target_dependents,
            "replace": self.replace or (),
            "refresh": self.refresh,
        }


def read_file(file: Path) -> str:
    """Read a file, or end with one line that says why not."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        fail(f"cannot read {file}: {why}", Exit.FAILED)


def as_text(value: Any) -> str:
    """Write an output for people."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fail(text: str, code: Exit) -> NoReturn:
    """Exit with one line and an exit code."""
    typer.echo(f"havip: {text}", err=True)
    raise typer.Exit(code)


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Turn an error of the engine into one line and an exit code."""
    from pulumi_havip.engine import (
        EngineError,
        NoStackError,
        ProjectError,
        SecretError,
        UnsupportedFeatureError,
    )

    codes: list[tuple[type[EngineError], Exit]] = [
        (NoStackError, Exit.NOT_FOUND),
        (ProjectError, Exit.USAGE),
        (UnsupportedFeatureError, Exit.USAGE),
        (SecretError, Exit.DENIED),
        (EngineError, Exit.FAILED),
    ]
    try:
        yield
    except EngineError as error:
        fail(str(error), next(code for kind, code in codes if isinstance(error, kind)))


@contextmanager
def shown(
    json_lines: bool, options: DisplayOptions | None = None, *, preview: bool = False
) -> Iterator[Sink]:
    """Yield what shows an operation as it runs."""
    from pulumi_havip.engine.display import Display
    from pulumi_havip.engine.display_json import JsonLines, PreviewJson

    with errors_in_one_line():
        if json_lines:
            yield _outliving(PreviewJson(sys.stdout) if preview else JsonLines(sys.stdout))
            return
        from havip.cli._output import console

        options = options or DisplayOptions()
        with Display(
            console(markup=True), preview=preview, diff=options.diff, sames=options.show_sames
        ) as display:
            yield _outliving(display)


def _outliving(sink: Sink) -> Sink:
    """Continue an operation without output after the reader of the output is gone (`| head`)."""

    def tell(event: Event) -> None:
        try:
            sink(event)
        except (BrokenPipeError, SystemExit):  # rich turns the first into the second
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)

    return tell


def agree(yes: bool, foretell: Callable[[Sink], Result], question: str) -> None:
    """Show what would happen and ask, unless the answer is given."""
    if yes:
        return
    need_somebody(question)
    with shown(False, preview=True) as sink:
        result = foretell(sink)
    if not result.ok:
        leave(result)
    confirm(question, yes)


def leave(result: Result, *, expect_no_changes: bool = False) -> None:
    """Exit with the code of an operation's result."""
    if result.interrupted:
        raise typer.Exit(Exit.INTERRUPTED)
    if not result.ok:
        raise typer.Exit(Exit.FAILED)
    if expect_no_changes and result.changed:
        fail("something differs from what was expected", Exit.FAILED)
