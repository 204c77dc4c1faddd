"""Evidence of the emulator's rules, read from their tests.

Each test of a rule carries one mark ``evidence("doc" | "official-sdk" | "terraform" | "reported" |
"observed" | "assumed")`` and a docstring: a sentence to a user. A public report of the real cloud's
behaviour is named by its address: ``evidence("reported", "https://…")``. `make generate` writes the
assumed ones into docs/reference/assumptions.md.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

KINDS = ("doc", "official-sdk", "terraform", "reported", "observed", "assumed")
HERE = Path(__file__).resolve().parent


class Rule(NamedTuple):
    """A behaviour that a test holds the emulator to."""

    test: str
    area: str
    """The subject of the file that the test is in."""
    text: str
    kinds: tuple[str, ...]
    source: str = ""
    """The address of the report, where the rule is reported."""


def rules(folder: Path = HERE) -> list[Rule]:
    """List the rules in the order of their files."""
    files = sorted(folder.rglob("test_rules_*.py"))
    return [rule for file in files for rule in _rules_of(file)]


def assumptions(folder: Path = HERE) -> str:
    """Write the assumed rules as a markdown list, one a line, by subject."""
    lines: list[str] = []
    area = ""
    for rule in rules(folder):
        if "assumed" in rule.kinds:
            if rule.area != area:
                area = rule.area
                lines += ["", f"**{area}**", ""]
            lines.append(f"- {rule.text}")
    return "\n".join(lines[1:]) + "\n"


def _rules_of(file: Path) -> Iterator[Rule]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    area = (ast.get_docstring(tree) or "").partition("\n")[0].rstrip(".")
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            text = " ".join((ast.get_docstring(node) or "").split())
            marks = list(_marks(node))
            kinds = tuple(mark[0] for mark in marks)
            yield Rule(node.name, area, text, kinds, "".join(mark[1] for mark in marks))


def _marks(node: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Yield kind and source of each mark of a test."""
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == "evidence"
        ):
            texts = [str(arg.value) for arg in decorator.args if isinstance(arg, ast.Constant)]
            yield texts[0], texts[1] if len(texts) > 1 else ""
