"""The fourth scenario: the nodes of a pair stop hearing each other, and both are master."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from havip.lab.namespace import LabError
from havip.lab.scenarios import probes as probe
from havip.lab.scenarios.fabric import MOVED
from havip.lab.scenarios.host import wait_until
from havip.lab.scenarios.site import Plan, Site, site
from havip.lab.scenarios.takeover import answers

_CALM = 1.0


class SplitPlan(Plan):
    """A pair of load balancers that is split."""

    port: int = 80
    """The port that is served on the HAVIP."""
    split_seconds: float = 12.0
    """How long the nodes do not hear each other, once both are master."""


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
