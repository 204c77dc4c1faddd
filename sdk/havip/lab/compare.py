"""`havip lab compare`: the same failure with and without a HAVIP, in four runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from havip.lab import namespace, report, runs
from havip.lab.history import History
from havip.lab.judge import Judgment
from havip.lab.lab import election_bound
from havip.lab.namespace import LabError
from havip.lab.report import Lane, Marker, Timeline

_LASTS = 14
_NOTE = (
    "The same pair four times: the master loses power at 0 s and does not return. keepalived "
    "behaves the same each time; only the kind of address differs."
)
_BOUND = election_bound(1, 80)


def _case(name: str, title: str, topology: str, expect: dict[str, object]) -> History:
    steps = [{"at": 0, "fault": "node-crashed", "for": _LASTS}]
    return History.model_validate(
        {"name": name, "title": title, "topology": topology, "steps": steps, "expect": expect}
    )


_FAILS = {"outage_at_least": _LASTS - 0.5, "promises": []}
CASES = (
    _case("havip", "HAVIP", "pair-havip", {"outage": "bound", "promises": []}),
    _case("ordinary", "ordinary address", "pair-ordinary", {**_FAILS, "drops": ["not-a-havip"]}),
    _case("outside", "standby outside the range", "pair-outside-range",
          {**_FAILS, "drops": ["not-in-range"]}),
    _case("api", "ordinary address, havip switch-ip", "api-switch",
          {"outage": "bound", "promises": []}),
)  # fmt: skip
"""The cases in table order."""


def run(done: Callable[[History, Judgment | LabError], None] | None = None) -> list[Judgment]:
    """Play all cases in parallel.

    Raises:
        LabError: The lab cannot run on this machine, or a case could not be played.
    """
    lacking = namespace.missing()
    if lacking:
        raise LabError(lacking)
    found = runs.run_all(CASES, at_once=len(CASES), done=done)
    for one in found:
        if isinstance(one, LabError):
            raise one
    return list(runs.good(found))


def rows(results: Sequence[Judgment]) -> list[tuple[str, ...]]:
    """Return the rows of the table, headings first."""
    head = ("ADDRESS", "OUTAGE", "BOUND", "FAILED REQUESTS", "ANNOUNCEMENTS")
    return [head, *(_row(one) for one in results)]


def _row(result: Judgment) -> tuple[str, ...]:
    (step,) = result.steps
    answered = step.outage < _LASTS - 0.5
    outage = report.seconds(step.outage) if answered else f"all {_LASTS} s"
    bound = f"{report.seconds(_BOUND)}{' + the API call' if result.name == 'api' else ''}"
    drops = ", ".join(f"{reason} ({count} dropped)" for reason, count in step.drops.items())
    if result.name == "api":
        outcome = "irrelevant: the API moves the address"
    else:
        outcome = drops or f"accepted from {step.held_by[-1]}"
    return result.title, outage, bound, f"{step.failed} of {step.asked}", outcome


def picture(results: Sequence[Judgment]) -> Timeline:
    """Chart the answered and failed requests of all cases."""
    lanes: list[Lane] = []
    for one in results:
        lane = report.client_lane(one.title, one, one.steps[0].at)
        lanes.append(lane)
    return Timeline(
        "Answered and failed requests after the master lost power",
        -1.5,
        _LASTS - 0.3,
        lanes,
        [
            Marker(0, "fault", "the master loses power"),
            Marker(_BOUND, "bound", f"VRRP's bound {_BOUND:.2f} s"),
        ],
        left=250,
    )


def page(results: Sequence[Judgment]) -> str:
    """Render the HTML report."""
    return report.page(
        results, title="What a HAVIP is for", pictures=[picture(results)], note=_NOTE
    )
