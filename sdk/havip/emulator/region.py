"""What one account has in one region: a table for each kind of thing."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any

from havip.emulator.clock import CloudClock, local_text, utc_text
from havip.emulator.records import Counter, TaskRow, TokenRow
from havip.emulator.settings import Settings
from havip.emulator.table import Journal, Place, Table

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass
class World:
    """What all regions share: the settings, the clock, the journal, the source of chance."""

    settings: Settings
    clock: CloudClock
    seed: int
    journal: Journal = field(default_factory=Journal)

    def chance(self, purpose: str) -> int:
        """Draw a large number that depends on the seed, the purpose, and how many came before."""
        text = f"{self.seed}/{purpose}/{self.journal.next_serial()}"
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


class Region:
    """The resources of one account in one region, in tables by id."""

    def __init__(self, world: World, place: Place) -> None:
        self.world, self.place = world, place
        self.account, self.name = place
        journal = world.journal
        self.tasks = Table(
            journal,
            place,
            "task",
            TaskRow,
            lambda task: task.task_id,
            {
                "status": lambda task: [task.status],
                "holds": lambda task: task.holds if task.status == "RUNNING" else (),
            },
        )
        self.tokens = Table(journal, place, "token", TokenRow, lambda token: token.name)
        self.counters = Table(journal, place, "counter", Counter, lambda counter: counter.name)

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

    def count_up(self, name: str, start: int = 0) -> int:
        """Add one to a counter that survives restarts, and give its new value."""
        counter = self.counters.get(name) or Counter(name=name, value=start)
        return self.counters.put(counter.model_copy(update={"value": counter.value + 1})).value

    def tables(self) -> list[Table[Any]]:
        """List the tables."""
        return [value for value in vars(self).values() if isinstance(value, Table)]

    def tables_by_kind(self) -> dict[str, Table[Any]]:
        """Map the name of each kind of row to its table."""
        return {table.kind: table for table in self.tables()}
