"""``havip lab up`` and the commands for a running lab."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from havip.cli import lab_output, lab_stack
from havip.cli._options import Output, reject_unused
from havip.cli._output import Format, say, show_data
from havip.errors import UsageError

Which = Annotated[str, typer.Option("--lab", help="The name of the lab, if several are running.")]
Node = Annotated[str, typer.Argument(help="A node.")]


def up(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="STACK",
            help="The folder of a Pulumi project, or a topology; see 'havip lab topologies'.",
        ),
    ],
    name: Annotated[
        str,
        typer.Option("--name", "--lab", help="The name of the lab; by default that of the folder."),
    ] = "",
    stack: Annotated[str, typer.Option("-s", "--stack", help="The name of the stack.")] = "lab",
    config: Annotated[
        list[str] | None,
        typer.Option("-c", "--config", metavar="KEY=VALUE", help="The configuration of the stack."),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="Port of the emulator of a stack's lab; 0 selects a free one."
        ),
    ] = 0,
    stand_ins: Annotated[
        bool,
        typer.Option(
            "--stand-ins/--no-stand-ins",
            help="Start web servers in place of haproxy servers that are not in the stack.",
        ),
    ] = True,
    seconds: Annotated[
        float,
        typer.Option("--seconds", min=1, help="Timeout in seconds for the user data of a node."),
    ] = 300,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep a lab running if its set-up fails.")
    ] = False,
) -> None:
    """Start a lab that runs until 'havip lab down'.

    A stack is deployed to its own emulator, whose instances run as nodes with their user data and
    real daemons.
    """
    from havip.lab import live, topologies

    if lab_stack.is_stack(what):
        from havip.lab.stack.launch import lab_name

        name = name or lab_name(Path(what))
        _name(name)
        options = lab_stack.LabStackOptions(
            Path(what), stack, config or (), port, stand_ins, seconds, keep
        )
        lab_stack.up(name, options)
        return
    stack_options = ("stack", "config", "port", "stand_ins", "seconds", "keep")
    reject_unused(context, f"on the topology {what}, which is not a stack", *stack_options)
    name = name or "lab"
    _name(name)
    started = live.start(topologies.build(what), name, what)
    say(f"the lab {started.name} is running; next: havip lab status, shell NODE, fault, heal, down")


def status(lab: Which = "", output: Output = Format.TABLE) -> None:
    """Show the holder of the address, and the programs of each node."""
    found = _send(lab, "status")
    if output is not Format.TABLE:
        show_data(found, output)
        return
    if found["address"]:
        network, api = found["network"] or "nobody", found["api"] or "nobody"
        say(f"{found['address']}: delivered to {network}, held by {api} according to the API")
    if "havips" in found:
        lab_stack.show(found)
        return
    for name, one in found["nodes"].items():
        state = one["state"] if one["power"] else "powered off"
        has = ", has the address" if one["holds"] else ""
        runs = ", ".join(one["runs"]) or "nothing"
        say(f"{name} ({one['address']}): {state or 'no state'}{has}; runs {runs}")
    for number, description in found["faults"].items():
        say(f"fault {number}: {description}")


def shell(
    node: Node,
    command: Annotated[
        list[str] | None, typer.Argument(help="A command to run instead of a shell, after --.")
    ] = None,
    lab: Which = "",
) -> None:
    """Open a shell on a node, or run a command on it."""
    from havip.lab import labs, live

    words = live.shell(labs.find(lab), node, command or ())
    sys.stdout.flush()
    os.execvp(words[0], words)  # noqa: S606 - for a person, in the node's namespaces


def logs(
    node: Node,
    service: Annotated[str, typer.Argument(help="A service; by default all of the node.")] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many lines.")] = 40,
    lab: Which = "",
) -> None:
    """Show the end of the logs of a node's services."""
    say(_send(lab, "logs", node=node, service=service, lines=lines))


