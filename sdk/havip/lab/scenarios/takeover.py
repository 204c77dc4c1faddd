"""The third scenario: a node loses its power while the network is slow, or loses announcements."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from havip.lab.namespace import LabError
from havip.lab.scenarios import probes as probe
from havip.lab.scenarios.fabric import MOVED
from havip.lab.scenarios.host import wait_until
from havip.lab.scenarios.site import Plan, Site, site

_CALM = 0.5


class TakeoverPlan(Plan):
    """A pair whose master loses its power."""

    port: int = 80
    """The port that is served on the HAVIP."""
    lost_announcements: int = 0
    """How many announcements the network loses, from the failure on."""


def takeover(plan: TakeoverPlan, folder: Path) -> dict[str, Any]:
    """Boot a pair, take the power from its master, and tell when what was seen.

    Args:
        plan: The site.
        folder: For disks and logs.

    Returns:
        Plain data, seconds since the failure: the first announcement, the move of the address,
        the first answer; and the outage as a client has it.

    Raises:
        LabError: No master, or no answer, in time; with what the daemons logged.
    """
    with site(plan, folder) as here:
        try:
            return _run(here, plan)
        except LabError as error:
            raise LabError(f"{error}\n{here.logs()}") from None


def _run(here: Site, plan: TakeoverPlan) -> dict[str, Any]:
    here.start()
    here.ask(plan.port)
    answers(here, time.monotonic())
    time.sleep(_CALM)
    (master,) = here.masters()
    here.fabric.lose_announcements(plan.lost_announcements)
    failed = time.monotonic()
    here.nodes[master].close()
    moved = wait_until("the takeover", lambda: _moves(here, failed) != [], plan.patience)
    answers(here, failed + moved)
    time.sleep(_CALM)
    outage = probe.longest(here.tries, failed - _CALM, time.monotonic() - 0.4)
    heard = [one for one in here.fabric.events if one.at >= failed]
    return {
        "master": master,
        "masters": here.masters(),
        "fabric": here.fabric.holder(plan.vip),
        "announced_s": round(heard[0].at - failed, 3),
        "moved_s": round(_moves(here, failed)[0] - failed, 3),
        "outage_s": round(outage.seconds, 3),
        "lost": sum(one.reason == "lost" for one in heard),
    }


def answers(here: Site, since: float) -> None:
    """Wait until the client has asked at some time, or later, and was answered."""
    wait_until(
        "an answer from the HAVIP",
        lambda: any(one.answered and one.at >= since for one in here.tries),
        here.plan.patience,
    )


def _moves(here: Site, since: float) -> list[float]:
    return [one.at for one in here.fabric.events if one.at >= since and one.reason == MOVED]
