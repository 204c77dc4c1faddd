"""``havip keepalived``: configuration of the nodes behind a HAVIP."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from havip.cli._exit import Exit
from havip.cli._groups import grouped
from havip.cli._input import read_input
from havip.cli._options import ACCOUNT, CloudOptions, Output, reject_unused
from havip.cli._output import Format, console, count, hint, show_data
from havip.cli.havips import Which, find
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip.keepalived import Config, VrrpScript
    from havip.keepalived.nodes.cloud import HaVipFacts
    from havip.rules import Finding

PASSWORD = "HAVIP_VRRP_PASSWORD"  # noqa: S105 - the name of a variable

app = typer.Typer(help="Generate, check and lint keepalived.conf.", no_args_is_help=True)

ConfigId = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The id passed to keepalived (-i), for @ID lines."),
]
File = Annotated[str, typer.Argument(metavar="FILE", help="A keepalived.conf; - is stdin.")]


@app.command()
@grouped
def lint(
    context: typer.Context,
    *,
    file: File,
    havip: Annotated[
        str | None, typer.Option(help="Compare the file with this HAVIP: its id or address.")
    ] = None,
    peer: Annotated[
        list[str] | None, typer.Option(help="The file of another node; may be repeated.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Also fail on warnings.")] = False,
    keepalived: Annotated[
        str, typer.Option(metavar="VERSION", help="The keepalived version that will read the file.")
    ] = "2.2.7",
    config_id: ConfigId = None,
    output: Output = Format.TABLE,
    cloud: CloudOptions,
) -> None:
    """Lint a keepalived.conf. Exits with 1 if an error was found."""
    from havip.keepalived.lint import lint as find_problems
    from havip.rules import Severity

    if havip is None:
        reject_unused(context, "without --havip", *ACCOUNT)
    if not re.fullmatch(r"2\.\d+(\.\d+)?", keepalived):
        raise UsageError(f"--keepalived: {keepalived!r} is not a version such as 2.2.7 or 2.4.0")
    texts = {name: read_input(name) for name in (file, *(peer or ()))}
    found = find_problems(
        texts.pop(file),
        file=file,
        peers=texts,
        havip=None if havip is None else _facts(havip, cloud),
        keepalived=keepalived,
        config_id=config_id,
    )
    _show(found, output)
    if any(strict or one.severity is Severity.ERROR for one in found):
        raise typer.Exit(Exit.FAILED)


@app.command()
def rules(output: Output = Format.TABLE) -> None:
    """List the lint rules with their reasons and fixes."""
    from havip.keepalived.lint import RULES

    known = sorted(RULES.values(), key=lambda rule: rule.id)
    if output is not Format.TABLE:
        show_data(
            [
                {
                    "id": rule.id,
                    "level": rule.severity.value,
                    "needs": rule.needs,
                    "reason": rule.reason,
                    "fix": rule.fix,
                    "source": rule.source,
                    "since": rule.since,
                }
                for rule in known
            ],
            output,
        )
        return
    for rule in known:
        needs = f", with {rule.needs}" if rule.needs else ""
        needs += f", since keepalived {rule.since}" if rule.since else ""
        _say(f"{rule.id} ({rule.severity}{needs})")
        _say(f"    {rule.reason}\n    Fix: {rule.fix}\n    Source: {rule.source}")


@app.command()
def check(file: File, config_id: ConfigId = None) -> None:
    """Check a file with the real keepalived.

    The check runs in its own namespaces. Requires root, keepalived and Linux. Exits with 1 if
    keepalived rejects the file.
    """
    from havip.keepalived import check as run_check

    path = None if file == "-" else Path(file)
    result = run_check(read_input(file), config_id=config_id, path=path)
    for complaint in result.complaints:
        _say(f"{file}:{complaint.line}: {complaint.text}" if complaint.line else complaint.text)
    _say(f"{file}: keepalived {'accepts' if result.ok else 'rejects'} it")
    if not result.ok:
        raise typer.Exit(Exit.FAILED)


@app.command()
@grouped
def render(
    *,
    which: Which,
    node: Annotated[
        list[str] | None,
        typer.Option(
            help="The private address of a node, instead of those in the range; may be repeated."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write NODE/keepalived.conf into this folder.")
    ] = None,
    password_file: Annotated[
        str | None,
        typer.Option(
            help=f"File with the VRRP password (- is stdin); by default the variable {PASSWORD}."
        ),
    ] = None,
    interface: Annotated[str, typer.Option(help="The nodes' network interface.")] = "eth0",
    router_id: Annotated[
        int | None,
        typer.Option(
            min=1, max=255, help="The virtual_router_id; by default derived from the address."
        ),
    ] = None,
    priority: Annotated[int, typer.Option(min=1, max=254, help="The priority of every node.")] = 80,
    advert_int: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=255,
            help="Seconds between advertisements; fractions select VRRP 3, without a password.",
        ),
    ] = 1,
    check: Annotated[
        str,
        typer.Option(
            metavar="haproxy|nginx|postgresql|mariadb|URL|COMMAND",
            help="The health check: a service, a page such as http://127.0.0.1:8404/health, or a "
            "command with an absolute path.",
        ),
    ] = "haproxy",
    check_interval: Annotated[
        int | None, typer.Option(min=1, help="Seconds between runs of the check.")
    ] = None,
    check_fall: Annotated[
        int | None, typer.Option(min=1, help="Number of consecutive failures that count.")
    ] = None,
    garp_refresh: Annotated[
        int, typer.Option(min=1, help="Seconds between announcements of the holder.")
    ] = 5,
    startup_delay: Annotated[
        float | None,
        typer.Option(help="Seconds after its start during which a node cannot become master."),
    ] = None,
    notify: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="A command to run on each change of state."),
    ] = None,
    cloud: CloudOptions,
) -> None:
    """Generate the keepalived.conf of every node of a HAVIP.

    The nodes are the members of its range.

    Without --out the files are printed, with asterisks instead of the password.
    """
    from havip.keepalived import lb_pair
    from havip.keepalived import router_id as derived

    facts = _facts(which, cloud)
    fast = advert_int % 1 > 0
    if fast and password_file is not None:
        raise UsageError("--advert-int in fractions needs VRRP 3, which has no --password-file")
    if fast and os.environ.get(PASSWORD):
        hint(
            f"havip: {PASSWORD} is not used: --advert-int {advert_int:g} needs VRRP 3, which has "
            "no passwords; use whole seconds for one"
        )
    configs = lb_pair(
        str(facts.vip),
        node or _nodes(facts),
        auth_pass=None if fast else _password(password_file, needed=out is not None),
        subnet=str(facts.subnet),
        interface=interface,
        virtual_router_id=router_id or derived(str(facts.vip)),
        priority=priority,
        advert_int=advert_int,
        check=_check_of(check),
        check_interval=check_interval,
        check_fall=check_fall,
        garp_master_refresh=garp_refresh,
        startup_delay=startup_delay,
        notify=notify,
    )
    _write(configs, out)


def _check_of(what: str) -> VrrpScript:
    """Return the health check for an option value."""
    from havip.keepalived import KeepalivedError, VrrpScript, http_check, postgresql_check
    from havip.keepalived.nodes import health_checks

    known = {
        "haproxy": health_checks.HAPROXY_CHECK,
        "nginx": health_checks.NGINX_CHECK,
        "mariadb": health_checks.MARIADB_CHECK,
        "postgresql": postgresql_check(),
    }
    if what in known:
        return known[what]
    if what.startswith(("http://", "https://")):
        return http_check(what)
    if what.startswith("/"):
        try:
            return VrrpScript(name="check", script=what, interval=1, timeout=1, fall=2, rise=1)
        except KeepalivedError:
            raise UsageError(
                f"--check: {what!r} has a character that keepalived.conf does not allow, such as a "
                "double quote: move the command into a script"
            ) from None
    raise UsageError(
        f"--check: {what!r} is not one of {', '.join(known)}, a URL, or a command with "
        "an absolute path"
    )


def _nodes(facts: HaVipFacts) -> list[str]:
    nodes = facts.nodes
    if len(nodes) < 2:
        members = ", ".join(facts.members) or "nobody"
        raise UsageError(
            f"{facts.ha_vip_id}: its range has {members}, but a pair needs two nodes: "
            "add them with havip attach, or pass each with --node"
        )
    return nodes


def _write(configs: dict[str, Config], out: Path | None) -> None:
    from havip.keepalived import render as to_text

    for address, config in configs.items():
        if out is None:
            print(f"# {address}\n{to_text(config, mask=True)}")  # noqa: T201
            continue
        target = out / address / "keepalived.conf"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        target.chmod(0o600)
        target.write_text(to_text(config))
        _say(str(target))


def _password(file: str | None, *, needed: bool) -> str:
    given = os.environ.get(PASSWORD) if file is None else read_input(file).rstrip("\n")
    if given is None and needed:
        raise UsageError(
            f"the files need a VRRP password of one to eight bytes: set {PASSWORD}, or pass "
            "a file with --password-file"
        )
    return given if given is not None else "unknown"


def _facts(which: str, cloud: CloudOptions) -> HaVipFacts:
    from havip.keepalived.nodes.cloud import facts

    client = cloud.connect()
    return facts(client, find(client, which).ha_vip_id)


def _show(found: list[Finding], output: Format) -> None:
    if output is not Format.TABLE:
        show_data([_as_dict(one) for one in found], output)
        return
    explained: set[str] = set()
    for one in found:
        _say(f"{one.where}: {one.severity}: {one.message} [{one.rule}]")
        if one.rule not in explained:
            _say(f"    {one.reason}\n    Fix: {one.fix}\n    Source: {one.source}")
        explained.add(one.rule)
    errors = sum(one.severity.value == "error" for one in found)
    summary = f"{count(errors, 'error')}, {count(len(found) - errors, 'warning')}"
    _say(summary if found else "no problems found")


def _as_dict(one: Finding) -> dict[str, object]:
    """Convert a finding to the stable keys of the command's output."""
    found = one.as_dict()
    return {
        "rule": found.pop("rule"),
        "level": found.pop("severity"),
        "file": found.pop("subject"),
        **found,
    }


def _say(text: str) -> None:
    console().print(text, markup=False, soft_wrap=True)
