"""Judge of a history: client-visible outages, VRRP bounds, and the promises P3 to P6."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from havip.lab.events import Event
from havip.lab.loads import LoadResult
from havip.lab.probes import ClientRequest, Outage, longest
from havip.lab.tap import Advert

if TYPE_CHECKING:
    from havip.lab.history import Expectation

_BEFORE = 0.5
"""Seconds before a fault at which its window begins, to include the last response before it."""
_TICK = 0.08
"""Seconds by which a measurement may exceed a bound: the client's interval and scheduling."""

_END = 2.5
"""Seconds before the end within which the address must have responded; a lost client takes 2 s."""

Mark = Literal["fault", "last advert", "MASTER", "announcement", "rebind", "first answer"]


class PlayedStep(BaseModel):
    """A fault that was injected."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    fault: str
    node: str
    text: str
    at: float
    holder: str
    bound: float | None
    formula: str
    until: float | None = None
    holder_before_heal: str = ""
    undo: SkipValidation[Callable[[], None] | None] = Field(None, exclude=True)


class Played(BaseModel):
    """All recorded data of a history that was played."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str
    title: str
    address: str
    began: float
    ready: float
    ended: float
    slowness: float
    lateness: list[float]
    steps: list[PlayedStep]
    recovered: float | None
    healthy: bool
    agreed: float | None
    agreement_bound: float
    holder: str
    masters: list[str]
    load: LoadResult
    requests: list[ClientRequest]
    events: list[Event]
    adverts: list[Advert]
    ports: dict[str, str]
    log: str = ""
    """The end of the nodes' logs, if redundancy was not back in the end."""

    @property
    def began_steps(self) -> float:
        """When the first fault began."""
        return self.steps[0].at if self.steps else self.ended


class StepResult(BaseModel):
    """Outcome of one fault, for a table row. Times are seconds since the lab began.

    Attributes:
        outage: The longest time without a response while the fault was active.
        bound: The limit according to VRRP's timers; None is unbounded.
        marks: The times of the milestones after the fault.
        drops: The number of dropped announcements, by reason.
        held_by: The holders before the fault, before it was undone, and in the end, without
            repetitions.
        taken_back: Whether the original holder took the address back.
        return_outage: The longest time without a response after the fault was undone.
        lateness: The wake-up latency of this machine, which delays the daemons' timers too.
        within: Whether the outage was within the bound, allowing for the client's interval and
            twice the lateness.
    """

    fault: str
    node: str
    text: str
    at: float
    until: float
    outage: float
    failed: int
    asked: int
    bound: float | None
    formula: str
    lateness: float
    within: bool
    marks: dict[str, float]
    drops: dict[str, int]
    moves: int
    held_by: list[str]
    taken_back: bool
    return_outage: float


class Promise(BaseModel):
    """A promise, whether it held, and the figures."""

    id: str
    held: bool
    text: str


class Judgment(BaseModel):
    """Judgement of a history. Times are seconds since the lab began.

    Attributes:
        ok: Whether all expectations were met.
        failures: The expectations that were not met, one line each.
        outage: The longest outage of all.
        slowness: The slowdown of this machine under load.
    """

    name: str
    title: str
    ok: bool
    failures: list[str]
    ready: float
    ended: float
    outage: float
    slowness: float
    steps: list[StepResult]
    promises: list[Promise]
    acknowledged: int
    lost: int
    recovered: float | None
    address: str
    events: list[Event]
    adverts: list[tuple[float, str, int]]
    requests: list[tuple[float, int, str]]
    log: str = ""


