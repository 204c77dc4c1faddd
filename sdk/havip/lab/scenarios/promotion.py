"""The second scenario: the primary of a database pair is lost while a client writes."""

from __future__ import annotations

import itertools
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

from havip.lab.namespace import LabError
from havip.lab.scenarios import writer
from havip.lab.scenarios.host import Host, wait_until
from havip.lab.scenarios.site import Plan, Site, site

Fault = Literal["crash", "leave", "cut", "kill"]


class DatabasePlan(Plan):
    """What a database pair is made of, besides the nodes."""

    script: str
    """The engine's script, with its verbs."""
    client_command: list[str]
    """What reads SQL on the client, connected to the HAVIP."""
    local_command: list[str]
    """What runs the SQL behind it on a node, as its superuser."""
    prepare_sql: list[str]
    """What makes the table, and the client's user, on the first primary."""
    rows_sql: str = "SELECT n FROM lab"
    """What lists all rows of the table ``lab``, which has one number each."""
    power_on: list[str]
    """What the system does on a node that gets its power back."""
    fault: Fault = "crash"
    """The master loses its power; or its keepalived ends, and its server has to be fenced; or
    its replication is cut a second before it loses its power; or `victims` are killed."""
    victims: list[str] = []
    """The programs of the master that the fault ``kill`` kills, in this order."""
    diverges: bool = False
    """Whether what the old primary has must be thrown away, all of it."""
    write_seconds: float = 3.0


def promotion(plan: DatabasePlan, folder: Path) -> dict[str, Any]:
    """Boot a pair, write, take the primary away, write on, and bring the old primary back.

    Args:
        plan: The site, and the database.
        folder: For disks and logs.

    Returns:
        Plain data: who was what in each phase, outages in seconds, and how many acknowledged rows
        there were and were lost.

    Raises:
        LabError: A step did not come to its end; with what the daemons logged.
    """
    with site(plan, folder) as here:
        try:
            return Promotion(here, plan).run()
        except LabError as error:
            raise LabError(f"{error}\n{here.logs()}") from None


class Promotion:
    """A database pair in a site, and what is done with it."""

    def __init__(self, here: Site, plan: DatabasePlan) -> None:
        self.here = here
        self.plan = plan
        self.first, self.second = here.nodes
        self.record = here.folder / "rows"

    def run(self) -> dict[str, Any]:
        """Go through the whole scenario."""
        begun = time.monotonic()
        self.boot()
        ready = time.monotonic() - begun
        before = self.seen()
        self.start_writer()
        lost_at = time.monotonic()
        self._fault()
        wait_until("the takeover", lambda: self.here.cloud.holder() == self.second, 15)
        moved = time.monotonic() - lost_at
        new = self.here.nodes[self.second]
        wait_until("the promotion", lambda: self.status(new).startswith("primary"), 15)
        promoted = time.monotonic() - lost_at
        self.wait_for_rows(lost_at + moved)
        time.sleep(self.plan.write_seconds)
        after = self.seen()
        rows = writer.read(self.record)
        there = self.rows(new)
        returned = self._return()
        return {
            "ready_s": round(ready, 3),
            "before": before,
            "moved_s": round(moved, 3),
            "promoted_s": round(promoted, 3),
            "outage_s": round(_longest(rows), 3),
            "after": after,
            "acknowledged": len(rows),
            "lost": sorted({row.number for row in rows} - there)[:10],
            "lost_count": len({row.number for row in rows} - there),
            "returned": returned,
        }

    def start_writer(self) -> None:
        """Let the client write, and wait until it has done so for a while."""
        self.here.client.spawn(
            "writer", sys.executable, "-m", "havip.lab.scenarios.writer", str(self.record),
            *self.plan.client_command,
        )  # fmt: skip
        self.wait_for_rows(time.monotonic())
        time.sleep(self.plan.write_seconds)

    def boot(self) -> None:
        """Set both nodes up, and wait until they replicate."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._prepare, self.here.nodes.values()))
        for address, node in self.here.nodes.items():
            for command in self.plan.setup:
                node.run(*command, seconds=90)
            self.here.start_service(node, "keepalived")
            if address == self.first:
                wait_until("the first master", lambda: self.here.masters() == [self.first], 10)
        first = self.here.nodes[self.first]
        for sql in self.plan.prepare_sql:
            first.run(*self.plan.local_command, sql)
        wait_until("replication", lambda: "alone" not in self.status(first), 15)
        first.run(self.plan.script, "tend")

    def _prepare(self, node: Host) -> None:
        for command in self.plan.prepare:
            node.run(*command, seconds=90)

    def _fault(self) -> None:
        node = self.here.nodes[self.first]
        if self.plan.fault == "leave":
            node.run("killall", "-TERM", "keepalived")
            return
        if self.plan.fault == "kill":
            for program in self.plan.victims:
                node.kill(program)
            return
        if self.plan.fault == "cut":
            self.here.fabric.cut(self.first, self.second)
            time.sleep(1)
        node.close()

    def _return(self) -> dict[str, Any]:
        """Bring the old primary back the way its boot, or its operator, does."""
        begun = time.monotonic()
        self.here.fabric.heal()
        old, down = self._power_on()
        new = self.here.nodes[self.second]
        if self.plan.diverges:
            old.run(self.plan.script, "rebuild", seconds=60)
        elif not self._left:
            old.run(self.plan.script, "tend", seconds=60)
        if self.plan.fault != "kill":
            self.here.start_service(old, "keepalived")
        wait_until("replication", lambda: "alone" not in self.status(new), 15)
        took = time.monotonic() - begun
        new.run(self.plan.script, "tend")
        time.sleep(5)
        return self.seen() | {"fenced": down, "rejoined_s": round(took, 3)}

    def _power_on(self) -> tuple[Host, str]:
        """Give the old primary what it lost, and say what its server was before that."""
        old = self.here.nodes[self.first]
        if self._left:
            if self.plan.fault == "kill":
                self.here.start_service(old, "keepalived")
            wait_until("fencing", lambda: not self.status(old).startswith("primary"), 15)
            down = self.status(old)
            old.run(self.plan.script, "rejoin", seconds=60)
            return old, down
        down = self.status(old)
        if old.closed:
            old = self.here.reboot(self.first)
        old.run(*self.plan.power_on, seconds=90)
        return old, down

    @property
    def _left(self) -> bool:
        """Whether the server outlived the fault, and had to be fenced."""
        return self.plan.fault == "leave" or self.plan.victims == ["keepalived"]

    def wait_for_rows(self, since: float) -> None:
        """Wait until a row is acknowledged after some time."""
        wait_until(
            "an acknowledged row",
            lambda: any(row.at > since for row in writer.read(self.record)[-5:]),
            self.here.plan.patience,
        )

    def rows(self, node: Host) -> set[int]:
        """List the rows that a server has."""
        listed = node.run(*self.plan.local_command, self.plan.rows_sql)
        return {int(line) for line in listed.split()}

    def status(self, node: Host) -> str:
        """Ask a node what its server is."""
        return "no power" if node.closed else node.run(self.plan.script, "status").strip()

    def seen(self) -> dict[str, Any]:
        """Tell who has the address, and what each server is."""
        return {
            "masters": self.here.masters(),
            "holder": self.here.cloud.holder(),
            "servers": {address: self.status(one) for address, one in self.here.nodes.items()},
        }


def _longest(rows: list[writer.Row]) -> float:
    return max((later.at - row.at for row, later in itertools.pairwise(rows)), default=0)
