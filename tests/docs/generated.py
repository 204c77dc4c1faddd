"""The parts of the README that are printed from the code: actions, and what is assumed.

Run as a program, this brings them up to date:

    python tests/docs/generated.py
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from havip import api
from havip.api._base import Request, Response, Task

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def actions() -> str:
    """Write the table of actions, from the request and response pairs."""
    rows = [
        "| action | service | verb waits | calls/s | only reads | site |",
        "|---|---|---|---|---|---|",
    ]
    pairs = sorted(api.ACTIONS.items(), key=lambda item: (item[1].service.name != "vpc", item))
    return "\n".join([*rows, *(_row(name, pair) for name, pair in pairs)]) + "\n"


def _row(name: str, pair: type[Request[Response]]) -> str:
    waits = "" if pair.task is Task.NONE else "for its task"
    site = "China alone" if pair.intl.action else "both"
    reads = "yes" if pair.reads else ""
    return f"| {name} | {pair.service.name} | {waits} | {pair.rate} | {reads} | {site} |"


def assumptions() -> str:
    """Write the list of what the emulator assumes, from the tests that say so."""
    text: str = _evidence().assumptions()
    return text


def _evidence() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evidence", ROOT / "tests/emulator/evidence.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PARTS: dict[str, Callable[[], str]] = {"actions": actions, "assumptions": assumptions}


def filled(text: str) -> str:
    """Return the README with its generated parts up to date."""
    for name, write in PARTS.items():
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert mark.search(text), f"the README has no part {name}"
        text = mark.sub(rf"\1\n{_literal(write())}\n\2", text)
    return text


def _literal(body: str) -> str:
    return body.replace("\\", r"\\")


if __name__ == "__main__":
    README.write_text(filled(README.read_text()))
