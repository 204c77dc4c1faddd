"""Routes of a route table, including routes whose next hop is a HAVIP."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Annotated, Final

from havip.api import CreateRoutes, DeleteRoutes, ReplaceRoutes, Route, RouteTable
from havip.errors import InUseError, InvalidParameterError
from pulumi_havip.handlers.attachments import two_parts
from pulumi_havip.handlers.context import Context, Job
from pulumi_havip.handlers.errors import ResourceError
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import change_once, set_once
from pulumi_havip.handlers.model import (
    REPLACE,
    Args,
    CheckFailure,
    Hints,
    State,
)
from pulumi_havip.handlers.natural_keys import of_stack
from pulumi_havip.handlers.ownership_tags import named
from pulumi_havip.handlers.property_names import prop
from pulumi_havip.handlers.property_types import (
    Cidr,
    Filled,
    RouteTableId,
    check_address,
)
from pulumi_havip.handlers.read_results import GONE
from pulumi_havip.handlers.values import Properties, known

_HAVIP: Final = re.compile(r"havip-[0-9a-z]+|\d+(\.\d+){3}")
_READ_AS: Final = "INTRANAT"
"""Next hop type that DescribeRouteTables may return for a HAVIP, with an id ``intranat-…``."""
_ADDRESSED: Final = "NORMAL_CVM"
"""Next hop type that is identified by its private address; all others have ids."""


class RouteEntryArgs(Args):
    """The arguments of a `RouteEntry`."""

    route_table_id: Annotated[RouteTableId, REPLACE]
    """The route table, such as the `route_table_id` of a `Subnet`."""
    destination_cidr_block: Annotated[Cidr, REPLACE]
    """Destination of the route: a network outside the VPC."""
    gateway_id: Filled
    """The next hop: its id, such as that of a `HaVip`; for an instance its private address."""
    gateway_type: Filled = "HAVIP"
    """The next hop type: ``HAVIP`` (the default), ``NORMAL_CVM``, ``NAT``, ``VPN``, …"""
    description: str | None = None
    """Description of the route."""


class RouteEntryState(RouteEntryArgs, State):
    """The outputs of a `RouteEntry`."""

    route_item_id: str = ""
    """The id of the route, such as ``rti-1a2b3c4d``."""
    enabled: bool = True
    """True if it is enabled."""


class RouteEntryHandler(Handler[RouteEntryArgs, RouteEntryState]):
    """A route of a route table. With a HAVIP as next hop, it follows the holder.

    Example::

        havip.RouteEntry(
            "office",
            route_table_id=subnet.route_table_id,
            destination_cidr_block="192.0.2.0/24",
            gateway_id=address.id,
        )
    """

    kind = "RouteEntry"
    inside = "route_table_id"
    args = RouteEntryArgs
    state = RouteEntryState

    def _rules(
        self, ctx: Context, args: RouteEntryArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        if known(args.gateway_id, args.gateway_type):
            yield from _hop_rules(args.gateway_type, args.gateway_id)
        cidr = hints.vpc_cidr
        if cidr and known(cidr, args.destination_cidr_block):
            inner = ipaddress.IPv4Network(args.destination_cidr_block)
            if inner.subnet_of(ipaddress.IPv4Network(cidr)):
                yield CheckFailure(
                    "destination_cidr_block",
                    f"{inner} is inside of the VPC {cidr}, which routes it by itself: take a "
                    f"network outside of it",
                )
        if known(args.route_table_id, args.destination_cidr_block):
            key = f"{args.route_table_id} {args.destination_cidr_block}"
            if other := ctx.keys.declare("route", key, hints.urn):
                yield CheckFailure("destination_cidr_block", f"{named(other)} routes it already")

    def _replaces(self, name: str, args: RouteEntryArgs) -> bool:
        """Replace if the next hop is unknown: a replaced next hop must lose the route first."""
        return super()._replaces(name, args) or not known(getattr(args, name))

    def _delete_first(self, ctx: Context, state: RouteEntryState, args: RouteEntryArgs) -> bool:
        """Delete first if the destination may stay the same: a table has one route for it."""
        return not known(args.route_table_id, args.destination_cidr_block)

    def _create(self, job: Job, args: RouteEntryArgs) -> tuple[str, Properties]:
        table = args.route_table_id
        with _changing(job, args):
            found = _make(job, table, _wanted(args), args.origin)
        return f"{table}#{args.destination_cidr_block}", _observed(table, found, args)

    def _find(self, job: Job, args: RouteEntryArgs) -> str | None:
        found = _look(job, args.route_table_id, args.destination_cidr_block)
        if found is None or not _leads_to(found, args.gateway_type, args.gateway_id):
            return None
        return f"{args.route_table_id}#{args.destination_cidr_block}"

    def _read(self, job: Job, id: str, state: RouteEntryState | None) -> Properties | None:
        table, destination = two_parts(self.kind, id, "rtb-1a2b3c4d#192.0.2.0/24")
        row = job.region.route_tables.get(table)
        if row is None:
            return None
        found = _route(row, destination)
        return _observed(table, _named(job, found), state) if found else GONE

    def _update(
        self, job: Job, id: str, state: RouteEntryState, args: RouteEntryArgs
    ) -> Properties:
        table, destination = args.route_table_id, args.destination_cidr_block
        with _changing(job, args):
            found = _look(job, table, destination)
            if found is None:
                raise ResourceError(
                    f"{job.name}: {table} has no route to {destination} any more: `pulumi refresh` "
                    f"lets the next deployment make it again"
                )
            return _observed(table, _replace(job, table, found, _wanted(args)), args)

    def _delete(self, job: Job, id: str, state: RouteEntryState) -> None:
        table, destination = state.route_table_id, state.destination_cidr_block
        with _changing(job, state):
            row = job.region.route_tables.fresh(table)
            if row is None:
                self._confirm_gone(job, state)
                return
            if job.ctx.keys.declared("route", f"{table} {destination}"):
                return  # another resource, or the replacement of this one, is the same route
            found = _route(row, destination)
            if found is not None and _leads_to(found, state.gateway_type, state.gateway_id):
                request = DeleteRoutes(route_table_id=table, routes=[_key(found)])
                change_once(
                    lambda: job.region.send(request), lambda: _look(job, table, destination) is None
                )


def _changing(job: Job, route: RouteEntryArgs) -> AbstractContextManager[None]:
    """Hold the lock of a route."""
    key = f"{route.route_table_id} {route.destination_cidr_block}"
    return job.ctx.keys.changing("route", key)


def _hop_rules(kind: str, gateway: str) -> Iterator[CheckFailure]:
    if kind == "HAVIP" and not _HAVIP.fullmatch(gateway):
        other = prop("gateway_type")
        reason = f"{gateway!r} is not a HAVIP: give the id of one, or say what it is by {other}"
        yield CheckFailure("gateway_id", reason)
    if kind == _ADDRESSED:
        try:
            check_address(gateway)
        except ValueError:
            yield CheckFailure(
                "gateway_id",
                f"{gateway!r} is not a private address: a {kind} is named by its address, such as "
                f"the `{prop('private_ip')}` of an Instance",
            )


def _wanted(args: RouteEntryArgs) -> Route:
    return Route(
        destination_cidr_block=args.destination_cidr_block,
        gateway_type=args.gateway_type,
        gateway_id=args.gateway_id,
        route_description=args.description,
    )


def _make(job: Job, table: str, route: Route, urn: str | None) -> Route:
    """Add a route so that exactly one exists; an existing one is updated.

    Raises:
        ResourceError: The table has another route for the destination, and this stack did not
            create the table's VPC.
    """
    destination = route.destination_cidr_block
    request = CreateRoutes(route_table_id=table, routes=[route])
    try:
        answer = change_once(
            lambda: job.region.send(request), lambda: bool(_look(job, table, destination))
        )
    except (InvalidParameterError, InUseError) as error:
        found = _look(job, table, destination)
        if found is None:
            raise
        if _is_own(job, table, urn):
            return _replace(job, table, found, route)
        if not _leads_to(found, route.gateway_type, route.gateway_id):
            raise ResourceError(
                f"{job.name}: {table} routes {destination} to {found.gateway_type} "
                f"{found.gateway_id}: remove that route first ({error})"
            ) from None
        return found
    made = [_route(row, destination) for row in answer.route_table_set] if answer else []
    return next((item for item in made if item), None) or _look(job, table, destination) or route


def _is_own(job: Job, table: str, urn: str | None) -> bool:
    row = job.region.route_tables.fresh(table)
    vpc = job.region.vpcs.get(row.vpc_id) if row else None
    return bool(row and vpc) and of_stack(urn, vpc.tag_set if vpc else [])


def _replace(job: Job, table: str, found: Route, wanted: Route) -> Route:
    """Update the next hop or the description of a route in place, without an interruption."""
    same = found.gateway_type == wanted.gateway_type and found.gateway_id == wanted.gateway_id
    if same and (found.route_description or "") == (wanted.route_description or ""):
        return found
    route = wanted.model_copy(
        update={"route_id": found.route_id, "route_item_id": found.route_item_id}
    )
    set_once(job, ReplaceRoutes(route_table_id=table, routes=[route]))
    return _look(job, table, wanted.destination_cidr_block) or wanted


def _look(job: Job, table: str, destination: str) -> Route | None:
    row = job.region.route_tables.fresh(table)
    return _route(row, destination) if row else None


def _route(table: RouteTable, destination: str) -> Route | None:
    for route in table.route_set:
        if route.destination_cidr_block == destination:
            return route
    return None


def _named(job: Job, route: Route) -> Route:
    """Return a route with its next hop as HAVIP, if the id that stands for one tells which.

    An update that was killed, or another program, may have changed the next hop.
    """
    havip = route.gateway_id.replace("intranat-", "havip-", 1)
    if route.gateway_type != _READ_AS or job.region.ha_vips.get(havip) is None:
        return route
    return route.model_copy(update={"gateway_type": "HAVIP", "gateway_id": havip})


def _leads_to(route: Route, kind: str, gateway: str) -> bool:
    """Return whether a route has a next hop; one to a HAVIP may be returned as INTRANAT."""
    if kind == "HAVIP" and route.gateway_type == _READ_AS:
        return True
    return (route.gateway_type, route.gateway_id) == (kind, gateway)


def _key(route: Route) -> Route:
    """Return the identifiers of a route for its deletion: its ids, if it has them."""
    return Route(
        destination_cidr_block=route.destination_cidr_block,
        gateway_type=route.gateway_type,
        gateway_id=route.gateway_id,
        route_id=route.route_id,
        route_item_id=route.route_item_id,
    )


def _observed(table: str, route: Route, known_as: RouteEntryArgs | None) -> Properties:
    """Return a route's properties, with the next hop as the program or the state names it."""
    kind, gateway = route.gateway_type, route.gateway_id
    if known_as and _leads_to(route, known_as.gateway_type, known_as.gateway_id):
        kind, gateway = known_as.gateway_type, known_as.gateway_id
    return {
        "route_table_id": table,
        "destination_cidr_block": route.destination_cidr_block,
        "gateway_type": kind,
        "gateway_id": gateway,
        "description": route.route_description or None,
        "route_item_id": route.route_item_id or "",
        "enabled": route.enabled is not False,
    }
