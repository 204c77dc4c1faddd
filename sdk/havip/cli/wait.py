"""``havip wait`` and ``havip watch``: follow the holder of a HAVIP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from havip._transport.clock import Deadline
from havip.cli._exit import NothingFoundError
from havip.cli._groups import grouped
from havip.cli._moves import MoveAlert, Moves
from havip.cli._options import CloudOptions, Output, place
from havip.cli._output import Format, hint, say
from havip.cli.havips import Which, find
from havip.errors import UsageError, WaitTimeout

if TYPE_CHECKING:
    from havip import Client
    from havip.api import DescribeHaVipsResponse, HaVip


class Until(StrEnum):
    """Conditions to wait for."""

    HELD = "held"
    UNHELD = "unheld"
    BOUND = "bound"
    UNBOUND = "unbound"
    GONE = "gone"


@grouped
def wait(
    *,
    which: Which,
    until: Annotated[Until, typer.Option("--for", help="The condition to wait for.")] = Until.HELD,
    by: Annotated[str | None, typer.Option(help="The expected holder.")] = None,
    timeout: Annotated[float, typer.Option(min=0, help="Timeout in seconds.")] = 60.0,
    cloud: CloudOptions,
) -> None:
    """Wait until a HAVIP is held, bound to an EIP, or deleted.

    Exit code 6 after the timeout.
    """
    from havip.api import DescribeHaVips

    predicate = _predicate(until, by)
    client = cloud.connect()
    try:
        vip = find(client, which)
    except NothingFoundError:
        if until is not Until.GONE:
            raise
        say(f"{which} is gone")
        return
    wanted = f"{until}{f' by {by}' if by else ''}"
    try:
        client.wait(DescribeHaVips(ha_vip_ids=[vip.ha_vip_id]), predicate, timeout=timeout)
    except WaitTimeout as late:
        seen = getattr(late.last, "ha_vip_set", None)
        if not seen:
            raise NothingFoundError(
                f"{vip.ha_vip_id} ({vip.vip}) was deleted in the meantime"
            ) from None
        raise WaitTimeout(_timeout_message(seen[0], until, wanted, timeout)) from None
    say(f"{vip.ha_vip_id} ({vip.vip}) is {wanted}")


_WAYS = {
    Until.HELD: "see why with: havip doctor {0.ha_vip_id}",
    Until.UNHELD: "stop keepalived on {0.instance_id}",
    Until.BOUND: "bind one with: havip eip bind {0.ha_vip_id} ADDRESS",
    Until.UNBOUND: "unbind it with: havip eip unbind {0.ha_vip_id}",
    Until.GONE: "delete it with: havip rm {0.ha_vip_id}",
}


def _timeout_message(vip: HaVip, until: Until, wanted: str, timeout: float) -> str:
    """Describe the timeout: the last state, and how to reach the expected one."""
    eip = f"with the EIP {vip.address_ip}" if vip.address_ip else "without an EIP"
    return (
        f"{vip.ha_vip_id} ({vip.vip}) is not {wanted} after {timeout:g} s; last seen "
        f"{vip.state}, held by {vip.instance_id or 'nobody'}, {eip}; "
        f"{_WAYS[until].format(vip)}, or wait longer with --timeout"
    )


def _predicate(until: Until, by: str | None) -> Callable[[DescribeHaVipsResponse], bool]:
    from havip import ready

    if by and until is not Until.HELD:
        raise UsageError("--by sets the expected holder: it requires --for held")
    if by:
        return ready.holder_is(by)
    conditions: dict[Until, Callable[[], Callable[[DescribeHaVipsResponse], bool]]] = {
        Until.HELD: ready.held,
        Until.UNHELD: ready.unheld,
        Until.BOUND: ready.eip_bound,
        Until.UNBOUND: ready.eip_unbound,
        Until.GONE: ready.gone,
    }
    return conditions[until]()


@grouped
def watch(
    *,
    which: Annotated[
        list[str] | None, typer.Argument(metavar="HAVIP", help="Ids or addresses; else all.")
    ] = None,
    interval: Annotated[float, typer.Option(min=0.2, help="Seconds between polls.")] = 2.0,
    duration: Annotated[
        float | None,
        typer.Option(help="Seconds after which to stop; by default only Ctrl-C stops."),
    ] = None,
    cloud: CloudOptions,
    output: Output = Format.TABLE,
) -> None:
    """Print a line whenever a HAVIP moves or changes.

    Also reports flapping (3 moves within a minute) and split brain: two machines announce the
    address and take it from each other.

    With --output json each line is an object; with yaml, a list item.
    """
    client = cloud.connect()
    ids = [find(client, one).ha_vip_id for one in which or []]
    if not ids and not any(True for _ in _read(client, ids)):
        hint(f"no HAVIP in {place(cloud.region, cloud.profile)} yet: waiting for the first")
    for change in changes(client, ids, interval, duration):
        say(_FORMS[output](change))


def changes(
    client: Client, ids: list[str], interval: float, duration: float | None
) -> Iterator[dict[str, str]]:
    """Poll HAVIPs; yield their current state, then every change."""
    clock = client.clock
    deadline = None if duration is None else Deadline(clock, duration)
    before: dict[str, tuple[str, str, str]] = {}
    moves: dict[str, Moves] = {}
    while True:
        now = {vip.ha_vip_id: _seen(vip) for vip in _read(client, ids)}
        for ha_vip_id in sorted({*before, *now}):
            old, new = before.get(ha_vip_id), now.get(ha_vip_id)
            if old != new:
                change = _change(clock.time(), ha_vip_id, old, new)
                yield change
                if old and new and old[1] != new[1]:
                    known = moves.setdefault(ha_vip_id, Moves(old[1]))
                    alert = known.record(clock.monotonic(), new[1])
                    if alert:
                        yield change | _alert(alert)
        before = now
        if deadline is not None:
            if deadline.left() < interval:
                return
            deadline.slept += interval
        clock.sleep(interval)


def _read(client: Client, ids: list[str]) -> Iterator[HaVip]:
    from havip.api import DescribeHaVips

    for page in client.pages(DescribeHaVips(ha_vip_ids=ids or None)):
        yield from page.ha_vip_set


def _seen(vip: HaVip) -> tuple[str, str, str]:
    return vip.vip, vip.instance_id, vip.address_ip


def _change(
    at: float,
    ha_vip_id: str,
    old: tuple[str, str, str] | None,
    new: tuple[str, str, str] | None,
) -> dict[str, str]:
    from datetime import UTC, datetime

    event = "found" if old is None else "gone" if new is None else "changed"
    vip, holder, eip = new or old or ("", "", "")
    return {
        "time": datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"),
        "event": event,
        "ha_vip_id": ha_vip_id,
        "vip": vip,
        "holder": holder,
        "was_held_by": old[1] if old else "",
        "eip": eip,
    }


def _alert(alert: MoveAlert) -> dict[str, str]:
    return {
        "event": alert.kind,
        "holders": " ".join(alert.holders),
        "moves": str(alert.moves),
        "seconds": f"{alert.seconds:.0f}",
    }


def _in_table(change: dict[str, str]) -> str:
    head = f"{change['time']}  {change['ha_vip_id']}  {change['vip']}"
    often = f"{change.get('moves')} moves in {change.get('seconds')} s"
    if change["event"] == "split-brain":
        both = change["holders"].replace(" ", " and ")
        return f"{head}  split brain: {both} take it from each other, {often}"
    if change["event"] == "flapping":
        return f"{head}  flapping: {often}"
    if change["event"] == "gone":
        return f"{head}  deleted"
    holder, before = change["holder"] or "nobody", change["was_held_by"] or "nobody"
    moved = change["event"] == "changed" and holder != before
    return f"{head}  {f'{before} → ' if moved else 'held by '}{holder}  EIP {change['eip'] or '-'}"


def _in_json(change: dict[str, str]) -> str:
    return json.dumps(change)


def _in_yaml(change: dict[str, str]) -> str:
    """Format a list item: all lines together are one YAML document."""
    return f"- {json.dumps(change)}"


_FORMS = {Format.TABLE: _in_table, Format.JSON: _in_json, Format.YAML: _in_yaml}
