"""``havip lab``: real failovers on one machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from havip.cli import lab_live, lab_output
from havip.cli._exit import Exit
from havip.cli._options import Output
from havip.cli._output import Format, hint, say, show_data
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip.lab.history import History

app = typer.Typer(help="Play real failovers on this machine.", no_args_is_help=True)
for command in lab_live.COMMANDS:
    app.command()(command)

Html = Annotated[
    Path | None, typer.Option(help="Write a report with the timeline of each run to this file.")
]
AtOnce = Annotated[
    int | None,
    typer.Option(min=1, help="Number of labs that run in parallel; by default 3 per core."),
]


@app.command("try")
def try_pair(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="A.conf B.conf", help="Each node's keepalived.conf."),
    ],
    havip: Annotated[
        str | None,
        typer.Option(help="The address of the HAVIP; by default the first virtual_ipaddress."),
    ] = None,
    range_: Annotated[
        str | None,
        typer.Option(
            "--range", help="The addresses of the nodes in the HAVIP's range, separated by commas."
        ),
    ] = None,
    haproxy: Annotated[
        Path | None,
        typer.Option(
            help="The haproxy.cfg of the nodes; web servers are started for its backends."
        ),
    ] = None,
    serving: Annotated[
        str | None, typer.Option("--with", help="The service on the nodes: haproxy, nginx, none.")
    ] = None,
    faults: Annotated[
        str | None, typer.Option(help="The faults, separated by commas; see 'havip lab faults'.")
    ] = None,
    html: Html = None,
    at_once: AtOnce = None,
    output: Output = Format.TABLE,
) -> None:
    """Try the effect of each fault on nodes with these files.

    Exits with 1 if an outage is longer than VRRP's timers allow, or the nodes do not recover a
    consistent state.
    """
    from havip.lab import files as lab_files
    from havip.lab import trial

    if len(files) < 2:
        raise UsageError("havip lab try needs the keepalived.conf of two nodes or more")
    if len(set(files)) < len(files):
        raise UsageError("the same file is given twice: pass one file per node")
    if serving not in (None, "haproxy", "nginx", "none"):
        raise UsageError(f"--with {serving}: expected haproxy, nginx or none")
    if haproxy is not None and serving not in (None, "haproxy"):
        raise UsageError(f"--haproxy has no effect with --with {serving}")
    chosen = trial.DEFAULT if faults is None else _words(faults)
    if not chosen:
        raise UsageError("--faults is empty; list the faults with: havip lab faults")
    texts = {str(one): lab_files.read(one) for one in files}
    topology = lab_files.topology_of(
        texts,
        havip=havip,
        members=None if range_ is None else _words(range_),
        haproxy=None if haproxy is None else lab_files.read(haproxy),
        serving=serving,  # type: ignore[arg-type]
    )
    for file, node in zip(texts, topology.nodes.values(), strict=True):
        if not any(node.address in text for text in texts.values()):
            hint(f"{file}: its own address is in no file; in the lab it is {node.address}")
    histories = trial.histories(topology, chosen)
    _play(histories, f"{topology.address}: does it fail over?", html, at_once, output)


@app.command()
def run(
    histories: Annotated[
        list[str],
        typer.Argument(metavar="HISTORY", help="Files, names of shipped histories, or all."),
    ],
    html: Html = None,
    svg: Annotated[
        Path | None, typer.Option(help="Also write the timeline of the first history.")
    ] = None,
    at_once: AtOnce = None,
    output: Output = Format.TABLE,
) -> None:
    """Play histories of faults.

    Exits with 1 if an expectation is not met.
    """
    from havip.lab import history, shipped

    found = [
        one
        for name in histories
        for one in (
            shipped.all_histories() if name == "all"
            else [shipped.load(name)] if name in shipped.names()
            else [history.load(_file(name))]
        )
    ]  # fmt: skip
    _play(found, "Histories", html, at_once, output, svg)


@app.command("histories")
def list_histories(output: Output = Format.TABLE) -> None:
    """List the shipped histories of known incidents."""
    from havip.lab import shipped

    found = shipped.all_histories()
    if output is not Format.TABLE:
        show_data([json.loads(one.model_dump_json(exclude_defaults=True)) for one in found], output)
        return
    for one in found:
        say(f"{one.name}: {one.title}")


@app.command("faults")
def list_faults(output: Output = Format.TABLE) -> None:
    """List the faults and operations, and how each is undone."""
    from havip.lab.reference import rows

    found = rows()
    if output is not Format.TABLE:
        show_data([one._asdict() for one in found], output)
        return
    for one in found:
        say(f"{one.name}: {one.summary}")
        say(f"    Undone: {one.undone}")
        for name, meaning in one.parameters.items():
            say(f"    {name}: {meaning}")


@app.command()
def compare(
    html: Annotated[Path, typer.Option(help="The report.")] = Path("havip-lab-compare.html"),
    svg: Annotated[
        Path | None, typer.Option(help="Also write the chart as a separate file.")
    ] = None,
    output: Output = Format.TABLE,
) -> None:
    """Compare failovers with a HAVIP, without one, and by API calls.

    Plays a power loss four times: with a HAVIP, with an ordinary address, with a standby outside
    of the range, and with an ordinary address moved by 'havip switch-ip'. Writes a report.
    """
    from havip.lab import compare as comparing

    lab_output.check_files(html, svg)
    with lab_output.progress(len(comparing.CASES)) as done:
        results = comparing.run(done)
    if output is not Format.TABLE:
        show_data({"results": [lab_output.brief(one) for one in results]}, output)
    else:
        lab_output.show_cases(comparing.rows(results))
    picture = comparing.picture(results)
    lab_output.write_file(html, comparing.page(results))
    if svg is not None:
        from havip.lab import report

        lab_output.write_file(svg, report.svg(picture))
    if not all(one.ok for one in results):
        for one in results:
            for failure in one.failures:
                hint(f"{one.name}: {failure}")
        raise typer.Exit(Exit.FAILED)


@app.command()
def search(
    topology: Annotated[
        str,
        typer.Argument(
            help="A topology, such as pair (see 'topologies'), or the folder of a stack's project."
        ),
    ],
    faults: Annotated[int, typer.Option(min=1, max=5, help="Number of faults per history.")] = 2,
    runs: Annotated[int, typer.Option(min=1, help="Number of histories.")] = 50,
    seed: Annotated[int | None, typer.Option(help="The seed; by default random.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Begin no history after this time.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File for the shortest failing history; those that it was shrunk from are "
            "written next to it with numbers; by default havip-lab-failed-TOPOLOGY.yaml."
        ),
    ] = None,
    at_once: AtOnce = None,
    output: Output = Format.TABLE,
) -> None:
    """Search random histories for a broken promise.

    Each failing history is written to a file for 'run' when it has been played, and the shrunk one
    in the end. Without a terminal, a line is printed for each failure, and for every 25 histories
    played.
    """
    from havip.lab import search as searching

    lab_output.check_files(out)
    first = out or Path(f"havip-lab-failed-{Path(topology).name}.yaml")
    chosen = searching.new_seed() if seed is None else seed
    with lab_output.progress(runs) as done:
        found = searching.search(
            topology, faults=faults, runs=runs, seed=chosen, at_once=at_once,
            seconds=inf if minutes is None else 60 * minutes,
            done=lab_output.write_failing(first, done),
        )  # fmt: skip
    if output is not Format.TABLE:
        show_data(found.as_data(), output)
    else:
        for line in found.lines():
            say(line)
    if found.shortest is not None:
        lab_output.write_history(first, found.shortest, found.failures)
    if found.broken or found.errors:
        if found.broken:
            hint(f"the shortest failing history is in {first}; play it with: havip lab run {first}")
        raise typer.Exit(Exit.FAILED)


@app.command("topologies")
def list_topologies() -> None:
    """List the named topologies."""
    from havip.lab import topologies

    for name, build in sorted(topologies.REGISTRY.items()):
        say(f"{name}: {(build.__doc__ or '').strip().splitlines()[0]}")


@app.command()
def check(output: Output = Format.TABLE) -> None:
    """Check whether this machine meets the requirements of the lab.

    Prints how to install what is missing. Exits with 1 if anything is missing.
    """
    from havip.lab import requirements

    found = requirements.check()
    if output is not Format.TABLE:
        show_data([one._asdict() for one in found], output)
    else:
        for one in found:
            state = "ok" if one.met else "MISSING" if one.needed else "absent"
            say(f"{state:8}{one.name}: {one.text}")
    if any(one.needed and not one.met for one in found):
        raise typer.Exit(Exit.FAILED)


def _play(
    histories: Sequence[History], title: str, html: Path | None, at_once: int | None,
    output: Format, svg: Path | None = None,
) -> None:  # fmt: skip
    lab_output.check_files(html, svg)
    from havip.lab import namespace, report, runs
    from havip.lab.namespace import LabError
    from havip.lab.stack.deployment import is_project

    for one in histories:
        if is_project(one.topology):
            continue
        try:
            one.built()
        except LabError as wrong:
            raise LabError(f"{one.name}: {wrong}") from None
    lacking = namespace.missing()
    if lacking:
        raise LabError(lacking)
    with lab_output.progress(len(histories)) as done:
        found = runs.run_all(histories, at_once=at_once or runs.AT_ONCE, done=done)
    results = list(runs.good(found))
    errors = [str(one).partition("\n")[0] for one in found if isinstance(one, LabError)]
    if output is not Format.TABLE:
        show_data({"ok": not errors and all(one.ok for one in results), "errors": errors,
                   "results": [lab_output.brief(one) for one in results]}, output)  # fmt: skip
    else:
        if results:
            lab_output.show_results(results)
        for error in lab_output.joined(errors):
            hint(f"havip: {error}")
    if html is not None:
        lab_output.write_file(html, report.page(results, title=title, failed=errors))
    if svg is not None and results:
        lab_output.write_file(svg, report.svg(report.timeline(results[0])))
    if errors or not all(one.ok for one in results):
        raise typer.Exit(Exit.FAILED)


def _file(name: str) -> Path:
    if not Path(name).is_file():
        raise UsageError(
            f"{name}: neither a file nor a shipped history; list those with: havip lab histories"
        )
    return Path(name)


def _words(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
