"""The ``havip`` command and its subcommands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from havip.cli import (
    call,
    configure,
    doctor,
    eip,
    emulator,
    exporter,
    havips,
    keepalived,
    lab,
    orphans,
    stack,
    switch,
    wait,
)
from havip.cli._root import log_calls, print_all_help, with_hint

app = typer.Typer(
    help="HAVIP as code for Tencent Cloud.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text, not truncated to the terminal's width
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 failed or declined, 2 wrong usage, 3 not found, 4 no or rejected "
    "credentials, 5 network, 6 timeout, 7 lost to another machine, 130 interrupted.",
)

COMMANDS: tuple[Callable[..., None], ...] = (
    havips.ls,
    havips.show,
    havips.create,
    havips.rename,
    havips.rm,
    havips.attach,
    havips.detach,
    wait.wait,
    wait.watch,
    switch.switch_ip,
    doctor.doctor,
    call.call,
    emulator.emulator,
    exporter.exporter,
    configure.configure,
    orphans.orphans,
)
for command in COMMANDS:
    app.command()(command)
ALIASES: dict[str, Callable[..., None]] = {
    "list": havips.ls,
    "delete": havips.rm,
    "get": havips.show,
}
"""Names that other tools use for a command, accepted with a hint at the documented name."""
for alias, documented in ALIASES.items():
    app.command(alias, hidden=True)(with_hint(alias, documented))
app.add_typer(eip.app, name="eip")
app.add_typer(stack.app, name="stack")
app.add_typer(keepalived.app, name="keepalived")
app.add_typer(lab.app, name="lab")


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log each call to stderr, without secrets.")
    ] = False,
    help_all: Annotated[
        bool, typer.Option("--help-all", help="Print the help of every command and exit.")
    ] = False,
) -> None:
    """Handle the global options."""
    if version:
        from havip import __version__

        print(f"havip {__version__}")  # noqa: T201
        raise typer.Exit
    if help_all:
        print_all_help(context)
        raise typer.Exit
    if debug:
        log_calls()
