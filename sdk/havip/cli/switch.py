"""``havip switch-ip``: move an ordinary address by an API call, without a HAVIP."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Annotated

import typer

from havip.cli._groups import grouped
from havip.cli._options import CloudOptions, DryRun, Output
from havip.cli._output import Format, say, show_data
from havip.errors import TransportError

if TYPE_CHECKING:
    from havip import Client
    from havip.switch import Switched

ATTEMPT = 5.0
"""Timeout of a single call in seconds: in a failover a retry is better than a long wait."""
CONNECT = 2.0


@grouped
def switch_ip(
    *,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="The secondary private address.")
    ],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANCE|ENI",
            help="The target instance (ins-…) or interface (eni-…); by default this machine.",
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Timeout in seconds.")] = 30.0,
    dry_run: DryRun = False,
    cloud: CloudOptions,
    output: Output = Format.TABLE,
) -> None:
    """Move an ordinary private address by an API call.

    Use it where there is no HAVIP: the address moves to this machine, or to another one.

    Safe to repeat, and to run on all nodes at once. Exit codes: 0 the address is on the target, 1
    it cannot be moved, 3 the address does not exist, 4 the machine's role lacks permission, 5
    network, 6 timeout, 7 another node's call won. Region and credentials default to those of the
    machine.
    """
    from havip.switch import switch_ip as switch

    with _connect(cloud, timeout) as client:
        done = switch(client, address, to, timeout=timeout, dry_run=dry_run)
    if output is Format.TABLE:
        say(_line(done))
    else:
        show_data(dataclasses.asdict(done) | {"outcome": done.outcome.value}, output)


def _connect(cloud: CloudOptions, timeout: float) -> Client:
    """Create a client with timeouts for a notify script, which has hardly any environment."""
    from havip import Retry

    return cloud.connect(
        cloud.region or _region_of_machine(),
        timeout=min(timeout, ATTEMPT),
        connect_timeout=min(timeout, CONNECT),
        retry=Retry(deadline=timeout, longest=1.0),
    )


def _region_of_machine() -> str | None:
    """Return the region from the metadata service, unless it is configured."""
    from havip.credentials.metadata import MetadataService
    from havip.credentials.tccli import tccli_region

    if os.environ.get("TENCENTCLOUD_REGION") or tccli_region():
        return None
    try:
        return MetadataService().region()
    except TransportError:
        return None


def _line(done: Switched) -> str:
    to = f"{done.destination} ({done.destination_instance or 'attached to nothing'})"
    if done.outcome == "here":
        return f"{done.address} is on {to} already"
    source = f"{done.source} ({done.source_instance or 'attached to nothing'})"
    verb = "moved" if done.outcome == "moved" else "would move"
    took = f" in {done.seconds:.1f} s" if done.outcome == "moved" else ""
    return f"{done.address} {verb} from {source} to {to}{took}"