def judge(played: Played, expect: Expectation) -> Judgment:
    """Judge a history that was played."""
    zero = played.began
    steps = [_step(played, number) for number in range(len(played.steps))]
    first = played.steps[0].at - _BEFORE if played.steps else played.ready
    whole = longest(played.requests, first, played.ended - 0.35)
    promises = _promises(played)
    failures = [
        *_broken_promises(promises, expect),
        *_unexpected(played, expect, steps, whole.seconds),
    ]
    return Judgment(
        name=played.name,
        title=played.title,
        ok=not failures,
        failures=failures,
        ready=_since(played.ready, zero),
        ended=_since(played.ended, zero),
        outage=round(whole.seconds, 3),
        slowness=round(played.slowness, 2),
        steps=steps,
        promises=promises,
        acknowledged=played.load.acknowledged,
        lost=len(played.load.lost),
        recovered=None if played.recovered is None else round(played.recovered, 3),
        address=played.address,
        events=[one.model_copy(update={"at": _since(one.at, zero)}) for one in played.events],
        adverts=[
            (_since(one.at, zero), played.ports.get(one.port, ""), one.priority)
            for one in played.adverts
        ],
        requests=[(_since(one.at, zero), int(one.answered), one.by) for one in played.requests],
        log=played.log,
    )


def _step(played: Played, number: int) -> StepResult:
    step, zero = played.steps[number], played.began
    later = [one.at for one in played.steps[number + 1 :]]
    healed = step.until or played.ended
    end = min([healed, *later])
    during = longest(played.requests, step.at - _BEFORE, min(end, played.ended - 0.35))
    after = min([one for one in later if one > healed] or [played.ended - 0.35])
    back = longest(played.requests, healed, max(after, healed + 0.1))
    events = [one for one in played.events if step.at <= one.at <= end]
    drops = Counter(f"{one.node} {one.text}" for one in events if one.kind == "drop")
    last = played.holder
    late = played.lateness[number]
    tolerance = _TICK + 2 * late
    return StepResult(
        fault=step.fault,
        node=step.node,
        text=step.text,
        at=_since(step.at, zero),
        until=_since(healed, zero),
        outage=round(_measurable(during.seconds), 3),
        failed=during.failed,
        asked=during.asked,
        bound=None if step.bound is None else round(step.bound, 3),
        formula=step.formula,
        lateness=round(late, 3),
        within=_measurable(during.seconds) <= (step.bound or 0) + tolerance,
        marks={name: _since(at, zero) for name, at in _marks(played, step, end, during)},
        drops=dict(drops),
        moves=sum(one.kind == "rebind" for one in events),
        held_by=_without_repeats([step.holder, step.holder_before_heal or last, last]),
        taken_back=bool(step.holder_before_heal)
        and step.holder_before_heal != step.holder
        and last == step.holder,
        return_outage=round(_measurable(back.seconds), 3),
    )


def _marks(
    played: Played, step: PlayedStep, end: float, outage: Outage
) -> Iterable[tuple[str, float]]:
    """Yield the milestones between a fault and its end or the next fault."""
    yield "fault", step.at
    answer = outage.begun + outage.seconds
    own = [one.at for one in played.adverts
           if played.ports.get(one.port) == step.holder and one.at <= end]  # fmt: skip
    after = [one for one in played.events if step.at <= one.at <= end]
    master = next((one for one in after if one.kind == "state" and one.text == "MASTER"
                   and one.node != step.holder), None)  # fmt: skip
    last = [at for at in own if at <= (master.at if master else end)]
    if last:
        yield "last advert", last[-1]
    if master is None:
        return
    yield "MASTER", master.at
    for name, kinds in (("announcement", ("announcement", "drop")), ("rebind", ("rebind",))):
        found = next((one.at for one in after if one.kind in kinds and one.node == master.node
                      and one.subject == played.address), None)  # fmt: skip
        if found is not None:
            yield name, found
    if _measurable(outage.seconds) and answer < end - _TICK:
        yield "first answer", answer


