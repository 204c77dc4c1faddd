"""The faults as data, and the generated reference page."""

from __future__ import annotations

from typing import NamedTuple

from havip.lab import shipped
from havip.lab.faults import all_faults, name_of

_HEAD = """\
# Faults and operations of the lab

<!-- Generated from havip.lab.faults by `make generate`; do not edit. -->

Every fault can be a step of a history (`havip lab run`), be tried alone (`havip lab try --faults`)
and be undone. A node is given by name or by its current role: `master` holds the address, `backup`
could take it over, `other` cannot hold it (a witness).
"""


class FaultRow(NamedTuple):
    """A table row about a fault."""

    name: str
    summary: str
    text: str
    undone: str
    parameters: dict[str, str]
    histories: list[str]


def rows() -> list[FaultRow]:
    """Return all faults, with the shipped histories that use them."""
    used: dict[str, list[str]] = {}
    for history in shipped.all_histories():
        for step in history.steps:
            used.setdefault(step.fault.name, []).append(history.name)
    found = []
    for kind in all_faults():
        summary, _, rest = (kind.__doc__ or "").strip().partition("\n")
        found.append(
            FaultRow(
                name_of(kind),
                summary,
                " ".join(rest.split()),
                kind.undone,
                {
                    name: f"{info.description} Default: {info.default!r}."
                    for name, info in kind.model_fields.items()
                },
                list(dict.fromkeys(used.get(name_of(kind), []))),
            )
        )
    return found


def markdown() -> str:
    """Render the reference page."""
    parts = [_HEAD]
    for one in rows():
        lines = [f"## {one.name}", "", one.summary, ""]
        if one.text:
            lines += [one.text, ""]
        lines += [f"Undone: {one.undone}", ""]
        if one.parameters:
            lines += ["| parameter | meaning |", "| --- | --- |"]
            lines += [f"| `{name}` | {told} |" for name, told in one.parameters.items()]
            lines.append("")
        if one.histories:
            used = ", ".join(f"`{its}`" for its in one.histories)
            lines += [f"In the shipped histories: {used}.", ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)
