"""The first scenario: haproxy dies on the master of a load balancer pair, and comes back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from havip.lab.namespace import LabError
from havip.lab.scenarios import probes as probe
from havip.lab.scenarios.host import wait_until
from havip.lab.scenarios.site import (
    Plan,
    Site,
    election_bound,
    site,
)

_CALM = 1.0


def failover(
    plan: Plan, folder: Path, *, port: int = 80, advert_int: float = 1, priority: int = 80
) -> dict[str, Any]:
    """Boot a pair, kill haproxy on the master, start it again, and tell what was seen.

    Args:
        plan: The site.
        folder: For disks and logs.
        port: The port that is served on the HAVIP.
        advert_int: The pair's, for the bound.
        priority: The pair's, for the bound.

    Returns:
        Plain data: the masters and the API's holder in each phase, the outages in seconds.

    Raises:
        LabError: No master, or no answer, in time; with what the daemons logged.
    """
    bound = election_bound(advert_int, priority)
    with site(plan, folder) as here:
        try:
            return _run(here, port, bound)
        except LabError as error:
            raise LabError(f"{error}\n{here.logs()}") from None


def _run(here: Site, port: int, bound: float) -> dict[str, Any]:
    begun = time.monotonic()
    here.start()
    here.ask(port)
    wait_until("an answer from the HAVIP", lambda: _answered(here, begun), here.plan.patience)
    ready = time.monotonic() - begun
    time.sleep(_CALM)
    before = _seen(here)

    master = before["masters"][0]
    killed = time.monotonic()
    here.nodes[master].kill("haproxy")
    wait_until("the takeover", lambda: here.cloud.holder() != master, 2 * bound)
    moved = time.monotonic() - killed
    wait_until("an answer", lambda: _answered(here, killed + moved), here.plan.patience)
    time.sleep(_CALM)
    after = _seen(here)
    outage = probe.longest(here.tries, killed - _CALM, time.monotonic() - 0.4)

    back = time.monotonic()
    here.start_service(here.nodes[master], "haproxy")
    time.sleep(bound + _CALM)
    returned = _seen(here)
    disturbed = probe.longest(here.tries, back - 0.4, time.monotonic() - 0.4)
    return {
        "ready_s": round(ready, 3),
        "bound_s": bound,
        "before": before,
        "moved_s": round(moved, 3),
        "outage_s": round(outage.seconds, 3),
        "failed": outage.failed,
        "asked": outage.asked,
        "after": after,
        "returned": returned,
        "return_outage_s": round(disturbed.seconds, 3),
        "events": [(round(one.at - killed, 3), one.node, one.reason) for one in here.fabric.events],
    }


def _answered(here: Site, since: float) -> bool:
    return any(one.answered and one.at >= since for one in here.tries)


def _seen(here: Site) -> dict[str, Any]:
    return {
        "masters": here.masters(),
        "holder": here.cloud.holder(),
        "fabric": here.fabric.holder(here.plan.vip),
    }
