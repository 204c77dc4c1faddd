"""One region: its client, and the reads that resources of the region share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from havip import Client, Clock
from havip.api import (
    Address,
    DescribeAddresses,
    DescribeDisasterRecoverGroups,
    DescribeHaVips,
    DescribeInstances,
    DescribeNetworkInterfaces,
    DescribeRouteTables,
    DescribeSubnets,
    DescribeVpcs,
    DisasterRecoverGroup,
    Filter,
    GetCallerIdentity,
    HaVip,
    Instance,
    NetworkInterface,
    Request,
    Response,
    RouteTable,
    Subnet,
    Vpc,
)
from havip.errors import DeniedError
from pulumi_havip.handlers.batch_reads import PAGE, Listing

R = TypeVar("R", bound=Response)
T = TypeVar("T")


class RegionReads:
    """A region: sends requests and caches reads.

    Every call goes through `send`, so that a write invalidates the cached listings.

    Args:
        name: The region's name, such as ``ap-guangzhou``.
        client: The client of the region.
        clock: Determines the age of reads.
    """

    def __init__(self, name: str, client: Client, clock: Clock) -> None:
        self.name = name
        self.client = client
        self.clock = clock
        self._account: str | None = None
        self._cidrs: dict[str, str] = {}
        self._lock = threading.Lock()
        self._listings: list[Listing[Any]] = []
        self.ha_vips: Listing[HaVip] = self._list(DescribeHaVips, "ha_vip_ids", "ha_vip_id")
        self.vpcs: Listing[Vpc] = self._list(DescribeVpcs, "vpc_ids", "vpc_id")
        self.subnets: Listing[Subnet] = self._list(DescribeSubnets, "subnet_ids", "subnet_id")
        self.eips: Listing[Address] = self._list(DescribeAddresses, "address_ids", "address_id")
        self.instances: Listing[Instance] = self._list(
            DescribeInstances, "instance_ids", "instance_id"
        )
        self.interfaces: Listing[NetworkInterface] = self._list(
            DescribeNetworkInterfaces, "network_interface_ids", "network_interface_id"
        )
        self.route_tables: Listing[RouteTable] = self._list(
            DescribeRouteTables, "route_table_ids", "route_table_id"
        )
        self.placement_groups: Listing[DisasterRecoverGroup] = self._list(
            DescribeDisasterRecoverGroups,
            "disaster_recover_group_ids",
            "disaster_recover_group_id",
            most=10,
        )

    def send(self, request: Request[R]) -> R:
        """Send one request; a write discards all cached reads."""
        if request.reads:
            return self.client.send(request)
        try:
            return self.client.send(request)
        finally:
            self.drop()

    def drop(self) -> None:
        """Discard all results."""
        for listing in self._listings:
            listing.drop()

    def account(self) -> str:
        """Return the account of the client's key; empty if the key may not query it."""
        with self._lock:
            if self._account is None:
                try:
                    self._account = self.send(GetCallerIdentity()).account_id
                except DeniedError:
                    self._account = ""
            return self._account

    def subnet_cidr(self, id: str) -> str | None:
        """Return the CIDR block of a subnet, which never changes; None if the subnet is absent."""
        with self._lock:
            found = self._cidrs.get(id)
        if found is None:
            subnet = self.subnets.get(id)
            found = subnet.cidr_block if subnet else None
            if found:
                with self._lock:
                    self._cidrs[id] = found
        return found

    def find(self, describe: type[Request[Any]], filters: Mapping[str, str]) -> list[Any]:
        """List the rows that match filters, reading all pages.

        Args:
            describe: The Describe action.
            filters: The value of each filter.
        """
        wanted = [Filter(name=name, values=[value]) for name, value in filters.items()]
        read = self._reader(describe)
        total, rows = read(filters=wanted, start=0)
        while rows and len(rows) < total:
            total, more = read(filters=wanted, start=len(rows))
            if not more:
                break
            rows = [*rows, *more]
        return list(rows)

    def _list(
        self, describe: type[Request[Any]], ids: str, key: str, most: int = PAGE
    ) -> Listing[Any]:
        read = self._reader(describe)

        def by_ids(wanted: Sequence[str]) -> list[Any]:
            parts = [list(wanted[at : at + most]) for at in range(0, len(wanted), most)]
            return [row for part in parts for row in read(**{ids: part})[1]]

        listing: Listing[Any] = Listing(
            page=lambda start: read(start=start),
            by_ids=by_ids,
            key=lambda row: str(getattr(row, key)),
            clock=self.clock,
        )
        self._listings.append(listing)
        return listing

    def _reader(self, describe: type[Request[Any]]) -> Callable[..., tuple[int, Sequence[Any]]]:
        page = describe.page
        if page is None:
            raise TypeError(f"{describe.__name__} lists nothing")

        def number(value: int) -> int | str:
            return str(value) if page.text else value

        def read(start: int = 0, **given: Any) -> tuple[int, Sequence[Any]]:
            given |= {"offset": number(start), "limit": number(PAGE)}
            answer = self.send(describe.model_validate(given))
            return getattr(answer, page.total), getattr(answer, page.items)

        return read
