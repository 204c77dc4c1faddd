"""The record of what a cloud did, beside what the emulator assumes of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["as assumed", "otherwise", "not asked"]


@dataclass
class Value:
    """One fact that was asked for, such as a setting of the emulator."""

    name: str
    assumed: Any
    observed: Any = None
    outcome: Outcome = "not asked"
    why: str = ""
    """Why it was not asked."""
    call: dict[str, Any] = field(default_factory=dict)
    """The last call before it was seen: action, parameters, code, request id."""


@dataclass
class Case:
    """One run of a rule's test against the cloud."""

    case: str
    outcome: Outcome
    why: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    """The calls of the test, kept where it went otherwise."""


@dataclass
class Rule:
    """A rule that the emulator is held to, and how the cloud keeps it."""

    name: str
    evidence: str
    text: str
    outcome: Outcome = "not asked"
    cases: list[Case] = field(default_factory=list)


class Observed:
    """Collects what was seen, and writes it as one JSON document.

    Args:
        about: Which cloud was asked, and when.
    """

    def __init__(self, **about: Any) -> None:
        self.about = about
        self.values: dict[str, Value] = {}
        self.rules: dict[str, Rule] = {}
        self.left: list[str] = []
        """Resources that could not be deleted again."""

    def value(self, name: str, assumed: Any, observed: Any, call: dict[str, Any]) -> bool:
        """Record a fact, and return whether it is as assumed."""
        agrees: bool = observed == assumed
        outcome: Outcome = "as assumed" if agrees else "otherwise"
        self.values[name] = Value(name, assumed, observed, outcome, call=call)
        return agrees

    def unasked(self, name: str, assumed: Any, why: str) -> None:
        """Record a fact that cannot be queried here."""
        self.values.setdefault(name, Value(name, assumed, why=why))

    def case(self, name: str, evidence: str, text: str, case: Case) -> None:
        """Record one run of a rule's test."""
        rule = self.rules.setdefault(name, Rule(name, evidence, text))
        rule.cases.append(case)
        outcomes = {one.outcome for one in rule.cases} - {"not asked"}
        if outcomes:
            rule.outcome = "otherwise" if "otherwise" in outcomes else "as assumed"

    def document(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            "about": self.about,
            "values": [asdict(value) for value in self.values.values()],
            "rules": [asdict(rule) for rule in self.rules.values()],
            "left": self.left,
        }

    def write(self, path: Path) -> None:
        """Write all of it to a file."""
        text = json.dumps(self.document(), indent=2, ensure_ascii=False, default=str)
        path.write_text(text + "\n", encoding="utf-8")

    def summary(self) -> str:
        """Return a line with the number of facts."""
        seen: list[Value | Rule] = [*self.values.values(), *self.rules.values()]
        counts = {
            outcome: sum(one.outcome == outcome for one in seen)
            for outcome in ("as assumed", "otherwise", "not asked")
        }
        return ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
