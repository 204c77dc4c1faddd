"""HTML reports of histories: a self-contained file with SVG timelines.

A timeline is inline SVG from a template: text stays text, colors follow the reader's dark or light
color scheme, and every state is distinguishable without color.
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
_MERGE_MARKS = 0.5
_MERGE = 0.06
"""Seconds between requests that are merged into one bar."""
_LEAD = 1.5
"""Seconds shown before the first fault."""


@dataclass(frozen=True)
class Bar:
    """A bar in a lane, from one time to another."""

    start: float
    end: float
    kind: str
    """A class of the style sheet."""
    title: str = ""


@dataclass(frozen=True)
class Dot:
    """A point in time in a lane."""

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
    """A chart: lanes on one time axis, in seconds since its zero."""

    title: str
    start: float
    end: float
    lanes: list[Lane]
    lines: list[Marker]
    unit: str = "s after the fault"
    left: int = LEFT
    """Width of the column of lane names, in pixels."""

    @property
    def height(self) -> int:
        """Height of the chart in pixels."""
        return 48 + LANE * len(self.lanes) + 30

    @property
    def ticks(self) -> list[float]:
        """Labeled values of the time axis."""
        length = self.end - self.start
        step = next((one for one in (0.5, 1, 2, 5, 10, 20) if length / one <= 16), 60)
        first = int(self.start // step) + 1
        return [round(number * step, 3) for number in range(first, int(self.end // step) + 1)]

    def x(self, at: float) -> float:
        """Return the x coordinate of a time, in pixels."""
        within = min(max(at, self.start), self.end)
        scale = (WIDTH - self.left - 16) / (self.end - self.start)
        return round(self.left + (within - self.start) * scale, 1)


def timeline(result: Judgment) -> Timeline:
    """Chart a result: the client, the network, and each node."""
    zero = result.steps[0].at if result.steps else result.ready
    start, end = -min(_LEAD, zero), result.ended - zero
    nodes = _nodes(result)
    lanes = [client_lane("client", result, zero), _network(result, zero)]
    lanes += [_node(result, name, zero) for name in nodes]
    return Timeline(result.title or result.name, start, end, lanes, list(_lines(result, zero)))


def client_lane(name: str, result: Judgment, zero: float) -> Lane:
    """Chart the requests of the client as answered and failed periods."""
    spans: list[list[Any]] = []
    for at, answered, _ in result.requests:
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
    """Render the HTML report of several results.

    Args:
        results: The results.
        title: The title.
        pictures: Charts above the table.
        note: A paragraph below the title.
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
    """Render a chart as an SVG file."""
    return _templates().get_template("picture.svg.j2").render(picture=picture)


def seconds(value: float | None) -> str:
    """Format a duration for a table.

    Example:
        >>> seconds(3.61), seconds(0.0), seconds(None)
        ('3.61 s', 'none', 'no bound')
    """
    if value is None:
        return "no bound"
    return "none" if value == 0 else f"{value:.2f} s"


def milliseconds(step: StepResult) -> list[tuple[str, int]]:
    """Return the marks of a step in milliseconds after its fault, in chronological order."""
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
    """Chart the announcements, and where the network delivers the address."""
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
    """Chart the states, advertisements and announcements of a node's keepalived."""
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
            or (
                one.kind == "service"
                and one.subject == "keepalived"
                and one.text.startswith(("exited", "killed"))
            )
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
    for number, step in enumerate(result.steps):
        yield Marker(step.at - zero, "fault", f"{step.fault} {step.node}".strip())
        together = any(abs(one.until - step.until) < _MERGE_MARKS for one in result.steps[:number])
        if step.until < result.ended - 0.01 and not together:
            yield Marker(step.until - zero, "heal", "undone")
        if step.bound:
            yield Marker(step.at - zero + step.bound, "bound", f"bound {step.bound:.2f} s")
