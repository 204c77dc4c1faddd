"""The judge of a history: what a client saw, what VRRP allows, and the promises P3 to P6."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from havip.lab.events import Event
from havip.lab.loads import LoadResult
from havip.lab.probes import Outage, Try, longest
from havip.lab.tap import Advert

if TYPE_CHECKING:
    from havip.lab.history import Expectation

_BEFORE = 0.5
"""Seconds before a fault that its window begins: the last answer before it lies there."""
_TICK = 0.08
"""Seconds that a measurement may exceed a bound by: the client's tick and its scheduling."""

Mark = Literal["fault", "last advert", "MASTER", "announcement", "rebind", "first answer"]


class PlayedStep(BaseModel):
    """A fault as it was played."""

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
    """Everything that is known of a history that was played."""

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
    tries: list[Try]
    events: list[Event]
    adverts: list[Advert]
    ports: dict[str, str]

    @property
    def began_steps(self) -> float:
        """When the first fault began."""
        return self.steps[0].at if self.steps else self.ended


class StepResult(BaseModel):
    """Outcome of a fault, for a row of a table. Times are seconds since the lab began.

    Attributes:
        outage: The longest time without an answer, from the fault until it was undone.
        bound: What VRRP's timers allow; None: for ever.
        marks: When what happened for the first time after the fault.
        drops: How many announcements were dropped, by reason.
        held_by: Who held the address before it, before it was undone, and in the end, without
            repetitions.
        taken_back: Whether the old holder took the address back.
        return_outage: The longest time without an answer after it was undone.
        lateness: How late this machine woke a sleeper meanwhile: its timers are no better.
        within: Whether the outage was within the bound, the tick of the client and twice the
            lateness allowed for.
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
    """The judgement of a history. Times are seconds since the lab began.

    Attributes:
        ok: Whether all that was expected held.
        failures: What did not, one line each.
        outage: The longest outage of all.
        slowness: How much slower than alone the machine was.
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
    tries: list[tuple[float, int, str]]
    log: str = ""


def judge(played: Played, expect: Expectation) -> Judgment:
    """Judge a history that was played."""
    zero = played.began
    steps = [_step(played, number) for number in range(len(played.steps))]
    first = played.steps[0].at - _BEFORE if played.steps else played.ready
    whole = longest(played.tries, first, played.ended - 0.35)
    promises = _promises(played)
    failures = [*_unkept(promises, expect), *_unexpected(played, expect, steps, whole.seconds)]
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
        tries=[(_since(one.at, zero), int(one.answered), one.by) for one in played.tries],
    )


def _step(played: Played, number: int) -> StepResult:
    step, zero = played.steps[number], played.began
    later = [one.at for one in played.steps[number + 1 :]]
    healed = step.until or played.ended
    end = min([healed, *later])
    during = longest(played.tries, step.at - _BEFORE, min(end, played.ended - 0.35))
    after = min([one for one in later if one > healed] or [played.ended - 0.35])
    back = longest(played.tries, healed, max(after, healed + 0.1))
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
        outage=round(_real(during.seconds), 3),
        failed=during.failed,
        asked=during.asked,
        bound=None if step.bound is None else round(step.bound, 3),
        formula=step.formula,
        lateness=round(late, 3),
        within=_real(during.seconds) <= (step.bound or 0) + tolerance,
        marks={name: _since(at, zero) for name, at in _marks(played, step, end, during)},
        drops=dict(drops),
        moves=sum(one.kind == "rebind" for one in events),
        held_by=_changes([step.holder, step.holder_before_heal or last, last]),
        taken_back=bool(step.holder_before_heal)
        and step.holder_before_heal != step.holder
        and last == step.holder,
        return_outage=round(_real(back.seconds), 3),
    )


def _marks(
    played: Played, step: PlayedStep, end: float, outage: Outage
) -> Iterable[tuple[str, float]]:
    """Find when what happened first, from a fault until it is undone or the next one comes."""
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
    if _real(outage.seconds) and answer < end - _TICK:
        yield "first answer", answer


def _promises(played: Played) -> list[Promise]:
    found = []
    if played.load.acknowledged:
        lost, all_rows = len(played.load.lost), played.load.acknowledged
        text = f"{lost} of {all_rows} acknowledged rows lost"
        found.append(Promise(id="P3", held=not lost, text=text))
        double = played.load.writers
        found.append(Promise(id="P4", held=not double,
                             text=f"two writable servers seen {len(double)} times"))  # fmt: skip
    took = "never" if played.recovered is None else f"after {played.recovered:.1f} s"
    found.append(Promise(id="P5", held=played.healthy, text=f"redundancy back {took}"))
    limit = played.agreement_bound * played.slowness
    agreed = played.agreed
    found.append(Promise(
        id="P6", held=agreed is not None and agreed <= limit,
        text=f"VRRP, network and API agree {'never' if agreed is None else f'after {agreed:.1f} s'}"
             f" (bound {played.agreement_bound:.1f} s)"))  # fmt: skip
    return found


def _unkept(promises: list[Promise], expect: Expectation) -> list[str]:
    return [f"{one.id}: {one.text}" for one in promises
            if not one.held and one.id in expect.promises]  # fmt: skip


def _unexpected(
    played: Played, expect: Expectation, steps: list[StepResult], outage: float
) -> Iterable[str]:
    if not any(one.answered and one.at < played.began_steps for one in played.tries):
        if expect.outage is not None:
            yield f"{played.address} was not answered before any fault{_why(played)}"
        return
    if expect.outage == "bound":
        for one in steps:
            if not one.within:
                allowed = one.formula if one.bound is None else f"{one.bound:.3f} s"
                yield f"{one.fault} on {one.node}: outage {one.outage:.3f} s, bound {allowed}"
    elif isinstance(expect.outage, float) and outage > expect.outage + _TICK + 2 * max(
        played.lateness, default=0.0
    ):
        yield f"outage {outage:.3f} s, expected {expect.outage:g} s at most"
    if expect.outage_at_least is not None and outage < expect.outage_at_least:
        yield f"outage {outage:.3f} s, expected {expect.outage_at_least:g} s or more"
    before = played.steps[0].holder if played.steps else played.holder
    if expect.holder != "any" and (played.holder == before) != (expect.holder == "same"):
        yield f"{played.holder or 'nobody'} holds the address in the end, at first {before} did"
    dropped = {reason.partition(" ")[2] for one in steps for reason in one.drops}
    for reason in expect.drops:
        if reason not in dropped:
            yield f"no announcement was dropped as {reason}"
    moves = sum(one.kind == "rebind" and one.at > played.ready for one in played.events)
    if expect.moves is not None and moves > expect.moves:
        yield f"the address moved {moves} times, expected {expect.moves} at most"


def _why(played: Played) -> str:
    """Return why no request was answered: what the cloud dropped."""
    dropped = Counter(f"{one.node}: {one.text}" for one in played.events if one.kind == "drop")
    told = ", ".join(f"{count} announcements of {what}" for what, count in dropped.items())
    return f"; the cloud dropped {told}" if told else ""


def _changes(names: list[str]) -> list[str]:
    """Leave out who is the same as the one before."""
    return [one for number, one in enumerate(names) if not number or one != names[number - 1]]


def _real(seconds: float) -> float:
    """Return an outage, without what is only the distance of two requests."""
    return 0.0 if seconds < _TICK else seconds


def _since(at: float, zero: float) -> float:
    return round(at - zero, 4)


def plain(result: Judgment) -> dict[str, Any]:
    """Return a result as data that JSON has."""
    return result.model_dump(mode="json")
