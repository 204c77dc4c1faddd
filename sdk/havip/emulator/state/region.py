"""What one account has in one region: a table for each kind of thing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
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
from havip.emulator.state.addresses import AddressBook
from havip.emulator.state.clock import CloudClock, local_text, utc_text
from havip.emulator.state.rows import (
    RUNNING,
    Counter,
    InstanceRow,
    SecurityGroupRow,
    TaskRow,
    TokenRow,
)
from havip.emulator.state.settings import Settings
from havip.emulator.state.table import (
    Journal,
    Place,
    Table,
    Watcher,
)

S = TypeVar("S", bound=Shape)

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass
class World:
    """What all regions share: the settings, the clock, the journal, the source of chance."""

    settings: Settings
    clock: CloudClock
    seed: int
    journal: Journal = field(default_factory=Journal)

    def __post_init__(self) -> None:
        self._seeded_at = 0
        self.counters = Table(
            self.journal, Place(), "counter", Counter, lambda counter: counter.name
        )

    def count_up(self, name: str, start: int = 0) -> int:
        """Add one to a counter that survives restarts, and give its new value."""
        counter = self.counters.get(name) or Counter(name=name, value=start)
        return self.counters.put(counter.model_copy(update={"value": counter.value + 1})).value

    def reseed(self, seed: int) -> None:
        """Draw from another seed, as a new world would that begins here."""
        self.seed, self._seeded_at = seed, self.journal.serial

    def chance(self, purpose: str) -> int:
        """Draw a large number that depends on the seed, the purpose, and how many came before."""
        text = f"{self.seed}/{purpose}/{self.journal.next_serial() - self._seeded_at}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())

    def new_id(self, prefix: str, taken: Container[str]) -> str:
        """Make an id such as ``havip-0a1b2c3d`` that nothing has."""
        while True:
            number, letters = self.chance(prefix), ""
            for _ in range(8):
                number, digit = divmod(number, 36)
                letters += _ALPHABET[digit]
            if (made := f"{prefix}-{letters}") not in taken:
                return made


def _attachment(eni: NetworkInterface) -> tuple[str, ...]:
    return (eni.attachment.instance_id,) if eni.attachment else ()


def addresses_of(eni: NetworkInterface) -> list[str]:
    """List the private addresses of an ENI, the primary one first."""
    return [item.private_ip_address or "" for item in eni.private_ip_address_set]


class Region:
    """The resources of one account in one region, in tables by id."""

    def __init__(self, world: World, place: Place) -> None:
        self.world, self.place = world, place
        self.account, self.name = place
        self.book = AddressBook()
        self.vpcs = self._table("vpc", Vpc, lambda row: row.vpc_id)
        self.subnets = self._table(
            "subnet",
            Subnet,
            lambda row: row.subnet_id,
            {
                "vpc-id": lambda row: [row.vpc_id],
                "route-table-id": lambda row: [row.route_table_id],
            },
        )
        self.route_tables = self._table(
            "route-table",
            RouteTable,
            lambda row: row.route_table_id,
            {"vpc-id": lambda row: [row.vpc_id]},
        )
        self.havips = self._havips()
        self.enis = self._enis()
        self.eips = self._table(
            "eip",
            Address,
            lambda row: row.address_id,
            {
                "address-ip": lambda row: [row.address_ip],
                "instance-id": lambda row: [row.instance_id],
                "network-interface-id": lambda row: [row.network_interface_id],
            },
        )
        self.instances = self._instances()
        self.security_groups = self._table(
            "security-group", SecurityGroupRow, lambda row: row.security_group_id
        )
        self.placement_groups = self._table(
            "placement-group", DisasterRecoverGroup, lambda row: row.disaster_recover_group_id
        )
        self.tasks = self._table(
            "task",
            TaskRow,
            lambda row: row.task_id,
            {
                "status": lambda row: [row.status],
                "holds": lambda row: row.holds if row.status == RUNNING else (),
            },
        )
        self.tokens = self._table("token", TokenRow, lambda row: row.name)
        self.counters = self._table("counter", Counter, lambda row: row.name)

    def _havips(self) -> Table[HaVip]:
        watcher: Watcher[HaVip] = self.book.follow(
            lambda row: row.ha_vip_id, lambda row: [(row.subnet_id, row.vip)]
        )
        return self._table(
            "havip",
            HaVip,
            lambda row: row.ha_vip_id,
            {
                "havip-name": lambda row: [row.ha_vip_name],
                "vpc-id": lambda row: [row.vpc_id],
                "subnet-id": lambda row: [row.subnet_id],
                "vip": lambda row: [row.vip],
                "address-ip": lambda row: [row.address_ip],
                "havip-association.instance-id": lambda row: [
                    member.instance_id for member in row.ha_vip_association_set
                ],
                "holder": lambda row: [row.network_interface_id],
            },
            watcher,
        )

    def _enis(self) -> Table[NetworkInterface]:
        watcher: Watcher[NetworkInterface] = self.book.follow(
            lambda row: row.network_interface_id,
            lambda row: [(row.subnet_id, address) for address in addresses_of(row)],
        )
        return self._table(
            "eni",
            NetworkInterface,
            lambda row: row.network_interface_id,
            {
                "vpc-id": lambda row: [row.vpc_id],
                "subnet-id": lambda row: [row.subnet_id],
                "attachment.instance-id": _attachment,
                "groups.security-group-id": lambda row: row.group_set,
                "secondary-of-vpc": lambda row: () if row.primary else (row.vpc_id,),
            },
            watcher,
        )

    def _instances(self) -> Table[InstanceRow]:
        return self._table(
            "instance",
            InstanceRow,
            lambda row: row.instance_id,
            {
                "instance-name": lambda row: [row.instance_name],
                "security-group-id": lambda row: row.security_group_ids,
                "placement-group-id": lambda row: row.disaster_recover_group_ids,
            },
        )

    def _table(
        self,
        kind: str,
        shape: type[S],
        key: Callable[[S], str],
        indexes: Mapping[str, Callable[[S], Iterable[str]]] | None = None,
        watcher: Watcher[S] | None = None,
    ) -> Table[S]:
        return Table(self.world.journal, self.place, kind, shape, key, indexes, watcher)

    @property
    def settings(self) -> Settings:
        """The cloud's settings as they are now."""
        return self.world.settings

    @property
    def now(self) -> float:
        """The time on the cloud's clock, in seconds since 1970."""
        return self.world.clock.time()

    def now_local(self) -> str:
        """The time as HAVIPs, VPCs and ENIs show it."""
        return local_text(self.now, self.settings.utc_offset_hours)

    def now_utc(self) -> str:
        """The time as EIPs and instances show it."""
        return utc_text(self.now)

    def tables(self) -> list[Table[Any]]:
        """List the tables."""
        return [value for value in vars(self).values() if isinstance(value, Table)]

    def tables_by_kind(self) -> dict[str, Table[Any]]:
        """Map the name of each kind of row to its table."""
        return {table.kind: table for table in self.tables()}

    def zones(self) -> list[str]:
        """List the availability zones."""
        return [f"{self.name}-{number}" for number in self.settings.zones]
