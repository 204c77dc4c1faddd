"""``havip stack``: Pulumi programs on the embedded engine, without the Pulumi CLI."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havip.cli._exit import Exit

if TYPE_CHECKING:
    from pulumi_havip.engine import Result, Workspace
    from pulumi_havip.engine.events import Sink

app = typer.Typer(help="Deploy Pulumi programs without the Pulumi CLI.", no_args_is_help=True)
config_app = typer.Typer(help="Read and write a stack's configuration.", no_args_is_help=True)
app.add_typer(config_app, name="config")

Folder = Annotated[Path, typer.Option("-C", "--cwd", help="The project's folder.")]
Stack = Annotated[str, typer.Option("-s", "--stack", envvar="PULUMI_STACK", help="The stack.")]
State = Annotated[
    Path | None,
    typer.Option("--state", envvar="HAVIP_STATE", help="Where state is kept. [.havip]"),
]
Given = Annotated[
    list[str] | None,
    typer.Option("-c", "--config", metavar="KEY=VALUE", help="Configuration for this run."),
]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write events as lines of JSON.")]
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


# -- operations -------------------------------------------------------------------------


@app.command()
def preview(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    config: Given = None,
    json_lines: AsJson = False,
    diff: Diff = True,
    show_sames: Sames = False,
    parallel: Parallel = 16,
    target: Target = None,
    target_dependents: Dependents = False,
    replace: Replace = None,
    refresh: Refresh = False,
    expect_no_changes: NoChanges = False,
) -> None:
    """Show what ``up`` would do, and change nothing."""
    with _shown(json_lines, preview=True, diff=diff, sames=show_sames) as sink:
        result = _workspace(cwd, stack, state, config, sink).preview(
            targets=target or (),
            target_dependents=target_dependents,
            replace=replace or (),
            parallel=parallel,
            refresh=refresh,
        )
    _leave(result, expect_no_changes=expect_no_changes)


@app.command()
def up(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    config: Given = None,
    yes: Yes = False,
    json_lines: AsJson = False,
    diff: Diff = True,
    show_sames: Sames = False,
    parallel: Parallel = 16,
    target: Target = None,
    target_dependents: Dependents = False,
    replace: Replace = None,
    refresh: Refresh = False,
    expect_no_changes: NoChanges = False,
    forget_pending: Forget = False,
) -> None:
    """Bring the stack to what its program declares."""
    options: dict[str, Any] = {
        "targets": target or (),
        "target_dependents": target_dependents,
        "replace": replace or (),
        "parallel": parallel,
        "refresh": refresh,
    }

    def foretell(sink: Sink) -> Result:
        return _workspace(cwd, stack, state, config, sink).preview(**options)

    if not _agreed(yes, foretell, "Deploy this?"):
        return
    with _shown(json_lines, diff=diff, sames=show_sames) as sink:
        workspace = _workspace(cwd, stack, state, config, sink)
        result = workspace.up(forget_pending=forget_pending, **options)
    _leave(result, expect_no_changes=expect_no_changes)


@app.command("refresh")
def refresh_(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    config: Given = None,
    yes: Yes = False,
    json_lines: AsJson = False,
    diff: Diff = True,
    show_sames: Sames = False,
    parallel: Parallel = 16,
    target: Target = None,
    expect_no_changes: NoChanges = False,
    forget_pending: Forget = False,
) -> None:
    """Bring the state in line with what is there."""

    def foretell(sink: Sink) -> Result:
        workspace = _workspace(cwd, stack, state, config, sink)
        return workspace.refresh(preview=True, targets=target or (), parallel=parallel)

    if not _agreed(yes, foretell, "Take this into the state?"):
        return
    with _shown(json_lines, diff=diff, sames=show_sames) as sink:
        result = _workspace(cwd, stack, state, config, sink).refresh(
            targets=target or (), parallel=parallel, forget_pending=forget_pending
        )
    _leave(result, expect_no_changes=expect_no_changes)


@app.command()
def destroy(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    config: Given = None,
    yes: Yes = False,
    json_lines: AsJson = False,
    parallel: Parallel = 16,
    target: Target = None,
    target_dependents: Dependents = False,
    forget_pending: Forget = False,
) -> None:
    """Delete everything that the stack holds."""
    options: dict[str, Any] = {
        "targets": target or (),
        "target_dependents": target_dependents,
        "parallel": parallel,
    }

    def foretell(sink: Sink) -> Result:
        workspace = _workspace(cwd, stack, state, config, sink)
        return workspace.destroy(preview=True, **options)

    if not _agreed(yes, foretell, "Delete all of this?"):
        return
    with _shown(json_lines) as sink:
        workspace = _workspace(cwd, stack, state, config, sink)
        result = workspace.destroy(forget_pending=forget_pending, **options)
    _leave(result)


# -- state ------------------------------------------------------------------------------


@app.command()
def init(stack: Stack, cwd: Folder = Path(), state: State = None) -> None:
    """Make an empty stack."""
    with _errors():
        _workspace(cwd, stack, state).init()


@app.command()
def ls(cwd: Folder = Path(), state: State = None) -> None:
    """List the project's stacks."""
    with _errors():
        from pulumi_havip.engine import store

        workspace = _workspace(cwd, "-", state)
        for name in store.stacks(workspace.root, workspace.project.name):
            typer.echo(name)


