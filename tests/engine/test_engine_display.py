"""Display of an operation, for a person and for a program."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from pulumi_havip.engine import UNKNOWN, Change, Op, Result, Secret, Step
from pulumi_havip.engine.display import Display, plain, shown
from pulumi_havip.engine.display_json import JsonLines
from pulumi_havip.engine.display_tree import short_type
from pulumi_havip.engine.events import (
    Ended,
    Event,
    Message,
    MessageSeverity,
    Started,
    StepEnded,
    StepStarted,
)
from pulumi_havip.engine.resource_state import Record

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/havip:HaVip::front"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:pulumi-python::default"


def told(*events: Event, preview: bool = False, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, width=200, force_terminal=terminal, color_system=None)
    with Display(console, preview=preview) as display:
        for event in events:
            display(event)
    return file.getvalue()


def ended(step: Step) -> tuple[Event, Event]:
    return StepStarted(step), StepEnded(step)


def test_a_preview_says_what_would_be_done_and_why() -> None:
    changes = [
        Change("vip", "update-replace", "10.0.0.3", UNKNOWN),
        Change("tags.owner", "add", None, "ops"),
        Change("tags.old", "delete", "x", None),
        Change("password", "update", Secret("one"), Secret("two")),
    ]
    steps = [
        Step(Op.CREATE, PROVIDER),
        Step(Op.SAME, URN),
        Step(Op.CREATE_REPLACEMENT, URN),
        Step(Op.REPLACE, URN, replace_keys=["vip"], changes=changes),
        Step(Op.DELETE_REPLACED, URN),
    ]
    result = Result("preview", steps=steps, outputs={"vip": UNKNOWN, "auth": Secret("x")})
    text = told(
        Started("preview", "shop", "dev"),
        *(event for step in steps for event in ended(step)),
        Ended(result),
        preview=True,
    )
    assert text.splitlines() == [
        "Previewing shop/dev",
        " +- havip:HaVip front replace because of vip",
        '       ~ vip: "10.0.0.3" => [unknown] (forces a replacement)',
        '       + tags.owner: "ops"',
        '       - tags.old: "x"',
        "       ~ password: [secret] => [secret]",
        "Outputs",
        "  auth  [secret]",
        "  vip   [unknown]",
        "Summary 1 to replace, 1 unchanged in 0.0 s",
    ]


def test_an_update_says_what_was_done_and_how_long_it_took() -> None:
    steps = [
        Step(Op.CREATE, URN, duration=1.25),
        Step(Op.UPDATE, URN, error="the address [10.0.0.3] is taken", duration=0.5),
        Step(Op.REFRESH, URN, result=Op.UPDATE),
        Step(Op.REFRESH, URN, result=Op.DELETE),
        Step(Op.REFRESH, URN, result=Op.SAME, error="no answer"),
    ]
    result = Result("up", steps=steps, error="front: the address is taken", duration=2.0)
    text = told(
        Started("up", "shop", "dev"),
        *(event for step in steps for event in ended(step)),
        Message(MessageSeverity.INFO, "hello [bold]"),
        Message(MessageSeverity.DEBUG, "never shown"),
        Message(MessageSeverity.ERROR, "front: the address [10.0.0.3] is taken"),
        Ended(result),
    )
    assert text.splitlines() == [
        "Updating shop/dev",
        " +  havip:HaVip front created (1.2 s)",
        " !  havip:HaVip front update failed (0.5 s)",
        " ~  havip:HaVip front changed outside (0.0 s)",
        " -  havip:HaVip front gone (0.0 s)",
        " !  havip:HaVip front refresh failed (0.0 s)",
        "hello [bold]",
        "error: front: the address [10.0.0.3] is taken",
        "Failed after 2.0 s: 1 changed outside, 1 gone, 1 created",
    ]


def record(kind: str, name: str, parent: str = "", **options: Any) -> Record:
    urn = f"urn:pulumi:dev::shop::{kind}::{name}"
    return Record(urn=urn, type=kind, custom=True, parent=parent, **options)


ROOT = record("pulumi:pulumi:Stack", "shop-dev")
PAIR = record("shop:index:Pair", "pair", ROOT.urn)
NET = record("pulumi-python:dynamic/havip:Vpc", "net", PAIR.urn)
EIP = record("havip:index:Eip", "eip", PAIR.urn, retain_on_delete=True)
LAST = record("pulumi-python:dynamic/havip:HaVip", "last", ROOT.urn)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_what_belongs_to_a_component_stands_under_it(encoding: str) -> None:
    changes = [Change("name", "update", "a", "b")]
    steps = [
        Step(Op.SAME, ROOT.urn, new=ROOT),
        Step(Op.CREATE, LAST.urn, new=LAST),
        Step(Op.SAME, PAIR.urn, new=PAIR),
        Step(Op.UPDATE, NET.urn, new=NET, changes=changes),
        Step(Op.DELETE, EIP.urn, old=EIP),
    ]
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=file, width=200, color_system=None)
    with Display(console, preview=True) as display:
        for event in (*(item for step in steps for item in ended(step)),):
            display(event)
        display(Message(MessageSeverity.WARNING, "careful"))
        display(Ended(Result("preview", steps=steps)))
    file.flush()
    text = raw.getvalue().decode(encoding)
    lines = [line.rstrip() for line in text.splitlines()]
    branches = str.maketrans("├└│─", "    ")
    wanted = [
        "    pulumi:pulumi:Stack shop-dev",
        " +  ├─ havip:HaVip last create",
        "    └─ shop:Pair pair",
        " ~     ├─ havip:Vpc net update",
        '       │     ~ name: "a" => "b"',
        " <     └─ havip:Eip eip keep in the cloud",
        "warning: careful",
        "Summary 1 to create, 1 to update, 2 unchanged, 1 to keep in the cloud in 0.0 s",
    ]
    assert lines == (wanted if encoding == "utf-8" else [w.translate(branches) for w in wanted])


def test_steps_are_printed_at_once_and_indented() -> None:
    steps = [Step(Op.CREATE, item.urn, new=item) for item in (ROOT, PAIR, NET)]
    text = told(*(event for step in steps for event in ended(step)))
    assert [line.partition(" (")[0] for line in text.splitlines()] == [
        " +  pulumi:pulumi:Stack shop-dev created",
        " +  shop:Pair pair created",
        " +    havip:Vpc net created",
    ]


def test_types_are_written_as_programs_name_them() -> None:
    assert short_type("pulumi-python:dynamic/havip:HaVip") == "havip:HaVip"
    assert short_type("havip:index:HaVip") == "havip:HaVip"
    assert short_type("aws:s3/bucket:Bucket") == "aws:s3:Bucket"
    assert short_type("pulumi-python:dynamic:Resource") == "pulumi-python:dynamic:Resource"
    assert short_type("pulumi:providers:havip") == "pulumi:providers:havip"


def test_an_interrupted_run_is_not_shown_as_failed() -> None:
    steps = [Step(Op.CREATE, URN)]
    result = Result("up", steps=steps, error="interrupted", interrupted=True, duration=2.0)
    assert told(Ended(result)) == "Interrupted after 2.0 s: 1 created\n"


def test_a_refresh_says_what_it_found() -> None:
    steps = [
        Step(Op.REFRESH, URN, result=found) for found in (Op.UPDATE, Op.DELETE, Op.SAME, Op.SAME)
    ]
    text = told(Ended(Result("refresh", steps=steps)))
    assert text == "Summary 1 changed outside, 1 gone, 2 as they were in 0.0 s\n"


def test_the_results_of_a_refresh_are_not_shown_as_changes() -> None:
    read = [Step(Op.REFRESH, URN, result=op) for op in (Op.UPDATE, Op.DELETE, Op.SAME)]
    done = [Step(op, URN) for op in (Op.UPDATE, Op.CREATE, Op.SAME)]
    result = Result("up", steps=[*read, *done])
    assert told(Ended(result)) == (
        "Summary 1 changed outside, 1 gone, 1 created, 1 updated, 1 unchanged in 0.0 s\n"
    )
    assert result.counts == {Op.UPDATE: 1, Op.CREATE: 1, Op.SAME: 1}
    assert result.found == {Op.UPDATE: 1, Op.DELETE: 1, Op.SAME: 1}


def test_a_terminal_shows_running_steps_and_is_restored() -> None:
    step = Step(Op.CREATE, URN)
    text = told(Started("up", "shop", "dev"), StepStarted(step), terminal=True)
    assert "front" in text
    assert text.rstrip().endswith("\x1b[?25h") or "\x1b[?25h" in text


def test_programs_get_a_line_of_json_for_each_event() -> None:
    file = io.StringIO()
    lines = JsonLines(file)
    change = Change("password", "update", Secret("one"), UNKNOWN)
    step = Step(Op.UPDATE, URN, "havip-1", changes=[change], error="no")
    result = Result("up", steps=[step], outputs={"auth": Secret("x")}, error="no", duration=1.5)
    for event in (
        Started("up", "shop", "dev"),
        *ended(step),
        Message(MessageSeverity.WARNING, "careful", URN),
        Ended(result),
    ):
        lines(event)
    assert "one" not in file.getvalue()
    read = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [item["event"] for item in read] == [
        "started",
        "step-started",
        "step-ended",
        "message",
        "ended",
    ]
    assert read[2]["changes"] == [
        {"path": "password", "kind": "update", "old": "[secret]", "new": "[unknown]"}
    ]
    assert read[4] == {
        "event": "ended",
        "operation": "up",
        "error": "no",
        "duration": 1.5,
        "counts": {},
        "outputs": {"auth": "[secret]"},
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ({"a": [1, Secret("x"), UNKNOWN]}, "{a: [1, [secret], [unknown]]}"),
        ("é", '"é"'),
    ],
)
def test_values_are_shown_by_their_type(value: object, text: str) -> None:
    assert shown(value) == text


def test_secrets_are_shown_when_they_are_asked_for() -> None:
    value = {"a": [Secret({"b": Secret(1)}), UNKNOWN]}
    assert plain(value) == {"a": ["[secret]", "[unknown]"]}
    assert plain(value, show_secrets=True) == {"a": [{"b": 1}, "[unknown]"]}
