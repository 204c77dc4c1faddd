"""The report of histories: one HTML file that needs nothing from elsewhere, and its pictures.

A timeline is inline SVG made from a template: text stays text, colours follow the reader's dark
or light setting, and no state depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from havip.lab.judge import Judgment, StepResult

WIDTH, LEFT, LANE = 960, 132, 26
_MERGE = 0.06
"""Requests this close together are drawn as one bar."""
_LEAD = 1.5
"""Seconds that are shown before the first fault."""


@dataclass(frozen=True)
class Bar:
    """A bar of a lane, from one time to another."""

    start: float
    end: float
    kind: str
    """A class of the style sheet."""
    title: str = ""


@dataclass(frozen=True)
class Dot:
    """A moment of a lane."""

    at: float
    kind: str
    title: str = ""


@dataclass
class Lane:
    """A row of a timeline."""

    name: str
    spans: list[Bar] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)


@dataclass(frozen=True)
class Marker:
    """A vertical line through all lanes."""

    at: float
    kind: str
    label: str


@dataclass
class Timeline:
    """A picture: lanes over one clock, in seconds since its zero."""

    title: str
    start: float
    end: float
    lanes: list[Lane]
    lines: list[Marker]
    unit: str = "s after the fault"
    left: int = LEFT
    """Pixels for the names of the lanes."""

    @property
    def height(self) -> int:
        """The height of the picture in pixels."""
        return 48 + LANE * len(self.lanes) + 30

    @property
    def ticks(self) -> list[float]:
        """Values at which the axis has a number."""
        length = self.end - self.start
        step = next((one for one in (0.5, 1, 2, 5, 10, 20) if length / one <= 16), 60)
        first = int(self.start // step) + 1
        return [round(number * step, 3) for number in range(first, int(self.end // step) + 1)]

    def x(self, at: float) -> float:
        """Return where a time is, in pixels."""
        within = min(max(at, self.start), self.end)
        scale = (WIDTH - self.left - 16) / (self.end - self.start)
        return round(self.left + (within - self.start) * scale, 1)


def timeline(result: Judgment) -> Timeline:
    """Chart a result: the client, the network, and each node, on one clock."""
    zero = result.steps[0].at if result.steps else result.ready
    start, end = -min(_LEAD, zero), result.ended - zero
    nodes = _nodes(result)
    lanes = [client_lane("client", result, zero), _network(result, zero)]
    lanes += [_node(result, name, zero) for name in nodes]
    return Timeline(result.title or result.name, start, end, lanes, list(_lines(result, zero)))


def client_lane(name: str, result: Judgment, zero: float) -> Lane:
    """Chart the requests of the client: stretches that were answered, and that failed."""
    spans: list[list[Any]] = []
    for at, answered, _ in result.tries:
        kind = "answered" if answered else "failed"
        if spans and spans[-1][2] == kind and at - spans[-1][1] < 4 * _MERGE:
            spans[-1][1] = at
        else:
            if spans and at - spans[-1][1] < 4 * _MERGE:
                spans[-1][1] = at
            spans.append([at, at + 0.02, kind])
    return Lane(
        name,
        [Bar(a - zero, b - zero, kind, f"{kind} for {b - a:.2f} s") for a, b, kind in spans],
    )


def page(
    results: Sequence[Judgment], *, title: str, pictures: Iterable[Timeline] = (), note: str = "",
    failed: Iterable[str] = (),
) -> str:  # fmt: skip
    """Write the HTML file of several results.

    Args:
        results: The results.
        title: The heading.
        pictures: Pictures above the table.
        note: A paragraph below the heading.
        failed: Histories that could not be played, one line each.
    """
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            title=title,
            note=note,
            results=results,
            failed=list(failed),
            pictures=list(pictures),
            timelines=[timeline(one) for one in results],
            made=f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
            seconds=seconds,
        )
    )


def svg(picture: Timeline) -> str:
    """Write one picture as an SVG file of its own."""
    return _templates().get_template("picture.svg.j2").render(picture=picture)


def seconds(value: float | None) -> str:
    """Write a duration for a table.

    Example:
        >>> seconds(3.61), seconds(0.0), seconds(None)
        ('3.61 s', 'none', 'no bound')
    """
    if value is None:
        return "no bound"
    return "none" if value == 0 else f"{value:.2f} s"


def milliseconds(step: StepResult) -> list[tuple[str, int]]:
    """Return the marks of a step as milliseconds after its fault, in order."""
    found = [(name, round((at - step.at) * 1000)) for name, at in step.marks.items()]
    return sorted(found, key=lambda one: one[1])


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("havip.lab"),
        autoescape=select_autoescape(["html.j2", "svg.j2"], default_for_string=True, default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(WIDTH=WIDTH, LANE=LANE, milliseconds=milliseconds)
    return made


def _nodes(result: Judgment) -> list[str]:
    return sorted({one.node for one in result.events if one.kind == "state"})


def _network(result: Judgment, zero: float) -> Lane:
    """Chart where the network sends the address, and the announcements."""
    lane = Lane("network")
    moves = [one for one in result.events if one.kind == "rebind" and one.subject == result.address]
    nodes = _nodes(result)
    for number, move in enumerate(moves):
        end = moves[number + 1].at if number + 1 < len(moves) else result.ended
        index = nodes.index(move.node) % 4 if move.node in nodes else 3
        lane.spans.append(Bar(move.at - zero, end - zero, f"to{index}", f"to {move.node}"))
    for one in result.events:
        if one.kind == "drop":
            lane.dots.append(Dot(one.at - zero, "drop", f"dropped: {one.node} {one.text}"))
    return lane


def _node(result: Judgment, name: str, zero: float) -> Lane:
    """Chart the states of a node's keepalived, its adverts and its announcements."""
    lane = Lane(name)
    changes = [
        (one.at, one.text.lower())
        for one in result.events
        if one.node == name and one.kind == "state"
    ]
    changes += [
        (one.at, "off")
        for one in result.events
        if one.node == name
        and (
            (one.kind == "node" and one.text != "started")
            or (one.kind == "service" and one.subject == "keepalived" and "ended" in one.text)
        )
    ]
    changes.sort()
    for number, (at, kind) in enumerate(changes):
        end = changes[number + 1][0] if number + 1 < len(changes) else result.ended
        lane.spans.append(Bar(at - zero, end - zero, kind, kind.upper()))
    lane.dots += [Dot(at - zero, "advert", f"advert, priority {priority}")
                  for at, node, priority in result.adverts if node == name]  # fmt: skip
    lane.dots += [
        Dot(one.at - zero, "announced", f"announcement: {one.text}")
        for one in result.events
        if one.node == name and one.kind == "announcement"
    ]
    return lane


def _lines(result: Judgment, zero: float) -> Iterable[Marker]:
    for step in result.steps:
        yield Marker(step.at - zero, "fault", f"{step.fault} {step.node}".strip())
        if step.until < result.ended - 0.01:
            yield Marker(step.until - zero, "heal", "undone")
        if step.bound:
            yield Marker(step.at - zero + step.bound, "bound", f"bound {step.bound:.2f} s")
