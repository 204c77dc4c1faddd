"""``havip stack config``: the configuration of a stack."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from havip.cli._exit import Exit
from havip.cli._groups import grouped
from havip.cli._input import STDIN, read_input
from havip.cli._output import hint
from havip.cli._stack import ConfigOptions, ShowSecrets, fail

app = typer.Typer(help="Read and write a stack's configuration.", no_args_is_help=True)


@app.command("ls")
@grouped
def config_ls(*, options: ConfigOptions, show_secrets: ShowSecrets = False) -> None:
    """List the configuration."""
    workspace = options.open()
    values, secret = workspace.config().values(workspace.vault())
    for key in sorted(values):
        hidden = key in secret and not show_secrets
        typer.echo(f"{key}\t{'[secret]' if hidden else values[key]}")
    if not values:
        add = f"havip stack config set -s {options.stack} KEY VALUE"
        hint(f"the stack {options.stack} has no configuration; add some with: {add}")


@app.command("get")
@grouped
def config_get(*, key: str, options: ConfigOptions) -> None:
    """Print a value; a secret is decrypted."""
    from pulumi_havip.engine.project import full_key

    workspace = options.open()
    values, _ = workspace.config().values(workspace.vault())
    name = full_key(workspace.project.name, key)
    if name not in values:
        fail(f"the stack {options.stack} has no configuration value {name}", Exit.NOT_FOUND)
    typer.echo(values[name])


@app.command("set")
@grouped
def config_set(
    *,
    key: str,
    options: ConfigOptions,
    value: Annotated[
        str | None, typer.Argument(help="The value. [prompt or standard input]")
    ] = None,
    secret: Annotated[bool, typer.Option("--secret", help="Encrypt it.")] = False,
) -> None:
    """Set a value; without one, prompt for it or read standard input."""
    from pulumi_havip.engine.project import full_key

    workspace = options.open()
    name = full_key(workspace.project.name, key)
    text = _read_value(name, secret=secret) if value is None else value
    workspace.config().set(key, text, workspace.vault() if secret else None)


def _read_value(name: str, *, secret: bool) -> str:
    """Read a value from a prompt or from standard input."""
    if not sys.stdin.isatty():
        text = read_input(STDIN).rstrip("\n")
    elif secret:
        text = getpass.getpass(f"{name} (hidden): ")
    else:
        typer.echo(f"{name}: ", nl=False, err=True)
        text = sys.stdin.readline().rstrip("\n")
    if secret and not text:
        fail(
            f"no value for the secret {name}: enter it at the prompt, or pass it on standard input",
            Exit.USAGE,
        )
    return text


@app.command("rm")
@grouped
def config_rm(*, key: str, options: ConfigOptions) -> None:
    """Remove a value."""
    options.open().config().remove(key)
