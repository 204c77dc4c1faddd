"""Reference page of all operations, from the request and response pairs."""

from __future__ import annotations

from typing import Any

from havip import api
from havip.api._base import Request, Task

INTRODUCTION = """# Operations

Each operation of the API is a method of the client, with its name in snake case. If an operation \
is asynchronous, the method waits for its task.

| operation | service | waits for its task | calls/s | read-only | site |
| --- | --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Return the page."""
    pairs = sorted(api.ACTIONS.items(), key=lambda item: (item[1].service.name != "vpc", item[0]))
    return INTRODUCTION + "".join(_row(name, pair) for name, pair in pairs)


def _row(name: str, pair: type[Request[Any]]) -> str:
    waits = "" if pair.task is Task.NONE else "yes"
    site = "China only" if pair.intl.action else "both"
    reads = "yes" if pair.reads else ""
    return f"| {name} | {pair.service.name} | {waits} | {pair.rate} | {reads} | {site} |\n"
