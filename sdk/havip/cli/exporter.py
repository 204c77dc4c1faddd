"""``havip exporter``: serve Prometheus metrics of HAVIPs."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from havip.cli._groups import grouped
from havip.cli._options import ACCOUNT, AccountOptions, in_regions, place, reject_unused
from havip.cli._output import say
from havip.errors import UsageError


@grouped
def exporter(
    context: typer.Context,
    *,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="The address to listen on.")
    ] = "127.0.0.1:9720",
    region: Annotated[
        list[str] | None,
        typer.Option(
            help="A region, or all; may be repeated; by default that of the environment or profile."
        ),
    ] = None,
    interval: Annotated[
        float, typer.Option(min=1, help="Seconds for which a reading is cached.")
    ] = 15.0,
    findings_every: Annotated[
        float, typer.Option(min=1, help="Seconds between runs of the doctor.")
    ] = 300.0,
    web_config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Prometheus' web config file: TLS and basic auth of the server."
        ),
    ] = None,
    node: Annotated[
        bool | None,
        typer.Option(
            help="Whether to serve the state of keepalived and the database of this machine.",
            show_default="if there is a keepalived.conf",
        ),
    ] = None,
    api: Annotated[
        bool, typer.Option(help="Whether to read HAVIPs from the API, which needs a key.")
    ] = True,
    account: AccountOptions,
) -> None:
    """Serve the state of HAVIPs and this node as metrics.

    The metrics are in Prometheus format; Ctrl-C stops the server.

    Prints one line when it is ready. It is read-only; docs/policies/diagnose.json has the required
    permissions, plus vpc:DescribeAddresses for idle EIPs.
    """
    from prometheus_client import CollectorRegistry

    from havip.doctor.probe import CONFIG
    from havip.exporter import HaVipCollector, NodeCollector
    from havip.exporter.server import read_web_config, serve

    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"--listen {listen!r} is not HOST:PORT, such as 127.0.0.1:9720")
    node = Path(CONFIG).exists() if node is None else node
    if not api and not node:
        raise UsageError("--no-api leaves nothing to serve without --node")
    if not api:
        reject_unused(context, "with --no-api", "findings_every", *ACCOUNT)
    registry = CollectorRegistry()
    if api:
        clients = {
            name or place(None, account.profile): client
            for each in region or [""]
            for name, client in in_regions(account, each or None)
        }
        registry.register(HaVipCollector(clients, interval, findings_every))
    if node:
        registry.register(NodeCollector(interval))
    web = read_web_config(web_config) if web_config else None
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serve(registry, host.strip("[]"), int(port), web) as url:
        say(f"havip exporter ready on {url}")
        stopped.wait()