@app.command()
def rm(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    yes: Yes = False,
    force: Annotated[
        bool, typer.Option("--force", help="Forget it with all that it still holds.")
    ] = False,
) -> None:
    """Forget a stack; what it holds must be destroyed first."""
    if not yes and not _ask(f"Forget the stack {stack}?"):
        return
    with _errors():
        _workspace(cwd, stack, state).remove(force=force)


@app.command()
def export(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    file: Annotated[Path | None, typer.Option(help="Where to write it. [standard output]")] = None,
    show_secrets: ShowSecrets = False,
) -> None:
    """Write the deployment as ``pulumi stack import`` takes it."""
    with _errors():
        found = _workspace(cwd, stack, state).export(show_secrets=show_secrets)
    text = json.dumps(found, indent=4, ensure_ascii=False) + "\n"
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


@app.command("import")
def import_(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    file: Annotated[Path | None, typer.Option(help="What to read. [standard input]")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take it even if it is another stack's.")
    ] = False,
) -> None:
    """Replace the state by what ``pulumi stack export`` or ``havip stack export`` wrote."""
    with _errors():
        from pulumi_havip.engine import checkpoint

        where = "standard input" if file is None else str(file)
        text = sys.stdin.read() if file is None else _read(file)
        _workspace(cwd, stack, state).import_(checkpoint.parse(text, where), force=force)


@app.command()
def output(
    stack: Stack,
    name: Annotated[str | None, typer.Argument(help="One output.")] = None,
    cwd: Folder = Path(),
    state: State = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    show_secrets: ShowSecrets = False,
) -> None:
    """Print the outputs of the last deployment."""
    with _errors():
        from pulumi_havip.engine.display import plain

        found = plain(_workspace(cwd, stack, state).outputs(), show_secrets=show_secrets)
    if name is None:
        for key in sorted(found) if not as_json else ():
            typer.echo(f"{key}\t{_text(found[key])}")
        if as_json:
            typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    elif name in found:
        typer.echo(json.dumps(found[name]) if as_json else _text(found[name]))
    else:
        _fail(f"the stack {stack} has no output {name}", Exit.NOT_FOUND)


# -- configuration ----------------------------------------------------------------------


@config_app.command("ls")
def config_ls(stack: Stack, cwd: Folder = Path(), show_secrets: ShowSecrets = False) -> None:
    """List the configuration."""
    with _errors():
        workspace = _workspace(cwd, stack, None)
        values, secret = workspace.config().values(workspace.vault())
    for key in sorted(values):
        hidden = key in secret and not show_secrets
        typer.echo(f"{key}\t{'[secret]' if hidden else values[key]}")