def _promises(played: Played) -> list[Promise]:
    found = []
    if played.load.acknowledged:
        lost, all_rows = len(played.load.lost), played.load.acknowledged
        text = played.load.unreadable or f"{lost} of {all_rows} acknowledged rows lost"
        # A copy that is being made differs; one that counts as redundant must not.
        different = played.load.different if played.healthy else ()
        text = "; ".join((text, *different))
        held = not (lost or different or played.load.unreadable)
        found.append(Promise(id="P3", held=held, text=text))
        double = played.load.writers
        found.append(Promise(id="P4", held=not double,
                             text=f"two writable servers seen {len(double)} times"))  # fmt: skip
    took = "never" if played.recovered is None else f"after {played.recovered:.1f} s"
    found.append(Promise(id="P5", held=played.healthy, text=f"redundancy back {took}"))
    limit = played.agreement_bound * played.slowness
    agreed = played.agreed
    several = " and ".join(played.masters) if len(played.masters) > 1 else ""
    responds = any(one.answered and one.at > played.ended - _END for one in played.requests)
    found.append(Promise(
        id="P6", held=agreed is not None and agreed <= limit and not several and responds,
        text=f"VRRP, network and API agree {'never' if agreed is None else f'after {agreed:.1f} s'}"
             f" (bound {played.agreement_bound:.1f} s)"
             f"{f'; in the end {several} have the address' if several else ''}"
             f"{'' if responds else '; in the end the address does not respond'}"))  # fmt: skip
    return found


def _broken_promises(promises: list[Promise], expect: Expectation) -> list[str]:
    return [f"{one.id}: {one.text}" for one in promises
            if not one.held and one.id in expect.promises]  # fmt: skip


def _unexpected(
    played: Played, expect: Expectation, steps: list[StepResult], outage: float
) -> Iterable[str]:
    if not any(one.answered and one.at < played.began_steps for one in played.requests):
        if expect.outage is not None:
            yield f"{played.address} did not respond before the first fault{_drops(played)}"
        return
    if expect.outage == "bound":
        for one in steps:
            if not one.within:
                allowed = one.formula if one.bound is None else f"{one.bound:.3f} s"
                yield f"{one.fault} on {one.node}: outage {one.outage:.3f} s, bound {allowed}"
    elif isinstance(expect.outage, float) and outage > expect.outage + _TICK + 2 * max(
        played.lateness, default=0.0
    ):
        yield f"outage {outage:.3f} s, expected at most {expect.outage:g} s"
    if expect.outage_at_least is not None and outage < expect.outage_at_least:
        yield f"outage {outage:.3f} s, expected at least {expect.outage_at_least:g} s"
    before = played.steps[0].holder if played.steps else played.holder
    if expect.holder != "any" and (played.holder == before) != (expect.holder == "same"):
        yield f"the final holder is {played.holder or 'nobody'}, the initial one was {before}"
    dropped = {reason.partition(" ")[2] for one in steps for reason in one.drops}
    for reason in expect.drops:
        if reason not in dropped:
            yield f"no announcement was dropped as {reason}"
    moves = sum(one.kind == "rebind" and one.at > played.ready for one in played.events)
    if expect.moves is not None and moves > expect.moves:
        yield f"the address moved {moves} times, expected at most {expect.moves}"


def _drops(played: Played) -> str:
    """Return the reason why requests failed: the announcements that the cloud dropped."""
    dropped = Counter(f"{one.node}: {one.text}" for one in played.events if one.kind == "drop")
    text = ", ".join(f"{count} announcements of {what}" for what, count in dropped.items())
    return f"; the cloud dropped {text}" if text else ""


def _without_repeats(names: list[str]) -> list[str]:
    return [one for number, one in enumerate(names) if not number or one != names[number - 1]]


def _measurable(seconds: float) -> float:
    """Return an outage, or 0 if it is only the interval between two requests."""
    return 0.0 if seconds < _TICK else seconds


def _since(at: float, zero: float) -> float:
    return round(at - zero, 4)


def plain(result: Judgment) -> dict[str, Any]:
    """Return a result as JSON-compatible data."""
    return result.model_dump(mode="json")
