"""``havip stack``: Pulumi programs on the embedded engine, without the Pulumi CLI."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havip import _files
from havip.cli import stack_config
from havip.cli._exit import Exit
from havip.cli._options import confirm
from havip.cli._output import count, hint, say
from havip.cli._stack import (
    AsJson,
    AsPreview,
    Create,
    Dependents,
    Diff,
    Folder,
    Forget,
    Given,
    NoChanges,
    Parallel,
    Refresh,
    Replace,
    Sames,
    ShowSecrets,
    Stack,
    State,
    Target,
    Yes,
    agree,
    as_text,
    errors_in_one_line,
    fail,
    leave,
    open_workspace,
    read_file,
    shown,
)

if TYPE_CHECKING:
    from pulumi_havip.engine import Workspace

app = typer.Typer(help="Deploy Pulumi programs without the Pulumi CLI.", no_args_is_help=True)
app.add_typer(stack_config.app, name="config")


# -- operations -------------------------------------------------------------------------


@app.command()
def preview(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    config: Given = None,
    json_lines: AsPreview = False,
    diff: Diff = True,
    show_sames: Sames = False,
    parallel: Parallel = 16,
    target: Target = None,
    target_dependents: Dependents = False,
    replace: Replace = None,
    refresh: Refresh = False,
    expect_no_changes: NoChanges = False,
) -> None:
    """Show what up would do, and change nothing."""
    with shown(json_lines, preview=True, diff=diff, sames=show_sames) as sink:
        result = open_workspace(cwd, stack, state, config, sink).preview(
            targets=target or (),
            target_dependents=target_dependents,
            replace=replace or (),
            parallel=parallel,
            refresh=refresh,
        )
    leave(result, expect_no_changes=expect_no_changes)


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
    create: Create = False,
) -> None:
    """Deploy what the stack's program declares."""
    options: dict[str, Any] = {
        "targets": target or (),
        "target_dependents": target_dependents,
        "replace": replace or (),
        "parallel": parallel,
        "refresh": refresh,
    }
    opened = partial(open_workspace, cwd, stack, state, config)
    if create:
        with errors_in_one_line():
            opened(None).init(exist_ok=True)
    agree(yes, lambda sink: opened(sink).preview(**options), "Deploy this?")
    with shown(json_lines, diff=diff, sames=show_sames) as sink:
        result = opened(sink).up(forget_pending=forget_pending, **options)
    leave(result, expect_no_changes=expect_no_changes)


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
    """Update the state to what exists."""
    options: dict[str, Any] = {"targets": target or (), "parallel": parallel}
    opened = partial(open_workspace, cwd, stack, state, config)
    agree(
        yes,
        lambda sink: opened(sink).refresh(preview=True, **options),
        "Take this into the state?",
    )
    with shown(json_lines, diff=diff, sames=show_sames) as sink:
        result = opened(sink).refresh(forget_pending=forget_pending, **options)
    leave(result, expect_no_changes=expect_no_changes)


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
    opened = partial(open_workspace, cwd, stack, state, config)
    agree(yes, lambda sink: opened(sink).destroy(preview=True, **options), "Delete all of this?")
    with shown(json_lines) as sink:
        result = opened(sink).destroy(forget_pending=forget_pending, **options)
    leave(result)


# -- state ------------------------------------------------------------------------------


def _title(workspace: Workspace) -> str:
    return f"stack {workspace.stack} of {workspace.project.name}"


@app.command()
def init(stack: Stack, cwd: Folder = Path(), state: State = None) -> None:
    """Create an empty stack."""
    with errors_in_one_line():
        workspace = open_workspace(cwd, stack, state)
        workspace.init()
    say(f"made the empty {_title(workspace)} in {workspace.file.path}")