@config_app.command("get")
def config_get(key: str, stack: Stack, cwd: Folder = Path()) -> None:
    """Print one value; a secret is printed in plain."""
    with _errors():
        from pulumi_havip.engine.project import full_key

        workspace = _workspace(cwd, stack, None)
        values, _ = workspace.config().values(workspace.vault())
        name = full_key(workspace.project.name, key)
    if name not in values:
        _fail(f"the stack {stack} has no configuration value {name}", Exit.NOT_FOUND)
    typer.echo(values[name])


@config_app.command("set")
def config_set(
    key: str,
    stack: Stack,
    value: Annotated[str | None, typer.Argument(help="[standard input]")] = None,
    cwd: Folder = Path(),
    secret: Annotated[bool, typer.Option("--secret", help="Encrypt it.")] = False,
) -> None:
    """Set a value; a secret is best given on standard input."""
    with _errors():
        text = sys.stdin.read().rstrip("\n") if value is None else value
        workspace = _workspace(cwd, stack, None)
        workspace.config().set(key, text, workspace.vault() if secret else None)


@config_app.command("rm")
def config_rm(key: str, stack: Stack, cwd: Folder = Path()) -> None:
    """Remove a value."""
    with _errors():
        _workspace(cwd, stack, None).config().remove(key)


# -- inside -----------------------------------------------------------------------------


def _workspace(
    cwd: Path,
    stack: str,
    state: Path | None,
    config: list[str] | None = None,
    sink: Sink | None = None,
) -> Workspace:
    from pulumi_havip.engine import Workspace

    given = {}
    for entry in config or ():
        key, equals, value = entry.partition("=")
        if not equals:
            raise typer.BadParameter(f"{entry!r}: write KEY=VALUE", param_hint="--config")
        given[key] = value
    return Workspace(cwd, stack, state_dir=state, config=given, sink=sink)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"cannot read {file}: {error}", Exit.FAILED)
        raise AssertionError from None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fail(text: str, code: Exit) -> None:
    typer.echo(f"havip: {text}", err=True)
    raise typer.Exit(code)


@contextmanager
def _errors() -> Iterator[None]:
    """Turn an error of the engine into one line and an exit code."""
    from pulumi_havip.engine import (
        EngineError,
        NoStackError,
        ProjectError,
        SecretError,
        UnsupportedError,
    )

    codes: list[tuple[type[EngineError], Exit]] = [
        (NoStackError, Exit.NOT_FOUND),
        (ProjectError, Exit.USAGE),
        (UnsupportedError, Exit.USAGE),
        (SecretError, Exit.DENIED),
        (EngineError, Exit.FAILED),
    ]
    try:
        yield
    except EngineError as error:
        _fail(str(error), next(code for kind, code in codes if isinstance(error, kind)))


@contextmanager
def _shown(
    json_lines: bool, *, preview: bool = False, diff: bool = True, sames: bool = False
) -> Iterator[Sink]:
    from pulumi_havip.engine.display import Display, JsonLines

    with _errors():
        if json_lines:
            yield JsonLines(sys.stdout)
            return
        from havip.cli._output import console

        with Display(console(markup=True), preview=preview, diff=diff, sames=sames) as display:
            yield display


def _agreed(yes: bool, foretell: Callable[[Sink], Result], question: str) -> bool:
    """Show what would happen and ask, unless the answer is given."""
    if yes:
        return True
    if not sys.stdin.isatty():
        _fail("there is no terminal to ask on; give --yes", Exit.USAGE)
    with _shown(False, preview=True) as sink:
        result = foretell(sink)
    if not result.ok:
        _leave(result)
    return _ask(question)


def _ask(question: str) -> bool:
    if not sys.stdin.isatty():
        _fail("there is no terminal to ask on; give --yes", Exit.USAGE)
    return typer.confirm(question)


def _leave(result: Result, *, expect_no_changes: bool = False) -> None:
    if result.interrupted:
        raise typer.Exit(Exit.INTERRUPTED)
    if not result.ok:
        raise typer.Exit(Exit.FAILED)
    if expect_no_changes and result.changed:
        _fail("something differs from what was expected", Exit.FAILED)
