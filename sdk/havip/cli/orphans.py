"""``havip orphans``: list resources of a stack that are missing from its state."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havip.cli._groups import grouped
from havip.cli._input import read_input
from havip.cli._options import CloudOptions, Output, reject_unused
from havip.cli._output import Format, say, show_data, show_table
from havip.errors import HavipError, UsageError

if TYPE_CHECKING:
    from pulumi_havip.handlers.orphans import Orphan


@grouped
def orphans(
    context: typer.Context,
    *,
    stack: Annotated[
        str, typer.Option("-s", "--stack", help="The stack, as STACK or PROJECT/STACK.")
    ],
    cwd: Annotated[Path, typer.Option("-C", "--cwd", help="The project's folder.")] = Path(),
    export: Annotated[
        Path | None,
        typer.Option("--export", help="The output of pulumi stack export; - is standard input."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", envvar="HAVIP_STATE", help="The folder of the engine's state."),
    ] = None,
    cloud: CloudOptions,
    output: Output = Format.TABLE,
) -> None:
    """List resources of a stack that are missing from its state.

    A killed deployment can leave such resources behind. Each is listed with the command that
    deletes it, and the resource argument that adopts it.
    """
    from pulumi_havip.handlers.orphans import find_orphans, ids_in, regions_in
    from pulumi_havip.handlers.region import RegionReads as Place

    if export is not None:
        reject_unused(context, "with --export", "state")
    project, _, name = stack.rpartition("/")
    deployment = _deployment(cwd, name, export, state)
    whole = f"{project or _project(cwd)}/{name}"
    here = cloud.region or os.environ.get("TENCENTCLOUD_REGION")
    names = sorted({*regions_in(deployment), *([here] if here else [])})
    if not names:
        raise UsageError("the state has no region: pass --region, or set TENCENTCLOUD_REGION")
    clients = [cloud.connect(each) for each in names]
    places = [Place(each, c, c.clock) for each, c in zip(names, clients, strict=True)]
    _show(find_orphans(places, whole, ids_in(deployment)), whole, output)


def _show(found: list[Orphan], stack: str, output: Format) -> None:
    if output is not Format.TABLE:
        show_data([{**dataclasses.asdict(row), "adopt": row.adopt} for row in found], output)
        return
    if not found:
        say(f"all resources with the tag of {stack} are in its state")
        return
    from pulumi_havip import urns

    show_table(
        ("KIND", "ID", "NAME", "CREATED FOR", "TO DELETE", "TO ADOPT"),
        [
            (row.kind, row.id, row.name, urns.name_of(row.urn), row.delete, row.adopt)
            for row in found
        ],
    )


def _deployment(cwd: Path, stack: str, export: Path | None, state: Path | None) -> dict[str, Any]:
    """Return the state of a stack: from an export, the engine, or the Pulumi CLI."""
    if export is not None:
        return _parsed(read_input(export), str(export))
    from pulumi_havip.engine import NoStackError, Workspace

    try:
        content = Workspace(cwd, stack, state_dir=state).export()
    except NoStackError:
        return _parsed(_pulumi_export(cwd, stack), "pulumi stack export")
    return _inside(content)


def _pulumi_export(cwd: Path, stack: str) -> str:
    """Return the state of a stack from the Pulumi CLI."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise UsageError(
            f"there is no stack {stack} in {cwd}, and pulumi is not on PATH: "
            "pass its state with --export FILE"
        )
    command = [pulumi, "stack", "export", "--stack", stack, "--cwd", str(cwd), "--non-interactive"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = " ".join(done.stderr.split())
        raise HavipError(
            f"there is no stack {stack} of havip stack in {cwd.resolve()}, and pulumi stack export "
            f"failed: {reason}"
        )
    return done.stdout


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        return _inside(json.loads(text))
    except (ValueError, RecursionError):
        raise UsageError(
            f"{where} is not a state: create one with `pulumi stack export` or `havip stack export`"
        ) from None


def _inside(content: Any) -> dict[str, Any]:
    from pulumi_havip.handlers.orphans import Export

    return Export.model_validate(content).deployment.model_dump()


def _project(cwd: Path) -> str:
    from pulumi_havip.engine.project import load_project

    return load_project(cwd).name
