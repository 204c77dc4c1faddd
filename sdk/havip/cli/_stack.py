"""Options, error handling and prompts shared by the commands of ``havip stack``."""

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
from havip.cli._options import confirm, require_terminal
from havip.errors import UsageError

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
        help="Folder of the state, as for pulumi login file://…. [the project's]",
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
Diff = Annotated[bool, typer.Option("--diff/--no-diff", help="List the changed properties.")]
Sames = Annotated[bool, typer.Option("--show-sames", help="List unchanged resources too.")]
Parallel = Annotated[
    int, typer.Option("-p", "--parallel", min=1, help="Maximum number of parallel provider calls.")
]
Target = Annotated[
    list[str] | None,
    typer.Option("-t", "--target", metavar="URN", help="Limit it to this URN (* and ** allowed)."),
]
Dependents = Annotated[
    bool, typer.Option("--target-dependents", help="Include resources that depend on a target.")
]
Replace = Annotated[
    list[str] | None,
    typer.Option("--replace", metavar="URN", help="Replace this resource unconditionally."),
]
Refresh = Annotated[bool, typer.Option("-r", "--refresh", help="Refresh the state first.")]
Create = Annotated[bool, typer.Option("--create", help="Create the stack if it does not exist.")]
NoChanges = Annotated[bool, typer.Option("--expect-no-changes", help="Fail if there are changes.")]
Forget = Annotated[
    bool,
    typer.Option(
        "--forget-pending",
        help="Assume that pending operations of a killed run had no effect.",
    ),
]
ShowSecrets = Annotated[bool, typer.Option("--show-secrets", help="Show secrets in plain text.")]


@dataclass(frozen=True)
class ConfigOptions:
    """Options that select a stack for commands that do not need its state."""

    stack: Stack
    cwd: Folder = Path()

    def open(self) -> Workspace:
        """Open the stack."""
        return StackOptions(self.stack, self.cwd).open()


@dataclass(frozen=True)
class StackOptions:
    """Options that select a stack of a project."""

    stack: Stack
    cwd: Folder = Path()
    state: State = None

    def open(self, config: list[str] | None = None, sink: Sink | None = None) -> Workspace:
        """Open the stack.

        Args:
            config: Configuration for this run, as ``KEY=VALUE`` entries.
            sink: Called with each event of an operation.
        """
        from pulumi_havip.engine import Workspace

        given = {}
        for entry in config or ():
            key, equals, value = entry.partition("=")
            if not equals:
                raise typer.BadParameter(f"{entry!r}: expected KEY=VALUE", param_hint="--config")
            given[key] = value
        workspace = Workspace(self.cwd, self.stack, state_dir=self.state, config=given, sink=sink)
        if workspace.notice:
            typer.echo(workspace.notice, err=True)
        return workspace


@dataclass(frozen=True)
class DisplayOptions:
    """Options for the display of an operation."""

    diff: Diff = True
    show_sames: Sames = False


@dataclass(frozen=True)
class StepOptions:
    """Options that select the steps of an operation and their parallelism."""

    parallel: Parallel = 16
    target: Target = None

    def arguments(self) -> dict[str, Any]:
        """Return the options as arguments of an operation of `Workspace`."""
        return {"parallel": self.parallel, "targets": self.target or ()}


@dataclass(frozen=True)
class DependentOptions(StepOptions):
    """Options that select the steps of an operation, dependents of targets included."""

    target_dependents: Dependents = False

    def arguments(self) -> dict[str, Any]:
        """Return the options as arguments of an operation of `Workspace`."""
        if self.target_dependents and not self.target:
            raise UsageError("--target-dependents has no effect without --target")
        return {**super().arguments(), "target_dependents": self.target_dependents}


@dataclass(frozen=True)
class DeploymentOptions(DependentOptions):
    """Options that select the steps of a deployment or its preview."""

    replace: Replace = None
    refresh: Refresh = False

    def arguments(self) -> dict[str, Any]:
        """Return the options as arguments of an operation of `Workspace`."""
        return {
            **super().arguments(),
            "replace": self.replace or (),
            "refresh": self.refresh,
        }


def read_file(file: Path) -> str:
    """Read a file, or exit with an error."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        fail(f"cannot read {file}: {why}", Exit.FAILED)


def as_text(value: Any) -> str:
    """Format an output for display."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fail(text: str, code: Exit) -> NoReturn:
    """Exit with an error message and an exit code."""
    typer.echo(f"havip: {text}", err=True)
    raise typer.Exit(code)


@contextmanager
def shown(
    json_lines: bool, options: DisplayOptions | None = None, *, preview: bool = False
) -> Iterator[Sink]:
    """Yield the event sink that displays a running operation."""
    from pulumi_havip.engine.display import Display
    from pulumi_havip.engine.display_json import JsonLines, PreviewJson

    options = options or DisplayOptions()
    if json_lines:
        if options.show_sames or not options.diff:
            raise UsageError("--show-sames and --no-diff have no effect with --json")
        yield _surviving_closed_pipe(PreviewJson(sys.stdout) if preview else JsonLines(sys.stdout))
        return
    from havip.cli._output import console

    with Display(
        console(markup=True), preview=preview, diff=options.diff, sames=options.show_sames
    ) as display:
        yield _surviving_closed_pipe(display)


def _surviving_closed_pipe(sink: Sink) -> Sink:
    """Continue an operation silently after its output pipe was closed, as by ``| head``."""

    def forward(event: Event) -> None:
        try:
            sink(event)
        except (BrokenPipeError, SystemExit):  # rich converts BrokenPipeError to SystemExit
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)

    return forward


def confirm_preview(
    yes: bool, json_lines: bool, preview: Callable[[Sink], Result], question: str
) -> None:
    """Show a preview and prompt, unless confirmed by ``--yes``."""
    if yes:
        return
    if json_lines:
        raise UsageError("--json has no place for a question: add --yes")
    require_terminal(question)
    with shown(False, preview=True) as sink:
        result = preview(sink)
    if not result.ok:
        exit_with(result)
    confirm(question, yes)


def exit_with(result: Result, *, expect_no_changes: bool = False) -> None:
    """Exit with the exit code of an operation, unless it succeeded."""
    if result.interrupted:
        raise typer.Exit(Exit.INTERRUPTED)
    if not result.ok:
        raise typer.Exit(Exit.FAILED)
    if expect_no_changes and result.changed:
        fail("there are changes, although none were expected", Exit.FAILED)
