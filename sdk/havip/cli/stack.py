"""``havip stack``: Pulumi programs on the embedded engine, without the Pulumi CLI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from havip import _files
from havip.cli import stack_config
from havip.cli._exit import Exit
from havip.cli._groups import grouped
from havip.cli._input import STDIN, read_input
from havip.cli._options import confirm
from havip.cli._output import count, hint, say
from havip.cli._stack import (
    AsJson,
    AsPreview,
    Create,
    DependentOptions,
    DeploymentOptions,
    DisplayOptions,
    Folder,
    Forget,
    Given,
    NoChanges,
    ShowSecrets,
    StackOptions,
    State,
    StepOptions,
    Yes,
    as_text,
    confirm_preview,
    exit_with,
    fail,
    read_file,
    shown,
)

if TYPE_CHECKING:
    from pulumi_havip.engine import Workspace

app = typer.Typer(help="Deploy Pulumi programs without the Pulumi CLI.", no_args_is_help=True)
app.add_typer(stack_config.app, name="config")


# -- operations -------------------------------------------------------------------------


@app.command()
@grouped
def preview(
    *,
    options: StackOptions,
    config: Given = None,
    json_lines: AsPreview = False,
    display: DisplayOptions,
    steps: DeploymentOptions,
    expect_no_changes: NoChanges = False,
) -> None:
    """Show what up would do, without changing anything."""
    with shown(json_lines, display, preview=True) as sink:
        result = options.open(config, sink).preview(**steps.arguments())
    exit_with(result, expect_no_changes=expect_no_changes)


@app.command()
@grouped
def up(
    *,
    options: StackOptions,
    config: Given = None,
    yes: Yes = False,
    json_lines: AsJson = False,
    display: DisplayOptions,
    steps: DeploymentOptions,
    expect_no_changes: NoChanges = False,
    forget_pending: Forget = False,
    create: Create = False,
) -> None:
    """Deploy the resources that the stack's program declares."""
    if create:
        options.open(config).init(exist_ok=True)
    arguments = {**steps.arguments(), "forget_pending": forget_pending}
    confirm_preview(
        yes,
        json_lines,
        lambda sink: options.open(config, sink).preview(**arguments),
        "Deploy these changes?",
    )
    with shown(json_lines, display) as sink:
        result = options.open(config, sink).up(**arguments)
    exit_with(result, expect_no_changes=expect_no_changes)


@app.command("refresh")
@grouped
def refresh_(
    *,
    options: StackOptions,
    config: Given = None,
    yes: Yes = False,
    json_lines: AsJson = False,
    display: DisplayOptions,
    steps: StepOptions,
    expect_no_changes: NoChanges = False,
    forget_pending: Forget = False,
) -> None:
    """Update the state to the existing resources."""
    arguments = {**steps.arguments(), "forget_pending": forget_pending}
    confirm_preview(
        yes,
        json_lines,
        lambda sink: options.open(config, sink).refresh(preview=True, **arguments),
        "Write these changes to the state?",
    )
    with shown(json_lines, display) as sink:
        result = options.open(config, sink).refresh(**arguments)
    exit_with(result, expect_no_changes=expect_no_changes)


@app.command()
@grouped
def destroy(
    *,
    options: StackOptions,
    config: Given = None,
    yes: Yes = False,
    json_lines: AsJson = False,
    steps: DependentOptions,
    forget_pending: Forget = False,
) -> None:
    """Delete all resources of the stack."""
    arguments = {**steps.arguments(), "forget_pending": forget_pending}
    confirm_preview(
        yes,
        json_lines,
        lambda sink: options.open(config, sink).destroy(preview=True, **arguments),
        "Delete these resources?",
    )
    with shown(json_lines) as sink:
        result = options.open(config, sink).destroy(**arguments)
    exit_with(result)


# -- state ------------------------------------------------------------------------------


def _title(workspace: Workspace) -> str:
    return f"stack {workspace.stack} of {workspace.project.name}"


@app.command()
@grouped
def init(*, options: StackOptions) -> None:
    """Create an empty stack."""
    workspace = options.open()
    workspace.init()
    say(f"created the empty {_title(workspace)} in {workspace.file.path}")


