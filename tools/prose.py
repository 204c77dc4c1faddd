"""Check the English of docstrings, comments and documents: part of `make lint`.

There are deliberately few rules. A docstring of a function starts with the verb that a Python
programmer expects, no docstring starts with a word that hides its subject, and paraphrases of a
technical term are replaced by the term, in names too. Each finding is one line with its
place.

Example:
    $ python -m tools.prose sdk/havip/client.py docs
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
CHECKED: Final = (
    *("sdk", "pulumi_havip", "examples", "tools", "benchmarks", "tests"),
    *("docs", "deploy", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
)

FIRST_WORDS: Final = {
    "Give": "Return",
    "Gives": "Return",
    "Tell": "Return whether, Return, Format",
    "Tells": "Return whether, Return, Format",
    "Say": "Return, Format, Describe",
    "Says": "Return, Format, Describe",
    "Take": "Parse, Accept, Validate",
    "Takes": "Parse, Accept, Validate",
    "Refuse": "Raise, Reject, Validate",
    "Make": "Create, Build, Return",
    "Makes": "Create, Build, Return",
    "Ask": "Query, Request, Prompt for",
    "Hear": "Read, Receive",
    "Bring": "Update, Set",
    "Draw": "Generate, Choose",
    "End": "Stop, Finish",
    "Forget": "Remove",
    "Furnish": "Create",
    "Hand": "Pass, Return",
    "Have": "Ensure, Run, Return",
    "Lay": "Write, Format",
    "Let": "Allow",
    "Mend": "Fix, Repair",
    "Name": "Return the name, List",
    "Note": "Record",
    "Put": "Set, Write, Insert",
    "Spell": "Format",
    "What": "a noun",
    "How": "a noun",
    "Whether": "Return whether, True if",
    "Who": "a noun: the holder, the client",
    "Whom": "a noun: the client, the account",
    "Whoever": "a noun: the holder",
    "Where": "a noun: the location, the path, the endpoint",
}
"""Words that no docstring starts with, and their replacements."""

PHRASES: Final = {
    r"again and again": "repeatedly, poll",
    r"ever more slowly": "with backoff",
    r"is none of": "is not one of",
    r"there is none": "it does not exist",
    r"(?<!there )is no (?!longer\b|more\b|such\b|matter\b)[\w{']+": "is not a …",
    r"takes? on (?:a |the |that )?role": "assume a role",
    r"role (?:to take|taken) on": "assumed role",
    r"anew": "again, replaced",
    r"what (?:becomes|became) of": "the outcome of",
    r"whoever|whom": "the holder, the client, the account",
    r"to be had": "available",
    r"tells? of": "reports, shows",
    r"brings? .{1,20} to (?:its|their) arguments": "updates",
    r"signs? a call": "credentials",
    r"none (?:that|which) it knows": "unknown",
    r"the way out": "the next step",
    r"what is (?:asked|wanted)": "the request",
    r"never does work twice": "is idempotent",
    r"of its own making": "that it created",
    r"brought (?:up )?by hand": "manually",
    r"the (?:surroundings|crew|claims)\b": "the network resources, the process pool, the ownership",
}
"""Paraphrases, and the technical terms to use instead."""

_PHRASES: Final = [(re.compile(rf"\b{old}", re.IGNORECASE), new) for old, new in PHRASES.items()]


class Finding(NamedTuple):
    """A violation of the style, with its location."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.text}"


def check(path: Path) -> Iterator[Finding]:
    """Yield the findings of a file."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        yield from _phrases(path, 1, text)
        return
    for node in ast.walk(ast.parse(text)):
        for line, prose in _docstrings(node):
            word = re.match(r"[A-Za-z]+", prose)
            if word and word.group() in FIRST_WORDS:
                better = FIRST_WORDS[word.group()]
                yield Finding(path, line, f"docstring starts with {word.group()!r}; use: {better}")
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _phrases(path, node.lineno, node.name.replace("_", " "))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _phrases(path, node.lineno, node.value)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield from _phrases(path, token.start[0], token.string)


def files(names: tuple[str, ...]) -> list[Path]:
    """Return the Python files and documents in some paths."""
    found: list[Path] = []
    for name in names:
        path = ROOT / name
        inside = path.rglob("*") if path.is_dir() else [path]
        found += [
            one
            for one in inside
            if one.suffix in (".py", ".md") and one != Path(__file__) and "_build" not in one.parts
        ]
    return sorted(found)


def _docstrings(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the docstring of a definition, and those below its attributes."""
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
        return  # a statement about the product, which may start with any word
    body = getattr(node, "body", None)
    for statement in body if isinstance(body, list) else []:
        value = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield statement.lineno, value.value


def _phrases(path: Path, line: int, text: str) -> Iterator[Finding]:
    for phrase, better in _PHRASES:
        for found in phrase.finditer(text):
            at = line + text.count("\n", 0, found.start())
            yield Finding(path, at, f"{found.group()!r}; write: {better}")


def main(arguments: list[str]) -> int:
    """Print the findings of the given paths, or of the whole product."""
    findings = [f for path in files(tuple(arguments) or CHECKED) for f in check(path)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