def fault(
    name: Annotated[str, typer.Argument(help="A fault; see 'havip lab faults'.")],
    node: Annotated[
        str | None, typer.Argument(help="A node, or a role: master, backup or other.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter as NAME=VALUE; may be repeated.")
    ] = None,
    lab: Which = "",
) -> None:
    """Inject a fault."""
    parameters = [_parameter(one) for one in set_ or ()]
    if node is not None:
        parameters.append(("node", node))
    given = dict(parameters)
    if len(given) < len(parameters):
        raise UsageError("a parameter of the fault is given twice")
    say(_send(lab, "fault", name=name, **given))


def heal(
    number: Annotated[
        int | None, typer.Argument(help="The number of the fault; by default all are undone.")
    ] = None,
    lab: Which = "",
) -> None:
    """Undo a fault, or all of them."""
    for one in _send(lab, "heal", number=number) or ["nothing to undo"]:
        say(one)


def probe(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(help="Request ADDRESS:PORT from now on; only in the lab of a stack.")
    ] = "",
    *,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds to look back.")] = 2.0,
    lab: Which = "",
    output: Output = Format.TABLE,
) -> None:
    """Summarize the client's latest requests, and who answered them."""
    if target:
        reject_unused(context, "with ADDRESS:PORT", "seconds", "output")
        say(f"a client now requests http://{_send(lab, 'aim', target=target)}/")
        return
    found = _send(lab, "probe", seconds=seconds)
    if output is not Format.TABLE:
        show_data(found, output)
        return
    by = f", by {', '.join(found['by'])}" if found["by"] else ""
    say(f"{found['answered']} of {found['asked']} requests answered{by}; longest outage "
        f"{found['longest_outage']} s")  # fmt: skip


def report(
    html: Annotated[Path, typer.Argument(help="The file to write.")] = Path("havip-lab.html"),
    lab: Which = "",
) -> None:
    """Write the report of all faults so far."""
    lab_output.check_files(html)
    lab_output.write_file(html, _send(lab, "report"))


def down(
    name: Annotated[str, typer.Argument(help="The lab; by default the only one.")] = "",
    all_: Annotated[
        bool, typer.Option("--all", help="All labs of this user, including killed ones.")
    ] = False,
) -> None:
    """Stop a lab, and remove everything that belongs to it."""
    from havip.lab import labs

    if name and all_:
        raise UsageError("pass the name of a lab or --all, not both")
    chosen = labs.labs() if all_ else [_named(name)]
    for one in chosen:
        labs.take_down(one)
        say(f"{one.name} is down")
    if not chosen:
        say("there is no lab")


def _named(name: str) -> Any:
    from havip.lab import labs

    dead = [one for one in labs.labs() if one.name == name]
    return dead[0] if name and dead else labs.find(name)


def _send(lab: str, do: str, **arguments: Any) -> Any:
    from havip.lab import control, labs

    return control.send_command(labs.find(lab).control, do, **arguments)


def _parameter(text: str) -> tuple[str, Any]:
    import yaml

    name, sign, value = text.partition("=")
    if not sign:
        raise UsageError(f"--set {text}: expected NAME=VALUE")
    return name, yaml.safe_load(value)


def _name(name: str) -> None:
    import re

    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", name):
        raise UsageError(f"--name {name}: expected lower-case letters, digits and hyphens")


def env(lab: Which = "") -> None:
    """Print the environment variables of a stack's lab.

    With them, havip, pulumi and programs that use the SDK use the lab as their cloud.
    """
    import shlex

    from havip.lab import labs
    from havip.lab.stack.launch import cloud_of

    for name, value in cloud_of(labs.find(lab)).environment.items():
        print(f"export {name}={shlex.quote(value)}")  # noqa: T201


def dashboard(lab: Which = "") -> None:
    """Print the URL of the dashboard of a stack's lab."""
    from havip.lab import labs
    from havip.lab.stack.launch import cloud_of

    print(cloud_of(labs.find(lab)).dashboard)  # noqa: T201


COMMANDS = (up, status, env, dashboard, shell, logs, fault, heal, probe, report, down)