@app.command()
def ls(cwd: Folder = Path(), state: State = None) -> None:
    """List the project's stacks."""
    from pulumi_havip.engine import store

    workspace = StackOptions("-", cwd, state).open()
    project = workspace.project.name
    names = store.stacks(workspace.root, project)
    for name in names:
        typer.echo(name)
    if not names:
        make = "havip stack init -s NAME"
        hint(f"no stack of {project} in {workspace.root} yet; create one with: {make}")


@app.command()
@grouped
def rm(
    *,
    options: StackOptions,
    yes: Yes = False,
    force: Annotated[
        bool, typer.Option("--force", help="Remove it even if it still has resources.")
    ] = False,
) -> None:
    """Remove a stack, whose resources must be destroyed first."""
    confirm(f"Remove the stack {options.stack}?", yes)
    workspace = options.open()
    workspace.remove(force=force)
    say(f"removed the {_title(workspace)}")


@app.command()
@grouped
def forget(
    *,
    options: StackOptions,
    resources: Annotated[
        list[str], typer.Argument(metavar="RESOURCE...", help="Names, or URNs, of resources.")
    ],
    yes: Yes = False,
) -> None:
    """Remove resources from the state without deleting them."""
    confirm(f"Remove {', '.join(resources)} from the state of {options.stack}?", yes)
    workspace = options.open()
    workspace.forget(*resources)
    say(f"{', '.join(resources)} of {_title(workspace)}: removed from the state, not deleted")


@app.command()
@grouped
def unprotect(
    *,
    options: StackOptions,
    resources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RESOURCE...]", help="Names, or URNs, of resources. [all]"),
    ] = None,
    yes: Yes = False,
) -> None:
    """Unprotect resources.

    The next up or destroy may then delete them.
    """
    what = ", ".join(resources or ()) or "everything"
    confirm(f"Unprotect {what} of the stack {options.stack}?", yes)
    from pulumi_havip import urns

    workspace = options.open()
    freed = workspace.unprotect(*resources or ())
    labels = [urns.label(urn) for urn in freed]
    say(f"{', '.join(labels) or 'nothing'} of {_title(workspace)}: no longer protected")


@app.command()
@grouped
def export(
    *,
    options: StackOptions,
    file: Annotated[Path | None, typer.Option(help="The file to write. [standard output]")] = None,
    show_secrets: ShowSecrets = False,
) -> None:
    """Write the deployment in the format of pulumi stack import."""
    found = options.open().export(show_secrets=show_secrets)
    text = json.dumps(found, indent=4, ensure_ascii=False) + "\n"
    if file is None:
        typer.echo(text, nl=False)
    else:
        try:
            _files.write(file, text)
        except OSError as error:
            fail(f"cannot write {file}: {error.strerror}", Exit.FAILED)
        hint(f"wrote the stack {options.stack} to {file}")


@app.command("import")
@grouped
def import_(
    *,
    options: StackOptions,
    file: Annotated[Path | None, typer.Option(help="The file to read. [standard input]")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Import it even if it is that of another stack.")
    ] = False,
    trust_code: Annotated[
        bool,
        typer.Option("--trust-code", help="Allow later operations to run code that it contains."),
    ] = False,
) -> None:
    """Replace the state by an export.

    It can be from this engine or from the Pulumi CLI.
    """
    from pulumi_havip.engine import checkpoint

    where = "standard input" if file is None else str(file)
    text = read_input(STDIN) if file is None else read_file(file)
    workspace = options.open()
    found = checkpoint.parse(text, where)
    workspace.import_(found, force=force, trust_code=trust_code)
    number = len(workspace.resources())
    say(
        f"imported the {_title(workspace)} from {where}: {count(number, 'resource')}, "
        f"stored in {workspace.file.path}"
    )


@app.command()
@grouped
def output(
    *,
    options: StackOptions,
    name: Annotated[str | None, typer.Argument(help="The name of an output.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    show_secrets: ShowSecrets = False,
) -> None:
    """Print the outputs of the last deployment."""
    from pulumi_havip.engine.display import plain

    found = plain(options.open().outputs(), show_secrets=show_secrets)
    if name is None:
        for key in sorted(found) if not as_json else ():
            typer.echo(f"{key}\t{as_text(found[key])}")
        if as_json:
            typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        elif not found:
            hint(f"the stack {options.stack} has no outputs")
    elif name in found:
        typer.echo(json.dumps(found[name]) if as_json else as_text(found[name]))
    else:
        fail(f"the stack {options.stack} has no output {name}", Exit.NOT_FOUND)
