"""``havip lab up STACK``: deploy a stack to an emulator with running instances."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from havip.cli._exit import Exit
from havip.cli._output import say
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip.lab.labs import LabFolder

_LINES = 15


@dataclass(frozen=True)
class LabStackOptions:
    """Options of ``havip lab up`` for a stack.

    Attributes:
        folder: The folder of the project.
        stack: The name of the stack.
        config: Configuration as ``KEY=VALUE``.
        port: The port of the emulator; 0 selects a free one.
        stand_ins: Whether web servers stand in for haproxy servers outside of the stack.
        seconds: Timeout for the user data of a node.
        keep: Whether a lab keeps running if its set-up fails.
    """

    folder: Path
    stack: str
    config: Sequence[str]
    port: int
    stand_ins: bool
    seconds: float
    keep: bool


def is_stack(what: str) -> bool:
    """Return whether an argument is the folder of a project.

    Raises:
        UsageError: It is a folder without a project.
    """
    folder = Path(what)
    if (folder / "Pulumi.yaml").is_file():
        return True
    if folder.is_dir():
        raise UsageError(f"{what} has no Pulumi.yaml: pass the folder of a project, or a topology")
    return False


def up(name: str, options: LabStackOptions) -> None:
    """Start a lab, deploy the stack to it, and wait until its nodes are set up."""
    from havip.lab import labs
    from havip.lab.control import send_command
    from havip.lab.stack import launch

    begun = time.monotonic()
    lab = launch.start(
        name,
        str(options.folder.resolve()),
        port=options.port,
        stand_ins=options.stand_ins,
        timeout=options.seconds,
    )
    problems: dict[str, str] | None = None
    try:
        say(f"dashboard: {launch.cloud_of(lab).dashboard}")
        _deploy(lab, options)
        problems = send_command(
            lab.control, "settle", wait=options.seconds + 60, seconds=options.seconds
        )
        for node, problem in problems.items():
            _show_failed(lab, node, problem)
    finally:
        if problems != {} and not options.keep:
            labs.take_down(lab)
    if problems:
        after = (
            "the lab keeps running"
            if options.keep
            else "the lab was removed; --keep keeps it running"
        )
        _fail(f"the set-up of {', '.join(problems)} failed: {after}")
    say(f"\nthe lab {name} is running after {time.monotonic() - begun:.1f} s")
    show(send_command(lab.control, "status"))
    say(f'use it as the cloud: eval "$(havip lab env --lab {shlex.quote(name)})"')
    say("break something: havip lab fault service-killed; havip lab probe; havip lab heal")
    say(f"stop it: havip lab down {shlex.quote(name)}")


def show(found: dict[str, Any]) -> None:
    """Print the additional status of a stack's lab."""
    for name, one in found["nodes"].items():
        runs = ", ".join(one["runs"]) or "nothing"
        problem = f": {one['problem']}" if one["problem"] else ""
        say(f"{name} ({one['address']}): {one['set_up']}{problem}; runs {runs}")
    for havip in found["havips"]:
        public = f", public {havip['public']}" if havip["public"] else ""
        say(f"{havip['address']} ({havip['name']}): held by {havip['holder'] or 'nobody'}{public}")
    if found["stand_ins"]:
        say(f"web servers of the lab, not in the stack: {', '.join(found['stand_ins'])}")
    if found["asked"]:
        say(f"a client requests http://{found['asked']}/ 50 times a second")
    for number, fault in found["faults"].items():
        say(f"fault {number}: {fault}")


def _deploy(lab: LabFolder, options: LabStackOptions) -> None:
    from havip.lab.stack.deployment import deploy

    if not deploy(lab, options.folder, options.stack, options.config):
        after = "the lab keeps running" if options.keep else "the lab was removed"
        _fail(f"the deployment of {options.folder} failed: {after}; set missing configuration "
              "with -c KEY=VALUE")  # fmt: skip


def _show_failed(lab: LabFolder, node: str, problem: str) -> None:
    from havip.lab.control import send_command

    text = send_command(lab.control, "logs", node=node, lines=_LINES)
    if text:
        say(f"\nthe end of the log of {node}:\n{text}")
    _complain(f"{node}: {problem}")


def _complain(text: str) -> None:
    sys.stdout.flush()
    print(f"havip: {text}", file=sys.stderr, flush=True)  # noqa: T201


def _fail(text: str) -> None:
    _complain(text)
    raise typer.Exit(Exit.FAILED)