@app.command()
def ls(cwd: Folder = Path(), state: State = None) -> None:
    """List the project's stacks."""
    with errors_in_one_line():
        from pulumi_havip.engine import store

        workspace = open_workspace(cwd, "-", state)
        project = workspace.project.name
        names = store.stacks(workspace.root, project)
    for name in names:
        typer.echo(name)
    if not names:
        make = "havip stack init -s NAME"
        hint(f"no stack of {project} in {workspace.root} yet; make one with: {make}")


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
    """Delete a stack, whose resources must be destroyed first."""
    confirm(f"Forget the stack {stack}?", yes)
    with errors_in_one_line():
        workspace = open_workspace(cwd, stack, state)
        workspace.remove(force=force)
    say(f"forgot the {_title(workspace)}")


@app.command()
def forget(
    stack: Stack,
    resources: Annotated[
        list[str], typer.Argument(metavar="RESOURCE...", help="Names, or URNs, of resources.")
    ],
    cwd: Folder = Path(),
    state: State = None,
    yes: Yes = False,
) -> None:
    """Remove resources from the state without deleting them."""
    confirm(f"Forget {', '.join(resources)} of the stack {stack}?", yes)
    with errors_in_one_line():
        workspace = open_workspace(cwd, stack, state)
        workspace.forget(*resources)
    say(f"{', '.join(resources)} of {_title(workspace)}: forgotten, and left as it is")


@app.command()
def unprotect(
    stack: Stack,
    resources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RESOURCE...]", help="Names, or URNs, of resources. [all]"),
    ] = None,
    cwd: Folder = Path(),
    state: State = None,
    yes: Yes = False,
) -> None:
    """Unprotect resources.

    The next up or destroy may then delete them.
    """
    what = ", ".join(resources or ()) or "everything"
    confirm(f"Take the protection off {what} of the stack {stack}?", yes)
    with errors_in_one_line():
        from pulumi_havip.engine import urns

        workspace = open_workspace(cwd, stack, state)
        freed = workspace.unprotect(*resources or ())
        labels = [urns.label(urn) for urn in freed]
    say(f"{', '.join(labels) or 'nothing'} of {_title(workspace)}: not protected any more")


@app.command()
def export(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    file: Annotated[Path | None, typer.Option(help="Where to write it. [standard output]")] = None,
    show_secrets: ShowSecrets = False,
) -> None:
    """Write the deployment as pulumi stack import takes it."""
    with errors_in_one_line():
        found = open_workspace(cwd, stack, state).export(show_secrets=show_secrets)
    text = json.dumps(found, indent=4, ensure_ascii=False) + "\n"
    if file is None:
        typer.echo(text, nl=False)
    else:
        try:
            _files.write(file, text)
        except OSError as error:
            fail(f"cannot write {file}: {error.strerror}", Exit.FAILED)
        hint(f"wrote the stack {stack} to {file}")


@app.command("import")
def import_(
    stack: Stack,
    cwd: Folder = Path(),
    state: State = None,
    file: Annotated[Path | None, typer.Option(help="What to read. [standard input]")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take it even if it is another stack's.")
    ] = False,
    trust_code: Annotated[
        bool, typer.Option("--trust-code", help="Let later operations run code that it holds.")
    ] = False,
) -> None:
    """Replace the state by an export.

    It may come from this engine or from the Pulumi CLI.
    """
    with errors_in_one_line():
        from pulumi_havip.engine import checkpoint

        where = "standard input" if file is None else str(file)
        text = sys.stdin.read() if file is None else read_file(file)
        workspace = open_workspace(cwd, stack, state)
        found = checkpoint.parse(text, where)
        workspace.import_(found, force=force, trust_code=trust_code)
        number = len(workspace.resources())
    say(
        f"the {_title(workspace)} is now as in {where}: {count(number, 'resource')}, "
        f"kept in {workspace.file.path}"
    )


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
    with errors_in_one_line():
        from pulumi_havip.engine.display import plain

        found = plain(open_workspace(cwd, stack, state).outputs(), show_secrets=show_secrets)
    if name is None:
        for key in sorted(found) if not as_json else ():
            typer.echo(f"{key}\t{as_text(found[key])}")
        if as_json:
            typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        elif not found:
            hint(f"the stack {stack} has no outputs")
    elif name in found:
        typer.echo(json.dumps(found[name]) if as_json else as_text(found[name]))
    else:
        fail(f"the stack {stack} has no output {name}", Exit.NOT_FOUND)
