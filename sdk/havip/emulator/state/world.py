"""State of the cloud: shared tables, and the resources of each account and region."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping
from itertools import chain
from typing import Any, TypeVar

from havip.api import (
    Address,
    DisasterRecoverGroup,
    HaVip,
    NetworkInterface,
    RouteTable,
    Shape,
    Subnet,
    Vpc,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.state import rows
from havip.emulator.state.access_keys import Keys
from havip.emulator.state.addresses import AddressBook
from havip.emulator.state.clock import AdjustableClock, local_text, utc_text
from havip.emulator.state.settings import Settings
from havip.emulator.state.table import Index, RowChange, Scope, Table, UndoLog, Watcher

S = TypeVar("S", bound=Shape)

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHARED = Scope()


class World:
    """The complete state of the cloud, in tables with a common undo log.

    Args:
        settings: The settings of the cloud.
        clock: The cloud's clock.
        seed: Seed of ids and random addresses.
        keys: The accepted access keys.
    """

    def __init__(self, settings: Settings, clock: AdjustableClock, seed: int, keys: Keys) -> None:
        self.settings, self.clock, self.seed, self.keys = settings, clock, seed, keys
        self.undo = UndoLog()
        self.sessions = Table(self.undo, _SHARED, "session", rows.RoleSession, "secret_id")
        self._clocks = Table(self.undo, _SHARED, "clock", rows.ClockRow, "name")
        self.counters = Table(self.undo, _SHARED, "counter", rows.Counter, "name")
        self._regions: dict[Scope, AccountRegion] = {}
        self._seeded_at = 0

    def region(self, account: str, name: str) -> AccountRegion:
        """Return a region of an account, created empty on first use.

        Raises:
            ApiFailure: UnsupportedRegion if the region is not in the settings.
        """
        known = self._regions.get(Scope(account, name))
        if name and name not in self.settings.regions:
            raise ApiFailure("UnsupportedRegion", f"The region `{name}` does not exist.")
        return known or self._add_region(Scope(account, name))

    def regions(self, account: str) -> list[AccountRegion]:
        """List the regions that an account has used."""
        return [region for scope, region in self._regions.items() if scope.account == account]

    def all_regions(self) -> list[AccountRegion]:
        """List the regions that any account has used."""
        return list(self._regions.values())

    def record_serial(self) -> None:
        """Add the current serial number to the changes of the next commit."""
        if self.undo:
            self.counters.put(rows.Counter(name="serial", value=self.undo.serial))

    def count_up(self, name: str, start: int = 0) -> int:
        """Increment a persistent counter, and return its new value."""
        counter = self.counters.get(name) or rows.Counter(name=name, value=start)
        return self.counters.put(counter.model_copy(update={"value": counter.value + 1})).value

    def reseed(self, seed: int) -> None:
        """Restart the random generator with another seed."""
        # The row of the serial number takes a number itself, in a cloud that had no call yet.
        self.counters.put(rows.Counter(name="serial", value=self.undo.serial))
        self.seed, self._seeded_at = seed, self.undo.serial

    def next_random(self, purpose: str) -> int:
        """Return the next pseudo-random number for a purpose, determined by the seed."""
        text = f"{self.seed}/{purpose}/{self.undo.next_serial() - self._seeded_at}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())

    def new_id(self, prefix: str, taken: Container[str]) -> str:
        """Generate an id such as ``havip-0a1b2c3d`` that is not taken."""
        while True:
            number, letters = self.next_random(prefix), ""
            for _ in range(8):
                number, digit = divmod(number, 36)
                letters += _ALPHABET[digit]
            if (made := f"{prefix}-{letters}") not in taken:
                return made

    def dump(self) -> list[RowChange]:
        """Return every row."""
        return [table.change(row_id) for table in self._tables() for row_id in table.ids()]

    def load(self, row: RowChange) -> None:
        """Add one row that `dump` returned."""
        scope = Scope(row.account, row.region)
        shared: dict[str, Table[Any]] = {table.kind: table for table in self._shared()}
        region = self._regions.get(scope)
        tables = shared if scope == _SHARED else (region or self._add_region(scope)).by_kind()
        if row.row is not None:
            tables[row.kind].load(row.id, row.serial, row.row)
            self.undo.serial = max(self.undo.serial, row.serial)

    def finish_load(self) -> None:
        """Restore the serial number and the clock from the loaded rows."""
        if (counter := self.counters.get("serial")) is not None:
            self.undo.serial = max(self.undo.serial, counter.value)
        if (clock := self._clocks.get("clock")) is not None:
            self.clock.load(clock.offset, clock.frozen)

    def clear(self) -> None:
        """Delete every row, and reset the clock."""
        for table in self._tables():
            table.clear()
        self.clock.load(0.0, None)

    def keep_clock(self, offset: float, frozen: float | None) -> None:
        """Store the offset and frozen time of the clock."""
        self._clocks.put(rows.ClockRow(offset=offset, frozen=frozen))

    def _shared(self) -> tuple[Table[Any], ...]:
        return self.sessions, self._clocks, self.counters

    def _tables(self) -> list[Table[Any]]:
        regions = (region.tables() for region in self._regions.values())
        return [*self._shared(), *chain.from_iterable(regions)]

    def _add_region(self, scope: Scope) -> AccountRegion:
        self._regions[scope] = AccountRegion(self, scope)
        return self._regions[scope]


class AccountRegion:
    """Resources of one account in one region, in tables by id."""

    def __init__(self, world: World, scope: Scope) -> None:
        self.world, self.scope = world, scope
        self.account, self.name = scope
        self.book = AddressBook()
        self.vpcs = self._table("vpc", Vpc, "vpc_id")
        self.subnets = self._table(
            "subnet", Subnet, "subnet_id", {"vpc-id": "vpc_id", "route-table-id": "route_table_id"}
        )
        self.route_tables = self._table(
            "route-table", RouteTable, "route_table_id", {"vpc-id": "vpc_id"}
        )
        self.havips = self._havips()
        self.enis = self._enis()
        self.eips = self._table(
            "eip",
            Address,
            "address_id",
            {
                "address-ip": "address_ip",
                "instance-id": "instance_id",
                "network-interface-id": "network_interface_id",
            },
        )
        self.instances = self._table(
            "instance",
            rows.InstanceRow,
            "instance_id",
            {
                "instance-name": "instance_name",
                "security-group-id": rows.groups_of_instance,
                "placement-group-id": rows.placement_groups_of,
            },
        )
        self.security_groups = self._table(
            "security-group", rows.SecurityGroupRow, "security_group_id"
        )
        self.placement_groups = self._table(
            "placement-group", DisasterRecoverGroup, "disaster_recover_group_id"
        )
        self.tasks = self._table(
            "task", rows.TaskRow, "task_id", {"status": "status", "holds": rows.held_by}
        )
        self.tokens = self._table("token", rows.TokenRow, "name")
        self.counters = self._table("counter", rows.Counter, "name")

    def _havips(self) -> Table[HaVip]:
        return self._table(
            "havip",
            HaVip,
            "ha_vip_id",
            {
                "havip-name": "ha_vip_name",
                "vpc-id": "vpc_id",
                "subnet-id": "subnet_id",
                "vip": "vip",
                "address-ip": "address_ip",
                "havip-association.instance-id": rows.members_of,
                "holder": "network_interface_id",
            },
            self.book.watcher("ha_vip_id", rows.vip_of),
        )

    def _enis(self) -> Table[NetworkInterface]:
        return self._table(
            "eni",
            NetworkInterface,
            "network_interface_id",
            {
                "vpc-id": "vpc_id",
                "subnet-id": "subnet_id",
                "attachment.instance-id": rows.instance_of,
                "groups.security-group-id": rows.groups_of_eni,
                "secondary-of-vpc": rows.vpc_if_secondary,
            },
            self.book.watcher("network_interface_id", rows.addresses_of),
        )

    def _table(
        self,
        kind: str,
        shape: type[S],
        key: str,
        indexes: Mapping[str, Index[S]] | None = None,
        watcher: Watcher[S] | None = None,
    ) -> Table[S]:
        return Table(self.world.undo, self.scope, kind, shape, key, indexes, watcher)

    @property
    def settings(self) -> Settings:
        """Current settings of the cloud."""
        return self.world.settings

    @property
    def now(self) -> float:
        """Current time of the cloud, in seconds since the epoch."""
        return self.world.clock.time()

    def now_local(self) -> str:
        """Return the time in the format of HAVIPs, VPCs and ENIs."""
        return local_text(self.now, self.settings.utc_offset_hours)

    def now_utc(self) -> str:
        """Return the time in the format of EIPs and instances."""
        return utc_text(self.now)

    def tables(self) -> list[Table[Any]]:
        """List the tables."""
        return [value for value in vars(self).values() if isinstance(value, Table)]

    def by_kind(self) -> dict[str, Table[Any]]:
        """Return the tables by kind of row."""
        return {table.kind: table for table in self.tables()}

    def zones(self) -> list[str]:
        """List the availability zones."""
        return [f"{self.name}-{number}" for number in self.settings.zones]
