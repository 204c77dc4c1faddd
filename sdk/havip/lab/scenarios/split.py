"""The fourth scenario: the nodes of a pair stop hearing each other, and both are master."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from havip.lab.namespace import LabError
from havip.lab.scenarios import probes as probe
from havip.lab.scenarios import writer
from havip.lab.scenarios.fabric import MOVED
from havip.lab.scenarios.host import wait_until
from havip.lab.scenarios.promotion import DatabasePlan, Promotion
from havip.lab.scenarios.site import Plan, Site, site
from havip.lab.scenarios.takeover import answers

_CALM = 1.0


class SplitPlan(Plan):
    """A pair of load balancers that is split."""

    port: int = 80
    """The port that is served on the HAVIP."""
    split_seconds: float = 12.0
    """How long the nodes do not hear each other, once both are master."""


class DatabaseSplitPlan(DatabasePlan):
    """A pair of databases that is split."""

    only: str = ""
    """The one IP protocol that the nodes lose from each other; by default all are lost."""
    split_seconds: float = 12.0
    rogue: list[str]
    """A client's write at the first primary's own address, tried while the pair is split."""
    mend: dict[str, str]
    """What an operator does for a node: its script's verb, by a word of the server's status."""


def split(plan: SplitPlan, folder: Path) -> dict[str, Any]:
    """Boot a pair, drop VRRP between its nodes for a while, and tell who had the address.

    Args:
        plan: The site.
        folder: For disks and logs.

    Returns:
        Plain data: masters and holders while split and after, how often the address moved, and
        what a client had of it.

    Raises:
        LabError: No master, or no answer, in time; with what the daemons logged.
    """
    with site(plan, folder) as here:
        try:
            return _run(here, plan)
        except LabError as error:
            raise LabError(f"{error}\n{here.logs()}") from None


def _run(here: Site, plan: SplitPlan) -> dict[str, Any]:
    here.start()
    here.ask(plan.port)
    answers(here, time.monotonic())
    wait_until("one master", lambda: len(here.masters()) == 1, plan.patience)
    cut = _cut(here, "vrrp")
    time.sleep(plan.split_seconds)
    during = _seen(here) | {"last": _last(here)}
    healed = time.monotonic()
    here.fabric.heal()
    wait_until("one master", lambda: len(here.masters()) == 1, plan.patience)
    one_master = time.monotonic() - healed
    # Who yields may have announced last: then the next announcement of the other brings it back.
    (master,) = here.masters()
    wait_until("the address", lambda: here.cloud.holder() == master, plan.patience)
    back = time.monotonic() - healed
    answers(here, time.monotonic())
    time.sleep(_CALM)
    outage = probe.longest(here.tries, cut - _CALM, time.monotonic() - 0.4)
    moves = [one.at for one in here.fabric.events if one.reason == MOVED and one.at >= cut]
    return {
        "during": during,
        "after": _seen(here),
        "moves": len(moves),
        "one_master_s": round(one_master, 3),
        "held_by_it_s": round(back, 3),
        "outage_s": round(outage.seconds, 3),
        "failed": outage.failed,
        "asked": outage.asked,
    }


def _cut(here: Site, only: str) -> float:
    first, second = here.nodes
    at = time.monotonic()
    here.fabric.cut(first, second, only=only)
    wait_until("the second master", lambda: len(here.masters()) == 2, here.plan.patience)
    return at


def _last(here: Site) -> str:
    return here.fabric.events[-1].node


def _seen(here: Site) -> dict[str, Any]:
    return {
        "masters": here.masters(),
        "holder": here.cloud.holder(),
        "fabric": here.fabric.holder(here.plan.vip),
    }


def database_split(plan: DatabaseSplitPlan, folder: Path) -> dict[str, Any]:
    """Boot a database pair, split it while a client writes, and tell which rows are left.

    Args:
        plan: The site, and the database.
        folder: For disks and logs.

    Returns:
        Plain data: who was what while split and after, whether the first primary acknowledged a
        write at its own address, and how many acknowledged rows there were and were lost.

    Raises:
        LabError: A step did not come to its end; with what the daemons logged.
    """
    with site(plan, folder) as here:
        try:
            return _Split(here, plan).split(plan)
        except LabError as error:
            raise LabError(f"{error}\n{here.logs()}") from None


class _Split(Promotion):
    def split(self, plan: DatabaseSplitPlan) -> dict[str, Any]:
        self.boot()
        for node in self.here.nodes.values():
            node.spawn("timer", "sh", "-c", f"while sleep 5; do {plan.script} tend; done")
        self.start_writer()
        cut = _cut(self.here, plan.only)
        wait_until("the takeover", lambda: self.here.cloud.holder() == self.second, 15)
        time.sleep(plan.split_seconds)
        during = self.seen() | {"rogue": self._writes(plan.rogue)}
        healed = time.monotonic()
        self.here.fabric.heal()
        wait_until("a primary and its standby", lambda: self._whole(plan), 90)
        whole = time.monotonic() - healed
        self.wait_for_rows(time.monotonic())
        time.sleep(plan.write_seconds)
        after = self.seen()
        rows = writer.read(self.record)
        there = self.rows(self.here.nodes[after["masters"][0]])
        lost = sorted({row.number for row in rows} - there)
        return {
            "during": during,
            "after": after,
            "whole_s": round(whole, 3),
            "acknowledged": len(rows),
            "acknowledged_while_split": sum(cut + 4 < row.at < healed for row in rows),
            "lost": lost[:10],
            "lost_count": len(lost),
        }

    def _writes(self, command: list[str]) -> bool:
        try:
            self.here.client.run("timeout", "3", *command)
        except LabError:
            return False
        return True

    def _whole(self, plan: DatabaseSplitPlan) -> bool:
        states = {address: self.status(node) for address, node in self.here.nodes.items()}
        self._mend(plan, states)
        return (
            sorted(states.values()) == ["primary sync", "standby streaming"]
            and len(self.here.masters()) == 1
            and states[self.here.masters()[0]].startswith("primary")
        )

    def _mend(self, plan: DatabaseSplitPlan, states: dict[str, str]) -> None:
        if not any(state.startswith("primary") for state in states.values()):
            return
        for address, state in states.items():
            for word, verb in plan.mend.items():
                if word in state:
                    self.here.nodes[address].run(plan.script, verb, seconds=60)
