"""The framework of lint rules and doctor checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from havip import doctor
from havip.keepalived import lint
from havip.rules import Finding, Problem, Rule, RuleRegistry, Severity


def registry() -> RuleRegistry[list[str]]:
    rules: RuleRegistry[list[str]] = RuleRegistry()

    @rules.rule(
        "long",
        Severity.WARNING,
        reason="Nobody reads it.",
        fix="Shorten {subject} {…}.",
        source="taste",
        since="2.2",
    )
    def _long(words: list[str]) -> Iterator[Problem]:
        for number, word in enumerate(words, start=1):
            if len(word) > 3:
                yield Problem(f"{word} is long", line=number)
            if len(word) > 9:
                yield Problem("far too long", subject=word, fix="{no}", severity=Severity.ERROR)

    return rules


def test_a_finding_says_what_is_wrong_where_and_why() -> None:
    (found,) = registry()["long"].findings(["a", "abcd"], "a.txt")
    assert found == Finding(
        rule="long",
        severity=Severity.WARNING,
        subject="a.txt",
        line=2,
        message="abcd is long",
        reason="Nobody reads it.",
        fix="Shorten a.txt {…}.",
        source="taste",
        since="2.2",
    )
    assert "\n" not in str(found)
    assert found.as_dict()["severity"] == "warning"


def test_a_problem_may_be_worse_than_its_rule_and_about_something_else() -> None:
    _, found = registry()["long"].findings(["abcdefghij"], "a.txt")
    assert (found.severity, found.where, found.fix) == (Severity.ERROR, "abcdefghij", "{no}")


def test_two_rules_cannot_have_one_id() -> None:
    rules = registry()
    with pytest.raises(ValueError, match="long"):
        rules.rule("long", Severity.ERROR, reason="", fix="", source="")(lambda _: iter(()))


@pytest.mark.parametrize(
    ("old", "new"),
    [("level", "severity"), ("file", "subject"), ("check", "rule"), ("what", "message")],
)
def test_attributes_have_their_first_names_still(old: str, new: str) -> None:
    (found,) = registry()["long"].findings(["abcd"], "a.txt")
    with pytest.warns(DeprecationWarning, match=new):
        assert getattr(found, old) == getattr(found, new)
    with pytest.raises(AttributeError):
        found.nonsense  # type: ignore[attr-defined]  # noqa: B018


def test_every_rule_says_why_and_what_to_do() -> None:
    known: list[Rule[Any]] = [*lint.RULES.values(), *doctor.CHECKS.values()]
    assert all(one.reason and one.fix and one.source for one in known)
