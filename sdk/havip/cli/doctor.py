"""``havip doctor``: diagnose why a HAVIP would not fail over, before it has to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havip.cli._exit import Exit, NothingFoundError
from havip.cli._groups import grouped
from havip.cli._input import STDIN, parse_json, read_input
from havip.cli._options import ACCOUNT, CloudOptions, Output, in_regions, reject_unused
from havip.cli._output import Format, count, say, show_data
from havip.cli.havips import find
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip import Client
    from havip.api import HaVip
    from havip.doctor import Report
    from havip.rules import Finding


@grouped
def doctor(
    context: typer.Context,
    *,
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar="HAVIP", help="Ids or addresses; by default all in the region."),
    ] = None,
    stack_dir: Annotated[
        Path | None,
        typer.Option("--stack", metavar="DIR", help="Check the HAVIPs of a stack of this project."),
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option("-s", envvar="PULUMI_STACK", help="The stack; by default the only one."),
    ] = None,
    state_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Check the HAVIPs in the output of pulumi stack export; - is standard input.",
        ),
    ] = None,
    node: Annotated[
        bool | None,
        typer.Option(
            "--node/--no-node",
            help="Also check this machine as a node. [if it is in a range]",
        ),
    ] = None,
    cluster: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Also check the database cluster from a machine outside of it; the "
            "folder holds its member.json, cluster.crt and cluster.key.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Also fail on warnings.")] = False,
    checks: Annotated[bool, typer.Option("--checks", help="List the checks and exit.")] = False,
    cloud: CloudOptions,
    output: Output = Format.TABLE,
) -> None:
    """Diagnose problems that prevent a failover.

    Also reports resources that are charged without being used.

    Exit codes: 0 no findings, or only warnings; 1 an error was found (with --strict: or a
    warning); others as for all commands.
    """
    if checks:
        chosen = ("which", "stack_dir", "stack", "state_file", "node", "cluster", "strict")
        reject_unused(context, "with --checks", *chosen, *ACCOUNT)
        _show_checks(output)
        return
    if not stack_dir:
        reject_unused(context, "without --stack DIR", "stack")
    if sum(map(bool, (which, stack_dir, state_file))) > 1:
        raise UsageError("pass only one of HAVIPs, --stack and --state-file")
    from havip.doctor import diagnose

    if stack_dir or state_file:
        reject_unused(context, "on a stack, whose HAVIPs are in its regions", "region")
    checked = partial(diagnose, node=node, cluster=cluster)
    if stack_dir or state_file:
        reports = [
            checked(client, vips, gone=gone)
            for client, vips, gone in _of_stack(_state(stack_dir, stack, state_file), cloud)
        ]
    else:
        reports = [
            checked(client, _chosen(client, which or []))
            for _, client in in_regions(cloud, cloud.region)
        ]
    _show(reports, output)
    if any(report.failed(strict=strict) for report in reports):
        raise typer.Exit(Exit.FAILED)


def _chosen(client: Client, which: list[str]) -> list[HaVip]:
    """Return the given HAVIPs, or by default all of the account's own."""
    from havip.api import DescribeHaVips
    from havip.doctor import find_havips

    if not which:
        pages = client.pages(DescribeHaVips())
        return [vip for page in pages for vip in page.ha_vip_set if not vip.business]
    vips, gone = find_havips(client, [one for one in which if one.startswith("havip-")])
    if gone:
        raise NothingFoundError(
            f"no HAVIP {', '.join(gone)} in this region; list all with: havip ls"
        )
    return vips + [find(client, one) for one in which if not one.startswith("havip-")]


def _of_stack(
    ids: dict[str, list[str]], cloud: CloudOptions
) -> Iterator[tuple[Client, list[HaVip], list[str]]]:
    """Yield a client of each region of a stack, its HAVIPs there, and the ids that are gone."""
    from havip.doctor import find_havips

    for region, wanted in ids.items():
        client = cloud.connect(region)
        yield client, *find_havips(client, wanted)


def _state(folder: Path | None, stack: str | None, file: str | None) -> dict[str, list[str]]:
    """Return the ids of a stack's HAVIPs by region."""
    from havip.doctor.stacks import havips_in

    if folder is not None:
        where, state = f"the stack in {folder}", _exported(folder, stack)
    else:
        where = "standard input" if file == STDIN else str(file)
        state = parse_json(read_input(file or STDIN), where)
    found = havips_in(state, where)
    if not found:
        raise NothingFoundError(f"there is no HAVIP in {where}")
    return found


def _exported(folder: Path, stack: str | None) -> dict[str, Any]:
    from pulumi_havip.engine import Workspace
    from pulumi_havip.engine.store import stacks

    if not stack:
        there = Workspace(folder, "none")
        names = stacks(there.root, there.project.name)
        if len(names) != 1:
            known = ", ".join(names) or "none"
            raise UsageError(f"choose a stack of {folder} with -s: it has {known}")
        stack = names[0]
    return Workspace(folder, stack).export()


def _show(reports: list[Report], output: Format) -> None:
    findings = [one for report in reports for one in report.findings]
    skipped = list(dict.fromkeys(one for report in reports for one in report.skipped))
    vips = [vip.ha_vip_id for report in reports for vip in report.vips]
    notes = list(dict.fromkeys(note for report in reports for note in report.notes))
    machine = next((report.machine for report in reports if report.machine), "")
    if output is not Format.TABLE:
        data = {
            "havips": vips,
            "machine": machine,
            "findings": [_as_dict(one) for one in findings],
            "skipped": [{"check": one.check, "why": one.why} for one in skipped],
            "notes": notes,
        }
        show_data(data, output)
        return
    for line in (*findings, *skipped, *notes):
        say(str(line))
    say(_summary(reports, len(vips), machine))


def _as_dict(one: Finding) -> dict[str, str]:
    """Convert a finding to the stable keys of the command's output."""
    return {
        "check": one.rule,
        "level": one.severity.value,
        "subject": one.subject,
        "what": one.message,
        "why": one.reason,
        "fix": one.fix,
        "source": one.source,
    }


def _summary(reports: list[Report], vips: int, machine: str) -> str:
    from havip.rules import Severity

    errors = sum(report.count(Severity.ERROR) for report in reports)
    warnings = sum(report.count(Severity.WARNING) for report in reports)
    on = f", and this machine ({machine})" if machine else ""
    looked = f"{count(vips, 'HAVIP')}{on}"
    if not vips and not errors + warnings:
        return f"no HAVIPs to check{on}; list all with: havip ls"
    if not errors + warnings:
        return f"{looked}: no problems found"
    return f"{looked}: {count(errors, 'error')}, {count(warnings, 'warning')}"


def _show_checks(output: Format) -> None:
    from havip.doctor import CHECKS
    from havip.doctor.registry import DATABASE, NODE

    where = {NODE: "a node", DATABASE: "a database cluster"}

    if output is not Format.TABLE:
        known = [
            {
                "id": one.id,
                "level": one.severity.value,
                "on": where.get(one.needs, "the API"),
                "why": one.reason,
                "fix": one.fix,
                "source": one.source,
            }
            for one in CHECKS.values()
        ]
        show_data(known, output)
        return
    for one in CHECKS.values():
        on = f", on {where[one.needs]}" if one.needs in where else ""
        say(f"{one.id} ({one.severity}{on})")
        say(f"    {one.reason}\n    Fix: {one.fix}\n    Source: {one.source}")
