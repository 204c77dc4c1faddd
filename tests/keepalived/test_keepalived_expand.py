"""Preprocessing of a file as keepalived does it: definitions and conditions."""

from __future__ import annotations

import pytest

from havip.keepalived.config.preprocess import config_ids, preprocess


def read(text: str, config_id: str | None = None) -> list[str]:
    return [line.text for line in preprocess(text, config_id)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("$A=1\npriority $A", ["priority 1"]),
        ("$A=1 # one\npriority ${A}0", ["priority 10"]),
        ("$A=1\npriority $A0 $A)", ["priority $A0 1)"]),
        ("$A=1\n$A=2\npriority $A", ["priority 2"]),
        ("$A=$B\n$B=3\npriority $A", ["priority 3"]),
        ("priority $A\n$A=1", ["priority $A"]),
        ("$A=$A\npriority $A", ["priority $A"]),
        ("$IP=10.0.0.1\na { $IP }", ["a", "{", "10.0.0.1", "}"]),
        ("$A=\\\n  b 1 \\\n  c 2\n$A\nx $A", ["b 1", "c 2", "x b 1", "c 2"]),
        ("$A=b 1 \\\n  c 2\nx $A d", ["x $A d"]),
        ("state $_INSTANCE", ["state $_INSTANCE"]),
        ('a "$A{" b # c', ['a "$A{" b']),
    ],
)
def test_definitions_are_put_in(text: str, lines: list[str]) -> None:
    assert read(text) == lines


def test_lines_keep_their_numbers() -> None:
    text = "$A=\\\n b \\\n c\n\nd {\n$A\n}"
    assert [line.number for line in preprocess(text)] == [5, 5, 6, 6, 7]


@pytest.mark.parametrize(
    ("config_id", "lines"),
    [
        ("a", ["one", "u", "{", "2", "}"]),
        ("b", ["three", "u", "{", "2", "1", "}"]),
        (None, ["three", "u", "{", "2", "1", "}"]),
    ],
)
def test_conditions_choose_lines(config_id: str | None, lines: list[str]) -> None:
    text = "@a one\n@^a three\nu { 2\n@^a 1\n}"
    assert read(text, config_id) == lines


def test_a_condition_behind_a_brace_drops_the_rest_of_its_line() -> None:
    assert read("u { @a 1 }\n}", "b") == ["u", "{", "}"]


def test_the_ids_of_conditions_are_found_in_their_order() -> None:
    assert config_ids("@b x\nu { @^a y\n}\n# @c z\n@b x") == ["b", "a"]
